"""Layer normalization, backward: the three paths of batch normalization, along the other axis."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers

from .layernorm_forward import LayernormForward


class LayernormBackward(Exercise):
    """Statistics run along the features, but the gradients of gamma and beta are still summed over the examples."""

    name, points, partners = "layernorm_backward", 3, (LayernormForward,)
    done = "You have the gradient of layer normalization; the next cell puts it to the test with tiny batches."
    driver = drivers.layernorm_forward_backward

    def reference(dout, cache):
        """The backward pass of layer normalization.

            dbeta = Σ dout        dgamma = Σ dout · x̂        (sums over all examples, and all tokens)

        dx is the sum of three paths: straight through x̂, through the example's mean, and through its variance.

        Parameters
        ----------
        dout : ndarray (..., D)
            The gradient of the loss with respect to the layer's output. May be changed in place.
        cache : anything
            What your `layernorm_forward` returned along with its output.

        Returns
        -------
        dx : ndarray (..., D)
        dgamma, dbeta : ndarray (D,)

        References
        ----------
        Ba, Kiros & Hinton, "Layer normalization" (2016).
        """
        x_hat, inv_std, gamma = cache
        others = tuple(range(dout.ndim - 1))
        dgamma = (dout * x_hat).sum(axis=others)
        dbeta = dout.sum(axis=others)
        dx_hat = dout * gamma
        through_mean = dx_hat.mean(axis=-1, keepdims=True)
        through_var = x_hat * (dx_hat * x_hat).mean(axis=-1, keepdims=True)
        dx = inv_std * (dx_hat - through_mean - through_var)
        return dx, dgamma, dbeta

    def cases(rng):
        given = passes(rng, 6, 4)
        yield Case("gamma of one, beta of zero", **{**given, "gamma": np.ones(4), "beta": np.zeros(4)})
        yield Case("a different gamma and beta", **passes(rng, 7, 4), weight=2)
        yield Case("as many examples as features", **passes(rng, 5, 5))
        yield Case("a single example", **passes(rng, 1, 6))
        yield Case("a different eps", **passes(rng, 4, 6, eps=uniform(rng, 0.5, 1.5)))
        yield Case("sequences: (N, T, D)", **passes(rng, 2, 3, 5), weight=2)
        given = passes(rng, 4, 7, offset=0.3)
        yield Case("float32", **{k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in given.items()})

    gamma_after_the_mean = mistake(
        "When does gamma come in? Before you average: each feature has its own gamma, and you average over the "
        "features. In batch normalization you can multiply by gamma at the end; here you can't.",
        {"dx_hat = dout * gamma": "dx_hat = dout", "dx = inv_std": "dx = gamma * inv_std"},
    )
    gamma_missing = mistake(
        "How does the gradient get from the output to x̂? It's multiplied by gamma, which is missing in your code.",
        {"dx_hat = dout * gamma": "dx_hat = dout"},
    )
    gamma_missing_on_the_path_through_the_mean = mistake(
        "Which paths carry gamma? All three, because each starts from the gradient of x̂, dout · γ. Your path through "
        "the mean starts from dout alone.",
        {"dx_hat.mean": "dout.mean"},
    )
    gamma_missing_on_the_path_through_the_variance = mistake(
        "Which paths carry gamma? All three, because each starts from the gradient of x̂, dout · γ. Your path through "
        "the variance starts from dout alone.",
        {"(dx_hat * x_hat).mean": "(dout * x_hat).mean"},
    )
    gamma_twice = mistake(
        "How many times does gamma enter dx? Twice in your code. Multiply dout by it once, to get the gradient at x̂.",
        {"dx = inv_std": "dx = gamma * inv_std"},
    )
    over_the_batch = mistake(
        "Which axis did you average along in the forward pass? Your paths through the mean and the variance are "
        "averaged over the batch, as in batch normalization. Average over each example's features, axis -1.",
        {
            "dx_hat.mean(axis=-1, keepdims=True)": "dx_hat.mean(axis=0)",
            "x_hat).mean(axis=-1, keepdims=True)": "x_hat).mean(axis=0)",
        },
    )
    along_axis_one = mistake(
        "Which axis holds the features if there are three? You average along axis 1, which is right for rows, but for "
        "sequences it runs over the tokens. Use the last axis, -1.",
        {"dx_hat.mean(axis=-1": "dx_hat.mean(axis=1", "x_hat).mean(axis=-1": "x_hat).mean(axis=1"},
    )
    over_everything = mistake(
        "Does each example have its own mean and variance? Your gradients through them are averaged over all examples. "
        "Average over each example's features, axis -1.",
        {
            "dx_hat.mean(axis=-1, keepdims=True)": "dx_hat.mean()",
            "x_hat).mean(axis=-1, keepdims=True)": "x_hat).mean()",
        },
    )
    without_keepdims = mistake(
        "What shape do your averages have? (N,), which doesn't line up with (N, D), or worse, lines up with the wrong "
        "axis if N equals D. Keep the last axis, with keepdims=True.",
        {
            "dx_hat.mean(axis=-1, keepdims=True)": "dx_hat.mean(axis=-1)",
            "x_hat).mean(axis=-1, keepdims=True)": "x_hat).mean(axis=-1)",
        },
    )
    sums_for_means = mistake(
        "How much does one feature contribute to the mean? One Dth. Your paths through the mean and the variance are "
        "summed over the features: divide them by D.",
        {"dx_hat.mean": "dx_hat.sum", "x_hat).mean": "x_hat).sum"},
    )
    divided_by_examples = mistake(
        "How many numbers did you average in the forward pass? D features. Your sums are divided by N, the number of "
        "examples.",
        {
            "dx_hat.mean(axis=-1, keepdims=True)": "dx_hat.sum(axis=-1, keepdims=True) / len(dout)",
            "x_hat).mean(axis=-1, keepdims=True)": "x_hat).sum(axis=-1, keepdims=True) / len(dout)",
        },
    )
    statistics_taken_for_constants = mistake(
        "Do the mean and variance depend on x? Yes, on every feature of the example, so the gradient flows through "
        "them, too. Your dx has only the direct path.",
        {" - through_mean - through_var": ""},
    )
    variance_taken_for_a_constant = mistake(
        "How many paths lead from x to the loss? Three, but your dx lacks the one through the variance.",
        {" - through_var": ""},
    )
    mean_taken_for_a_constant = mistake(
        "How many paths lead from x to the loss? Three, but your dx lacks the one through the mean.",
        {" - through_mean": ""},
    )
    variance_adds = mistake(
        "Does a larger variance make x̂ larger or smaller? Smaller, so the gradient through the variance is "
        "subtracted. Yours has the wrong sign.",
        {"- through_var": "+ through_var"},
    )
    mean_adds = mistake(
        "Is the mean added or subtracted in the forward pass? Subtracted, so the gradient through it is, too. Yours "
        "has the wrong sign.",
        {"- through_mean": "+ through_mean"},
    )
    half_of_the_variance = mistake(
        "What is the derivative of a square? It has a factor of 2. Your path through the variance has half its proper "
        "weight.",
        {"through_var = x_hat": "through_var = 0.5 * x_hat"},
    )
    not_divided_by_the_deviation = mistake(
        "What should dx be divided by? √(var + eps), which is missing in your code.", {"inv_std * (": "("}
    )
    # The variance plus eps is 1 / inv_std**2, so eps can be computed from the cache.
    eps_outside_the_root = mistake(
        "Is eps inside the root or outside? Your x̂ and your dx are divided by std + eps. Divide by √(var + eps) in "
        "both passes.",
        {
            "x_hat, inv_std, gamma = cache": (
                "x_hat, inv_std, gamma = cache\n"
                "centered = x_hat / inv_std\n"
                "std = np.sqrt((centered**2).mean(axis=-1, keepdims=True))\n"
                "inv_std = 1 / (std + 1 / inv_std**2 - std**2)\n"
                "x_hat = centered * inv_std"
            )
        },
    )
    eps_outside_the_root_and_wrong_power = mistake(
        "Is eps inside the root or outside? Your x̂ and your dx are divided by std + eps. Divide by √(var + eps). And "
        "what is raised to the power of -1.5 on the path through the variance? The variance plus eps, but yours is the "
        "standard deviation plus eps.",
        {
            "x_hat, inv_std, gamma = cache": (
                "x_hat, inv_std, gamma = cache\n"
                "centered = x_hat / inv_std\n"
                "std = np.sqrt((centered**2).mean(axis=-1, keepdims=True))\n"
                "inv_std = 1 / (std + 1 / inv_std**2 - std**2)\n"
                "x_hat = centered * inv_std"
            ),
            "through_var = x_hat": "through_var = inv_std**-1.5 * x_hat",
        },
    )
    inverse_taken_for_the_deviation = mistake(
        "Do you divide by √(var + eps) or multiply by it? You multiply. Divide dx by it.",
        {"inv_std * (": "1 / inv_std * ("},
    )
    dgamma_per_example = mistake(
        "What shape should dgamma have? (D,), like gamma. Yours is summed over the features, which leaves one number "
        "per example. Sum dgamma and dbeta over the examples.",
        {
            "(dout * x_hat).sum(axis=others)": "(dout * x_hat).sum(axis=-1)",
            "dout.sum(axis=others)": "dout.sum(axis=-1)",
        },
    )
    first_axis_only = mistake(
        "What shape should dgamma and dbeta have for sequences? (D,), but yours still have a token axis. Sum over "
        "all axes but the last.",
        {"others = tuple(range(dout.ndim - 1))": "others = 0"},
    )
    dgamma_without_x_hat = mistake(
        "What does gamma multiply in the forward pass? It multiplies x̂, so dgamma is the sum of dout · x̂. In your "
        "code, x̂ is missing.",
        {"(dout * x_hat).sum": "dout.copy().sum"},
    )
    dgamma_averaged = mistake(
        "Are dgamma and dbeta sums or means? Sums over the examples. Yours are divided by the number of examples.",
        {"(dout * x_hat).sum": "(dout * x_hat).mean", "dbeta = dout.sum": "dbeta = dout.mean"},
    )
    exchanged = mistake(
        "In what order should you return the gradients? As (dx, dgamma, dbeta). Your dgamma and dbeta are swapped.",
        {"dx, dgamma, dbeta": "dx, dbeta, dgamma"},
    )
    dbeta_through_gamma = mistake(
        "Does gamma affect dbeta? No: beta is added after the multiplication by gamma, so dbeta is the sum of dout.",
        {"dbeta = dout.sum": "dbeta = (dout * gamma).sum"},
    )
    dgamma_not_summed = mistake(
        "What shape should dgamma have? (D,), like gamma. Yours still has one row per example: sum over the examples.",
        {"(dout * x_hat).sum(axis=others)": "dout * x_hat"},
    )
    dx_alone = mistake(
        "How many values should you return? Three: dx, dgamma, and dbeta. gamma and beta are learned, too.",
        {"dx, dgamma, dbeta": "dx"},
    )
    rows_only = mistake(
        "What if dout has three axes? Your function stops with an error, because it works only for (N, D). Average "
        "along the last axis, and sum dgamma and dbeta over all others.",
        {"others = tuple(range(dout.ndim - 1))": "n, d = dout.shape\nothers = 0"},
    )
    centered_for_x_hat = mistake(
        "How many times does x̂ enter the path through the variance? Twice: the path is x̂ times the mean of dx_hat · "
        "x̂. In one of these two places, you use x - mean, which isn't divided by √(var + eps).",
        {"through_var = x_hat": "through_var = x_hat / inv_std"},
    )

    @variant
    def in_one_line(dout, cache):
        x_hat, inv_std, gamma = cache
        D = dout.shape[-1]
        rows = (dout.reshape(-1, D), x_hat.reshape(-1, D))
        g = dout * gamma
        dx = inv_std / D * (D * g - g.sum(-1, keepdims=True) - x_hat * (g * x_hat).sum(-1, keepdims=True))
        return dx, np.einsum("nd,nd->d", *rows), rows[0].sum(0)

    @variant
    def row_by_row(dout, cache):
        x_hat, inv_std, gamma = cache
        D = len(gamma)
        dx, dgamma, dbeta = np.empty_like(dout), np.zeros_like(gamma), np.zeros_like(gamma)
        for i in np.ndindex(dout.shape[:-1]):
            jacobian = (np.eye(D) - 1 / D - np.outer(x_hat[i], x_hat[i]) / D) * inv_std[i]
            dx[i] = jacobian @ (dout[i] * gamma)
            dgamma += dout[i] * x_hat[i]
            dbeta += dout[i]
        return dx, dgamma, dbeta

    @variant
    def node_by_node(dout, cache):
        x_hat, inv_std, gamma = cache
        D = dout.shape[-1]
        dgamma, dbeta = dout * x_hat, dout.copy()
        while dbeta.ndim > 1:
            dgamma, dbeta = dgamma.sum(axis=0), dbeta.sum(axis=0)
        dout *= gamma
        centered = x_hat / inv_std
        dvar = np.sum(dout * centered, axis=-1, keepdims=True) * -0.5 * inv_std**3
        dmean = -np.sum(dout * inv_std, axis=-1, keepdims=True)
        return dout * inv_std + dvar * 2 / D * centered + dmean / D, dgamma, dbeta


def passes(rng, *shape, offset=3.0, **ln_param):
    """The input, the upstream gradient, gamma, and beta. Each example's gradient has a nonzero sum over features."""
    return {
        "x": signed(rng, offset, 2 * offset, *shape[:-1], 1) + rng.normal(size=shape),
        "dout": signed(rng, 0.5, 1.5, *shape[:-1], 1) + rng.normal(size=shape),
        "gamma": signed(rng, 1, 3, shape[-1]),
        "beta": signed(rng, 1, 3, shape[-1]),
        "ln_param": ln_param,
    }

"""Batch normalization, backward: the gradient also passes through the mean and the variance."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers

from .batchnorm_forward import BatchnormForward


class BatchnormBackward(Exercise):
    """The gradient reaches x on three paths: directly, through the mean, and through the variance."""

    name, points, partners = "batchnorm_backward", 4, (BatchnormForward,)
    done = "You have the gradient of batch normalization along all three paths; next, a deep network trains with it."
    driver = drivers.batchnorm_forward_backward

    def reference(dout, cache):
        """The backward pass of batch normalization in training.

            dbeta = Σ dout        dgamma = Σ dout · x̂        (sums over the batch)

        and dx is the sum of three paths: straight through x̂, through the mean of the batch, and through its variance,
        because mean and variance depend on every x.

        Parameters
        ----------
        dout : ndarray (N, D)
            The gradient of the loss with respect to the layer's output. May be changed in place.
        cache : anything
            What your `batchnorm_forward` returned along with its output, in training.

        Returns
        -------
        dx : ndarray (N, D)
        dgamma, dbeta : ndarray (D,)

        References
        ----------
        Ioffe & Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
        (2015), section 3.
        """
        x_hat, inv_std, gamma = cache
        dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
        dx_hat = dout * gamma
        through_mean = dx_hat.mean(axis=0)
        through_var = x_hat * (dx_hat * x_hat).mean(axis=0)
        dx = inv_std * (dx_hat - through_mean - through_var)
        return dx, dgamma, dbeta

    def cases(rng):
        yield Case("gamma of one, beta of zero", **passes(rng, 6, 3, gamma=np.ones(3), beta=np.zeros(3)))
        yield Case("a different gamma and beta", **passes(rng, 8, 4))
        yield Case("as many examples as features", **passes(rng, 5, 5))
        yield Case("two examples", **passes(rng, 2, 3, eps=0.1))
        yield Case("a different eps", **passes(rng, 7, 3, eps=uniform(rng, 0.5, 1.5)))
        given = passes(rng, 6, 3, offset=0.3)
        yield Case("float32", **{k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in given.items()})

    statistics_taken_for_constants = mistake(
        "Do the mean and variance depend on x? Yes, on every x in the batch, so the gradient flows through them, too. "
        "Your dx has only the direct path.",
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
    sums_for_means = mistake(
        "How much does one example contribute to the mean? One Nth. Your paths through the mean and the variance are "
        "summed over the batch: divide them by N.",
        {"dx_hat.mean": "dx_hat.sum", "x_hat).mean": "x_hat).sum"},
    )
    half_of_the_variance = mistake(
        "What is the derivative of a square? It has a factor of 2. Your path through the variance has half its proper "
        "weight.",
        {"through_var = x_hat": "through_var = 0.5 * x_hat"},
    )
    power_of_the_variance = mistake(
        "What is the derivative of (var + eps)^(-1/2)? It's -1/2 · (var + eps)^(-3/2). Your path through the variance "
        "is off by a factor of var + eps.",
        {"through_var = x_hat": "through_var = x_hat / inv_std**2"},
    )
    gamma_forgotten = mistake(
        "What gradient reaches x̂? It's dout · gamma. In your dx, gamma is missing.", {"dout * gamma": "dout"}
    )
    gamma_in_dgamma = mistake(
        "What is the derivative of gamma · x̂ with respect to gamma? Just x̂. Your dgamma is multiplied by gamma.",
        {"dgamma, dbeta = (dout * x_hat)": "dgamma, dbeta = (dout * gamma * x_hat)"},
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
    gamma_in_dbeta = mistake(
        "Does gamma enter the gradient of beta? No: beta is added after gamma has multiplied. dbeta is the sum of dout "
        "alone.",
        {"dout.sum(axis=0)": "(dout * gamma).sum(axis=0)"},
    )
    deviation_forgotten = mistake(
        "What does the forward pass divide x - mean by? By √(var + eps), so dx must be divided by it, too. Yours "
        "isn't.",
        {"inv_std * ": ""},
    )
    root_forgotten = mistake(
        "Is there a square root missing? Your dx is divided by var + eps, not by its root.",
        {"inv_std * ": "inv_std**2 * "},
    )
    multiplied_by_the_deviation = mistake(
        "Do you multiply or divide? Your dx is multiplied by √(var + eps). The forward pass divides by it, and so "
        "should the backward pass.",
        {"inv_std * ": "1 / inv_std * "},
    )
    parameters_averaged = mistake(
        "Are dgamma and dbeta sums or means? Sums over the batch: if the loss is a mean, dout already contains the "
        "factor 1/N. Yours are averaged.",
        {"(dout * x_hat).sum": "(dout * x_hat).mean", "dout.sum": "dout.mean"},
    )
    parameters_exchanged = mistake(
        "In what order should you return the gradients? As (dx, dgamma, dbeta). Your last two have traded places.",
        {"dx, dgamma, dbeta": "dx, dbeta, dgamma"},
    )
    parameters_not_summed = mistake(
        "What shape should dgamma and dbeta have? (D,), the shape of gamma and beta. Sum them over the batch.",
        {"(dout * x_hat).sum(axis=0)": "dout * x_hat", "dout.sum(axis=0)": "dout"},
    )
    wrong_axis = mistake(
        "What do your sums run over? The features of one example. They should run over the batch, along axis 0.",
        {
            "x_hat).sum(axis=0)": "x_hat).sum(axis=1)",
            "dout.sum(axis=0)": "dout.sum(axis=1)",
            "dx_hat.mean(axis=0)": "dx_hat.mean(axis=1, keepdims=True)",
            "x_hat).mean(axis=0)": "x_hat).mean(axis=1, keepdims=True)",
        },
    )
    unbiased = mistake(
        "Does the variance divide by N or by N - 1? By N in the forward pass, but your path through the variance "
        "divides by N - 1.",
        {"x_hat).mean(axis=0)": "x_hat).sum(axis=0) / (len(dout) - 1)"},
    )
    # The variance of x̂ is var / (var + eps), so dividing by its root turns √(var + eps) into √var.
    eps_forgotten = mistake(
        "Does dx use the same eps as the forward pass? In your code, it is missing or far too small. Keep √(var + eps) "
        "in the cache, and divide by it.",
        {"inv_std * ": "inv_std / x_hat.std(axis=0) * "},
    )
    eps_hard_coded = mistake(
        "Does dx use the same eps as the forward pass? Yours uses 1e-5 even when bn_param holds a different eps. Keep "
        "√(var + eps) in the cache.",
        {"inv_std * ": "(x_hat.var(axis=0) / inv_std**2 + 1e-5) ** -0.5 * "},
    )

    @mistake("How many gradients should you return? Three: (dx, dgamma, dbeta).")
    def dx_alone(dout, cache):
        x_hat, inv_std, gamma = cache
        dx_hat = dout * gamma
        return inv_std * (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0))

    variance_path_doubled = mistake(
        "What is the derivative of (var + eps)^(-1/2)? It's -1/2 · (var + eps)^(-3/2). Your path through the variance "
        "has twice its proper weight.",
        {"through_var = x_hat": "through_var = 2 * x_hat"},
    )
    variance_path_summed = mistake(
        "How much does one example contribute to the variance? One Nth. Your path through the variance is summed over "
        "the batch: divide it by N.",
        {"x_hat).mean": "x_hat).sum"},
    )
    mean_path_summed = mistake(
        "How much does one example contribute to the mean? One Nth. Your path through the mean is summed over the "
        "batch: divide it by N.",
        {"dx_hat.mean": "dx_hat.sum"},
    )
    mean_path_divided_twice = mistake(
        "How many times do you divide the path through the mean by N? Twice. Sum over the batch, and then divide once.",
        {"dx_hat.mean(axis=0)": "dx_hat.mean(axis=0) / len(dout)"},
    )
    not_divided_by_n = mistake(
        "How large is your dx? N times too large. If you have multiplied the direct path by N so that you can subtract "
        "sums, divide everything by N at the end.",
        {"inv_std * ": "len(dout) * inv_std * "},
    )
    gamma_twice = mistake(
        "How many times does gamma enter dx? Twice in your code. It's in the gradient that reaches x̂, dout · gamma, "
        "and that's enough.",
        {"inv_std * ": "gamma * inv_std * "},
    )
    gamma_in_the_direct_path_only = mistake(
        "Which paths does gamma belong to? All three: dx_hat = dout · gamma. Your paths through the mean and the "
        "variance lack it. If you compute them from dbeta and dgamma, multiply both by gamma.",
        {
            "dx_hat.mean(axis=0)": "dbeta / len(dout)",
            "(dx_hat * x_hat).mean(axis=0)": "dgamma / len(dout)",
        },
    )
    x_hat_once = mistake(
        "How many times does x̂ enter the path through the variance? Twice: the path is x̂ times the mean of dx_hat · "
        "x̂. In your code, it enters only once.",
        {"(dx_hat * x_hat).mean(axis=0)": "dx_hat.mean(axis=0)"},
    )
    centered_for_x_hat = mistake(
        "How many times does x̂ enter the path through the variance? Twice: the path is x̂ times the mean of dx_hat · "
        "x̂. In one of these two places, you use x - mean, which isn't divided by √(var + eps).",
        {"through_var = x_hat": "through_var = x_hat / inv_std"},
    )
    along_the_features = mistake(
        "What do the means in your dx run over? The features of one example. They should run over the batch, along "
        "axis 0.",
        {
            "dx_hat.mean(axis=0)": "dx_hat.mean(axis=1, keepdims=True)",
            "x_hat).mean(axis=0)": "x_hat).mean(axis=1, keepdims=True)",
        },
    )
    root_forgotten_on_two_paths = mistake(
        "Is there a square root missing? On the direct path and on the one through the mean, you divide by var + eps, "
        "not by its root.",
        {
            "inv_std * (dx_hat - through_mean - through_var)": (
                "inv_std**2 * (dx_hat - through_mean) - inv_std * through_var"
            )
        },
    )
    # If dx is computed path by path from x - mean, a different eps changes the path through the variance most.
    eps_forgotten_on_each_path = mistake(
        "Does dx use the same eps as the forward pass? On each of your paths, it is missing or far too small. Keep "
        "√(var + eps) in the cache, and divide by it.",
        {
            "inv_std * ": "inv_std / x_hat.std(axis=0) * ",
            "through_var = x_hat": "through_var = x_hat / x_hat.var(axis=0)",
        },
    )
    eps_hard_coded_on_each_path = mistake(
        "Does dx use the same eps as the forward pass? Each of your paths uses 1e-5 even when bn_param holds a "
        "different eps. Keep √(var + eps) in the cache.",
        {
            "inv_std * ": "(x_hat.var(axis=0) / inv_std**2 + 1e-5) ** -0.5 * ",
            "through_var = x_hat": "through_var = x_hat / (x_hat.var(axis=0) + 1e-5 * inv_std**2)",
        },
    )
    dgamma_averaged = mistake(
        "Is dgamma a sum or a mean? A sum over the batch: if the loss is a mean, dout already contains the factor 1/N. "
        "Yours is averaged.",
        {"(dout * x_hat).sum": "(dout * x_hat).mean"},
    )
    dbeta_averaged = mistake(
        "Is dbeta a sum or a mean? A sum over the batch: if the loss is a mean, dout already contains the factor 1/N. "
        "Yours is averaged.",
        {"dout.sum": "dout.mean"},
    )
    dgamma_not_scaled = mistake(
        "What do you multiply by dout in dgamma? It should be x̂. You use x - mean, not divided by √(var + eps).",
        {"(dout * x_hat).sum": "(dout * x_hat / inv_std).sum"},
    )
    dgamma_not_summed = mistake(
        "What shape should dgamma have? (D,), the shape of gamma. Sum it over the batch.",
        {"(dout * x_hat).sum(axis=0)": "dout * x_hat"},
    )
    summed_over_everything = mistake(
        "How many numbers are in dgamma and dbeta? One each in your code. Each feature has its own: sum only over the "
        "batch, along axis 0.",
        {"(dout * x_hat).sum(axis=0), dout.sum(axis=0)": "(dout * x_hat).sum(), dout.sum()"},
    )
    parameters_summed_along_the_features = mistake(
        "What do the sums in dgamma and dbeta run over? In your code, the features of one example. They should run "
        "over the batch, along axis 0.",
        {"(dout * x_hat).sum(axis=0), dout.sum(axis=0)": "(dout * x_hat).sum(axis=1), dout.sum(axis=1)"},
    )
    matrix_product = mistake(
        "What does `np.dot(dout, gamma)` do? It adds up the features, which leaves one number per example. In the "
        "forward pass, gamma multiplies entry by entry, and so it does here: dout * gamma.",
        {"dout * gamma": "dout @ gamma"},
    )
    matrix_product_on_each_path = mistake(
        "What shape does `np.dot(dout, gamma)` have? (N,), because it adds up the features. In the forward pass, gamma "
        "multiplies entry by entry, and so it does here: dout * gamma.",
        {
            "dout * gamma": "dout @ gamma",
            "inv_std * (dx_hat - through_mean - through_var)": (
                "inv_std * (dx_hat - through_var) - (dx_hat * inv_std).mean(axis=0)"
            ),
        },
    )
    # The variance of x̂ is var / (var + eps).
    eps_forgotten_in_the_variance = mistake(
        "Does each path use the same eps as the forward pass? In your path through the variance, (var + eps)^(-3/2), "
        "it is missing or far too small.",
        {"through_var = x_hat": "through_var = x_hat / x_hat.std(axis=0) ** 3"},
    )
    eps_forgotten_everywhere = mistake(
        "Does the backward pass use the same eps as the forward pass? In your dx and dgamma, it is missing or far too "
        "small. Keep x̂ and √(var + eps) in the cache, and use them.",
        {
            "x_hat, inv_std, gamma = cache": (
                "x_hat, inv_std, gamma = cache\n"
                "spread = x_hat.std(axis=0)\n"
                "x_hat, inv_std = x_hat / spread, inv_std / spread"
            )
        },
    )

    compact = variant(
        {
            "dx_hat.mean(axis=0)": "gamma * dbeta / len(dout)",
            "(dx_hat * x_hat).mean(axis=0)": "gamma * dgamma / len(dout)",
        }
    )

    @variant
    def along_the_graph(dout, cache):
        x_hat, inv_std, gamma = cache
        n = len(dout)
        centered = x_hat / inv_std
        dx_hat = dout * gamma
        dvar = np.sum(dx_hat * centered, axis=0) * -0.5 * inv_std**3
        dmean = -np.sum(dx_hat * inv_std, axis=0) + dvar * np.sum(-2 * centered, axis=0) / n
        return dx_hat * inv_std + dvar * 2 * centered / n + dmean / n, (dout * x_hat).sum(0), dout.sum(0)

    @variant
    def by_the_jacobian(dout, cache):
        """The derivative of every output with respect to every input in the batch, feature by feature."""
        x_hat, inv_std, gamma = cache
        n, dx = len(dout), np.empty_like(dout)
        for j in range(dout.shape[1]):
            jacobian = inv_std[j] * (np.eye(n) - 1 / n - np.outer(x_hat[:, j], x_hat[:, j]) / n)
            dx[:, j] = gamma[j] * jacobian.T @ dout[:, j]
        return dx, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)


def passes(rng, size, width, gamma=None, beta=None, offset=3.0, **bn_param):
    """A batch whose features differ in mean and spread, and a gradient for its output."""
    return {
        "x": offset * signed(rng, 1, 3, width) + rng.uniform(0.5, 2, width) * spread(rng, size, width),
        "dout": signed(rng, 1, 3, size, width),
        "gamma": signed(rng, 1, 3, width) if gamma is None else gamma,
        "beta": signed(rng, 1, 3, width) if beta is None else beta,
        "bn_param": bn_param,
    }


def spread(rng, size, width):
    """Numbers with mean 0 and standard deviation 1 in each column."""
    numbers = rng.normal(size=(size, width))
    return (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)

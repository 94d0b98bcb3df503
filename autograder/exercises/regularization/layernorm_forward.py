"""Layer normalization, forward: each example is normalized over its own features."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class LayernormForward(Exercise):
    """Normalize each example on its own, so that training and test time are the same."""

    name, points = "layernorm_forward", 2
    done = "You have the normalization that transformers use: no batch, no running averages, no switch at test time."
    driver = drivers.layernorm_sequence

    def reference(x, gamma, beta, ln_param):
        """The forward pass of layer normalization, the same in training and at test time.

            mean and var of each example over its D features, var dividing by D

            x̂ = (x - mean) / √(var + eps)         out = gamma · x̂ + beta

        Parameters
        ----------
        x : ndarray (..., D)
            The features are always the last axis: (N, D) for N examples, (N, T, D) for N sequences of T tokens, where
            every token is normalized on its own. May be changed in place.
        gamma, beta : ndarray (D,)
            The learned scale and shift of each feature.
        ln_param : dict
            ``eps``: 1e-5 if missing. Other entries, such as a ``mode``, make no difference.

        Returns
        -------
        out : ndarray (..., D)
        cache : anything
            Whatever `layernorm_backward` needs.

        References
        ----------
        Ba, Kiros & Hinton, "Layer normalization" (2016).
        """
        eps = ln_param.get("eps", 1e-5)
        mean = x.mean(axis=-1, keepdims=True)
        var = x.var(axis=-1, keepdims=True)
        inv_std = 1 / np.sqrt(var + eps)
        x_hat = (x - mean) * inv_std
        return gamma * x_hat + beta, (x_hat, inv_std, gamma)

    def cases(rng):
        yield Case("one batch", **batches(rng, 1, 6, 4))
        modes = np.array(["train", "train", "test", "train", "test"])
        yield Case("training and test, one after the other", **batches(rng, 5, 4, 3), modes=modes)
        yield Case("as many examples as features", **batches(rng, 2, 5, 5))
        yield Case("a different eps", **batches(rng, 2, 4, 6, eps=uniform(rng, 0.5, 1.5)), weight=2)
        yield Case("a batch of one example", **batches(rng, 2, 1, 5))
        given = batches(rng, 1, 4, 5)
        given["x"][0, 1] = 2.5
        yield Case("an example whose features are all the same", **given)
        yield Case("sequences: (N, T, D)", **batches(rng, 2, 3, 4, 5), weight=2)
        given = batches(rng, 1, 4, 6)
        yield Case("float32", **{k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in given.items()})

    over_the_batch = mistake(
        "Do you normalize examples or features? Features, as in batch normalization. Take the mean and variance over "
        "each example's features, along the last axis.",
        {"x.mean(axis=-1, keepdims=True)": "x.mean(axis=0)", "x.var(axis=-1, keepdims=True)": "x.var(axis=0)"},
    )
    along_axis_one = mistake(
        "Which axis holds the features if x has three? You take axis 1, which is right for rows, but for sequences it "
        "runs over the tokens. Use the last axis, -1.",
        {"x.mean(axis=-1": "x.mean(axis=1", "x.var(axis=-1": "x.var(axis=1"},
    )
    all_but_the_first_axis = mistake(
        "Is every token normalized on its own? In sequences, you take the mean and variance over all tokens together. "
        "Take them only over the features, axis -1.",
        {
            "x.mean(axis=-1": "x.mean(axis=tuple(range(1, x.ndim))",
            "x.var(axis=-1": "x.var(axis=tuple(range(1, x.ndim))",
        },
    )
    one_for_all = mistake(
        "Does each example have its own mean and variance? In your code, they all share one of each. Take them along "
        "the last axis.",
        {"x.mean(axis=-1, keepdims=True)": "x.mean()", "x.var(axis=-1, keepdims=True)": "x.var()"},
    )
    without_keepdims = mistake(
        "What shape do your statistics have? (N,), which doesn't line up with x of shape (N, D), or worse, lines up "
        "with the wrong axis if N equals D. Keep the last axis, with keepdims=True.",
        {"x.mean(axis=-1, keepdims=True)": "x.mean(axis=-1)", "x.var(axis=-1, keepdims=True)": "x.var(axis=-1)"},
    )
    variance_without_keepdims = mistake(
        "What shape does your variance have? (N,), which doesn't line up with x of shape (N, D), or worse, lines up "
        "with the wrong axis if N equals D. Keep the last axis, with keepdims=True.",
        {"x.var(axis=-1, keepdims=True)": "x.var(axis=-1)"},
    )
    unbiased = mistake(
        "Does your variance divide by D or by D - 1? It should be D, as in np.var by default. (torch.var divides by "
        "D - 1, but PyTorch's layer doesn't.)",
        {"x.var(axis=-1": "x.var(ddof=1, axis=-1"},
    )
    without_eps = mistake(
        "What if all features of an example are the same? Then you divide by 0, because eps is missing under the root.",
        {"var + eps": "var"},
    )
    eps_outside_the_root = mistake(
        "Is eps inside the root or outside? You add it outside. Add it to the variance, and then take the root.",
        {"np.sqrt(var + eps)": "(np.sqrt(var) + eps)"},
    )
    eps_subtracted = mistake(
        "Is eps added or subtracted? It has to be added to the variance. You subtract it, so the root can be NaN.",
        {"var + eps": "var - eps"},
    )
    eps_hard_coded = mistake(
        "Does ln_param's eps make a difference? Yours is always 1e-5, which is only the default.",
        {'ln_param.get("eps", 1e-5)': "1e-5"},
    )
    eps_expected = mistake(
        "What if ln_param has no eps? Then take the default, 1e-5.",
        {'ln_param.get("eps", 1e-5)': 'ln_param["eps"]'},
    )
    eps_defaults_to_far_less = mistake(
        "What is eps when ln_param has none? It should be 1e-5, the default. Yours is far smaller.",
        {'"eps", 1e-5': '"eps", 1e-8'},
    )
    eps_defaults_to_a_tenth = mistake(
        "What is eps when ln_param has none? It should be 1e-5, the default. Yours is 1e-6.",
        {'"eps", 1e-5': '"eps", 1e-6'},
    )
    root_missing = mistake(
        "Is there a square root missing? You divide by var + eps, not by its root.",
        {"np.sqrt(var + eps)": "(var + eps)"},
    )
    deviation_for_variance = mistake(
        "What do you take the square root of? The standard deviation plus eps. Use the variance.", {"x.var(": "x.std("}
    )
    mean_square = mistake(
        "What does your variance average? The squares of x. Subtract the mean first, and then square.",
        {"x.var(axis": "(x**2).mean(axis"},
    )
    sum_of_squares = mistake(
        "Is your variance a sum or a mean? It adds up squared distances from the mean. Divide by D.",
        {"x.var(axis": "x.shape[-1] * x.var(axis"},
    )
    not_centered = mistake(
        "Is the mean subtracted? No, as in RMS normalization. In layer normalization, x̂ is (x - mean) / √(var + eps).",
        {"(x - mean)": "x"},
    )
    not_scaled = mistake(
        "What is the variance of x̂ within an example? About 1, if you divide x - mean by √(var + eps). You don't "
        "divide it.",
        {"(x - mean) * inv_std": "x - mean"},
    )
    gamma_missing = mistake(
        "Where does gamma come in? Nowhere: out should be gamma · x̂ + beta.", {"gamma * x_hat": "x_hat"}
    )
    beta_missing = mistake("Where does beta come in? Nowhere: out should be gamma · x̂ + beta.", {" + beta": ""})
    never_gamma_and_beta = mistake(
        "Where do gamma and beta come in? Nowhere in your function: it returns x̂ without them.",
        {"gamma * x_hat + beta": "x_hat"},
    )
    gamma_per_example = mistake(
        "Does gamma belong to the features or to the examples? To the features: shape (D,), lined up with the last "
        "axis. Yours gets an extra axis, as if there were one gamma per example.",
        {"gamma * x_hat + beta": "gamma[:, None] * x_hat + beta[:, None]"},
    )
    bare_at_test = mistake(
        "Do gamma and beta count at test time? Yes, there is only one mode. At test time, your function returns x̂ "
        "without them.",
        {"gamma * x_hat + beta": '(x_hat if ln_param.get("mode") == "test" else gamma * x_hat + beta)'},
    )
    running_averages_at_test = mistake(
        "Which statistics count at test time? Those of the example itself, as in training. Running averages belong to "
        "batch normalization; layer normalization has none.",
        {
            "inv_std = 1": (
                'if ln_param.get("mode") == "test":\n'
                '    mean, var = ln_param.get("running_mean", 0.0), ln_param.get("running_var", 0.0)\n'
                "else:\n"
                '    for name, value in (("running_mean", mean.mean(axis=0)), ("running_var", var.mean(axis=0))):\n'
                "        ln_param[name] = 0.9 * ln_param.get(name, 0.0) + 0.1 * value\n"
                "inv_std = 1"
            )
        },
    )
    mode_expected = mistake(
        "What if ln_param has no mode? Layer normalization doesn't need one: training and test are the same.",
        {"inv_std = 1": 'assert ln_param["mode"] in ("train", "test")\ninv_std = 1'},
    )

    @mistake("How many values should you return? Return two: (out, cache).")
    def no_cache(x, gamma, beta, ln_param):
        mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        return gamma * (x - mean) / np.sqrt(var + ln_param.get("eps", 1e-5)) + beta

    rows_only = mistake(
        "What if x has three axes? Your function stops with an error, because it works only for (N, D). Take the mean "
        "and variance along the last axis, with keepdims=True, whatever comes before it.",
        {"x.mean(axis=-1, keepdims=True)": "x.mean(axis=1).reshape(-1, 1)"},
    )
    two_axes_unpacked = mistake(
        "What if x has three axes? Your function stops with an error, because it expects exactly two, (N, D). Take the "
        "mean and variance along the last axis, with keepdims=True, whatever comes before it.",
        {"mean = x": "n, d = x.shape\nmean = x"},
    )

    by_power = variant({"1 / np.sqrt(var + eps)": "(var + eps) ** -0.5"})

    @variant
    def in_place(x, gamma, beta, ln_param):
        eps = ln_param.setdefault("eps", 1e-5)
        D = x.shape[-1]
        x -= x.sum(axis=-1, keepdims=True) / D
        std = np.sqrt(np.einsum("...d,...d->...", x, x) / D + eps)
        x /= std[..., None]
        return x * gamma + beta, {"x_hat": x, "std": std, "gamma": gamma}

    @variant
    def row_by_row(x, gamma, beta, ln_param):
        rows = x.reshape(-1, x.shape[-1])
        out = np.empty_like(rows)
        for i, row in enumerate(rows):
            mu = np.mean(row)
            out[i] = gamma * (row - mu) / np.sqrt(np.mean((row - mu) ** 2) + ln_param.get("eps", 1e-5)) + beta
        return out.reshape(x.shape), None

    @variant
    def transposed(x, gamma, beta, ln_param):
        """Move the features to the front, as if for batch normalization."""
        xt = np.moveaxis(x, -1, 0)
        hat = (xt - xt.mean(axis=0)) / np.sqrt(xt.var(axis=0) + ln_param.get("eps", 1e-5))
        return np.moveaxis(hat, 0, -1) * gamma + beta, hat


def batches(rng, count, *shape, **ln_param):
    """Batches (count, ..., D) whose examples differ in mean and spread, and a gamma and beta that change the output."""
    means = signed(rng, 3, 9, count, *shape[:-1], 1)
    spreads = rng.uniform(0.5, 2, (count, *shape[:-1], 1))
    return {
        "x": means + spreads * rng.normal(size=(count, *shape)),
        "gamma": signed(rng, 1, 3, shape[-1]),
        "beta": signed(rng, 1, 3, shape[-1]),
        "ln_param": ln_param,
    }

"""Batch normalization, forward: with batch statistics in training, with running averages at test time."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class BatchnormForward(Exercise):
    """Normalize each feature over the batch, keep its statistics for test time, and let the network undo it."""

    name, points = "batchnorm_forward", 5
    done = "Your batch normalization works in both modes and carries the training statistics over to test time."
    driver = drivers.batchnorm_sequence

    def reference(x, gamma, beta, bn_param):
        """The forward pass of batch normalization.

            train: mean and var of each feature over the batch, var dividing by N;
                   running_mean ← momentum · running_mean + (1 - momentum) · mean,  and likewise running_var with var
            test:  mean = running_mean, var = running_var, which do not change

            x̂ = (x - mean) / √(var + eps)         out = gamma · x̂ + beta

        Parameters
        ----------
        x : ndarray (N, D)
            N examples of D features. May be changed in place.
        gamma, beta : ndarray (D,)
            The learned scale and shift of each feature.
        bn_param : dict
            ``mode``: "train" or "test". ``eps``: 1e-5 if missing. ``momentum``: the weight of the OLD average, 0.9 if
            missing. ``running_mean``, ``running_var``: (D,), zeros if missing. In training, store both in this
            dict for the next call.

        Returns
        -------
        out : ndarray (N, D)
        cache : anything
            Whatever `batchnorm_backward` needs.

        References
        ----------
        Ioffe & Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
        (2015), algorithms 1 and 2, where the running variance divides by N - 1. PyTorch's momentum is the weight of the
        NEW value, 0.1.
        """
        eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
        running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
        running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
        training = bn_param["mode"] == "train"
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
            bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
        else:
            mean, var = running_mean, running_var
        inv_std = 1 / np.sqrt(var + eps)
        x_hat = (x - mean) * inv_std
        return gamma * x_hat + beta, (x_hat, inv_std, gamma)

    def cases(rng):
        yield Case("one batch in training", **batches(rng, ["train"]))
        yield Case("test time: gamma, beta, and given averages", **batches(rng, ["test"], **averages(rng)))
        yield Case("five batches in training, then a test", **batches(rng, ["train"] * 5 + ["test"]))
        momentum = uniform(rng, 0.55, 0.7)
        yield Case("a different momentum", **batches(rng, ["train"] * 3 + ["test"], momentum=momentum), weight=2)
        carried_on = batches(rng, ["train"] * 2 + ["test"], **averages(rng))
        yield Case("carried on from given averages", **carried_on)
        modes = ["train", "test", "test", "train", "test"]
        yield Case("testing between two batches changes nothing", **batches(rng, modes, **averages(rng)))
        large = batches(rng, ["train", "train", "test"], eps=uniform(rng, 0.5, 1.5))
        yield Case("a different eps", **large, weight=2)
        constant = batches(rng, ["train"])
        constant["x"][:, :, 1] = 2.5
        yield Case("a feature that is the same in the whole batch", **constant)
        yield Case("a batch of one example", **batches(rng, ["train"], size=1))
        single = batches(rng, ["train", "test"])
        yield Case("float32", **{name: _single(value) for name, value in single.items()})

    momentum_exchanged = mistake(
        "Is momentum the weight of the old average or of the new value? Of the old one: momentum · old + (1 - "
        "momentum) · new. Your weights are swapped.",
        {
            "momentum * running_mean + (1 - momentum)": "(1 - momentum) * running_mean + momentum",
            "momentum * running_var + (1 - momentum)": "(1 - momentum) * running_var + momentum",
        },
    )
    momentum_as_in_pytorch = mistake(
        "Is momentum the weight of the old average or of the new value? In PyTorch it's the weight of the new value, "
        "0.1 by default, as in your code. In this exercise it's the weight of the old average, 0.9 by default.",
        {
            '"momentum", 0.9': '"momentum", 0.1',
            "momentum * running_mean + (1 - momentum)": "(1 - momentum) * running_mean + momentum",
            "momentum * running_var + (1 - momentum)": "(1 - momentum) * running_var + momentum",
        },
    )
    misplaced_parenthesis = mistake(
        "Where does the parenthesis close? Your new value is multiplied by momentum and subtracted from 1, as in (1 - "
        "momentum · new). It should be (1 - momentum) · new.",
        {"(1 - momentum) * mean": "(1 - momentum * mean)", "(1 - momentum) * var": "(1 - momentum * var)"},
    )
    without_eps = mistake(
        "What if a feature is the same in the whole batch? Then you divide by 0, because eps is missing under the "
        "root.",
        {"var + eps": "var"},
    )
    without_eps_at_test = mistake(
        "Is eps under the root in both modes? At test time it's missing.", {"var + eps": "var + eps * training"}
    )
    eps_subtracted = mistake(
        "Is eps added or subtracted? It has to be added to the variance. You subtract it, so the root can be NaN.",
        {"var + eps": "var - eps"},
    )
    eps_outside_the_root = mistake(
        "Is eps inside the root or outside? You add it outside. Add it to the variance, and then take the root.",
        {"np.sqrt(var + eps)": "(np.sqrt(var) + eps)"},
    )
    eps_outside_the_root_at_test = mistake(
        "Is eps inside the root in both modes? At test time it's outside. Add it to the variance there, too.",
        {"np.sqrt(var + eps)": "(np.sqrt(var + eps) if training else np.sqrt(var) + eps)"},
    )
    eps_in_the_average = mistake(
        "What exactly does your running_var average? The variance plus eps. Average only the variance, and add eps "
        "when you use it.",
        {"(1 - momentum) * var": "(1 - momentum) * (var + eps)"},
    )
    root_missing = mistake(
        "Is there a square root missing? You divide by var + eps, not by its root.",
        {"np.sqrt(var + eps)": "(var + eps)"},
    )
    bare_at_test = mistake(
        "Do gamma and beta count at test time? Yes, as in training. At test time, your function returns x̂ without "
        "them.",
        {"gamma * x_hat + beta": "gamma * x_hat + beta if training else x_hat"},
    )
    never_gamma_and_beta = mistake(
        "Where do gamma and beta come in? Nowhere in your function: it returns x̂ without them.",
        {"gamma * x_hat + beta": "x_hat"},
    )
    gamma_and_beta_exchanged = mistake(
        "Which one multiplies, and which one is added? gamma multiplies, and beta is added. Yours are swapped.",
        {"gamma * x_hat + beta": "beta * x_hat + gamma"},
    )
    gamma_times_both = mistake(
        "What does gamma multiply? Only x̂: gamma · x̂ + beta. Yours multiplies beta, too.",
        {"gamma * x_hat + beta": "gamma * (x_hat + beta)"},
    )
    deviations_averaged = mistake(
        "What exactly does your running_var average? Standard deviations. Average the variances, and take the root "
        "when you use them.",
        {"(1 - momentum) * var": "(1 - momentum) * np.sqrt(var)"},
    )
    deviations_squared = mistake(
        "What exactly does your running_var average? Standard deviations, which you square at test time. Average the "
        "variances: the square of an average standard deviation is not the average variance.",
        {
            "(1 - momentum) * var": "(1 - momentum) * np.sqrt(var)",
            "mean, var = running_mean, running_var": "mean, var = running_mean, running_var**2",
        },
    )
    deviations_used_as_such = mistake(
        "What exactly does your running_var average? The roots √(var + eps), and at test time you divide by that "
        "average. Average the variances: the mean of roots is not the root of the mean.",
        {
            "(1 - momentum) * var": "(1 - momentum) * np.sqrt(var + eps)",
            "np.sqrt(var + eps)": "(np.sqrt(var + eps) if training else var)",
        },
    )
    deviations_and_eps = mistake(
        "What exactly does your running_var average? Standard deviations, and at test time you divide by their average "
        "plus eps, without a root. Average the variances, and take the root of the average plus eps.",
        {
            "(1 - momentum) * var": "(1 - momentum) * np.sqrt(var)",
            "np.sqrt(var + eps)": "(np.sqrt(var + eps) if training else var + eps)",
        },
    )
    unbiased_everywhere = mistake(
        "Does your variance divide by N or by N - 1? It should be N, as in np.var by default, but yours divides by N - "
        "1.",
        {"x.var(axis=0)": "x.var(axis=0, ddof=1)"},
    )
    unbiased_average = mistake(
        "Is the variance that you average the same as the one that you use? The one in your running_var divides by N - "
        "1, as in PyTorch. Here it should divide by N.",
        {"(1 - momentum) * var": "(1 - momentum) * x.var(axis=0, ddof=1)"},
    )
    over_the_features = mistake(
        "Do you normalize features or examples? You take the mean and variance of each example. Take them over the "
        "batch, along axis 0.",
        {"x.mean(axis=0)": "x.mean(axis=1, keepdims=True)", "x.var(axis=0)": "x.var(axis=1, keepdims=True)"},
    )
    one_for_all_features = mistake(
        "Does each feature have its own mean and variance? In your code, they all share one of each. Take them along "
        "axis 0.",
        {"x.mean(axis=0)": "x.mean()", "x.var(axis=0)": "x.var()"},
    )
    batch_statistics_at_test = mistake(
        "Which statistics count at test time? The running averages. You normalize the test batch with its own.",
        {"running_mean, running_var": "x.mean(axis=0), x.var(axis=0)"},
    )
    batch_statistics_stored_at_test = mistake(
        "Which statistics count at test time? The running averages, which don't change. You normalize the test batch "
        "with its own statistics, and store those in place of the averages.",
        {
            "mean, var = running_mean, running_var": (
                "mean, var = x.mean(axis=0), x.var(axis=0)\n"
                'bn_param["running_mean"], bn_param["running_var"] = mean, var'
            )
        },
    )
    batch_deviations_stored_at_test = mistake(
        "Which statistics count at test time? The running averages, which don't change. You normalize the test batch "
        "with its own statistics, and store those. And what exactly does your running_var average? Standard "
        "deviations. Average the variances.",
        {
            "(1 - momentum) * var": "(1 - momentum) * np.sqrt(var)",
            "mean, var = running_mean, running_var": (
                "mean, var = x.mean(axis=0), x.var(axis=0)\n"
                'bn_param["running_mean"], bn_param["running_var"] = mean, np.sqrt(var)'
            ),
        },
    )
    averages_in_training = mistake(
        "Which statistics count in training? Those of the batch itself. You normalize it with the running averages.",
        {
            "else:\n    mean, var = running_mean, running_var": (
                'mean, var = bn_param["running_mean"], bn_param["running_var"]'
            )
        },
    )
    modes_exchanged = mistake(
        "Which mode uses which statistics? Training uses those of the batch; test time uses the running averages. "
        "Yours are swapped.",
        {
            '== "train"': '!= "train"',
            'bn_param.get("running_mean"': 'bn_param.setdefault("running_mean"',
            'bn_param.get("running_var"': 'bn_param.setdefault("running_var"',
        },
    )
    averages_not_stored = mistake(
        "Where does the next call find the running averages? In bn_param, but only if you store them there. You don't.",
        {'bn_param["running_mean"] =': "running_mean =", 'bn_param["running_var"] =': "running_var ="},
    )
    averages_stored_unchanged = mistake(
        "Do the running averages change in training? Yours never do: what you store is what was there before. Store "
        "momentum times the old value plus 1 - momentum times the batch's statistic.",
        {
            "momentum * running_mean + (1 - momentum) * mean": "running_mean",
            "momentum * running_var + (1 - momentum) * var": "running_var",
        },
    )
    variance_not_stored = mistake(
        "Does running_var change in training? Yours stays as it was. Update and store it just like running_mean.",
        {"momentum * running_var + (1 - momentum) * var": "running_var"},
    )
    last_batch_only = mistake(
        "What is left of the earlier batches? Nothing: your averages hold only the last one. Keep momentum times the "
        "old value.",
        {
            "momentum * running_mean + (1 - momentum) * mean": "mean",
            "momentum * running_var + (1 - momentum) * var": "var",
        },
    )
    plain_mean_of_batches = mistake(
        "Does each batch count the same? In your averages it does. A moving average keeps momentum times the old value "
        "at each step, so older batches fade.",
        {
            "if training:": (
                "if training:\n"
                '    bn_param["batches"] = bn_param.get("batches", 0) + 1\n'
                '    momentum = 1 - 1 / bn_param["batches"]'
            )
        },
    )
    started_by_the_first_batch = mistake(
        "Where do the averages start? At zero, so the first batch has weight 1 - momentum, like every other. Yours "
        "start at the first batch's statistics.",
        {
            '"running_mean", np.zeros(x.shape[1], x.dtype)': '"running_mean", x.mean(axis=0)',
            '"running_var", np.zeros(x.shape[1], x.dtype)': '"running_var", x.var(axis=0)',
        },
    )
    variance_starts_at_ones = mistake(
        "Where does running_var start? Yours starts at 1, as in PyTorch. In this exercise, both averages start at 0.",
        {'"running_var", np.zeros': '"running_var", np.ones'},
    )
    updated_at_test = mistake(
        "Should a test batch change the averages? No, they stay as they are. You mix in the test batch.",
        {
            "running_mean, running_var": (
                "running_mean, running_var\n"
                'bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * x.mean(axis=0)\n'
                'bn_param["running_var"] = momentum * running_var + (1 - momentum) * x.var(axis=0)'
            )
        },
    )
    momentum_hard_coded = mistake(
        "Does bn_param's momentum make a difference? Yours is always 0.9, which is only the default.",
        {'bn_param.get("momentum", 0.9)': "0.9"},
    )
    eps_hard_coded = mistake(
        "Does bn_param's eps make a difference? Yours is always 1e-5, which is only the default.",
        {'bn_param.get("eps", 1e-5)': "1e-5"},
    )
    eps_always_tiny = mistake(
        "Is eps as large as it should be? Yours is far too small. Read it from bn_param; the default is 1e-5.",
        {'bn_param.get("eps", 1e-5)': "1e-8"},
    )
    another_default_momentum = mistake(
        "What is the default for momentum? It's 0.9 in this exercise. Yours is 0.99.",
        {'"momentum", 0.9': '"momentum", 0.99'},
    )
    not_centered = mistake(
        "Is the mean subtracted? Not in your code: x̂ should be (x - mean) / √(var + eps).", {"(x - mean)": "x"}
    )

    @mistake("How many values should you return? Return two: (out, cache).")
    def no_cache(x, gamma, beta, bn_param):
        return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + bn_param.get("eps", 1e-5)) + beta

    keepdims = mistake(
        "What shape do your running averages have? (1, D), because the mean and variance keep the batch axis. Leave "
        "out keepdims, so that they have shape (D,).",
        {"x.mean(axis=0), x.var(axis=0)": "x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)"},
    )
    mode_ignored = mistake(
        "Does the mode make a difference? At test time, your function does the same as in training: it uses the "
        "statistics of the batch and changes the averages. Use the running averages then, and leave them unchanged.",
        {'bn_param["mode"] == "train"': "True"},
    )
    updated_at_test_and_used = mistake(
        "Should a test batch change the averages? No, they stay as they are. You mix in the test batch before you "
        "use them.",
        {
            "mean, var = running_mean, running_var": (
                "mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)\n"
                "var = momentum * running_var + (1 - momentum) * x.var(axis=0)\n"
                'bn_param["running_mean"], bn_param["running_var"] = mean, var'
            )
        },
    )
    not_normalized_at_test = mistake(
        "What happens to x at test time? In your code, it's multiplied by gamma and shifted by beta, but not "
        "normalized first. Subtract running_mean and divide by √(running_var + eps).",
        {"(x - mean) * inv_std": "(x - mean) * inv_std if training else x"},
    )
    not_scaled = mistake(
        "What is the variance of x̂? About 1, if x - mean is divided by √(var + eps). You don't divide it.",
        {"(x - mean) * inv_std": "x - mean"},
    )
    not_scaled_in_training = mistake(
        "What is the variance of x̂ in training? About 1, if x - mean is divided by √(var + eps). In training, you "
        "don't divide it.",
        {"(x - mean) * inv_std": "(x - mean) * (1 if training else inv_std)"},
    )
    root_missing_in_training = mistake(
        "Is there a square root in both modes? In training, you divide by var + eps, not by its root.",
        {"np.sqrt(var + eps)": "(var + eps if training else np.sqrt(var + eps))"},
    )
    root_missing_at_test = mistake(
        "Is there a square root in both modes? At test time, you divide by running_var + eps, not by its root.",
        {"np.sqrt(var + eps)": "(np.sqrt(var + eps) if training else var + eps)"},
    )
    without_eps_in_training = mistake(
        "Is eps under the root in both modes? In training it's missing.", {"var + eps": "var + eps * (not training)"}
    )
    eps_outside_the_root_in_training = mistake(
        "Is eps inside the root in both modes? In training it's outside. Add it to the variance there, too.",
        {"np.sqrt(var + eps)": "(np.sqrt(var) + eps if training else np.sqrt(var + eps))"},
    )
    eps_defaults_to_far_less = mistake(
        "What is eps when bn_param has none? It should be 1e-5, the default. Yours is far smaller.",
        {'"eps", 1e-5': '"eps", 1e-8'},
    )
    default_momentum_of_the_new_value = mistake(
        "What is the default for momentum? Yours is 0.1, as in PyTorch, where it is the weight of the new value. In "
        "this exercise, it is the weight of the old average, 0.9.",
        {'"momentum", 0.9': '"momentum", 0.1'},
    )
    deviation_for_variance = mistake(
        "What do you take the square root of? The standard deviation plus eps. Use the variance, there and in "
        "running_var.",
        {"x.var(axis=0)": "x.std(axis=0)"},
    )
    sum_of_squares = mistake(
        "Is your variance a sum or a mean? It adds up squared distances from the mean. Divide by N.",
        {"x.var(axis=0)": "len(x) * x.var(axis=0)"},
    )
    mean_square = mistake(
        "What does your variance average? The squares of x. Subtract the mean first, and then square.",
        {"x.var(axis=0)": "(x**2).mean(axis=0)"},
    )
    only_the_mean_stored = mistake(
        "Where does the next call find running_var? In bn_param, but only if you store it there. You store only "
        "running_mean.",
        {'bn_param["running_var"] =': "running_var ="},
    )
    averages_exchanged = mistake(
        "Which average is stored under which name? Yours are swapped: running_mean holds the variance, and running_var "
        "the mean.",
        {
            'bn_param["running_mean"] =': 'bn_param["running_var"] =',
            'bn_param["running_var"] =': 'bn_param["running_mean"] =',
        },
    )
    added_up = mistake(
        "Do the averages forget anything? You add each batch's statistics to them, so they are sums. Multiply the old "
        "value by momentum and the new one by 1 - momentum.",
        {
            "momentum * running_mean + (1 - momentum) * mean": "running_mean + mean",
            "momentum * running_var + (1 - momentum) * var": "running_var + var",
        },
    )
    new_value_not_weighted = mistake(
        "What weight does the new value get in your averages? It enters in full. Multiply it by 1 - momentum.",
        {"(1 - momentum) * mean": "mean", "(1 - momentum) * var": "var"},
    )
    beta_missing = mistake("Where does beta come in? Nowhere: out should be gamma · x̂ + beta.", {" + beta": ""})
    beta_missing_at_test = mistake(
        "Is beta added at test time? It should be, as in training, but you leave it out.",
        {" + beta": " + (beta if training else 0)"},
    )
    gamma_missing = mistake(
        "Where does gamma come in? Nowhere: out should be gamma · x̂ + beta.", {"gamma * x_hat": "x_hat"}
    )

    rounded = mistake(
        "How many decimals does your output have? Only four, because you round it. Leave out np.round, both for the "
        "output and for the averages.",
        {
            "momentum * running_mean + (1 - momentum) * mean": (
                "np.round(momentum * running_mean + (1 - momentum) * mean, 4)"
            ),
            "momentum * running_var + (1 - momentum) * var": (
                "np.round(momentum * running_var + (1 - momentum) * var, 4)"
            ),
            "gamma * x_hat + beta": "np.round(gamma * x_hat + beta, 4)",
        },
    )
    output_rounded = mistake(
        "How many decimals does your output have? Only four, because you round it. Leave out np.round.",
        {"gamma * x_hat + beta": "np.round(gamma * x_hat + beta, 4)"},
    )
    rounded_with_momentum_as_in_pytorch = mistake(
        "How many decimals do your results have? Only four, because you round them: leave out np.round. And is "
        "momentum the weight of the old average or of the new value? Of the old one, 0.9 by default. Yours is that of "
        "the new value, 0.1, as in PyTorch.",
        {
            '"momentum", 0.9': '"momentum", 0.1',
            "momentum * running_mean + (1 - momentum) * mean": (
                "np.round((1 - momentum) * running_mean + momentum * mean, 4)"
            ),
            "momentum * running_var + (1 - momentum) * var": (
                "np.round((1 - momentum) * running_var + momentum * var, 4)"
            ),
            "gamma * x_hat + beta": "np.round(gamma * x_hat + beta, 4)",
        },
    )
    averages_expected = mistake(
        "Does bn_param hold running averages in the very first batch? No, so your function stops with an error. Start "
        "both at zeros if they are missing.",
        {
            "momentum * running_mean": 'momentum * bn_param["running_mean"]',
            "momentum * running_var": 'momentum * bn_param["running_var"]',
        },
    )

    by_power = variant({"1 / np.sqrt(var + eps)": "(var + eps) ** -0.5"})

    @variant
    def in_place(x, gamma, beta, bn_param):
        eps, momentum = bn_param.setdefault("eps", 1e-5), bn_param.setdefault("momentum", 0.9)
        running_mean = bn_param.setdefault("running_mean", np.zeros(x.shape[1], x.dtype))
        running_var = bn_param.setdefault("running_var", np.zeros(x.shape[1], x.dtype))
        if bn_param["mode"] == "test":
            x -= running_mean
            x /= np.sqrt(running_var + eps)
        else:
            mean = x.sum(axis=0) / len(x)
            x -= mean
            var = np.mean(x**2, axis=0)
            running_mean *= momentum
            running_mean += (1 - momentum) * mean
            running_var *= momentum
            running_var += (1 - momentum) * var
            x /= np.sqrt(var + eps)
        bn_param["last_mode"] = bn_param["mode"]
        return gamma * x + beta, bn_param

    @variant
    def as_a_graph(x, gamma, beta, bn_param):
        """Compute node by node, as for a backward pass through the graph."""
        eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
        averages = [bn_param.get(name, np.zeros(x.shape[1], dtype=x.dtype)) for name in ("running_mean", "running_var")]
        if bn_param["mode"] == "test":
            scale = gamma / np.sqrt(averages[1] + eps)
            bn_param["running_mean"], bn_param["running_var"] = averages
            return x * scale + (beta - averages[0] * scale), None
        mu = 1 / len(x) * np.sum(x, axis=0)
        centered = x - mu
        var = 1 / len(x) * np.sum(centered**2, axis=0)
        ivar = (var + eps) ** -0.5
        out = gamma * (centered * ivar) + beta
        bn_param["running_mean"] = averages[0] - (1 - momentum) * (averages[0] - mu)
        bn_param["running_var"] = averages[1] - (1 - momentum) * (averages[1] - var)
        return out, (centered, ivar, gamma)

    @variant
    def feature_by_feature(x, gamma, beta, bn_param):
        out = np.empty_like(x)
        for name in ("running_mean", "running_var"):
            bn_param[name] = np.array(bn_param.get(name, [0.0] * x.shape[1]))
        keep = bn_param.get("momentum", 0.9)
        for j in range(x.shape[1]):
            mean, var = bn_param["running_mean"][j], bn_param["running_var"][j]
            if bn_param["mode"] == "train":
                batch_mean, batch_var = np.mean(x[:, j]), np.var(x[:, j])
                bn_param["running_mean"][j] = keep * mean + (1 - keep) * batch_mean
                bn_param["running_var"][j] = keep * var + (1 - keep) * batch_var
                mean, var = batch_mean, batch_var
            out[:, j] = gamma[j] * (x[:, j] - mean) / np.sqrt(var + bn_param.get("eps", 1e-5)) + beta[j]
        return out, None


def batches(rng, modes, size=5, width=2, **bn_param):
    """Batches that differ in mean and spread, one mode per batch, and a gamma and beta that change the output."""
    means, spreads = 3 * signed(rng, 1, 3, len(modes), 1, width), rng.uniform(0.5, 2, (len(modes), 1, width))
    return {
        "x": means + spreads * rng.normal(size=(len(modes), size, width)),
        "gamma": signed(rng, 1, 3, width),
        "beta": signed(rng, 1, 3, width),
        "bn_param": bn_param,
        "modes": np.array(modes),
    }


def averages(rng, width=2):
    """The initial running averages."""
    return {"running_mean": signed(rng, 1, 3, width), "running_var": rng.uniform(0.5, 3, width)}


def _single(value):
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

"""Stochastic weight averaging: one network from the last checkpoints of a run."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, network_parameters, signed
from gradlab import drivers


class AverageWeights(Exercise):
    """The average of the last few checkpoints' weights."""

    name, points = "average_weights", 3
    done = "You can merge a run's last checkpoints into one network, which costs no more to run than any one of them."
    driver = drivers.average_after_every_epoch

    def reference(checkpoints, last=5):
        """Average the parameters of the last few checkpoints, with equal weights.

            w̄ = (w₁ + w₂ + ... + w_k) / k

        Do this for each parameter separately. The result is one network, not several.

        Parameters
        ----------
        checkpoints : list of dict of str to ndarray
            The parameters after each epoch, oldest first: at least one dict, all with the same names and shapes. The
            names can be anything, such as W1, b1, W2, and b2.
        last : int
            How many checkpoints to average, at least 1. If there are fewer, average all of them.

        Returns
        -------
        dict of str to ndarray
            The same names and shapes, each holding the mean over the newest `last` checkpoints.

        Notes
        -----
        Don't change the checkpoints: the run is not over, and your function is called again after the next epoch.

        References
        ----------
        Izmailov, Podoprikhin, Garipov, Vetrov & Wilson, "Averaging weights leads to wider optima and better
        generalization" (2018), section 3.2.
        """
        chosen = checkpoints[-last:]
        averaged = {}
        for name in chosen[0]:
            arrays = [params[name] for params in chosen]
            averaged[name] = sum(arrays) / len(arrays)
        return averaged

    def cases(rng):
        hidden = integer(rng, 3, 5)
        yield Case("eight epochs, the last five by default", epochs=run(rng, 8, 4, hidden, 3))
        yield Case("seven epochs, the last three", epochs=run(rng, 7, 3, hidden, 2), last=3)
        yield Case("three layers", epochs=run(rng, 7, 3, 4, hidden, 2), last=4)
        yield Case("batch norm's gamma and beta, too", epochs=run(rng, 6, 3, hidden, 2, extra=True), last=4)
        yield Case("a run that is shorter than `last`", epochs=run(rng, 4, 3, hidden, 2), last=6)
        yield Case("last = 1: the newest weights", epochs=run(rng, 4, 3, hidden, 2), last=1, weight=0)
        single = {name: w.astype(np.float32) for name, w in run(rng, 6, 4, hidden, 3).items()}
        yield Case("float32", epochs=single, last=2)

    into_the_first = mistake(
        "What happened to the oldest of your checkpoints? You add the others to it, so it is no longer the checkpoint "
        "that it was, and the next average counts the others twice. Start from a copy, or from zeros.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = arrays[0]\n"
            "for array in arrays[1:]:\n    averaged[name] += array\n"
            "averaged[name] /= len(arrays)"
        },
    )
    summed_into_the_first = mistake(
        "What happened to the oldest of your checkpoints? You add the others to it, then divide a copy, so the next "
        "average starts from a sum. Start from a copy, or from zeros.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "total = arrays[0]\n"
            "for array in arrays[1:]:\n    total += array\n"
            "averaged[name] = total / len(arrays)"
        },
    )
    into_the_newest = mistake(
        "What happened to the newest of your checkpoints? You add the older ones into its array, so it is no longer "
        "the checkpoint that it was. Start from a copy, or from zeros.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = arrays[-1]\n"
            "for array in arrays[:-1]:\n    averaged[name] += array\n"
            "averaged[name] /= len(arrays)"
        },
    )
    summed = mistake(
        "If the weights stopped changing, would their average equal them? Yours is a sum. Divide by how many "
        "checkpoints you added up.",
        {" / len(arrays)": ""},
    )
    divided_by_last = mistake(
        "What if there are fewer checkpoints than `last`? You still divide by `last`. Divide by how many you added up.",
        {"/ len(arrays)": "/ last"},
    )
    divided_by_all = mistake(
        "What number do you divide the sum by? The total number of checkpoints. Divide by how many you added up.",
        {"/ len(arrays)": "/ len(checkpoints)"},
    )
    divided_by_one_more = mistake(
        "How many numbers do you add up, and what do you divide by? You divide by one more: perhaps your sum starts at "
        "zero, and the zero is counted as a checkpoint. Divide by how many checkpoints you added up.",
        {"/ len(arrays)": "/ (len(arrays) + 1)"},
    )
    the_oldest = mistake(
        "Which end of the list holds the newest checkpoints? You average the oldest ones, from before the network had "
        "learned much. The newest are at the end.",
        {"-last:": ":last"},
    )
    all_of_them = mistake(
        "Does your function look at `last`? It averages the whole run, including the first steps downhill. Take only "
        "the newest `last` checkpoints.",
        {"[-last:]": ""},
    )
    the_newest_only = mistake(
        "What do you average? Your result is only the newest checkpoint. Average the newest `last`.",
        {"-last:": "-1:"},
    )
    newest_left_out = mistake(
        "Is the newest checkpoint part of your average? It is left out. A slice that ends at -1 stops before the last "
        "entry: leave its end open.",
        {"checkpoints[-last:]": "checkpoints[-last - 1 : -1] or checkpoints[-1:]"},
    )
    one_too_many = mistake(
        "How many checkpoints do you average? One more than `last`. Start exactly `last` places before the end.",
        {"-last:": "-last - 1 :"},
    )
    one_too_few = mistake(
        "How many checkpoints do you average? One fewer than `last`. Start exactly `last` places before the end.",
        {"-last:": "-max(last - 1, 1) :"},
    )
    always_five = mistake(
        "What if `last` is not 5? You average the newest five checkpoints anyway. Use `last`.", {"-last:": "-5:"}
    )
    too_few_is_an_error = mistake(
        "What if there are fewer checkpoints than `last`? Your function stops with an IndexError. Take as many as "
        "there are.",
        {"checkpoints[-last:]": "[checkpoints[-i] for i in range(1, last + 1)]"},
    )
    start_below_zero = mistake(
        "What if there are fewer checkpoints than `last`? A start of len(checkpoints) - last is negative then, and "
        "counts from the end. Use checkpoints[-last:], or max(..., 0).",
        {"checkpoints[-last:]": "checkpoints[len(checkpoints) - last :]"},
    )
    pair_by_pair = mistake(
        "Does each checkpoint count the same? You take the mean of the average so far and the next one, again and "
        "again, so the newest gets half the weight. Add all of them up, then divide once.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = arrays[0]\n"
            "for array in arrays[1:]:\n    averaged[name] = (averaged[name] + array) / 2"
        },
    )
    pair_by_pair_from_zero = mistake(
        "If the weights stopped changing, would their average equal them? Yours is too small: it starts at zero, and "
        "takes the mean with each checkpoint in turn. Add all of them up, then divide once.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = 0.0\n"
            "for array in arrays:\n    averaged[name] = (averaged[name] + array) / 2"
        },
    )
    exponential = mistake(
        "Does each checkpoint count the same? You take an exponentially weighted average with a decay of 0.9. "
        "All of the last few should have equal weights.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = arrays[0]\n"
            "for array in arrays[1:]:\n    averaged[name] = 0.9 * averaged[name] + 0.1 * array"
        },
    )
    newer_counts_more = mistake(
        "Does each checkpoint count the same? In your average, newer ones count more. Give all of them equal weights.",
        {
            "sum(arrays) / len(arrays)": "sum(i * array for i, array in enumerate(arrays, start=1)) "
            "/ sum(range(1, len(arrays) + 1))"
        },
    )
    running_mean_counts_late = mistake(
        "In a running mean, what is the count when the second checkpoint comes? It should already be 2. "
        "Yours lags behind by one, so the oldest checkpoint drops out. Divide the difference by the new count.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = arrays[0]\n"
            "for count, array in enumerate(arrays[1:], start=1):\n"
            "    averaged[name] = averaged[name] + (array - averaged[name]) / count"
        },
    )
    only_the_weights = mistake(
        "Which parameters do you average? Only those whose names begin with W; the others are the newest checkpoint's. "
        "Average every parameter.",
        {
            "averaged[name] = sum(arrays) / len(arrays)": "averaged[name] = "
            'sum(arrays) / len(arrays) if name.startswith("W") else arrays[-1]'
        },
    )
    only_weights_returned = mistake(
        "Can a network predict with what you return? Only the arrays whose names begin with W are in it. Return every "
        "parameter.",
        {"for name in chosen[0]:": 'for name in [name for name in chosen[0] if name.startswith("W")]:'},
    )
    two_layers_only = mistake(
        "What if a network has more parameters than W1, b1, W2, and b2? You return only these four. Loop over the "
        "names in the checkpoints.",
        {"for name in chosen[0]:": 'for name in ("W1", "b1", "W2", "b2"):'},
    )
    mean_of_everything = mistake(
        "What shape do your parameters have? Each became a single number, the mean of all its entries. Average over "
        "the checkpoints only: axis=0.",
        {"sum(arrays) / len(arrays)": "np.mean(arrays)"},
    )
    mean_over_rows = mistake(
        "Which axis holds the checkpoints? You average over the rows of each array. In a stack of arrays, the "
        "checkpoints are on axis 0.",
        {"sum(arrays) / len(arrays)": "np.mean(arrays, axis=1)"},
    )
    median = mistake(
        "What kind of average do you take? The median of each weight. Take the mean.",
        {"sum(arrays) / len(arrays)": "np.median(arrays, axis=0)"},
    )
    a_list = mistake(
        "Which array is which? You return them in a list. Return a dict whose keys are the parameters' names.",
        {"return averaged": "return list(averaged.values())"},
    )
    of_norms = mistake(
        "What do you average, the weights or their sizes? The signs are gone. Average the weights as they are.",
        {"[params[name] for": "[np.abs(params[name]) for"},
    )

    @variant
    def by_a_running_mean(checkpoints, last=5):
        averaged = {}
        for count, params in enumerate(checkpoints[-last:], start=1):
            for name, w in params.items():
                old = averaged.get(name, 0.0)
                averaged[name] = old + (w - old) / count
        return averaged

    stacked = variant({"sum(arrays) / len(arrays)": "np.stack(arrays).mean(axis=0)"})
    newest_first = variant(
        {"checkpoints[-last:]": "checkpoints[::-1][:last]", "sum(arrays) / len(arrays)": "np.mean(arrays, axis=0)"}
    )

    @variant
    def into_zeros(checkpoints, last=5):
        chosen = checkpoints[max(0, len(checkpoints) - last) :]
        averaged = {name: np.zeros_like(w) for name, w in chosen[0].items()}
        for params in chosen:
            for name in params:
                averaged[name] += params[name] / len(chosen)
        return averaged

    @variant
    def into_a_copy(checkpoints, last=5):
        first, *others = checkpoints[-last:]
        averaged = {name: w.copy() for name, w in first.items()}
        for params in others:
            for name, w in params.items():
                averaged[name] += w
        for name in averaged:
            averaged[name] /= 1 + len(others)
        return averaged


def run(rng, epochs, *sizes, extra=False):
    """Parameters that differ widely from epoch to epoch; if `extra`, also gamma1 and beta1."""
    params = network_parameters(
        sizes,
        lambda fan_in, fan_out: signed(rng, 1, 3, epochs, fan_in, fan_out),
        lambda fan_out: signed(rng, 1, 3, epochs, fan_out),
    )
    if extra:
        params |= {name: signed(rng, 1, 3, epochs, sizes[1]) for name in ("gamma1", "beta1")}
    return params

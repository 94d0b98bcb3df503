"""An ensemble of the last checkpoints of one run."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers

from .scores import separated_scores


class CheckpointEnsemble(Exercise):
    """An ensemble from a single run."""

    name, points = "checkpoint_ensemble", 3
    done = "You can turn the last checkpoints of a single run into an ensemble, at no extra training cost."
    driver = drivers.predict_from_checkpoints

    def reference(checkpoints, predict, X, last=3):
        """Average the predictions of the last checkpoints of one run.

        Parameters
        ----------
        checkpoints : list of dict of str to ndarray
            The parameters after each epoch, oldest first; at least one dict.
        predict : callable
            ``predict(params, X) -> ndarray (N, C)``: the class probabilities, from a network with these parameters.
        X : ndarray (N, D)
            The examples.
        last : int
            How many checkpoints to use, at least 1. If there are fewer, use all of them.

        Returns
        -------
        probabilities : ndarray (N, C)
            The plain mean of the newest `last` checkpoints' predictions. Average predictions here, not parameters.

        Notes
        -----
        Don't change `X` or the checkpoints.

        References
        ----------
        Sennrich, Haddow & Birch, "Edinburgh neural machine translation systems for WMT 16" (2016), section 2; Huang and
        others, "Snapshot ensembles: train 1, get M for free" (2017).
        """
        members = checkpoints[-last:]
        predictions = [predict(params, X) for params in members]
        average = np.mean(predictions, axis=0)
        return average

    def cases(rng):
        yield Case("the last three of six, by default", **run(rng, 6, 4, 3, 4))
        yield Case("the last four of seven", **run(rng, 7, 5, 3, 3), last=4)
        yield Case("the last one alone", **run(rng, 4, 4, 2, 3), last=1, weight=0)
        yield Case("all of five", **run(rng, 5, 4, 2, 3), last=5)
        yield Case("a run that is shorter than `last`", **run(rng, 3, 4, 2, 3), last=5)
        yield Case("a single checkpoint, a single example", **run(rng, 1, 1, 2, 3), weight=0)
        yield Case("float32", **{name: a.astype(np.float32) for name, a in run(rng, 5, 4, 3, 3).items()}, last=4)

    parameters_averaged = mistake(
        "What do you average, parameters or predictions? Your result is what one network with the averaged parameters "
        "predicts. Call `predict` for each checkpoint, then average the predictions.",
        {
            "predictions = ": "members = [{name: np.mean([c[name] for c in members], axis=0) for name in members[0]}]\n"
            "predictions = "
        },
    )
    the_oldest = mistake(
        "Which end of the list holds the newest checkpoints? You take the oldest ones, from before the network had "
        "learned much. The newest are at the end.",
        {"-last:": ":last"},
    )
    all_of_them = mistake(
        "Does your function look at `last`? It averages all checkpoints, even the early ones. Take only the newest "
        "`last` of them.",
        {"[-last:]": ""},
    )
    the_newest_only = mistake(
        "How many checkpoints do you use? Your result is only the newest one's prediction. Average over the "
        "newest `last`.",
        {"-last:": "-1:"},
    )
    newest_left_out = mistake(
        "Is the newest checkpoint among those you average? It is left out. A slice that ends at -1 stops before the "
        "last entry: leave its end open.",
        {"-last:": "-last - 1 : -1"},
    )
    one_too_many = mistake(
        "How many checkpoints do you average? One more than `last`. Start exactly `last` places before the end.",
        {"-last:": "-last - 1 :"},
    )
    one_too_few = mistake(
        "How many checkpoints do you average? One fewer than `last`. Start exactly `last` places before the end.",
        {"-last:": "-max(last - 1, 1) :"},
    )
    always_three = mistake(
        "What if `last` is not 3? You average the newest three checkpoints anyway. Use `last`.",
        {"-last:": "-3:"},
    )
    a_single_earlier_one = mistake(
        "How many checkpoints do you use? Only one, the oldest of those that `last` covers. Average that one and all "
        "that come after it.",
        {"[-last:]": "[-last:][:1]"},
    )
    summed = mistake(
        "What does a row of your result add up to? To the number of checkpoints, because their predictions are summed. "
        "Divide by how many you used.",
        {"np.mean": "np.sum"},
    )
    divided_by_last = mistake(
        "What if there are fewer checkpoints than `last`? You still divide by `last`. Divide by how many you used.",
        {"np.mean(predictions, axis=0)": "np.sum(predictions, axis=0) / last"},
    )
    divided_by_all = mistake(
        "What number do you divide the sum by? The total number of checkpoints. Divide by how many you used.",
        {"np.mean(predictions, axis=0)": "np.sum(predictions, axis=0) / len(checkpoints)"},
    )
    too_few_is_an_error = mistake(
        "What if there are fewer checkpoints than `last`? Your function stops with an IndexError. Take as many as "
        "there are.",
        {"checkpoints[-last:]": "[checkpoints[-i] for i in range(1, last + 1)]"},
    )
    too_few_is_none = mistake(
        "What if there are fewer checkpoints than `last`? You return None. Average as many as there are.",
        {"return average": "return average if len(checkpoints) >= last else None"},
    )
    start_below_zero = mistake(
        "What if there are fewer checkpoints than `last`? You skip the oldest of them. A start of "
        "len(checkpoints) - last is negative then, and counts from the end: use max(..., 0).",
        {"-last:": "len(checkpoints) - last :"},
    )
    votes = mistake(
        "Does a checkpoint that is 51% sure count as much as one that is 99% sure? In your result it does: each casts "
        "one full vote. Average the probabilities instead.",
        {"(predictions, ": "([p == p.max(axis=1, keepdims=True) for p in predictions], "},
    )
    classes = mistake(
        "What does the ensemble say about the other classes? You return only the numbers of the winning classes. "
        "Return the averaged probabilities, (N, C).",
        {"return average": "return average.argmax(axis=1)"},
    )
    not_averaged = mistake(
        "Where do the checkpoints come together? You return each one's predictions. Take their mean.",
        {"np.mean(predictions, axis=0)": "np.stack(predictions)"},
    )
    over_examples = mistake(
        "Which axis holds the checkpoints? You average over the examples. In a stack of predictions, the checkpoints "
        "are on axis 0.",
        {"axis=0": "axis=1"},
    )
    softmax_once_more = mistake(
        "What does `predict` return, scores or probabilities? Probabilities already: a second softmax flattens them.",
        {"return average": "return np.exp(average) / np.exp(average).sum(axis=1, keepdims=True)"},
    )
    geometric = mistake(
        "Is your average arithmetic or geometric? It averages logarithms, and the rows no longer add up to 1. Take the "
        "plain mean of the probabilities.",
        {"np.mean(predictions, axis=0)": "np.exp(np.mean(np.log(predictions), axis=0))"},
    )
    decaying = mistake(
        "Does each of the last checkpoints count the same? In your result, newer ones count more. Give them all the "
        "same weight.",
        {
            "average = np.mean(predictions, axis=0)": "average = predictions[0]\n"
            "for p in predictions[1:]:\n    average = 0.5 * average + 0.5 * p"
        },
    )

    spread_over_the_run = mistake(
        "Which checkpoints do you average? They're spread over the whole run, but the early ones are from before the "
        "network had learned much. Take the newest `last`, without gaps.",
        {
            "checkpoints[-last:]": "[checkpoints[round(i)] for i in np.linspace(0, len(checkpoints) - 1, "
            "min(last, len(checkpoints)))]"
        },
    )
    every_few = mistake(
        "Which checkpoints do you average? If there are enough, you skip some between them. Take the newest `last`, "
        "without gaps.",
        {"[-last:]": "[:: -max(1, len(checkpoints) // last)][:last]"},
    )
    counted_from_minus_zero = mistake(
        "What is checkpoints[-0]? The first checkpoint, the oldest, and you average it with the newest. Count from 1, "
        "or take checkpoints[-last:].",
        {"checkpoints[-last:]": "[checkpoints[-i] for i in range(last)]"},
    )
    range_ends_too_early = mistake(
        "Where does your range end? Before `last`, so one checkpoint is missing, and with last = 1, none is left. "
        "Take checkpoints[-last:].",
        {"checkpoints[-last:]": "[checkpoints[-i] for i in range(1, last)]"},
    )
    averaged_over_everything = mistake(
        "How many numbers do you return? A single one, the mean over examples and classes as well. Average over the "
        "checkpoints only, with axis=0.",
        {"axis=0": "axis=None"},
    )

    places_wrap_around = mistake(
        "What if there are fewer checkpoints than `last`? Your index becomes negative and counts from "
        "the end, so some checkpoints are used twice. Take checkpoints[-last:].",
        {"checkpoints[-last:]": "[checkpoints[len(checkpoints) - 1 - i] for i in range(last)]"},
    )

    @variant
    def by_a_running_mean(checkpoints, predict, X, last=3):
        mean = 0.0
        for count, params in enumerate(list(reversed(checkpoints))[:last], start=1):
            mean = mean + (predict(params, X) - mean) / count
        return mean

    stacked = variant(
        {
            "checkpoints[-last:]": "checkpoints[max(0, len(checkpoints) - last) :]",
            "np.mean(predictions, axis=0)": "np.stack(predictions).mean(0)",
        }
    )
    newest_first = variant(
        {"[-last:]": "[::-1][:last]", "np.mean(predictions, axis=0)": "sum(predictions) / len(members)"}
    )

    @variant
    def in_place(checkpoints, predict, X, last=3):
        while len(checkpoints) > last:
            del checkpoints[0]
        total = predict(checkpoints[0], X)
        for params in checkpoints[1:]:
            total += predict(params, X)
        total /= len(checkpoints)
        return total


def run(rng, count, examples, features, classes):
    """Examples, and the parameters of a linear classifier at `count` widely different checkpoints."""
    return {
        "X": rng.uniform(0.5, 1.5, (examples, features)),
        "W": separated_scores(rng, count, features, classes) / 2,
        "b": separated_scores(rng, count, classes) / 2,
    }

"""An ensemble of the last checkpoints of one run."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers

from .scores import separated_scores


class CheckpointEnsemble(Exercise):
    """An ensemble from a single run."""

    name, points = "checkpoint_ensemble", 3
    driver = drivers.predict_from_checkpoints

    def reference(checkpoints, predict, X, last=3):
        """Average what the last checkpoints of one run predict.

        Parameters
        ----------
        checkpoints : list of dict of str to ndarray
            The parameters as they were after each epoch, the oldest first; at least one.
        predict : callable
            ``predict(params, X) -> ndarray (N, C)``: the class probabilities from a network with these parameters.
        X : ndarray (N, D)
            The examples.
        last : int
            How many checkpoints to take, at least 1. Where there are fewer, all of them.

        Returns
        -------
        probabilities : ndarray (N, C)
            The plain average of the predictions of the newest `last` checkpoints. It is predictions that are averaged
            here, not parameters.

        Notes
        -----
        `X` and the checkpoints are not to be changed.

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
        yield Case("the last one alone", **run(rng, 4, 4, 2, 3), last=1)
        yield Case("all of five", **run(rng, 5, 4, 2, 3), last=5)
        yield Case("fewer checkpoints than asked for", **run(rng, 2, 4, 2, 3), last=4)
        yield Case("a single checkpoint, a single example", **run(rng, 1, 1, 2, 3))
        yield Case("float32", **{name: a.astype(np.float32) for name, a in run(rng, 5, 4, 3, 3).items()}, last=2)

    parameters_averaged = mistake(
        "The parameters are averaged, and the network asked once. Here the predictions of each checkpoint are "
        "averaged.",
        {
            "predictions = ": "members = [{name: np.mean([c[name] for c in members], axis=0) for name in members[0]}]\n"
            "predictions = "
        },
    )
    the_oldest = mistake(
        "The first checkpoints are taken, from before the network had learned much. The newest stand at the end.",
        {"-last:": ":last"},
    )
    all_of_them = mistake(
        "All checkpoints are averaged, the untrained ones too. Take the last few: `last` says how many.",
        {"[-last:]": ""},
    )
    the_newest_only = mistake("Only the newest checkpoint is asked. Average over the last few.", {"-last:": "-1:"})
    newest_left_out = mistake(
        "The newest checkpoint is left out: a slice that ends at -1 stops before the last one.",
        {"-last:": "-last - 1 : -1"},
    )
    one_too_many = mistake(
        "One checkpoint too many: begin `last` places before the end.",
        {"-last:": "-last - 1 :"},
    )
    one_too_few = mistake(
        "One checkpoint too few: take `last` of them.",
        {"-last:": "-max(last - 1, 1) :"},
    )
    always_three = mistake("You always take three checkpoints, whatever `last` says.", {"-last:": "-3:"})
    a_single_earlier_one = mistake(
        "You take the checkpoint that is `last` places before the end, and no other. Average all from there on.",
        {"[-last:]": "[-last:][:1]"},
    )
    summed = mistake(
        "The predictions are added, not averaged: divide by how many there are.",
        {"np.mean": "np.sum"},
    )
    divided_by_last = mistake(
        "You divide by `last` even where there are fewer checkpoints. Divide by how many were asked.",
        {"np.mean(predictions, axis=0)": "np.sum(predictions, axis=0) / last"},
    )
    divided_by_all = mistake(
        "You divide by the number of all checkpoints. Divide by how many were asked.",
        {"np.mean(predictions, axis=0)": "np.sum(predictions, axis=0) / len(checkpoints)"},
    )
    too_few_is_an_error = mistake(
        "Where there are fewer checkpoints than `last`, yours stops with an IndexError. Take all there are.",
        {"checkpoints[-last:]": "[checkpoints[-i] for i in range(1, last + 1)]"},
    )
    votes = mistake(
        "The votes of the checkpoints are averaged. Average their probabilities.",
        {"(predictions, ": "([p == p.max(axis=1, keepdims=True) for p in predictions], "},
    )
    classes = mistake(
        "You return the winning classes. Return the averaged probabilities.",
        {"return average": "return average.argmax(axis=1)"},
    )
    not_averaged = mistake(
        "The predictions are all there, but not averaged. Take the mean over the checkpoints.",
        {"np.mean(predictions, axis=0)": "np.stack(predictions)"},
    )
    over_examples = mistake(
        "The average runs over the examples. It should run over the checkpoints.",
        {"axis=0": "axis=1"},
    )
    softmax_once_more = mistake(
        "`predict` gives probabilities already: a second softmax flattens them.",
        {"return average": "return np.exp(average) / np.exp(average).sum(axis=1, keepdims=True)"},
    )
    decaying = mistake(
        "Newer checkpoints weigh more in your average. Here all of the last few weigh the same.",
        {
            "average = np.mean(predictions, axis=0)": "average = predictions[0]\n"
            "for p in predictions[1:]:\n    average = 0.5 * average + 0.5 * p"
        },
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
    """Examples, and the parameters of a linear classifier at `count` checkpoints, which differ widely."""
    return {
        "X": rng.uniform(0.5, 1.5, (examples, features)),
        "W": separated_scores(rng, count, features, classes) / 2,
        "b": separated_scores(rng, count, classes) / 2,
    }

"""An ensemble of the last checkpoints of one run."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers

from .scores import separated_scores, softmax


def averaged(checkpoints, predict, X):
    """The mean of these checkpoints' predictions."""
    return np.mean([predict(params, X) for params in checkpoints], axis=0)


def one_hot(p):
    """An array with 1 for the most probable class of each row, and 0 for the others."""
    return (p == p.max(axis=1, keepdims=True)).astype(p.dtype)


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
        return sum(predict(params, X) for params in members) / len(members)

    def cases(rng):
        yield Case("the last three of six, by default", **run(rng, 6, 4, 3, 4))
        yield Case("the last four of seven", **run(rng, 7, 5, 3, 3), last=4)
        yield Case("the last one alone", **run(rng, 4, 4, 2, 3), last=1)
        yield Case("all of five", **run(rng, 5, 4, 2, 3), last=5)
        yield Case("fewer checkpoints than asked for", **run(rng, 2, 4, 2, 3), last=4)
        yield Case("a single checkpoint, a single example", **run(rng, 1, 1, 2, 3))
        yield Case("float32", **{name: a.astype(np.float32) for name, a in run(rng, 5, 4, 3, 3).items()}, last=2)

    @mistake(
        "The parameters are averaged, and the network asked once. Here the predictions of each checkpoint are averaged."
    )
    def parameters_averaged(checkpoints, predict, X, last=3):
        members = checkpoints[-last:]
        return predict({name: np.mean([c[name] for c in members], axis=0) for name in members[0]}, X)

    @mistake("The first checkpoints are taken, from before the network had learned much. The newest stand at the end.")
    def the_oldest(checkpoints, predict, X, last=3):
        return averaged(checkpoints[:last], predict, X)

    @mistake("All checkpoints are averaged, the untrained ones too. Take the last few: `last` says how many.")
    def all_of_them(checkpoints, predict, X, last=3):
        return averaged(checkpoints, predict, X)

    @mistake("Only the newest checkpoint is asked. Average over the last few.")
    def the_newest_only(checkpoints, predict, X, last=3):
        return predict(checkpoints[-1], X)

    @mistake("The newest checkpoint is left out: a slice that ends at -1 stops before the last one.")
    def newest_left_out(checkpoints, predict, X, last=3):
        return averaged(checkpoints[-last - 1 : -1], predict, X)

    @mistake("One checkpoint too many: begin `last` places before the end.")
    def one_too_many(checkpoints, predict, X, last=3):
        return averaged(checkpoints[-last - 1 :], predict, X)

    @mistake("One checkpoint too few: take `last` of them.")
    def one_too_few(checkpoints, predict, X, last=3):
        return averaged(checkpoints[-max(last - 1, 1) :], predict, X)

    @mistake("You always take three checkpoints, whatever `last` says.")
    def always_three(checkpoints, predict, X, last=3):
        return averaged(checkpoints[-3:], predict, X)

    @mistake("You take the checkpoint that is `last` places before the end, and no other. Average all from there on.")
    def a_single_earlier_one(checkpoints, predict, X, last=3):
        return predict(checkpoints[-min(last, len(checkpoints))], X)

    @mistake("The predictions are added, not averaged: divide by how many there are.")
    def summed(checkpoints, predict, X, last=3):
        return sum(predict(params, X) for params in checkpoints[-last:])

    @mistake("You divide by `last` even where there are fewer checkpoints. Divide by how many were asked.")
    def divided_by_last(checkpoints, predict, X, last=3):
        return sum(predict(params, X) for params in checkpoints[-last:]) / last

    @mistake("You divide by the number of all checkpoints. Divide by how many were asked.")
    def divided_by_all(checkpoints, predict, X, last=3):
        return sum(predict(params, X) for params in checkpoints[-last:]) / len(checkpoints)

    @mistake("Where there are fewer checkpoints than `last`, yours stops with an IndexError. Take all there are.")
    def too_few_is_an_error(checkpoints, predict, X, last=3):
        return averaged([checkpoints[-i] for i in range(1, last + 1)], predict, X)

    @mistake("The votes of the checkpoints are averaged. Average their probabilities.")
    def votes(checkpoints, predict, X, last=3):
        return np.mean([one_hot(predict(params, X)) for params in checkpoints[-last:]], axis=0)

    @mistake("You return the winning classes. Return the averaged probabilities.")
    def classes(checkpoints, predict, X, last=3):
        return averaged(checkpoints[-last:], predict, X).argmax(axis=1)

    @mistake("The predictions are all there, but not averaged. Take the mean over the checkpoints.")
    def not_averaged(checkpoints, predict, X, last=3):
        return np.stack([predict(params, X) for params in checkpoints[-last:]])

    @mistake("The average runs over the examples. It should run over the checkpoints.")
    def over_examples(checkpoints, predict, X, last=3):
        return np.mean([predict(params, X) for params in checkpoints[-last:]], axis=1)

    @mistake("`predict` gives probabilities already: a second softmax flattens them.")
    def softmax_once_more(checkpoints, predict, X, last=3):
        return softmax(averaged(checkpoints[-last:], predict, X))

    @mistake("Newer checkpoints weigh more in your average. Here all of the last few weigh the same.")
    def decaying(checkpoints, predict, X, last=3):
        members = checkpoints[-last:]
        p = predict(members[0], X)
        for params in members[1:]:
            p = 0.5 * p + 0.5 * predict(params, X)
        return p

    @variant
    def by_a_running_mean(checkpoints, predict, X, last=3):
        mean = 0.0
        for count, params in enumerate(list(reversed(checkpoints))[:last], start=1):
            mean = mean + (predict(params, X) - mean) / count
        return mean

    @variant
    def stacked(checkpoints, predict, X, last=3):
        first = max(0, len(checkpoints) - last)
        return np.stack([predict(checkpoints[i], X) for i in range(first, len(checkpoints))]).mean(0)

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

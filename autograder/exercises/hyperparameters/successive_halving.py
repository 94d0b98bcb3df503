"""Successive halving: the master stops the worst trials, so that many train for a few epochs, and few for many."""

from functools import partial

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from gradlab import drivers, oracles


def curves(rng, trials, diverging=0):
    """Learning curves that stay clearly apart at every epoch that a search may ask for.

    If some trials diverge, the scores of the others are negative.
    """
    asked = np.unique([first * factor**k for first in (1, 2, 3) for factor in (2, 3) for k in range(5)])
    while True:
        final, slowness = rng.uniform(0.6, 0.99, trials), rng.uniform(0.3, 6, trials)
        scores = np.sort(final[:, None] - slowness[:, None] / (slowness[:, None] + asked), axis=0)
        # The early leader is not the best in the end, and the best is not among the first few trials.
        first, last = final - slowness / (slowness + 1), final - slowness / (slowness + 8)
        if trials == 1 or (np.diff(scores, axis=0).min() > 1e-5 and first.argmax() != last.argmax() > trials // 2):
            break
    final -= rng.uniform(2, 3) * (diverging > 0)
    others = np.setdiff1d(np.arange(trials // 2), first.argmax())
    final[rng.choice(others, diverging, replace=False)] = np.nan
    return Oracle(partial(oracles.learning_curve, final=final, slowness=slowness), limit=1000)


class SuccessiveHalving(Exercise):
    """Train all trials a little, stop the worse half, and train the others further, until one is left."""

    name, points = "successive_halving", 4
    driver = drivers.run_halvings

    def reference(evaluate, trials, epochs=1, factor=2):
        """Train many trials for a few epochs, keep the best of them, train these on, until one is left.

        In each round every trial that is alive is trained until it has had `epochs` epochs in all, and then
        evaluated. Of n trials the n // factor best stay, at least one. The next round trains them to `factor`
        times as many epochs. As soon as one is left it is the winner, and nothing more is trained.

        The score is a validation accuracy or the like: **higher is better**. It may be negative. A training that
        diverges has the score NaN, which is worse than every number.

        Parameters
        ----------
        evaluate : callable
            ``evaluate(trial, epochs)`` trains the trial of that number on until it has had `epochs` epochs in
            all (not so many more), and returns its score, a float. This is what costs: call it once a round for
            each trial that is alive, and for no other.
        trials : int
            How many there are, 1 or more; their numbers count from 0.
        epochs : int
            For the first round.
        factor : int
            2 or more.

        Returns
        -------
        best : int
            The winner's number; with one trial, that is 0, without training.
        epochs : ndarray (trials,) of int
            How many epochs each trial has been trained when the search ends.

        References
        ----------
        Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (2016),
        section 3.
        """
        alive, trained = np.arange(trials), np.zeros(trials, dtype=int)
        while len(alive) > 1:
            scores = np.array([evaluate(trial, epochs) for trial in alive.tolist()])
            trained[alive] = epochs
            # With a minus the best come first, and NaN, which NumPy sorts to the end, comes last.
            best_first = np.argsort(-scores, kind="stable")
            kept = max(len(alive) // factor, 1)
            alive = alive[best_first[:kept]]
            epochs = epochs * factor
        return int(alive[0]), trained

    def cases(rng):
        yield Case("eight trials, halved three times", evaluate=curves(rng, 8), trials=8)
        yield Case(
            "another factor, and more epochs at first",
            evaluate=curves(rng, 9),
            trials=9,
            epochs=int(rng.integers(2, 4)),
            factor=3,
        )
        yield Case("eleven trials, which do not divide by two", evaluate=curves(rng, 11), trials=11)
        yield Case("seven trials and a factor of three", evaluate=curves(rng, 7), trials=7, factor=3)
        yield Case("some trainings diverge", evaluate=curves(rng, 12, diverging=3), trials=12)
        yield Case("a single trial: nothing to decide", evaluate=curves(rng, 1), trials=1)

    keeps_the_worst = mistake(
        "The worst trials stay and the best are stopped. Here higher is better.", {"-scores": "scores"}
    )
    nan_stays = mistake(
        "A training that diverged stays: np.argsort puts NaN last, where you look for the best.",
        {'-scores, kind="stable")': 'scores, kind="stable")[::-1]'},
    )
    nan_as_zero = mistake(
        "A score of NaN counts as 0, which is better than a negative score. It is worse than every number.",
        {"np.array(": "np.nan_to_num("},
    )
    place_for_number = mistake(
        "Your winner is a place among those alive, not the number of a trial. Keep the numbers themselves.",
        {"alive[0]": "best_first[0] if trials > 1 else 0"},
    )
    places_go_on = mistake(
        "Places among those alive are used as the numbers of trials, so after the first round others go on.",
        {"alive[best_first[:kept]]": "best_first[:kept]"},
    )
    one_at_a_time = mistake(
        "One trial is stopped each round. Of n, n // factor stay.",
        {"max(len(alive) // factor, 1)": "len(alive) - 1", "epochs * factor": "epochs + 1"},
    )
    epochs_stay = mistake(
        "Training does not grow: those that stay must be trained to factor times as many epochs.", {" * factor": ""}
    )
    epochs_added = mistake(
        "The epochs grow by the same number each round. They grow by the factor: multiply.",
        {"while len(alive) > 1:": "first = epochs\nwhile len(alive) > 1:", "* factor": "+ first"},
    )
    factor_hard_coded = mistake(
        "The trials are always halved: use the argument factor.", {"// factor": "// 2", "* factor": "* 2"}
    )
    epochs_hard_coded = mistake(
        "The first round always has one epoch: use the argument epochs.",
        {"while len(alive) > 1:": "epochs = 1\nwhile len(alive) > 1:"},
    )
    rounded_up = mistake(
        "Where n does not divide by factor, one too many stays: n // factor rounds down.",
        {"max(len(alive) // factor, 1)": "min(int(np.ceil(len(alive) / factor)), len(alive) - 1)"},
    )
    dead_ones_too = mistake(
        "Trials that were stopped are evaluated again, which costs their training. Ask for those alive only.",
        {"alive.tolist()])": "range(trials)])[alive]"},
    )
    first_scores_decide = mistake(
        "The scores of the first round decide all. Evaluate those that stay again, after more training.",
        {"scores = np.array(": "if len(alive) == trials:\n    first = np.array(", "-scores": "-first[alive]"},
    )
    asks_twice = mistake(
        "Each trial is evaluated twice a round. Each call is a training: keep its score.",
        {"evaluate(trial, epochs) for": "evaluate(trial, epochs) if evaluate(trial, epochs) > -1 else np.nan for"},
    )
    increments = mistake(
        "evaluate is given how many epochs are still missing. It wants the number of epochs in all.",
        {"(trial, epochs)": "(trial, int(epochs - trained[trial]))"},
    )
    winner_trained_on = mistake(
        "The winner is trained once more when nothing is left to decide. Stop as soon as one is left.",
        {"return int(": "evaluate(int(alive[0]), epochs)\ntrained[alive] = epochs\nreturn int("},
    )
    epochs_summed = mistake(
        "The array says how many epochs each trial was trained in the last rounds added up. It has them in all.",
        {"trained[alive] =": "trained[alive] +="},
    )
    rounds_for_epochs = mistake(
        "The array has the rounds that each trial was in. It should have its epochs.",
        {"trained[alive] = epochs": "trained[alive] += 1"},
    )

    @variant
    def with_lists(evaluate, trials, epochs=1, factor=2):
        alive, trained = list(range(trials)), [0] * trials
        while len(alive) > 1:
            scores = {}
            for trial in alive:
                scores[trial] = evaluate(trial, epochs)
                trained[trial] = epochs
            alive.sort(key=lambda trial: -np.inf if np.isnan(scores[trial]) else scores[trial], reverse=True)
            alive = alive[: max(1, len(alive) // factor)]
            epochs *= factor
        return alive[0], np.array(trained)

    @variant
    def killing_one_by_one(evaluate, trials, epochs=1, factor=2):
        trained, alive = np.zeros(trials, dtype=np.int32), np.ones(trials, dtype=bool)
        while alive.sum() > 1:
            stay = max(int(alive.sum()) // factor, 1)
            scores = np.full(trials, -np.inf)
            for trial in np.flatnonzero(alive):
                scores[trial] = np.nan_to_num(evaluate(trial, epochs), nan=-1e9)
            trained[alive] = epochs
            while alive.sum() > stay:
                alive[np.where(alive, scores, np.inf).argmin()] = False
            epochs = epochs * factor
        return np.flatnonzero(alive)[0], trained

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


def ranking(scores):
    """The indices from the highest score to the lowest, then those of NaN; ties keep their order on every machine."""
    return np.argsort(-scores, kind="stable")


def halving(evaluate, trials, epochs=1, factor=2, best_first=None, kept=None, grown=None):
    """The whole search with one part replaced: the ranking, the number of trials kept, or the growth of the epochs."""
    best_first = best_first or ranking
    kept = kept or (lambda count, factor: max(count // factor, 1))
    grown = grown or (lambda epochs, factor: epochs * factor)
    alive, trained = np.arange(trials), np.zeros(trials, dtype=int)
    while len(alive) > 1:
        trained[alive] = epochs
        scores = np.array([evaluate(trial, epochs) for trial in alive.tolist()])
        alive = alive[best_first(scores)[: kept(len(alive), factor)]]
        epochs = grown(epochs, factor)
    return int(alive[0]), trained


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
            trained[alive] = epochs
            scores = np.array([evaluate(trial, epochs) for trial in alive.tolist()])
            # With a minus the best come first, and NaN, which NumPy sorts to the end, comes last.
            best_first = np.argsort(-scores)
            alive = alive[best_first[: max(len(alive) // factor, 1)]]
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

    @mistake("The worst trials stay and the best are stopped. Here higher is better.")
    def keeps_the_worst(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, epochs, factor, best_first=lambda scores: ranking(-scores))

    @mistake("A training that diverged stays: np.argsort puts NaN last, where you look for the best.")
    def nan_stays(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, epochs, factor, best_first=lambda scores: ranking(-scores)[::-1])

    @mistake("A score of NaN counts as 0, which is better than a negative score. It is worse than every number.")
    def nan_as_zero(evaluate, trials, epochs=1, factor=2):
        return halving(lambda trial, epochs: float(np.nan_to_num(evaluate(trial, epochs))), trials, epochs, factor)

    @mistake("Your winner is a place among those alive, not the number of a trial. Keep the numbers themselves.")
    def place_for_number(evaluate, trials, epochs=1, factor=2):
        alive, trained, order = np.arange(trials), np.zeros(trials, dtype=int), np.arange(trials)
        while len(alive) > 1:
            trained[alive] = epochs
            order = ranking(np.array([evaluate(trial, epochs) for trial in alive.tolist()]))
            order = order[: max(len(alive) // factor, 1)]
            alive, epochs = alive[order], epochs * factor
        return int(order[0]), trained

    @mistake("Places among those alive are used as the numbers of trials, so after the first round others go on.")
    def places_go_on(evaluate, trials, epochs=1, factor=2):
        alive, trained = np.arange(trials), np.zeros(trials, dtype=int)
        while len(alive) > 1:
            trained[alive] = epochs
            scores = np.array([evaluate(trial, epochs) for trial in alive.tolist()])
            alive, epochs = ranking(scores)[: max(len(alive) // factor, 1)], epochs * factor
        return int(alive[0]), trained

    @mistake("One trial is stopped each round. Of n, n // factor stay.")
    def one_at_a_time(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, epochs, factor, kept=lambda count, factor: count - 1, grown=lambda e, f: e + 1)

    @mistake("Training does not grow: those that stay must be trained to factor times as many epochs.")
    def epochs_stay(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, epochs, factor, grown=lambda epochs, factor: epochs)

    @mistake("The epochs grow by the same number each round. They grow by the factor: multiply.")
    def epochs_added(evaluate, trials, epochs=1, factor=2):
        start = epochs
        return halving(evaluate, trials, epochs, factor, grown=lambda epochs, factor: epochs + start)

    @mistake("The trials are always halved: use the argument factor.")
    def factor_hard_coded(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, epochs, 2)

    @mistake("The first round always has one epoch: use the argument epochs.")
    def epochs_hard_coded(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, 1, factor)

    @mistake("Where n does not divide by factor, one too many stays: n // factor rounds down.")
    def rounded_up(evaluate, trials, epochs=1, factor=2):
        return halving(evaluate, trials, epochs, factor, kept=lambda n, f: min(int(np.ceil(n / f)), n - 1))

    @mistake("Trials that were stopped are evaluated again, which costs their training. Ask for those alive only.")
    def dead_ones_too(evaluate, trials, epochs=1, factor=2):
        alive, trained = np.arange(trials), np.zeros(trials, dtype=int)
        while len(alive) > 1:
            trained[alive] = epochs
            scores = np.array([evaluate(trial, epochs) for trial in range(trials)])
            alive = alive[ranking(scores[alive])[: max(len(alive) // factor, 1)]]
            epochs = epochs * factor
        return int(alive[0]), trained

    @mistake("The scores of the first round decide all. Evaluate those that stay again, after more training.")
    def first_scores_decide(evaluate, trials, epochs=1, factor=2):
        first = {trial: evaluate(trial, epochs) for trial in range(trials)} if trials > 1 else {}
        return halving(lambda trial, _: first[trial], trials, epochs, factor)

    @mistake("Each trial is evaluated twice a round. Each call is a training: keep its score.")
    def asks_twice(evaluate, trials, epochs=1, factor=2):
        def twice(trial, epochs):
            return evaluate(trial, epochs) if evaluate(trial, epochs) > -1 else float("nan")

        return halving(twice, trials, epochs, factor)

    @mistake("evaluate is given how many epochs are still missing. It wants the number of epochs in all.")
    def increments(evaluate, trials, epochs=1, factor=2):
        def missing(trial, total):
            return evaluate(trial, total if total == epochs else total - total // factor)

        return halving(missing, trials, epochs, factor)

    @mistake("The winner is trained once more when nothing is left to decide. Stop as soon as one is left.")
    def winner_trained_on(evaluate, trials, epochs=1, factor=2):
        best, trained = halving(evaluate, trials, epochs, factor)
        total = max(trained.max() * factor, epochs)
        evaluate(best, int(total))
        trained[best] = total
        return best, trained

    @mistake("The array says how many epochs each trial was trained in the last rounds added up. It has them in all.")
    def epochs_summed(evaluate, trials, epochs=1, factor=2):
        summed = np.zeros(trials, dtype=int)

        def counted(trial, epochs):
            summed[trial] += epochs
            return evaluate(trial, epochs)

        return halving(counted, trials, epochs, factor)[0], summed

    @mistake("The array has the rounds that each trial was in. It should have its epochs.")
    def rounds_for_epochs(evaluate, trials, epochs=1, factor=2):
        rounds = np.zeros(trials, dtype=int)

        def counted(trial, epochs):
            rounds[trial] += 1
            return evaluate(trial, epochs)

        return halving(counted, trials, epochs, factor)[0], rounds

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

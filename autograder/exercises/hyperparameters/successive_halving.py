"""Successive halving: the master stops the worst trials, so that many train for a few epochs, and a few for many."""

from functools import partial

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from gradlab import drivers, oracles


def curves(rng, trials, diverging=0, overtaken=False):
    """Learning curves that stay clearly apart at every epoch that a search may ask for.

    If some trials diverge, the scores of the others are negative. If `overtaken`, the score of the early leader falls
    from a height that no other trial ever reaches, and is the lowest in the second round.
    """
    asked = np.unique([first * factor**k for first in (1, 2, 3) for factor in (2, 3) for k in range(5)])
    while True:
        final, slowness = rng.uniform(0.6, 0.99, trials), rng.uniform(0.3, 6, trials)
        if overtaken:
            leader = int(rng.integers(trials // 2))
            final[leader], slowness[leader] = final.max() - 1.47, -0.6
            if leader != (final - slowness / (slowness + 2)).argmin():
                continue
        scores = np.sort(final[:, None] - slowness[:, None] / (slowness[:, None] + asked), axis=0)
        # The early leader is not the best in the end, and the best is in the second half of the trials.
        first, last = final - slowness / (slowness + 1), final - slowness / (slowness + 8)
        if trials > 1 and not (np.diff(scores, axis=0).min() > 1e-5 and first.argmax() != last.argmax() > trials // 2):
            continue
        shift = rng.uniform(2, 3) * (diverging > 0) + 0.1 * overtaken
        others = np.setdiff1d(np.arange(trials // 2), first.argmax())
        chosen = rng.choice(others, diverging, replace=False)
        final[chosen] = np.nan
        if not diverging or are_confused_otherwise(np.where(np.isnan(final), np.nan, first - shift)):
            return Oracle(partial(oracles.learning_curve, final=final - shift, slowness=slowness), limit=1000)


def are_confused_otherwise(scores):
    """Return whether `sorted`, which NaN confuses, keeps different trials than a search that counts NaN as 0."""
    half = len(scores) // 2
    confused = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:half]
    return set(confused) != set(np.argsort(-np.nan_to_num(scores, nan=0.0))[:half].tolist())


class SuccessiveHalving(Exercise):
    """Train all trials a little, stop the worse half, and train the others further, until one is left."""

    name, points = "successive_halving", 5
    done = "You can spend most of a training budget on the trials that deserve it."
    driver = drivers.run_halvings

    def reference(evaluate, trials, epochs=1, factor=2):
        """Train many trials for a few epochs, keep the best, train these longer, and so on until one is left.

        Each round trains every remaining trial until it has had `epochs` epochs in all, and evaluates it. Of n trials,
        the best n // factor stay, but at least one. The next round trains these until they have had `factor` times as
        many epochs. As soon as only one is left, it is the winner, and training stops.

        The score is a validation accuracy or the like: **higher is better**. It may be negative. A run that
        diverges has the score NaN, which is worse than any number.

        Parameters
        ----------
        evaluate : callable
            ``evaluate(trial, epochs)`` trains this trial until it has had `epochs` epochs in all (not `epochs`
            more), and returns its score, a float. This is the expensive part: in each round, call it once for every
            remaining trial, and for no other.
        trials : int
            How many trials there are, at least 1; their numbers start at 0.
        epochs : int
            The number of epochs in the first round.
        factor : int
            At least 2.

        Returns
        -------
        best : int
            The winner's number. A single trial, 0, wins without training.
        epochs : ndarray (trials,) of int
            How many epochs each trial has had when the search ends.

        References
        ----------
        Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (2016),
        section 3.
        """
        alive, trained = np.arange(trials), np.zeros(trials, dtype=int)
        while len(alive) > 1:
            scores = np.array([evaluate(trial, epochs) for trial in alive.tolist()])
            trained[alive] = epochs
            # With a minus sign, the best come first, and NaN, which NumPy sorts to the end, comes last.
            best_first = np.argsort(-scores, kind="stable")
            kept = max(len(alive) // factor, 1)
            alive = alive[best_first[:kept]]
            epochs = epochs * factor
        return int(alive[0]), trained

    def cases(rng):
        yield Case("eight trials, halved three times", evaluate=curves(rng, 8), trials=8)
        yield Case(
            "a different factor, and more epochs at first",
            evaluate=curves(rng, 9),
            trials=9,
            epochs=int(rng.integers(2, 4)),
            factor=3,
        )
        yield Case("eleven trials, an odd number", evaluate=curves(rng, 11), trials=11)
        yield Case("seven trials and a factor of three", evaluate=curves(rng, 7), trials=7, factor=3)
        yield Case("the early leader gets worse", evaluate=curves(rng, 10, overtaken=True), trials=10)
        yield Case("some runs diverge", evaluate=curves(rng, 12, diverging=3), trials=12)
        yield Case("a single trial: nothing to decide", evaluate=curves(rng, 1), trials=1, weight=0.1)

    keeps_the_worst = mistake(
        "Which trials stay? You keep the worst and stop the best. Here higher is better.", {"-scores": "scores"}
    )
    nan_stays = mistake(
        "Where does NaN end up when you sort? A run that diverged stays, as if it were "
        "the best. np.argsort puts NaN last: sort -scores, or replace NaN with -np.inf.",
        {'-scores, kind="stable")': 'scores, kind="stable")[::-1]'},
    )
    nan_as_zero = mistake(
        "What does NaN become in your search? It counts as 0 and beats negative scores. NaN is worse than any "
        "number: make it -np.inf.",
        {"np.array(": "np.nan_to_num("},
    )
    place_for_number = mistake(
        "Is your winner a trial's number? You return its position among those still alive. "
        "Keep track of the trials' own numbers.",
        {"alive[0]": "best_first[0] if trials > 1 else 0"},
    )
    places_go_on = mistake(
        "What does argsort return? You get positions among those still alive, but go on as if they were the trials' "
        "numbers. Look the numbers up: alive[positions].",
        {"alive[best_first[:kept]]": "best_first[:kept]"},
    )
    one_at_a_time = mistake(
        "How many trials stay after a round? You stop only one. Of n trials, n // factor stay.",
        {"max(len(alive) // factor, 1)": "max(len(alive) - 1, 1)", "epochs * factor": "epochs + 1"},
    )
    stops_a_share = mistake(
        "Is n // factor how many stay, or how many stop? You stop that many. That many should stay.",
        {"max(len(alive) // factor, 1)": "max(len(alive) - max(len(alive) // factor, 1), 1)"},
    )
    epochs_stay = mistake(
        "Do the trials that stay train any longer? You ask for the same number of epochs in every round. "
        "After each round, multiply it by factor.",
        {" * factor": ""},
    )
    epochs_added = mistake(
        "How does the number of epochs grow? You add the same number each round. Multiply by factor.",
        {"alive, trained = ": "first = epochs\nalive, trained = ", "* factor": "+ first"},
    )
    epochs_accumulated = mistake(
        "What do you multiply by factor? Only the number of epochs that a round adds. Multiply the total: after the "
        "next round, a trial should have had factor times as many epochs as after this one.",
        {
            "alive, trained = ": "added = epochs\nalive, trained = ",
            "epochs * factor": ("epochs + (added := added * factor)"),
        },
    )
    factor_hard_coded = mistake(
        "Where does your 2 come from? You always halve the trials and double the epochs. Use the argument factor.",
        {"best_first = ": "factor = 2\nbest_first = "},
    )
    always_halved = mistake(
        "How many trials stay if factor is 3? A third of them, but you always keep half. Use the argument factor for "
        "the trials, as you do for the epochs.",
        {"// factor": "// 2"},
    )
    always_doubled = mistake(
        "How many epochs does the next round have if factor is 3? Three times as many, but yours always has twice as "
        "many. Use the argument factor for the epochs, as you do for the trials.",
        {"* factor": "* 2"},
    )

    epochs_hard_coded = mistake(
        "How many epochs does your first round have? It is always one. Use the argument epochs.",
        {"alive, trained = ": "epochs = 1\nalive, trained = "},
    )
    rounded_up = mistake(
        "What if factor doesn't divide n? You keep one trial too many. n // factor rounds down.",
        {"max(len(alive) // factor, 1)": "max(min(int(np.ceil(len(alive) / factor)), len(alive) - 1), 1)"},
    )
    none_left = mistake(
        "What is 2 // 3? When fewer than factor trials are left, none of them stay, and you get an IndexError. "
        "Keep at least one: max(n // factor, 1).",
        {"max(len(alive) // factor, 1)": "len(alive) // factor"},
    )
    stops_below_factor = mistake(
        "When is your search over? It ends as soon as fewer than factor trials are left. "
        "Go on until there is only one.",
        {"while len(alive) > 1:": "while len(alive) >= factor:"},
    )
    single_trial_trained = mistake(
        "With a single trial, is there anything to decide? You still train it. Check how many are left before "
        "you train.",
        {"while len(alive) > 1:": "while len(alive) > 1 or not trained.any():"},
    )
    dead_ones_too = mistake(
        "Which trials do you evaluate? You also evaluate those that were stopped, and so you train them, too. "
        "Evaluate only the ones still alive.",
        {"alive.tolist()])": "range(trials)])[alive]"},
    )
    all_trained = mistake(
        "Which trials do you evaluate? All of them in every round, so you train the stopped ones, too. Evaluate only "
        "the ones still alive.",
        {"alive.tolist()])": "range(trials)])[alive]", "trained[alive] =": "trained[:] ="},
    )
    best_ever_seen = mistake(
        "Which trial wins? The last one left, but you return the one with the highest score in any round. Scores after "
        "fewer epochs no longer count.",
        {
            "alive, trained = ": "seen = np.full(trials, -np.inf)\nalive, trained = ",
            "trained[alive] = epochs": "trained[alive] = epochs\nseen[alive] = np.fmax(seen[alive], scores)",
            "int(alive[0])": "int(seen.argmax())",
        },
    )
    first_scores_decide = mistake(
        "Which scores do you go by in the later rounds? Those of the first round. Evaluate the remaining trials "
        "again, after more training.",
        {"scores = np.array(": "if len(alive) == trials:\n    first = np.array(", "-scores": "-first[alive]"},
    )
    asks_twice = mistake(
        "How many times do you call evaluate? Twice for each trial in a round, and each call is a whole run. Call it "
        "once and keep the score.",
        {"evaluate(trial, epochs) for": "evaluate(trial, epochs) if evaluate(trial, epochs) > -1 else np.nan for"},
    )
    increments = mistake(
        "Which number of epochs does evaluate expect? The total, but you pass the number still to go.",
        {"(trial, epochs)": "(trial, int(epochs - trained[trial]))"},
    )
    winner_trained_on = mistake(
        "When is your search over? You train the winner once more when nothing is left to decide. "
        "Stop as soon as only one is left.",
        {"while len(alive) > 1:": "last = False\nwhile not last:\n    last = len(alive) == 1"},
    )
    epochs_summed = mistake(
        "What should your array count? You add up the epochs of all rounds, but each round's number already "
        "includes the earlier rounds. Set the entry instead of adding to it.",
        {"trained[alive] =": "trained[alive] +="},
    )
    rounds_for_epochs = mistake(
        "What should your array count? Yours counts the rounds in which each trial took part. It should count its "
        "epochs.",
        {"trained[alive] = epochs": "trained[alive] += 1"},
    )

    @mistake(
        "What is 2 // 3? When fewer than factor trials are left, none of them stay, and max stops with a ValueError. "
        "Keep at least one: max(n // factor, 1)."
    )
    def none_left_for_max(evaluate, trials, epochs=1, factor=2):
        alive, trained, scores = list(range(trials)), np.zeros(trials, dtype=int), {0: 0.0}
        while len(alive) > 1:
            scores = {trial: evaluate(trial, epochs) for trial in alive}
            scores = {trial: -np.inf if np.isnan(score) else score for trial, score in scores.items()}
            trained[alive] = epochs
            alive = sorted(alive, key=scores.__getitem__, reverse=True)[: len(alive) // factor]
            epochs *= factor
        return max(alive, key=scores.__getitem__), trained

    @mistake(
        "What is 2 // 3? When fewer than factor trials are left, none of them stay, so the list is empty and has no "
        "entry 0. Keep at least one: max(n // factor, 1)."
    )
    def none_left_in_a_list(evaluate, trials, epochs=1, factor=2):
        alive, trained = list(range(trials)), np.zeros(trials, dtype=int)
        while len(alive) > 1:
            scores = {trial: evaluate(trial, epochs) for trial in alive}
            scores = {trial: -np.inf if np.isnan(score) else score for trial, score in scores.items()}
            trained[alive] = epochs
            alive = sorted(alive, key=scores.__getitem__, reverse=True)[: len(alive) // factor]
            epochs *= factor
        return alive[0], trained

    nan_confuses_sorted = mistake(
        "How does `sorted` compare NaN? `<` with NaN is always false, so the order comes out wrong around it. Treat "
        "NaN as -np.inf.",
        {
            'np.argsort(-scores, kind="stable")': (
                "np.array(sorted(range(len(alive)), key=scores.__getitem__, reverse=True), dtype=int)"
            )
        },
    )

    nan_made_lowest = variant(
        {
            "trained[alive] = epochs": "scores[np.isnan(scores)] = -np.inf\ntrained[alive] = epochs",
            'np.argsort(-scores, kind="stable")': "np.argsort(scores)[::-1]",
        }
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

"""Random search: try a number of configurations and keep the best."""

from functools import partial

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from autograder.exercises.drawing import integer, seed, uniform
from gradlab import drivers, oracles, properties

RATE, REG, DROPOUT = "log10_learning_rate", "log10_reg", "dropout"
LOW = {RATE: -6.0, REG: -5.0, DROPOUT: 0.0}
HIGH = {RATE: 0.0, REG: 1.0, DROPOUT: 0.8}


def landscape(rng, names, top, limit=None):
    """Scores with one peak of height `top`; a run whose learning rate is above `limit`, if given, diverges."""
    best = {
        name: uniform(rng, 0.7 * LOW[name] + 0.3 * HIGH[name], 0.5 * LOW[name] + 0.5 * HIGH[name]) for name in names
    }
    width = {name: HIGH[name] - LOW[name] for name in names}
    limits = {} if limit is None else {RATE: limit}
    return Oracle(partial(oracles.hill, best=best, top=top, width=width, limits=limits), limit=1000)


def searched(rng, names, top, budget, limit=None, diverges_first=False):
    """A case's inputs. With a limit, at least three runs diverge; the first one does only if `diverges_first`."""
    low, high = ({name: ends[name] for name in names} for ends in (LOW, HIGH))
    while True:
        chosen = seed(rng)
        rates = np.random.default_rng(chosen).uniform(low[RATE], high[RATE], (budget, len(names)))[:, 0]
        if limit is None or ((rates[0] > limit) == diverges_first and (rates > limit).sum() >= 3):
            break
    objective = landscape(rng, names, top, limit)
    return {"objective": objective, "low": low, "high": high, "budget": budget, "seed": chosen}


class RandomSearch(Exercise):
    """The whole search in seven lines: sample, try, keep the best."""

    name, points = "random_search", 5
    done = "You have a complete random search that survives runs that diverge; the next cells run it on a network."
    driver = drivers.run_searches
    judge = properties.returns_best_tried

    def reference(objective, sample, budget, rng):
        """Try `budget` random configurations and return the best.

        The score is a validation accuracy or the like: **higher is better**. It may be negative. A run that
        diverges has the score NaN; it counts as a trial, and is worse than any number.

        Parameters
        ----------
        objective : callable
            ``objective(config)`` trains with a configuration and returns its score, a float. This is the expensive
            part: call it exactly `budget` times, never twice for the same configuration.
        sample : callable
            ``sample(rng)`` returns a new configuration, a dict of str to float. Every configuration that you try comes
            from it.
        budget : int
            How many configurations to try, 1 or more.
        rng : numpy.random.Generator
            Pass it to `sample`: the same seed gives the same search.

        Returns
        -------
        best_config : dict
            The configuration with the highest score. Assume that at least one run does not diverge.
        best_score : float
            Its score.

        References
        ----------
        Bergstra & Bengio, "Random search for hyper-parameter optimization" (2012).
        """
        best_config, best_score = None, -np.inf
        for _ in range(budget):
            config = sample(rng)
            score = objective(config)
            # A comparison with NaN is false, so a run that diverged never becomes the best.
            if score > best_score:
                best_config, best_score = config, score
        return best_config, best_score

    def cases(rng):
        yield Case(
            "two hyperparameters",
            **searched(rng, (RATE, REG), top=uniform(rng, 0.9, 0.99), budget=integer(rng, 14, 19)),
        )
        yield Case(
            "three hyperparameters, a different budget",
            **searched(rng, (RATE, REG, DROPOUT), top=uniform(rng, 0.9, 0.99), budget=integer(rng, 21, 27)),
        )
        yield Case(
            "all scores are negative",
            **searched(rng, (RATE, REG), top=-uniform(rng, 1, 2), budget=integer(rng, 14, 19)),
        )
        yield Case(
            "some runs diverge",
            **searched(rng, (RATE, REG), top=-uniform(rng, 1, 2), budget=integer(rng, 21, 27), limit=-1.8),
        )
        yield Case(
            "the first run diverges, and some later ones",
            **searched(
                rng,
                (RATE, REG),
                top=uniform(rng, 0.9, 0.99),
                budget=integer(rng, 21, 27),
                limit=-1.8,
                diverges_first=True,
            ),
        )
        yield Case(
            "a budget of one",
            **searched(rng, (RATE, DROPOUT), top=uniform(rng, 0.9, 0.99), budget=1),
            weight=0.25,
        )

    lower_is_better = mistake(
        "Which end of the scores do you keep? You return the worst configuration. Here higher is better.",
        {"-np.inf": "np.inf", "score >": "score <"},
    )
    argmax_with_nan = mistake(
        "What does your search do when a score is NaN? A run that diverged wins, although NaN is worse than every "
        "number. np.argmax, for one, treats NaN as the largest: use np.nanargmax, or replace NaN with -np.inf.",
        {"score > best_score": "score > best_score or (np.isnan(score) and not np.isnan(best_score))"},
    )
    begins_with_the_first = mistake(
        "What if the very first run diverges? Then it wins: `>` and `<` with its NaN are always False, so nothing "
        "replaces it. Skip NaN, or treat it as -np.inf.",
        {
            "best_config, best_score = None, -np.inf": "best_config = sample(rng)\nbest_score = objective(best_config)",
            "range(budget)": "range(budget - 1)",
        },
    )
    begins_with_zero = mistake(
        "Can a negative score win in your search? When all scores are negative, you return None instead of a "
        "configuration. If you keep a best score, initialize it to -np.inf.",
        {"-np.inf": "0.0"},
    )
    nan_as_zero = mistake(
        "What does NaN become in your search? A run that diverged beats negative scores. NaN is worse than "
        "every number: make it -np.inf, not 0.",
        {"objective(config)": "np.nan_to_num(objective(config))"},
    )
    nan_score_returned = mistake(
        "Where does the score that you return come from? The configuration is right, but when a run diverges, the "
        "score isn't a number. Return the score of that configuration: np.max of all scores is NaN, np.nanmax isn't.",
        {
            "None, -np.inf": "None, -np.inf\nscores = []",
            "objective(config)": "objective(config)\nscores.append(score)",
            "return best_config, best_score": "return best_config, np.max(scores)",
        },
    )
    stops_at_nan = mistake(
        "What happens after a run diverges? You then try fewer configurations than the budget allows. "
        "A NaN is just one bad trial: go on with the next one.",
        {"objective(config)": "objective(config)\nif np.isnan(score):\n    break"},
    )
    nan_not_counted = mistake(
        "Does a run that diverges count as a trial? When some diverge, you try more configurations than the "
        "budget allows. They cost as much as any other, so count them, too.",
        {
            "for _ in range(budget):": "tried = 0\nwhile tried < budget:",
            "objective(config)": "objective(config)\ntried += not np.isnan(score)",
        },
    )
    last_config = mistake(
        "Which trial does the configuration you return come from? It isn't the one with the best score. "
        "Each time the score improves, keep the configuration along with it.",
        {"return best_config": "return config"},
    )
    last_score = mistake(
        "Which trial does the score you return come from? The configuration is the best one, but this isn't the score "
        "it got. Keep the two together.",
        {"return best_config, best_score": "return best_config, score"},
    )
    asks_again = mistake(
        "How many times do you call objective for one configuration? Sometimes more than once, and each call is a "
        "whole run. Call it once and keep the score.",
        {"= config, score": "= config, objective(config)"},
    )
    one_more = mistake(
        "How many times do you call objective? You try more configurations than the budget allows. "
        "range(budget) already makes budget trials, and a trial before the loop counts, too.",
        {"range(budget)": "range(budget + 1)"},
    )
    one_fewer = mistake(
        "How many times do you call objective? You try fewer configurations than the budget allows. "
        "range(budget) makes budget trials; range(1, budget) makes one fewer.",
        {"range(budget)": "range(1, budget)"},
    )
    budget_hard_coded = mistake(
        "Where does your number of trials come from? You try too many for some budgets and too few for others. "
        "Use the argument budget.",
        {"range(budget)": "range(20)"},
    )
    one_config_for_all = mistake(
        "When do you call sample? With a budget above one, you try the same configuration more than once. "
        "Call sample(rng) inside the loop, for a new one in every trial.",
        {"for _ in range(budget):\n    config = sample(rng)": "config = sample(rng)\nfor _ in range(budget):"},
    )
    sampled_twice = mistake(
        "Is the configuration you return one that you tried? It was never given to objective. "
        "Store the result of sample(rng) in a variable, and use that for both.",
        {"objective(config)": "objective(sample(rng))"},
    )
    another_generator = mistake(
        "Where does the randomness in your search come from? The same seed gives a different search, so nobody can "
        "repeat it. Pass rng itself to sample.",
        {"best_config, best_score = None": "rng = np.random.default_rng()\nbest_config, best_score = None"},
    )
    generator_made_inside = mistake(
        "What do you do with rng? Whatever generator you get, you try the same configurations. Pass rng itself to "
        "sample, instead of a generator with a fixed seed.",
        {"best_config, best_score = None": "rng = np.random.default_rng(0)\nbest_config, best_score = None"},
    )

    @mistake(
        "Where do your configurations come from? You try some that sample never returned. In random search, each "
        "one comes from sample(rng), not from changing an earlier one."
    )
    def climbs(objective, sample, budget, rng):
        best_config = sample(rng)
        best_score = objective(best_config)
        for _ in range(budget - 1):
            config = {name: value - 0.1 * rng.random() for name, value in best_config.items()}
            score = objective(config)
            if not score <= best_score:
                best_config, best_score = config, score
        return best_config, best_score

    score_forgotten = mistake(
        "How many values should you return? Return two: best_config, best_score.",
        {"return best_config, best_score": "return best_config"},
    )

    @variant
    def all_at_once(objective, sample, budget, rng):
        configs = [sample(rng) for _ in range(budget)]
        scores = np.array([objective(config) for config in configs])
        return configs[np.nanargmax(scores)], np.nanmax(scores)

    @variant
    def a_generator_each(objective, sample, budget, rng):
        """Use one generator per trial, as in a search on many machines."""
        trials = [(config, objective(config)) for config in map(sample, rng.spawn(budget))]
        return max(trials, key=lambda trial: -np.inf if trial[1] != trial[1] else trial[1])

    @variant
    def sorted_trials(objective, sample, budget, rng):
        trials = []
        while len(trials) < budget:
            config = {name: np.float64(value) for name, value in sample(rng).items()}
            trials.append((np.nan_to_num(objective(config), nan=-1e300), len(trials), config))
        score, _, config = sorted(trials)[-1]
        return dict(reversed(config.items())), np.array(score)

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
    """The inputs of a case. With a limit, at least three runs diverge; the first one does only if `diverges_first`."""
    low, high = ({name: ends[name] for name in names} for ends in (LOW, HIGH))
    while True:
        chosen = seed(rng)
        rates = np.random.default_rng(chosen).uniform(low[RATE], high[RATE], (budget, len(names)))[:, 0]
        if limit is None or ((rates[0] > limit) == diverges_first and (rates > limit).sum() >= 3):
            break
    objective = landscape(rng, names, top, limit)
    return {"objective": objective, "low": low, "high": high, "budget": budget, "seed": chosen}


class RandomSearch(Exercise):
    """The whole search in six lines: sample, try, keep the best."""

    name, points = "random_search", 4
    driver = drivers.run_searches
    judge = properties.returns_best_tried

    def reference(objective, sample, budget, rng):
        """Try `budget` random configurations and return the best.

        The score is a validation accuracy or the like: **higher is better**. It may be negative. A training that
        diverges has the score NaN; it counts as a trial, and is worse than every number.

        Parameters
        ----------
        objective : callable
            ``objective(config)`` trains with a configuration and returns its score, a float. This is what
            costs: call it exactly `budget` times, never twice for the same configuration.
        sample : callable
            ``sample(rng)`` returns a fresh configuration, a dict of str to float. Every configuration that is
            tried comes from it.
        budget : int
            How many configurations to try, 1 or more.
        rng : numpy.random.Generator
            What `sample` is to draw from: the same seed gives the same search.

        Returns
        -------
        best_config : dict
            The configuration of the highest score. At least one training will not diverge.
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
            # A comparison with NaN is false, so a training that diverged never becomes the best.
            if score > best_score:
                best_config, best_score = config, score
        return best_config, best_score

    def cases(rng):
        yield Case(
            "two hyperparameters",
            **searched(rng, (RATE, REG), top=uniform(rng, 0.9, 0.99), budget=integer(rng, 14, 19)),
        )
        yield Case(
            "three hyperparameters, another budget",
            **searched(rng, (RATE, REG, DROPOUT), top=uniform(rng, 0.9, 0.99), budget=integer(rng, 21, 27)),
        )
        yield Case(
            "all scores are negative",
            **searched(rng, (RATE, REG), top=-uniform(rng, 1, 2), budget=integer(rng, 14, 19)),
        )
        yield Case(
            "some trainings diverge",
            **searched(rng, (RATE, REG), top=-uniform(rng, 1, 2), budget=integer(rng, 21, 27), limit=-1.8),
        )
        yield Case(
            "the first training diverges, and some later ones",
            **searched(
                rng,
                (RATE, REG),
                top=uniform(rng, 0.9, 0.99),
                budget=integer(rng, 21, 27),
                limit=-1.8,
                diverges_first=True,
            ),
        )
        yield Case("a budget of one", **searched(rng, (RATE, DROPOUT), top=uniform(rng, 0.9, 0.99), budget=1))

    lower_is_better = mistake(
        "The lowest score is kept. Here a score is an accuracy: higher is better.",
        {"-np.inf": "np.inf", "score >": "score <"},
    )
    argmax_with_nan = mistake(
        "np.argmax takes NaN for the largest number, so a training that diverged wins. Use np.nanargmax, say.",
        {"score > best_score": "score > best_score or (np.isnan(score) and not np.isnan(best_score))"},
    )
    begins_with_the_first = mistake(
        "If the first training diverges its NaN stays the best: no number is > NaN. Begin with minus infinity.",
        {
            "best_config, best_score = None, -np.inf": "best_config = sample(rng)\nbest_score = objective(best_config)",
            "range(budget)": "range(budget - 1)",
        },
    )
    begins_with_zero = mistake(
        "The best score begins at 0, so negative scores never become the best. Begin with minus infinity.",
        {"-np.inf": "0.0"},
    )
    nan_as_zero = mistake(
        "A score of NaN counts as 0, which is better than a negative score. It is worse than every number.",
        {"objective(config)": "np.nan_to_num(objective(config))"},
    )
    stops_at_nan = mistake(
        "A training that diverges ends the search. It is one trial of many: go on with the next.",
        {"objective(config)": "objective(config)\nif np.isnan(score):\n    break"},
    )
    nan_not_counted = mistake(
        "Trainings that diverge are not counted, and the budget is overspent. They cost as much as any other.",
        {
            "for _ in range(budget):": "tried = 0\nwhile tried < budget:",
            "objective(config)": "objective(config)\ntried += not np.isnan(score)",
        },
    )
    last_config = mistake(
        "The configuration of the last trial is returned. Keep the one that had the best score.",
        {"return best_config": "return config"},
    )
    last_score = mistake(
        "The configuration is the best, but the score that comes with it is another trial's. Keep both together.",
        {"return best_config, best_score": "return best_config, score"},
    )
    asks_again = mistake(
        "objective is called again for what was tried already. Each call is a training: keep the score.",
        {"= config, score": "= config, objective(config)"},
    )
    one_more = mistake(
        "One trial more than the budget allows is made: range(budget) has budget numbers already.",
        {"range(budget)": "range(budget + 1)"},
    )
    one_fewer = mistake(
        "One trial fewer than the budget allows is made: range(1, budget) has budget - 1 numbers.",
        {"range(budget)": "range(1, budget)"},
    )
    budget_hard_coded = mistake(
        "The number of trials is always the same. Use the argument budget.", {"range(budget)": "range(20)"}
    )
    one_config_for_all = mistake(
        "One configuration is drawn and tried every time. Draw a new one for every trial, from the same rng.",
        {"for _ in range(budget):\n    config = sample(rng)": "config = sample(rng)\nfor _ in range(budget):"},
    )
    another_generator = mistake(
        "sample is given another generator than yours, so the search cannot be repeated. Give it rng.",
        {"best_config, best_score = None": "rng = np.random.default_rng()\nbest_config, best_score = None"},
    )
    generator_made_inside = mistake(
        "A generator made inside tries the same configurations whatever rng is. Give rng to sample.",
        {"best_config, best_score = None": "rng = np.random.default_rng(0)\nbest_config, best_score = None"},
    )

    @mistake("New configurations are made by changing the best one so far. In random search each comes from sample.")
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
        "Only the configuration comes back. Return both: best_config, best_score.",
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

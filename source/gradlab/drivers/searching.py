"""Searches: functions that choose what to try, and are asked what they found and what they tried."""

import numpy as np

from ..checks.run import Unexpected


def run_searches(function, objective, low, high, budget, seed):
    """Run a search three times, twice with generators of the same seed, and record what it tries.

    Parameters
    ----------
    function : callable
        ``function(objective=..., sample=..., budget=..., rng=...)`` returns the best configuration and its score.
    objective : callable
        The score of a configuration, a dict of numbers.
    low, high : dict of str to float
        Between which ``sample(rng)`` draws each entry of a configuration, evenly.
    budget, seed : int

    Returns
    -------
    dict
        ``"best"``: ndarray (D,), the best configuration's entries in the order of `low`; ``"score"``: its score;
        ``"sampled"``, ``"tried"``: ndarray (S, D) and (T, D), what ``sample`` drew and what was asked for;
        ``"best again"``: ndarray (D,), from the second run; ``"tried with another rng"``: ndarray (R, D), in the third.
    """
    sampled, tried = [], []

    def sample(rng):
        config = {name: float(rng.uniform(low[name], high[name])) for name in low}
        sampled.append(list(config.values()))
        return config

    def ask(config):
        score = objective(config)
        tried.append([float(config[name]) for name in low])
        return score

    def run(seed):
        returned = function(objective=ask, sample=sample, budget=budget, rng=np.random.default_rng(seed))
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise Unexpected("two things, the best configuration and its score", returned)
        if not isinstance(returned[0], dict) or set(returned[0]) != set(low):
            raise Unexpected(f"a dict with {', '.join(low)} as the best configuration", returned[0])
        return np.array([float(returned[0][name]) for name in low]), returned[1]

    best, score = run(seed)
    rows = {name: np.array(values).reshape(-1, len(low)) for name, values in (("sampled", sampled), ("tried", tried))}
    again, before = run(seed)[0], len(tried)
    run(seed + 1)
    other = np.array(tried[before:]).reshape(-1, len(low))
    return {"best": best, "score": score, **rows, "best again": again, "tried with another rng": other}


def run_halvings(function, evaluate, trials, **settings):
    """Run a search that stops bad trials early, and record how often and after how much training each was evaluated.

    Parameters
    ----------
    function : callable
        ``function(evaluate=..., trials=..., **settings)`` returns the best trial's number and an array (trials,).
    evaluate : callable
        ``evaluate(trial, epochs)`` is the score of a trial after so many epochs.
    trials : int

    Returns
    -------
    dict
        ``{"best": int, "epochs": ndarray (trials,)}`` as returned; ``"evaluations"``, ``"trained"``: ndarray (trials,),
        how often each was evaluated, and after how many epochs at last.
    """
    evaluations, trained = np.zeros(trials, dtype=np.int64), np.zeros(trials)

    def ask(trial, epochs):
        score = evaluate(trial, epochs)
        evaluations[int(trial)] += 1
        trained[int(trial)] = epochs
        return score

    returned = function(evaluate=ask, trials=trials, **settings)
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise Unexpected("two things, (best, epochs)", returned)
    return {"best": returned[0], "epochs": returned[1], "evaluations": evaluations, "trained": trained}

"""Drivers for searches. They record what a search tried and what it found."""

from typing import Any

import numpy as np

from ..checks.run import Unexpected
from ..typing import Floats
from ._outputs import Function, Outputs, pair

Configuration = dict[str, float]


def run_searches(
    function: Function, objective: Function, low: Configuration, high: Configuration, budget: int, seed: int
) -> Outputs:
    """Run a search three times, twice with the same seed and once with a different one, and record what it tries.

    Parameters
    ----------
    function : callable
        ``function(objective=..., sample=..., budget=..., rng=...)`` returns the best configuration and its score.
    objective : callable
        ``objective(config)`` returns the score of a configuration, which is a dict of numbers.
    low, high : dict of str to float
        The range from which ``sample(rng)`` draws each entry of a configuration, uniformly.
    budget, seed : int

    Returns
    -------
    dict
        ``"best"``: ndarray (D,), the best configuration's entries, ordered like the keys of `low`, or None if None is
        returned instead of a configuration; ``"score"``: its score, or "nan", "inf", or "-inf" if it is not finite;
        ``"sampled"``, ``"tried"``: ndarray (S, D) and (T, D), the configurations that ``sample`` returned and those
        that were evaluated; ``"best again"``: ndarray (D,) or None, the best configuration of the second run;
        ``"tried with another rng"``: ndarray (R, D), the configurations evaluated in the third run.
    """
    sampled: list[list[float]] = []
    tried: list[list[float]] = []

    def sample(rng: np.random.Generator) -> Configuration:
        config = {name: float(rng.uniform(low[name], high[name])) for name in low}
        sampled.append(list(config.values()))
        return config

    def evaluate(config: Configuration) -> Any:
        score = objective(config)
        tried.append([float(config[name]) for name in low])
        return score

    def run(seed: int) -> tuple[Floats | None, Any]:
        returned = function(objective=evaluate, sample=sample, budget=budget, rng=np.random.default_rng(seed))
        config, score = pair(returned, "the best configuration and its score")
        if config is None:
            return None, score
        if not isinstance(config, dict) or set(config) != set(low):
            raise Unexpected(f"a dict with {', '.join(low)} as the best configuration", config)
        return np.array([float(config[name]) for name in low]), score

    best, score = run(seed)
    first = {"sampled": _rows(sampled, low), "tried": _rows(tried, low)}
    again, _ = run(seed)
    before = len(tried)
    run(seed + 1)
    other = _rows(tried[before:], low)
    return {"best": best, "score": _in_words(score), **first, "best again": again, "tried with another rng": other}


def run_halvings(function: Function, evaluate: Function, trials: int, **settings: object) -> Outputs:
    """Run a search that stops bad trials early, and record how it evaluates each trial.

    Parameters
    ----------
    function : callable
        ``function(evaluate=..., trials=..., **settings)`` returns the best trial's index and an
        array (trials,) of the epochs for which each trial was trained.
    evaluate : callable
        ``evaluate(trial, epochs)`` returns the score of a trial after that many epochs.
    trials : int

    Returns
    -------
    dict
        ``"best"``, ``"epochs"``: the two values that the function returned; ``"calls to evaluate"``: ndarray (trials,),
        the number of calls for each trial; ``"epochs asked for"``: ndarray (trials,), the epochs in the last call for
        each trial. Students read these names.
    """
    calls, asked = np.zeros(trials, dtype=np.int64), np.zeros(trials)

    def recorded(trial: Any, epochs: Any) -> Any:
        score = evaluate(trial, epochs)
        calls[int(trial)] += 1
        asked[int(trial)] = epochs
        return score

    best, epochs = pair(function(evaluate=recorded, trials=trials, **settings), "(best, epochs)")
    return {"best": best, "epochs": epochs, "calls to evaluate": calls, "epochs asked for": asked}


def _in_words(score: Any) -> Any:
    """Return a nonfinite number as text, so that a property can interpret it; return any other value unchanged."""
    number = np.asarray(score) if isinstance(score, (float, np.floating, np.ndarray)) else np.zeros(1)
    single = number.shape == () and number.dtype.kind == "f"
    return str(float(number)) if single and not np.isfinite(number) else score


def _rows(configs: list[list[float]], names: Configuration) -> Floats:
    """Return an array with one row per configuration, even if there are no configurations."""
    return np.array(configs).reshape(-1, len(names))

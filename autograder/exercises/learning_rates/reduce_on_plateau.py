"""Reduce on plateau: the schedule depends on the validation error after every epoch, not on a timetable."""

import math

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers

DEFAULTS = {"factor": 0.5, "patience": 3, "threshold": 1e-3, "floor": 0.0, "best": math.inf, "waited": 0}


def plateau_with(learning_rate, error, config, *, better=None, best=None, due=None, lower=None, forget=0):
    """The schedule with one part replaced, for most of the known mistakes.

    Parameters
    ----------
    better : callable, optional
        ``better(c) -> bool``: whether the error improved.
    best : callable, optional
        ``best(c, improved) -> float``: the new best error.
    due : callable, optional
        ``due(c, waited) -> bool``: whether to lower the learning rate.
    lower : callable, optional
        ``lower(c) -> float``: the lowered learning rate.
    forget : int or None
        The number of waited epochs after the learning rate is lowered; None keeps the count.
    """
    c = {**DEFAULTS, **(config or {})}
    improved = error < c["best"] - c["threshold"] if better is None else better(c)
    waited = 0 if improved else c["waited"] + 1
    reached = error if improved else c["best"]
    if best is not None:
        reached = best(c, improved)
    if waited >= c["patience"] if due is None else due(c, waited):
        learning_rate = max(c["factor"] * learning_rate, c["floor"]) if lower is None else lower(c)
        waited = waited if forget is None else forget
    return learning_rate, {**c, "best": reached, "waited": waited}


def error_curve(rng, start, *changes, threshold=1e-3):
    """Validation errors that change by these multiples of the threshold, with noise of up to a fiftieth of it."""
    return start + threshold * np.cumsum([0.0, *changes]) + threshold * 0.02 * rng.random(len(changes) + 1)


class ReduceOnPlateau(Exercise):
    """The schedule that reacts to the validation error, with a state that it keeps from epoch to epoch."""

    name, points = "reduce_on_plateau", 6
    driver = drivers.epoch_by_epoch

    def reference(learning_rate, error, config=None):
        """The learning rate after an epoch: lowered when the validation error has stopped falling.

        An epoch is an *improvement* if its error is lower than ``best - threshold``; then it becomes the new
        ``best``. After `patience` epochs in a row without improvement the rate is multiplied by `factor`, but
        never goes below `floor`, and the count starts again from 0.

        Parameters
        ----------
        learning_rate : float
            The rate of the epoch that has just ended.
        error : float
            The validation error after it: the share of wrong answers, the lower the better.
        config : dict or None
            ``factor``: what is left of the rate, 0.5 if missing. ``patience``: epochs, 3 if missing.
            ``threshold``: by how much an error must undercut the best one to count, 1e-3 if missing.
            ``floor``: the lowest rate, 0.0 if missing. ``best``: the error of the last improvement, infinity if
            missing. ``waited``: epochs in a row without improvement, 0 if missing. None means all defaults.

        Returns
        -------
        learning_rate : float
            The rate of the next epoch.
        config : dict
            The settings and the new ``best`` and ``waited``; they are handed to the next call.

        Notes
        -----
        A lowered rate does not change ``best``. An error that is lower than ``best`` by less than the threshold
        does not change it either, so that many small gains add up to an improvement. `config` may be changed in
        place.
        """
        config = {
            "factor": 0.5,
            "patience": 3,
            "threshold": 1e-3,
            "floor": 0.0,
            "best": np.inf,
            "waited": 0,
            **(config or {}),
        }
        if error < config["best"] - config["threshold"]:
            return learning_rate, {**config, "best": error, "waited": 0}
        waited = config["waited"] + 1
        if waited < config["patience"]:
            return learning_rate, {**config, "waited": waited}
        return max(config["factor"] * learning_rate, config["floor"]), {**config, "waited": 0}

    def cases(rng):
        yield Case(
            "falls, then a plateau, config=None",
            learning_rate=uniform(rng, 0.05, 0.3),
            errors=error_curve(rng, uniform(rng, 0.3, 0.4), -90, -60, -30, -9, -0.6, 4, 5, 3, -4, 3, -6, 2),
        )
        yield Case(
            "up and down: what counts is the best so far",
            learning_rate=uniform(rng, 0.05, 0.3),
            errors=error_curve(rng, uniform(rng, 0.2, 0.3), 20, -12, 15, -11, 12, -30, 18, -9, 8, -14, 12),
        )
        yield Case(
            "another factor, patience and threshold",
            learning_rate=uniform(rng, 0.5, 2),
            errors=error_curve(
                rng, uniform(rng, 0.5, 0.6), -3, -0.6, -2, 0.4, -0.3, 0.5, -0.5, 0.3, -0.2, 0.2, -3, -0.6, -0.1,
                0.5, -0.4, 0.2, -0.1, 0.2, threshold=0.02,
            ),
            config={"factor": uniform(rng, 0.1, 0.3), "patience": 5, "threshold": 0.02},
        )  # fmt: skip
        yield Case(
            "creeps down: gains below the threshold add up",
            learning_rate=uniform(rng, 0.05, 0.3),
            errors=error_curve(rng, uniform(rng, 0.2, 0.3), *[-0.4] * 12, 0.5, -0.3, 0.4, -0.2, threshold=0.01),
            config={"threshold": 0.01, "patience": 4},
        )
        rate = uniform(rng, 0.05, 0.3)
        yield Case(
            "down to a floor",
            learning_rate=rate,
            errors=error_curve(rng, uniform(rng, 0.1, 0.2), *rng.uniform(0.1, 5, 13)),
            config={"factor": uniform(rng, 0.3, 0.45), "patience": 2, "floor": round(rate / 12, 5)},
        )
        best = uniform(rng, 0.1, 0.2)
        yield Case(
            "carried on from a given best and waited",
            learning_rate=uniform(rng, 0.05, 0.3),
            errors=error_curve(rng, best + 0.03, -5, 3, -4, -40, 8, -3, 5, 2),
            config={"patience": 4, "best": best, "waited": 3},
        )

    @mistake("The rate falls after every epoch. Lower it only after patience epochs without improvement.")
    def lowers_every_epoch(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, due=lambda c, waited: True)

    @mistake("You compare with the error of the last epoch. Compare with the best so far: errors go up and down.")
    def compares_with_the_last(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, best=lambda c, improved: error)

    @mistake("The best error is not stored in config, so every epoch is an improvement.")
    def best_not_stored(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, best=lambda c, improved: c["best"])

    @mistake("The number of epochs waited is not stored in config, so patience never runs out.")
    def count_not_stored(learning_rate, error, config=None):
        waited = (config or {}).get("waited", 0)
        learning_rate, config = plateau_with(learning_rate, error, config)
        return learning_rate, {**config, "waited": waited}

    @mistake("After a drop the count goes on, so the rate falls at every further epoch. Start again from 0.")
    def goes_on_counting(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, forget=None)

    @mistake("An improvement does not set the count back. Epochs without improvement must be in a row.")
    def improvement_does_not_reset(learning_rate, error, config=None):
        c = {**DEFAULTS, **(config or {})}
        if error < c["best"] - c["threshold"]:
            return learning_rate, {**c, "best": error}
        return plateau_with(learning_rate, error, config)

    @mistake(
        "The rate drops an epoch late, as PyTorch's does. Here it drops after patience epochs without improvement."
    )
    def one_epoch_late(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, due=lambda c, waited: waited > c["patience"])

    @mistake("The rate drops an epoch early. Count this epoch, then compare the count with patience.")
    def one_epoch_early(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, due=lambda c, waited: waited >= c["patience"] - 1)

    @mistake("The threshold has no effect: any error below the best counts. It must be below best - threshold.")
    def threshold_left_out(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, better=lambda c: error < c["best"])

    @mistake("The threshold has the wrong sign: slightly worse counts as better. Subtract it from the best.")
    def threshold_added(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, better=lambda c: error < c["best"] + c["threshold"])

    @mistake("The threshold is a share of the best error. Here it is an amount: subtract it.")
    def threshold_as_a_share(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, better=lambda c: error < c["best"] * (1 - c["threshold"]))

    @mistake("A gain below the threshold moves best, so many small gains never count. Move it on improvement only.")
    def best_creeps(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, best=lambda c, improved: min(error, c["best"]))

    @mistake("After a drop the best error is forgotten. Keep it: only an improvement changes it.")
    def best_forgotten_after_a_drop(learning_rate, error, config=None):
        after, config = plateau_with(learning_rate, error, config, forget=-1)
        if config["waited"] == -1:
            config = {**config, "waited": 0, "best": math.inf}
        return after, config

    @mistake("Higher counts as better here, as for an accuracy. An error improves when it falls.")
    def higher_is_better(learning_rate, error, config=None):
        config = {"best": -math.inf, **(config or {})}
        return plateau_with(learning_rate, error, config, better=lambda c: error > c["best"] + c["threshold"])

    @mistake("The floor has no effect. The rate should never go below it.")
    def floor_left_out(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, lower=lambda c: c["factor"] * learning_rate)

    @mistake("The smaller of the two is taken, so the first drop goes to the floor or below. Take the larger.")
    def floor_as_a_ceiling(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, lower=lambda c: min(c["factor"] * learning_rate, c["floor"]))

    @mistake("A drop that would go below the floor is left out. Go to the floor itself.")
    def stops_above_the_floor(learning_rate, error, config=None):
        def lower(c):
            lowered = c["factor"] * learning_rate
            return lowered if lowered >= c["floor"] else learning_rate

        return plateau_with(learning_rate, error, config, lower=lower)

    @mistake("The rate is divided by the factor and grows. Multiply.")
    def grows(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, lower=lambda c: learning_rate / c["factor"])

    @mistake("The rate becomes the factor. Multiply the rate by it.")
    def factor_for_rate(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, lower=lambda c: max(c["factor"], c["floor"]))

    @mistake("The rate is multiplied by 1 - factor. The factor itself is what is left of it.")
    def what_is_lost_for_what_is_left(learning_rate, error, config=None):
        def lower(c):
            return max((1 - c["factor"]) * learning_rate, c["floor"])

        return plateau_with(learning_rate, error, config, lower=lower)

    @mistake("The factor is always 0.5. Read it from config; 0.5 is only what to use when it is missing.")
    def factor_hard_coded(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, lower=lambda c: max(0.5 * learning_rate, c["floor"]))

    @mistake("Patience is always 3. Read it from config; 3 is only what to use when it is missing.")
    def patience_hard_coded(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, due=lambda c, waited: waited >= 3)

    @mistake("The threshold is always 1e-3. Read it from config; 1e-3 is only what to use when it is missing.")
    def threshold_hard_coded(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, better=lambda c: error < c["best"] - 1e-3)

    @mistake("In the first epoch config holds no best and no waited yet: they start at infinity and 0.")
    def state_expected(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, {**config, "best": config["best"], "waited": config["waited"]})

    @mistake("best starts at 0, and no error is ever below that: start it at infinity.")
    def best_starts_at_zero(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, {"best": 0.0, **(config or {})})

    @mistake("You return a config with best and waited alone, so the settings are lost after the first epoch.")
    def settings_lost(learning_rate, error, config=None):
        learning_rate, config = plateau_with(learning_rate, error, config)
        return learning_rate, {key: config[key] for key in ("best", "waited")}

    @mistake("The epoch of an improvement is counted as waited: after it the count is 1. It should be 0.")
    def improvement_counts_as_waited(learning_rate, error, config=None):
        c = {**DEFAULTS, **(config or {})}
        if error < c["best"] - c["threshold"]:
            return learning_rate, {**c, "best": error, "waited": 1}
        return plateau_with(learning_rate, error, config)

    @mistake("You return the rate alone. Return the config, too: it is the memory.")
    def returns_the_rate_alone(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config)[0]

    @mistake("The rate never changes. After patience epochs without improvement multiply it by factor, and return it.")
    def never_lowers(learning_rate, error, config=None):
        return plateau_with(learning_rate, error, config, due=lambda c, waited: False)

    @variant
    def in_place(learning_rate, error, config=None):
        if config is None:
            config = {}
        for key, value in DEFAULTS.items():
            config.setdefault(key, value)
        config["waited"] += 1
        if config["best"] - error > config["threshold"]:
            config["best"], config["waited"] = error, 0
        if config["waited"] >= config["patience"]:
            config["waited"] = 0
            learning_rate = max(config["floor"], learning_rate * config["factor"])
        return learning_rate, config

    @variant
    def counting_down(learning_rate, error, config=None):
        c = dict(config or {}, method="another memory")
        patience, best = c.get("patience", 3), c.get("best", np.float64(1e9))
        left = c.pop("left", patience - c.get("waited", 0))
        if error < best - c.get("threshold", 1e-3):
            best, left = error, patience
        else:
            left -= 1
        rate = np.float64(learning_rate)
        if left <= 0:
            rate, left = np.maximum(rate * c.get("factor", 0.5), c.get("floor", 0.0)), patience
        return rate, {**c, "best": best, "left": left}

    @variant
    def remembers_every_error(learning_rate, error, config=None):
        config = {**DEFAULTS, **(config or {})}
        history = [*config.get("history", []), error]
        best, waited = config["best"], config["waited"]  # the initial values: this variant stores only the history
        for past in history:
            waited = 0 if waited == config["patience"] else waited
            improved = past < best - config["threshold"]
            best, waited = (past, 0) if improved else (best, waited + 1)
        if waited == config["patience"]:
            learning_rate = max(config["factor"] * learning_rate, config["floor"])
        return learning_rate, {**config, "history": history}

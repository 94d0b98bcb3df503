"""Reduce on plateau: the schedule depends on the validation error after every epoch, not on a timetable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


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
        best, waited = config["best"], config["waited"] + 1
        if error < best - config["threshold"]:
            best, waited = error, 0
        if waited >= config["patience"]:
            waited = 0
            lowered = config["factor"] * learning_rate
            learning_rate = max(lowered, config["floor"])
        return learning_rate, {**config, "best": best, "waited": waited}

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

    lowers_every_epoch = mistake(
        "The rate falls after every epoch. Lower it only after patience epochs without improvement.",
        {'waited >= config["patience"]': "True"},
    )
    compares_with_the_last = mistake(
        "You compare with the error of the last epoch. Compare with the best so far: errors go up and down.",
        {'"best": best': '"best": error'},
    )
    best_not_stored = mistake(
        "The best error is not stored in config, so every epoch is an improvement.", {'"best": best, ': ""}
    )
    count_not_stored = mistake(
        "The number of epochs waited is not stored in config, so patience never runs out.", {', "waited": waited': ""}
    )
    goes_on_counting = mistake(
        "After a drop the count goes on, so the rate falls at every further epoch. Start again from 0.",
        {"waited = 0\n": ""},
    )
    improvement_does_not_reset = mistake(
        "An improvement does not set the count back. Epochs without improvement must be in a row.",
        {"waited = error, 0": 'waited = error, config["waited"]'},
    )
    one_epoch_late = mistake(
        "The rate drops an epoch late, as PyTorch's does. Here it drops after patience epochs without improvement.",
        {">=": ">"},
    )
    one_epoch_early = mistake(
        "The rate drops an epoch early. Count this epoch, then compare the count with patience.",
        {'config["patience"]': 'config["patience"] - 1'},
    )
    threshold_left_out = mistake(
        "The threshold has no effect: any error below the best counts. It must be below best - threshold.",
        {' - config["threshold"]': ""},
    )
    threshold_added = mistake(
        "The threshold has the wrong sign: slightly worse counts as better. Subtract it from the best.",
        {'- config["threshold"]': '+ config["threshold"]'},
    )
    threshold_as_a_share = mistake(
        "The threshold is a share of the best error. Here it is an amount: subtract it.",
        {'best - config["threshold"]': 'best * (1 - config["threshold"])'},
    )
    best_creeps = mistake(
        "A gain below the threshold moves best, so many small gains never count. Move it on improvement only.",
        {'"best": best': '"best": min(error, best)'},
    )
    best_forgotten_after_a_drop = mistake(
        "After a drop the best error is forgotten. Keep it: only an improvement changes it.",
        {"waited = 0\n": "best, waited = np.inf, 0\n"},
    )
    higher_is_better = mistake(
        "Higher counts as better here, as for an accuracy. An error improves when it falls.",
        {'"best": np.inf': '"best": -np.inf', "error < best -": "error > best +"},
    )
    floor_left_out = mistake(
        "The floor has no effect. The rate should never go below it.", {'max(lowered, config["floor"])': "lowered"}
    )
    floor_as_a_ceiling = mistake(
        "The smaller of the two is taken, so the first drop goes to the floor or below. Take the larger.",
        {"max(": "min("},
    )
    stops_above_the_floor = mistake(
        "A drop that would go below the floor is left out. Go to the floor itself.",
        {'max(lowered, config["floor"])': 'lowered if lowered >= config["floor"] else learning_rate'},
    )
    grows = mistake(
        "The rate is divided by the factor and grows. Multiply.",
        {'config["factor"] * learning_rate': 'learning_rate / config["factor"]'},
    )
    factor_for_rate = mistake("The rate becomes the factor. Multiply the rate by it.", {" * learning_rate": ""})
    what_is_lost_for_what_is_left = mistake(
        "The rate is multiplied by 1 - factor. The factor itself is what is left of it.",
        {'config["factor"]': '(1 - config["factor"])'},
    )
    factor_hard_coded = mistake(
        "The factor is always 0.5. Read it from config; 0.5 is only what to use when it is missing.",
        {'config["factor"]': "0.5"},
    )
    patience_hard_coded = mistake(
        "Patience is always 3. Read it from config; 3 is only what to use when it is missing.",
        {'config["patience"]': "3"},
    )
    threshold_hard_coded = mistake(
        "The threshold is always 1e-3. Read it from config; 1e-3 is only what to use when it is missing.",
        {'config["threshold"]': "1e-3"},
    )
    state_expected = mistake(
        "In the first epoch config holds no best and no waited yet: they start at infinity and 0.",
        {'"best": np.inf,\n"waited": 0,\n**(config or {}),': "**config,"},
    )
    best_starts_at_zero = mistake(
        "best starts at 0, and no error is ever below that: start it at infinity.", {"np.inf": "0.0"}
    )
    settings_lost = mistake(
        "You return a config with best and waited alone, so the settings are lost after the first epoch.",
        {"{**config, ": "{"},
    )
    improvement_counts_as_waited = mistake(
        "The epoch of an improvement is counted as waited: after it the count is 1. It should be 0.",
        {"waited = error, 0": "waited = error, 1"},
    )
    returns_the_rate_alone = mistake(
        "You return the rate alone. Return the config, too: it is the memory.",
        {', {**config, "best": best, "waited": waited}': ""},
    )
    never_lowers = mistake(
        "The rate never changes. After patience epochs without improvement multiply it by factor, and return it.",
        {'waited >= config["patience"]': "False"},
    )

    @variant
    def in_place(learning_rate, error, config=None):
        if config is None:
            config = {}
        config.setdefault("factor", 0.5)
        config.setdefault("patience", 3)
        config.setdefault("threshold", 1e-3)
        config.setdefault("floor", 0.0)
        config.setdefault("best", np.inf)
        config.setdefault("waited", 0)
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
        config = config or {}
        history = [*config.get("history", []), error]
        # Only the history is stored: best and waited keep their initial values in config.
        best, waited, patience = config.get("best", np.inf), config.get("waited", 0), config.get("patience", 3)
        for past in history:
            waited = 0 if waited == patience else waited
            improved = past < best - config.get("threshold", 1e-3)
            best, waited = (past, 0) if improved else (best, waited + 1)
        if waited == patience:
            learning_rate = max(config.get("factor", 0.5) * learning_rate, config.get("floor", 0.0))
        return learning_rate, {**config, "history": history}

"""Reduce on plateau: the schedule depends on the validation error after every epoch, not on a timetable."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def error_curve(rng, start, *changes, threshold=1e-3):
    """Validation errors that change by these multiples of the threshold, with noise of up to a fiftieth of it."""
    return start + threshold * np.cumsum([0.0, *changes]) + threshold * 0.02 * rng.random(len(changes) + 1)


class ReduceOnPlateau(Exercise):
    """The schedule that reacts to the validation error, with a state that it keeps from epoch to epoch."""

    name, points = "reduce_on_plateau", 6
    done = "You have a schedule that watches the validation error and keeps its own state; the next run trains with it."
    driver = drivers.epoch_by_epoch
    picture = Picture("curve")

    def reference(learning_rate, error, config=None):
        """The learning rate for the next epoch, which is lower if the validation error has stopped falling.

        An error is an *improvement* if it is lower than ``best - threshold``; then it becomes the new ``best``. After
        `patience` epochs in a row without improvement, the learning rate is multiplied by `factor`, but never goes
        below `floor`, and the count starts over from 0.

        Parameters
        ----------
        learning_rate : float
            The learning rate of the epoch that has just ended.
        error : float
            The validation error after it: the fraction of wrong answers, so lower is better.
        config : dict or None
            ``factor``: what is left of the learning rate, by default 0.5. ``patience``: a number of epochs, by
            default 3. ``threshold``: an error is an improvement if it is lower than the best one by more than this, by
            default 1e-3. ``floor``: the lowest learning rate, by default 0.0. ``best``: the error of the last
            improvement, by default infinity. ``waited``: the number of epochs in a row without improvement, by default
            0. None means all defaults.

        Returns
        -------
        learning_rate : float
            The learning rate of the next epoch.
        config : dict
            The settings, and the new ``best`` and ``waited``, for the next call.

        Notes
        -----
        A drop in the learning rate does not change ``best``. Nor does an error that is lower than ``best`` by less than
        the threshold, so several small gains can add up to an improvement. You may change `config` in place.

        Keras counts patience like this, too. PyTorch lowers the learning rate one epoch later, and its threshold is by
        default a fraction of ``best``.
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
            errors=error_curve(rng, uniform(rng, 0.3, 0.4), -90, -60, -9, -0.6, -0.6, -0.6, 4, 5, 3, -5, 3, -6, 2),
        )
        yield Case(
            "up and down: only the best so far counts",
            learning_rate=uniform(rng, 0.05, 0.3),
            errors=error_curve(rng, uniform(rng, 0.2, 0.3), 20, -12, 15, -11, 12, -30, 18, -9, 8, -14, 12),
        )
        yield Case(
            "a different factor, patience, and threshold",
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
            errors=error_curve(
                rng, uniform(rng, 0.2, 0.3), *[-0.4] * 6, *[-0.22] * 10, 0.5, -0.3, 0.4, -0.2, threshold=0.01
            ),
            config={"threshold": 0.01, "patience": 4},
        )
        rate = uniform(rng, 0.05, 0.3)
        yield Case(
            "down to a floor",
            weight=2,
            learning_rate=rate,
            errors=error_curve(rng, uniform(rng, 0.1, 0.2), *rng.uniform(0.1, 5, 13)),
            config={"factor": uniform(rng, 0.3, 0.45), "patience": 2, "floor": round(rate / 12, 5)},
        )
        # Errors are fractions of a number of images, so the same one often comes again, to the last digit.
        same = integer(rng, 40, 60) / 400
        yield Case(
            "the same error again and again, and a threshold of 0",
            learning_rate=uniform(rng, 0.05, 0.3),
            errors=same + np.array([8, 3, 3, 0, 0, 0, 0, 1, 0, 0]) / 64,
            config={"threshold": 0.0},
        )
        best, rate = uniform(rng, 0.1, 0.2), uniform(rng, 0.05, 0.3)
        yield Case(
            "continued from a given best and waited",
            weight=2,
            learning_rate=rate,
            errors=error_curve(
                rng, best + 0.03, -2, 1, -3, -4, -0.9, 0.5, -0.4, 0.6, 0.5, -0.5, 0.4, 0.6, -0.3, threshold=0.004
            ),
            config={
                "factor": uniform(rng, 0.3, 0.4),
                "patience": 4,
                "threshold": 0.004,
                "floor": round(rate / 12, 5),
                "best": best,
                "waited": 3,
            },
        )

    lowers_every_epoch = mistake(
        "When do you lower the learning rate? After every epoch. Wait until `patience` epochs in a row bring no "
        "improvement.",
        {'waited >= config["patience"]': "True"},
    )
    compares_with_the_last = mistake(
        "Which error do you compare with? The one from the previous epoch. Errors go up and down, so compare with "
        "the best so far.",
        {'"best": best': '"best": error'},
    )
    same_error_improves = mistake(
        "Is an error equal to `best - threshold` an improvement? In your code it is; with a threshold of 0, the same "
        "error is then an improvement forever. Compare with <, not <=.",
        {"error < best": "error <= best"},
    )
    best_not_stored = mistake(
        "What does the next call know about the best error? Nothing: it isn't updated in the config you return.",
        {'"best": best, ': ""},
    )
    count_not_stored = mistake(
        "What does the next call know about the epochs you have waited? Nothing: the count isn't updated in the config "
        "you return.",
        {', "waited": waited': ""},
    )
    goes_on_counting = mistake(
        "What happens to the count after a drop? Yours keeps running, so the learning rate drops again after every "
        "epoch from then on. Start over from 0.",
        {"waited = 0\n": ""},
    )
    count_restarts_at_one = mistake(
        "Where does the count start after a drop? Yours starts at 1, so the next drop comes an epoch early. Start over "
        "from 0.",
        {"waited = 0\n": "waited = 1\n"},
    )
    improvement_does_not_reset = mistake(
        "What happens to the count after an improvement? Yours keeps its value. Set it back to 0: epochs without "
        "improvement must be in a row.",
        {"waited = error, 0": 'waited = error, config["waited"]'},
    )
    one_epoch_late = mistake(
        "When does the learning rate drop? An epoch late, as in PyTorch. It should drop as soon as `patience` epochs "
        "in a row have brought no improvement.",
        {">=": ">"},
    )
    one_epoch_early = mistake(
        "When does the learning rate drop? An epoch early. Count this epoch first, and then compare with patience.",
        {'config["patience"]': 'config["patience"] - 1'},
    )
    threshold_left_out = mistake(
        "What counts as an improvement? In your code, gains far below the threshold do, too. An error must be lower "
        "than best - threshold.",
        {' - config["threshold"]': ""},
    )
    threshold_added = mistake(
        "Can a slightly worse error count as an improvement? In your code, it does: the threshold has the wrong sign. "
        "Subtract it from the best error.",
        {'- config["threshold"]': '+ config["threshold"]'},
    )
    threshold_as_a_share = mistake(
        "Is the threshold an amount or a fraction? You treat it as a fraction of the best error, as PyTorch does. Here "
        "it's an amount: subtract it.",
        {'best - config["threshold"]': 'best * (1 - config["threshold"])'},
    )
    pytorchs_rules = mistake(
        "Whose rules are these? PyTorch's: the threshold is a fraction of the best error, and the learning rate drops "
        "an epoch later. Here, subtract the threshold from the best error, and let the learning rate drop as soon as "
        "`patience` epochs in a row have brought no improvement.",
        {">=": ">", 'best - config["threshold"]': 'best * (1 - config["threshold"])'},
    )
    best_creeps = mistake(
        "What does a gain below the threshold do to the best error? You still lower it, so small gains never add up. "
        "Only an improvement should change it.",
        {'"best": best': '"best": min(error, best)'},
    )
    best_forgotten_after_a_drop = mistake(
        "What does a drop do to the best error? You forget it, so the next error always counts as an improvement. Keep "
        "it.",
        {"waited = 0\n": "best, waited = np.inf, 0\n"},
    )
    best_replaced_at_a_drop = mistake(
        "What does a drop do to the best error? You replace it with the current one, which is worse. Keep it: only "
        "an improvement changes it.",
        {"waited = 0\n": "best, waited = error, 0\n"},
    )
    higher_is_better = mistake(
        "Is a higher error better? You treat it like an accuracy. An error improves when it falls.",
        {'"best": np.inf': '"best": -np.inf', "error < best -": "error > best +"},
    )
    floor_before_the_factor = mistake(
        "How low can your learning rate go? Below the floor, because you raise it to the floor first and multiply it "
        "by the factor after that. Multiply first.",
        {
            'config["factor"] * learning_rate': 'config["factor"] * max(learning_rate, config["floor"])',
            'max(lowered, config["floor"])': "lowered",
        },
    )
    first_error_is_the_best = mistake(
        "What is the best error before the first call? The first error itself, so the first epoch counts as one "
        "without improvement. Start from np.inf, which any error improves on.",
        {'"best": np.inf': '"best": error'},
    )
    floor_left_out = mistake(
        "How low can your learning rate go? Below the floor, which has no effect. Take the larger of the floor and "
        "the lowered learning rate.",
        {'max(lowered, config["floor"])': "lowered"},
    )
    floor_as_a_ceiling = mistake(
        "Which of the two do you take, the lowered learning rate or the floor? The smaller one. Take the larger.",
        {"max(": "min("},
    )
    stops_above_the_floor = mistake(
        "What if a drop would go below the floor? You leave the learning rate as it is. Go down to the floor itself.",
        {'max(lowered, config["floor"])': 'lowered if lowered >= config["floor"] else learning_rate'},
    )
    floor_approached = mistake(
        "Does the floor change the early drops? Yours are too shallow, because only the part above the floor shrinks. "
        "Multiply the whole learning rate, and then take the larger of the result and the floor.",
        {'max(lowered, config["floor"])': 'lowered + (1 - config["factor"]) * config["floor"]'},
    )
    grows = mistake(
        "Does your learning rate fall? It grows at each drop, because it's divided by the factor. Multiply.",
        {'config["factor"] * learning_rate': 'learning_rate / config["factor"]'},
    )
    factor_for_rate = mistake(
        "What is the learning rate after a drop? Yours is the factor itself. Multiply the learning rate by it.",
        {" * learning_rate": ""},
    )
    what_is_lost_for_what_is_left = mistake(
        "What does the factor stand for: what is lost or what is left? It is what is left of the learning rate, so "
        "multiply by the factor, not by 1 - factor.",
        {'config["factor"]': '(1 - config["factor"])'},
    )
    factor_hard_coded = mistake(
        "What if the factor isn't 0.5? That is only the default, and you always use it. Read the factor from config.",
        {'config["factor"]': "0.5"},
    )
    patience_hard_coded = mistake(
        "What if patience isn't 3? That is only the default, and you always use it. Read patience from config.",
        {'config["patience"]': "3"},
    )
    threshold_hard_coded = mistake(
        "What if the threshold isn't 1e-3? That is only the default, and you always use it. Read the threshold from "
        "config.",
        {'config["threshold"]': "1e-3"},
    )

    @mistake(
        "What does config hold in the very first epoch? No best and no waited yet, and config may even be None. "
        "Start with best at infinity and waited at 0."
    )
    def state_expected(learning_rate, error, config=None):
        config = {"factor": 0.5, "patience": 3, "threshold": 1e-3, "floor": 0.0, **config}
        best, waited = config["best"], config["waited"] + 1
        if error < best - config["threshold"]:
            best, waited = error, 0
        if waited >= config["patience"]:
            learning_rate, waited = max(config["factor"] * learning_rate, config["floor"]), 0
        return learning_rate, {**config, "best": best, "waited": waited}

    factor_defaults_to_a_tenth = mistake(
        "What is the factor when config has none? Yours is 0.1, but the default here is 0.5.",
        {'"factor": 0.5': '"factor": 0.1'},
    )
    patience_defaults_to_10 = mistake(
        "What is the patience when config has none? Yours is 10, but the default here is 3.",
        {'"patience": 3': '"patience": 10'},
    )
    threshold_defaults_to_1e_4 = mistake(
        "What is the threshold when config has none? Yours is 1e-4, but the default here is 1e-3.",
        {'"threshold": 1e-3': '"threshold": 1e-4'},
    )
    best_starts_at_zero = mistake(
        "What is the first error compared with? With 0, and no error is ever below that. Start best at infinity.",
        {"np.inf": "0.0"},
    )
    settings_lost = mistake(
        "What happens to the settings after the first epoch? They are gone: the config you return holds only best and "
        "waited. Keep everything else in it, too.",
        {"{**config, ": "{"},
    )
    improvement_counts_as_waited = mistake(
        "What is the count right after an improvement? Yours is 1, as if you had waited in that epoch. It should be 0.",
        {"waited = error, 0": "waited = error, 1"},
    )
    returns_the_rate_alone = mistake(
        "How does the next call know what happened before? You return only the learning rate. Return the config, too: "
        "it's the memory.",
        {', {**config, "best": best, "waited": waited}': ""},
    )
    never_lowers = mistake(
        "When do you lower the learning rate? Never: you return it unchanged. After `patience` epochs in a row without "
        "improvement, multiply it by the factor.",
        {'waited >= config["patience"]': "False"},
    )

    compared_before_counting = mistake(
        "When do you compare the count with patience? Before you count the current epoch, so the learning rate drops "
        "an epoch late, and the count is 1 right after a drop. Count first, compare, and start over from 0.",
        {'waited >= config["patience"]': 'waited > config["patience"]', "waited = 0\n": "waited = 1\n"},
    )
    comparison_reversed = mistake(
        "What counts as an improvement? In your code, an error that is higher than the best one. It must be lower.",
        {"error < best": "error > best"},
    )
    any_change_is_an_improvement = mistake(
        "What counts as an improvement? In your code, any change beyond the threshold, even for the worse. The error "
        "must be lower than best - threshold.",
        {'error < best - config["threshold"]': 'abs(error - best) > config["threshold"]'},
    )
    drops_only_once = mistake(
        "What happens to the count after a drop? Yours runs on past patience, so there is no second drop. Start over "
        "from 0.",
        {">=": "==", "waited = 0\n": ""},
    )
    count_under_another_name = mistake(
        'Where do you keep the count? Not in `config["waited"]`, so a count that is already there has no effect. Read '
        "it, and store the new count there.",
        {'config["waited"] + 1': 'config.get("wait", 0) + 1', '"waited": waited': '"wait": waited'},
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

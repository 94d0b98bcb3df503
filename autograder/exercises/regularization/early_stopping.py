"""Early stopping: end a run when the validation error no longer falls, and go back to the best weights."""

import itertools

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


class EarlyStopping(Exercise):
    """A decision after every epoch, with a state that holds the best weights so far."""

    name, points = "early_stopping", 4
    done = "Your runs now stop in time, with their best weights; the next cell stops one that would overfit."
    driver = drivers.stop_early

    def reference(params, error, config=None):
        """After an epoch, decide whether to stop, and with which parameters.

        An epoch is an *improvement* if its error is below ``best - min_delta``. Then its error becomes the new
        ``best``, and a copy of its parameters the new ``best_params``. After `patience` epochs in a row without an
        improvement, it's time to stop.

        Parameters
        ----------
        params : dict of str to ndarray
            The parameters after the epoch. The training loop may go on to change these arrays in place.
        error : float
            The validation error after the epoch; lower is better.
        config : dict or None
            The settings: ``patience``, 5 if missing, and ``min_delta``, 0.0 if missing. The state: ``best``, the error
            of the last improvement, infinity if missing; ``best_params``, its parameters; and ``waited``, the number of
            epochs since then, 0 if missing. None means all defaults.

        Returns
        -------
        params : dict of str to ndarray
            The best parameters if it's time to stop; otherwise those of this epoch.
        stop : bool
            Whether it's time to stop.
        config : dict
            The settings and the new state, for the next call. May be the dict that was passed in.

        References
        ----------
        Prechelt, "Early stopping - but when?" (1998). Keras counts the way we do.
        """
        config = {"patience": 5, "min_delta": 0.0, "best": np.inf, "waited": 0, **(config or {})}
        waited = config["waited"] + 1
        if error < config["best"] - config["min_delta"]:
            waited = 0
            config["best"] = error
            config["best_params"] = {name: w.copy() for name, w in params.items()}
        config["waited"] = waited
        stop = waited >= config["patience"]
        if stop:
            params = config["best_params"]
        return params, stop, config

    def cases(rng):
        start = uniform(rng, 0.3, 0.4)
        yield Case(
            "falls, then rises, config=None",
            **run(rng, start, -0.08, -0.05, -0.02, -0.01, 0.006, 0.01, 0.02, 0.01, 0.03, 0.02, 0.01, sizes=(3, 2)),
        )
        start = uniform(rng, 0.2, 0.3)
        yield Case(
            "up and down: only the best so far counts",
            **run(
                rng, start, -0.03, 0.02, -0.04, 0.03, 0.01, -0.02, 0.005, -0.05, 0.03, -0.01, 0.02, -0.015, 0.01, -0.01,
                sizes=(2, 3, 2), patience=4,
            ),
        )  # fmt: skip
        start = uniform(rng, 0.4, 0.5)
        yield Case(
            "a different patience and min_delta",
            **run(
                rng, start, -0.06, -0.05, -0.008, 0.004, -0.03, 0.01, -0.006, 0.002, -0.012, 0.01,
                sizes=(3, 2), patience=3, min_delta=0.02,
            ),
            weight=2,
        )  # fmt: skip
        start = uniform(rng, 0.3, 0.4)
        yield Case(
            "creeps down: gains below min_delta add up",
            **run(
                rng, start, -0.05, *[-0.004] * 9, *[-0.0022] * 5, 0.003, -0.002, 0.001, 0.002, 0.001,
                sizes=(2, 2), patience=4, min_delta=0.01,
            ),
        )  # fmt: skip
        start = uniform(rng, 0.3, 0.4)
        changes = -rng.uniform(0.005, 0.02, 8)
        yield Case("keeps improving: no stop", **run(rng, start, *changes, sizes=(2, 3), patience=2))
        yield Case(
            "an equal error is no improvement; a tiny gain is",
            **run(rng, start, -0.06, 0.0, -0.03, 0.0, -5e-5, 0.0, 0.0, 0.01, 0.0, 0.0, sizes=(3, 2), patience=4),
        )
        yield Case("patience of 1", **run(rng, start, -0.04, -0.03, -0.02, 0.03, -0.08, 0.02, sizes=(3, 2), patience=1))
        best = uniform(rng, 0.1, 0.2)
        given = run(
            rng, best + 0.02, -0.01, 0.005, -0.03, 0.02, -0.01, 0.02, 0.01, -0.005, 0.01,
            sizes=(2, 2, 3), lead=0, patience=5, best=best, waited=integer(rng, 0, 1),
        )  # fmt: skip
        given["best_params"] = {name: values[0] + 7 for name, values in given["params"].items()}
        yield Case("carried on from a given state", **given, weight=2)
        given = run(
            rng,
            best + 0.02,
            0.01,
            -0.015,
            0.02,
            0.01,
            -0.005,
            sizes=(3, 1),
            lead=0,
            patience=4,
            best=best,
            waited=integer(rng, 0, 2),
        )
        given["best_params"] = {name: values[0] - 7 for name, values in given["params"].items()}
        yield Case("the best epoch was before these", **given)

    not_copied = mistake(
        "What do your best parameters refer to? To the arrays that training goes on to change, so by the time you go "
        "back to them, they hold the latest parameters. Copy every array; copying the dict is not enough.",
        {"w.copy()": "w"},
    )
    weights_only_copied = mistake(
        "Is every array copied? Only the weights are: your best biases are the arrays that training goes on to change.",
        {"w.copy()": 'w.copy() if name.startswith("W") else w'},
    )
    not_restored = mistake(
        "Which parameters do you stop with? The latest ones, which are worse than the best. Return best_params when "
        "it's time to stop.",
        {'params = config["best_params"]': "pass"},
    )
    always_restored = mistake(
        "Which parameters do you return while training goes on? The best ones, so training would never get past them. "
        "Return those of this epoch until it's time to stop.",
        {"if stop:": "if True:"},
    )
    saved_every_epoch = mistake(
        "When do you save the parameters? After every epoch, so they are always the latest ones. Save them only when "
        "the error improves.",
        {
            'config["waited"] = waited': (
                'config["waited"] = waited\nconfig["best_params"] = {name: w.copy() for name, w in params.items()}'
            )
        },
    )
    first_saved_only = mistake(
        "Do your best parameters ever change? No, you keep those from the first improvement. Replace them at each "
        "improvement.",
        {'config["best_params"] = {': 'config["best_params"] = config.get("best_params") or {'},
    )
    parameters_not_saved = mistake(
        "Where do you keep the best parameters? Not in the config: store a copy in `best_params` at each improvement.",
        {
            'config["best_params"] = {': "saved = {",
            'params = config["best_params"]': 'params = config.get("best_params", params)',
        },
    )
    stops_at_the_first = mistake(
        "When do you stop? At the first epoch without an improvement. Wait for `patience` of them in a row.",
        {'waited >= config["patience"]': "waited >= 1"},
    )
    one_epoch_late = mistake(
        "When do you stop? One epoch too late. It's time as soon as `patience` epochs in a row have brought no "
        "improvement.",
        {">=": ">"},
    )
    one_epoch_early = mistake(
        "When do you stop? One epoch too early. Count this epoch first, and then compare the count with patience.",
        {'>= config["patience"]': '>= config["patience"] - 1'},
    )
    never_stops = mistake(
        "When do you stop? Never. It's time as soon as `patience` epochs in a row have brought no improvement.",
        {'waited >= config["patience"]': "False"},
    )
    not_in_a_row = mistake(
        "What happens to the count after an improvement? Yours keeps its value. Set it back to 0: the epochs without "
        "improvement must be in a row.",
        {"waited = 0\n": 'waited = config["waited"]\n'},
    )
    improvement_counts = mistake(
        "What is the count right after an improvement? Yours is 1, as if you had waited in that epoch. It should be 0.",
        {"waited = 0\n": "waited = 1\n"},
    )
    count_not_stored = mistake(
        "What does the next call know about the epochs you have waited? Nothing: the count isn't in the config you "
        "return.",
        {'config["waited"] = waited': "count = waited"},
    )
    best_not_stored = mistake(
        "What does the next call know about the best error? Nothing: it isn't updated in the config you return.",
        {'config["best"] = error': "best = error"},
    )
    compares_with_the_last = mistake(
        "Which error do you compare with? The one from the epoch before. Errors go up and down, so compare with the "
        "best so far.",
        {'config["waited"] = waited': 'config["waited"], config["best"] = waited, error'},
    )
    best_creeps = mistake(
        "What does a gain below min_delta do to the best error? You still lower it, so small gains never add up. "
        "Only an improvement should change it.",
        {'config["waited"] = waited': 'config["waited"], config["best"] = waited, min(error, config["best"])'},
    )
    small_gains_move_best = mistake(
        "What does a gain below min_delta change? In your code, the error and parameters become the new "
        "best, but the count goes on. Either all three change or none does: only an improvement counts.",
        {
            'config["waited"] = waited': (
                'config["waited"] = waited\n'
                'if error < config["best"]:\n'
                '    config["best"] = error\n'
                '    config["best_params"] = {name: w.copy() for name, w in params.items()}'
            )
        },
    )
    small_gains_saved = mistake(
        "Which parameters do you save? Those with the lowest error so far, however small the gain. In this exercise, "
        "only an improvement counts: an error below best - min_delta.",
        {
            'config["waited"] = waited': (
                'config["waited"] = waited\n'
                'if error < config.get("lowest", config["best"]):\n'
                '    config["lowest"] = error\n'
                '    config["best_params"] = {name: w.copy() for name, w in params.items()}'
            ),
            'config["best"] = error': 'config["best"] = config["lowest"] = error',
        },
    )
    min_delta_left_out = mistake(
        "What counts as an improvement? In your code, any error below the best. It must be below best - min_delta.",
        {' - config["min_delta"]': ""},
    )
    min_delta_added = mistake(
        "Can a slightly worse error count as an improvement? It does in your code, because min_delta has the wrong "
        "sign. Subtract it from the best error.",
        {'- config["min_delta"]': '+ config["min_delta"]'},
    )
    min_delta_as_a_fraction = mistake(
        "Is min_delta an amount or a fraction? You treat it as a fraction of the best error. In this exercise, it's an "
        "amount: subtract it.",
        {'config["best"] - config["min_delta"]': 'config["best"] * (1 - config["min_delta"])'},
    )
    equal_is_better = mistake(
        "Is an equal error an improvement? Your code counts it as one. The error must be strictly below best - "
        "min_delta.",
        {"error < config": "error <= config"},
    )
    higher_is_better = mistake(
        "Is a higher error better? You treat it like an accuracy. An error improves when it falls.",
        {"error < config": "error > config", '- config["min_delta"]': '+ config["min_delta"]', "np.inf": "-np.inf"},
    )
    best_starts_at_zero = mistake(
        "What do you compare the first error with? With 0, and no error is ever below that. Start best at infinity.",
        {"np.inf": "0.0", 'params = config["best_params"]': 'params = config.setdefault("best_params", params)'},
    )
    patience_hard_coded = mistake(
        "What if patience isn't 5? That is only the default, and you always use it. Read patience from config.",
        {'config["patience"]': "5"},
    )
    min_delta_hard_coded = mistake(
        "What if min_delta isn't small? You always use a small number of your own. Read min_delta from config; the "
        "default is 0.",
        {'config["min_delta"]': "1e-4"},
    )
    settings_lost = mistake(
        "What happens to patience and min_delta after the first epoch? They are gone: the config you return holds only "
        "the state. Keep everything else in it, too.",
        {
            "stop, config": (
                'stop, {name: config[name] for name in ("best", "best_params", "waited") if name in config}'
            )
        },
    )

    @mistake(
        "What does config hold in the very first epoch? It has no best and no waited yet; it may even be None. Start "
        "with best at infinity and waited at 0."
    )
    def state_expected(params, error, config=None):
        config = {"patience": 5, "min_delta": 0.0, **config}
        if error < config["best"] - config["min_delta"]:
            saved = {name: w.copy() for name, w in params.items()}
            config.update(best=error, waited=0, best_params=saved)
        else:
            config["waited"] += 1
        stop = config["waited"] >= config["patience"]
        return config["best_params"] if stop else params, stop, config

    two_values = mistake(
        "How many values should you return? Three: the parameters, whether to stop, and the config.",
        {"params, stop, config": "stop, config"},
    )
    counts_rises = mistake(
        "What do you count? Epochs that are worse than the one before them. Count those without an improvement over "
        "the best error so far.",
        {
            'waited = config["waited"] + 1': (
                'waited = config["waited"] + 1 if error > config.get("last", np.inf) else 0\nconfig["last"] = error'
            )
        },
    )
    only_clear_rises_counted = mistake(
        "Which epochs do you count? Only those whose error is above best + min_delta. Count every epoch without an "
        "improvement, also one whose error is close to the best.",
        {'waited = config["waited"] + 1': 'waited = config["waited"] + (error > config["best"] + config["min_delta"])'},
    )
    only_clear_rises_counted_and_min_delta_left_out = mistake(
        "Which epochs do you count? Only those whose error is above best + min_delta, and any error below the best is "
        "an improvement for you. An improvement is an error below best - min_delta; count every other epoch.",
        {
            'waited = config["waited"] + 1': (
                'waited = config["waited"] + (error > config["best"] + config["min_delta"])'
            ),
            'error < config["best"] - config["min_delta"]': 'error < config["best"]',
        },
    )

    @variant
    def in_place(params, error, config=None):
        import copy

        if config is None:
            config = {}
        if error < config.get("best", float("inf")) - config.get("min_delta", 0):
            config.update(best=error, waited=0, best_params=copy.deepcopy(params))
        else:
            config["waited"] = config.get("waited", 0) + 1
        if config["waited"] < config.get("patience", 5):
            return params, False, config
        return copy.deepcopy(config["best_params"]), True, config

    @variant
    def restores_in_place(params, error, config=None):
        state = dict(config or {})
        improved = error + state.get("min_delta", 0.0) < state.get("best", np.inf)
        if improved:
            state["best"], state["best_params"] = float(error), {k: np.array(v) for k, v in params.items()}
        state["waited"] = 0 if improved else state.get("waited", 0) + 1
        stop = np.bool_(state["waited"] >= state.get("patience", 5))
        if stop:
            for name in params:
                params[name][...] = state["best_params"][name]
        return params, stop, state


def run(rng, start, *changes, sizes, lead=None, **config):
    """Validation errors that change by these amounts, and fresh network parameters for every epoch.

    Before the changes, the errors fall to `start` in a few epochs, so that the best epoch differs from draw to draw.
    """
    falls = rng.uniform(0.03, 0.05, integer(rng, 1, 4) if lead is None else lead)
    errors = start + np.cumsum([falls.sum(), *-falls, *changes])
    params = {}
    for i, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes), start=1):
        params[f"W{i}"] = rng.normal(size=(len(errors), fan_in, fan_out))
        params[f"b{i}"] = rng.normal(size=(len(errors), fan_out))
    return {"params": params, "errors": errors, "config": config or None}

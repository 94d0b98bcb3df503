"""An exercise with state between calls. The function returns its state, but the judge never receives it."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


class OnPlateau(Exercise):
    """Lower the learning rate when the validation error stops falling."""

    name, points = "on_plateau", 3
    driver = drivers.trajectory

    def reference(rate, error, config=None):
        """Return the learning rate, multiplied by ``factor`` if the last ``patience`` epochs gave no new best error."""
        config = {"patience": 2, "factor": 0.1, "best": np.inf, "waited": 0, **(config or {})}
        better = error < config["best"]
        waited = 0 if better else config["waited"] + 1
        if waited == config["patience"]:
            rate, waited = rate * config["factor"], 0
        return rate, {**config, "best": min(error, config["best"]), "waited": waited}

    def cases(rng):
        down, level = np.sort(rng.uniform(1, 2, 4))[::-1], rng.uniform(2, 3, 6)
        yield Case("falls, then rises", w=1.0, gradients=np.concatenate([down, level]))
        config = {"patience": 3, "factor": 0.5}
        yield Case("another patience and factor", w=0.3, gradients=np.concatenate([level, down, level]), config=config)
        zigzag = 1 + np.arange(12) % 2 + rng.uniform(0, 0.1)
        yield Case("up and down, never better", w=2.0, gradients=zigzag)
        yield Case("carried on", w=2.0, gradients=level, config={"best": 1.0, "waited": 1})
        yield Case("float32", w=np.array(2.0, np.float32), gradients=level.astype(np.float32))

    @mistake("The learning rate falls at every call.")
    def decays_every_call(rate, error, config=None):
        config = {"factor": 0.1, **(config or {})}
        return rate * config["factor"], config

    @mistake("The best error so far is forgotten: you compare with the last error.")
    def compares_with_the_last(rate, error, config=None):
        config = {"patience": 2, "factor": 0.1, "best": np.inf, "waited": 0, **(config or {})}
        waited = 0 if error < config["best"] else config["waited"] + 1
        if waited == config["patience"]:
            rate, waited = rate * config["factor"], 0
        return rate, {**config, "best": error, "waited": waited}

    @mistake("The epoch count is not stored.")
    def forgets_to_count(rate, error, config=None):
        config = {"patience": 2, "factor": 0.1, "best": np.inf, "waited": 0, **(config or {})}
        waited = 0 if error < config["best"] else config["waited"] + 1
        if waited == config["patience"]:
            rate *= config["factor"]
        return rate, {**config, "best": min(error, config["best"])}

    @mistake("After lowering the learning rate, start counting from zero again.")
    def goes_on_counting(rate, error, config=None):
        config = {"patience": 2, "factor": 0.1, "best": np.inf, "waited": 0, **(config or {})}
        waited = 0 if error < config["best"] else config["waited"] + 1
        if waited >= config["patience"]:
            rate *= config["factor"]
        return rate, {**config, "best": min(error, config["best"]), "waited": waited}

    @mistake("Return the config, too.")
    def returns_the_rate_alone(rate, error, config=None):
        return rate

    @variant
    def with_an_object(rate, error, config=None):
        """The state may be any object, because it never leaves the function's process."""

        class Memory(list):
            pass

        config = config if config is not None else {}
        memory = config.setdefault("memory", Memory([config.get("best", np.inf)]))
        waited = config.get("waited", 0)
        config["waited"] = 0 if error < min(memory) else waited + 1
        memory.append(error)
        if config["waited"] == config.get("patience", 2):
            config["waited"] = 0
            return config.get("factor", 0.1) * rate, config
        return rate, config

    @variant
    def in_place(rate, error, config=None):
        config = config or {}
        for key, value in (("patience", 2), ("factor", 0.1), ("best", float("inf")), ("waited", 0)):
            config.setdefault(key, value)
        config["waited"] += 1
        if error < config["best"]:
            config["best"], config["waited"] = error, 0
        if config["waited"] == config["patience"]:
            config["waited"] = 0
            rate = rate * config["factor"]
        return rate, config

"""Linear networks with planted faults, as settings for `gradlab.oracles.initial_loss`."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.exercise import Oracle
from autograder.exercises.drawing import seed
from gradlab import oracles
from gradlab.typing import Array, Floats

Settings = dict[str, Any]


def network(rng: np.random.Generator, classes: int = 10, **faults: Any) -> Settings:
    """The settings of a sound linear network with small weights, changed by `faults`."""
    return {
        "seed": seed(rng, 2**31),
        "classes": classes,
        "outputs": classes,
        "scale": 10 ** rng.uniform(-3, -2),
        "factor": 1.0,
        "hinge": False,
        "gain": 1.0,
        "cap": np.inf,
        "rounding": 0.0,
        "always": 0.0,
        "fresh": False,
    } | faults


def columns(instances: Sequence[Settings]) -> dict[str, Any]:
    """One array per setting, with one entry per instance."""
    return {name: np.array([instance[name] for instance in instances]) for name in instances[0]}


def initial_losses(networks: Sequence[Settings]) -> Oracle:
    """An oracle for the initial loss of each network at any regularization strength."""
    return Oracle(partial(oracles.initial_loss, **columns(networks)), limit=1000)


def losses_at_strengths(network: Settings, strengths: Sequence[float]) -> Floats:
    """The initial loss of one network at each strength."""
    arguments = columns([network])
    return np.array([oracles.initial_loss(0, float(reg), **arguments) for reg in strengths])


def chance_losses(networks: Sequence[Settings]) -> Array:
    """Each network's loss at chance."""
    return np.array([n["classes"] - 1.0 if n["hinge"] else np.log(n["classes"]) for n in networks])

"""What the sanity checks' cases share: networks with planted faults, and instances in an order that tells nothing."""

from functools import partial

import numpy as np

from autograder.exercise import Oracle
from gradlab import oracles


def number(rng, low, high):
    """A number between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 4)


def network(rng, classes=10, **faults):
    """The numbers of a linear network: sound, with small weights, but for what `faults` say."""
    return {
        "seed": int(rng.integers(2**31)),
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


def shuffled(rng, *instances):
    """The instances in a random order."""
    return [instances[i] for i in rng.permutation(len(instances))]


def columns(instances):
    """A dict with an array for each of the names that the instances have in common."""
    return {name: np.array([instance[name] for instance in instances]) for name in instances[0]}


def loss_of(networks):
    """The first loss of each network, at any strength of regularization."""
    return Oracle(partial(oracles.initial_loss, **columns(networks)), limit=1000)


def measured(network, strengths):
    """The first loss of one network at each strength."""
    numbers = columns([network])
    return np.array([oracles.initial_loss(0, float(reg), **numbers) for reg in strengths])


def until(draw, good):
    """What `draw` gives, drawn again until it is `good`."""
    while not good(drawn := draw()):
        pass
    return drawn


def chances(networks):
    """The loss at chance of each network."""
    return np.array([n["classes"] - 1.0 if n["hinge"] else np.log(n["classes"]) for n in networks])

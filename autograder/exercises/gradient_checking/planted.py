"""Small networks with planted faults, for the whole checker to find: what is drawn, and what is put in."""

import functools

import numpy as np

from autograder.exercise import Case, Oracle
from autograder.exercises.drawing import away_from_zero
from gradlab import oracles

from .differences import relative_errors

EXAMPLES, FEATURES = 4, 2
NARROW = 2  # hidden units; faults are planted in no wider network
SMALLEST = 0.02  # the least magnitude of an entry of a right gradient that is not zero, before its loss is scaled
RIGHT = {"data": (1.0, 1.0, 1.0, 1.0), "reg": (1.0, 0.0, 1.0, 0.0)}
PLACES = {"W1": 0, "b1": 1, "W2": 2, "b2": 3}


def network(rng, X, y, smooth=True, crossed=False, dead="", hidden=2, scale=1.0, keep=1.0, dtype=np.float64, **faults):
    """A network's parameters and settings, drawn again until its right gradient has no entry near zero.

    Parameters
    ----------
    smooth : bool
        tanh or ReLU.
    crossed : bool
        Whether one unit, for one example, is within 4e-6 of its kink, and none within 1.5e-6.
    dead : str
        "layer" for W2 = 0, which leaves W1 and b1 without influence, "unit" for one that is off for all examples.
    scale, keep : float
        As in `gradlab.oracles.network_loss`.
    **faults : float
        What the gradient in W1, b1, W2 or b2 is multiplied by; under "reg_W1" and so on, that of regularization.
    """
    while True:
        shapes = {"W1": (FEATURES, hidden), "b1": (hidden,), "W2": (hidden, 2), "b2": (2,)}
        # Of many weights each is small, so that rounding in the loss stays far below 1e-9 in every slope.
        size = 1.0 if hidden <= NARROW else 0.3
        params = {name: size * away_from_zero(rng, *shape) for name, shape in shapes.items()}
        unit = int(rng.integers(hidden))
        if dead == "layer":
            params["W2"][:] = 0.0
        if dead == "unit":
            params["b1"][unit] = -10.0
        if crossed:
            example = int(rng.integers(EXAMPLES))
            distance = rng.choice([-1, 1]) * rng.uniform(2e-6, 4e-6)
            params["b1"][unit] = distance - X[example] @ params["W1"][:, unit]
        if hidden > NARROW or fit(params, X, y, smooth, unit if crossed else None, dead):
            break
    factors = {kind: np.array(values) for kind, values in RIGHT.items()}
    for name, factor in faults.items():
        kind, place = ("reg", name[4:]) if name.startswith("reg_") else ("data", name)
        factors[kind][PLACES[place]] = factor
    params = {name: value.astype(dtype) for name, value in params.items()}
    return {"params": params, "smooth": smooth, "scale": scale, "keep": keep, **factors}


def fit(params, X, y, smooth, crossed, dead):
    """Whether nothing is near a kink or near zero that is not meant to be."""
    ones = {"smooth": np.array([smooth]), "scale": np.ones(1), "keep": np.ones(1)}
    loss = functools.partial(oracles.network_loss, X=X, y=y, **ones)
    gradient = functools.partial(
        oracles.network_gradient, X=X, y=y, data_factors=np.ones((1, 4)), reg_factors=np.array([RIGHT["reg"]]), **ones
    )
    data, both = gradient(0, params, 0.0), gradient(0, params, 1.0)
    entries = np.concatenate([side[name].ravel() for side in (data, both) for name in params])
    if (np.abs(entries[entries != 0]) < SMALLEST).any():
        return False
    near = np.abs(X @ params["W1"] + params["b1"]) < 0.05
    if not smooth and near.sum() != (crossed is not None):
        return False
    if not dead and not all(data[name].all() for name in params):
        return False
    if crossed is None:
        return True
    # The kink must show: at every entry of the unit, and for both ways of looking at it.
    errors = []
    for name, at in (("b1", (crossed,)), ("W1", (0, crossed)), ("W1", (1, crossed))):
        above, below = ({key: value.copy() for key, value in params.items()} for _ in range(2))
        above[name][at] += 1e-5
        below[name][at] -= 1e-5
        errors.append(relative_errors((loss(0, above, 0.0) - loss(0, below, 0.0)) / 2e-5, data[name][at]))
    return min(errors) > 1e-3


def case(rng, label, *kinds, reg=1.0):
    """A case with a network of each kind, in random order, all on the same examples."""
    X, y = away_from_zero(rng, EXAMPLES, FEATURES), rng.permutation([-1.0, -1.0, 1.0, 1.0])
    networks = [network(rng, X, y, **kinds[i]) for i in rng.permutation(len(kinds))]
    given = {"X": X, "y": y, **{key: np.array([n[key] for n in networks]) for key in ("smooth", "scale", "keep")}}
    factors = {f"{kind}_factors": np.array([n[kind] for n in networks]) for kind in RIGHT}
    return Case(
        label,
        loss=Oracle(functools.partial(oracles.network_loss, **given)),
        gradient=Oracle(functools.partial(oracles.network_gradient, **given, **factors)),
        params={f"{i} {name}": value for i, n in enumerate(networks) for name, value in n["params"].items()},
        reg=reg * rng.uniform(1, 2, len(networks)),
    )

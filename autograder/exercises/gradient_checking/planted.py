"""Small networks with planted faults, which a complete gradient checker must find."""

import functools
from typing import Any

import numpy as np

from autograder.exercise import Case, Oracle
from autograder.exercises.drawing import away_from_zero, sample_until, shuffled
from gradlab import oracles
from gradlab.typing import Floats, Params

Settings = dict[str, Any]

EXAMPLES, FEATURES = 4, 2
NARROW = 2  # hidden units of a narrow network; wider networks have no planted faults
SMALLEST = 0.02  # the least magnitude of a nonzero entry of a correct gradient, before the loss is scaled
RIGHT = {"data": (1.0, 1.0, 1.0, 1.0), "reg": (1.0, 0.0, 1.0, 0.0)}
PLACES = {"W1": 0, "b1": 1, "W2": 2, "b2": 3}


def network(
    rng: np.random.Generator,
    X: Floats,
    y: Floats,
    smooth: bool = True,
    crossed: bool = False,
    dead: str = "",
    hidden: int = 2,
    scale: float = 1.0,
    keep: float = 1.0,
    dtype: type[np.floating[Any]] = np.float64,
    **faults: float,
) -> Settings:
    """A network's parameters and settings. A narrow network is sampled until `is_clear` accepts its parameters.

    Parameters
    ----------
    X : ndarray (N, D)
    y : ndarray (N,)
    smooth : bool
        True for tanh, False for ReLU.
    crossed : bool
        Whether one unit, for one example, is between 2e-6 and 4e-6 away from its kink.
    dead : str
        "layer" for W2 = 0, which leaves W1 and b1 without influence; "unit" for a unit that is off for all examples;
        empty for neither.
    hidden : int
        The number of hidden units.
    scale, keep : float
        As in `gradlab.oracles.network_loss`.
    dtype : type
        The dtype of the parameters.
    **faults : float
        Factors keyed by "W1", "b1", "W2", or "b2" for the data loss's gradients, and by "reg_W1" and so on for the
        regularization's.
    """
    while True:
        shapes = {"W1": (FEATURES, hidden), "b1": (hidden,), "W2": (hidden, 2), "b2": (2,)}
        # If there are many weights, each must be small, so that rounding the loss changes every slope by far less
        # than 1e-9.
        size = 1.0 if hidden <= NARROW else 0.3
        params: Params = {name: size * away_from_zero(rng, *shape) for name, shape in shapes.items()}
        unit = int(rng.integers(hidden))
        if dead == "layer":
            params["W2"][:] = 0.0
        if dead == "unit":
            params["b1"][unit] = -10.0
        if crossed:
            example = int(rng.integers(EXAMPLES))
            distance = rng.choice([-1, 1]) * rng.uniform(2e-6, 4e-6)
            params["b1"][unit] = distance - X[example] @ params["W1"][:, unit]
        if hidden > NARROW or is_clear(params, X, y, smooth, unit if crossed else None, dead):
            break
    factors = {kind: np.array(values) for kind, values in RIGHT.items()}
    for name, factor in faults.items():
        kind, place = ("reg", name[4:]) if name.startswith("reg_") else ("data", name)
        factors[kind][PLACES[place]] = factor
    params = {name: value.astype(dtype) for name, value in params.items()}
    return {"params": params, "smooth": smooth, "scale": scale, "keep": keep, **factors}


def is_clear(params: Params, X: Floats, y: Floats, smooth: bool, crossed: int | None, dead: str) -> bool:
    """Whether no unit is close to its kink and no gradient is close to zero, except as intended.

    Parameters
    ----------
    crossed : int or None
        The index of the unit that should be close to its kink, or None.
    """
    ones: dict[str, Any] = {"smooth": np.array([smooth]), "scale": np.ones(1), "keep": np.ones(1)}
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
    if dead == "unit" and not all(data[name].any() for name in params):  # the other unit must be on
        return False
    if crossed is None:
        return True
    # The kink must show in the numerical gradient of each of the unit's parameters.
    errors: list[float] = []
    for name, at in (("b1", (crossed,)), ("W1", (0, crossed)), ("W1", (1, crossed))):
        above, below = ({key: value.copy() for key, value in params.items()} for _ in range(2))
        above[name][at] += 1e-5
        below[name][at] -= 1e-5
        numeric, analytic = (loss(0, above, 0.0) - loss(0, below, 0.0)) / 2e-5, float(data[name][at])
        errors.append(abs(numeric - analytic) / max(1e-8, abs(numeric) + abs(analytic)))
    return min(errors) > 1e-3


def some_of(rng: np.random.Generator, **faults: float) -> Settings:
    """At least one of the faults, chosen at random."""
    chosen = sample_until(lambda: rng.random(len(faults)) < 0.5, lambda drawn: bool(drawn.any()))
    return {name: factor for (name, factor), drawn in zip(faults.items(), chosen, strict=True) if drawn}


def case(rng: np.random.Generator, label: str, *kinds: Settings, reg: float = 1.0) -> Case:
    """A case with one network per kind, in random order, all on the same examples.

    Parameters
    ----------
    *kinds : dict
        The arguments to `network` for each network.
    reg : float
        The regularization strength, which is multiplied by a random factor between 1 and 2 for each network.
    """
    X, y = away_from_zero(rng, EXAMPLES, FEATURES), rng.permutation([-1.0, -1.0, 1.0, 1.0])
    networks = [network(rng, X, y, **kind) for kind in shuffled(rng, *kinds)]
    given: dict[str, Any] = {
        "X": X,
        "y": y,
        **{key: np.array([n[key] for n in networks]) for key in ("smooth", "scale", "keep")},
    }
    factors: dict[str, Any] = {f"{kind}_factors": np.array([n[kind] for n in networks]) for kind in RIGHT}
    return Case(
        label,
        loss=Oracle(functools.partial(oracles.network_loss, **given)),
        gradient=Oracle(functools.partial(oracles.network_gradient, **given, **factors)),
        params={f"{i} {name}": value for i, n in enumerate(networks) for name, value in n["params"].items()},
        reg=reg * rng.uniform(1, 2, len(networks)),
    )

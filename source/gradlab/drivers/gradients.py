"""Drivers for gradient checking: random entries, the winners of each max on both sides of a point, and networks."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..checks.foreign import Foreign
from ..checks.run import Unexpected
from ..checks.words import series
from ..typing import Floats, Integers, Params
from ._outputs import Function, Outputs, numbered, snapshots, stacked

COLUMNS = ("index", "numeric", "analytic", "error")


def sparse_gradient_checks(
    function: Function, f: Function, x: Floats, analytic_grad: Floats, seeds: Integers, **settings: object
) -> Outputs:
    """Check a few entries of a gradient, once with each of several random generators.

    Parameters
    ----------
    function : callable
        ``function(f, x, analytic_grad, rng=..., **settings) -> dict`` with the keys index, numeric, analytic, and
        error, each with an array (K,) as its value.
    seeds : ndarray (T,) of int
        The seed of each call's generator. If a seed is negative, `rng` is None. Equal seeds must give the same entries.

    Returns
    -------
    dict
        The same four keys, each with an ndarray (T, K).
    """
    rows = []
    for seed in seeds.tolist():
        row = function(f, x, analytic_grad, rng=_generator(seed), **settings)
        if not isinstance(row, dict) or set(row) != set(COLUMNS):
            raise Unexpected("a dict with the keys index, numeric, analytic, and error", _without(row, COLUMNS))
        rows.append(row)
    return _stacked_rows(rows)


def sample_entries(function: Function, params: Params, seeds: Integers, **settings: object) -> Outputs:
    """Sample entries of every parameter, once with each of several random generators.

    Parameters
    ----------
    function : callable
        ``function(params, rng=..., **settings) -> dict`` that maps each name to an array (K,) of indices.
    params : dict of str to ndarray
    seeds : ndarray (T,) of int
        The seed of each call's generator. If a seed is negative, `rng` is None. Equal seeds must give the same entries.

    Returns
    -------
    dict
        An ndarray (T, K) for each name.
    """
    rows = []
    for seed in seeds.tolist():
        row = function(snapshots(params), rng=_generator(seed), **settings)
        if not isinstance(row, dict):
            raise Unexpected("a dict of name to array", row)
        rows.append(row)
        if set(row) != set(rows[0]):
            raise Unexpected("the same names from every call", row)
    return _stacked_rows(rows)


def compare_max_winners(function: Function, plus: Params, minus: Params) -> Outputs:
    """Call a function with the inputs of each max on both sides of a point, once for each of several points.

    Parameters
    ----------
    function : callable
        ``function(plus, minus) -> bool``.
    plus, minus : dict of str to ndarray (T, ..., K)
        The inputs of each max, keyed by its name: K numbers, of which the max takes the largest, at each of T points.

    Returns
    -------
    dict
        ``{"result 1": bool, ..., "result T": bool}``
    """
    count = len(next(iter(plus.values())))
    points = [[{name: value[i].copy() for name, value in side.items()} for side in (plus, minus)] for i in range(count)]
    return numbered("result", (function(*sides) for sides in points))


def gradient_checks(function: Function, loss: Function, gradient: Function, params: Params, reg: Floats) -> Outputs:
    """Check the gradients of several networks, and return one word for each parameter.

    Parameters
    ----------
    function : callable
        ``function(loss, gradient, params, reg) -> dict`` that maps each parameter's name to a word.
    loss, gradient : callable
        ``loss(which, params, reg)`` returns the loss of network number `which`, counting from 0, and
        ``gradient(which, params, reg)`` returns a dict of its gradients.
    params : dict of str to ndarray
        The parameters of all networks: "0 W1", "0 b1", and so on belong to the first network.
    reg : ndarray (T,)
        The regularization strength of each network.

    Returns
    -------
    dict
        ``{"network 1, W1": word, ...}``
    """
    words: Outputs = {}
    for i, strength in enumerate(reg.tolist()):
        own = {name.split()[1]: value for name, value in params.items() if name.split()[0] == str(i)}

        def loss_of(params: Params, reg: float, i: int = i) -> Any:
            return loss(i, params, reg)

        def gradient_of(params: Params, reg: float, i: int = i) -> Any:
            return gradient(i, params, reg)

        returned = function(loss_of, gradient_of, snapshots(own), strength)
        if not isinstance(returned, dict) or set(returned) != set(own):
            raise Unexpected(f"a dict with a word for each of {', '.join(own)}", _without(returned, own))
        words |= {f"network {i + 1}, {name}": returned[name] for name in own}
    return words


def list_broken_layers(function: Function, analytic: Params, numeric: Params) -> Outputs:
    """Call a function that lists broken layers, once for each of several networks.

    Parameters
    ----------
    function : callable
        ``function(analytic, numeric) -> indices``, where both arguments are lists with one dict of arrays per layer.
    analytic, numeric : dict of str to ndarray
        "0 0 w" is the gradient of w in the first layer of the first network, and so on.

    Returns
    -------
    dict
        ``{"network 1": "2, 7", ...}``: the indices in ascending order, or "none".
    """
    count = 1 + max(int(name.split()[0]) for name in analytic)
    lists = [[_layers(side, i) for side in (analytic, numeric)] for i in range(count)]
    return numbered("network", (_indices(function(*sides)) for sides in lists))


def _without(row: Any, names: Iterable[str]) -> Any:
    """If `row` is a dict without some of the names, describe it by those names; return any other value unchanged."""
    missing = [name for name in names if name not in row] if isinstance(row, dict) else []
    return Foreign(f"a dict without {series(missing)}") if missing else row


def _stacked_rows(rows: list[dict[str, Any]]) -> Outputs:
    """Stack the arrays from all calls, and return one array per name."""
    return {
        str(name): stacked([row[name] for row in rows], f"an array as {name!r}, of the same length from every call")
        for name in rows[0]
    }


def _layers(arrays: Params, network: int) -> list[Params]:
    layers: dict[int, Params] = {}
    for name, value in arrays.items():
        owner, layer, kind = name.split()
        if int(owner) == network:
            layers.setdefault(int(layer), {})[kind] = value.copy()
    return [layers[layer] for layer in sorted(layers)]


def _indices(returned: Any) -> str:
    """Return the whole numbers in a collection of any kind as text in ascending order, or "none"."""
    try:
        found = sorted({int(i) for i in returned if int(i) == i})
    except (TypeError, ValueError):
        raise Unexpected("indices of layers", returned) from None
    return ", ".join(map(str, found)) or "none"


def _generator(seed: int) -> np.random.Generator | None:
    return None if seed < 0 else np.random.default_rng(seed)

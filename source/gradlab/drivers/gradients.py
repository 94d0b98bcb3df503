"""Gradient checks: entries drawn at random, winners before and after a step, several networks in a row."""

import numpy as np

from ..checks.run import Unexpected
from ._outputs import stacked

COLUMNS = ("index", "numeric", "analytic", "error")


def sparse_gradient_checks(function, f, x, analytic_grad, seeds, **settings):
    """Check a few entries of a gradient, once for each of several random generators.

    Parameters
    ----------
    function : callable
        ``function(f, x, analytic_grad, rng=..., **settings) -> dict`` with index, numeric, analytic and error, an
        array (K,) each.
    seeds : ndarray (T,) of int
        A generator is made from each; below zero it is None. Where some are equal the same entries must be drawn.

    Returns
    -------
    dict
        The four, each an ndarray (T, K).
    """
    rows = []
    for seed in seeds.tolist():
        row = function(f, x, analytic_grad, rng=_generator(seed), **settings)
        if not isinstance(row, dict) or set(row) != set(COLUMNS):
            raise Unexpected("a dict with index, numeric, analytic and error", row)
        rows.append(row)
    return {
        name: stacked([row[name] for row in rows], f"an array of the same length for {name!r} from every call")
        for name in COLUMNS
    }


def sample_entries(function, params, seeds, **settings):
    """Draw entries of every parameter, once for each of several random generators.

    Parameters
    ----------
    function : callable
        ``function(params, rng=..., **settings) -> dict`` of name to an array (K,) of indices.
    params : dict of str to ndarray
    seeds : ndarray (T,) of int
        A generator is made from each; below zero it is None. Where some are equal the same entries must be drawn.

    Returns
    -------
    dict
        For each name an ndarray (T, K).
    """
    rows = []
    for seed in seeds.tolist():
        row = function(_copied(params), rng=_generator(seed), **settings)
        if not isinstance(row, dict):
            raise Unexpected("a dict of name to array", row)
        rows.append(row)
        if set(row) != set(rows[0]):
            raise Unexpected("the same names from every call", row)
    return {
        str(name): stacked([row[name] for row in rows], f"an array of the same length for {name!r} from every call")
        for name in rows[0]
    }


def compare_max_winners(function, plus, minus):
    """Compare what goes into each max on the two sides of a point, for several points.

    Parameters
    ----------
    function : callable
        ``function(plus, minus) -> bool``.
    plus, minus : dict of str to ndarray (T, ..., K)
        For each of T points, and by the name of the max, the K numbers of which each max takes the largest.

    Returns
    -------
    dict
        ``{"result 1": bool, ..., "result T": bool}``
    """
    count = len(next(iter(plus.values())))
    return {
        f"result {i + 1}": function(
            *({name: value[i].copy() for name, value in side.items()} for side in (plus, minus))
        )
        for i in range(count)
    }


def gradient_checks(function, loss, gradient, params, reg):
    """Have several networks' gradients checked, each parameter with a word.

    Parameters
    ----------
    function : callable
        ``function(loss, gradient, params, reg) -> dict`` of parameter name to word.
    loss, gradient : callable
        ``(number of the network, params, reg)`` to its loss, or to a dict of its gradients.
    params : dict of str to ndarray
        Under "0 W1", "0 b1", and so on, the parameters of the first network, then of the others.
    reg : ndarray (T,)
        The strength of regularization of each.

    Returns
    -------
    dict
        ``{"network 1, W1": word, ...}``
    """
    words = {}
    for i, strength in enumerate(reg.tolist()):
        own = {name.split()[1]: value for name, value in _copied(params).items() if name.split()[0] == str(i)}

        def loss_of(params, reg, i=i):
            return loss(i, params, reg)

        def gradient_of(params, reg, i=i):
            return gradient(i, params, reg)

        said = function(loss_of, gradient_of, _copied(own), strength)
        if not isinstance(said, dict) or set(said) != set(own):
            raise Unexpected(f"a dict with a word for each of {', '.join(own)}", said)
        words |= {f"network {i + 1}, {name}": said[name] for name in own}
    return words


def list_broken_layers(function, analytic, numeric):
    """Ask which layers of several networks are broken.

    Parameters
    ----------
    function : callable
        ``function(analytic, numeric) -> indices``, both a list with a dict of arrays for each layer.
    analytic, numeric : dict of str to ndarray
        Under "0 0 w" what belongs to w in the first layer of the first network, and so on.

    Returns
    -------
    dict
        ``{"network 1": "2, 7", ...}``: the indices in ascending order, or "none".
    """
    count = 1 + max(int(name.split()[0]) for name in analytic)
    lists = [[_layers(side, i) for side in (analytic, numeric)] for i in range(count)]
    return {f"network {i}": _indices(function(*pair)) for i, pair in enumerate(lists, start=1)}


def _layers(arrays, network):
    layers = {}
    for name, value in arrays.items():
        owner, layer, kind = name.split()
        if int(owner) == network:
            layers.setdefault(int(layer), {})[kind] = value.copy()
    return [layers[layer] for layer in sorted(layers)]


def _indices(returned):
    try:
        found = sorted({int(i) for i in returned if int(i) == i})
    except (TypeError, ValueError):
        raise Unexpected("indices of layers", returned) from None
    return ", ".join(map(str, found)) or "none"


def _generator(seed):
    return None if seed < 0 else np.random.default_rng(seed)


def _copied(arrays):
    return {name: value.copy() for name, value in arrays.items()}

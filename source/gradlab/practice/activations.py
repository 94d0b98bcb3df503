"""Activation statistics of well and badly initialized networks, each a clear example of one kind."""

import numpy as np

from ..typing import Array
from .mixing import Make, mixed

STATES = ("too small", "too large", "dead units", "good")
EXAMPLES, UNITS = 100, 40
# The standard deviation of the weights, times the square root of the number of inputs.
GOOD = {"tanh": (1.0, 1.4), "relu": (1.3, 1.5)}
SMALL, LARGE = (0.03, 0.2), (8.0, 20.0)
ONE_SMALL, ONE_LARGE = (0.001, 0.004), (500.0, 2000.0)


def layer_statistics(
    count: int, activation: str, *, layers: int = 5, rng: int | np.random.Generator | None
) -> tuple[Array, Array]:
    """Return the statistics of networks in random order, with a diagnosis of each.

    Parameters
    ----------
    count : int
    activation : str
        "tanh" or "relu".
    layers : int
        The number of layers, L, at least 3.
    rng : int, numpy.random.Generator or None
        The seed or generator. The same seed gives the same networks.

    Returns
    -------
    tables : ndarray (count, L, 4)
        For each network, one row per layer: the mean and the standard deviation of its outputs, the fraction of outputs
        beyond ±0.95, and the fraction of units that are 0 for every example.
    labels : ndarray (count,) of str
        "too small", "too large", "good" or, with ReLU, "dead units". Networks with dead units may be too small or too
        large as well, and are still labeled "dead units".

    Raises
    ------
    ValueError
        If there is no such activation, or `layers` is less than 3.

    Examples
    --------
    >>> tables, labels = layer_statistics(6, "tanh", rng=0)
    >>> tables.shape, sorted(set(labels.tolist()))
    ((6, 5, 4), ['good', 'too large', 'too small'])
    """
    kinds = STATES if activation == "relu" else tuple(state for state in STATES if state != "dead units")
    return mixed(network(activation, layers), kinds, count, rng=np.random.default_rng(rng))


def network(activation: str, layers: int) -> Make:
    """Return ``make(rng, kind, nth)``, which returns the statistics (layers, 4) of a random network; see `mixed`.

    Raises
    ------
    ValueError
        If there is no such activation, or `layers` is less than 3.
    """
    if activation not in GOOD or layers < 3:
        raise ValueError(
            f"activation must be 'tanh' or 'relu', and layers at least 3. Got {activation!r} and {layers}."
        )

    def make(rng: np.random.Generator, kind: str, nth: int) -> Array:
        scale = np.full(layers, rng.uniform(*GOOD[activation]))
        place = int(rng.integers(1, layers - 1))
        if kind in ("too small", "too large"):
            everywhere, once = (SMALL, ONE_SMALL) if kind == "too small" else (LARGE, ONE_LARGE)
            if nth % 2:  # in every other network, only one layer is wrong
                scale[place] = rng.uniform(*once)
                if activation == "relu" or kind == "too small":
                    scale[place + 1] = scale[0] ** 2 / scale[place]  # the next layer makes up for it
            else:
                scale[...] = rng.uniform(*everywhere)
        if kind == "dead units" and nth % 3:  # two in three are too large or too small as well
            scale[...] = rng.uniform(*(LARGE if nth % 3 == 1 else SMALL))
        killed = rng.uniform(0.75, 0.95) if kind == "dead units" else 0.0
        lifted = rng.uniform(1.5, 2) if kind == "good" and activation == "relu" and nth % 2 else 0.0
        return _measured(rng, activation, scale, place, killed, lifted)

    return make


def _measured(
    rng: np.random.Generator, activation: str, scale: Array, place: int, killed: float, lifted: float
) -> Array:
    """Return mean, std, saturated, and dead for each layer (L, 4), for inputs with mean 0 and standard deviation 1.

    Parameters
    ----------
    scale : ndarray (L,)
        The standard deviation of each layer's weights, times the square root of the number of inputs.
    place : int
        The index of the layer that `killed` and `lifted` change.
    killed : float
        The fraction of this layer's units whose bias is so negative that they never fire.
    lifted : float
        A positive bias for all of this layer's units, relative to the standard deviation of their inputs if that is
        above 1. With 1.5 to 2, most outputs are above 0.95, but none is large.
    """
    x, rows = rng.standard_normal((EXAMPLES, UNITS)), []
    for layer, std in enumerate(scale):
        x = x @ (std / np.sqrt(UNITS) * rng.standard_normal((UNITS, UNITS)))
        if layer == place:
            units = rng.permutation(UNITS)[: round(killed * UNITS)]
            x[:, units] -= x[:, units].max(axis=0) + 0.1
            x += lifted * max(1, x.std())
        x = np.tanh(x) if activation == "tanh" else np.maximum(x, 0)
        rows.append([x.mean(), x.std(), (np.abs(x) > 0.95).mean(), (x == 0).all(axis=0).mean()])
    return np.array(rows)

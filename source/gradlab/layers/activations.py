"""Elementwise activations. The cache stores the slope at each input, and the backward pass multiplies dout by it."""

from typing import Any, NamedTuple

import numpy as np

from ..typing import Floats
from . import _arguments


class ReluCache(NamedTuple):
    """A mask that is True where x > 0, and the dtype of x."""

    positive: np.ndarray[Any, np.dtype[np.bool_]]
    dtype: np.dtype[Any]


class LeakyReluCache(NamedTuple):
    """A mask that is True where x > 0, and the slope for all other inputs, a scalar with the dtype of x."""

    positive: np.ndarray[Any, np.dtype[np.bool_]]
    slope: np.floating[Any]


class SigmoidCache(NamedTuple):
    """The derivative of the logistic function at each input."""

    derivative: Floats


class TanhCache(NamedTuple):
    """The derivative of the hyperbolic tangent at each input."""

    derivative: Floats


def relu_forward(x: Floats) -> tuple[Floats, ReluCache]:
    """Apply the rectifier: out = max(0, x).

    Parameters
    ----------
    x : ndarray (...)
        float32 or float64.

    Returns
    -------
    out : ndarray (...)
    cache : ReluCache
        The values that `relu_backward` needs. The cache takes one byte per element of x.

    Raises
    ------
    TypeError, ValueError
        If x is not a float32 or float64 array, or is empty.

    References
    ----------
    Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010.

    Examples
    --------
    >>> out, cache = relu_forward(np.array([-2.0, 0.0, 3.0]))
    >>> out
    array([0., 0., 3.])
    >>> relu_backward(np.array([1.0, 1.0, 5.0]), cache)
    array([0., 0., 5.])
    """
    _arguments.check_floats(x=x)
    return np.maximum(x, 0), ReluCache(x > 0, x.dtype)


def relu_backward(dout: Floats, cache: ReluCache) -> Floats:
    """Return the gradient of the rectifier: dout where x > 0, else 0, including at the kink, x = 0.

    Parameters
    ----------
    dout : ndarray (...)
        Gradient of the loss with respect to the layer's output.
    cache : ReluCache
        The cache from `relu_forward`.

    Returns
    -------
    dx : ndarray (...)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, ReluCache)
    _arguments.check_dout(dout, cache.positive.shape, cache.dtype)
    # Multiplying by booleans avoids branches; np.where takes ten times as long when the signs are random.
    return dout * cache.positive


def leaky_relu_forward(x: Floats, slope: float = 0.01) -> tuple[Floats, LeakyReluCache]:
    """Apply the leaky rectifier: out = x where x > 0, else slope · x.

    Parameters
    ----------
    x : ndarray (...)
        float32 or float64.
    slope : float
        The slope for negative inputs, in 0..1.

    Returns
    -------
    out : ndarray (...)
    cache : LeakyReluCache
        The values that `leaky_relu_backward` needs.

    Raises
    ------
    TypeError, ValueError
        If x is not a float32 or float64 array or is empty, or if the slope is not in 0..1.

    References
    ----------
    Maas, Hannun, and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013, section 2.

    Examples
    --------
    >>> out, cache = leaky_relu_forward(np.array([-2.0, 0.0, 3.0]), slope=0.5)
    >>> out
    array([-1.,  0.,  3.])
    >>> leaky_relu_backward(np.ones(3), cache)
    array([0.5, 0.5, 1. ])
    """
    _arguments.check_floats(x=x)
    if not 0 <= slope <= 1:
        raise ValueError(f"slope must lie in 0..1. Got {slope}.")
    scalar = x.dtype.type(slope)
    return np.maximum(x, scalar * x), LeakyReluCache(x > 0, scalar)


def leaky_relu_backward(dout: Floats, cache: LeakyReluCache) -> Floats:
    """Return the gradient of the leaky rectifier: dout where x > 0, else slope · dout, including at x = 0.

    Parameters
    ----------
    dout : ndarray (...)
        Gradient of the loss with respect to the layer's output.
    cache : LeakyReluCache
        The cache from `leaky_relu_forward`.

    Returns
    -------
    dx : ndarray (...)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, LeakyReluCache)
    _arguments.check_dout(dout, cache.positive.shape, cache.slope.dtype)
    return dout * np.maximum(cache.positive, cache.slope)


def sigmoid_forward(x: Floats) -> tuple[Floats, SigmoidCache]:
    """Apply the logistic function: out = 1 / (1 + exp(-x)).

    The only exponential computed is ``exp(-|x|)``, which cannot overflow. The result is accurate to the last few
    digits unless it underflows.

    Parameters
    ----------
    x : ndarray (...)
        float32 or float64.

    Returns
    -------
    out : ndarray (...)
        The outputs, in 0..1.
    cache : SigmoidCache
        The values that `sigmoid_backward` needs.

    Raises
    ------
    TypeError, ValueError
        If x is not a float32 or float64 array, or is empty.

    References
    ----------
    Goodfellow, Bengio, and Courville, Deep Learning, 2016, section 3.10.

    Examples
    --------
    >>> out, cache = sigmoid_forward(np.array([-1000.0, 0.0, 1000.0]))
    >>> out
    array([0. , 0.5, 1. ])
    >>> sigmoid_backward(np.ones(3), cache)
    array([0.  , 0.25, 0.  ])
    """
    _arguments.check_floats(x=x)
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z), SigmoidCache(z / (1 + z) ** 2)


def sigmoid_backward(dout: Floats, cache: SigmoidCache) -> Floats:
    """Return the gradient of the logistic function: dout · out · (1 - out).

    Parameters
    ----------
    dout : ndarray (...)
        Gradient of the loss with respect to the layer's output.
    cache : SigmoidCache
        The cache from `sigmoid_forward`.

    Returns
    -------
    dx : ndarray (...)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, SigmoidCache)
    _arguments.check_dout(dout, cache.derivative.shape, cache.derivative.dtype)
    return dout * cache.derivative


def tanh_forward(x: Floats) -> tuple[Floats, TanhCache]:
    """Apply the hyperbolic tangent: out = tanh x.

    Parameters
    ----------
    x : ndarray (...)
        float32 or float64.

    Returns
    -------
    out : ndarray (...)
        The outputs, in -1..1.
    cache : TanhCache
        The values that `tanh_backward` needs.

    Raises
    ------
    TypeError, ValueError
        If x is not a float32 or float64 array, or is empty.

    References
    ----------
    LeCun, Bottou, Orr, and Müller, Efficient BackProp, 1998, section 4.4.

    Examples
    --------
    >>> out, cache = tanh_forward(np.array([-1000.0, 0.0, 1000.0]))
    >>> out
    array([-1.,  0.,  1.])
    >>> tanh_backward(np.ones(3), cache)
    array([0., 1., 0.])
    """
    _arguments.check_floats(x=x)
    out = np.tanh(x)
    return out, TanhCache(1 - out * out)


def tanh_backward(dout: Floats, cache: TanhCache) -> Floats:
    """Return the gradient of the hyperbolic tangent: dout · (1 - out²).

    Parameters
    ----------
    dout : ndarray (...)
        Gradient of the loss with respect to the layer's output.
    cache : TanhCache
        The cache from `tanh_forward`.

    Returns
    -------
    dx : ndarray (...)

    Raises
    ------
    TypeError, ValueError
        If the cache comes from another kind of layer, or `dout` does not have the output's shape and dtype.
    """
    _arguments.check_cache(cache, TanhCache)
    _arguments.check_dout(dout, cache.derivative.shape, cache.derivative.dtype)
    return dout * cache.derivative

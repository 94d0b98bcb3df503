"""Rules for a layer's initial weights."""

import math

import numpy as np
import numpy.typing as npt

from ..typing import Floats

RULES = ("normal", "xavier", "he")


def initial_weights(
    shape: tuple[int, ...],
    init: str = "normal",
    *,
    weight_scale: float = 1e-2,
    dtype: npt.DTypeLike = np.float32,
    seed: int | np.random.Generator | None = None,
) -> Floats:
    """Sample weights from a normal distribution with mean 0 and the standard deviation that the rule prescribes.

    ========== ============================ ==============================================================
    `init`     standard deviation           intended for
    ========== ============================ ==============================================================
    "normal"   weight_scale                 trying scales by hand
    "xavier"   sqrt(2 / (fan_in + fan_out)) tanh: activations and gradients keep their variance (Glorot
                                            and Bengio 2010, equation 12)
    "he"       sqrt(2 / fan_in)             ReLU, which zeroes half of the activations (He et al. 2015,
                                            equation 10)
    ========== ============================ ==============================================================

    fan_in is the number of inputs to one unit, and fan_out is the number of units that one input reaches.

    Parameters
    ----------
    shape : tuple of int
        (D, M) for an affine layer: fan_in = D, fan_out = M. (F, C, HH, WW) for a convolution: fan_in =
        C · HH · WW, fan_out = F · HH · WW.
    init : {"normal", "xavier", "he"}
    weight_scale : float
        The standard deviation for "normal". The other rules ignore it.
    dtype : numpy dtype
        float32 or float64.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    ndarray of `shape`

    Raises
    ------
    ValueError
        If `init`, `shape`, or `dtype` is not as described above.

    References
    ----------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    K. He, X. Zhang, S. Ren, and J. Sun, Delving deep into rectifiers, 2015.

    Examples
    --------
    >>> w = initial_weights((200, 50), "he", seed=0)
    >>> w.shape, w.dtype, round(float(w.std()), 2)
    ((200, 50), dtype('float32'), 0.1)
    """
    if len(shape) not in (2, 4):
        raise ValueError(f"shape must be (D, M) or, for a convolution, (F, C, HH, WW). Got {tuple(shape)}.")
    if init not in RULES:
        raise ValueError(f"init must be one of {', '.join(RULES)}. Got {init!r}.")
    if np.dtype(dtype).char not in "fd":
        raise ValueError(f"dtype must be float32 or float64. Got {np.dtype(dtype)}.")
    if len(shape) == 2:
        fan_in, fan_out = shape
    else:
        fan_in, fan_out = math.prod(shape[1:]), shape[0] * math.prod(shape[2:])
    if init == "xavier":
        std = math.sqrt(2 / (fan_in + fan_out))
    elif init == "he":
        std = math.sqrt(2 / fan_in)
    else:
        std = weight_scale
    return (std * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)

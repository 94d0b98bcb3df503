"""The first weights of a layer, by a stated rule."""

import math

import numpy as np

RULES = ("normal", "xavier", "he")


def initial_weights(shape, init="normal", *, weight_scale=1e-2, dtype=np.float32, seed=None):
    """Draw weights from a normal distribution of mean 0, whose standard deviation the rule sets.

    ========== ============================ =============================================================
    `init`     standard deviation           meant for
    ========== ============================ =============================================================
    "normal"   weight_scale                 trying scales by hand
    "xavier"   sqrt(2 / (fan_in + fan_out)) tanh: activations and gradients keep their variance (Glorot
                                            and Bengio 2010, equation 12)
    "he"       sqrt(2 / fan_in)             ReLU, which zeroes one half (He et al. 2015, equation 10)
    ========== ============================ =============================================================

    fan_in counts the inputs of one unit, fan_out the units that one input reaches.

    Parameters
    ----------
    shape : tuple of int
        (D, M) for an affine layer: fan_in = D, fan_out = M. (F, C, HH, WW) for a convolution: fan_in =
        C · HH · WW, fan_out = F · HH · WW.
    init : {"normal", "xavier", "he"}
    weight_scale : float
        For "normal" alone.
    dtype : numpy dtype
        float32 or float64.
    seed : int, numpy.random.Generator or None

    Returns
    -------
    ndarray of `shape`

    Raises
    ------
    ValueError
        If the rule, the shape or the dtype is none of these.

    References
    ----------
    X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
    K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, 2015.

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
        deviation = math.sqrt(2 / (fan_in + fan_out))
    elif init == "he":
        deviation = math.sqrt(2 / fan_in)
    else:
        deviation = weight_scale
    return (deviation * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)

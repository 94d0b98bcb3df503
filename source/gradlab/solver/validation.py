"""Check a solver's settings and the return values of the functions passed to it, with errors in plain words."""

import math
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from ..typing import Array, Config, Integers, Params
from .callbacks import Model

Callback = TypeVar("Callback", bound=Callable[..., Any])

DATA = ("X_train", "y_train", "X_val", "y_val")


def check_data(data: dict[str, Array]) -> None:
    """Raise TypeError or ValueError unless `data` has one label per example, for training and for validation."""
    missing = [key for key in DATA if key not in data]
    if missing:
        raise ValueError(f"data must have the keys {', '.join(DATA)}. Missing: {', '.join(missing)}.")
    for key in DATA:
        if not isinstance(data[key], np.ndarray):
            raise TypeError(f"data[{key!r}] must be an array. Got {type(data[key]).__name__}: use np.asarray.")
    for split in ("train", "val"):
        n, labels = len(data[f"X_{split}"]), len(data[f"y_{split}"])
        if n != labels or n == 0:
            raise ValueError(f"X_{split} and y_{split} must have the same nonzero length. Got {n} and {labels}.")


def check_functions(**functions: tuple[Any, str]) -> None:
    """Raise TypeError unless every function is callable or None. Each argument is a pair (function, signature)."""
    for name, (function, form) in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"{name} must be a function {form}. Got {function!r}: pass the function itself.")


def check_settings(batch_size: int, num_epochs: int, lr_decay: float, schedule: object) -> None:
    """Raise ValueError unless the settings are in range and consistent."""
    if batch_size < 1 or num_epochs < 0:
        raise ValueError(f"batch_size must be at least 1 and num_epochs at least 0. Got {batch_size} and {num_epochs}.")
    if schedule is not None and lr_decay != 1.0:
        raise ValueError(
            f"Pass either a schedule or lr_decay, not both, since each sets the learning rate. Got lr_decay={lr_decay}."
        )


def checked_callbacks(callbacks: Iterable[Callback], name: str) -> tuple[Callback, ...]:
    """Return the callbacks as a tuple, after checking that they are a list or tuple of functions."""
    if not isinstance(callbacks, (list, tuple)) or not all(callable(callback) for callback in callbacks):
        raise TypeError(f"{name} must be a list of functions. Got {callbacks!r}.")
    return tuple(callbacks)


def checked_batches(minibatches: Iterable[Any], n: int) -> list[Integers]:
    """Return one epoch's minibatches, which the function `minibatches` yielded, as a list of index arrays."""
    batches = [np.asarray(rows) for rows in minibatches]
    if not batches:
        raise ValueError("minibatches must yield at least one array of indices. Got none.")
    for rows in batches:
        if rows.ndim != 1 or rows.dtype.kind not in "iu" or len(rows) == 0:
            raise ValueError(
                f"minibatches must yield integer arrays of shape (B,), B >= 1. Got {rows.dtype} of shape {rows.shape}."
            )
        if rows.min() < 0 or rows.max() >= n:
            raise ValueError(
                f"minibatches must yield indices from 0 to {n - 1}. Got indices from {rows.min()} to {rows.max()}."
            )
    return batches


def checked_rate(rate: Any, epoch: float) -> float:
    """Return the learning rate that the function `schedule` returned for `epoch`, if it is a finite number."""
    scalar = np.isscalar(rate) and not isinstance(rate, (str, bytes, complex))
    if not scalar or not math.isfinite(rate):
        raise ValueError(f"schedule must return the learning rate, a finite number. Got {rate!r} for epoch {epoch:g}.")
    return float(rate)


def loss_and_gradients(model: Model, X: Array, y: Array, iteration: int) -> tuple[float, Params]:
    """Return ``model.loss(X, y)`` after checking that the loss is finite and that every parameter has a gradient."""
    cause = None
    grads: Params = {}
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # the error below reports overflow in plain words
            loss, grads = model.loss(X, y)
    except FloatingPointError as error:  # the loss function raises this error if the scores are not finite
        loss, cause = math.nan, error
    if not math.isfinite(loss):
        raise FloatingPointError(
            f"The loss became {float(loss)} in iteration {iteration}: the learning rate is probably too high. "
            "Divide it by ten and train a fresh model."
        ) from cause
    if grads.keys() != model.params.keys():
        raise ValueError(
            f"model.loss must return a gradient for each of {', '.join(model.params)}. "
            f"Got gradients for {', '.join(grads) or 'none'}."
        )
    return float(loss), dict(grads)


def checked_update(returned: Any, name: str, w: Array) -> tuple[Array, Config]:
    """Return the weights, in the dtype of `w`, and the config that the function `update_rule` returned."""
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], dict):
        raise TypeError(
            "update_rule must return a tuple (next_w, config) in which config is a dict. "
            f"Got {type(returned).__name__} for {name}."
        )
    if np.shape(returned[0]) != w.shape:
        raise ValueError(
            f"update_rule must return weights of shape {w.shape} for {name}. Got shape {np.shape(returned[0])}."
        )
    return np.asarray(returned[0], w.dtype), returned[1]

"""The base class of all models: a sequence of layers, a loss on top, and L2 regularization."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from ..typing import Array, Floats, Integers, Params
from . import sequential
from .initialize import initial_weights

LossFunction = Callable[[Floats, Integers], tuple[Any, Floats]]


class Model:
    """The base class of `FullyConnectedNet` and the other models: layers, their parameters, and a loss.

    Parameters
    ----------
    layers : list of gradlab.models.layer.Layer or gradlab.models.sequential.Chunked
    loss_function : callable
        ``(scores, y) -> (loss, dscores)``: the mean loss over the examples, and its gradient.
    example_shape : tuple of int
        The shape of one example. (D,) accepts examples of any shape with D features.
    reg : float
        The strength of L2 regularization: ½ · reg · Σ w² over all weights is added to the loss. Other parameters, such
        as biases, are not regularized.
    init, weight_scale, dtype
        The same arguments as for `initial_weights`.
    seed : int, numpy.random.Generator or None
    """

    def __init__(
        self,
        layers: Sequence[sequential.Block],
        loss_function: LossFunction,
        example_shape: tuple[int, ...],
        *,
        reg: float,
        init: str,
        weight_scale: float,
        dtype: npt.DTypeLike,
        seed: int | np.random.Generator | None,
    ) -> None:
        if not 0 <= reg < math.inf:
            raise ValueError(f"reg must be a finite number of at least 0. Got {reg}.")
        if not callable(loss_function):
            raise TypeError(f"loss_function must be a function (scores, y) -> (loss, dscores). Got {loss_function!r}.")
        self.layers = layers
        self.parts = [part for layer in layers for part in layer.parts]
        self.loss_function = loss_function
        self.example_shape = example_shape
        self.reg = reg
        self.dtype = np.dtype(dtype)
        rng = np.random.default_rng(seed)
        sample_weights = partial(initial_weights, init=init, weight_scale=weight_scale, dtype=dtype, seed=rng)
        self.params: Params = {}
        for part in self.parts:
            self.params |= part.initial_params(sample_weights, dtype)
        # Seed the layers only now, so that a network has the same initial weights with and without dropout.
        for part in self.parts:
            part.seed(rng)

    @overload
    def loss(self, X: Array, y: None = None) -> Array: ...

    @overload
    def loss(self, X: Array, y: Integers) -> tuple[float, Params]: ...

    def loss(self, X: Array, y: Integers | None = None) -> Array | tuple[float, Params]:
        """Return the scores of a batch or, if labels are given, the loss and its gradients.

        Normalization and dropout run in training mode if labels are given, and in test mode otherwise.

        Parameters
        ----------
        X : ndarray (N, ...)
            N >= 1 examples. They are converted to the model's dtype if necessary.
        y : ndarray (N,) of int, optional
            The correct classes.

        Returns
        -------
        scores : ndarray (N, num_classes)
            Returned if `y` is None.
        loss, grads : float, dict of str to ndarray
            Returned if `y` is given. `grads` has the keys and shapes of `params`.

        Raises
        ------
        TypeError, ValueError
            If `X` is not an array of numbers, an example has the wrong size, the labels do not match the examples, or
            a plugged-in function returns an array of the wrong shape.
        FloatingPointError
            If the scores are not finite. The loss function raises this error.
        """
        x = self._checked(X)
        if y is None:
            return sequential.run(self.layers, x, self.params, "test")[0]
        scores, caches = sequential.run(self.layers, x, self.params, "train")
        loss, dscores = self.loss_function(scores, y)
        if np.shape(dscores) != scores.shape:
            raise ValueError(
                f"loss_function must return dscores of shape {scores.shape}. Got shape {np.shape(dscores)}."
            )
        dscores = np.asarray(dscores, self.dtype)
        _, grads = sequential.backprop(self.layers, dscores, caches, self.params, needs_dx=False)
        if self.reg:
            for name, w in self.params.items():
                if name.startswith("W"):
                    loss += 0.5 * self.reg * np.vdot(w, w)
                    grads[name] += self.reg * w
        return float(loss), grads

    def activations(self, X: Array) -> dict[str, Array]:
        """Return the output of each layer in test mode: dropout is off, and normalization uses its running averages.

        Parameters
        ----------
        X : ndarray (N, ...)

        Returns
        -------
        dict of str to ndarray (N, ...)
            The output of each layer, keyed by name ("affine1", "activation1", ...), from the first layer to the last.
            The output of the last layer is the scores.
        """
        x = self._checked(X)
        outputs = {}
        for part in self.parts:
            x, _ = part.run(x, self.params, "test")
            outputs[part.name] = x.copy()  # the next layer may be a student's function that works in place
        return outputs

    def state(self) -> dict[str, Any]:
        """Return the model's state except its parameters: running averages, and the states of random generators.

        Returns
        -------
        dict of str to object
            Copies of arrays, numbers, and dicts of these, for `restore`. The dict is empty if no layer has a state.
        """
        return {f"{part.name}.{key}": value for part in self.parts for key, value in part.state().items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the state that an earlier call to `state` returned.

        Raises
        ------
        ValueError
            If the state comes from a model with different layers.
        """
        expected, given = ({key.split(".")[0] for key in keys} for keys in (self.state(), state))
        if expected != given:
            raise ValueError(
                f"The state must be for the layers {sorted(expected)}. Got a state for {sorted(given)}: the state "
                "belongs to another model."
            )
        for part in self.parts:
            prefix = f"{part.name}."
            part.restore({key.removeprefix(prefix): state[key] for key in state if key.startswith(prefix)})

    def _checked(self, X: Array) -> Array:
        if not isinstance(X, np.ndarray) or X.dtype.kind not in "fiub":
            got = f"an array of {X.dtype}" if isinstance(X, np.ndarray) else type(X).__name__
            raise TypeError(f"X must be an array of numbers. Got {got}.")
        expected, given = self.example_shape, X.shape[1:]
        if len(expected) == 1:
            fits, kind = X.ndim > 1 and math.prod(given) == expected[0], f"examples with {expected[0]} features"
        else:
            fits, kind = given == expected, f"images of shape {expected}"
        if not fits:
            raise ValueError(
                f"X must contain {kind} and have shape (N, {', '.join(map(str, expected))}). Got shape {X.shape}: "
                "build the model with the data's input_dim, or pass a single example as X[None]."
            )
        if len(X) == 0:
            raise ValueError(f"X must contain at least one example. Got shape {X.shape}.")
        return X.astype(self.dtype, copy=False)

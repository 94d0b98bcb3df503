"""What all models share: layers one after the other, a loss on top of them, and L2 regularization."""

import math
from functools import partial

import numpy as np

from . import sequential
from .initialize import initial_weights


class Model:
    """Layers, their parameters, and a loss; `FullyConnectedNet` and the others are made of it.

    Parameters
    ----------
    layers : list of gradlab.models.layer.Layer or gradlab.models.sequential.Chunked
    loss_function : callable
        ``(scores, y) -> (loss, dscores)``: the mean over the examples, and its gradient.
    example_shape : tuple of int
        Of one example; (D,) stands for D features in any shape.
    reg : float
        Strength of L2 regularization: ½ · reg · Σ w² over all weights is added to the loss; what is no weight, such
        as biases, is exempt.
    init, weight_scale, dtype
        As for `initial_weights`.
    seed : int, numpy.random.Generator or None
    """

    def __init__(self, layers, loss_function, example_shape, *, reg, init, weight_scale, dtype, seed):
        if not 0 <= reg < math.inf:
            raise ValueError(f"reg must be a finite number, at least 0. Got {reg}.")
        if not callable(loss_function):
            raise TypeError(f"loss_function must be a function (scores, y) -> (loss, dscores). Got {loss_function!r}.")
        self.layers = layers
        self.parts = [part for layer in layers for part in layer.parts]
        self.loss_function = loss_function
        self.example_shape = example_shape
        self.reg = reg
        self.dtype = np.dtype(dtype)
        rng = np.random.default_rng(seed)
        draw = partial(initial_weights, init=init, weight_scale=weight_scale, dtype=dtype, seed=rng)
        self.params = {}
        for part in self.parts:
            self.params |= part.first_params(draw, dtype)
        # Afterwards, so that a network has the same first weights with dropout and without.
        for part in self.parts:
            part.seed(rng)

    def loss(self, X, y=None):
        """Scores of a batch, or, given its labels, the loss and its gradients.

        With labels, normalization and dropout work as in training; without, as in use.

        Parameters
        ----------
        X : ndarray (N, ...)
            N examples, at least one; converted to the model's dtype where they have another.
        y : ndarray (N,) of int, optional
            The right classes.

        Returns
        -------
        scores : ndarray (N, num_classes)
            Without `y`.
        loss, grads : float, dict of str to ndarray
            With `y`; `grads` has the keys and shapes of `params`.

        Raises
        ------
        TypeError, ValueError
            If `X` holds no numbers or examples of another size, if the labels do not fit, or if what was plugged
            in returns something of another shape than it must.
        FloatingPointError
            From the loss function, if the scores are no longer finite.
        """
        x = self._checked(X)
        if y is None:
            return sequential.run(self.layers, x, self.params, "test")[0]
        scores, caches = sequential.run(self.layers, x, self.params, "train")
        loss, dscores = self.loss_function(scores, y)
        if np.shape(dscores) != scores.shape:
            raise ValueError(f"loss_function must return dscores of shape {scores.shape}. Got {np.shape(dscores)}.")
        dscores = np.asarray(dscores, self.dtype)
        _, grads = sequential.pull_back(self.layers, dscores, caches, self.params, needs_dx=False)
        if self.reg:
            for name, w in self.params.items():
                if name.startswith("W"):
                    loss += 0.5 * self.reg * np.vdot(w, w)
                    grads[name] += self.reg * w
        return float(loss), grads

    def activations(self, X):
        """What each layer makes of a batch, in use: dropout is off, normalization takes its running averages.

        Parameters
        ----------
        X : ndarray (N, ...)

        Returns
        -------
        dict of str to ndarray (N, ...)
            The output of each layer by its name ("affine1", "activation1", ...), from the first to the last, whose
            output are the scores.
        """
        x = self._checked(X)
        outputs = {}
        for part in self.parts:
            x, _ = part.run(x, self.params, "test")
            outputs[part.name] = x.copy()  # the next layer may be a student's that works in place
        return outputs

    def state(self):
        """What the model holds beside its parameters: running averages, and where dropout's generators stand.

        Returns
        -------
        dict of str to object
            Copies of arrays, numbers and dicts of these, for `restore`; empty where all layers are plain.
        """
        return {f"{part.name}.{key}": value for part in self.parts for key, value in part.state().items()}

    def restore(self, state):
        """Go back to what `state` returned.

        Raises
        ------
        ValueError
            If it is of a model with other layers.
        """
        expected, given = ({key.split(".")[0] for key in keys} for keys in (self.state(), state))
        if expected != given:
            raise ValueError(
                f"The state must be that of the layers {sorted(expected)}. Got {sorted(given)}: it is of another model."
            )
        for part in self.parts:
            prefix = f"{part.name}."
            part.restore({key.removeprefix(prefix): state[key] for key in state if key.startswith(prefix)})

    def _checked(self, X):
        if not isinstance(X, np.ndarray) or X.dtype.kind not in "fiub":
            got = f"an array of {X.dtype}" if isinstance(X, np.ndarray) else type(X).__name__
            raise TypeError(f"X must be an array of numbers. Got {got}.")
        expected, given = self.example_shape, X.shape[1:]
        if len(expected) == 1:
            fits, kind = X.ndim > 1 and math.prod(given) == expected[0], f"examples of {expected[0]} features"
        else:
            fits, kind = given == expected, f"images of shape {expected}"
        if not fits:
            raise ValueError(
                f"X must hold {kind}, as (N, {', '.join(map(str, expected))}). Got {X.shape}: build the model with "
                "the data's input_dim, or give a single example as X[None]."
            )
        if len(X) == 0:
            raise ValueError(f"X must hold at least one example. Got shape {X.shape}.")
        return X.astype(self.dtype, copy=False)

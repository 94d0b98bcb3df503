"""The fully connected network. You can plug in your own activation, normalization, and dropout."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..layers import relu_backward, relu_forward
from ..losses import softmax_loss
from .custom_layers import activation_block
from .layer import Layer, Pair, affine
from .model import LossFunction, Model


class FullyConnectedNet(Model):
    """Affine layers with activations between them, and a loss on top.

    With L hidden layers, there are L + 1 affine layers. Layers in brackets are optional:

        (affine - [normalization] - activation - [dropout]) x L - affine - loss

    Parameters
    ----------
    hidden_dims : sequence of int
        The size of each hidden layer. An empty sequence gives a linear classifier.
    input_dim : int
        The number of features per example.
    num_classes : int
    reg : float
        The strength of L2 regularization: ½ · reg · Σ w² over all weights is added to the loss. Biases, gamma, and beta
        are not regularized.
    weight_scale : float
        The standard deviation of the initial weights if `init` is "normal". Biases start at zero.
    init : {"normal", "xavier", "he"}
        The rule for the initial weights; see `initial_weights`.
    activation : pair of callables, optional
        ``forward(x) -> (out, cache)`` and ``backward(dout, cache) -> dx``, both elementwise. The default is ReLU.
    normalization : pair of callables, optional
        ``forward(x, gamma, beta, bn_param) -> (out, cache)`` and ``backward(dout, cache) -> (dx, dgamma, dbeta)``.
        Each layer keeps a dict bn_param with running_mean and running_var, which start at zero. The dict's mode is
        "train" if `loss` is called with labels, otherwise "test".
    dropout : pair of callables, optional
        ``forward(x, dropout_param) -> (out, cache)`` and ``backward(dout, cache) -> dx``.
    dropout_param : dict, optional
        The last argument of dropout's forward function, {"p": 0.5} by default. The model adds the mode, and a new seed
        in each training step, so that masks differ but runs are reproducible. If you set a seed, the model keeps it,
        which lets you check gradients.
    loss_function : callable
        ``(scores, y) -> (loss, dscores)``.
    dtype : numpy dtype
        The dtype of all parameters and computations. Use float64 to check gradients.
    seed : int, numpy.random.Generator or None
        The seed for the initial weights and for dropout. If None, both differ from run to run.

    Attributes
    ----------
    params : dict of str to ndarray
        W1 (input_dim, hidden_dims[0]), b1 (hidden_dims[0],), W2, b2, and so on. With normalization, there are also
        gamma1 and beta1 (hidden_dims[0],), and so on. Every gamma starts at one, and every beta at zero.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described above.

    Examples
    --------
    >>> model = FullyConnectedNet([5], input_dim=4, num_classes=3, init="he", seed=0)
    >>> {name: w.shape for name, w in model.params.items()}
    {'W1': (4, 5), 'b1': (5,), 'W2': (5, 3), 'b2': (3,)}
    >>> X = np.ones((2, 4))
    >>> model.loss(X).shape
    (2, 3)
    >>> loss, grads = model.loss(X, np.array([0, 2]))
    >>> grads["W1"].shape
    (4, 5)
    >>> [f"{name} {out.shape}" for name, out in model.activations(X).items()]
    ['affine1 (2, 5)', 'activation1 (2, 5)', 'affine2 (2, 3)']
    """

    def __init__(
        self,
        hidden_dims: Sequence[int],
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        *,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        init: str = "normal",
        activation: Pair = (relu_forward, relu_backward),
        normalization: Pair | None = None,
        dropout: Pair | None = None,
        dropout_param: Mapping[str, Any] | None = None,
        loss_function: LossFunction = softmax_loss,
        dtype: npt.DTypeLike = np.float32,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        if np.ndim(hidden_dims) != 1:
            raise ValueError(f"hidden_dims must be a sequence of sizes, such as [100]. Got {hidden_dims}.")
        layers: list[Layer] = []
        features = input_dim
        for i, units in enumerate(hidden_dims, start=1):
            layers += [
                affine(i, features, units),
                *activation_block(i, units, normalization, activation, dropout, dropout_param),
            ]
            features = units
        layers.append(affine(len(hidden_dims) + 1, features, num_classes))
        super().__init__(
            layers, loss_function, (input_dim,), reg=reg, init=init, weight_scale=weight_scale, dtype=dtype, seed=seed
        )

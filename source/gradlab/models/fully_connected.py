"""The fully connected network, with room for a student's own activation, normalization and dropout."""

import numpy as np

from ..layers import relu_backward, relu_forward
from ..losses import softmax_loss
from .custom_layers import between
from .layer import affine
from .model import Model


class FullyConnectedNet(Model):
    """Affine layers with an activation between each two, and a loss on top.

    L hidden layers make L + 1 affine ones, and what is in brackets is there if it is given:

        (affine - [normalization] - activation - [dropout]) x L - affine - loss

    Parameters
    ----------
    hidden_dims : sequence of int
        The size of each hidden layer; none at all gives a linear classifier.
    input_dim : int
        The features of one example.
    num_classes : int
    reg : float
        Strength of L2 regularization: ½ · reg · Σ w² over all weights is added to the loss, biases, gamma and beta
        exempt.
    weight_scale : float
        The standard deviation of the first weights where `init` is "normal"; biases start at zero.
    init : {"normal", "xavier", "he"}
        The rule for the first weights, see `initial_weights`.
    activation : pair of callables, optional
        ``forward(x) -> (out, cache)`` and ``backward(dout, cache) -> dx``, for each number by itself; ReLU unless
        given.
    normalization : pair of callables, optional
        ``forward(x, gamma, beta, bn_param) -> (out, cache)`` and ``backward(dout, cache) -> (dx, dgamma, dbeta)``.
        Each layer keeps a bn_param with running_mean and running_var, from zeros; the mode in it is "train" when
        there are labels, else "test".
    dropout : pair of callables, optional
        ``forward(x, dropout_param) -> (out, cache)`` and ``backward(dout, cache) -> dx``.
    dropout_param : dict, optional
        What dropout is called with, such as {"p": 0.5}, which is the default. The model adds the mode, and in each
        training step a new seed, so that masks differ and runs repeat. A seed of yours stays, to check gradients.
    loss_function : callable
        ``(scores, y) -> (loss, dscores)``.
    dtype : numpy dtype
        Of all parameters, and of all that is computed. Use float64 to check gradients.
    seed : int, numpy.random.Generator or None
        Where the first weights and dropout's seeds are drawn from; None gives others every time.

    Attributes
    ----------
    params : dict of str to ndarray
        W1 (input_dim, hidden_dims[0]), b1 (hidden_dims[0],), W2, b2, and so on; with normalization also gamma1, beta1
        (hidden_dims[0],), and so on, which start at ones and zeros.

    Raises
    ------
    TypeError, ValueError
        If an argument is none of the above.

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
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        *,
        reg=0.0,
        weight_scale=1e-2,
        init="normal",
        activation=(relu_forward, relu_backward),
        normalization=None,
        dropout=None,
        dropout_param=None,
        loss_function=softmax_loss,
        dtype=np.float32,
        seed=None,
    ):
        if np.ndim(hidden_dims) != 1:
            raise ValueError(f"hidden_dims must be a sequence of sizes, such as [100]. Got {hidden_dims}.")
        layers, features = [], input_dim
        for i, units in enumerate(hidden_dims, start=1):
            layers += [
                affine(i, features, units),
                *between(i, units, normalization, activation, dropout, dropout_param),
            ]
            features = units
        layers.append(affine(len(hidden_dims) + 1, features, num_classes))
        settings = {"reg": reg, "init": init, "weight_scale": weight_scale, "dtype": dtype, "seed": seed}
        super().__init__(layers, loss_function, (input_dim,), **settings)

"""Linear classifiers, which consist of one affine layer and a loss on its scores."""

import numpy as np
import numpy.typing as npt

from ..losses import softmax_loss, svm_loss
from .fully_connected import FullyConnectedNet


class SoftmaxRegression(FullyConnectedNet):
    """Multinomial logistic regression: scores = X W1 + b1, with the cross-entropy of the softmax as the loss.

    Parameters
    ----------
    input_dim, num_classes, reg, weight_scale, init, dtype, seed
        The same arguments as for `FullyConnectedNet`.

    Attributes
    ----------
    params : dict of str to ndarray
        W1 (input_dim, num_classes), b1 (num_classes,).

    References
    ----------
    Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4.

    Examples
    --------
    With small weights, all three classes are about equally likely, and the loss is about ln 3:

    >>> model = SoftmaxRegression(input_dim=4, num_classes=3, weight_scale=1e-4, seed=0)
    >>> loss, grads = model.loss(np.ones((2, 4)), np.array([0, 2]))
    >>> round(loss, 3), grads["W1"].shape
    (1.099, (4, 3))
    """

    loss_function = staticmethod(softmax_loss)

    def __init__(
        self,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        *,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        init: str = "normal",
        dtype: npt.DTypeLike = np.float32,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        super().__init__(
            (),
            input_dim,
            num_classes,
            loss_function=self.loss_function,
            reg=reg,
            weight_scale=weight_scale,
            init=init,
            dtype=dtype,
            seed=seed,
        )


class SvmRegression(SoftmaxRegression):
    """Weston and Watkins' linear support vector machine, which uses the hinge loss.

    Its arguments and parameters are the same as those of `SoftmaxRegression`.

    References
    ----------
    Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999.

    Examples
    --------
    With small weights, both wrong classes are within the margin of 1, and the loss is about 2:

    >>> model = SvmRegression(input_dim=4, num_classes=3, weight_scale=1e-4, seed=0)
    >>> loss, grads = model.loss(np.ones((2, 4)), np.array([0, 2]))
    >>> round(loss, 2)
    2.0
    """

    loss_function = staticmethod(svm_loss)

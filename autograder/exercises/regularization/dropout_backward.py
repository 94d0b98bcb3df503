"""Inverted dropout, backward: the gradient passes where the input passed."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import seed, signed, uniform
from gradlab import drivers, properties
from gradlab.checks.pictures import Picture

from .dropout_forward import DropoutForward, training


class DropoutBackward(Exercise):
    """Dropped units get no gradient; scaled units get a gradient scaled by the same factor."""

    name, points, partners = "dropout_backward", 2, (DropoutForward,)
    done = "Networks can now learn with your dropout: gradients flow only through the units that were kept."
    driver = drivers.dropout_forward_backward
    judge = properties.gradient_follows_dropout_mask
    picture = Picture("mask", ("out / x", "dx / dout"))

    def reference(dout, cache):
        """The backward pass of inverted dropout.

            train: dx = dout · mask / p, with the mask of the forward pass
            test:  dx = dout

        Parameters
        ----------
        dout : ndarray (N, ...)
            The gradient of the loss with respect to the layer's output. May be changed in place.
        cache : anything
            What your `dropout_forward` returned along with its output.

        Returns
        -------
        dx : ndarray (N, ...)
            With the dtype of `dout`.

        Notes
        -----
        The check compares dx with what your own forward pass did: a wrong mask or scale there costs no points here, as
        long as something is dropped and something is kept.
        """
        mask = cache
        return dout if mask is None else dout * mask

    def cases(rng):
        low, high = uniform(rng, 0.2, 0.3), uniform(rng, 0.6, 0.7)
        given = input_and_gradient(rng, (16, 20))
        yield Case("about a quarter kept", **given, dropout_param=training(low))
        yield Case("about two thirds kept", **given, dropout_param=training(high))
        yield Case("images", **input_and_gradient(rng, (6, 3, 5, 7)), dropout_param=training(high))
        param = {**training(high), "seed": seed(rng)}
        yield Case(
            "with forward passes of other layers in between",
            **input_and_gradient(rng, (16, 20)),
            dropout_param=training(low),
            between=2,
        )
        yield Case("with a seed", **input_and_gradient(rng, (16, 20)), dropout_param=param)
        param = {"p": low, "mode": "test"}
        yield Case("at test time", **input_and_gradient(rng, (16, 20)), dropout_param=param, then_train=True, weight=2)
        given = {name: array.astype(np.float32) for name, array in input_and_gradient(rng, (16, 20)).items()}
        yield Case("float32", **given, dropout_param=training(high))

    without_the_mask = mistake(
        "Should dropped units get a gradient? No, but in training, yours passes everywhere. Multiply it by the mask "
        "from the forward pass.",
        {"dout * mask": "dout"},
    )
    not_scaled = mistake(
        "What did the forward pass do to the units that it kept? It divided them by p, so their gradient must be "
        "divided by p, too. Yours passes in the right places, but it isn't scaled.",
        {"dout * mask": "dout * (mask != 0)"},
    )
    scaled_twice = mistake(
        "How many times do you divide the gradient by p? Twice, and once is enough. If your cached mask already holds "
        "1/p, just multiply by it.",
        {"dout * mask": "dout * mask**2"},
    )
    a_new_mask = mistake(
        "Is this the mask from the forward pass? Your gradient passes in different places than the input did. Put the "
        "mask in the cache, and use that one.",
        {"dout * mask": "dout * np.random.default_rng(0).permutation(mask.ravel()).reshape(mask.shape)"},
    )
    mask_inverted = mistake(
        "Which units should get a gradient? Those that were kept. Yours passes exactly where the input was dropped, "
        "and stops where it was kept.",
        {"dout * mask": "dout * (mask == 0) * mask.max()"},
    )
    nothing_at_test = mistake(
        "What does dropout do at test time? Nothing, so the gradient should come through unchanged. Yours is all "
        "zeros.",
        {"dout if": "np.zeros_like(dout) if"},
    )
    scaled_at_test = mistake(
        "What does dropout do at test time? Nothing, so dx is dout. Your gradient passes everywhere, but it is scaled "
        "or changed in some other way.",
        {"dout if": "0.5 * dout if"},
    )
    a_mask_expected = mistake(
        "What is in the cache at test time? There is no mask then, so your function stops with an error when it looks "
        "for the mask or multiplies by it. Return dout as it is.",
        {"dout if mask is None else ": ""},
    )
    divided_by_the_mask = mistake(
        "Is there a division by zero? In training, your dx has infinite or NaN entries. The mask holds zeros, so "
        "multiply by it instead of dividing.",
        {"dout * mask": "dout / mask"},
    )
    the_mask_alone = mistake(
        "Is dx computed from dout? Yours is zero in the right places, but elsewhere it isn't dout times the forward "
        "pass's scale. Multiply dout by the mask.",
        {"dout * mask": "mask"},
    )
    float64_comes_out = mistake(
        "What dtype comes out when float32 goes in? dx should have the dtype of dout, so convert the mask or the "
        "result.",
        {"mask = cache": "mask = cache\ndout = dout.astype(np.float64)"},
    )
    a_mask_expected_in_a_dict = mistake(
        "What is in the cache at test time? There is no mask then, so your function stops with an error when it looks "
        "for the mask. Return dout as it is.",
        {"dout if mask is None else dout * mask": 'dout * ({} if mask is None else {"mask": mask})["mask"]'},
    )

    @variant
    def in_place(dout, cache):
        if cache is not None:
            dout *= cache
        return dout

    by_where = variant(
        {"dout if": "dout.copy() if", "dout * mask": "np.where(mask > 0, dout * mask.max(), 0).astype(dout.dtype)"}
    )


def input_and_gradient(rng, shape):
    """An input and an upstream gradient of this shape."""
    return {"x": signed(rng, 1, 3, *shape), "dout": signed(rng, 1, 3, *shape)}

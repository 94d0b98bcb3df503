"""Inverted dropout, backward: the gradient passes where the input passed."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import seed, signed, uniform
from gradlab import drivers, properties

from .dropout_forward import DropoutForward, training


class DropoutBackward(Exercise):
    """Dropped units get no gradient; scaled units get a gradient scaled by the same factor."""

    name, points, partners = "dropout_backward", 2, (DropoutForward,)
    driver = drivers.dropout_forward_backward
    judge = properties.gradient_follows_dropout_mask

    def reference(dout, cache):
        """The backward pass of inverted dropout.

            train: dx = dout · mask / p, with the mask of the forward pass
            test:  dx = dout

        Parameters
        ----------
        dout : ndarray (N, ...)
            The gradient of the loss in the layer's output; may be changed in place, but need not be.
        cache : anything
            What your `dropout_forward` returned beside its output.

        Returns
        -------
        dx : ndarray (N, ...)
            With the dtype of `dout`.

        Notes
        -----
        It is held against what your own forward pass did: a wrong mask or scale there costs no points here, as long as
        something is dropped and something is kept.
        """
        mask = cache
        return dout if mask is None else dout * mask

    def cases(rng):
        low, high = uniform(rng, 0.2, 0.3), uniform(rng, 0.6, 0.7)
        for label, p, shape in (
            ("about a quarter kept", low, (16, 20)),
            ("about two thirds kept", high, (16, 20)),
            ("images", high, (6, 3, 5, 7)),
        ):
            yield Case(label, **input_and_gradient(rng, shape), dropout_param=training(p))
        param = {**training(high), "seed": seed(rng)}
        yield Case(
            "other layers' passes in between",
            **input_and_gradient(rng, (16, 20)),
            dropout_param=training(low),
            between=2,
        )
        yield Case("with a seed", **input_and_gradient(rng, (16, 20)), dropout_param=param)
        param = {"p": low, "mode": "test"}
        yield Case("at test time", **input_and_gradient(rng, (16, 20)), dropout_param=param, weight=0.5)
        given = {name: array.astype(np.float32) for name, array in input_and_gradient(rng, (16, 20)).items()}
        yield Case("float32", **given, dropout_param=training(high))

    without_the_mask = mistake(
        "The gradient passes everywhere. Multiply it by the mask of the forward pass.", {"dout * mask": "dout"}
    )
    not_scaled = mistake(
        "The gradient has the mask, but not its scale: the output was divided by p, so its gradient is, too.",
        {"dout * mask": "dout * (mask != 0)"},
    )
    scaled_twice = mistake(
        "The gradient is divided by p twice. If your cached mask holds 1/p, multiply by it and by nothing else.",
        {"dout * mask": "dout * mask**2"},
    )
    a_new_mask = mistake(
        "You draw a new mask. The gradient must pass exactly where the input did: keep the mask in the cache.",
        {"dout * mask": "dout * np.random.default_rng(0).permutation(mask.ravel()).reshape(mask.shape)"},
    )
    mask_inverted = mistake(
        "The gradient passes where the input was dropped, and is stopped where it was kept.",
        {"dout * mask": "dout * (mask == 0) * mask.max()"},
    )
    nothing_at_test = mistake(
        "At test time nothing passes. There dropout does nothing, so the gradient comes through as it is.",
        {"dout if": "np.zeros_like(dout) if"},
    )
    a_mask_expected = mistake(
        "At test time this stops with an error: there is no mask then, and the gradient comes through as it is.",
        {"dout if mask is None else ": ""},
    )
    divided_by_the_mask = mistake(
        "dout is divided by the mask. Where the mask holds zeros that is infinite: multiply.",
        {"dout * mask": "dout / mask"},
    )
    the_mask_alone = mistake("You return the mask alone. The gradient is dout times the mask.", {"dout * mask": "mask"})
    float64_comes_out = mistake(
        "float32 goes in and float64 comes out. Convert the mask to the dtype of dout.",
        {"mask = cache": "mask = cache\ndout = dout.astype(np.float64)"},
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

"""Gradient clipping: all of a network's gradients are scaled by the same factor if together they are too long."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


def gradients(rng, norm, **shapes):
    """Gradients of these shapes, whose global norm is `norm`."""
    raw = {name: signed(rng, 0.5, 1.5, *shape) for name, shape in shapes.items()}
    factor = norm / np.linalg.norm(np.concatenate([g.ravel() for g in raw.values()]))
    return {name: factor * g for name, g in raw.items()}


class ClipByGlobalNorm(Exercise):
    """One bad minibatch must not undo an hour of training: limit the length of the whole gradient."""

    name, points = "clip_by_global_norm", 2
    done = "You have gradient clipping; in the next run, it saves a network from a single bad minibatch."
    driver = drivers.clipped_gradients

    def reference(grads, max_norm):
        """Shorten all of a network's gradients by the same factor if together they are too long.

            norm = √(Σ g²)                     over every entry of every array
            g ← g · min(1, max_norm / norm)    for every array g

        Parameters
        ----------
        grads : dict of str to ndarray
            The gradient of each parameter: W1, b1, W2, and so on, of any shapes.
        max_norm : float
            The largest norm allowed, above 0.

        Returns
        -------
        clipped : dict of str to ndarray
            With the same keys and shapes as `grads`.
        norm : float
            The norm *before* clipping. It's worth plotting during training.

        Notes
        -----
        You may change `grads` in place. Gradients that are all zero stay zero. PyTorch's ``clip_grad_norm_``
        divides by norm + 1e-6 instead, which makes hardly any difference and is accepted here.

        References
        ----------
        Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks" (2013), section
        3.2, algorithm 1.
        """
        norm = float(np.sqrt(sum(np.sum(g**2) for g in grads.values())))
        factor = max_norm / max(norm, max_norm)
        clipped = {name: g * factor for name, g in grads.items()}
        return clipped, norm

    def cases(rng):
        # The norms are so large that an epsilon of 1e-6 makes no difference.
        yield Case(
            "one array, too long", grads=gradients(rng, rng.uniform(50, 100), W1=(3, 4)), max_norm=uniform(rng, 2, 9)
        )
        yield Case(
            "weights and biases of two layers",
            grads=gradients(rng, rng.uniform(50, 100), W1=(3, 4), b1=(4,), W2=(4, 2), b2=(2,)),
            max_norm=uniform(rng, 2, 9),
        )
        limit = uniform(rng, 40, 60)
        yield Case(
            "each array short enough, but not all together",
            grads=gradients(rng, limit * rng.uniform(1.1, 1.3), W1=(3, 3), b1=(9,), W2=(3, 3)),
            max_norm=limit,
        )
        limit = uniform(rng, 40, 60)
        yield Case(
            "short enough together: nothing changes",
            grads=gradients(rng, limit * rng.uniform(0.6, 0.9), W1=(3, 4), b1=(4,)),
            max_norm=limit,
        )
        small = gradients(rng, rng.uniform(0.1, 0.3), W1=(3, 4), b1=(4,))
        huge = gradients(rng, rng.uniform(5e3, 9e3), W2=(4, 2), b2=(2,))
        yield Case("one layer explodes, all shrink alike", grads=small | huge, max_norm=uniform(rng, 0.2, 0.8))
        yield Case(
            "images: kernels with four axes",
            grads=gradients(rng, rng.uniform(50, 100), kernels=(2, 3, 3, 2), gamma=(2,), scale=(1,)),
            max_norm=uniform(rng, 2, 9),
        )
        dead = {"W1": np.zeros((2, 3)), "b1": np.zeros(3)}
        yield Case("all gradients zero", grads=dead, max_norm=uniform(rng, 2, 9), weight=0.14)
        single = gradients(rng, rng.uniform(50, 100), W1=(3, 4), b1=(4,))
        yield Case(
            "float32", grads={name: g.astype(np.float32) for name, g in single.items()}, max_norm=uniform(rng, 2, 9)
        )

    each_by_itself = mistake(
        "How many norms are there? You scale each array by its own, which changes the direction of the whole gradient. "
        "Take one norm over all arrays, and one factor.",
        {"g * factor": "g * (max_norm / max(float(np.linalg.norm(g)), max_norm))"},
    )
    own_norm_decides = mistake(
        "When do you clip? You compare each array's own norm with the limit. Compare the norm over all arrays, and "
        "then scale them all.",
        {"g * factor": "g * factor if np.linalg.norm(g) > max_norm else g"},
    )
    one_norm_decides = mistake(
        "When do you clip? Only if an array is too long by itself. Compare the norm over all arrays with the limit: "
        "together, short ones can be too long.",
        {
            "max_norm / max(norm, max_norm)": (
                "max_norm / norm if any(np.linalg.norm(g) > max_norm for g in grads.values()) else 1.0"
            )
        },
    )
    entries_clipped = mistake(
        "Does the gradient keep its direction? You clip each entry by itself, which changes the direction. Scale all "
        "entries by the same factor.",
        {"g * factor": "np.clip(g, -max_norm, max_norm)"},
    )
    entries_clipped_at_one = mistake(
        "Does max_norm change anything, and does the gradient keep its direction? Neither: you clip each entry at -1 "
        "and 1. Scale all entries by the same factor, so that their norm is at most max_norm.",
        {"g * factor": "np.clip(g, -1, 1)"},
    )
    divided_by_its_own_square = mistake(
        "What do you divide by? Each array's own sum of squares, where it exceeds max_norm. Take one norm over all "
        "arrays, with the root, and scale them all by max_norm / norm.",
        {"g * factor": "max_norm * g / np.sum(g**2) if np.sum(g**2) > max_norm else g"},
    )
    always_rescaled = mistake(
        "What happens to gradients that are short enough? You stretch them to max_norm. Leave them as they are: the "
        "factor is at most 1.",
        {"max(norm, max_norm)": "(norm or 1.0)"},
    )
    always_rescaled_without_a_guard = mistake(
        "What happens to gradients that are short enough? You stretch them to max_norm, and zeros become NaN. Leave "
        "them as they are: the factor is at most 1.",
        {"max(norm, max_norm)": "np.float64(norm)"},
    )
    norm_after_clipping = mistake(
        "Which norm do you return: the one before clipping or the one after? Yours never exceeds max_norm. Return the "
        "one before clipping.",
        {"return clipped, norm": "return clipped, min(norm, max_norm)"},
    )
    never_clips = mistake(
        "Do your gradients ever change? You return them unchanged. Multiply each by the factor.",
        {"g * factor": "g"},
    )
    sum_of_norms = mistake(
        "How do you combine the arrays' norms? You add the norms themselves. Add up the squares of all entries, and "
        "take one root at the end.",
        {"np.sqrt(sum(np.sum(g**2) for g in grads.values()))": "sum(np.linalg.norm(g) for g in grads.values())"},
    )
    root_missing = mistake(
        "Is your norm a length? It's the sum of squares. Take the square root.",
        {"np.sqrt(sum(np.sum(g**2) for g in grads.values()))": "sum(np.sum(g**2) for g in grads.values())"},
    )
    root_of_each = mistake(
        "What do you take the root of? Each square, so you add up |g|. Add up the squares, and take the root once, at "
        "the end.",
        {"np.sqrt(sum(np.sum(g**2) for g in grads.values()))": "sum(np.sum(np.abs(g)) for g in grads.values())"},
    )
    entries_not_squared = mistake(
        "What do you add up? The entries with their signs, which cancel. Square each entry first.",
        {"np.sum(g**2)": "np.sum(g) ** 2"},
    )
    mean_of_squares = mistake(
        "Do you add up the squares or average them? You average within each array. The norm is the root of the sum of "
        "squares over all entries.",
        {"np.sum(g**2)": "np.mean(g**2)"},
    )
    mean_over_arrays = mistake(
        "Do you add up the arrays or average over them? You average their sums of squares. The norm is the root of the "
        "sum of squares over all entries.",
        {"in grads.values()))": "in grads.values()) / len(grads))"},
    )
    largest_entry = mistake(
        "What is your norm? It's the largest entry. Take the root of the sum of all squares.",
        {
            "np.sqrt(sum(np.sum(g**2) for g in grads.values()))": (
                "max(np.max(np.abs(g), initial=0.0) for g in grads.values())"
            )
        },
    )
    largest_norm = mistake(
        "Which array's norm do you use? The largest one. Take one norm over all arrays together.",
        {"np.sqrt(sum(np.sum(g**2) for g in grads.values()))": "max(np.linalg.norm(g) for g in grads.values())"},
    )
    last_array_only = mistake(
        "Does your sum of squares run over all arrays? It includes only the last one's. Add them up with +=.",
        {"sum(np.sum(g**2) for g in grads.values())": "[np.sum(g**2) for g in grads.values()][-1]"},
    )
    first_array_only = mistake(
        "Does your sum of squares run over all arrays? It includes only the first one's. Does a return or break end "
        "the loop too early?",
        {"sum(np.sum(g**2) for g in grads.values())": "[np.sum(g**2) for g in grads.values()][0]"},
    )
    weights_only_in_norm = mistake(
        "Which arrays are in your norm? Only those whose names begin with W. Every array counts, biases included.",
        {
            "for g in grads.values()": 'for name, g in grads.items() if name.startswith("W")',
            "max(norm, max_norm)": ("max(norm, max_norm, 1e-30)"),
        },
    )
    weights_only_scaled = mistake(
        "Which arrays do you shorten? Only those whose names begin with W, which changes the gradient's direction. "
        "Scale them all.",
        {"g * factor": 'g * factor if name.startswith("W") else g'},
    )
    spectral_norm = mistake(
        "Which norm of a matrix do you take? np.linalg.norm(g, 2) is its largest singular value. Add up the squares of "
        "all entries.",
        {"np.sum(g**2)": "(np.linalg.norm(g, 2) if g.ndim == 2 else np.linalg.norm(g)) ** 2"},
    )
    zero_by_zero = mistake(
        "What if all gradients are zero? You divide 0 by 0 and get NaN. Divide only if the norm is above max_norm.",
        {"max_norm / max(norm, max_norm)": "np.minimum(np.float64(max_norm), norm) / np.float64(norm)"},
    )
    factor_inverted = mistake(
        "Do long gradients get shorter? You multiply by norm / max_norm, which makes them longer. Flip the fraction.",
        {"max_norm / max(norm, max_norm)": "max(norm, max_norm) / max_norm"},
    )
    limit_ignored = mistake(
        "Does max_norm change anything? You shorten everything to length 1. Use max_norm as the limit.",
        {"max_norm / max(norm, max_norm)": "1.0 / max(norm, 1.0)"},
    )
    norm_only = mistake(
        "How long is a gradient that was clipped? Yours has length 1 as soon as it exceeds the limit. Multiply by "
        "max_norm / norm, not by 1 / norm.",
        {"max_norm / max(norm, max_norm)": "1.0 / norm if norm > max_norm else 1.0"},
    )
    dropped = mistake(
        "What's left of a gradient that is too long? Nothing: you set it to zero. Shorten it to max_norm instead.",
        {"max_norm / max(norm, max_norm)": "float(norm <= max_norm)"},
    )
    large_epsilon = mistake(
        "How much do you add to the norm? Enough to make your gradients visibly shorter than max_norm. Divide by the "
        "norm itself; PyTorch adds 1e-6, no more.",
        {"max(norm, max_norm)": "(norm + 1e-2) if norm > max_norm else 1.0"},
    )
    returned_in_the_wrong_order = mistake(
        "In what order do you return the two results? You return the norm first. Return the dict, then the norm.",
        {"return clipped, norm": "return norm, clipped"},
    )
    norm_not_returned = mistake(
        "What do you return besides the gradients? Nothing. Return two values: the dict, and the norm before clipping.",
        {"return clipped, norm": "return clipped"},
    )
    norm_per_array_returned = mistake(
        "Which number do you return? The norm divided by the number of arrays. Return the norm itself.",
        {"return clipped, norm": "return clipped, norm / len(grads)"},
    )
    factor_returned = mistake(
        "Which number do you return? It's the factor. Return the norm before clipping.",
        {"return clipped, norm": "return clipped, factor"},
    )

    @variant
    def as_pytorch_in_place(grads, max_norm):
        total = 0.0
        for g in grads.values():
            total += (g.astype(np.float64) ** 2).sum()
        norm = total**0.5
        coefficient = max_norm / (norm + 1e-6)
        if coefficient < 1:
            for g in grads.values():
                g *= coefficient
        return grads, norm

    @variant
    def joined_into_one_vector(grads, max_norm):
        norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads.values()]))
        if norm > max_norm:
            return {name: max_norm * (g / norm) for name, g in grads.items()}, norm
        return dict(grads), norm

    norm_of_norms = variant(
        {
            "np.sqrt(sum(np.sum(g**2) for g in grads.values()))": (
                "np.linalg.norm([np.linalg.norm(g) for g in grads.values()])"
            ),
            "max_norm / max(norm, max_norm)": "min(1.0, max_norm / (norm + 1e-12))",
        }
    )

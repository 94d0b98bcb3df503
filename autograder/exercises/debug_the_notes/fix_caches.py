"""The caches of Adagrad and RMSprop, which are said to average the gradient."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


class FixCaches(Exercise):
    """The numbers under the root when Adagrad and RMSprop scale a step."""

    name, points = "fix_caches", 1
    done = "You have Adagrad's memory and RMSprop's side by side: one only grows, the other forgets."
    driver = drivers.call

    def reference(gradients, decay_rate):
        """What Adagrad and RMSprop remember about the gradients: the two caches whose roots divide the steps.

        Both start at zero. Adagrad's never forgets anything; RMSprop's forgets the fraction 1 - ρ of its contents at
        each step. Whatever the signs of the gradients, the root of either cache exists.

        Parameters
        ----------
        gradients : ndarray (T, D)
            The gradients of D weights at T steps.
        decay_rate : float
            RMSprop's ρ.

        Returns
        -------
        adagrad, rmsprop : ndarray (D,)
            The caches after the last step, before any root is taken.

        References
        ----------
        Duchi, Hazan & Singer, "Adaptive subgradient methods" (2011); Hinton, lecture 6e of "Neural networks for machine
        learning" (2012).
        """
        adagrad = rmsprop = np.zeros(gradients.shape[1])
        for dw in gradients:
            adagrad = adagrad + dw**2
            rmsprop = decay_rate * rmsprop + (1 - decay_rate) * dw**2
        return adagrad, rmsprop

    def cases(rng):
        swings = signed(rng, 2, 4, 4) * np.where(np.arange(12) % 2, -1, 1)[:, None]
        yield Case("a single step", gradients=signed(rng, 2, 4, 1, 3), decay_rate=uniform(rng, 0.8, 0.95))
        yield Case("gradients that swing back and forth", gradients=swings, decay_rate=uniform(rng, 0.8, 0.95))
        yield Case("any gradients", gradients=signed(rng, 2, 9, 20, 3), decay_rate=uniform(rng, 0.6, 0.7))
        rare = signed(rng, 2, 4, 10, 3)
        rare[1:, 1] = 0.0
        yield Case("a weight with a single gradient", gradients=rare, decay_rate=uniform(rng, 0.8, 0.95))

    @mistake(
        "What has the size of a gradient, whatever its sign? Not a mean of gradients, which you keep, like the "
        "printed code: if gradients swing back and forth, it goes to zero, and if they're negative, it has no "
        "square root. Keep squares."
    )
    def as_printed(gradients, decay_rate):
        adagrad = rmsprop = np.zeros(gradients.shape[1])
        for t, dw in enumerate(gradients, start=1):
            adagrad = adagrad + (dw - adagrad) / t
            rmsprop = decay_rate * rmsprop + (1 - decay_rate) * dw
        return adagrad, rmsprop

    adagrad_averages = mistake(
        "Does Adagrad's cache add up or average? Yours is a mean of squares. Adagrad never divides and never forgets: "
        "make it a sum.",
        {"return adagrad": "return adagrad / len(gradients)"},
    )
    only_adagrad = mistake(
        "Have you fixed both caches? Adagrad's is right now, but your RMSprop's still averages the gradients "
        "themselves. Square them.",
        {"* dw**2": "* dw"},
    )
    only_rmsprop = mistake(
        "Have you fixed both caches? RMSprop's is right now, but your Adagrad's is still the mean of the gradients. "
        "Add up their squares.",
        {"adagrad + dw**2": "adagrad + dw / len(gradients)"},
    )
    magnitudes = mistake(
        "What do the caches hold? Yours hold magnitudes, whose square roots aren't on the "
        "scale of a gradient. Use squares.",
        {"adagrad + dw**2": "adagrad + np.abs(dw)", "* dw**2": "* np.abs(dw)"},
    )
    squared_too_late = mistake(
        "When do you square? You do it at the very end, and by then gradients of opposite signs have canceled. Square "
        "each gradient first.",
        {
            "adagrad + dw**2": "adagrad + dw",
            "* dw**2": "* dw",
            "return adagrad, rmsprop": "return adagrad**2, rmsprop**2",
        },
    )
    roots = mistake(
        "Are these the caches, or their square roots? You have already taken the roots. Return what is under them.",
        {"return adagrad, rmsprop": "return np.sqrt(adagrad), np.sqrt(rmsprop)"},
    )
    both_sums = mistake(
        "Does RMSprop's cache forget anything? Not yours: both of your caches are plain sums of squares. Make "
        "RMSprop's leak.",
        {"decay_rate * rmsprop + (1 - decay_rate) * ": "rmsprop + "},
    )
    weights_exchanged = mistake(
        "What weight does RMSprop's old cache get? You have the weights swapped: ρ goes with the old cache, and 1 - ρ "
        "with the new square.",
        {"decay_rate * rmsprop + (1 - decay_rate)": "(1 - decay_rate) * rmsprop + decay_rate"},
    )
    full_weight = mistake(
        "If the gradient is always 1, where does RMSprop's cache end up? Yours ends up far above 1, because each new "
        "square enters with its full weight. Multiply it by 1 - ρ.",
        {"(1 - decay_rate) * ": ""},
    )
    order_exchanged = mistake(
        "Which cache comes first? You return them in the wrong order: Adagrad's should come first.",
        {"return adagrad, rmsprop": "return rmsprop, adagrad"},
    )
    decay_hard_coded = mistake(
        "What happens when ρ isn't 0.9? Nothing changes: it's always taken to be 0.9. Use `decay_rate`.",
        {"adagrad = rmsprop =": "decay_rate = 0.9\nadagrad = rmsprop ="},
    )
    one_array_for_both = mistake(
        "Are the caches two separate arrays? Updating one of yours changes the other as well: `adagrad = rmsprop = "
        "...` gives a single array two names.",
        {
            "adagrad = adagrad +": "adagrad +=",
            "rmsprop = decay_rate * rmsprop +": "rmsprop +=",
            "* dw**2": "* (dw**2 - rmsprop)",
        },
    )

    rmsprop_of_magnitudes = mistake(
        "What does RMSprop average? Squares, but your cache holds magnitudes.",
        {"(1 - decay_rate) * dw**2": "(1 - decay_rate) * np.abs(dw)"},
    )

    starts_at_the_first_square = mistake(
        "What is in RMSprop's cache before the first step? Yours holds the first gradient's square, so the first step "
        "changes nothing. Start at zero.",
        {
            "adagrad = rmsprop = np.zeros(gradients.shape[1])": "adagrad, rmsprop = np.zeros(gradients.shape[1]), "
            "gradients[0] ** 2"
        },
    )
    corrected = mistake(
        "Does RMSprop correct for starting at zero, as Adam does? No, but yours does. Return the cache as it is.",
        {"return adagrad, rmsprop": "return adagrad, rmsprop / (1 - decay_rate ** len(gradients))"},
    )

    @variant
    def by_weights(gradients, decay_rate):
        age = np.arange(len(gradients))[::-1]
        return np.sum(gradients**2, axis=0), ((1 - decay_rate) * decay_rate**age) @ gradients**2

    @variant
    def in_place(gradients, decay_rate):
        caches = np.zeros((2, gradients.shape[1]))
        gradients *= gradients
        for square in gradients:
            caches[0] += square
            caches[1] += (1 - decay_rate) * (square - caches[1])
        return tuple(caches)

"""Whether more regularization means a higher initial loss."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import sample_until, shuffled
from gradlab import drivers

from .faulty_networks import initial_losses, losses_at_strengths, network

STRENGTHS = (0.0, 1e-3, 1e-2, 1e-1, 1.0)

# The sign of the penalty, and the indices of strengths whose losses ascend in this order because of noise. Each pattern
# defeats a different shortcut.
PATTERNS = (
    (1.0, (0, 2, 1, 4)),
    (1.0, (1, 0, 4)),
    (1.0, (2, 0, 1, 4)),
    (-1.0, (1, 2, 0)),
)


def comes_in_order(losses, order):
    """Whether the losses with these indices are in clearly ascending order."""
    return (np.diff(losses[list(order)]) > 1e-6).all()


def case(label, networks, strengths=None):
    """A case with the networks in the given order, and one row of strengths per network."""
    given = {} if strengths is None else {"strengths": strengths}
    return Case(label, instances=len(networks), loss=initial_losses(networks), **given)


class RegularizationRaisesLoss(Exercise):
    """Whether every increase of the strength raises the initial loss."""

    name, points = "regularization_raises_loss", 3
    driver = drivers.for_each_instance

    def reference(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        """Whether the loss rises from each strength of regularization to the next larger one.

        A loss that stays the same, that falls, or that is not a finite number does not rise.

        Parameters
        ----------
        loss : callable
            ``loss(reg)`` returns the loss of a network before its first training step, a float, at one strength of
            regularization; give that by position.
        strengths : sequence of float (K,)
            The strengths to measure at, all different, two or more of them, in any order.

        Returns
        -------
        bool
        """
        losses = np.array([loss(float(reg)) for reg in sorted(strengths)])
        return bool(np.isfinite(losses).all() and (np.diff(losses) > 0).all())

    def cases(rng):
        def wide(**more):
            """A network whose weights are large enough for a visible penalty."""
            return network(rng, classes=int(rng.integers(4, 20)), **({"scale": rng.uniform(0.05, 0.2)} | more))

        def noisy(gain, order):
            """A network measured on fresh examples every time, whose losses happen to be in this order."""
            return sample_until(
                lambda: wide(gain=gain, fresh=True, scale=rng.uniform(0.09, 0.11)),
                lambda network: comes_in_order(losses_at_strengths(network, STRENGTHS), order),
            )

        def ordered(*rows):
            return [np.array(row) * rng.uniform(0.8, 1.2) for row in rows]

        yield case(
            "regularization that works, is forgotten, or is subtracted",
            shuffled(
                rng,
                *(wide() for _ in range(3)),
                *(wide(hinge=True) for _ in range(2)),
                *(wide(gain=0.0) for _ in range(2)),
                *(wide(gain=-1.0) for _ in range(2)),
            ),
        )
        yield case(
            "a loss that rises part of the way only",
            shuffled(
                rng,
                *(wide() for _ in range(3)),
                wide(cap=rng.uniform(1e-3, 1e-2)),
                wide(cap=rng.uniform(1e-2, 1e-1)),
                *(wide(rounding=1.0) for _ in range(2)),
                *(wide(rounding=0.05) for _ in range(2)),
            ),
        )
        networks = shuffled(
            rng,
            *(wide() for _ in range(3)),
            *(wide(cap=rng.uniform(1.1, 1.4)) for _ in range(2)),
            *(wide(cap=rng.uniform(4, 6)) for _ in range(2)),
            *(wide(rounding=1.0) for _ in range(3)),
        )
        yield case("other strengths", networks, np.stack(len(networks) * ordered([2.0, 5.0, 9.0])))
        networks = shuffled(
            rng, *(wide() for _ in range(4)), *(wide(gain=0.0) for _ in range(2)), *(wide(gain=-1.0) for _ in range(3))
        )
        orders = np.array([rng.permutation([1, 0, 3, 2]) for _ in networks])
        orders[:, [0, -1]] = np.where((orders[:, 0] < orders[:, -1])[:, None], orders[:, [-1, 0]], orders[:, [0, -1]])
        yield case("strengths in any order", networks, 0.3 * rng.uniform(0.8, 1.2) * orders)
        networks = shuffled(
            rng, *(wide() for _ in range(3)), *(wide(gain=0.0) for _ in range(2)), *(wide(gain=-1.0) for _ in range(2))
        )
        yield case("two strengths", networks, np.stack(len(networks) * ordered([0.5, 3.0])))
        yield case(
            "small weights: a small rise is a rise",
            shuffled(
                rng,
                *(wide(scale=10 ** rng.uniform(-2.5, -2)) for _ in range(4)),
                *(wide(scale=10 ** rng.uniform(-2.5, -2), gain=0.0) for _ in range(2)),
                *(wide(scale=10 ** rng.uniform(-2.5, -2), gain=-1.0) for _ in range(2)),
            ),
        )
        yield case(
            "other examples at every strength: noise hides the rise",
            shuffled(rng, *(wide() for _ in range(3)), *(noisy(*pattern) for pattern in PATTERNS)),
        )
        yield case(
            "losses that are not numbers",
            shuffled(
                rng,
                *(wide(scale=1e200) for _ in range(3)),
                *(wide(scale=0.2, gain=7e307) for _ in range(2)),  # the loss is infinite at the largest strength only
                *(wide() for _ in range(3)),
                *(wide(gain=0.0) for _ in range(2)),
            ),
        )

    first_and_last = mistake(
        "You compare the first strength with the last only. In between the loss may stand still: compare all.",
        {"bool(np.isfinite(losses).all() and (np.diff(losses) > 0).all())": "losses[-1] > losses[0]"},
    )
    first_two = mistake(
        "You compare the two smallest strengths only. Go on to the largest.",
        {"sorted(strengths)": "sorted(strengths)[:2]"},
    )
    each_with_the_first = mistake(
        "You compare every loss with the one at the smallest strength. Compare each with the one before it.",
        {"(np.diff(losses) > 0)": "(losses[1:] > losses[0])"},
    )
    constant_is_enough = mistake(
        "A loss that does not change counts as risen: regularization is forgotten there. Use >, not >=.",
        {"> 0": ">= 0"},
    )
    any_for_all = mistake(
        "One rise is enough for you. Every increase of the strength must raise the loss: all, not any.",
        {"> 0).all()": "> 0).any()"},
    )
    not_sorted = mistake(
        "The strengths are taken in the order given. Sort them first.", {"sorted(strengths)": "strengths"}
    )
    strengths_hard_coded = mistake(
        "The strengths are always the default ones: use the argument.",
        {"sorted(strengths)": "(0.0, 1e-3, 1e-2, 1e-1, 1.0)"},
    )
    zero_and_one = mistake(
        "Only no regularization and a strength of 1 are compared. Use the argument strengths, all of it.",
        {"sorted(strengths)": "(0.0, 1.0)"},
    )
    any_change = mistake(
        "A loss that falls counts as well: you look whether it changes. It must rise.", {"> 0": "!= 0"}
    )
    not_a_number_passes = mistake(
        "A loss that is NaN passes: no comparison with it is true. Ask whether it rises, not whether it fails to.",
        {"np.isfinite(losses).all() and (np.diff(losses) > 0).all()": "not (np.diff(losses) <= 0).any()"},
    )
    infinity_has_risen = mistake(
        "A loss that becomes infinite counts as risen. It is no number any more: ask for finite losses as well.",
        {"np.isfinite(losses).all() and ": ""},
    )
    a_visible_rise = mistake(
        "The loss must rise by at least a hundredth for you. With small weights it rises by less: any rise counts.",
        {"> 0": "> 0.01"},
    )
    answers_exchanged = mistake(
        "You say True where the loss does not rise and False where it does.", {"bool(": "not ("}
    )

    @mistake("Every network passes. Measure the loss at each strength and compare.")
    def always_true(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        return True

    returns_each_comparison = mistake(
        "What is asked is one True or False, not one for each step.",
        {"bool(np.isfinite(losses).all() and (np.diff(losses) > 0).all())": "np.diff(losses) > 0"},
    )
    falls = mistake(
        "Your loss must fall as regularization grows. The penalty is added, so it must rise.", {"> 0": "< 0"}
    )

    @variant
    def pair_by_pair(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        from itertools import pairwise

        measured = [loss(reg) for reg in sorted(np.array(strengths).tolist())]
        return all(low < high < np.inf for low, high in pairwise(measured))

    @variant
    def in_a_loop(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        before = -np.inf
        for reg in np.sort(strengths):
            now = loss(reg)
            if not before < now < np.inf:
                return False
            before = now
        return True

    @variant
    def by_argsort(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        strengths = np.asarray(strengths)
        losses = np.array([loss(strength) for strength in strengths])[np.argsort(strengths)]
        return np.all(losses[1:] > losses[:-1]) and bool(np.isfinite(losses[-1]))

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


def case(label, networks, strengths=None, weight=1.0):
    """A case with the networks in the given order, and one row of strengths per network."""
    given = {} if strengths is None else {"strengths": strengths}
    return Case(label, weight=weight, instances=len(networks), loss=initial_losses(networks), **given)


class RegularizationRaisesLoss(Exercise):
    """Whether every increase of the strength raises the initial loss."""

    name, points = "regularization_raises_loss", 3
    done = "You can show that the regularization term reaches the loss, without training at all."
    driver = drivers.for_each_instance

    def reference(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        """Whether the loss rises from each regularization strength to the next larger one.

        A loss does not rise if it stays the same or falls, or if it is NaN or infinite.

        Parameters
        ----------
        loss : callable
            ``loss(reg)`` returns the loss of a network before its first training step, a float, at regularization
            strength `reg`.
        strengths : sequence of float (K,)
            The strengths to measure at: two or more, all different, in any order.

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
            "a loss that rises only part of the way",
            shuffled(
                rng,
                *(wide() for _ in range(3)),
                wide(cap=rng.uniform(1e-3, 1e-2)),
                wide(cap=rng.uniform(1e-2, 1e-1)),
                *(wide(rounding=1.0) for _ in range(2)),
                *(wide(rounding=0.05) for _ in range(2)),
            ),
            weight=2,
        )
        networks = shuffled(
            rng,
            *(wide() for _ in range(3)),
            *(wide(cap=rng.uniform(1.1, 1.4)) for _ in range(2)),
            *(wide(cap=rng.uniform(2.6, 3.8)) for _ in range(2)),  # rises only from the first strength to the second
            *(wide(rounding=1.0) for _ in range(3)),
        )
        yield case(
            "strengths other than the default ones",
            networks,
            np.stack(len(networks) * ordered([2.0, 5.0, 9.0])),
            weight=2,
        )
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
            "different examples at every strength: noise hides the rise",
            shuffled(rng, *(wide() for _ in range(3)), *(noisy(*pattern) for pattern in PATTERNS)),
            weight=2,
        )
        yield case(
            "losses that are NaN or infinite",
            shuffled(
                rng,
                *(wide(scale=1e200) for _ in range(3)),
                *(wide(scale=0.2, gain=7e307) for _ in range(2)),  # the loss is infinite at the largest strength only
                *(wide() for _ in range(3)),
                *(wide(gain=0.0) for _ in range(2)),
            ),
        )

    first_and_last = mistake(
        "Does the loss have to rise in between, too? Yes, but a loss that doesn't can pass in your code, because you "
        "look only at the two ends. Compare every strength with the one before it.",
        {"bool(np.isfinite(losses).all() and (np.diff(losses) > 0).all())": "losses[-1] > losses[0]"},
    )
    first_two = mistake(
        "Which strengths do you look at? Only the two smallest matter in your code. Go on to the largest.",
        {"sorted(strengths)": "sorted(strengths)[:2]"},
    )
    each_with_the_first = mistake(
        "What do you compare each loss with? The one at the smallest strength. Compare each loss with the one before "
        "it.",
        {"(np.diff(losses) > 0)": "(losses[1:] > losses[0])"},
    )
    constant_is_enough = mistake(
        "What if regularization doesn't change the loss at all? That passes in your code, but it means that the "
        "penalty is missing. Use >, not >=.",
        {"> 0": ">= 0"},
    )
    any_for_all = mistake(
        "How many of the increases must raise the loss? One is enough in your code. All of them must, not just one.",
        {"> 0).all()": "> 0).any()"},
    )
    not_sorted = mistake(
        "In what order do the strengths come? In any order, but you take them as given. Sort them first.",
        {"sorted(strengths)": "strengths"},
    )
    strengths_hard_coded = mistake(
        "What if different strengths are given? You always measure at the default ones. Use the argument.",
        {"sorted(strengths)": "(0.0, 1e-3, 1e-2, 1e-1, 1.0)"},
    )
    zero_and_one = mistake(
        "At which strengths do you measure? Only at 0 and 1. Use every strength in the argument.",
        {"sorted(strengths)": "(0.0, 1.0)"},
    )
    any_change = mistake(
        "What if the loss falls? That passes in your code, because you only ask whether it changes. It must rise.",
        {"> 0": "!= 0"},
    )
    not_a_number_passes = mistake(
        "What happens if a loss is NaN? It passes in your code, because no comparison with NaN is true. Ask whether "
        "the loss rises, not whether it fails to.",
        {"np.isfinite(losses).all() and (np.diff(losses) > 0).all()": "not (np.diff(losses) <= 0).any()"},
    )
    infinity_has_risen = mistake(
        "What happens if a loss is infinite? It counts as risen in your code. Require that all losses be finite, too.",
        {"np.isfinite(losses).all() and ": ""},
    )
    a_visible_rise = mistake(
        "How much must the loss rise? With small weights, it rises by only a little, and that fails in your code. Any "
        "rise counts.",
        {"> 0": "> 0.01"},
    )
    answers_exchanged = mistake(
        "When do you return True? When the loss doesn't rise, and False when it does. Swap them.", {"bool(": "not ("}
    )

    @mistake("Does any network fail your check? They all pass. Measure the loss at each strength, and compare.")
    def always_true(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        return True

    @mistake("Does any network pass your check? None does. Measure the loss at each strength, and compare.")
    def always_false(loss, strengths=(0.0, 1e-3, 1e-2, 1e-1, 1.0)):
        return False

    returns_each_comparison = mistake(
        "How many answers should you return? One True or False for the whole network, not one per comparison.",
        {"bool(np.isfinite(losses).all() and (np.diff(losses) > 0).all())": "np.diff(losses) > 0"},
    )
    falls = mistake(
        "Which way must the loss go as regularization grows? In your code, down. The penalty is added, so the loss "
        "must rise.",
        {"> 0": "< 0"},
    )
    by_name = variant({"loss(float(reg))": "loss(reg=reg)"})
    from_small_to_large = variant(
        {"sorted(strengths)": "np.sort(strengths)", "np.diff(losses)": "losses[1:] - losses[:-1]"}
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

"""Whether the initial loss of a network is near the loss at chance."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import shuffled
from gradlab import drivers

from .faulty_networks import chance_losses, initial_losses, network

EXAMPLES = 30  # the number in `gradlab.oracles.initial_loss`; a loss summed over all examples is 30 times the mean


def case(label, networks, **settings):
    """A case with the networks in the given order."""
    return Case(
        label, instances=len(networks), loss=initial_losses(networks), chance=chance_losses(networks), **settings
    )


class InitialLossIsSane(Exercise):
    """Compare the initial loss, without regularization, with the loss at chance."""

    name, points = "initial_loss_is_sane", 3
    driver = drivers.for_each_instance

    def reference(loss, chance, tolerance=0.1):
        """Whether a network's first loss, at zero regularization, is near the loss at chance.

        It is if |loss - chance| is at most tolerance · chance, on either side.

        Parameters
        ----------
        loss : callable
            ``loss(reg)`` returns the loss of the network before its first training step, a float, at a strength of
            regularization `reg`; give that by position. The loss may be NaN or infinite; then it is not near anything.
        chance : float
            The loss at chance, positive.
        tolerance : float
            The relative error that is allowed.

        Returns
        -------
        bool
        """
        return bool(abs(loss(0.0) - chance) <= tolerance * chance)

    def cases(rng):
        def sound(**more):
            return network(rng, classes=int(rng.integers(4, 20)), **more)

        def tuned(factor, spread=0.02, **more):
            """A network whose initial loss is about `factor` times the loss at chance."""
            return sound(factor=factor * rng.uniform(1 - spread, 1 + spread), **more)

        yield case(
            "first weights small, or far too large",
            shuffled(
                rng,
                *(sound() for _ in range(3)),
                *(sound(scale=rng.uniform(5, 20)) for _ in range(3)),
                sound(scale=rng.uniform(100, 1000)),
            ),
        )
        yield case(
            "too low is as wrong as too high",
            shuffled(
                rng,
                *(sound() for _ in range(3)),
                sound(factor=1 / EXAMPLES),
                sound(factor=float(EXAMPLES)),
                tuned(0.5),
                tuned(0.3),
                sound(factor=1 / np.log(2)),
            ),
        )
        yield case(
            "support vector machines",
            shuffled(
                rng,
                *(sound(hinge=True) for _ in range(3)),
                network(rng, hinge=True, outputs=int(rng.integers(12, 20))),
                sound(hinge=True, scale=rng.uniform(5, 20)),
                tuned(0.7, hinge=True),
                sound(hinge=True, factor=1 / EXAMPLES),
            ),
        )
        yield case(
            "regularization must be off while you measure",
            shuffled(
                rng,
                *(sound(scale=rng.uniform(0.06, 0.08)) for _ in range(2)),
                # This penalty is so large that it shows at every strength except zero.
                *(sound(scale=rng.uniform(0.06, 0.08), gain=1e8) for _ in range(2)),
                *(sound(scale=rng.uniform(0.06, 0.08), always=1.0) for _ in range(3)),
            ),
        )
        yield case(
            "the tolerance is relative to the loss at chance",
            shuffled(
                rng,
                *(network(rng, classes=2, factor=rng.uniform(1.12, 1.13)) for _ in range(2)),
                *(network(rng, classes=int(rng.integers(15, 30)), hinge=True, factor=0.97) for _ in range(2)),
                *(sound() for _ in range(2)),
                sound(factor=rng.uniform(1.104, 1.107), scale=1e-4),
                sound(factor=rng.uniform(0.905, 0.908), scale=1e-4),
            ),
        )
        yield case(
            "another tolerance",
            shuffled(rng, tuned(1.3), tuned(0.7), tuned(1.85), tuned(0.3), tuned(1.7), tuned(0.62), sound()),
            tolerance=0.5,
        )
        yield case(
            "not a number, or below zero",
            shuffled(
                rng,
                *(sound(scale=1e200) for _ in range(3)),
                *(sound(factor=-1.0) for _ in range(3)),
                *(sound() for _ in range(3)),
            ),
        )

    @mistake("A first loss far below chance passes. It is as suspicious as one far above: take the absolute value.")
    def only_too_high(loss, chance, tolerance=0.1):
        return loss(0.0) <= (1 + tolerance) * chance

    @mistake("A first loss far above chance passes. It must be near chance from both sides.")
    def only_too_low(loss, chance, tolerance=0.1):
        return loss(0.0) >= (1 - tolerance) * chance

    @mistake("The tolerance is taken as an absolute one. A loss may be off by tolerance times the loss at chance.")
    def absolute(loss, chance, tolerance=0.1):
        return abs(loss(0.0) - chance) <= tolerance

    @mistake("The tolerance is always 0.1: use the argument.")
    def tolerance_hard_coded(loss, chance, tolerance=0.1):
        return abs(loss(0.0) - chance) <= 0.1 * chance

    @mistake("The loss is measured with regularization on, so the penalty counts as well. Ask for loss(0.0).")
    def regularized(loss, chance, tolerance=0.1):
        return abs(loss(1.0) - chance) <= tolerance * chance

    @mistake("The loss is measured with a little regularization. Ask for loss(0.0), without any.")
    def slightly_regularized(loss, chance, tolerance=0.1):
        return abs(loss(1e-3) - chance) <= tolerance * chance

    @mistake("The sign of the loss is lost: minus the loss at chance is not near it.")
    def sign_lost(loss, chance, tolerance=0.1):
        return abs(abs(loss(0.0)) - chance) <= tolerance * chance

    @mistake("A loss that is NaN passes: no comparison with it is true. Ask whether it is near, not whether it is far.")
    def not_a_number_passes(loss, chance, tolerance=0.1):
        return not abs(loss(0.0) - chance) > tolerance * chance

    @mistake("The error is taken relative to the measured loss. Take it relative to chance, which is the right value.")
    def relative_to_the_measured(loss, chance, tolerance=0.1):
        first = loss(0.0)
        return abs(first - chance) <= tolerance * abs(first)

    @mistake("You say True where the loss is off and False where it is sane.")
    def answers_exchanged(loss, chance, tolerance=0.1):
        return not abs(loss(0.0) - chance) <= tolerance * chance

    @mistake("Every network is sane for you: measure the loss and compare it.")
    def always_sane(loss, chance, tolerance=0.1):
        return True

    @mistake("No network is sane for you. A measured loss hardly ever equals chance: allow for the tolerance.")
    def exactly_chance(loss, chance, tolerance=0.1):
        return loss(0.0) == chance

    @mistake("The loss at chance is always ln 10, that of a softmax over ten classes: use the argument chance.")
    def ten_classes(loss, chance, tolerance=0.1):
        return abs(loss(0.0) - np.log(10)) <= tolerance * np.log(10)

    @mistake("What is asked is True or False, not how far off the loss is.")
    def returns_the_error(loss, chance, tolerance=0.1):
        return abs(loss(0.0) - chance) / chance

    @variant
    def between_two_bounds(loss, chance, tolerance=0.1):
        return (1 - tolerance) * chance <= loss(0) <= (1 + tolerance) * chance

    @variant
    def by_isclose(loss, chance, tolerance=0.1):
        measured = np.array([loss(np.float64(0.0))])
        return np.isclose(measured, chance, rtol=tolerance, atol=0.0)[0]

    @variant
    def only_finite_ones(loss, chance, tolerance=0.1):
        import math

        first = loss(0.0)
        if not math.isfinite(first):
            return False
        return abs(first / chance - 1) <= tolerance

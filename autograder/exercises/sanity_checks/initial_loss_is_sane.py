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
        first = loss(0.0)
        return bool(abs(first - chance) <= tolerance * chance)

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

    only_too_high = mistake(
        "A first loss far below chance passes. It is as suspicious as one far above: take the absolute value.",
        {"abs": ""},
    )
    only_too_low = mistake(
        "A first loss far above chance passes. It must be near chance from both sides.",
        {"abs(first - chance)": "chance - first"},
    )
    absolute = mistake(
        "The tolerance is taken as an absolute one. A loss may be off by tolerance times the loss at chance.",
        {" * chance": ""},
    )
    tolerance_hard_coded = mistake("The tolerance is always 0.1: use the argument.", {"<= tolerance": "<= 0.1"})
    regularized = mistake(
        "The loss is measured with regularization on, so the penalty counts as well. Ask for loss(0.0).",
        {"0.0": "1.0"},
    )
    slightly_regularized = mistake(
        "The loss is measured with a little regularization. Ask for loss(0.0), without any.", {"0.0": "1e-3"}
    )
    sign_lost = mistake(
        "The sign of the loss is lost: minus the loss at chance is not near it.", {"(first": "(abs(first)"}
    )
    not_a_number_passes = mistake(
        "A loss that is NaN passes: no comparison with it is true. Ask whether it is near, not whether it is far.",
        {"bool(": "not (", "<=": ">"},
    )
    relative_to_the_measured = mistake(
        "The error is taken relative to the measured loss. Take it relative to chance, which is the right value.",
        {"* chance": "* abs(first)"},
    )
    answers_exchanged = mistake("You say True where the loss is off and False where it is sane.", {"bool(": "not ("})
    always_sane = mistake(
        "Every network is sane for you: measure the loss and compare it.",
        {"bool(abs(first - chance) <= tolerance * chance)": "True"},
    )
    exactly_chance = mistake(
        "No network is sane for you. A measured loss hardly ever equals chance: allow for the tolerance.",
        {"abs(first - chance) <= tolerance * chance": "first == chance"},
    )
    ten_classes = mistake(
        "The loss at chance is always ln 10, that of a softmax over ten classes: use the argument chance.",
        {"- chance": "- np.log(10)", "* chance": "* np.log(10)"},
    )
    returns_the_error = mistake(
        "What is asked is True or False, not how far off the loss is.",
        {"bool(abs(first - chance) <= tolerance * chance)": "abs(first - chance) / chance"},
    )

    between_two_bounds = variant(
        {
            "0.0": "0",
            "abs(first - chance) <= tolerance * chance": (
                "(1 - tolerance) * chance <= first <= (1 + tolerance) * chance"
            ),
        }
    )
    by_isclose = variant(
        {
            "loss(0.0)": "np.array([loss(np.float64(0.0))])",
            "bool(abs(first - chance) <= tolerance * chance)": (
                "np.isclose(first, chance, rtol=tolerance, atol=0.0)[0]"
            ),
        }
    )
    only_finite_ones = variant(
        {
            "return": "if not np.isfinite(first):\n    return False\nreturn",
            "abs(first - chance) <= tolerance * chance": "abs(first / chance - 1) <= tolerance",
        }
    )

"""Whether a network's initial loss is near the loss at chance."""

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
    done = "You can catch a wrong loss or a bad initialization before the first update."
    driver = drivers.for_each_instance

    def reference(loss, chance, tolerance=0.1):
        """Whether a network's first loss, without regularization, is close to the loss at chance.

        It is close if |loss - chance| is at most tolerance · chance, so it may be off in either direction.

        Parameters
        ----------
        loss : callable
            ``loss(reg)`` returns the loss of the network before its first training step, a float, at regularization
            strength `reg`. The loss may be NaN or infinite. Then it is not close to anything.
        chance : float
            The loss at chance, positive.
        tolerance : float
            The largest relative error allowed.

        Returns
        -------
        bool
        """
        first = loss(0.0)
        return bool(abs(first - chance) <= tolerance * chance)

    def cases(rng):
        def sound(**more):
            return network(rng, classes=int(rng.integers(4, 20)), **more)

        def penalized(**more):
            """A sound network whose penalty shows even at a small strength."""
            return sound(gain=1e6, **more)

        def tuned(factor, spread=0.02, **more):
            """A network whose initial loss is about `factor` times the loss at chance."""
            return sound(factor=factor * rng.uniform(1 - spread, 1 + spread), **more)

        yield case(
            "initial weights that are small, or far too large",
            shuffled(
                rng,
                *(penalized() for _ in range(3)),
                *(sound(scale=rng.uniform(5, 20)) for _ in range(3)),
                sound(scale=rng.uniform(100, 1000)),
            ),
        )
        yield case(
            "too low is as wrong as too high",
            shuffled(
                rng,
                *(penalized() for _ in range(3)),
                sound(factor=1 / EXAMPLES),
                sound(factor=float(EXAMPLES)),
                tuned(0.5),
                tuned(0.3),
                sound(factor=1 / np.log(2)),
                sound(factor=rng.uniform(1.104, 1.107), scale=1e-4),
            ),
        )
        yield case(
            "support vector machines",
            shuffled(
                rng,
                *(penalized(hinge=True) for _ in range(3)),
                network(rng, hinge=True, outputs=int(rng.integers(12, 20))),
                sound(hinge=True, scale=rng.uniform(5, 20)),
                tuned(0.7, hinge=True),
                sound(hinge=True, factor=rng.uniform(0.83, 0.87)),
                sound(hinge=True, factor=rng.uniform(0.92, 0.94)),
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
            weight=2,
        )
        yield case(
            "a different tolerance",
            shuffled(rng, tuned(1.3), tuned(0.7), tuned(1.85), tuned(0.3), tuned(1.7), tuned(0.62), sound()),
            tolerance=0.5,
            weight=2,
        )
        yield case(
            "losses that are NaN, or below zero",
            shuffled(
                rng,
                *(sound(scale=1e200) for _ in range(3)),
                *(sound(factor=-1.0) for _ in range(3)),
                *(penalized() for _ in range(3)),
            ),
        )

    only_too_high = mistake(
        "Can a first loss be too low? Yes, but such losses pass in your code. A loss far below chance is just as "
        "suspicious as one far above: compare the absolute difference.",
        {"abs": ""},
    )
    only_too_low = mistake(
        "Can a first loss be too high? Yes, but such losses pass in your code. A loss far above chance is just as "
        "suspicious as one far below: compare the absolute difference.",
        {"abs(first - chance)": "chance - first"},
    )
    absolute = mistake(
        "Is the tolerance an amount or a fraction? You use it as an amount. The loss may be off by tolerance times the "
        "loss at chance.",
        {" * chance": ""},
    )
    tolerance_hard_coded = mistake(
        "What if the tolerance isn't 0.1? That is only the default, and you always use it. Use the argument.",
        {"<= tolerance": "<= 0.1"},
    )
    tolerance_doubled = mistake(
        "How far from chance may the loss be? In your code, twice as far as allowed. Allow tolerance times the loss at "
        "chance, on either side.",
        {"<= tolerance": "<= 2 * tolerance"},
    )
    tolerance_halved = mistake(
        "How far from chance may the loss be? In your code, only half as far as allowed. Allow tolerance times the "
        "loss at chance, on either side.",
        {"<= tolerance": "<= tolerance / 2"},
    )
    regularized = mistake(
        "At what regularization strength do you measure? The penalty is part of your loss. Call loss(0.0).",
        {"0.0": "1.0"},
    )
    slightly_regularized = mistake(
        "Is regularization all the way off when you measure? A small penalty is still part of your loss. Call "
        "loss(0.0).",
        {"0.0": "1e-3"},
    )
    sign_lost = mistake(
        "Is a loss of -chance near chance? It passes in your code. Take the absolute value of the difference, not "
        "of the loss.",
        {"(first": "(abs(first)"},
    )
    not_a_number_passes = mistake(
        "What happens if the loss is NaN? It passes in your code, because NaN is never above a limit. Ask whether the "
        "loss is near chance, not whether it's far.",
        {"bool(": "not (", "<=": ">"},
    )
    relative_to_the_measured = mistake(
        "What is the tolerance a fraction of? In your code, of the measured loss. It should be a fraction of the loss "
        "at chance.",
        {"* chance": "* abs(first)"},
    )
    answers_exchanged = mistake(
        "When do you return True? When the loss is off, and False when it's sane. Swap them.", {"bool(": "not ("}
    )
    always_sane = mistake(
        "Does any network fail your check? They all pass. Measure the loss, and compare it with chance.",
        {"bool(abs(first - chance) <= tolerance * chance)": "True"},
    )
    exactly_chance = mistake(
        "Does any network pass your check? None does. A measured loss is hardly ever exactly at chance, so allow for "
        "the tolerance.",
        {"abs(first - chance) <= tolerance * chance": "first == chance"},
    )
    ten_classes = mistake(
        "What is the loss at chance? In your code, it's always ln 10, which is right only for a softmax over ten "
        "classes. Use the argument `chance`.",
        {"- chance": "- np.log(10)", "* chance": "* np.log(10)"},
    )
    returns_the_error = mistake(
        "What should you return? True or False, not a number that says how far off the loss is.",
        {"bool(abs(first - chance) <= tolerance * chance)": "abs(first - chance) / chance"},
    )
    divided_by_the_loss = mistake(
        "What do you divide the difference by? By the measured loss, so a negative loss always passes, and a large one "
        "passes too easily. Compare the difference with tolerance times the loss at chance.",
        {"abs(first - chance) <= tolerance * chance": "abs(first - chance) / first <= tolerance"},
    )
    fixed_amount = mistake(
        "How far from chance may the loss be? In your code, always by the same amount, whatever `tolerance` and "
        "`chance` are. Allow tolerance times the loss at chance.",
        {"tolerance * chance": "0.5"},
    )

    by_name = variant({"loss(0.0)": "loss(reg=0.0)"})
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

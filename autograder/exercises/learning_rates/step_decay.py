"""Step decay: a constant learning rate, multiplied by a factor every few epochs."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers


class StepDecay(Exercise):
    """Step decay, the oldest schedule and the easiest to read."""

    name, points = "step_decay", 3
    driver = drivers.sweep

    def reference(epoch, learning_rate, factor=0.5, every=5):
        """The learning rate that is multiplied by a factor every few epochs, and constant in between.

            η(t) = η₀ factorⁿ,  where n counts how often `every` epochs have passed

        Parameters
        ----------
        epoch : float
            Epochs gone through so far, from 0; 2.25 is a quarter into the third.
        learning_rate : float
            η₀, the rate until epoch `every`.
        factor : float
            What is left of the rate after each drop: 0.5 halves it.
        every : float
            Epochs from drop to drop, not always a whole number. The first drop is at ``epoch = every`` exactly.

        Returns
        -------
        float
            The rate to use at `epoch`.

        References
        ----------
        Bengio, "Practical recommendations for gradient-based training of deep architectures" (2012), section 3.1.1,
        on when and how to lower the rate.
        """
        drops = epoch // every
        return learning_rate * factor**drops

    def cases(rng):
        yield Case(
            "halved every 5 epochs, the defaults",
            over="epoch",
            values=np.arange(31.0),
            learning_rate=uniform(rng, 0.05, 0.3),
        )
        yield Case(
            "a tenth every 20 epochs",
            over="epoch",
            values=np.arange(0.0, 70.0, 5),
            learning_rate=uniform(rng, 0.5, 2),
            factor=0.1,
            every=20,
        )
        yield Case(
            "another factor and every",
            over="epoch",
            values=np.arange(25.0),
            learning_rate=uniform(rng, 0.05, 0.3),
            factor=uniform(rng, 0.6, 0.9),
            every=integer(rng, 6, 9),
        )
        yield Case(
            "in the middle of epochs",
            over="epoch",
            values=np.arange(0.0, 12.0, 0.25),
            learning_rate=uniform(rng, 0.5, 2),
            factor=uniform(rng, 0.2, 0.4),
            every=integer(rng, 3, 4),
        )
        yield Case(
            "a drop every two and a half epochs",
            over="epoch",
            values=np.arange(0.0, 10.0, 0.25),
            learning_rate=uniform(rng, 0.05, 0.3),
            factor=uniform(rng, 0.6, 0.9),
            every=2.5,
        )

    smooth = mistake(
        "The rate falls all the time. It should stay constant between drops: count whole periods only.", {"//": "/"}
    )
    drops_every_epoch = mistake(
        "The rate drops at every epoch. It should drop once in `every` epochs.", {"// every": "// 1"}
    )
    low_at_the_drops_only = mistake(
        "The rate is low only at the very epochs of the drops and high again after. What has dropped stays low.",
        {"epoch // every": "1 if epoch > 0 and epoch % every == 0 else 0"},
    )
    drops_once = mistake(
        "The rate drops once and never again. Each further period multiplies it by the factor once more.",
        {"epoch // every": "min(epoch // every, 1)"},
    )
    rounded = mistake(
        "The drops come half a period early: the number of periods is rounded. Count those that are complete.",
        {"epoch // every": "np.floor(epoch / every + 0.5)"},
    )
    drops_at_the_start = mistake(
        "The rate has dropped before training begins. At epoch 0 it should be learning_rate.",
        {"epoch // every": "epoch // every + 1"},
    )
    counts_from_one = mistake(
        "Each drop comes an epoch early, as if epochs counted from 1. The first is at epoch = every.",
        {"epoch //": "(epoch + 1) //"},
    )
    drops_just_after = mistake(
        "At epoch = every itself the rate is still the old one. It should drop there, and not just after.",
        {"epoch // every": "max(np.ceil(epoch / every) - 1, 0)"},
    )
    factor_times_drops = mistake(
        "The factor is multiplied by the number of drops. Each drop multiplies the rate: raise it to that power.",
        {"**": " * "},
    )
    subtracts = mistake(
        "Every drop takes away the same amount, and the rate ends below zero. Multiply by the factor each time.",
        {"factor**drops": "(1 - factor * drops)"},
    )
    grows = mistake("The rate grows: it is divided by the factor. Multiply.", {"* factor": "/ factor"})
    what_is_lost_for_what_is_left = mistake(
        "You multiply by 1 - factor. The factor itself is what is left of the rate.", {"factor**": "(1 - factor) ** "}
    )
    factor_hard_coded = mistake(
        "The factor is always 0.5. Use the argument; 0.5 is only its default.", {"factor**": "0.5**"}
    )
    every_hard_coded = mistake(
        "The rate always drops every 5 epochs. Use the argument every; 5 is only its default.", {"// every": "// 5"}
    )
    rate_left_out = mistake(
        "You return what the rate is multiplied by. Multiply learning_rate by it.", {"learning_rate * ": ""}
    )
    whole_epochs_only = mistake(
        "The epoch is cut to a whole number first, so drops at half epochs come late. Divide first, then cut.",
        {"epoch //": "int(epoch) //"},
    )
    whole_periods_only = mistake(
        "The period is cut to a whole number, so drops come early. Only the number of periods is to be whole.",
        {"// every": "// int(every)"},
    )
    by_floor = variant({"epoch // every": "np.floor(epoch / every)", "factor**drops": "np.power(factor, drops)"})

    @variant
    def drop_by_drop(epoch, learning_rate, factor=0.5, every=5):
        while epoch >= every:
            learning_rate *= factor
            epoch -= every
        return learning_rate

    an_array_of_one_number = variant(
        {
            "epoch // every": "int(epoch / every)",
            "learning_rate * factor**drops": "np.array(learning_rate * factor**drops)",
        }
    )

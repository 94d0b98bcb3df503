"""Step decay: a constant learning rate, multiplied by a factor every few epochs."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class StepDecay(Exercise):
    """Step decay, the schedule that is easiest to read."""

    name, points = "step_decay", 3
    done = "You have the simplest schedule, constant between its drops. The plot below shows it next to two others."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(epoch, learning_rate, factor=0.5, every=5):
        """A learning rate that is multiplied by a factor every few epochs, and constant in between.

            η(t) = η₀ factorⁿ,  where n is the number of complete periods of `every` epochs

        Parameters
        ----------
        epoch : float
            The number of epochs so far, from 0; 2.25 is a quarter of the way into the third.
        learning_rate : float
            η₀, the learning rate until epoch `every`.
        factor : float
            What is left of the learning rate after each drop: 0.5 halves it.
        every : float
            The number of epochs from one drop to the next, not always a whole number. The first drop is exactly at
            ``epoch = every``.

        Returns
        -------
        float
            The learning rate to use at `epoch`.

        References
        ----------
        Bengio, "Practical recommendations for gradient-based training of deep architectures" (2012), section 3.1.1,
        on when and how to lower the learning rate.
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
            "a different factor and period",
            over="epoch",
            values=np.arange(25.0),
            learning_rate=uniform(rng, 0.05, 0.3),
            factor=uniform(rng, 0.6, 0.9),
            every=integer(rng, 6, 9),
        )
        yield Case(
            "in the middle of epochs",
            weight=1.5,
            over="epoch",
            values=np.arange(0.0, 12.0, 0.25),
            learning_rate=uniform(rng, 0.5, 2),
            factor=uniform(rng, 0.2, 0.4),
            every=integer(rng, 3, 4) + 0.25,
        )
        yield Case(
            "a drop every two and a half epochs",
            weight=1.5,
            over="epoch",
            values=np.arange(0.0, 10.0, 0.25),
            learning_rate=uniform(rng, 0.05, 0.3),
            factor=uniform(rng, 0.6, 0.9),
            every=2.5,
        )

    smooth = mistake(
        "What is the learning rate between two drops? Yours keeps falling. It should stay constant: count only "
        "complete periods.",
        {"//": "/"},
    )
    drops_every_epoch = mistake(
        "How often does your learning rate drop? After every epoch. It should drop once per `every` epochs.",
        {"// every": "// 1"},
    )
    low_at_the_drops_only = mistake(
        "What is the learning rate right after a drop? Yours is low only at the very epoch of the drop, and then high "
        "again. Once it has dropped, it stays low.",
        {"epoch // every": "1 if epoch > 0 and epoch % every == 0 else 0"},
    )
    drops_once = mistake(
        "What happens at the second drop? In your schedule, nothing. Each later period multiplies the learning rate "
        "by the factor again.",
        {"epoch // every": "min(epoch // every, 1)"},
    )
    rounded = mistake(
        "When does your first drop come? Half a period too early. Count complete periods: round down, not to the "
        "nearest whole number.",
        {"epoch // every": "np.floor(epoch / every + 0.5)"},
    )
    drops_at_the_start = mistake(
        "What is your learning rate at epoch 0? It has already dropped once. It should still be learning_rate.",
        {"epoch // every": "epoch // every + 1"},
    )
    counts_from_one = mistake(
        "When does your first drop come? An epoch too early, as if epochs were counted from 1. It should come at "
        "epoch = every.",
        {"epoch //": "(epoch + 1) //"},
    )
    one_epoch_late = mistake(
        "When does your first drop come? An epoch too late. It should come at epoch `every`.",
        {"epoch //": "max(epoch - 1, 0) //"},
    )
    counts_one_less = mistake(
        "What is the learning rate at epoch 0? `learning_rate` itself, but yours is higher, and every drop comes an "
        "epoch too late. Don't subtract 1 from the epoch.",
        {"epoch //": "(epoch - 1) //"},
    )
    drops_just_after = mistake(
        "What is your learning rate at exactly epoch = every? It still has its old value. It should drop right there.",
        {"epoch // every": "max(np.ceil(epoch / every) - 1, 0)"},
    )
    factor_times_drops = mistake(
        "What does the second drop do? You multiply the factor by the number of drops. Each drop multiplies by the "
        "factor again, so raise it to that power.",
        {"**": " * "},
    )
    subtracts = mistake(
        "Do your drops get smaller? They all have the same size, so the learning rate ends up below zero. At each "
        "drop, multiply by the factor.",
        {"factor**drops": "(1 - factor * drops)"},
    )
    grows = mistake(
        "Does your learning rate fall? It grows at each drop, because it's divided by the factor. Multiply.",
        {"* factor": "/ factor"},
    )
    what_is_lost_for_what_is_left = mistake(
        "What does the factor stand for: what is lost or what is left? It is what is left of the learning rate, so "
        "multiply by the factor, not by 1 - factor.",
        {"factor**": "(1 - factor) ** "},
    )
    epochs_in_the_exponent = mistake(
        "What is the exponent of your factor? The number of epochs in complete periods, so each drop is far too deep. "
        "It should be the number of complete periods.",
        {"epoch // every": "epoch // every * every"},
    )
    factor_hard_coded = mistake(
        "What if the factor isn't 0.5? That is only the default, and you always use it. Use the argument.",
        {"factor**": "0.5**"},
    )
    every_hard_coded = mistake(
        "What if the drops aren't 5 epochs apart? That is only the default, and you always use it. Use the argument "
        "`every`.",
        {"// every": "// 5"},
    )
    rate_left_out = mistake(
        "What do the drops apply to? You return the factor alone. Multiply learning_rate by it.",
        {"learning_rate * ": ""},
    )
    whole_epochs_only = mistake(
        "Can a drop come in the middle of an epoch? Yours can't, because the epoch is truncated first. Divide first, "
        "then round down.",
        {"epoch //": "int(epoch) //"},
    )
    whole_periods_only = mistake(
        "What if `every` isn't a whole number? You truncate it, so your drops come too early. Round down only the "
        "number of periods.",
        {"// every": "// int(every)"},
    )
    low_at_the_drops_and_the_start = mistake(
        "What is the learning rate right after a drop? Yours is low only at the very epoch of a drop and at epoch 0, "
        "and then high again. Count the complete periods, and keep the learning rate low.",
        {"epoch // every": "1 if epoch % every == 0 else 0"},
    )
    drops_once_and_late = mistake(
        "When does your learning rate drop? Only once, and just after epoch = every. It should drop right there, and "
        "again at the end of each later period.",
        {"epoch // every": "1 if epoch > every else 0"},
    )
    rounded_up = mistake(
        "When does your first drop come? Right after epoch 0: you round up. Count complete periods, and round down.",
        {"epoch // every": "np.ceil(epoch / every)"},
    )
    rounded_to_even = mistake(
        "When does your first drop come? After half a period, because you round to the nearest number of periods. "
        "Count complete ones: round down.",
        {"epoch // every": "np.round(epoch / every)"},
    )
    factor_to_the_epoch = mistake(
        "What is the exponent of your factor? The epoch, so the learning rate falls all the time. It should be the "
        "number of complete periods.",
        {"epoch // every": "epoch"},
    )
    exponential_of_the_factor = mistake(
        "What is the learning rate multiplied by at each drop? In your code, by e to the power of minus the factor. "
        "Multiply by the factor itself.",
        {"factor**drops": "np.exp(-factor * drops)"},
    )
    factor_subtracted = mistake(
        "What does a drop do? You subtract the factor from the learning rate, which soon falls below zero. Multiply "
        "by it.",
        {"learning_rate * factor**drops": "learning_rate - factor * drops"},
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

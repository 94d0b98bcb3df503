"""Exponential decay: over equal times, the learning rate falls by equal factors."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class ExponentialDecay(Exercise):
    """Exponential decay, which is step decay without the steps."""

    name, points = "exponential_decay", 2
    driver = drivers.sweep

    def reference(epoch, learning_rate, k=0.1):
        """The learning rate that falls by the same factor in every equal stretch of time.

            η(t) = η₀ e^(-k t)

        Parameters
        ----------
        epoch : float
            t, epochs gone through so far, from 0; 2.25 is a quarter into the third.
        learning_rate : float
            η₀, the rate at the start.
        k : float
            How fast it falls, per epoch: the larger, the faster. 0 keeps the rate.

        Returns
        -------
        float
            The rate to use at `epoch`.
        """
        return learning_rate * np.exp(-k * epoch)

    def cases(rng):
        yield Case("the default, k = 0.1", over="epoch", values=np.arange(31.0), learning_rate=uniform(rng, 0.05, 0.3))
        yield Case(
            "another k",
            over="epoch",
            values=np.arange(20.0),
            learning_rate=uniform(rng, 0.5, 2),
            k=uniform(rng, 0.2, 0.4),
        )
        yield Case(
            "in the middle of epochs",
            over="epoch",
            values=np.arange(0.0, 8.0, 0.25),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=uniform(rng, 0.5, 0.9),
        )
        yield Case(
            "k = 0 keeps the rate",
            weight=0.5,
            over="epoch",
            values=np.arange(5.0),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=0.0,
        )
        yield Case(
            "slow decay over a hundred epochs",
            over="epoch",
            values=np.arange(0.0, 101.0, 10),
            learning_rate=uniform(rng, 0.5, 2),
            k=uniform(rng, 0.01, 0.03),
        )

    grows = mistake("The rate grows. The exponent needs a minus.", {"-k": "k"})
    in_stairs = mistake(
        "The rate is constant within an epoch. The formula takes the epoch with its fraction, so do not round it.",
        {" * epoch": " * np.floor(epoch)"},
    )
    k_to_the_power = mistake(
        "k is raised to the power of the epoch. The base of the power is e; k stands in the exponent.",
        {"np.exp(-k * epoch)": "k**epoch"},
    )
    compounded = mistake(
        "You multiply by 1 - k once an epoch. That is near e^(-k) for small k only: use np.exp.",
        {"np.exp(-k * epoch)": "(1 - k) ** epoch"},
    )
    base_two = mistake("The base is 2, so k counts halvings. Here the base is e.", {"np.exp(": "2.0 ** ("})
    base_ten = mistake("The base is 10, so k counts decades. Here the base is e.", {"np.exp(": "10.0 ** ("})
    divided_by_k = mistake(
        "The epoch is divided by k, as if k were a time. It is a speed: multiply.", {"-k * epoch": "-epoch / k"}
    )
    straight_line = mistake(
        "The rate falls along a straight line and ends below zero. Use the exponential function.",
        {"np.exp(-k": "(1 - k"},
    )
    inverse_time_instead = mistake(
        "This is 1/t decay. Exponential decay multiplies the rate by e^(-k t).",
        {"* np.exp(-k": "/ (1 + k"},
    )
    what_is_lost = mistake(
        "The rate starts at 0 and rises: you return what it has lost. Leave out the 1 - .",
        {"learning_rate *": "learning_rate - learning_rate *"},
    )
    epoch_left_out = mistake(
        "The epoch has no effect: the rate is always that of epoch 1. It belongs in the exponent.", {" * epoch": ""}
    )
    epoch_outside = mistake(
        "The epoch stands beside the exponential function. It belongs in the exponent, with k.",
        {" * epoch)": ") * epoch"},
    )
    k_hard_coded = mistake("k is always 0.1. Use the argument; 0.1 is only its default.", {"-k": "-0.1"})
    rate_left_out = mistake(
        "You return what the rate is multiplied by. Multiply learning_rate by it.", {"learning_rate * ": ""}
    )
    rate_in_the_exponent = mistake(
        "The learning rate stands in the exponent. It multiplies the exponential function.",
        {"learning_rate * np.exp(-k": "np.exp(-learning_rate * k"},
    )
    epoch_squared = mistake(
        "The epoch is squared in the exponent, so the rate falls faster and faster. Once is enough.",
        {" * epoch": " * epoch**2"},
    )
    counts_from_one = mistake(
        "The epochs count from 1 here: at epoch 0 the rate should be learning_rate itself.",
        {" * epoch": " * (epoch + 1)"},
    )
    by_a_power = variant({" * epoch)": ") ** epoch"})
    divided = variant({"learning_rate * np.exp(-k * epoch)": "float(learning_rate / np.e ** (epoch * k))"})
    by_logarithms = variant({"learning_rate * np.exp(": "np.exp(np.log(learning_rate) + "})

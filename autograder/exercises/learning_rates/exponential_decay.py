"""Exponential decay: over equal intervals, the learning rate falls by the same factor."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class ExponentialDecay(Exercise):
    """Exponential decay, which is step decay without the steps."""

    name, points = "exponential_decay", 2
    done = "You have a schedule with one knob that shrinks the learning rate by the same factor over equal intervals."
    driver = drivers.sweep
    picture = Picture("curve")

    def reference(epoch, learning_rate, k=0.1):
        """A learning rate that falls by the same factor over equal intervals.

            η(t) = η₀ e^(-k t)

        Parameters
        ----------
        epoch : float
            t, the number of epochs so far, from 0; 2.25 is a quarter of the way into the third.
        learning_rate : float
            η₀, the learning rate at the start.
        k : float
            How fast the learning rate falls, per epoch. At 0, it stays the same.

        Returns
        -------
        float
            The learning rate to use at `epoch`.
        """
        return learning_rate * np.exp(-k * epoch)

    def cases(rng):
        yield Case("the default, k = 0.1", over="epoch", values=np.arange(31.0), learning_rate=uniform(rng, 0.05, 0.3))
        yield Case(
            "a different k",
            over="epoch",
            values=np.arange(0.0, 20.0, 0.75),
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
            "k = 0 keeps the learning rate constant",
            weight=0,  # a constant learning rate passes
            over="epoch",
            values=np.arange(5.0),
            learning_rate=uniform(rng, 0.05, 0.3),
            k=0.0,
        )
        yield Case(
            "slow decay over a hundred epochs",
            over="epoch",
            values=np.arange(0.0, 101.0, 6.25),
            learning_rate=uniform(rng, 0.5, 2),
            k=uniform(rng, 0.01, 0.03),
        )

    grows = mistake("Does your learning rate fall? It grows: the exponent needs a minus sign.", {"-k": "k"})
    in_stairs = mistake(
        "What happens within an epoch? Your learning rate stays constant there. Use the epoch with its fraction, and "
        "don't round it down.",
        {" * epoch": " * np.floor(epoch)"},
    )
    rounded_epoch = mistake(
        "What happens within an epoch? Your learning rate changes only in the middle of it. Don't round the epoch.",
        {" * epoch": " * np.round(epoch)"},
    )
    k_to_the_power = mistake(
        "Which number is raised to a power? Not k: the base is e, and k belongs in the exponent.",
        {"np.exp(-k * epoch)": "k**epoch"},
    )
    compounded = mistake(
        "Do you multiply by 1 - k for every epoch? That is close to e^(-k) only when k is small. Use np.exp.",
        {"np.exp(-k * epoch)": "(1 - k) ** epoch"},
    )
    base_two = mistake(
        "What is the base of your power? With 2 or ½, k counts halvings. Here the base is e, so use np.exp.",
        {"np.exp(": "2.0 ** ("},
    )
    base_ten = mistake(
        "What is the base of your power? With 10 or 0.1, k counts factors of ten. Here the base is e, so use np.exp.",
        {"np.exp(": "10.0 ** ("},
    )
    divided_by_k = mistake(
        "Should a larger k make the decay faster or slower? Faster: k is a speed, so multiply the epoch by it.",
        {"-k * epoch": "-epoch / k"},
    )
    straight_line = mistake(
        "What does your learning rate look like late in training? It falls along a straight line and ends up below "
        "zero. Use the exponential function.",
        {"np.exp(-k * epoch)": "(1 - k * epoch)"},
    )
    subtracted = mistake(
        "What does your learning rate look like late in training? It falls along a straight line, because you subtract "
        "k * epoch. Multiply by e^(-k t) instead.",
        {"* np.exp(-k * epoch)": "- k * epoch"},
    )
    inverse_time_instead = mistake(
        "Which schedule is yours? It's 1/t decay. For exponential decay, multiply learning_rate by e^(-k t).",
        {"* np.exp(-k": "/ (1 + k"},
    )
    what_is_lost = mistake(
        "Where does your learning rate start? At 0, and then it rises: that is how much has been lost. Return what is "
        "left.",
        {"learning_rate *": "learning_rate - learning_rate *"},
    )
    epoch_left_out = mistake(
        "Does your learning rate depend on the epoch? It is always the one for epoch 1. The epoch belongs in the "
        "exponent.",
        {" * epoch": ""},
    )
    epoch_outside = mistake(
        "Where is the epoch in your formula? It multiplies the exponential function from outside. It belongs in the "
        "exponent, next to k.",
        {" * epoch)": ") * epoch"},
    )
    minus_outside = mistake(
        "Can a learning rate be negative? Yours always is. The minus sign belongs in the exponent.",
        {"np.exp(-k": "-np.exp(k"},
    )
    k_hard_coded = mistake(
        "What if k isn't 0.1? That is only the default, and you always use it. Use the argument.", {"-k": "-0.1"}
    )
    rate_left_out = mistake(
        "What does the exponential function multiply? You return the factor alone. Multiply learning_rate by it.",
        {"learning_rate * ": ""},
    )
    rate_in_the_exponent = mistake(
        "Where does learning_rate belong? It's in your exponent. It should multiply the exponential function.",
        {"learning_rate * np.exp(-k": "np.exp(-learning_rate * k"},
    )
    epoch_squared = mistake(
        "How does the epoch enter the exponent? It's squared, so the decay gets faster and faster. Don't square it.",
        {" * epoch": " * epoch**2"},
    )
    counts_from_one = mistake(
        "What is your learning rate at epoch 0? It should be learning_rate itself, but yours is an epoch ahead.",
        {" * epoch": " * (epoch + 1)"},
    )
    one_epoch_behind = mistake(
        "What is your learning rate at epoch 0? It should be learning_rate itself, but yours is higher: it reaches "
        "learning_rate an epoch late.",
        {" * epoch": " * (epoch - 1)"},
    )
    half_life = mistake(
        "What does k stand for? You treat it as a half-life, the number of epochs in which the learning rate halves. "
        "Here it's a speed: e^(-k t).",
        {"-k * epoch": "-np.log(2) / k * epoch"},
    )
    root_of_the_epoch = mistake(
        "How does the epoch enter the exponent? Under a square root, so the decay gets slower and slower. Leave out "
        "the root.",
        {" * epoch": " * np.sqrt(epoch)"},
    )
    a_factor_for_each_epoch = mistake(
        "Does k change anything? Your learning rate is multiplied by 0.96 for every epoch. Multiply it by e^(-k t).",
        {"np.exp(-k * epoch)": "0.96**epoch"},
    )

    by_a_power = variant({" * epoch)": ") ** epoch"})
    divided = variant({"learning_rate * np.exp(-k * epoch)": "float(learning_rate / np.e ** (epoch * k))"})
    by_logarithms = variant({"learning_rate * np.exp(": "np.exp(np.log(learning_rate) + "})

"""The first sanity check that a broken network fails."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.diagnosis import labels_truth
from autograder.exercises.drawing import shuffled
from gradlab import drivers, properties

from .faulty_networks import columns

WORDS = ("chance loss", "regularization", "tiny subset", "held-out data", "none")
STRENGTHS = np.array([0.0, 0.01, 0.1, 1.0])
STEPS = 40


def sound(rng, classes=10, hinge=False, guess=None, learned=None):
    """The measurements of a network without faults."""
    chance = classes - 1.0 if hinge else np.log(classes)
    guess = 1 / classes if guess is None else guess
    learned = rng.uniform(0.6, 0.95) * (1 - guess) if learned is None else learned
    # Some penalties are so large that even the smallest positive strength moves the loss far from chance.
    losses = chance * rng.uniform(0.97, 1.03) + 10 ** rng.uniform(-0.3, 2.3) * STRENGTHS
    return {
        "chance": chance,
        "losses": losses,
        "subset_losses": curve(rng, losses[0], chance * rng.uniform(2e-3, 6e-3)),
        "val_accuracy": guess + learned,
        "guess": guess,
        "label": "none",
    }


def curve(rng, start, end):
    """A loss that falls from `start` toward `end`, with a little noise."""
    fall = np.exp(-np.arange(STEPS) / rng.uniform(2, 4))
    return (end + (start - end) * fall) * np.exp(rng.uniform(-0.1, 0.1, STEPS))


def initial_loss(network, factor):
    """The same network with an initial loss of `factor` times the loss at chance."""
    moved = network["losses"] + network["chance"] * (factor - 1)
    return network | {"losses": moved, "label": "chance loss"}


def penalized(rng, network, *rises):
    """The same network, whose loss changes in these proportions from one strength to the next."""
    losses = network["losses"][0] + np.cumsum([0.0, *rises]) * rng.uniform(0.5, 5)
    return network | {"losses": losses, "label": "regularization"}


def stuck(rng, network, fraction):
    """The same network, whose loss on the tiny subset falls only to about this fraction of its initial loss."""
    start = network["subset_losses"][0]
    return network | {"subset_losses": curve(rng, start, fraction * start), "label": "tiny subset"}


def comes_back(rng, network):
    """The same network, whose loss on the tiny subset rises again at the end."""
    rise = network["chance"] * rng.uniform(0.2, 2) * np.exp((np.arange(STEPS) - STEPS + 1) / 2)
    return network | {"subset_losses": network["subset_losses"] + rise, "label": "tiny subset"}


def ends_in_nan(rng, network):
    """The same network, whose loss on the tiny subset ends in NaN."""
    broken = np.arange(STEPS) >= rng.integers(STEPS - 8, STEPS - 1)
    return network | {"subset_losses": np.where(broken, np.nan, network["subset_losses"]), "label": "tiny subset"}


def at_chance(rng, network, lucky=False):
    """The same network, which does no better than guessing on the validation examples, except by luck."""
    low = 0.01 if lucky else -min(0.05, network["guess"])
    return network | {
        "val_accuracy": network["guess"] + rng.uniform(low, 0.03),
        "label": "held-out data",
    }


def gallery(label, networks, weight=1.0):
    """A case with the given networks."""
    values = columns(networks)
    truth = labels_truth(values.pop("label"), WORDS)
    return Case(label, weight=weight, instances=len(networks), truth=truth, **values)


class DiagnoseSanity(Exercise):
    """Find the first failing check in a record of all four."""

    name, points = "diagnose_sanity", 5
    done = "You can name the first check that a network fails, so you know where to look for the bug."
    driver = drivers.for_each_instance
    judge = properties.diagnoses_correctly

    def reference(chance, losses, subset_losses, val_accuracy, guess):
        """Name the sanity check that a network fails first, or "none".

        These are the checks, in order, each with the word to return if the network fails it:

        "chance loss"       The first loss without regularization is neither far above nor far below the loss at chance.
        "regularization"    Every increase of the strength raises the first loss.
        "tiny subset"       In training on twenty examples without regularization, the loss ends near zero.
        "held-out data"     Trained on all other examples, the network beats a guess on the held-out ones.

        In each case, you must be right about nine networks in ten. None is close to a limit: a first loss is within 5%
        of chance or more than 20% off, the last loss on the subset is below 1% of the first or above 10%, and the
        accuracy exceeds the guess by more than 0.12 or by less than 0.03.

        Parameters
        ----------
        chance : float
            The loss at chance.
        losses : ndarray (K,)
            The loss before the first step, at K regularization strengths in ascending order. The first strength is 0.
        subset_losses : ndarray (T,)
            The loss on the twenty examples, before every step of training on them.
        val_accuracy : float
            The accuracy on the held-out examples, after training on all others.
        guess : float
            The accuracy on the held-out examples if you always say their most common class.

        Returns
        -------
        str
            "chance loss", "regularization", "tiny subset", "held-out data", or "none".

        Notes
        -----
        Losses may be NaN. A check that meets NaN fails.
        """
        checks = {
            "chance loss": abs(losses[0] - chance) <= 0.1 * chance,
            "regularization": np.all(np.diff(losses) > 0),
            "tiny subset": subset_losses[-1] <= 0.03 * subset_losses[0],
            "held-out data": val_accuracy > guess + 0.08,
        }
        return next((word for word, passed in checks.items() if not passed), "none")

    def cases(rng):
        def some(classes=10, **more):
            return sound(rng, classes, **more)

        def between(low, high):
            return rng.uniform(low, high)

        def forgotten(network):
            return penalized(rng, network, 0.0, 0.0, 0.0)

        def subtracted(network):
            return penalized(rng, network, -0.01, -0.1, -1.0)

        def one_of_each(draw):
            """Sound networks, and networks with a simple fault of each kind."""
            return [
                *(draw() for _ in range(4)),
                *(initial_loss(draw(), between(1.3, 4)) for _ in range(4)),
                *(forgotten(draw()) for _ in range(2)),
                *(subtracted(draw()) for _ in range(2)),
                *(stuck(rng, draw(), between(0.8, 1)) for _ in range(4)),
                *(at_chance(rng, draw()) for _ in range(4)),
            ]

        yield gallery("ten classes, softmax", shuffled(rng, *one_of_each(some)), weight=2)
        yield gallery(
            "support vector machines",
            shuffled(
                rng, *one_of_each(lambda: some(int(rng.integers(20, 60)), hinge=True)), *(some() for _ in range(2))
            ),
            weight=2,
        )
        yield gallery(
            "first losses that are too low",
            shuffled(
                rng, *(initial_loss(some(), between(0.03, 0.75)) for _ in range(10)), *(some() for _ in range(10))
            ),
        )
        yield gallery(
            "first losses that are below zero, or NaN",
            shuffled(
                rng,
                *(initial_loss(some(), between(-1.04, -0.96)) for _ in range(6)),
                *(initial_loss(some(), np.nan) for _ in range(6)),
                *(some() for _ in range(8)),
            ),
        )
        yield gallery(
            "a loss that rises at only some of the strengths",
            shuffled(
                rng,
                *(penalized(rng, some(), 0.0, 0.0, 1.0) for _ in range(4)),
                *(penalized(rng, some(), 0.01, 0.1, 0.0) for _ in range(4)),
                *(penalized(rng, some(), 0.01, -0.005, 1.0) for _ in range(4)),
                *(some() for _ in range(8)),
            ),
        )
        yield gallery(
            "tiny subsets: the loss comes down only part of the way",
            shuffled(
                rng,
                *(stuck(rng, some(), between(0.125, 0.4)) for _ in range(12)),
                *(some() for _ in range(8)),
            ),
        )
        yield gallery(
            "tiny subsets: the loss comes back up, or ends in NaN",
            shuffled(
                rng,
                *(comes_back(rng, some()) for _ in range(6)),
                *(ends_in_nan(rng, some()) for _ in range(6)),
                *(some() for _ in range(8)),
            ),
        )
        yield gallery(
            "few classes, or a very common one, so that a guess is often right",
            shuffled(
                rng,
                *(
                    at_chance(rng, some(classes, guess=between(0.5, 0.65)))
                    for classes in (2, 2, 2, 3, 3, 5, 5, 10, 10, 10)
                ),
                *(some(classes, guess=between(0.5, 0.65)) for classes in (2, 2, 2, 3, 3, 5, 5, 10, 10, 10)),
            ),
        )
        yield gallery(
            "networks that learned a little, and networks that were only lucky",
            shuffled(
                rng,
                *(some(learned=between(0.14, 0.35)) for _ in range(12)),
                *(at_chance(rng, some(), lucky=True) for _ in range(8)),
            ),
        )
        yield gallery(
            "several checks fail: the first one counts",
            shuffled(
                rng,
                *(initial_loss(forgotten(some()), between(1.3, 4)) for _ in range(5)),
                *(forgotten(stuck(rng, some(), between(0.8, 1))) for _ in range(3)),
                *(stuck(rng, at_chance(rng, some()), between(0.8, 1)) for _ in range(9)),
                *(initial_loss(at_chance(rng, some()), between(1.3, 4)) for _ in range(3)),
            ),
        )

    last_failure = mistake(
        "Which check do you report if several fail? A later one. Report the first, because what comes after it may be "
        "its consequence.",
        {"checks.items()": "reversed(checks.items())"},
    )
    regularization_first = mistake(
        "Which check comes first, chance loss or regularization? Where both fail, you report regularization. The loss "
        "at chance comes first.",
        {
            "checks =": (
                "if np.isfinite(losses).all() and not np.all(np.diff(losses) > 0):\n"
                '    return "regularization"\n'
                "checks ="
            )
        },
    )
    held_out_first = mistake(
        "Which check comes first, the tiny subset or the held-out data? Where both fail, you report the held-out data. "
        "The tiny subset comes first.",
        {
            '"tiny subset": subset_losses[-1] <= 0.03 * subset_losses[0],': (
                '"held-out data": val_accuracy > guess + 0.08,'
            ),
            '"held-out data": val_accuracy > guess + 0.08,': (
                '"tiny subset": subset_losses[-1] <= 0.03 * subset_losses[0],'
            ),
        },
    )
    only_too_high = mistake(
        "Can a first loss be too low? Yes, but such losses pass in your code. A loss far below chance is just as "
        "suspicious as one far above.",
        {"abs": ""},
    )
    sign_lost = mistake(
        "What happens if the first loss is negative, or NaN? Some of these pass all of your checks. Compare losses[0] "
        "itself with chance, and ask whether it is near, not whether it is far.",
        {"(losses[0]": "(abs(losses[0])"},
    )
    not_a_number_passes = mistake(
        "Does NaN fail your checks? Some bad first losses and some bad endings on the tiny subset pass all of them. "
        "NaN is neither above nor below a limit, so ask whether a loss is good, not whether it's bad.",
        {
            '"chance loss": ': '"chance loss": not ',
            "<= 0.1": "> 0.1",
            "np.all(np.diff(losses) > 0)": "not np.any(np.diff(losses) <= 0)",
            "subset_losses[-1] <=": "not subset_losses[-1] >",
        },
    )
    nan_is_close_to_chance = mistake(
        "Is NaN far from chance? `abs(losses[0] - chance) > limit` is False for NaN, so a first loss of NaN passes "
        "your first check. Ask whether the loss is near chance, not whether it is far.",
        {'"chance loss": ': '"chance loss": not ', "<= 0.1": "> 0.1"},
    )
    softmax_over_ten_classes = mistake(
        "Which loss do you expect at chance? Not all networks are softmax classifiers over ten classes, and some of "
        "the others fail your first check for no reason. Use the argument `chance`.",
        {"- chance": "- np.log(10)", "* chance": "* np.log(10)"},
    )
    absolute_tolerance = mistake(
        "How far from chance may the first loss be? For support vector machines, whose loss is large, your limit is "
        "too strict. Allow a fraction of chance, not a fixed amount.",
        {"0.1 * chance": "0.23"},
    )
    regularized_first_loss = mistake(
        'Which loss do you compare with chance? In every case, you say "chance loss" for some networks whose first '
        "loss is fine. Use losses[0], the one without regularization.",
        {"(losses[0]": "(losses[-1]"},
    )
    second_strength = mistake(
        'Which loss do you compare with chance? You say "chance loss" for many networks whose first loss is fine. Use '
        "losses[0], the one without regularization.",
        {"(losses[0]": "(losses[1]"},
    )
    fixed_limit_for_the_subset = mistake(
        "How low must the loss on the tiny subset end? For support vector machines, whose first loss is large, your "
        "limit is too strict. Compare the last loss with the first one, not with a fixed number.",
        {" * subset_losses[0]": ""},
    )
    first_and_last_strength = mistake(
        "What if the loss rises from the smallest strength to the largest, but not at every step? That can pass in "
        "your code. Every increase must raise the loss.",
        {"np.all(np.diff(losses) > 0)": "losses[-1] > losses[0]"},
    )
    constant_is_enough = mistake(
        "What if regularization doesn't change the loss? That can pass in your code, but it means that the penalty is "
        "missing. Use >, not >=.",
        {"> 0)": ">= 0)"},
    )
    smallest_loss = mistake(
        "What if the loss on the tiny subset gets low and then comes back up, or ends in NaN? Some of these pass in "
        "your code. The last loss is what counts.",
        {"subset_losses[-1]": "np.nanmin(subset_losses)"},
    )
    halved_is_enough = mistake(
        "How low must the loss on the tiny subset end? Coming down part of the way is enough in your code. It must end "
        "near zero.",
        {"0.03": "0.5"},
    )
    mean_loss = mistake(
        'Which losses on the tiny subset do you look at? You say "tiny subset" for many networks whose loss ends near '
        "zero. Look at the last one.",
        {"subset_losses[-1]": "subset_losses.mean()"},
    )
    guess_is_a_tenth = mistake(
        "How often is a guess right? Often, if there are few classes or a very common one, and then networks that do "
        "no better pass in your code. Use the argument `guess`.",
        {"> guess": "> 0.1"},
    )
    no_margin = mistake(
        "Is a network better than guessing if it beats a guess by a hair? On a sample, luck alone can do that. Ask for "
        "a margin, such as 0.08.",
        {"guess + 0.08": "guess"},
    )
    half_must_be_right = mistake(
        "How accurate must a network be on held-out data? Better than a guess, which can be right far more or far less "
        "than half of the time. Use the argument `guess`.",
        {"guess + 0.08": "0.5"},
    )
    no_chance_loss = mistake(
        "Do you compare the first loss with chance? Networks that start far from it pass that check in your code. The "
        "loss must be near chance, neither too high nor too low.",
        {'"chance loss": abs(losses[0] - chance) <= 0.1 * chance,': ""},
    )
    no_held_out_data = mistake(
        "Does your code check the held-out accuracy? It passes networks that are no better than guessing on held-out "
        "data. Fitting twenty examples doesn't prove that anything is learned.",
        {'"held-out data": val_accuracy > guess + 0.08,': ""},
    )
    no_tiny_subset = mistake(
        "Do you look at the tiny subset? Networks whose loss on it doesn't come down pass that check in your code. See "
        "where the loss ends.",
        {'"tiny subset": subset_losses[-1] <= 0.03 * subset_losses[0],': ""},
    )
    no_regularization = mistake(
        "Do you look at regularization? Networks whose loss doesn't rise with its strength pass that check in your "
        "code. Every increase must raise the loss.",
        {'"regularization": np.all(np.diff(losses) > 0),': ""},
    )

    @mistake(
        'Does any network fail your checks? You answer "none" for networks with faults of every kind. Go through the '
        "four checks one by one."
    )
    def always_sound(chance, losses, subset_losses, val_accuracy, guess):
        return "none"

    other_words = mistake(
        "Which words do you return? At least one isn't among the five. Spell them exactly as in the docstring, in "
        "lowercase.",
        {
            '"chance loss"': '"Chance loss"',
            '"regularization"': '"Regularization"',
            '"tiny subset"': '"Tiny subset"',
            '"held-out data"': '"Held-out data"',
            '"none"': '"None"',
        },
    )
    number_of_the_check = mistake(
        "What should you return? One of the five words, not a number or anything else.",
        {'"chance loss"': "0", '"regularization"': "1", '"tiny subset"': "2", '"held-out data"': "3", '"none"': "4"},
    )

    @variant
    def by_a_table(chance, losses, subset_losses, val_accuracy, guess):
        failed = {
            "chance loss": not np.isclose(losses[0], chance, rtol=0.15, atol=0),
            "regularization": not (losses[1:] > losses[:-1]).all(),
            "tiny subset": not subset_losses[-3:].max() < 0.05 * chance,
            "held-out data": not val_accuracy - guess > 0.05,
        }
        return np.array([*[word for word, bad in failed.items() if bad], "none"])[0]

    @variant
    def one_after_the_other(chance, losses, subset_losses, val_accuracy, guess):
        from itertools import pairwise

        word = "none"
        if not 0.9 < losses[0] / chance < 1.1:
            word = "chance loss"
        elif any(not low < high for low, high in pairwise(losses.tolist())):
            word = "regularization"
        elif np.isnan(subset_losses).any() or np.mean(subset_losses[-2:]) > 0.05 * chance:
            word = "tiny subset"
        elif val_accuracy < guess + 0.1:
            word = "held-out data"
        return word

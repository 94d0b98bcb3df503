"""The x-axis of every plot: how many times each example has been seen."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer


def uneven(rng):
    """A number of examples and a batch size, chosen so that the last batch is about a third of a full one."""
    batch_size, full = integer(rng, 30, 90), integer(rng, 4, 8)
    return {"num_examples": full * batch_size + batch_size // 3, "batch_size": batch_size}


def steps_per_epoch(num_examples, batch_size):
    """The number of iterations per epoch."""
    return -(-num_examples // batch_size)


class IterationsToEpochs(Exercise):
    """Iterations depend on the batch size; epochs do not."""

    name, points = "iterations_to_epochs", 2
    done = "You can put runs with different batch sizes on one axis; the next plots compare them by epochs."

    def reference(iterations, num_examples, batch_size):
        """Convert iterations to epochs.

        An epoch goes through all N examples once, in ⌈N / B⌉ iterations of B examples each; if B does not divide N, the
        last batch of every epoch is smaller. The number of epochs is the number of examples used so far, divided by N.

        Parameters
        ----------
        iterations : int or ndarray (...) of int
            The iterations so far, 0 or more. An array may have any shape, and its numbers any order.
        num_examples : int
            N, at least 1.
        batch_size : int
            B, at least 1. If it is larger than N, each batch holds all examples.

        Returns
        -------
        float or ndarray (...)
            The number of epochs, not rounded, in the same shape as `iterations`.

        Examples
        --------
        250 examples in batches of 100 make three iterations per epoch. After one, 0.4 of the first epoch is done; after
        two, 0.8; and after the third, whose batch has only 50 examples, 1.0.
        """
        steps = -(-num_examples // batch_size)
        epochs, rest = np.divmod(iterations, steps)
        return epochs + rest * batch_size / num_examples

    def cases(rng):
        batch_size, steps = integer(rng, 20, 60), integer(rng, 4, 8)
        yield Case(
            "a batch size that divides the number of examples",
            iterations=np.arange(3 * steps + 2),
            num_examples=steps * batch_size,
            batch_size=batch_size,
        )
        given = uneven(rng)
        yield Case(
            "a smaller last batch",
            iterations=np.arange(4 * steps_per_epoch(**given) + 2),
            **given,
        )
        given = uneven(rng)
        yield Case("a single number", iterations=7 * steps_per_epoch(**given) + 2, **given)
        num_examples = integer(rng, 50, 90)
        # Each iteration is an epoch, so even returning the iterations unchanged is correct.
        yield Case(
            "a batch size larger than the number of examples",
            iterations=np.arange(1, 8),
            num_examples=num_examples,
            batch_size=num_examples + integer(rng, 20, 80),
            weight=0,
        )
        given = uneven(rng)
        yield Case("any shape and order", iterations=rng.permutation(60)[:12].reshape(3, 4), **given)
        yield Case(
            "one example at a time",
            iterations=np.arange(0, 200, 13),
            num_examples=integer(rng, 30, 70),
            batch_size=1,
        )

    all_batches_full = mistake(
        "How many examples are in the last batch of an epoch? You count every batch as full, so the epochs drift: with "
        "250 examples in batches of 100, the third iteration gives 1.2. Start every epoch at a whole number.",
        {"epochs + rest": "iterations"},
    )
    equal_shares = mistake(
        "Does every iteration see the same number of examples? You add the same fraction of an epoch each time, but a "
        "smaller last batch counts for less.",
        {"rest * batch_size / num_examples": "rest / steps"},
    )
    rounded_down = mistake(
        "How many iterations make an epoch? You leave out the last, smaller batch: round N / B up, not down.",
        {"-(-num_examples // batch_size)": "num_examples // batch_size"},
    )
    one_step_too_many = mistake(
        "How many iterations make an epoch if B divides N? You count one too many, as `N // B + 1` would. Round up "
        "with `-(-N // B)` or `np.ceil`.",
        {"-(-num_examples // batch_size)": "num_examples // batch_size + 1"},
    )
    whole_epochs_only = mistake(
        "What is the answer halfway through an epoch? You return only whole epochs. Add the fraction that is done.",
        {"rest * batch_size / num_examples": "0.0"},
    )
    in_whole_numbers = mistake(
        "Is there a `//` where a `/` should be? You return whole epochs as integers. Add the fraction that is done.",
        {"epochs + rest * batch_size / num_examples": "epochs"},
    )
    full_batches_in_whole_numbers = mistake(
        "Is there a `//` where a `/` should be? You return whole numbers, and you count every batch as full. Add the "
        "fraction that is done, and start every epoch at a whole number.",
        {"epochs + rest * batch_size / num_examples": "iterations * batch_size // num_examples"},
    )
    begun_counts_as_done = mistake(
        "What is the answer a third of the way through the first epoch? You count an epoch as done once it has begun. "
        "The answer is a third.",
        {"rest * batch_size / num_examples": "np.ceil(rest / steps)"},
    )
    examples_seen = mistake(
        "What unit is your result in? You return the number of examples seen. Divide by the number of examples to get "
        "epochs.",
        {"epochs + rest": "1.0 * epochs * num_examples + rest", " / num_examples": ""},
    )
    batch_size_ignored = mistake(
        "How many examples does one iteration see? You divide iterations by N, as if it were one. It is a whole batch.",
        {"epochs + rest * batch_size": "iterations"},
    )
    upside_down = mistake(
        "Do more examples make an epoch longer or shorter? Your fraction is upside down: N belongs in the denominator.",
        {"epochs + rest * batch_size / num_examples": "iterations * num_examples / batch_size"},
    )
    counts_from_one = mistake(
        "What is the answer before the first iteration? It should be 0, but you are one iteration ahead.",
        {"divmod(iterations": "divmod(iterations + 1"},
    )
    one_epoch_ahead = mistake(
        "What is the answer before the first iteration? It should be 0, but you are one whole epoch ahead.",
        {"epochs + rest": "1 + epochs + rest"},
    )
    stays_at_one = mistake(
        "What happens after the first epoch? Your answer stays at 1, but the count should go on.",
        {"epochs + rest * batch_size / num_examples": "np.minimum(iterations * batch_size / num_examples, 1.0)"},
    )
    begins_again = mistake(
        "What happens after the first epoch? You go back to 0 with every new epoch. Add the epochs that are done.",
        {"epochs + ": ""},
    )
    always_zero = mistake(
        "Does your result depend on the iterations at all? It is always 0.",
        {"epochs + rest * batch_size / num_examples": "0.0"},
    )
    arrays_only = mistake(
        "Does your function also take a single number? It stops with a TypeError, because a number has no length and "
        "cannot be looped over. Without a loop, the same line works for both.",
        {"divmod(iterations": "divmod([i for i in iterations]"},
    )

    @mistake(
        "How many iterations make an epoch? You leave out the last, smaller batch and give the others equal shares. "
        "Round N / B up, and count the examples seen in the epoch that has begun."
    )
    def shares_of_full_batches(iterations, num_examples, batch_size):
        return iterations / max(num_examples // batch_size, 1)

    @mistake(
        "Do epochs only come in whole numbers? You round down, and you count N / B iterations per epoch, which is a "
        "fraction if B does not divide N. Round N / B up, and add the part of the epoch that has begun."
    )
    def floor_of_equal_shares(iterations, num_examples, batch_size):
        return iterations // max(num_examples / batch_size, 1)

    @mistake(
        "What if `iterations` is an array? Your function stops with a ValueError, as `if`, `min`, and `max` do when "
        "they get several numbers. Use `np.where` or `np.minimum`, or no condition at all."
    )
    def numbers_only(iterations, num_examples, batch_size):
        epochs, rest = divmod(iterations, -(-num_examples // batch_size))
        return epochs + rest * batch_size / num_examples if rest else float(epochs)

    rounded = mistake(
        "How precise should the result be? You round it to two decimals. Return it as it is.",
        {
            "return epochs + rest * batch_size / num_examples": (
                "return np.round(epochs + rest * batch_size / num_examples, 2)"
            )
        },
    )

    by_examples_seen = variant(
        {
            "-(-num_examples // batch_size)": "int(np.ceil(num_examples / batch_size))",
            "epochs + rest * batch_size": "(epochs * num_examples + rest * batch_size)",
        }
    )

    @variant
    def by_what_is_missing(iterations, num_examples, batch_size):
        """Count all batches as full, then subtract the examples that the last batches lack."""
        batch_size = min(batch_size, num_examples)
        steps = int(np.ceil(num_examples / batch_size))
        lack = steps * batch_size - num_examples
        return (iterations * batch_size - iterations // steps * lack) / num_examples

    @variant
    def in_a_loop(iterations, num_examples, batch_size):
        """Keep a running count of examples, as in a training loop."""
        seen, before = np.zeros(int(np.max(iterations)) + 1), 0
        for i in range(1, len(seen)):
            before = 0 if before == num_examples else before
            now = min(before + batch_size, num_examples)
            seen[i], before = seen[i - 1] + now - before, now
        return seen[np.asarray(iterations)] / num_examples

"""Every example once per epoch, in fresh random batches."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers, properties

EPOCHS = 3


class Minibatches(Exercise):
    """The batches of one epoch."""

    name, points = "minibatches", 4
    driver = drivers.minibatch_epochs
    judge = properties.visits_every_example_once

    def reference(num_examples, batch_size, rng):
        """The minibatches of one epoch: every example in exactly one of them, in a new random order.

        It is called once an epoch with the same `rng`, which goes on from where it was, so that every epoch has
        other batches. All randomness comes from `rng`: a new generator with the same seed gives the same batches.

        Parameters
        ----------
        num_examples : int
            N, at least 1.
        batch_size : int
            B, at least 1. All batches have B examples, but for the last, which has what is left (1 to B).
        rng : numpy.random.Generator
            Such as ``np.random.default_rng(0)``; see ``rng.permutation``.

        Returns
        -------
        sequence of ndarray of int
            The indices, 0 to N - 1, that each batch holds: a list of arrays, or a generator that yields them.
        """
        order = rng.permutation(num_examples)
        return [order[i : i + batch_size] for i in range(0, num_examples, batch_size)]

    def cases(rng):
        def case(label, num_examples, batch_size):
            seed = int(rng.integers(2**31))
            return Case(label, num_examples=num_examples, batch_size=batch_size, count=EPOCHS, seed=seed)

        batch_size, full = integer(rng, 12, 20), integer(rng, 8, 10)
        yield case("a batch size that divides the number of examples", full * batch_size, batch_size)
        batch_size, full = integer(rng, 12, 20), integer(rng, 8, 10)
        yield case("a smaller last batch", full * batch_size + integer(rng, 3, 9), batch_size)
        batch_size, full = integer(rng, 12, 20), integer(rng, 8, 10)
        yield case("one example is left for the last batch", full * batch_size + 1, batch_size)
        yield case("one example at a time", integer(rng, 40, 60), 1)
        num_examples = integer(rng, 40, 60)
        yield case("a batch size larger than the number of examples", num_examples, num_examples + integer(rng, 5, 30))
        yield case("a single example", 1, integer(rng, 2, 9))

    not_shuffled = mistake(
        "The examples are not shuffled. Neighbors are often alike, and a batch of them shows one side only.",
        {"rng.permutation": "np.arange"},
    )
    generator_made_inside = mistake(
        "A generator made inside gives the same order in every epoch. Use the rng that is handed in.",
        {"rng.permutation": "np.random.default_rng(0).permutation"},
    )
    global_randomness = mistake(
        "The order comes from NumPy's global randomness, which anything may change, so the run cannot be repeated. "
        "Use the rng that is handed in.",
        {"rng.permutation": "np.random.permutation"},
    )
    last_batch_dropped = mistake(
        "The last, smaller batch is left out, and with it other examples in every epoch. Keep it.",
        {"0, num_examples": "0, num_examples - batch_size + 1"},
    )
    last_batch_filled_up = mistake(
        "The last batch is filled up with examples that the epoch has had. Let it be smaller.",
        {"return": "order = np.resize(order, num_examples + -num_examples % batch_size)\nreturn"},
    )
    drawn_with_replacement = mistake(
        "Examples are drawn with replacement, so more than a third of them get no turn. Shuffle, then cut.",
        {"rng.permutation(num_examples)": "rng.integers(num_examples, size=num_examples)"},
    )
    each_batch_drawn_anew = mistake(
        "Each batch is drawn from all examples anew, so some come twice in an epoch, others not at all. Shuffle once "
        "an epoch, and cut the order into batches.",
        {"order[i : i + batch_size]": "rng.choice(order, min(batch_size, num_examples - i), replace=False)"},
    )
    equal_sizes = mistake(
        "The batches are made equally large. All should have batch_size examples, and the last what is left.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "np.array_split(order, -(-num_examples // batch_size))"
            )
        },
    )
    as_many_batches = mistake(
        "batch_size is taken for the number of batches. It is the number of examples in each.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "[rows for rows in np.array_split(order, batch_size) if len(rows)]"
            )
        },
    )
    only_batches_shuffled = mistake(
        "Only the order of the batches changes: the same examples always meet. Shuffle the examples, then cut.",
        {
            "rng.permutation(num_examples)": (
                "np.arange(num_examples)\n"
                "starts = np.arange(0, num_examples, batch_size)\n"
                "starts[:-1] = rng.permutation(starts[:-1])"
            ),
            "range(0, num_examples, batch_size)": "starts",
        },
    )
    only_rotated = mistake(
        "The order starts at a random place, and else stays as it was. Shuffle all examples.",
        {
            "order = rng.permutation(num_examples)": (
                "start = num_examples // 3 + rng.integers(max(1, num_examples // 3))\n"
                "order = (np.arange(num_examples) + start) % num_examples"
            )
        },
    )
    shuffled_in_parts = mistake(
        "Examples change places with near ones only. Shuffle all of them, as one.",
        {
            "order = rng.permutation(num_examples)": (
                "order, part = np.arange(num_examples), 3 * batch_size\n"
                "for start in range(0, num_examples, part):\n"
                "    rng.shuffle(order[start : start + part])"
            )
        },
    )
    few_changes = mistake(
        "Only a few examples change places from epoch to epoch: most meet the same ones again. Shuffle all.",
        {
            "rng.permutation(num_examples)": (
                "np.random.default_rng(0).permutation(num_examples)\n"
                "rows = rng.permutation(num_examples)[: num_examples // 8]\n"
                "order[np.sort(rows)] = order[rows]"
            )
        },
    )
    counts_from_one = mistake("The indices run from 1 to N. They count from 0.", {"order[i :": "1 + order[i :"})
    empty_batch_at_the_end = mistake(
        "Where the batch size divides the number of examples, an empty batch follows. Its mean loss is no number.",
        {"0, num_examples": "0, num_examples + 1"},
    )
    never_ends = mistake(
        "The batches never end. One call gives one epoch; the next epoch is the next call.",
        {"return": "while True:\n    yield from"},
    )
    not_cut = mistake(
        "What comes back is no sequence of arrays. Cut the order into batches of batch_size indices, and return all of "
        "them in a list, or yield them one by one.",
        {"[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": "order"},
    )
    first_batch_only = mistake(
        "Only the first batch is returned. Collect all of them in a list, or yield them one by one.",
        {"range(0, num_examples, batch_size)": "[0]"},
    )
    last_example_missing = mistake(
        "The last example is never used: what is cut off at N - 1 has one too few.",
        {"permutation(num_examples)": "permutation(num_examples - 1)", "0, num_examples": "0, num_examples - 1"},
    )

    @variant
    def one_by_one(num_examples, batch_size, rng):
        order = np.arange(num_examples)
        rng.shuffle(order)
        while order.size:
            yield order[:batch_size]
            order = order[batch_size:]

    by_sorting_random_numbers = variant(
        {
            "rng.permutation(num_examples)": "np.argsort(rng.random(num_examples))",
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "np.split(order, np.arange(batch_size, num_examples, batch_size))"
            ),
        }
    )

    @variant
    def sorted_within(num_examples, batch_size, rng):
        """Return lists in ascending order: memory is read faster, and the gradients are the same."""
        left, batches = list(range(num_examples)), []
        while left:
            chosen = set(rng.choice(len(left), min(batch_size, len(left)), replace=False).tolist())
            batches.append([left[i] for i in sorted(chosen)])
            left = [example for i, example in enumerate(left) if i not in chosen]
        return batches

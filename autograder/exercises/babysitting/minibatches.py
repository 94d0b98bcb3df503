"""Every example once per epoch, in fresh random batches."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers, properties

EPOCHS = 3


def split(order, batch_size):
    """The order of examples, split into batches; the last batch may be smaller."""
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


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

    @mistake("The examples are not shuffled. Neighbors are often alike, and a batch of them shows one side only.")
    def not_shuffled(num_examples, batch_size, rng):
        return split(np.arange(num_examples), batch_size)

    @mistake("A generator made inside gives the same order in every epoch. Use the rng that is handed in.")
    def generator_made_inside(num_examples, batch_size, rng):
        return split(np.random.default_rng(0).permutation(num_examples), batch_size)

    @mistake(
        "The order comes from NumPy's global randomness, which anything may change, so the run cannot be repeated. "
        "Use the rng that is handed in."
    )
    def global_randomness(num_examples, batch_size, rng):
        return split(np.random.permutation(num_examples), batch_size)

    @mistake("The last, smaller batch is left out, and with it other examples in every epoch. Keep it.")
    def last_batch_dropped(num_examples, batch_size, rng):
        return [rows for rows in split(rng.permutation(num_examples), batch_size) if len(rows) == batch_size]

    @mistake("The last batch is filled up with examples that the epoch has had. Let it be smaller.")
    def last_batch_filled_up(num_examples, batch_size, rng):
        order = rng.permutation(num_examples)
        missing = -num_examples % batch_size
        return split(np.concatenate([order, np.resize(order, missing)]), batch_size)

    @mistake("Examples are drawn with replacement, so more than a third of them get no turn. Shuffle, then cut.")
    def drawn_with_replacement(num_examples, batch_size, rng):
        return split(rng.integers(num_examples, size=num_examples), batch_size)

    @mistake(
        "Each batch is drawn from all examples anew, so some come twice in an epoch, others not at all. Shuffle once "
        "an epoch, and cut the order into batches."
    )
    def each_batch_drawn_anew(num_examples, batch_size, rng):
        size = min(batch_size, num_examples)
        return [rng.choice(num_examples, len(rows), replace=False) for rows in split(np.arange(num_examples), size)]

    @mistake("The batches are made equally large. All should have batch_size examples, and the last what is left.")
    def equal_sizes(num_examples, batch_size, rng):
        return np.array_split(rng.permutation(num_examples), -(-num_examples // batch_size))

    @mistake("batch_size is taken for the number of batches. It is the number of examples in each.")
    def as_many_batches(num_examples, batch_size, rng):
        return [rows for rows in np.array_split(rng.permutation(num_examples), batch_size) if len(rows)]

    @mistake("Only the order of the batches changes: the same examples always meet. Shuffle the examples, then cut.")
    def only_batches_shuffled(num_examples, batch_size, rng):
        batches = split(np.arange(num_examples), batch_size)
        last = batches.pop()
        return [*(batches[i] for i in rng.permutation(len(batches))), last]

    @mistake("The order starts at a random place, and else stays as it was. Shuffle all examples.")
    def only_rotated(num_examples, batch_size, rng):
        start = num_examples // 3 + rng.integers(max(1, num_examples // 3))
        return split((np.arange(num_examples) + start) % num_examples, batch_size)

    @mistake("Examples change places with near ones only. Shuffle all of them, as one.")
    def shuffled_in_parts(num_examples, batch_size, rng):
        order, part = np.arange(num_examples), 3 * batch_size
        for start in range(0, num_examples, part):
            order[start : start + part] = rng.permutation(order[start : start + part])
        return split(order, batch_size)

    @mistake("Only a few examples change places from epoch to epoch: most meet the same ones again. Shuffle all.")
    def few_changes(num_examples, batch_size, rng):
        order = np.random.default_rng(0).permutation(num_examples)
        rows = rng.permutation(num_examples)[: num_examples // 8]
        order[np.sort(rows)] = order[rows]
        return split(order, batch_size)

    @mistake("The indices run from 1 to N. They count from 0.")
    def counts_from_one(num_examples, batch_size, rng):
        return split(1 + rng.permutation(num_examples), batch_size)

    @mistake("Where the batch size divides the number of examples, an empty batch follows. Its mean loss is no number.")
    def empty_batch_at_the_end(num_examples, batch_size, rng):
        order = rng.permutation(num_examples)
        return [order[i : i + batch_size] for i in range(0, num_examples + 1, batch_size)]

    @mistake("The batches never end. One call gives one epoch; the next epoch is the next call.")
    def never_ends(num_examples, batch_size, rng):
        while True:
            yield from split(rng.permutation(num_examples), batch_size)

    @mistake(
        "What comes back is no sequence of arrays. Cut the order into batches of batch_size indices, and return all of "
        "them in a list, or yield them one by one."
    )
    def not_cut(num_examples, batch_size, rng):
        return rng.permutation(num_examples)

    @mistake("Only the first batch is returned. Collect all of them in a list, or yield them one by one.")
    def first_batch_only(num_examples, batch_size, rng):
        return [rng.permutation(num_examples)[:batch_size]]

    @mistake("The last example is never used: what is cut off at N - 1 has one too few.")
    def last_example_missing(num_examples, batch_size, rng):
        return split(rng.permutation(num_examples - 1), batch_size)

    @variant
    def one_by_one(num_examples, batch_size, rng):
        order = np.arange(num_examples)
        rng.shuffle(order)
        while order.size:
            yield order[:batch_size]
            order = order[batch_size:]

    @variant
    def by_sorting_random_numbers(num_examples, batch_size, rng):
        order = np.argsort(rng.random(num_examples))
        return np.split(order, np.arange(batch_size, num_examples, batch_size))

    @variant
    def sorted_within(num_examples, batch_size, rng):
        """Return lists in ascending order: memory is read faster, and the gradients are the same."""
        left, batches = list(range(num_examples)), []
        while left:
            chosen = set(rng.choice(len(left), min(batch_size, len(left)), replace=False).tolist())
            batches.append([left[i] for i in sorted(chosen)])
            left = [example for i, example in enumerate(left) if i not in chosen]
        return batches

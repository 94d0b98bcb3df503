"""Every example once per epoch, in fresh random batches."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers, properties

EPOCHS = 3


class Minibatches(Exercise):
    """The batches of one epoch."""

    name, points = "minibatches", 4
    done = "You have the loop that feeds every training run: each example once per epoch, in a fresh order."
    driver = drivers.minibatch_epochs
    judge = properties.visits_every_example_once

    def reference(num_examples, batch_size, rng):
        """Return the minibatches of one epoch: every example in exactly one of them, in a new random order.

        This function is called once per epoch, always with the same `rng`, which continues where it left off, so that
        every epoch has different batches. All randomness comes from `rng`: a new generator with the same seed gives the
        same batches.

        Parameters
        ----------
        num_examples : int
            N, at least 1.
        batch_size : int
            B, at least 1. Every batch has B examples, except that the last one has whatever is left, 1 to B of them.
        rng : numpy.random.Generator
            Such as ``np.random.default_rng(0)``; see ``rng.permutation``.

        Returns
        -------
        sequence of ndarray of int
            The indices, 0 to N - 1, of the examples in each batch: a list of arrays, or a generator that yields them.
        """
        order = rng.permutation(num_examples)
        return [order[i : i + batch_size] for i in range(0, num_examples, batch_size)]

    def cases(rng):
        def case(label, num_examples, batch_size, weight=1.0):
            given = {"num_examples": num_examples, "batch_size": batch_size, "count": EPOCHS}
            return Case(label, **given, seed=int(rng.integers(2**31)), weight=weight)

        batch_size, full = integer(rng, 12, 20), integer(rng, 8, 10)
        yield case("a batch size that divides the number of examples", full * batch_size, batch_size)
        batch_size, full = integer(rng, 12, 20), integer(rng, 8, 10)
        yield case("a smaller last batch", full * batch_size + integer(rng, 3, 9), batch_size)
        batch_size, full = integer(rng, 12, 20), integer(rng, 8, 10)
        yield case("a last batch of one example", full * batch_size + 1, batch_size)
        yield case("batches of one example", integer(rng, 40, 60), 1)
        num_examples = integer(rng, 40, 60)
        # With a single batch, there is little to get wrong.
        batch_size = num_examples + integer(rng, 5, 30)
        yield case("a batch size larger than the number of examples", num_examples, batch_size, weight=0.25)
        yield case("a single example", 1, integer(rng, 2, 9), weight=0.25)

    not_shuffled = mistake(
        "Do you shuffle all the examples before you cut them into batches? Your batches follow the order in which "
        "the examples are stored, and neighbors there are often alike. Cut `rng.permutation(N)`.",
        {"rng.permutation": "np.arange"},
    )
    generator_made_inside = mistake(
        "Do you start from a fixed seed in every call, with your own generator or with `np.random.seed`? Every "
        "epoch has the same batches in the same order. Use the `rng` you are given, which continues from call to call.",
        {"rng.permutation": "np.random.default_rng(0).permutation"},
    )
    global_randomness = mistake(
        "Does all your randomness come from `rng`? A new generator with the same seed should give the same batches, "
        "but yours differ. `np.random.permutation`, for one, ignores `rng`.",
        {"rng.permutation": "np.random.permutation"},
    )
    last_batch_dropped = mistake(
        "What happens to the last, smaller batch? If B does not divide N, examples are left out, and if B is "
        "larger than N, there is no batch at all. Keep the last batch, however small.",
        {"0, num_examples": "0, num_examples - batch_size + 1"},
    )
    last_batch_filled_up = mistake(
        "What is in the last batch if B does not divide N? Some examples come up twice in an epoch, as if the last "
        "batch were filled up. Let it be smaller.",
        {"return": "order = np.resize(order, num_examples + -num_examples % batch_size)\nreturn"},
    )
    drawn_with_replacement = mistake(
        "Can the same example be drawn twice? Some come up twice in an epoch, others not at all, even if there is "
        "only one batch. Shuffle the examples, then cut: drawing with replacement misses more than a third of them.",
        {"rng.permutation(num_examples)": "rng.integers(num_examples, size=num_examples)"},
    )
    each_batch_drawn_anew = mistake(
        "Does each batch depend on what the other batches hold? With several batches, some examples come up twice in "
        "an epoch, others not at all. Shuffle once per epoch, then cut the order into batches.",
        {"order[i : i + batch_size]": "rng.choice(order, min(batch_size, num_examples - i), replace=False)"},
    )
    full_batches_drawn_anew = mistake(
        "Does each batch depend on what the other batches hold? Some examples come up twice in an epoch, others not at "
        "all, and the last batch is never smaller. Shuffle once per epoch, then cut the order into batches.",
        {"order[i : i + batch_size]": "rng.choice(num_examples, batch_size)"},
    )
    full_batches_without_replacement = mistake(
        "How many examples can you draw without replacement? No more than N, so `rng.choice` stops with an error if B "
        "is larger. And batches drawn one by one share examples: shuffle once per epoch, then cut.",
        {"order[i : i + batch_size]": "rng.choice(num_examples, batch_size, replace=False)"},
    )
    equal_sizes = mistake(
        "Do all batches but the last have B examples? Some are smaller if B does not divide N. Fill every batch, and "
        "let only the last one be smaller.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "np.array_split(order, -(-num_examples // batch_size))"
            )
        },
    )
    as_many_batches = mistake(
        "Is `batch_size` the number of batches, or the number of examples in each? Your batches have the wrong "
        "sizes. Put `batch_size` examples in each.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "[rows for rows in np.array_split(order, batch_size) if len(rows)]"
            )
        },
    )
    only_batches_shuffled = mistake(
        "Does each example share its batch with different examples in every epoch? Your batches come in a new order, "
        "but each one still holds the same examples. Shuffle the examples first, then cut.",
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
        "Is only the starting point random? Most examples still share a batch with the ones stored next to them. "
        "Shuffle all of them.",
        {
            "order = rng.permutation(num_examples)": (
                "start = num_examples // 3 + rng.integers(max(1, num_examples // 3))\n"
                "order = (np.arange(num_examples) + start) % num_examples"
            )
        },
    )
    shuffled_in_parts = mistake(
        "Can every example end up in any batch? Most stay close to where they are stored. Shuffle all of them at once.",
        {
            "order = rng.permutation(num_examples)": (
                "order, part = np.arange(num_examples), 3 * batch_size\n"
                "for start in range(0, num_examples, part):\n"
                "    rng.shuffle(order[start : start + part])"
            )
        },
    )
    few_changes = mistake(
        "How much changes from one epoch to the next? Most examples share a batch with the same ones as before. "
        "Shuffle all of them for every epoch.",
        {
            "rng.permutation(num_examples)": (
                "np.random.default_rng(0).permutation(num_examples)\n"
                "rows = rng.permutation(num_examples)[: num_examples // 8]\n"
                "order[np.sort(rows)] = order[rows]"
            )
        },
    )
    counts_from_one = mistake(
        "Do your indices run from 0 to N - 1? Some are outside this range, where there is no example.",
        {"order[i :": "1 + order[i :"},
    )
    empty_batch_at_the_end = mistake(
        "What comes after the last full batch if B divides N? You return an empty batch, and its mean loss is not a "
        "number. Stop before N.",
        {"0, num_examples": "0, num_examples + 1"},
    )
    never_ends = mistake(
        "Does one call give exactly one epoch? Your function repeats examples, even when the data set has just one. "
        "Stop after N examples; the next call is the next epoch.",
        {"return": "while True:\n    yield from"},
    )
    not_cut = mistake(
        "What is each of your batches? It should be an array of indices. Cut the order into batches of B indices, "
        "and return them in a list or yield them one by one.",
        {"[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": "order"},
    )
    first_batch_only = mistake(
        "Which examples are in your second batch? Whenever an epoch has more than one batch, examples are left out. If "
        "there is a `return` inside your loop, move it out; if you cut slices, each ends at its start plus B.",
        {"range(0, num_examples, batch_size)": "[0]"},
    )
    last_example_missing = mistake(
        "How many indices are in one of your epochs? There should be N, but one example is always left out. Look for "
        "a `- 1`, or for a range that starts at 1.",
        {"permutation(num_examples)": "permutation(num_examples - 1)", "0, num_examples": "0, num_examples - 1"},
    )
    no_batches = mistake(
        "Do you return any batches? Your epochs have none at all: what you return or yield is empty.",
        {"range(0, num_examples, batch_size)": "()"},
    )
    rest_in_the_last_batch = mistake(
        "What happens to the examples left over at the end? One of your batches is larger than `batch_size` if B does "
        "not divide N. Give them their own batch.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "np.split(order, np.arange(batch_size, num_examples - batch_size + 1, batch_size))"
            )
        },
    )
    whole_epoch_in_one_batch = mistake(
        "How many examples are in one of your batches? Some batches are larger than `batch_size`, even if it "
        "divides N. Start a new batch after every B examples.",
        {"[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": "[order]"},
    )

    reshaped = mistake(
        "Can N examples always be arranged in rows of B? Only if B divides N, so `reshape` stops with an error "
        "otherwise. Cut slices instead, and let the last one be shorter.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": "order.reshape(-1, batch_size)",
        },
    )

    @mistake(
        "What does `rng.shuffle` return? None, because it shuffles the array in place. Shuffle first and use the "
        "array afterward, or take `rng.permutation(N)`."
    )
    def result_of_shuffle(num_examples, batch_size, rng):
        order = rng.shuffle(np.arange(num_examples))
        return [order[i : i + batch_size] for i in range(0, num_examples, batch_size)]

    global_and_last_batch_dropped = mistake(
        "Does all your randomness come from `rng`, and where is the last, smaller batch? The same seed gives different "
        "batches, and if B is larger than N there are none at all. Use `rng`, and keep the last batch.",
        {"rng.permutation": "np.random.permutation", "0, num_examples": "0, num_examples - batch_size + 1"},
    )
    in_order_and_last_batch_dropped = mistake(
        "Do you shuffle, and where is the last, smaller batch? Your batches follow the order in which the examples are "
        "stored, and if B is larger than N there are none at all. Cut `rng.permutation(N)`, and keep the last batch.",
        {"rng.permutation": "np.arange", "0, num_examples": "0, num_examples - batch_size + 1"},
    )
    drawn_with_replacement_and_too_few = mistake(
        "Can the same example be drawn twice? Some come up twice in an epoch, others not at all, and if B is larger "
        "than N there is no batch. Shuffle the examples once, then cut the order into batches.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "[rng.integers(num_examples, size=batch_size) for _ in range(num_examples // batch_size)]"
            )
        },
    )
    one_batch_too_many = mistake(
        "How many batches does an epoch have? You make one too many at the end: an empty one if B divides N, and "
        "otherwise the last examples a second time. Stop after N examples.",
        {
            "[order[i : i + batch_size] for i in range(0, num_examples, batch_size)]": (
                "[order[i : i + batch_size] for i in range(0, num_examples + 1, batch_size)] "
                "+ [order[num_examples // batch_size * batch_size :]][: num_examples % batch_size]"
            )
        },
    )
    full_batches_missing = mistake(
        "How many batches does an epoch have? You make too few: even if B divides N, examples at the end are left out. "
        "Go on until all N are used.",
        {"0, num_examples, batch_size": "0, (num_examples // batch_size - 1) * batch_size, batch_size"},
    )
    batch_of_one_dropped = mistake(
        "What if a batch has only one example? You leave it out, but it counts, too. Keep every batch, however small.",
        {
            "range(0, num_examples, batch_size)": (
                "range(0, num_examples, batch_size) if len(order[i : i + batch_size]) > 1"
            )
        },
    )
    last_batch_starts_early = mistake(
        "What is in the last batch if B does not divide N? You let it start early enough for B examples, so some come "
        "up twice in an epoch, and if B is larger than N, some are left out. Let it be smaller.",
        {
            "order[i : i + batch_size]": (
                "order[i if i + batch_size <= num_examples else num_examples - batch_size :][:batch_size]"
            )
        },
    )
    batch_size_many = mistake(
        "How many batches does an epoch have? You make B of them, as if `batch_size` were their number. Each batch has "
        "B examples, and the last one may have fewer, so there are N / B batches, rounded up.",
        {"range(0, num_examples, batch_size)": "range(0, batch_size * batch_size, batch_size)"},
    )
    batch_size_many_to_the_end = mistake(
        "How many batches does an epoch have? You make B of them, as if `batch_size` were their number, and if B does "
        "not divide N, each one goes on to the last example. There are N / B batches, rounded up, and each stops after "
        "B examples or at the end.",
        {
            "i : i + batch_size]": "i : None if num_examples % batch_size else i + batch_size]",
            "range(0, num_examples, batch_size)": "range(0, batch_size * batch_size, batch_size)",
        },
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

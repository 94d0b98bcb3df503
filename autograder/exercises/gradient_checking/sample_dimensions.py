"""A sample of a gradient's entries that includes some of every parameter."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import equal_and_distinct_seeds, network_parameters
from gradlab import drivers, properties


def network(rng, *sizes):
    """Parameters of affine layers with these numbers of units."""
    return network_parameters(sizes, lambda *shape: rng.normal(size=shape), lambda units: rng.normal(size=units))


def many_seeds(rng, equal=3):
    """Enough seeds to see whether one entry is sampled more often than another."""
    return equal_and_distinct_seeds(rng, equal, distinct=200)


class SampleDimensions(Exercise):
    """Biases are few: if all parameters form one long vector, samples miss them."""

    name, points = "sample_dimensions", 2
    driver = drivers.sample_entries
    judge = properties.covers_parameters

    def reference(params, count=3, rng=None):
        """Entries to check: `count` of every parameter, all different, each as likely as the others.

        Parameters
        ----------
        params : dict of str to ndarray (...)
            Weights and biases of any shapes.
        count : int
            How many entries of each; all entries of a parameter that has no more than that.
        rng : numpy.random.Generator or None
            Where all chance comes from, so that an equal generator gives equal entries. None makes a new one.

        Returns
        -------
        dict of str to ndarray (K,) of int
            For each parameter K = min(count, its size) indices into its entries in one row, as
            ``params[name].flat[index]`` takes them; in any order.
        """
        rng = np.random.default_rng() if rng is None else rng
        chosen = {}
        for name, w in params.items():
            size = min(count, w.size)
            chosen[name] = rng.choice(w.size, size=size, replace=False)
        return chosen

    def cases(rng):
        params = network(rng, 2, 3, 2)
        yield Case("two layers, three of each", params=params, seeds=many_seeds(rng), truth={"count": 3})
        params = {"big": rng.normal(size=(2, 2, 2)), "bias": rng.normal(size=5)}
        given = {"seeds": many_seeds(rng), "count": 4, "truth": {"count": 4}}
        yield Case("three axes, four of each", params=params, **given)
        params = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=2), "scale": rng.normal(size=1)}
        given = {"seeds": many_seeds(rng), "count": 3, "truth": {"count": 3}}
        yield Case("a parameter with fewer entries than are asked", params=params, **given)
        params = {"W": rng.normal(size=(2, 1)), "b": rng.normal(size=2), "scale": rng.normal(size=1)}
        yield Case("one of each", params=params, seeds=many_seeds(rng, equal=20), count=1, truth={"count": 1})
        params = network(rng, 2, 3, 2)
        yield Case("no generator given", params=params, seeds=np.full(200, -1), truth={"count": 3})

    @mistake("All parameters are one long vector for you, and biases are too few to be found in it. Draw from each.")
    def one_long_vector(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        ends = np.cumsum([0, *(w.size for w in params.values())])
        chosen = rng.choice(ends[-1], size=min(count * len(params), ends[-1]), replace=False)
        pairs = zip(params, ends, ends[1:], strict=False)
        return {name: np.sort(chosen[(chosen >= low) & (chosen < high)] - low) for name, low, high in pairs}

    weights_only = mistake(
        "Some parameters are passed over, such as those with one axis: biases need a check, too. Go through all.",
        {"chosen[name]": "if w.ndim > 1:\n    chosen[name]"},
    )
    the_first_ones = mistake(
        "These are always the first entries. Draw them at random: a fault may sit anywhere.",
        {"rng.choice(w.size, size=size, replace=False)": "np.arange(size)"},
    )
    rng_ignored = mistake(
        "The generator that is given is not used, so a check cannot be repeated. Draw from rng.",
        {" if rng is None else rng": ""},
    )
    fixed_seed = mistake(
        "A generator with a fixed seed draws the same entries each time. Draw from rng.",
        {"default_rng() if rng is None else rng": "default_rng(0)"},
    )
    with_replacement = mistake(
        "An entry may come twice, which wastes a check. Draw without replacement.", {"replace=False": "replace=True"}
    )
    too_many_asked = mistake(
        "A parameter with fewer entries than count stops you. Take all that it has.", {"min(count, w.size)": "count"}
    )
    count_hard_coded = mistake(
        "count is ignored and always 3. Use the argument; 3 is only its default.", {"min(count,": "min(3,"}
    )
    last_entry_left_out = mistake(
        "The last entry is never drawn. The upper end of a range is left out already.",
        {"choice(w.size,": "choice(max(size, w.size - 1),"},
    )
    first_axis_only = mistake(
        "The index runs over the first axis only. Draw from all entries, params[name].size of them.",
        {"min(count, w.size)": "min(count, len(w))", "choice(w.size,": "choice(len(w),"},
    )
    counted_from_one = mistake("You count from 1. Indices run from 0 to size - 1.", {"rng.choice": "1 + rng.choice"})
    values_for_indices = mistake(
        "You return the values of the entries. What is asked is where they are, their indices.",
        {"return chosen": "return {name: params[name].flat[index] for name, index in chosen.items()}"},
    )
    rows_and_columns = mistake(
        "Indices are given as rows and columns. One number each is asked, into the entries in one row.",
        {
            "return chosen": "shapes = {name: w.shape for name, w in params.items()}\n"
            "return {name: np.stack(np.unravel_index(index, shapes[name])) for name, index in chosen.items()}"
        },
    )
    neighbors = mistake(
        "These are neighbors, from a random place on. Draw each entry by itself.",
        {"rng.choice(w.size, size=size, replace=False)": "(rng.integers(w.size) + np.arange(size)) % w.size"},
    )
    generator_expected = mistake(
        "Without a generator this stops with an error: where rng is None, make a new one.",
        {"rng = np.random.default_rng() if rng is None else rng": ""},
    )
    fixed_seed_where_none_is_given = mistake(
        "Without a generator you draw the same entries every time. Make one without a seed.",
        {"default_rng()": "default_rng(0)"},
    )
    by_shuffling = variant({"rng.choice(w.size, size=size, replace=False)": "rng.permutation(w.size)[:count]"})

    @variant
    def sorted_one_at_a_time(params, count=3, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        chosen = {}
        for name, w in params.items():
            left = list(range(w.size))
            picked = [left.pop(int(rng.integers(len(left)))) for _ in range(min(count, w.size))]
            chosen[name] = np.array(sorted(picked))
        return chosen

    by_random_keys = variant(
        {"rng.choice(w.size, size=size, replace=False)": "np.argsort(rng.random(w.shape), axis=None)[:size]"}
    )

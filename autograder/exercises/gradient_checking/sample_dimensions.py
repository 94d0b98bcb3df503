"""A sample of a gradient's entries that includes some of every parameter."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import equal_and_distinct_seeds, integer, network_parameters
from gradlab import drivers, properties


def network(rng, *sizes):
    """Parameters of affine layers with these numbers of units."""
    return network_parameters(sizes, lambda *shape: rng.normal(size=shape), lambda units: rng.normal(size=units))


def many_seeds(rng, equal=3):
    """Enough seeds to see whether one entry is sampled more often than another."""
    return equal_and_distinct_seeds(rng, equal, distinct=200)


class SampleDimensions(Exercise):
    """Biases are few, so samples from one long vector of all parameters miss them."""

    name, points = "sample_dimensions", 2
    done = "You can sample entries so that every parameter gets checked, even a bias with three entries."
    driver = drivers.sample_entries
    judge = properties.covers_parameters

    def reference(params, count=3, rng=None):
        """Sample entries to check: `count` different ones from every parameter, all equally likely.

        Parameters
        ----------
        params : dict of str to ndarray (...)
            Weights and biases of any shapes.
        count : int
            How many entries of each parameter to sample. If a parameter has fewer, take them all.
        rng : numpy.random.Generator or None
            Draw the entries with it, so that the same seed gives the same entries. If None, make a new one.

        Returns
        -------
        dict of str to ndarray (K,) of int
            For each parameter, K = min(count, its size) indices in any order, so that ``params[name].flat[index]``
            gives the entries.
        """
        rng = np.random.default_rng() if rng is None else rng
        chosen = {}
        for name, w in params.items():
            size = min(count, w.size)
            chosen[name] = rng.choice(w.size, size=size, replace=False)
        return chosen

    def cases(rng):
        # If the sizes were always the same, hard-coded entries that passed once would pass again.
        params = network(rng, integer(rng, 2, 4), integer(rng, 3, 8), 2)
        yield Case("two layers, three of each", params=params, seeds=many_seeds(rng), truth={"count": 3})
        params = {"big": rng.normal(size=(2, 2, 2)), "bias": rng.normal(size=integer(rng, 5, 10))}
        given = {"seeds": many_seeds(rng), "count": 4, "truth": {"count": 4}}
        yield Case("three axes, four of each", params=params, **given)
        shape = (integer(rng, 2, 4), integer(rng, 3, 8))
        params = {"W": rng.normal(size=shape), "b": rng.normal(size=2), "scale": rng.normal(size=1)}
        given = {"seeds": many_seeds(rng), "count": 3, "truth": {"count": 3}}
        yield Case("a parameter with fewer entries than you should sample", params=params, **given)
        shape, units = (integer(rng, 2, 6), 1), integer(rng, 2, 5)
        params = {"W": rng.normal(size=shape), "b": rng.normal(size=units), "scale": rng.normal(size=1)}
        yield Case("one of each", params=params, seeds=many_seeds(rng, equal=20), count=1, truth={"count": 1})
        params = network(rng, integer(rng, 2, 4), integer(rng, 3, 8), 2)
        yield Case("no generator given", params=params, seeds=np.full(200, -1), truth={"count": 3})

    @mistake(
        "How many entries of each parameter do you draw? The number changes from call to call, as happens if all "
        "parameters form one long vector. Draw `count` from each parameter."
    )
    def one_long_vector(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        ends = np.cumsum([0, *(w.size for w in params.values())])
        chosen = rng.choice(ends[-1], size=min(count * len(params), ends[-1]), replace=False)
        pairs = zip(params, ends, ends[1:], strict=False)
        return {name: np.sort(chosen[(chosen >= low) & (chosen < high)] - low) for name, low, high in pairs}

    weights_only = mistake(
        "Does your dict have the name of every parameter, and no other? It should. Biases need a check as much as "
        "weights do, so go through all of `params`.",
        {"chosen[name]": "if w.ndim > 1:\n    chosen[name]"},
    )
    the_first_ones = mistake(
        "Which entries do you choose? Always the first ones. Draw them at random, because a bug may be anywhere.",
        {"rng.choice(w.size, size=size, replace=False)": "np.arange(size)"},
    )
    rng_ignored = mistake(
        "Do all your random numbers come from `rng`? Two runs with equal seeds should give the same entries, so that a "
        "check can be repeated. Yours give different ones.",
        {" if rng is None else rng": ""},
    )
    fixed_seed = mistake(
        "Do your entries depend on `rng`? You draw the same ones every time. Draw from `rng`, and make a new "
        "generator without a seed if it is None.",
        {"default_rng() if rng is None else rng": "default_rng(0)"},
    )
    with_replacement = mistake(
        "Can you draw the same entry twice? Yes, which wastes a check. Draw without replacement.",
        {"replace=False": "replace=True"},
    )
    with_replacement_beyond_the_size = mistake(
        "Can you draw the same entry twice? Yes, and from a small parameter you draw more entries than it has. Draw "
        "without replacement, at most `params[name].size` of them.",
        {"size = min(count, w.size)": "size = count", "replace=False": "replace=True"},
    )
    too_many_asked = mistake(
        "What if a parameter has fewer entries than `count`? Your function stops with an error. Take all of its "
        "entries then.",
        {"min(count, w.size)": "count"},
    )
    count_hard_coded = mistake(
        "Do you use `count`? You draw 3 entries whatever it says, but 3 is only its default.", {"min(count,": "min(3,"}
    )
    last_entry_left_out = mistake(
        "Can every entry be drawn? The last one never is. The upper end of a range is already excluded.",
        {"choice(w.size,": "choice(max(size, w.size - 1),"},
    )
    first_axis_only = mistake(
        "How many entries does a matrix have? You draw fewer than you could. If you used `len`, that counts only the "
        "first axis: `params[name].size` counts all entries.",
        {"min(count, w.size)": "min(count, len(w))", "choice(w.size,": "choice(len(w),"},
    )
    counted_from_one = mistake(
        "Do you count from 0, and start over for each parameter? Some of your indices are out of range: valid ones run "
        "from 0 to size - 1.",
        {"rng.choice": "1 + rng.choice"},
    )
    values_for_indices = mistake(
        "Do you return indices or values? You return values. Return indices, integers that say where the entries are.",
        {"return chosen": "return {name: params[name].flat[index] for name, index in chosen.items()}"},
    )
    rows_and_columns = mistake(
        "Is there exactly one number for each entry? Your arrays have a different shape. Return one index per entry, "
        "into the flattened parameter; `np.ravel_multi_index` turns rows and columns into that.",
        {
            "return chosen": "shapes = {name: w.shape for name, w in params.items()}\n"
            "return {name: np.stack(np.unravel_index(index, shapes[name])) for name, index in chosen.items()}"
        },
    )
    neighbors = mistake(
        "Do you draw every entry separately? Yours are always neighbors in a row. A bug may be anywhere, so draw each "
        "one at random.",
        {"rng.choice(w.size, size=size, replace=False)": "(rng.integers(w.size) + np.arange(size)) % w.size"},
    )
    generator_expected = mistake(
        "What if `rng` is None? Your function stops with an error. Make a new generator then.",
        {"rng = np.random.default_rng() if rng is None else rng": ""},
    )
    fixed_seed_where_none_is_given = mistake(
        "What if `rng` is None? You draw the same entries every time then. Make a generator without a seed.",
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

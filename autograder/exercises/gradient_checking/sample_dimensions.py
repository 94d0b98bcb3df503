"""A sample of a gradient's entries that includes some of every parameter."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import equal_and_distinct_seeds, network_parameters
from gradlab import drivers, properties


def sample(params, count, rng):
    """The correct answer: randomly sampled entries of each parameter."""
    rng = np.random.default_rng() if rng is None else rng
    return {name: rng.choice(w.size, size=min(count, w.size), replace=False) for name, w in params.items()}


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
        return {name: rng.choice(w.size, size=min(count, w.size), replace=False) for name, w in params.items()}

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

    @mistake("Some parameters are passed over, such as those with one axis: biases need a check, too. Go through all.")
    def weights_only(params, count=3, rng=None):
        return sample({name: w for name, w in params.items() if w.ndim > 1}, count, rng)

    @mistake("These are always the first entries. Draw them at random: a fault may sit anywhere.")
    def the_first_ones(params, count=3, rng=None):
        return {name: np.arange(min(count, w.size)) for name, w in params.items()}

    @mistake("The generator that is given is not used, so a check cannot be repeated. Draw from rng.")
    def rng_ignored(params, count=3, rng=None):
        return sample(params, count, None)

    @mistake("A generator with a fixed seed draws the same entries each time. Draw from rng.")
    def fixed_seed(params, count=3, rng=None):
        return sample(params, count, np.random.default_rng(0))

    @mistake("An entry may come twice, which wastes a check. Draw without replacement.")
    def with_replacement(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        return {name: rng.integers(w.size, size=min(count, w.size)) for name, w in params.items()}

    @mistake("A parameter with fewer entries than count stops you. Take all that it has.")
    def too_many_asked(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        return {name: rng.choice(w.size, size=count, replace=False) for name, w in params.items()}

    @mistake("count is ignored and always 3. Use the argument; 3 is only its default.")
    def count_hard_coded(params, count=3, rng=None):
        return sample(params, 3, rng)

    @mistake("The last entry is never drawn. The upper end of a range is left out already.")
    def last_entry_left_out(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        return {
            name: rng.choice(w.size - 1, size=count, replace=False) if w.size > count else np.arange(w.size)
            for name, w in params.items()
        }

    @mistake("The index runs over the first axis only. Draw from all entries, params[name].size of them.")
    def first_axis_only(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        return {name: rng.choice(len(w), size=min(count, len(w)), replace=False) for name, w in params.items()}

    @mistake("You count from 1. Indices run from 0 to size - 1.")
    def counted_from_one(params, count=3, rng=None):
        return {name: index + 1 for name, index in sample(params, count, rng).items()}

    @mistake("You return the values of the entries. What is asked is where they are, their indices.")
    def values_for_indices(params, count=3, rng=None):
        return {name: params[name].flat[index] for name, index in sample(params, count, rng).items()}

    @mistake("Indices are given as rows and columns. One number each is asked, into the entries in one row.")
    def rows_and_columns(params, count=3, rng=None):
        found = sample(params, count, rng)
        return {name: np.stack(np.unravel_index(index, params[name].shape)) for name, index in found.items()}

    @mistake("These are neighbors, from a random place on. Draw each entry by itself.")
    def neighbors(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        return {name: (rng.integers(w.size) + np.arange(min(count, w.size))) % w.size for name, w in params.items()}

    @mistake("Without a generator this stops with an error: where rng is None, make a new one.")
    def generator_expected(params, count=3, rng=None):
        return {name: rng.choice(w.size, size=min(count, w.size), replace=False) for name, w in params.items()}

    @mistake("Without a generator you draw the same entries every time. Make one without a seed.")
    def fixed_seed_where_none_is_given(params, count=3, rng=None):
        return sample(params, count, np.random.default_rng(0) if rng is None else rng)

    @variant
    def by_shuffling(params, count=3, rng=None):
        rng = rng or np.random.default_rng()
        return {name: rng.permutation(params[name].size)[:count] for name in sorted(params)}

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

    @variant
    def by_random_keys(params, count=3, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        return {name: np.argsort(rng.random(w.shape), axis=None)[: min(count, w.size)] for name, w in params.items()}

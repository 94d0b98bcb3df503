"""The members of an ensemble, which are one network with different random initial weights."""

from itertools import pairwise

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import network_parameters
from gradlab import drivers, properties


def member(sizes, rng, std=lambda d, h: np.sqrt(2 / d)):
    """The initial parameters of one network."""
    return network_parameters(sizes, lambda d, h: std(d, h) * rng.standard_normal((d, h)), np.zeros)


class EnsembleInitializations(Exercise):
    """Initial parameters for the members of an ensemble."""

    name, points = "ensemble_initializations", 3
    driver = drivers.ensemble_members
    judge = properties.independent_members

    def reference(num_members, sizes, rng):
        """Draw the first parameters of several networks of one shape.

        Weights are normal with mean 0 and standard deviation sqrt(2 / D) for a layer with D inputs (He's rule); biases
        are zero. All draws come from `rng`, one after the other, so all weights of all members are independent, and the
        same `rng` gives the same ensemble again.

        Parameters
        ----------
        num_members : int
            M, at least 1.
        sizes : list of int
            How wide the network is from input to output, such as [64, 100, 10]: two layers of weights, 64 by 100 and
            100 by 10.
        rng : numpy.random.Generator

        Returns
        -------
        list of dict of str to ndarray
            M dicts, each with W1 (sizes[0], sizes[1]), b1 (sizes[1],), W2 (sizes[1], sizes[2]), b2, and so on.

        References
        ----------
        He, Zhang, Ren & Sun, "Delving deep into rectifiers" (2015), section 2.2; Lakshminarayanan, Pritzel & Blundell,
        "Simple and scalable predictive uncertainty estimation using deep ensembles" (2017).
        """
        members = []
        for _ in range(num_members):
            params = {}
            for i in range(1, len(sizes)):
                fan_in, fan_out = sizes[i - 1], sizes[i]
                params[f"W{i}"] = np.sqrt(2 / fan_in) * rng.standard_normal((fan_in, fan_out))
                params[f"b{i}"] = np.zeros(fan_out)
            members.append(params)
        return members

    def cases(rng):
        def draw(*sizes):
            return {"sizes": np.array(sizes), "seed": int(rng.integers(2**31))}

        yield Case("three members with one hidden layer", num_members=3, **draw(64, 30, 20))
        yield Case("four members, two layers of the same size", num_members=4, **draw(30, 30, 30))
        yield Case("two members without a hidden layer", num_members=2, **draw(90, 20))
        yield Case("five members, three layers", num_members=5, **draw(25, 50, 20, 40))
        yield Case("a single member", num_members=1, **draw(70, 30, 25))

    @mistake("All members have the same weights: they will learn the same and never disagree. Draw anew for each.")
    def one_drawn_for_all(num_members, sizes, rng):
        first = member(sizes, rng)
        return [{name: w.copy() for name, w in first.items()} for _ in range(num_members)]

    @mistake("A generator of your own stands in for rng, so every rng gives the same ensemble. Draw from rng itself.")
    def own_seeds(num_members, sizes, rng):
        return [member(sizes, np.random.default_rng(seed)) for seed in range(num_members)]

    @mistake(
        "You draw from NumPy's global state, or from a generator without a seed: the same rng gives another ensemble "
        "every time. Draw from rng."
    )
    def global_state(num_members, sizes, rng):
        return [member(sizes, np.random.default_rng()) for _ in range(num_members)]

    @mistake("Layers of the same size have the same weights: the generator starts anew for each layer. Go on with rng.")
    def restarted_for_each_layer(num_members, sizes, rng):
        members = []
        for seed in rng.integers(2**31, size=num_members):
            params = {}
            for i, (d, h) in enumerate(pairwise(sizes), start=1):
                params[f"W{i}"] = np.sqrt(2 / d) * np.random.default_rng(seed).standard_normal((d, h))
                params[f"b{i}"] = np.zeros(h)
            members.append(params)
        return members

    @mistake("Each member is the first one with some noise added, so they are not independent. Draw each from scratch.")
    def noise_on_the_first(num_members, sizes, rng):
        first = member(sizes, rng)
        members = [first]
        for _ in range(num_members - 1):
            noise = member(sizes, rng)
            members.append({name: 0.9 * first[name] + np.sqrt(0.19) * noise[name] for name in first})
        return members

    @mistake("All weights start at the same number, such as zero, so all units of a layer stay alike for ever.")
    def zeros(num_members, sizes, rng):
        return [member(sizes, rng, lambda d, h: 0.0) for _ in range(num_members)]

    @mistake(
        "The weights are too small: a fixed scale such as 0.01 starves deep layers, and 2 / D is the variance, not "
        "yet the standard deviation. Take sqrt(2 / D)."
    )
    def root_missing(num_members, sizes, rng):
        return [member(sizes, rng, lambda d, h: 2 / d) for _ in range(num_members)]

    @mistake("The weights have a standard deviation of 1, far too large. Multiply by sqrt(2 / D).")
    def unscaled(num_members, sizes, rng):
        return [member(sizes, rng, lambda d, h: 1.0) for _ in range(num_members)]

    @mistake("The scale follows the number of outputs of the layer. He's rule takes its inputs, the rows of W.")
    def by_outputs(num_members, sizes, rng):
        return [member(sizes, rng, lambda d, h: np.sqrt(2 / h)) for _ in range(num_members)]

    @mistake("The weights are uniform in 0..1, so none is negative. Draw from a normal distribution with mean 0.")
    def uniform(num_members, sizes, rng):
        members = [member(sizes, rng) for _ in range(num_members)]
        return [
            {name: rng.random(w.shape) if name[0] == "W" else w for name, w in params.items()} for params in members
        ]

    @mistake("The scale is right, but the weights are uniform. Draw them from a normal distribution.")
    def uniform_of_the_right_scale(num_members, sizes, rng):
        members = [member(sizes, rng) for _ in range(num_members)]
        return [
            {k: np.sqrt(6 / len(w)) * rng.uniform(-1, 1, w.shape) if k[0] == "W" else w for k, w in params.items()}
            for params in members
        ]

    @mistake("All units of a layer start with the same weights, so they stay alike for ever. Draw every weight.")
    def units_alike(num_members, sizes, rng):
        def column(w):
            draws = rng.standard_normal((len(w), 1))
            return np.sqrt(2 / len(w)) * (draws - draws.mean()) / draws.std() * np.ones(w.shape)

        members = [member(sizes, rng) for _ in range(num_members)]
        return [{name: column(w) if name[0] == "W" else w for name, w in params.items()} for params in members]

    @mistake("Members are the first one with its rows in another order. Draw each from scratch.")
    def shuffled_copies(num_members, sizes, rng):
        first = member(sizes, rng)
        others = [{name: rng.permutation(w) for name, w in first.items()} for _ in range(num_members - 1)]
        return [first, *others]

    @mistake("Some weights come from a generator of your own, and are the same for every rng. Draw all from rng.")
    def partly_from_rng(num_members, sizes, rng):
        own = np.random.default_rng(0)
        return [member(sizes, rng if m else own) for m in range(num_members)]

    @mistake("The biases are drawn at random. Let them start at zero.")
    def random_biases(num_members, sizes, rng):
        members = [member(sizes, rng) for _ in range(num_members)]
        return [
            {name: w if name[0] == "W" else 0.1 * rng.standard_normal(w.shape) for name, w in p.items()}
            for p in members
        ]

    @mistake("The weights are transposed: W1 has a row for each input.")
    def transposed(num_members, sizes, rng):
        return [{name: w.T for name, w in member(sizes, rng).items()} for _ in range(num_members)]

    @mistake("There is one member too few.")
    def one_too_few(num_members, sizes, rng):
        return [member(sizes, rng) for _ in range(num_members - 1)]

    @mistake("One dict is returned. Return a list with a dict for each member.")
    def a_single_dict(num_members, sizes, rng):
        return member(sizes, rng)

    @mistake("The layers are counted from 0. Their names begin with W1 and b1.")
    def from_zero(num_members, sizes, rng):
        members = [member(sizes, rng) for _ in range(num_members)]
        return [{f"{name[0]}{int(name[1:]) - 1}": w for name, w in params.items()} for params in members]

    @mistake("Members differ in scale: later ones have larger weights. Only the draws should differ.")
    def scale_grows(num_members, sizes, rng):
        return [member(sizes, rng, lambda d, h, m=m: (1 + m) * np.sqrt(2 / d)) for m in range(num_members)]

    @variant
    def all_at_once(num_members, sizes, rng):
        drawn = {}
        for i, (d, h) in enumerate(pairwise(sizes), start=1):
            drawn[f"W{i}"] = rng.normal(0, (2 / d) ** 0.5, (num_members, d, h))
            drawn[f"b{i}"] = np.zeros((num_members, h))
        return [{name: w[m] for name, w in drawn.items()} for m in range(num_members)]

    @variant
    def with_generators_of_their_own(num_members, sizes, rng):
        members = []
        for child in rng.spawn(num_members):
            params = {f"b{i}": np.zeros(h, np.float32) for i, h in enumerate(sizes[1:], start=1)}
            for i, (d, h) in enumerate(pairwise(sizes), start=1):
                params[f"W{i}"] = (child.standard_normal((d, h)) / np.sqrt(d / 2)).astype(np.float32)
            members.append(params)
        return members

    @variant
    def by_seeds_from_rng(num_members, sizes, rng):
        seeds = rng.integers(2**32, size=num_members)
        return tuple(member(sizes, np.random.default_rng(seed)) for seed in seeds)

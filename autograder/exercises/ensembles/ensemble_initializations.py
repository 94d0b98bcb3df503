"""The members of an ensemble, which are one network with different random initial weights."""

from itertools import pairwise

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers, properties


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

    one_drawn_for_all = mistake(
        "All members have the same weights: they will learn the same and never disagree. Draw anew for each.",
        {"return members": "return members[:1] * num_members"},
    )
    own_seeds = mistake(
        "A generator of your own stands in for rng, so every rng gives the same ensemble. Draw from rng itself.",
        {"params = {}": "rng, params = np.random.default_rng(len(members)), {}"},
    )
    global_state = mistake(
        "You draw from NumPy's global state, or from a generator without a seed: the same rng gives another ensemble "
        "every time. Draw from rng.",
        {"rng.standard_normal": "np.random.default_rng().standard_normal"},
    )
    restarted_for_each_layer = mistake(
        "Layers of the same size have the same weights: the generator starts anew for each layer. Go on with rng.",
        {
            "params = {}": "seed, params = rng.integers(2**31), {}",
            "rng.standard_normal": "np.random.default_rng(seed).standard_normal",
        },
    )
    noise_on_the_first = mistake(
        "Each member is the first one with some noise added, so they are not independent. Draw each from scratch.",
        {
            "members.append(params)": "if members:\n"
            "    params = {name: 0.9 * members[0][name] + np.sqrt(0.19) * w for name, w in params.items()}\n"
            "members.append(params)"
        },
    )
    zeros = mistake(
        "All weights start at the same number, such as zero, so all units of a layer stay alike for ever.",
        {"np.sqrt(2 / fan_in)": "0.0"},
    )
    root_missing = mistake(
        "The weights are too small: a fixed scale such as 0.01 starves deep layers, and 2 / D is the variance, not "
        "yet the standard deviation. Take sqrt(2 / D).",
        {"np.sqrt(2 / fan_in)": "2 / fan_in"},
    )
    unscaled = mistake(
        "The weights have a standard deviation of 1, far too large. Multiply by sqrt(2 / D).",
        {"np.sqrt(2 / fan_in) * ": ""},
    )
    by_outputs = mistake(
        "The scale follows the number of outputs of the layer. He's rule takes its inputs, the rows of W.",
        {"2 / fan_in": "2 / fan_out"},
    )
    uniform = mistake(
        "The weights are uniform in 0..1, so none is negative. Draw from a normal distribution with mean 0.",
        {"np.sqrt(2 / fan_in) * rng.standard_normal": "rng.random"},
    )
    uniform_of_the_right_scale = mistake(
        "The scale is right, but the weights are uniform. Draw them from a normal distribution.",
        {"2 / fan_in": "6 / fan_in", "standard_normal(": "uniform(-1, 1, "},
    )
    units_alike = mistake(
        "All units of a layer start with the same weights, so they stay alike for ever. Draw every weight.",
        {"standard_normal((fan_in, fan_out))": "standard_normal((fan_in, 1)) * np.ones(fan_out)"},
    )
    shuffled_copies = mistake(
        "Members are the first one with its rows in another order. Draw each from scratch.",
        {
            "members.append(params)": "if members:\n"
            "    params = {name: rng.permutation(w) for name, w in members[0].items()}\n"
            "members.append(params)"
        },
    )
    partly_from_rng = mistake(
        "Some weights come from a generator of your own, and are the same for every rng. Draw all from rng.",
        {
            "params = {}": "source, params = rng if members else np.random.default_rng(0), {}",
            "rng.standard_normal": "source.standard_normal",
        },
    )
    random_biases = mistake(
        "The biases are drawn at random. Let them start at zero.",
        {"np.zeros(fan_out)": "0.1 * rng.standard_normal(fan_out)"},
    )
    transposed = mistake(
        "The weights are transposed: W1 has a row for each input.", {"(fan_in, fan_out)": "(fan_out, fan_in)"}
    )
    one_too_few = mistake("There is one member too few.", {"range(num_members)": "range(num_members - 1)"})
    a_single_dict = mistake(
        "One dict is returned. Return a list with a dict for each member.", {"return members": "return params"}
    )
    from_zero = mistake(
        "The layers are counted from 0. Their names begin with W1 and b1.", {"W{i}": "W{i - 1}", "b{i}": "b{i - 1}"}
    )
    scale_grows = mistake(
        "Members differ in scale: later ones have larger weights. Only the draws should differ.",
        {"np.sqrt(2 / fan_in)": "(1 + len(members)) * np.sqrt(2 / fan_in)"},
    )

    @variant
    def all_at_once(num_members, sizes, rng):
        drawn = {}
        for i, (d, h) in enumerate(pairwise(sizes), start=1):
            drawn[f"W{i}"] = rng.normal(0, (2 / d) ** 0.5, (num_members, d, h))
            drawn[f"b{i}"] = np.zeros((num_members, h))
        return [{name: w[m] for name, w in drawn.items()} for m in range(num_members)]

    with_generators_of_their_own = variant(
        {
            "for _ in range(num_members)": "for child in rng.spawn(num_members)",
            "np.sqrt(2 / fan_in)": "(2 / fan_in) ** 0.5",
            "rng.standard_normal((fan_in, fan_out))": "child.standard_normal((fan_in, fan_out), np.float32)",
            "np.zeros(fan_out)": "np.zeros(fan_out, np.float32)",
        }
    )
    by_seeds_from_rng = variant(
        {
            "params = {}": "source, params = np.random.default_rng(rng.integers(2**32)), {}",
            "rng.standard_normal": "source.standard_normal",
            "return members": "return tuple(members)",
        }
    )

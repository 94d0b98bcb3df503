"""The members of an ensemble: one architecture, with different random initial weights."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers, properties


class EnsembleInitializations(Exercise):
    """Initial parameters for the members of an ensemble."""

    name, points = "ensemble_initializations", 3
    done = "You can start any number of networks independently, and reproduce all of them from one seed."
    driver = drivers.ensemble_members
    judge = properties.independent_members

    def reference(num_members, sizes, rng):
        """Draw the initial parameters of several networks of the same shape.

        Weights are normal with mean 0 and standard deviation sqrt(2 / D) for a layer with D inputs (He's rule); biases
        are zero. Draw everything from `rng`, so that all weights of all members are independent, and the same seed
        reproduces the ensemble.

        Parameters
        ----------
        num_members : int
            M, at least 1.
        sizes : list of int
            The layer widths, from input to output. For instance, [64, 100, 10] means two layers of weights,
            64 by 100 and 100 by 10.
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
        # If the sizes were always the same, hard-coded weights that passed once would pass again.
        def draw(*sizes):
            return {"sizes": np.array(sizes), "seed": int(rng.integers(2**31))}

        def about(size):
            return integer(rng, size, size + 8)

        yield Case("three members with one hidden layer", num_members=3, **draw(64, about(30), 20))
        yield Case("four members, two layers of the same size", num_members=4, **draw(*3 * [about(30)]))
        yield Case("two members without a hidden layer", num_members=2, **draw(about(120), 12))
        yield Case("five members, three layers", num_members=5, **draw(*3 * [about(25)], 40))
        yield Case("a single member", num_members=1, **draw(*3 * [about(60)], 30))

    one_drawn_for_all = mistake(
        "How would two members with the same weights ever disagree? Yours have the same weights. Draw new ones for "
        "each member.",
        {"return members": "return members[:1] * num_members"},
    )
    own_seeds = mistake(
        "What changes if you pass a different rng? In your function, nothing: every rng gives the same ensemble. Draw "
        "all weights from rng.",
        {"params = {}": "rng, params = np.random.default_rng(len(members)), {}"},
    )
    global_state = mistake(
        "Does the same seed always give the same ensemble? It doesn't, so some of your draws come from elsewhere. Draw "
        "all weights from rng.",
        {"rng.standard_normal": "np.random.default_rng().standard_normal"},
    )
    restarted_for_each_layer = mistake(
        "In one member, are two layers of the same size independent? Yours have related weights. Does something "
        "restart the generator for each layer? Keep drawing from the same one.",
        {
            "params = {}": "seed, params = rng.integers(2**31), {}",
            "rng.standard_normal": "np.random.default_rng(seed).standard_normal",
        },
    )
    noise_on_the_first = mistake(
        "Are your members independent? Their weights are correlated, as if one were made from another. Draw each "
        "member from scratch.",
        {
            "members.append(params)": "if members:\n"
            "    params = {name: 0.9 * members[0][name] + np.sqrt(0.19) * w for name, w in params.items()}\n"
            "members.append(params)"
        },
    )
    zeros = mistake(
        "How could units that start with the same weights ever become different? In your networks, all weights in a "
        "layer are the same number. Draw them at random.",
        {"np.sqrt(2 / fan_in)": "0.0"},
    )
    root_missing = mistake(
        "What is the standard deviation of your weights? It is too small. He's rule says sqrt(2 / D), where D is the "
        "number of inputs: not 2 / D without the root, not 1 / D, and not a fixed scale.",
        {"np.sqrt(2 / fan_in)": "2 / fan_in"},
    )
    unscaled = mistake(
        "What is the standard deviation of your weights? It is too large. He's rule says sqrt(2 / D), where D is the "
        "number of inputs.",
        {"np.sqrt(2 / fan_in) * ": ""},
    )
    by_outputs = mistake(
        "Does your scale depend on each layer's inputs or its outputs? Some layers' weights are too large, others' too "
        "small. He's rule uses the number of inputs, which is the number of rows in W.",
        {"2 / fan_in": "2 / fan_out"},
    )
    uniform = mistake(
        "What is the mean of your weights? It isn't zero. Draw from a normal distribution around 0; rng.random, for "
        "instance, gives no negative numbers.",
        {"np.sqrt(2 / fan_in) * rng.standard_normal": "rng.random"},
    )
    uniform_of_the_right_scale = mistake(
        "Which distribution do you draw from? The scale is right, but the weights aren't normally distributed. Use "
        "rng.standard_normal or rng.normal.",
        {"2 / fan_in": "6 / fan_in", "standard_normal(": "uniform(-1, 1, "},
    )
    units_alike = mistake(
        "Is each weight drawn separately? Within a layer, your rows or columns depend on each other, so "
        "units start alike. Draw every weight separately.",
        {"standard_normal((fan_in, fan_out))": "standard_normal((fan_in, 1)) * np.ones(fan_out)"},
    )
    shuffled_copies = mistake(
        "Are your members independent? They have the same weights in a different order. Draw each member from scratch.",
        {
            "members.append(params)": "if members:\n"
            "    params = {name: rng.permutation(w) for name, w in members[0].items()}\n"
            "members.append(params)"
        },
    )
    partly_from_rng = mistake(
        "Do all weights come from rng? Some of yours are the same for every rng. Draw all of them from it.",
        {
            "params = {}": "source, params = rng if members else np.random.default_rng(0), {}",
            "rng.standard_normal": "source.standard_normal",
        },
    )
    random_biases = mistake(
        "Where do your biases start? Not at zero. Let them: only the weights need to be random.",
        {"np.zeros(fan_out)": "0.1 * rng.standard_normal(fan_out)"},
    )
    transposed = mistake(
        "How many rows does W1 have? It should have one for each input, sizes[0], and one column for each unit. Your "
        "shapes are right only if the two numbers are equal.",
        {"(fan_in, fan_out)": "(fan_out, fan_in)"},
    )
    one_too_few = mistake(
        "How many members do you return? One too few.", {"range(num_members)": "range(num_members - 1)"}
    )
    biases_in_a_row = mistake(
        "What are the shapes of your arrays, and how many members are there? Something doesn't fit. A bias is "
        "(units,), with a single axis; W is (inputs, units); and the list has num_members dicts.",
        {"np.zeros(fan_out)": "np.zeros((1, fan_out))"},
    )
    a_single_dict = mistake(
        "You return one dict. Return a list with a dict for each member.", {"return members": "return params"}
    )
    from_zero = mistake(
        "Which names do your dicts have? They should be W1, b1, W2, b2, and so on, counted from 1, with a W and a b "
        "for each layer and nothing else.",
        {"W{i}": "W{i - 1}", "b{i}": "b{i - 1}"},
    )
    scale_grows = mistake(
        "Do all members have the same scale? A single member has the right one, but with several the weights are too "
        "large. The scale should not depend on the member or on how many there are.",
        {"np.sqrt(2 / fan_in)": "(1 + len(members)) * np.sqrt(2 / fan_in)"},
    )

    by_inputs_and_outputs = mistake(
        "Does your scale depend on the number of outputs, too? Your weights are too small. He's rule uses only "
        "the inputs: sqrt(2 / D).",
        {"2 / fan_in": "2 / (fan_in + fan_out)"},
    )

    returned_in_the_loop = mistake(
        "How many members are in your list? Always one. Is the return indented into the loop? Then it ends the "
        "function after the first member.",
        {"return members": "return members[:1]"},
    )
    last_layer_missing = mistake(
        "How many layers does [64, 100, 10] describe? Two, one fewer than there are sizes. Your networks lack the last "
        "one: does your range stop too early?",
        {"range(1, len(sizes))": "range(1, len(sizes) - 1)"},
    )
    scaled_by_the_first_size = mistake(
        "How many inputs does the second layer have? sizes[1], but you scale its weights by sizes[0]. Take each "
        "layer's own number of inputs.",
        {"2 / fan_in": "2 / sizes[0]"},
    )

    @variant
    def all_at_once(num_members, sizes, rng):
        from itertools import pairwise

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

"""The L2 penalty on a network's weights, and its gradient."""

import itertools

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers


def parameters(rng, *sizes, extra=False):
    """Weights and biases far from zero; if `extra`, also the gamma and beta of batch normalization."""
    params = {}
    for i, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes), start=1):
        params[f"W{i}"] = signed(rng, 1, 3, fan_in, fan_out)
        params[f"b{i}"] = signed(rng, 1, 3, fan_out)
        if extra:
            params |= {f"gamma{i}": signed(rng, 1, 3, fan_out), f"beta{i}": signed(rng, 1, 3, fan_out)}
    return params


class L2Penalty(Exercise):
    """Large weights cost something: half of reg times the sum of their squares."""

    name, points = "l2_penalty", 2
    done = "You can put a price on large weights and leave biases alone; a later cell trains with this penalty."
    driver = drivers.penalty_and_gradients

    def reference(params, reg):
        """The L2 penalty on all of a network's weights, and its gradient.

            R = ½ · reg · Σ w²          dR/dw = reg · w

        The sum runs over every entry of every array whose name begins with W. All others, such as biases and the
        gamma and beta of batch normalization, are exempt.

        Parameters
        ----------
        params : dict of str to ndarray
            W1, b1, W2, b2, and so on.
        reg : float
            The strength of the penalty.

        Returns
        -------
        penalty : float
        grads : dict of str to ndarray
            With the keys and shapes of `params`, and zeros for what is exempt.

        Notes
        -----
        Mind the convention: ours has the ½, so the gradient is reg · w. Without it, the gradient would be 2 · reg · w.

        References
        ----------
        Krogh & Hertz, "A simple weight decay can improve generalization" (1991).
        """
        penalty, grads = 0.0, {}
        for name, w in params.items():
            if name.startswith("W"):
                penalty += 0.5 * reg * np.sum(w * w)
                grads[name] = reg * w
            else:
                grads[name] = np.zeros_like(w)
        return penalty, grads

    def cases(rng):
        yield Case("one layer, biases of zero", params={**parameters(rng, 3, 2), "b1": np.zeros(2)}, reg=1.0)
        params = parameters(rng, 2, 4, 3) | {"b1": np.zeros(4), "b2": np.zeros(3)}
        yield Case("a different strength", params=params, reg=uniform(rng, 0.1, 0.4))
        yield Case("biases are exempt", params=parameters(rng, 3, 4, 2), reg=uniform(rng, 0.1, 0.4))
        yield Case("three layers", params=parameters(rng, 4, 3, 5, 2), reg=uniform(rng, 2, 3))
        params = parameters(rng, 3, 4, 2, extra=True)
        yield Case("gamma and beta are exempt", params=params, reg=uniform(rng, 2, 3), weight=2)
        params = parameters(rng, 3, 4, 2)
        params["W1"][0] = 0.0
        yield Case("some weights are zero", params=params, reg=uniform(rng, 2, 3))
        yield Case("no penalty at reg = 0", params=parameters(rng, 2, 3), reg=0.0, weight=0)
        params = {name: w.astype(np.float32) for name, w in parameters(rng, 3, 2, 2).items()}
        yield Case("float32", params=params, reg=uniform(rng, 0.1, 0.4))

    without_the_half = mistake(
        "Which convention is yours, with or without the ½? Your penalty lacks it, and your gradient has a factor of 2. "
        "In this exercise, R = ½ reg Σ w², so the gradient is reg · w.",
        {"0.5": "1", "reg * w": "2 * reg * w"},
    )
    gradient_doubled = mistake(
        "What is the derivative of ½ w²? It's w, so the gradient is reg · w. Your penalty has the ½, but the gradient "
        "has a factor of 2.",
        {"reg * w": "2 * reg * w"},
    )
    penalty_doubled = mistake(
        "Where is the ½? Your penalty lacks it: R should be ½ reg Σ w². (Your gradient has no factor of 2, as it "
        "should be.)",
        {"0.5": "1"},
    )
    gradient_halved = mistake(
        "What is the derivative of ½ w²? It's w: the ½ and the 2 cancel. Your gradient is half of what it should be.",
        {"reg * w": "0.5 * reg * w"},
    )
    biases_too = mistake(
        "Which arrays are penalized? Only those whose names begin with W, but in your code, the biases and all others "
        "count, too.",
        {'name.startswith("W")': "True"},
    )
    gradient_of_biases = mistake(
        "What is the gradient of an array that the penalty leaves out? It's zero. Your biases, among others, get a "
        "gradient.",
        {"np.zeros_like(w)": "reg * w"},
    )
    gamma_too = mistake(
        "Which arrays do you penalize? Yours include gamma and beta. Penalize only arrays whose names begin with W.",
        {'name.startswith("W")': 'not name.startswith("b") or name.startswith("beta")'},
    )
    first_layer_only = mistake(
        "How many layers does your loop cover? Only W1 is penalized, but every W should be.",
        {'name.startswith("W")': 'name == "W1"'},
    )
    penalty_overwritten = mistake(
        "Does the penalty add up over the layers? Yours holds only the last layer's. Add with +=.",
        {"penalty +=": "penalty ="},
    )
    norm_not_squared = mistake(
        "Is there one square root too many? Your penalty adds up norms instead of their squares.",
        {"np.sum(w * w)": "np.sqrt(np.sum(w * w))"},
    )
    mean_for_sum = mistake(
        "Do you sum or average? In your code, each layer's penalty and gradient are divided by its number of weights. "
        "The penalty is the sum of squares, however many there are.",
        {"np.sum": "np.mean", "reg * w": "reg * w / w.size"},
    )
    mean_in_the_penalty = mistake(
        "Do you sum or average? Each layer's penalty is divided by its number of weights, though its gradient isn't.",
        {"np.sum": "np.mean"},
    )
    l1_instead = mistake(
        "Which norm is this? L1: your penalty adds up magnitudes. L2 adds up the squares.",
        {"0.5": "1", "w * w": "np.abs(w)", "reg * w": "reg * np.sign(w)"},
    )
    wrong_sign = mistake(
        "Which way does the gradient point? Yours has the wrong sign. It should point toward larger weights, because "
        "the update rule subtracts it.",
        {"reg * w": "-reg * w"},
    )
    gradient_without_reg = mistake(
        "Does reg appear in the gradient? It should be reg · w, but yours is just w.", {"reg * w": "w"}
    )
    without_reg = mistake(
        "Does reg make a difference? Your penalty and gradient both ignore it. Multiply each by reg.",
        {" * reg": "", "reg * w": "w"},
    )
    reg_squared = mistake(
        "How many times does reg enter? Once, but yours is squared, in the penalty and in the gradient. Only the "
        "weights are squared.",
        {" * reg": " * reg**2", "reg * w": "reg**2 * w"},
    )
    exempt_left_out = mistake(
        "Which keys does grads have? It should have every key of params, with zeros for what is exempt.",
        {"else:\n    grads[name] = np.zeros_like(w)": ""},
    )

    @mistake("How many values should you return? Two: the penalty and the gradients.")
    def penalty_alone(params, reg):
        return sum(0.5 * reg * np.sum(w * w) for name, w in params.items() if name.startswith("W"))

    halved_twice = mistake(
        "How many halves are there? One, in the penalty: the derivative of ½ w² is w. You have another ½ in both the "
        "penalty and the gradient.",
        {"0.5": "0.25", "reg * w": "0.5 * reg * w"},
    )
    gamma_alone_too = mistake(
        "Which arrays do you penalize? gamma, too: you leave out only the biases and beta. Only arrays whose names "
        "begin with W count.",
        {'name.startswith("W")': '"b" not in name'},
    )
    biases_in_the_penalty = mistake(
        "Which arrays does the penalty add up? Only those whose names begin with W, but in your code, the biases and "
        "all others count, too, although they get no gradient.",
        {
            'if name.startswith("W"):\n    penalty += 0.5 * reg * np.sum(w * w)': (
                'penalty += 0.5 * reg * np.sum(w * w)\nif name.startswith("W"):'
            )
        },
    )
    nothing_penalized = mistake(
        "Is anything penalized? Not in your code. Compare the first letter of each name with a capital W.",
        {'name.startswith("W")': "False"},
    )
    first_two_layers_only = mistake(
        "How many layers does your penalty cover? Only W1 and W2, but it should cover every W. Loop over all names.",
        {'name.startswith("W")': 'name in ("W1", "W2")'},
    )
    divided_by_the_rows = mistake(
        "Do you divide by anything? In your code, each layer's penalty and gradient are divided by its number of rows. "
        "The penalty is the sum of squares, however many there are.",
        {"np.sum(w * w)": "np.sum(w * w) / len(w)", "reg * w": "reg * w / len(w)"},
    )
    square_of_the_sum = mistake(
        "Do you square first or sum first? Your penalty is the square of a sum. Square each weight, and then add.",
        {"np.sum(w * w)": "np.sum(w) ** 2"},
    )
    gradient_summed = mistake(
        "What shape should a gradient have? Its array's, but yours is a single number. The gradient is reg · w, "
        "entry by entry.",
        {"reg * w": "reg * np.sum(w)"},
    )
    zero_alone = mistake(
        "What shape should the zero gradients have? Yours are the number 0. Give each the shape of its array, with "
        "np.zeros_like.",
        {"np.zeros_like(w)": "0"},
    )
    l1_with_a_half = mistake(
        "Which norm is this? L1: your penalty is half the sum of magnitudes. L2 adds up the squares.",
        {"w * w": "np.abs(w)", "reg * w": "reg * np.sign(w)"},
    )

    @mistake(
        "Which keys does grads have? It should have every key of params, with zeros for what is exempt. And where is "
        "the ½? Your penalty and gradient are both doubled."
    )
    def exempt_left_out_and_no_half(params, reg):
        weights = {name: w for name, w in params.items() if name.startswith("W")}
        return reg * sum(np.sum(w * w) for w in weights.values()), {name: 2 * reg * w for name, w in weights.items()}

    not_squared = mistake(
        "Can a penalty be negative? Yours can, because it adds up the weights themselves. Square each weight first.",
        {"np.sum(w * w)": "np.sum(w)"},
    )
    last_layer_left_out = mistake(
        "How many layers does your loop cover? All but the last. Penalize its weights, too.",
        {
            'if name.startswith("W")': (
                'if name.startswith("W") and name != max(key for key in params if key.startswith("W"))'
            )
        },
    )
    last_layer_left_out_of_the_penalty = mistake(
        "How many layers does your penalty cover? All but the last, which gets only a gradient. Add its squares, too.",
        {
            "penalty, grads = 0.0": "penalty, grads = 0",
            "0.5 * reg * np.sum(w * w)": (
                '0 if name == max(key for key in params if key.startswith("W")) else 0.5 * reg * np.sum(w * w)'
            ),
        },
    )
    two_layers_expected = mistake(
        "What if there is no W2? Your function stops with an error, and if there is a W3, it isn't penalized. Loop "
        "over all names in params.",
        {
            'if name.startswith("W")': 'if name in ("W1", "W2")',
            "penalty, grads = 0.0, {}": 'penalty, grads = 0.0, {"W1": params["W1"], "W2": params["W2"]}',
        },
    )
    same_gradient_everywhere = mistake(
        "Does each weight have its own gradient? In your code, all weights of a layer get the same one, computed from "
        "their sum. The gradient is reg · w, entry by entry.",
        {"reg * w": "reg * np.sum(w) * np.ones_like(w)"},
    )
    divided_by_the_columns = mistake(
        "Do you divide by anything? In your code, each layer's penalty and gradient are divided by its number of "
        "columns. The penalty is the sum of squares, however many there are.",
        {"np.sum(w * w)": "np.sum(w * w) / w.shape[1]", "reg * w": "reg * w / w.shape[1]"},
    )
    penalty_divided_by_the_columns = mistake(
        "Do you divide by anything? In your code, each layer's penalty is divided by its number of columns. The "
        "penalty is the sum of squares, however many there are.",
        {"np.sum(w * w)": "np.sum(w * w) / w.shape[1]"},
    )
    products_of_columns = mistake(
        "What is in the matrix WᵀW? The squares are only in the sums on its diagonal; the other entries are products "
        "of different columns, and your penalty adds them up, too. Add up w² over all entries of W.",
        {"np.sum(w * w)": "np.sum(w.T @ w)"},
    )
    products_of_columns_and_their_gradient = mistake(
        "What is in the matrix WᵀW? The squares are only in the sums on its diagonal; the other entries are products "
        "of different columns, and your penalty and gradient include them, too. Add up w² over all entries of W.",
        {
            "penalty +=": "w = w.sum(axis=1, keepdims=True) * np.ones_like(w)\npenalty +=",
            "np.sum(w * w)": "np.sum(w * w) / w.shape[1]",
        },
    )

    squares_by_power = variant(
        {"0.5 * reg * np.sum(w * w)": "reg / 2 * (w**2).sum()", "np.zeros_like(w)": "np.zeros(w.shape, w.dtype)"}
    )
    by_norms = variant({"np.sum(w * w)": "np.linalg.norm(w) ** 2", "np.zeros_like(w)": "0.0 * w"})

    @variant
    def by_dot_products(params, reg):
        grads, total = {}, 0
        for name in reversed(list(params)):
            flat = params[name].reshape(-1)
            grads[name] = np.zeros(params[name].shape)
            if name.startswith("W"):
                grads[name] += reg * params[name]
                total = total + flat @ flat
        return np.array(0.5 * reg * total), grads

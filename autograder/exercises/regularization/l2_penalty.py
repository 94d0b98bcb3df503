"""The L2 penalty on the weights of a network, and its gradient."""

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
    """Large weights cost something: half of reg, times the sum of their squares."""

    name, points = "l2_penalty", 2
    driver = drivers.penalty_and_gradients

    def reference(params, reg):
        """The L2 penalty on all weights of a network, and its gradient.

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
            The keys and shapes of `params`; zeros for what is exempt.

        Notes
        -----
        Mind the convention: with the ½ the gradient is reg · w, without it 2 · reg · w. Here it is with the ½.

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
        yield Case("another strength", params={**parameters(rng, 2, 4), "b1": np.zeros(4)}, reg=uniform(rng, 0.1, 0.4))
        yield Case("biases are exempt", params=parameters(rng, 3, 4), reg=uniform(rng, 0.1, 0.4))
        yield Case("three layers", params=parameters(rng, 4, 3, 5, 2), reg=uniform(rng, 2, 3))
        yield Case("gamma and beta are exempt", params=parameters(rng, 3, 4, 2, extra=True), reg=uniform(rng, 2, 3))
        params = parameters(rng, 3, 4)
        params["W1"][0] = 0.0
        yield Case("some weights are zero", params=params, reg=uniform(rng, 2, 3))
        yield Case("no penalty at reg = 0", params=parameters(rng, 2, 3), reg=0.0, weight=0.5)
        params = {name: w.astype(np.float32) for name, w in parameters(rng, 3, 2, 2).items()}
        yield Case("float32", params=params, reg=uniform(rng, 0.1, 0.4))

    without_the_half = mistake(
        "The ½ is missing everywhere. That is another convention; here R = ½ reg Σ w², so the gradient is reg w.",
        {"0.5": "1", "reg * w": "2 * reg * w"},
    )
    gradient_doubled = mistake(
        "The penalty has the ½, but the gradient has a 2 too many: the derivative of ½ w² is w.",
        {"reg * w": "2 * reg * w"},
    )
    penalty_doubled = mistake("The gradient fits a penalty with ½ before it, but your penalty has none.", {"0.5": "1"})
    gradient_halved = mistake(
        "The gradient is halved, as if the ½ were in it. It is used up: the derivative of ½ w² is w.",
        {"reg * w": "0.5 * reg * w"},
    )
    biases_too = mistake(
        "You penalize everything, biases included. Take the arrays whose names begin with W, and no others.",
        {'name.startswith("W")': "True"},
    )
    gradient_of_biases = mistake(
        "The penalty is right, but biases have a gradient: what is exempt has zeros.", {"np.zeros_like(w)": "reg * w"}
    )
    gamma_too = mistake(
        "gamma and beta of batch normalization are penalized like weights. Only names that begin with W count.",
        {'name.startswith("W")': 'not name.startswith("b") or name.startswith("beta")'},
    )
    first_layer_only = mistake(
        "Only the first layer is penalized. Go through all weights.", {'name.startswith("W")': 'name == "W1"'}
    )
    norm_not_squared = mistake(
        "You take the norm, not its square: the root is too much.", {"np.sum(w * w)": "np.sqrt(np.sum(w * w))"}
    )
    mean_for_sum = mistake(
        "You average the squares of a layer. The penalty is their sum, however many there are.",
        {"np.sum": "np.mean", "reg * w": "reg * w / w.size"},
    )
    l1_instead = mistake(
        "This is the L1 penalty, the sum of magnitudes. L2 sums the squares.",
        {"0.5": "1", "w * w": "np.abs(w)", "reg * w": "reg * np.sign(w)"},
    )
    wrong_sign = mistake(
        "The gradient has the wrong sign. It points to larger weights; the update rule subtracts it.",
        {"reg * w": "-reg * w"},
    )
    gradient_without_reg = mistake("The strength is missing in the gradient: it is reg · w.", {"reg * w": "w"})
    without_reg = mistake(
        "The strength is missing: multiply both the penalty and its gradient by reg.", {" * reg": "", "reg * w": "w"}
    )
    reg_squared = mistake(
        "The strength is squared: reg enters once, not with the weight that is squared.",
        {" * reg": " * reg**2", "reg * w": "reg**2 * w"},
    )
    exempt_left_out = mistake(
        "grads must have every key of params, with zeros for what is exempt.",
        {"else:\n    grads[name] = np.zeros_like(w)": ""},
    )
    penalty_alone = mistake("Return the penalty and the gradients, both.", {"return penalty, grads": "return penalty"})
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

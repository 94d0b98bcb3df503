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


def penalty_of(params, value, gradient, counts=lambda name: name.startswith("W")):
    """The sum of ``value(w)`` over penalized arrays, and a dict of ``gradient(w)`` for these and zeros for others."""
    total = sum(value(w) for name, w in params.items() if counts(name))
    return total, {name: gradient(w) if counts(name) else np.zeros_like(w) for name, w in params.items()}


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

    @mistake("The ½ is missing everywhere. That is another convention; here R = ½ reg Σ w², so the gradient is reg w.")
    def without_the_half(params, reg):
        return penalty_of(params, lambda w: reg * np.sum(w * w), lambda w: 2 * reg * w)

    @mistake("The penalty has the ½, but the gradient has a 2 too many: the derivative of ½ w² is w.")
    def gradient_doubled(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: 2 * reg * w)

    @mistake("The gradient fits a penalty with ½ before it, but your penalty has none.")
    def penalty_doubled(params, reg):
        return penalty_of(params, lambda w: reg * np.sum(w * w), lambda w: reg * w)

    @mistake("The gradient is halved, as if the ½ were in it. It is used up: the derivative of ½ w² is w.")
    def gradient_halved(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: 0.5 * reg * w)

    @mistake("You penalize everything, biases included. Take the arrays whose names begin with W, and no others.")
    def biases_too(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: reg * w, counts=lambda name: True)

    @mistake("The penalty is right, but biases have a gradient: what is exempt has zeros.")
    def gradient_of_biases(params, reg):
        total, _ = penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: reg * w)
        return total, {name: reg * w for name, w in params.items()}

    @mistake("gamma and beta of batch normalization are penalized like weights. Only names that begin with W count.")
    def gamma_too(params, reg):
        return penalty_of(
            params,
            lambda w: 0.5 * reg * np.sum(w * w),
            lambda w: reg * w,
            counts=lambda name: not name.startswith("b") or name.startswith("beta"),
        )

    @mistake("Only the first layer is penalized. Go through all weights.")
    def first_layer_only(params, reg):
        return penalty_of(
            params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: reg * w, counts=lambda name: name == "W1"
        )

    @mistake("You take the norm, not its square: the root is too much.")
    def norm_not_squared(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sqrt(np.sum(w * w)), lambda w: reg * w)

    @mistake("You average the squares of a layer. The penalty is their sum, however many there are.")
    def mean_for_sum(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.mean(w * w), lambda w: reg * w / w.size)

    @mistake("This is the L1 penalty, the sum of magnitudes. L2 sums the squares.")
    def l1_instead(params, reg):
        return penalty_of(params, lambda w: reg * np.sum(np.abs(w)), lambda w: reg * np.sign(w))

    @mistake("The gradient has the wrong sign. It points to larger weights; the update rule subtracts it.")
    def wrong_sign(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: -reg * w)

    @mistake("The strength is missing in the gradient: it is reg · w.")
    def gradient_without_reg(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: 1.0 * w)

    @mistake("The strength is missing: multiply both the penalty and its gradient by reg.")
    def without_reg(params, reg):
        return penalty_of(params, lambda w: 0.5 * np.sum(w * w), lambda w: 1.0 * w)

    @mistake("The strength is squared: reg enters once, not with the weight that is squared.")
    def reg_squared(params, reg):
        return penalty_of(params, lambda w: 0.5 * np.sum((reg * w) ** 2), lambda w: reg**2 * w)

    @mistake("grads must have every key of params, with zeros for what is exempt.")
    def exempt_left_out(params, reg):
        total, grads = penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: reg * w)
        return total, {name: grad for name, grad in grads.items() if name.startswith("W")}

    @mistake("Return the penalty and the gradients, both.")
    def penalty_alone(params, reg):
        return penalty_of(params, lambda w: 0.5 * reg * np.sum(w * w), lambda w: reg * w)[0]

    @variant
    def by_norms(params, reg):
        weights = [name for name in params if name[0] == "W"]
        total = 0.5 * reg * sum(np.linalg.norm(params[name]) ** 2 for name in weights)
        return total, {name: params[name] * (reg if name in weights else 0.0) for name in params}

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

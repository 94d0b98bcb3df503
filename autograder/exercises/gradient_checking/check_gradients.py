"""A complete gradient checker, judged by its verdicts on networks with planted faults."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from gradlab import drivers

from .planted import case


def disagree(n, a, tolerance=1e-5):
    """Whether a numerical and an analytic derivative disagree."""
    return abs(n - a) > tolerance * (abs(n) + abs(a)) + 1e-9


def one_entry(analytic):
    """The index of the first nonzero entry. One entry is enough, because a planted fault affects all of them."""
    return [tuple(i) for i in np.argwhere(analytic)[:1]] or all_entries(analytic)[:1]


def all_entries(analytic):
    return list(np.ndindex(analytic.shape))


def slope(loss, params, name, i, strength, h):
    """The numerical gradient at one entry."""
    value, old = params[name], params[name][i]
    value[i] = old + h
    above = loss(params, strength)
    value[i] = old - h
    below = loss(params, strength)
    value[i] = old
    return (above - below) / (2 * h)


def agrees(loss, analytic, params, name, strength, steps=(1e-5, 1e-7), off=disagree, entries=one_entry):
    """Whether each of these entries of a parameter's gradient is right for at least one of the steps."""
    return all(
        any(not off(slope(loss, params, name, i, strength, h), analytic[i]) for h in steps) for i in entries(analytic)
    )


def as_float64(params):
    return {name: np.array(value, dtype=np.float64) for name, value in params.items()}


def is_random(loss, params):
    return loss(params, 0.0) != loss(params, 0.0)


def verdicts(loss, gradient, params, strength=1.0, agrees=agrees, **how):
    """The verdicts of a correct checker, with some parts replaced."""
    if is_random(loss, params):
        return dict.fromkeys(params, "random")
    words, data, both = {}, gradient(params, 0.0), gradient(params, strength)
    for name in params:
        if not agrees(loss, data[name], params, name, 0.0, **how):
            words[name] = "wrong"
        elif not agrees(loss, both[name], params, name, strength, **how):
            words[name] = "wrong regularization"
        else:
            words[name] = "right"
    return words


class CheckGradients(Exercise):
    """A checker must find every planted fault and report none where there is only a trap."""

    name, points = "check_gradients", 6
    driver = drivers.gradient_checks
    seconds = 20.0

    def reference(loss, gradient, params, reg):
        """Check the gradient of a network in each of its parameters, and say a word for each.

            "random"                 The loss is not the same when it is evaluated twice at one point. Then nothing
                                     more can be said, and this is the word for every parameter.
            "wrong"                  Without regularization, the gradient disagrees with the loss in some entry.
            "wrong regularization"   Without it they agree in all entries, with it they do not.
            "right"                  They agree in all entries, with and without it.

        An analytic number a and a numerical one n agree if |a - n| ≤ 1e-5 (|a| + |n|) + 1e-9. If they disagree
        because there is a kink between the two points, that is no fault: such an entry agrees at a smaller step. No
        kink is nearer than 1e-6.

        Parameters
        ----------
        loss : callable
            ``loss(params, reg) -> float``, the data loss + ½ · reg · Σ w² over all weights, biases exempt.
        gradient : callable
            ``gradient(params, reg) -> dict`` of the gradient in each parameter. This is what may be wrong.
        params : dict of str to ndarray
            "W1", "b1", "W2" and "b2". They may be float32. `loss` and `gradient` compute in the precision of the
            parameters that they are given, so give them float64.
        reg : float
            The strength with which the network is to be trained, from 1e-7 to 1e6. You may call with any other.

        Returns
        -------
        dict of str to str
            One of the four words for each parameter.

        Notes
        -----
        `params` may be changed in place. A wrong gradient is off by half a percent or more, in every entry of its
        parameter that is not zero. A network has no more than 100 entries, and you may call as often as you like.
        """
        params = {name: np.array(value, dtype=np.float64) for name, value in params.items()}
        if loss(params, 0.0) != loss(params, 0.0):
            return dict.fromkeys(params, "random")

        def matches(value, analytic, strength):
            for i in np.ndindex(value.shape):
                old = value[i]
                for h in (1e-5, 1e-7):
                    value[i] = old + h
                    above = loss(params, strength)
                    value[i] = old - h
                    below = loss(params, strength)
                    value[i] = old
                    n, a = (above - below) / (2 * h), analytic[i]
                    if abs(n - a) <= 1e-5 * (abs(n) + abs(a)) + 1e-9:
                        break
                else:
                    return False
            return True

        # The loss is linear in the strength. At 1, regularization neither drowns the data nor drowns in it.
        data, both = gradient(params, 0.0), gradient(params, 1.0)
        words = {}
        for name, w in params.items():
            if not matches(w, data[name], 0.0):
                words[name] = "wrong"
            elif not matches(w, both[name], 1.0):
                words[name] = "wrong regularization"
            else:
                words[name] = "right"
        return words

    def cases(rng):
        smooth, kink = {}, {"smooth": False, "crossed": True}
        yield case(rng, "wrong weights", {"W1": rng.choice([-1, 2])}, {"W2": 0.98})
        yield case(rng, "wrong biases only", {"b1": 1 / 4}, {"b2": rng.choice([0, 4])})
        tiny = {"scale": 1e-5}
        yield case(rng, "small gradients", {"W1": 2, **tiny}, {"b2": 0.5, **tiny})
        yield case(rng, "regularization that drowns the data", smooth, {"W1": 0.5, "W2": -1}, reg=2e5)
        yield case(rng, "wrong in the regularization alone", {"reg_W1": 2, "reg_W2": 2}, {"reg_W2": 0, "reg_b1": 1})
        yield case(rng, "regularization that drowns in the data", smooth, {"reg_W1": 0, "reg_W2": 0}, reg=1e-7)
        single = {"dtype": np.float32}
        yield case(rng, "float32 parameters", single, {"b1": 2, **single})
        yield case(rng, "kinks nearby", kink, {"W2": 0.5, **kink})
        wide = {"hidden": 12}
        yield case(rng, "unseeded dropout, and none", wide, {"keep": 0.5, **wide})
        off = {"dead": "unit", "smooth": False}
        yield case(rng, "zero in both, and zero in one of them", {"dead": "layer"}, off, {"b1": 0})

    @mistake("Biases are passed over. They are few, and often the ones that are wrong: check every parameter.")
    def weights_only(loss, gradient, params, reg):
        words = verdicts(loss, gradient, as_float64(params))
        return {name: "right" if name.startswith("b") and word != "random" else word for name, word in words.items()}

    @mistake("Only the first parameter is checked, and its word is given to all. Check each of them.")
    def first_parameter_only(loss, gradient, params, reg):
        return dict.fromkeys(params, next(iter(verdicts(loss, gradient, as_float64(params)).values())))

    @mistake("All parameters get the same word, that of the worst. A word for each is asked: where is the fault?")
    def the_worst_for_all(loss, gradient, params, reg):
        words = verdicts(loss, gradient, as_float64(params))
        order = ("right", "wrong regularization", "wrong", "random")
        return dict.fromkeys(params, max(words.values(), key=order.index))

    @mistake(
        "Each gradient is compared by its length as a whole, in which kinks and small entries drown; "
        "compare entry by entry."
    )
    def by_lengths(loss, gradient, params, reg):
        def agrees(loss, analytic, params, name, strength):
            entries = all_entries(analytic)
            n = np.linalg.norm([slope(loss, params, name, i, strength, 1e-5) for i in entries])
            return not disagree(n, np.linalg.norm(analytic))

        return verdicts(loss, gradient, as_float64(params), agrees=agrees)

    @mistake("Parameters in float32 stay so, and right gradients look wrong. Convert them to float64 before all else.")
    def not_in_double(loss, gradient, params, reg):
        return verdicts(loss, gradient, {name: w.copy() for name, w in params.items()}, entries=all_entries)

    @mistake(
        "A kink within the step makes a right gradient look wrong. Look at such entries again, with a smaller step."
    )
    def kinks_called_wrong(loss, gradient, params, reg):
        return verdicts(loss, gradient, as_float64(params), steps=(1e-5,), entries=all_entries)

    @mistake("Your step is so small that nothing but rounding is left of the difference. Take 1e-5 or 1e-6.")
    def step_too_small(loss, gradient, params, reg):
        # The step is so small that no processor comes close to the gradient by chance.
        return verdicts(loss, gradient, as_float64(params), steps=(1e-15,), entries=all_entries)

    @mistake(
        "You check at the given strength alone. Strong regularization drowns a wrong data gradient, weak "
        "regularization drowns in it. Check at strength 0 first, then at one of your own choice."
    )
    def at_the_given_strength_only(loss, gradient, params, reg):
        if is_random(loss, params := as_float64(params)):
            return dict.fromkeys(params, "random")
        given = gradient(params, reg)
        good = {name: agrees(loss, given[name], params, name, reg, entries=all_entries) for name in params}
        return {name: "right" if good[name] else "wrong" for name in params}

    @mistake("Regularization is switched off and never on again, so its faults are not found.")
    def regularization_never_checked(loss, gradient, params, reg):
        return verdicts(loss, gradient, as_float64(params), strength=0.0)

    @mistake(
        "Regularization is checked at the given strength, which may be too weak to be seen, or too strong for all else."
    )
    def regularization_at_the_given_strength(loss, gradient, params, reg):
        return verdicts(loss, gradient, as_float64(params), strength=reg, entries=all_entries)

    @mistake('A fault of the regularization is called "wrong". If the data part is right, say so.')
    def regularization_called_wrong(loss, gradient, params, reg):
        words = verdicts(loss, gradient, as_float64(params))
        return {name: "wrong" if word == "wrong regularization" else word for name, word in words.items()}

    @mistake(
        "You subtract the losses with and without regularization, and where that gives 1e-11 instead of 0 you see a "
        "fault. That is rounding: leave the data in, or take numbers below 1e-9 for zero."
    )
    def rounding_taken_for_a_fault(loss, gradient, params, reg):
        def off(n, a):
            return abs(n - a) > 1e-5 * max(1e-8, abs(n) + abs(a))

        def without_data(loss, analytic, params, name, strength):
            def numeric(i, h):
                data = slope(loss, params, name, i, 0.0, h) if strength else 0.0
                return slope(loss, params, name, i, strength, h) - data

            return all(any(not off(numeric(i, h), analytic[i]) for h in (1e-5, 1e-7)) for i in all_entries(analytic))

        def gradient_alone(params, strength):
            with_it, without = gradient(params, strength), gradient(params, 0.0)
            return {name: value - (without[name] if strength else 0.0) for name, value in with_it.items()}

        # Strong regularization costs the loss several bits, so that the difference is never 0 by chance: the verdicts
        # must not depend on the processor.
        return verdicts(loss, gradient_alone, as_float64(params), strength=100.0, agrees=without_data)

    @mistake("You go by absolute errors, and a small gradient is never wrong. Compare relative to its size.")
    def absolute_errors(loss, gradient, params, reg):
        return verdicts(loss, gradient, as_float64(params), off=lambda n, a: abs(n - a) > 1e-4, entries=all_entries)

    @mistake("You allow an error of 1e-2, so a gradient that is off by two percent passes. Allow 1e-5.")
    def too_generous(loss, gradient, params, reg):
        return verdicts(loss, gradient, as_float64(params), off=lambda n, a: disagree(n, a, tolerance=1.2e-2))

    @mistake("Where both are zero, 0/0 is NaN, and you count it as an error. They agree.")
    def zero_by_zero(loss, gradient, params, reg):
        def off(n, a):
            return not abs(np.float64(n) - a) / (abs(n) + abs(a)) <= 1e-5

        return verdicts(loss, gradient, as_float64(params), off=off, entries=all_entries)

    @mistake("An analytic gradient of zero is skipped. If the numerical one is not zero, it is wrong.")
    def zeros_skipped(loss, gradient, params, reg):
        return verdicts(loss, gradient, as_float64(params), off=lambda n, a: a != 0 and disagree(n, a))

    @mistake("With unseeded dropout you call the gradient wrong. Evaluate the loss twice at one point to find out.")
    def randomness_not_noticed(loss, gradient, params, reg):
        words = verdicts(loss, gradient, as_float64(params))
        return {name: "wrong" if word == "random" else word for name, word in words.items()}

    @mistake("Wide networks are called random. Evaluate the loss twice at one point to find out which are.")
    def wide_is_random(loss, gradient, params, reg):
        if params["b1"].size > 2:
            return dict.fromkeys(params, "random")
        return verdicts(loss, gradient, as_float64(params))

    @mistake("Everything is right for you.")
    def always_right(loss, gradient, params, reg):
        return dict.fromkeys(params, "right")

    @variant
    def with_one_smaller_step(loss, gradient, params, reg):
        params = {name: value.astype(float) for name, value in params.items()}
        words = {}
        if len({loss(params, 0) for _ in range(3)}) > 1:
            return dict.fromkeys(params, "random")
        for strength, word in ((0, "wrong"), (1, "wrong regularization")):
            analytic = gradient(params, strength)
            for name, w in params.items():
                numeric = np.zeros_like(w)
                for i in range(w.size):
                    w.flat[i] += 1e-6
                    above = loss(params, strength)
                    w.flat[i] -= 2e-6
                    numeric.flat[i] = (above - loss(params, strength)) / 2e-6
                    w.flat[i] += 1e-6
                if not np.allclose(numeric, analytic[name], rtol=1e-4, atol=1e-9):
                    words.setdefault(name, word)
        return {name: words.get(name, "right") for name in params}

    @variant
    def with_regularization_alone(loss, gradient, params, reg):
        params = {name: np.asarray(value, np.float64) for name, value in params.items()}
        if loss(params, 1.0) - loss(params, 1.0) != 0:
            return dict.fromkeys(params, "random")

        def penalty(p, strength):
            return loss(p, strength) - loss(p, 0.0)

        def moved(name, i, step):
            value = params[name].copy()
            value.flat[i] += step
            return {**params, name: value}

        def good(f, name, analytic):
            for i, a in enumerate(analytic.ravel().tolist()):
                n = (f(moved(name, i, 1e-6)) - f(moved(name, i, -1e-6))) / 2e-6
                if abs(n - a) > max(1e-9, 1e-4 * abs(a)):
                    return False
            return True

        data = gradient(params, 0.0)
        both = gradient(params, 1.0)
        words = {}
        for name in params:
            words[name] = "right"
            if not good(lambda p: loss(p, 0.0), name, data[name]):
                words[name] = "wrong"
            elif not good(lambda p: penalty(p, 1.0), name, both[name] - data[name]):
                words[name] = "wrong regularization"
        return words

    @variant
    def on_a_sample(loss, gradient, params, reg):
        rng = np.random.default_rng()
        params = {name: value.astype(np.float64) for name, value in params.items()}
        if loss(params, reg) != loss(params, reg):
            return dict.fromkeys(params, "random")

        def slope(name, i, strength, h):
            value = params[name].flat
            old = value[i]
            value[i] = old + h
            above = loss(params, strength)
            value[i] = old - h
            below = loss(params, strength)
            value[i] = old
            return (above - below) / (2 * h)

        def close(n, a):
            return abs(n - a) <= 1e-5 * max(abs(n), abs(a)) + 1e-9

        analytic = {strength: gradient(params, strength) for strength in (0.0, 10.0)}
        words = dict.fromkeys(params, "right")
        for strength, word in ((10.0, "wrong regularization"), (0.0, "wrong")):
            for name, w in params.items():
                grad = analytic[strength][name].ravel()
                nonzero = np.flatnonzero(grad)
                chosen = rng.permutation(nonzero)[:3] if nonzero.size else rng.permutation(w.size)[:3]
                for i in chosen:
                    if not any(close(slope(name, i, strength, h), grad[i]) for h in (1e-4, 1e-5, 1e-6)):
                        words[name] = word
        return words

"""A complete gradient checker, judged by its verdicts on networks with planted faults."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.drawing import shuffled
from gradlab import drivers

from .planted import case, some_of


class CheckGradients(Exercise):
    """A checker must find every planted fault and raise no false alarms."""

    name, points = "check_gradients", 6
    done = "You have a gradient checker that finds planted faults and stays calm at kinks, noise, and regularization."
    driver = drivers.gradient_checks
    seconds = 20.0

    def reference(loss, gradient, params, reg):
        """Check a network's gradient with respect to each of its parameters, and give a verdict on each.

            "random"                 The loss differs when you evaluate it twice at the same point. Then there is
                                     nothing more to say, and this is the verdict on every parameter.
            "wrong"                  Without regularization, the gradient disagrees with the loss in some entry.
            "wrong regularization"   Without regularization they agree in all entries, but with it they don't.
            "right"                  They agree in all entries, with and without regularization.

        An analytic entry a and a numerical entry n agree if |a - n| ≤ 1e-5 (|a| + |n|) + 1e-9. The 1e-9 leaves room
        for rounding: where the gradient is zero, n is pure rounding error. If they disagree only because there is a
        kink between your two points, that is not a fault: with a smaller step, they agree. No kink is closer than 1e-6.
        Too short a step, or too strong a regularization, makes rounding errors larger than 1e-9.

        Parameters
        ----------
        loss : callable
            ``loss(params, reg) -> float``, the data loss + ½ · reg · Σ w² over all weights, but not the biases.
        gradient : callable
            ``gradient(params, reg) -> dict``, the gradient with respect to each parameter, which may be wrong.
        params : dict of str to ndarray
            "W1", "b1", "W2", and "b2". They may be float32. `loss` and `gradient` compute in the precision of the
            parameters that you pass, so pass float64.
        reg : float
            The strength that the network will be trained with, from 1e-7 to 1e6. You may use any other strength.

        Returns
        -------
        dict of str to str
            One of the four verdicts for each parameter.

        Notes
        -----
        You may change `params` in place. A wrong gradient is off by half a percent or more in every nonzero entry
        of its parameter. The parameters have at most 100 entries in total, and you may call both functions thousands
        of times.
        """
        params = {name: np.array(value, dtype=np.float64) for name, value in params.items()}
        if loss(params, 0.0) != loss(params, 0.0):
            return dict.fromkeys(params, "random")

        def slope(w, i, h, strength):
            old = w[i]
            w[i] = old + h
            above = loss(params, strength)
            w[i] = old - h
            below = loss(params, strength)
            w[i] = old
            return (above - below) / (2 * h)

        def agree(n, a):
            return abs(n - a) <= 1e-5 * (abs(n) + abs(a)) + 1e-9

        def right(w, grad, strength):
            entries = np.ndindex(w.shape)
            return all(any(agree(slope(w, i, h, strength), grad[i]) for h in (1e-5, 1e-7)) for i in entries)

        # The loss is linear in the strength. At 1, neither the regularization nor the data is drowned out.
        chosen = 1.0
        data, both = gradient(params, 0.0), gradient(params, chosen)
        words = {}
        for name, w in params.items():
            if not right(w, data[name], 0.0):
                words[name] = "wrong"
            elif not right(w, both[name], chosen):
                words[name] = "wrong regularization"
            else:
                words[name] = "right"
        return words

    def cases(rng):
        smooth, kink = {}, {"smooth": False, "crossed": True}
        # The wrong parameters are random, so that verdicts copied from the public cases fail on the hidden ones.
        larger, smaller = some_of(rng, W1=rng.choice([-1, 2]), W2=2), some_of(rng, W1=0.994, W2=0.994)
        yield case(rng, "wrong weights", larger, smaller)
        biases = some_of(rng, b1=1 / 4, b2=1 / 4), some_of(rng, b1=4, b2=rng.choice([0, 4]))
        yield case(rng, "wrong biases only", *biases)
        tiny = {"scale": 1e-6}
        faults = some_of(rng, W1=2, b1=2, W2=2, b2=2), some_of(rng, W1=0.5, b1=0.5, W2=0.5, b2=0.5)
        yield case(
            rng,
            "small gradients, easily lost in rounding if the loss is large or the step short",
            tiny,
            *(tiny | fault for fault in faults),
        )
        yield case(rng, "regularization that drowns out the data", smooth, some_of(rng, W1=-1, W2=-1), reg=2e5)
        faults = some_of(rng, reg_W1=2, reg_W2=2, reg_b1=1), some_of(rng, reg_W1=0, reg_W2=0, reg_b2=1)
        yield case(rng, "wrong in the regularization only", *faults)
        yield case(rng, "regularization drowned out by the data", smooth, some_of(rng, reg_W1=0, reg_W2=0), reg=1e-7)
        single = {"dtype": np.float32}
        yield case(rng, "float32 parameters", single, single | some_of(rng, W1=2, b1=2, W2=2, b2=2))
        yield case(rng, "kinks nearby", kink, kink | some_of(rng, W1=0.5, b1=0.5, W2=0.5, b2=0.5))
        wide = {"hidden": 12}
        dropout = {"keep": 0.5, **wide}
        yield case(rng, "with and without unseeded dropout", wide, dropout, shuffled(rng, wide, dropout)[0])
        off = {"dead": "unit", "smooth": False}
        yield case(rng, "zero in both gradients, or in only one", {"dead": "layer"}, off, {"b1": 0}, {"W1": 2, **off})

    weights_only = mistake(
        'Which parameters do you check? A bias is always "right" in your answer. Biases are few, but they are often '
        "the ones that are wrong: check every parameter.",
        {"if not right(w, data": 'if name.startswith("b"):\n    words[name] = "right"\nelif not right(w, data'},
    )
    first_parameter_only = mistake(
        "Does every parameter get its own verdict? You give W1's verdict to all of them. Check each one.",
        {"return words": 'return dict.fromkeys(params, words["W1"])'},
    )
    the_worst_for_all = mistake(
        "Does every parameter get its own verdict? You give the worst one to all of them. Say for each whether it "
        "is wrong.",
        {
            "return words": 'order = ("right", "wrong regularization", "wrong")\n'
            "return dict.fromkeys(params, max(words.values(), key=order.index))"
        },
    )
    one_wrong_for_all = mistake(
        'Does every parameter get its own verdict? As soon as one is wrong, you call all of them "wrong". Say for each '
        "whether it is wrong.",
        {"return words": 'return dict.fromkeys(params, "wrong") if "wrong" in words.values() else words'},
    )
    by_lengths = mistake(
        "Do you compare entry by entry? The norm of a whole gradient says nothing about signs, and one crossed kink "
        "can spoil it.",
        {
            "all(any(agree(slope(w, i, h, strength), grad[i]) for h in (1e-5, 1e-7)) for i in entries)": "agree("
            "np.linalg.norm([slope(w, i, 1e-5, strength) for i in entries]), np.linalg.norm(grad))"
        },
    )
    not_in_double = mistake(
        "What dtype are the parameters? If they are float32, you call right gradients wrong. Convert them to float64 "
        "before anything else.",
        {"np.array(value, dtype=np.float64)": "value.copy()"},
    )
    kinks_called_wrong = mistake(
        "What if there is a kink within the step? You call a right gradient wrong then. Check such entries again with "
        "a smaller step.",
        {"(1e-5, 1e-7)": "(1e-5,)"},
    )
    # The step is so small that no CPU comes close to the gradient by chance.
    step_too_small = mistake(
        "How small is your step? You call nearly every gradient wrong, right ones included. With a step that is far "
        "too small, nothing is left of the difference but rounding: 1e-5 or 1e-6 works well.",
        {"(1e-5, 1e-7)": "(1e-15,)"},
    )
    # A step of 1e-7, or no 1e-9 in the comparison, gives much the same verdicts.
    lost_in_rounding = mistake(
        "How much rounding is there where gradients are small? More than your code allows, so it calls right ones "
        "wrong. Allow 1e-9 for it, start with a step of 1e-5 or 1e-6, and check the regularization at a strength "
        "such as 1.",
        {"chosen = 1.0": "chosen = 1000.0"},
        indistinguishable="which entries rounding spoils depends on the CPU",
    )
    at_the_given_strength_only = mistake(
        "At what strengths do you check? Only at the given one, where strong regularization drowns out a wrong data "
        "gradient and weak regularization is lost in the data. Check at 0 first, then at a strength of your choice.",
        {"chosen = 1.0": "chosen = reg", "data[name], 0.0": "both[name], chosen"},
    )
    regularization_never_checked = mistake(
        "Do you ever switch regularization on? A fault in it goes unnoticed. Check once without it and once with it.",
        {"chosen = 1.0": "chosen = 0.0"},
    )
    regularization_at_the_given_strength = mistake(
        "At what strength do you check the regularization? The given one may be too weak to show a fault, or so strong "
        "that rounding looks like one. Choose your own, such as 1.",
        {"chosen = 1.0": "chosen = reg"},
    )
    regularization_called_wrong = mistake(
        'Where is the fault, in the data part or in the regularization? You call both "wrong". If the gradient is '
        'right at strength 0, the verdict is "wrong regularization".',
        {'"wrong regularization"': '"wrong"'},
    )
    wrong_called_regularization = mistake(
        'Where is the fault, in the data part or in the regularization? You call both "wrong regularization". If the '
        'gradient is off at strength 0, the verdict is "wrong".',
        {'"wrong"': '"wrong regularization"'},
    )
    one_entry_is_enough = mistake(
        "How many entries must agree? All of them; you seem content with a few. An entry that is zero in both "
        "gradients says nothing about the others.",
        {"all(any(": "any(any("},
    )
    # Strong regularization costs the loss several bits, so that the difference is never 0 by chance: the verdicts
    # must not depend on the CPU.
    rounding_taken_for_a_fault = mistake(
        "Do you subtract losses with and without regularization? Where the result should be 0, rounding leaves about "
        "1e-11, and you treat that as a fault. Leave the data loss in, or treat numbers below 1e-9 as zero.",
        {
            "1e-5 * (abs(n) + abs(a)) + 1e-9": "1e-5 * max(1e-8, abs(n) + abs(a))",
            "slope(w, i, h, strength),": "slope(w, i, h, strength) - (slope(w, i, h, 0.0) if strength else 0.0),",
            "both[name]": "both[name] - data[name]",
            "chosen = 1.0": "chosen = 100.0",
        },
    )
    absolute_errors = mistake(
        "Are your errors relative? A small gradient is never wrong for you. Compare the difference with the size of "
        "the two numbers.",
        {"1e-5 * (abs(n) + abs(a)) + 1e-9": "1e-4"},
    )
    too_generous = mistake(
        "How large an error do you accept? A gradient that is off by little more than half a percent counts as right. "
        "Allow only 1e-5.",
        {"1e-5 *": "1e-2 *"},
    )
    zero_by_zero = mistake(
        "What is 0 / 0? NaN, and you count it as an error. Where both gradients are zero, they agree.",
        {"<= 1e-5 * (abs(n) + abs(a)) + 1e-9": "/ (abs(n) + abs(a)) <= 1e-5"},
    )
    zeros_skipped = mistake(
        "What if the analytic gradient is zero? You never call it wrong then. If the numerical one is not zero, the "
        "analytic one is wrong.",
        {"return abs(n - a)": "return a == 0 or abs(n - a)"},
    )
    randomness_not_noticed = mistake(
        'How would you notice a random loss? With unseeded dropout, you call the gradient "wrong". Evaluate the loss '
        "twice at the same point.",
        {'"random"': '"wrong"'},
    )
    wide_is_random = mistake(
        "How would you notice a random loss? You also call wide networks random when they are not. Evaluate the loss "
        "twice at the same point.",
        {"loss(params, 0.0) != loss(params, 0.0)": 'params["b1"].size > 2'},
    )

    @mistake(
        "Is there anything you would call wrong? You call every gradient right. Compare each one with a numerical "
        "gradient."
    )
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

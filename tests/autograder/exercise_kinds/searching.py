"""Exercises with functions among the arguments.

The judge evaluates these functions and counts the calls, so their secrets stay in the judge's process.
"""

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from gradlab import drivers
from gradlab.checks.outcome import Outcome

TRIALS = 60


def valley(best):
    """Return a loss: a function of the learning rate whose minimum can be found only by calling it."""
    return Oracle(lambda rate: (np.log10(rate) - best) ** 2, limit=10 * TRIALS)


class FindRate(Exercise):
    """Find a learning rate by random search on a logarithmic scale."""

    name, points = "find_rate", 2
    driver = drivers.call

    def reference(loss, low, high, trials, seed):
        """Return the best of `trials` random learning rates and its loss. Evaluate the loss once per trial."""
        rates = 10 ** np.random.default_rng(seed).uniform(np.log10(low), np.log10(high), trials)
        losses = [loss(rate) for rate in rates.tolist()]
        best = int(np.argmin(losses))
        return rates[best], losses[best]

    def cases(rng):
        for label, best in (("small", rng.uniform(-5, -4)), ("larger", rng.uniform(-4, -3))):
            given = {"low": 1e-6, "high": 1.0, "trials": TRIALS, "seed": int(rng.integers(1000))}
            yield Case(label, loss=valley(best), truth={"best": best}, **given)

    def judge(case, returned):
        rate, value, asked = returned["result 1"], returned["result 2"], returned["calls"]["loss"]
        if asked != case.inputs["trials"]:
            return Outcome(False, finding=f"{'more' if asked > case.inputs['trials'] else 'fewer'} calls than trials")
        if not case.inputs["low"] <= rate <= case.inputs["high"]:
            return Outcome(False, finding="the rate is out of range")
        if abs(case.inputs["loss"].function(rate) - value) > 1e-9:
            return Outcome(False, finding="the returned loss is not the loss at the returned rate")
        near = abs(np.log10(rate) - case.truth["best"]) < 1  # fewer than one correct answer in 10¹⁰ fails here
        return Outcome(bool(near), finding="" if near else "there were better rates to find")

    @mistake("Draw the exponent uniformly, not the learning rate.")
    def on_a_linear_scale(loss, low, high, trials, seed):
        rates = np.random.default_rng(seed).uniform(low, high, trials)
        losses = [loss(rate) for rate in rates.tolist()]
        return rates[np.argmin(losses)], min(losses)

    @mistake("The budget is overspent.")
    def asks_twice(loss, low, high, trials, seed):
        rates = 10 ** np.random.default_rng(seed).uniform(np.log10(low), np.log10(high), trials)
        best = min(rates.tolist(), key=loss)
        return best, loss(best)

    @mistake("The learning rate from one trial is returned with the loss from another.")
    def last_rate(loss, low, high, trials, seed):
        rates = 10 ** np.random.default_rng(seed).uniform(np.log10(low), np.log10(high), trials)
        return rates[-1], min(loss(rate) for rate in rates.tolist())

    @mistake("No trial is run.")
    def never_asks(loss, low, high, trials, seed):
        return np.sqrt(low * high), 0.0

    @mistake("Return the learning rate itself, not its exponent.")
    def the_exponent(loss, low, high, trials, seed):
        exponents = np.random.default_rng(seed).uniform(np.log10(low), np.log10(high), trials)
        losses = [loss(10**exponent) for exponent in exponents.tolist()]
        return exponents[np.argmin(losses)], min(losses)

    @variant
    def one_by_one(loss, low, high, trials, seed):
        best = (None, np.inf)
        for _ in range(trials):
            rate = low * (high / low) ** np.random.random()
            best = min(best, (rate, loss(np.float64(rate))), key=lambda pair: pair[1])
        return best

    @variant
    def evenly_spaced(loss, low, high, trials, seed):
        losses = {loss(np.array(rate)): float(rate) for rate in np.geomspace(low, high, trials)}
        return losses[min(losses)], min(losses)


def planted(name, w):
    """Return w with a loss and a gradient, both as oracles. The gradient is right or has the fault `name`."""
    faults = {
        "right": lambda w: 2 * w * np.cos(w**2),
        "a sign": lambda w: 2 * w * np.cos(w**2) * np.where(np.arange(len(w)) == len(w) - 1, -1, 1),
        "a factor": lambda w: w * np.cos(w**2),
        "a small term": lambda w: 2 * w * np.cos(w**2) + 1e-3,
        "zero": np.zeros_like,
    }
    loss = (lambda w: 3.0) if name == "zero" else (lambda w: np.sin(w**2).sum())
    return {"loss": Oracle(loss), "gradient": Oracle(faults[name]), "w": w}


class CheckGradient(Exercise):
    """Write a complete gradient checker, which is graded on gradients with planted faults."""

    name, points = "check_gradient", 3
    driver = drivers.call

    def reference(loss, gradient, w):
        """Return "right" or "wrong"."""
        analytic, h = gradient(w), 1e-5
        for i in range(len(w)):
            step = h * (np.arange(len(w)) == i)
            numeric = (loss(w + step) - loss(w - step)) / (2 * h)
            if abs(numeric - analytic[i]) > 1e-6 * max(1e-8, abs(numeric) + abs(analytic[i])):
                return "wrong"
        return "right"

    def cases(rng):
        for name in ("right", "a sign", "a factor", "a small term", "zero"):
            yield Case(name, **planted(name, rng.uniform(0.5, 1, 4)))

    @mistake("You trust every gradient.")
    def always_right(loss, gradient, w):
        return "right"

    @mistake("Only the first entry is checked.")
    def first_entry(loss, gradient, w):
        h = 1e-5 * (np.arange(len(w)) == 0)
        numeric = (loss(w + h) - loss(w - h)) / 2e-5
        return "right" if abs(numeric - gradient(w)[0]) <= 1e-6 * (abs(numeric) + abs(gradient(w)[0])) else "wrong"

    @mistake("Where both gradients are zero, the gradient is right: 0/0 is NaN.")
    def zero_by_zero(loss, gradient, w):
        with np.errstate(invalid="ignore"):
            for i, g in enumerate(gradient(w)):
                h = 1e-5 * (np.arange(len(w)) == i)
                numeric = np.float64((loss(w + h) - loss(w - h)) / 2e-5)
                if not np.abs(numeric - g) / (np.abs(numeric) + np.abs(g)) <= 1e-6:
                    return "wrong"
        return "right"

    @mistake("A tolerance of 1e-2 is too loose for double precision.")
    def generous(loss, gradient, w):
        directions = np.eye(len(w))
        numeric = np.array([(loss(w + 1e-5 * d) - loss(w - 1e-5 * d)) / 2e-5 for d in directions])
        return "right" if np.allclose(numeric, gradient(w), rtol=1e-2) else "wrong"

    @variant
    def along_random_directions(loss, gradient, w):
        g, rng = gradient(w), np.random.default_rng(0)
        for _ in range(5):
            d = rng.normal(size=w.shape)
            numeric = (loss(w + 1e-5 * d) - loss(w - 1e-5 * d)) / 2e-5
            if abs(numeric - g @ d) > 1e-6 * max(1e-3, np.linalg.norm(g)):
                return "wrong"
        return "right"

    @variant
    def in_place(loss, gradient, w):
        numeric, analytic = np.zeros_like(w), gradient(w)
        for i in range(len(w)):
            w[i] += 1e-5
            numeric[i] = loss(w)
            w[i] -= 2e-5
            numeric[i] = (numeric[i] - loss(w)) / 2e-5
            w[i] += 1e-5
        return "right" if np.allclose(numeric, analytic, rtol=1e-6, atol=1e-9) else "wrong"

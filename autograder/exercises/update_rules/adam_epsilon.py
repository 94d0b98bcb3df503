"""Where Adam adds epsilon: three published places, which make no difference at the usual 1e-8, but do at 1e-3."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.config import updated
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers

from .adam import adam_settings, adam_step, corrected, moments


def step_with_placement(w, g, m, v, place):
    """The weights after Adam's step, with epsilon in the given place."""
    m_hat, v_hat = corrected(g, m, v)
    if place == "inside":
        return w - g.learning_rate * m_hat / np.sqrt(v_hat + g.epsilon)
    if place == "hat":
        rate = g.learning_rate * np.sqrt(1 - g.beta2**g.t) / (1 - g.beta1**g.t)
        return w - rate * m / (np.sqrt(v) + g.epsilon)
    return adam_step(w, g, m_hat, v_hat)


def adam_with_placement(w, dw, config, replaced):
    """A whole step of Adam, in which `replaced` maps the configured placement to a wrong one."""
    g = adam_settings({"placement": "outside", **updated(config)}, w)
    m, v = moments(g, dw)
    next_w = step_with_placement(w, g, m, v, replaced.get(g.placement, g.placement))
    return next_w, updated(config, m=m, v=v, t=g.t)


class AdamEpsilon(Exercise):
    """Three forms of Adam: libraries use different ones, and a large epsilon shows which one."""

    name, points = "adam_epsilon", 3
    driver = drivers.trajectory

    def reference(w, dw, config=None):
        """One step of Adam, with epsilon in one of three places.

            "outside"    w ← w - η m̂ / (√v̂ + ε)
            "inside"     w ← w - η m̂ / √(v̂ + ε)
            "hat"        w ← w - η √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)

        with t, m, v, m̂ and v̂ as in `adam`.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``placement``: "outside" (if missing), "inside" or "hat". The rest as in `adam`:
            ``learning_rate``: η, 1e-3 if missing. ``beta1``: β₁, 0.9 if missing. ``beta2``: β₂, 0.999 if
            missing. ``epsilon``: ε, 1e-8 if missing. ``m``, ``v``: zeros if missing. ``t``: 0 if missing.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings and the new ``m``, ``v`` and ``t``; they are handed to the next call.

        Notes
        -----
        `w`, `config` and the arrays in it may be changed in place, but need not be.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015): algorithm 1 is "outside"; "hat" is
        the more efficient order of computation at the end of section 2.
        """
        config = {
            "learning_rate": 1e-3,
            "beta1": 0.9,
            "beta2": 0.999,
            "epsilon": 1e-8,
            "placement": "outside",
            "m": np.zeros_like(w),
            "v": np.zeros_like(w),
            "t": 0,
            **(config or {}),
        }
        rate, epsilon = config["learning_rate"], config["epsilon"]
        beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
        m = beta1 * config["m"] + (1 - beta1) * dw
        v = beta2 * config["v"] + (1 - beta2) * dw**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        if config["placement"] == "outside":
            step = rate * m_hat / (np.sqrt(v_hat) + epsilon)
        elif config["placement"] == "inside":
            step = rate * m_hat / np.sqrt(v_hat + epsilon)
        else:
            step = rate * (1 - beta2**t) ** 0.5 / (1 - beta1**t) * m / (np.sqrt(v) + epsilon)
        return w - step, {**config, "m": m, "v": v, "t": t}

    def cases(rng):
        def gradients(*shape):
            """Around 1e-2, where an epsilon of 1e-3 counts."""
            return rng.choice([-1.0, 1.0], shape) * rng.uniform(5e-3, 3e-2, shape)

        yield Case(
            "config=None: outside, with 1e-8",
            weight=0.5,
            w=rng.normal(size=3),
            gradients=1e-6 * gradients(8, 3),
        )
        yield Case(
            "no placement named: outside",
            weight=0.5,
            w=rng.normal(size=3),
            gradients=gradients(8, 3),
            config={"epsilon": 1e-3, "learning_rate": uniform(rng, 0.02, 0.1)},
        )
        yield Case(
            "inside",
            w=rng.normal(size=3),
            gradients=gradients(10, 3),
            config={"epsilon": 1e-3, "placement": "inside"},
        )
        yield Case(
            "hat",
            w=rng.normal(size=(2, 3)),
            gradients=gradients(8, 2, 3),
            config={"epsilon": 1e-3, "placement": "hat", "learning_rate": uniform(rng, 0.02, 0.1)},
        )
        yield Case(
            "hat, carried on from given m, v and t",
            w=rng.normal(size=3),
            gradients=gradients(10, 3),
            config={
                "epsilon": uniform(rng, 2e-3, 5e-3),
                "placement": "hat",
                "beta1": uniform(rng, 0.6, 0.8),
                "beta2": uniform(rng, 0.9, 0.98),
                "m": gradients(3),
                "v": rng.uniform(1e-4, 4e-4, 3),
                "t": int(rng.integers(5, 20)),
            },
        )
        w, slopes = as_float32(rng.normal(size=3), gradients(8, 3))
        yield Case(
            "inside, float32",
            w=w,
            gradients=slopes,
            config={"epsilon": 1e-3, "placement": "inside", "learning_rate": uniform(rng, 0.05, 0.2)},
        )

    @mistake("Epsilon always stands outside the root: config['placement'] is not looked at.")
    def always_outside(w, dw, config=None):
        return adam_with_placement(w, dw, config, {"inside": "outside", "hat": "outside"})

    @mistake("Epsilon always stands inside the root: config['placement'] is not looked at.")
    def always_inside(w, dw, config=None):
        return adam_with_placement(w, dw, config, {"outside": "inside", "hat": "inside"})

    @mistake("Epsilon always stands beside the root of the uncorrected v: config['placement'] is not looked at.")
    def always_hat(w, dw, config=None):
        return adam_with_placement(w, dw, config, {"outside": "hat", "inside": "hat"})

    @mistake("Inside and outside have changed places: outside is √v̂ + ε, inside is √(v̂ + ε).")
    def inside_and_outside_exchanged(w, dw, config=None):
        return adam_with_placement(w, dw, config, {"inside": "outside", "outside": "inside"})

    @mistake("With no placement named, epsilon stands outside the root.")
    def inside_by_default(w, dw, config=None):
        return adam_with_placement(w, dw, {"placement": "inside", **updated(config)}, {})

    @mistake("With no placement named, epsilon stands outside the root of the corrected v̂.")
    def hat_by_default(w, dw, config=None):
        return adam_with_placement(w, dw, {"placement": "hat", **updated(config)}, {})

    @mistake(
        "In the hat form epsilon stands beside the root of v̂, which is the outside form again. It "
        "stands beside the root of the uncorrected v, where it counts for more while t is small."
    )
    def hat_is_outside(w, dw, config=None):
        return adam_with_placement(w, dw, config, {"hat": "outside"})

    @mistake("In the hat form the corrected m̂ is used and corrected again by the rate. Use m itself.")
    def hat_corrects_twice(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config)}, w)
        m, v = moments(g, dw)
        next_m = m / (1 - g.beta1**g.t) if g.placement == "hat" else m
        return step_with_placement(w, g, next_m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("In the hat form the rate is multiplied by 1 - β₂ᵗ. v stands under a root, so its correction does too.")
    def hat_without_root(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config)}, w)
        m, v = moments(g, dw)
        if g.placement == "hat":
            g.learning_rate *= np.sqrt(1 - g.beta2**g.t)
        return step_with_placement(w, g, m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("In the hat form the rate is not corrected: √(1 - β₂ᵗ) / (1 - β₁ᵗ) is missing.")
    def hat_uncorrected(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config)}, w)
        m, v = moments(g, dw)
        if g.placement == "hat":
            return adam_step(w, g, m, v), updated(config, m=m, v=v, t=g.t)
        return step_with_placement(w, g, m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("In the inside form epsilon is squared. It is added to v̂ as it is.")
    def inside_squared(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config)}, w)
        m, v = moments(g, dw)
        if g.placement == "inside":
            g.epsilon **= 2
        return step_with_placement(w, g, m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("In the inside form epsilon is added to v before the correction, which makes it larger. Correct first.")
    def inside_before_correction(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config)}, w)
        m, v = moments(g, dw)
        if g.placement == "inside":
            g.epsilon /= 1 - g.beta2**g.t
        return step_with_placement(w, g, m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("In the inside form epsilon is added outside as well. It has one place at a time.")
    def inside_and_outside(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config)}, w)
        m, v = moments(g, dw)
        if g.placement == "inside":
            m_hat, v_hat = corrected(g, m, v)
            return adam_step(w, g, m_hat, v_hat + g.epsilon), updated(config, m=m, v=v, t=g.t)
        return step_with_placement(w, g, m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("Epsilon is always 1e-8, at which the three places look alike. Read it from config.")
    def epsilon_hard_coded(w, dw, config=None):
        g = adam_settings({"placement": "outside", **updated(config, epsilon=1e-8)}, w)
        m, v = moments(g, dw)
        return step_with_placement(w, g, m, v, g.placement), updated(config, m=m, v=v, t=g.t)

    @mistake("The placement is lost after the first step: return it with the rest of the settings.")
    def placement_lost(w, dw, config=None):
        next_w, config = adam_with_placement(w, dw, config, {})
        return next_w, {key: value for key, value in config.items() if key != "placement"}

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        for key, value in {
            "learning_rate": 1e-3,
            "beta1": 0.9,
            "beta2": 0.999,
            "epsilon": 1e-8,
            "t": 0,
        }.items():
            config.setdefault(key, value)
        config.setdefault("placement", "outside")
        m, v = config.setdefault("m", np.zeros_like(w)), config.setdefault("v", np.zeros_like(w))
        config["t"] += 1
        m += (1 - config["beta1"]) * (dw - m)
        v += (1 - config["beta2"]) * (dw * dw - v)
        m_part, v_part = 1 - config["beta1"] ** config["t"], 1 - config["beta2"] ** config["t"]
        if config["placement"] == "inside":
            below = np.sqrt(v / v_part + config["epsilon"])
        elif config["placement"] == "hat":
            below = (np.sqrt(v) + config["epsilon"]) / np.sqrt(v_part)
        else:
            below = np.sqrt(v / v_part) + config["epsilon"]
        w -= config["learning_rate"] * m / m_part / below
        return w, config

    @variant
    def hat_as_a_larger_epsilon(w, dw, config=None):
        config = dict(config or {}, seen=True)
        g = adam_settings(config, w)
        m, v = moments(g, dw)
        root = np.sqrt(v / (1 - g.beta2**g.t))
        place = config.get("placement", "outside")
        if place == "inside":
            below = np.hypot(root, np.sqrt(g.epsilon))
        elif place == "outside":
            below = root + g.epsilon
        else:
            below = root + np.float64(g.epsilon) / np.sqrt(1 - g.beta2**g.t)
        config.update(m=m, v=v, t=g.t)
        return w - g.learning_rate / (1 - g.beta1**g.t) * (m / below), config

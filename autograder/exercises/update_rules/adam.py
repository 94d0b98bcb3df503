"""Adam: momentum on the gradient, RMSprop on its square, and a correction of both for their start at zero."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.config import updated, with_defaults
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers

from .adaptive import distant_weights, tiny_gradients, without_last_weight


def adam_settings(config, w):
    """The settings in `config`, with Adam's defaults filled in; ``t`` already counts the step to take."""
    zeros = np.zeros_like(w)
    g = with_defaults(config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=zeros, v=zeros, t=0)
    g.t += 1
    return g


def moments(g, dw):
    """The new first and second moments."""
    return g.beta1 * g.m + (1 - g.beta1) * dw, g.beta2 * g.v + (1 - g.beta2) * dw**2


def corrected(g, m, v):
    """Both moments, corrected for their start at zero."""
    return m / (1 - g.beta1**g.t), v / (1 - g.beta2**g.t)


def adam_step(w, g, m_hat, v_hat):
    """The weights after a step, with epsilon outside the root."""
    return w - g.learning_rate * m_hat / (np.sqrt(v_hat) + g.epsilon)


def adam_with(w, dw, config, moments=moments, corrected=corrected, step=adam_step):
    """A step of Adam with one part replaced, for most of the known mistakes."""
    g = adam_settings(config, w)
    m, v = moments(g, dw)
    return step(w, g, *corrected(g, m, v)), updated(config, m=m, v=v, t=g.t)


class Adam(Exercise):
    """Adam, with which most networks are trained: six lines, each of which can go wrong."""

    name, points = "adam", 5
    driver = drivers.trajectory

    def reference(w, dw, config=None):
        """One step of Adam.

            t ← t + 1
            m ← β₁ m + (1 - β₁) dw          m̂ = m / (1 - β₁ᵗ)
            v ← β₂ v + (1 - β₂) dw²         v̂ = v / (1 - β₂ᵗ)
            w ← w - η m̂ / (√v̂ + ε)

        All operations are elementwise: each weight has its own m and v.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``learning_rate``: η, 1e-3 if missing. ``beta1``: β₁, 0.9 if missing. ``beta2``: β₂, 0.999 if
            missing. ``epsilon``: ε, 1e-8 if missing. ``m``, ``v``: same shape as `w`, zeros if missing.
            ``t``: how many steps have been taken, 0 if missing. None means all defaults.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings and the new ``m``, ``v`` and ``t``; they are handed to the next call. What is stored
            is m and v, not their corrected values.

        Notes
        -----
        `w`, `config` and the arrays in it may be changed in place, but need not be. Other published places of
        ε (inside the root, or beside the root of the uncorrected v) are accepted too.

        References
        ----------
        Kingma & Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1; section 3 derives the
        correction.
        """
        config = {
            "learning_rate": 1e-3,
            "beta1": 0.9,
            "beta2": 0.999,
            "epsilon": 1e-8,
            "m": np.zeros_like(w),
            "v": np.zeros_like(w),
            "t": 0,
            **(config or {}),
        }
        beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
        m = beta1 * config["m"] + (1 - beta1) * dw
        v = beta2 * config["v"] + (1 - beta2) * dw**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        step = config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
        return w - step, {**config, "m": m, "v": v, "t": t}

    def cases(rng):
        yield Case("ten steps, config=None", w=distant_weights(rng, 3), gradients=large_gradients(rng, 10, 3))
        yield Case(
            "another learning rate and betas, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=large_gradients(rng, 8, 2, 3),
            config={
                "learning_rate": uniform(rng, 0.05, 0.2),
                "beta1": uniform(rng, 0.6, 0.8),
                "beta2": uniform(rng, 0.9, 0.98),
            },
        )
        yield Case(
            "carried on from given m, v and t",
            w=distant_weights(rng, 3),
            gradients=large_gradients(rng, 10, 3),
            config={
                "beta1": uniform(rng, 0.6, 0.8),
                "beta2": uniform(rng, 0.9, 0.98),
                "m": large_gradients(rng, 3),
                "v": rng.uniform(1e6, 9e6, 3),
                "t": int(rng.integers(5, 20)),
            },
        )
        yield Case(
            "a weight that gets no gradient stays where it is",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(large_gradients(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.05, 0.2)},
        )
        yield Case(
            "late in training: tiny gradients beside an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=tiny_gradients(rng, 8, 3),
            config={"learning_rate": 1e9, "beta2": 0.99, "epsilon": 1.0, "t": int(rng.integers(4000, 9000))},
        )
        w, gradients = as_float32(distant_weights(rng, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config={"learning_rate": uniform(rng, 0.05, 0.2)})

    @mistake(
        "There is no bias correction (or its result is not used): m and v start at zeros and are too "
        "small at first, so the first step is 3.16 times too long. Divide each by 1 - β to the power t."
    )
    def no_bias_correction(w, dw, config=None):
        return adam_with(w, dw, config, corrected=lambda g, m, v: (m, v))

    @mistake("Only m is corrected for its start at zeros. v needs it more: it takes thousands of steps to fill.")
    def only_m_corrected(w, dw, config=None):
        return adam_with(w, dw, config, corrected=lambda g, m, v: (m / (1 - g.beta1**g.t), v))

    @mistake("Only v is corrected for its start at zeros. m needs it too: the first steps are too short.")
    def only_v_corrected(w, dw, config=None):
        return adam_with(w, dw, config, corrected=lambda g, m, v: (m, v / (1 - g.beta2**g.t)))

    @mistake("The corrections are exchanged: m is divided by 1 - β₁ᵗ, v by 1 - β₂ᵗ.")
    def corrections_exchanged(w, dw, config=None):
        def corrected(g, m, v):
            return m / (1 - g.beta2**g.t), v / (1 - g.beta1**g.t)

        return adam_with(w, dw, config, corrected=corrected)

    @mistake("The moments are divided by 1 - β. It is β to the power t: the correction fades with time.")
    def power_missing(w, dw, config=None):
        return adam_with(w, dw, config, corrected=lambda g, m, v: (m / (1 - g.beta1), v / (1 - g.beta2)))

    @mistake("β is multiplied by t where it should be raised to the power t (** in Python).")
    def times_t(w, dw, config=None):
        def corrected(g, m, v):
            return m / (1 - g.beta1 * g.t), v / (1 - g.beta2 * g.t)

        return adam_with(w, dw, config, corrected=corrected)

    @mistake("The moments are multiplied by 1 - βᵗ, which makes them smaller still. Divide.")
    def correction_multiplied(w, dw, config=None):
        def corrected(g, m, v):
            return m * (1 - g.beta1**g.t), v * (1 - g.beta2**g.t)

        return adam_with(w, dw, config, corrected=corrected)

    @mistake("The corrected moments are stored, so they are corrected again at the next step. Store m and v.")
    def corrected_moments_stored(w, dw, config=None):
        return adam_with(
            w,
            dw,
            config,
            moments=lambda g, dw: corrected(g, *moments(g, dw)),
            corrected=lambda g, m, v: (m, v),
        )

    @mistake("t never advances: at t = 0 the correction divides by 1 - 1 = 0. Increment it before it is used.")
    def t_never_advanced(w, dw, config=None):
        t = updated(config).get("t", 0)
        next_w, config = adam_with(w, dw, updated(config, t=t - 1))
        return next_w, updated(config, t=t)

    @mistake("t advances but is not stored in config, so every step is corrected as if it were the same.")
    def t_not_stored(w, dw, config=None):
        t = updated(config).get("t", 0)
        next_w, config = adam_with(w, dw, config)
        return next_w, updated(config, t=t)

    @mistake("t advances after it is used, so the first step divides by 1 - 1 = 0. Increment it first.")
    def t_advanced_after_use(w, dw, config=None):
        t = updated(config).get("t", 0)
        next_w, config = adam_with(w, dw, updated(config, t=t - 1))
        return next_w, updated(config, t=t + 1)

    @mistake("t is one too large: it starts at 0 and is incremented once, so the first step has t = 1.")
    def t_starts_at_one(w, dw, config=None):
        t = updated(config).get("t", 0)
        next_w, config = adam_with(w, dw, updated(config, t=t + 1))
        return next_w, updated(config, t=t + 1)

    @mistake("On the first step config holds no m, v and t yet: the moments start at zeros, t at 0.")
    def state_expected(w, dw, config=None):
        return adam_with(w, dw, updated(config, t=updated(config)["t"]))

    @mistake(
        "The state comes from nowhere: a name is used before anything has set it. Read m, v and t from config; on the "
        "first step the moments start at zeros, and t at 0."
    )
    def state_from_nowhere(w, dw, config=None):
        m = 0.9 * m + 0.1 * dw  # noqa: F821
        return w - m, updated(config, m=m)

    @mistake(
        "A name is used that nothing has set. If it is t: it is not given, it counts the steps. Read it from config, "
        "0 if missing, and add 1."
    )
    def t_from_nowhere(w, dw, config=None):
        return w, updated(config, t=t + 1)  # noqa: F821

    @mistake("m and v are not stored in config, so each step knows its own gradient only.")
    def moments_not_stored(w, dw, config=None):
        next_w, after = adam_with(w, dw, config)
        return next_w, updated(config, t=after["t"])

    @mistake("The step uses the moments of the step before: update m and v first.")
    def old_moments_used(w, dw, config=None):
        return adam_with(w, dw, config, corrected=lambda g, m, v: corrected(g, g.m, g.v))

    @mistake("The root is left out: divide by the root of v̂, which has the size of a gradient.")
    def root_missing(w, dw, config=None):
        return adam_with(w, dw, config, step=lambda w, g, m_hat, v_hat: adam_step(w, g, m_hat, v_hat**2))

    @mistake("m and v have changed places in the step: m̂ is above the line, the root of v̂ below it.")
    def moments_exchanged(w, dw, config=None):
        return adam_with(w, dw, config, step=lambda w, g, m_hat, v_hat: adam_step(w, g, v_hat, m_hat))

    @mistake("m is stored under the name of v and v under that of m: look at what goes into config.")
    def stored_under_each_others_name(w, dw, config=None):
        next_w, config = adam_with(w, dw, config)
        return next_w, updated(config, m=config["v"], v=config["m"])

    @mistake("m averages squared gradients and has lost their sign. It averages gradients; v has the squares.")
    def m_of_squares(w, dw, config=None):
        def moments_(g, dw):
            return g.beta1 * g.m + (1 - g.beta1) * dw**2, moments(g, dw)[1]

        return adam_with(w, dw, config, moments=moments_)

    @mistake("v averages the gradients, not their squares, and its root fails where they are negative.")
    def v_of_gradients(w, dw, config=None):
        def moments_(g, dw):
            return moments(g, dw)[0], g.beta2 * g.v + (1 - g.beta2) * dw

        return adam_with(w, dw, config, moments=moments_)

    @mistake("v averages the squares of m. It averages the squares of the gradient.")
    def v_of_m(w, dw, config=None):
        def moments_(g, dw):
            m = moments(g, dw)[0]
            return m, moments(g, m)[1]

        return adam_with(w, dw, config, moments=moments_)

    @mistake("There is no momentum: the step uses the gradient itself, as RMSprop does. Use the corrected m.")
    def momentum_left_out(w, dw, config=None):
        return adam_with(w, dw, config, corrected=lambda g, m, v: (dw, corrected(g, m, v)[1]))

    @mistake("The gradient and its square enter with weight 1. They need 1 - β₁ and 1 - β₂: these are means.")
    def not_averaged(w, dw, config=None):
        return adam_with(w, dw, config, moments=lambda g, dw: (g.beta1 * g.m + dw, g.beta2 * g.v + dw**2))

    @mistake("The weights are exchanged in both means: β belongs to the old value, 1 - β to the new one.")
    def decay_on_the_wrong_term(w, dw, config=None):
        def moments_(g, dw):
            return (1 - g.beta1) * g.m + g.beta1 * dw, (1 - g.beta2) * g.v + g.beta2 * dw**2

        return adam_with(w, dw, config, moments=moments_)

    @mistake("beta1 and beta2 have changed places: m takes beta1, which forgets fast, and v takes beta2.")
    def betas_exchanged(w, dw, config=None):
        g = adam_settings(config, w)
        next_w, after = adam_with(w, dw, updated(config, beta1=g.beta2, beta2=g.beta1))
        return next_w, updated(after, beta1=g.beta1, beta2=g.beta2)

    @mistake("The step goes along the gradient, so the loss rises. To go down, subtract.")
    def wrong_sign(w, dw, config=None):
        return adam_with(w, dw, config, step=lambda w, g, m_hat, v_hat: adam_step(w, g, -m_hat, v_hat))

    @mistake("Your weights never move. Is the update behind a comment, or is its result not what you return?")
    def never_moves(w, dw, config=None):
        return adam_with(w, dw, config, step=lambda w, g, m_hat, v_hat: w)

    @mistake("The betas are always 0.9 and 0.999. Read them from config; these are only the defaults.")
    def betas_hard_coded(w, dw, config=None):
        return adam_with(w, dw, updated(config, beta1=0.9, beta2=0.999))

    @mistake("The learning rate is always 1e-3. Read it from config; 1e-3 is only for when it is missing.")
    def rate_hard_coded(w, dw, config=None):
        return adam_with(w, dw, updated(config, learning_rate=1e-3))

    @mistake("The learning rate is 1e-2 when config has none. Adam's default is 1e-3.")
    def rate_defaults_to_sgds(w, dw, config=None):
        return adam_with(w, dw, {"learning_rate": 1e-2, **updated(config)})

    @mistake("Epsilon is always 1e-8. Read it from config; 1e-8 is only what to use when it is missing.")
    def epsilon_hard_coded(w, dw, config=None):
        return adam_with(w, dw, updated(config, epsilon=1e-8))

    @mistake("Without epsilon a weight that never got a gradient becomes 0 / 0. Add it to the denominator.")
    def epsilon_missing(w, dw, config=None):
        return adam_with(w, dw, updated(config, epsilon=0.0))

    @mistake("Epsilon is added to the weights, not to the denominator: parentheses are missing around the sum.")
    def epsilon_outside_the_denominator(w, dw, config=None):
        def step(w, g, m_hat, v_hat):
            return w - g.learning_rate * m_hat / np.sqrt(v_hat) + g.epsilon

        return adam_with(w, dw, config, step=step)

    @mistake("You return a config with m, v and t alone, so the settings are lost after the first step.")
    def settings_lost(w, dw, config=None):
        next_w, config = adam_with(w, dw, config)
        return next_w, {key: config[key] for key in ("m", "v", "t")}

    @variant
    def in_place(w, dw, config=None):
        if config is None:
            config = {}
        config.setdefault("learning_rate", 1e-3)
        config.setdefault("beta1", 0.9)
        config.setdefault("beta2", 0.999)
        config.setdefault("epsilon", 1e-8)
        config.setdefault("m", np.zeros_like(w))
        config.setdefault("v", np.zeros_like(w))
        config.setdefault("t", 0)
        config["t"] += 1
        config["m"] *= config["beta1"]
        config["m"] += (1 - config["beta1"]) * dw
        config["v"] *= config["beta2"]
        config["v"] += (1 - config["beta2"]) * dw * dw
        m_hat = config["m"] / (1 - config["beta1"] ** config["t"])
        v_hat = config["v"] / (1 - config["beta2"] ** config["t"])
        w -= config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
        return w, config

    @variant
    def epsilon_inside_the_root(w, dw, config=None):
        g = adam_settings(config, w)
        m, v = moments(g, dw)
        m_hat, v_hat = corrected(g, m, v)
        next_w = w - g.learning_rate * m_hat / np.sqrt(v_hat + g.epsilon)
        return next_w, updated(config, m=m, v=v, t=np.int64(g.t), m_hat=m_hat, v_hat=v_hat)

    @variant
    def epsilon_hat(w, dw, config=None):
        g = adam_settings(config, w)
        m, v = g.m + (1 - g.beta1) * (dw - g.m), g.v + (1 - g.beta2) * (dw * dw - g.v)
        rate = g.learning_rate * np.sqrt(1 - g.beta2**g.t) / (1 - g.beta1**g.t)
        return w - rate * m / (np.sqrt(v) + g.epsilon), updated(config, m=m, v=v, t=g.t)

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = adam_settings(config, w)
        next_w, m, v = (np.array(a, dtype=np.float64).ravel() for a in (w, g.m, g.v))
        for i, slope in enumerate(dw.ravel()):
            m[i] = g.beta1 * m[i] + (1 - g.beta1) * slope
            v[i] = g.beta2 * v[i] + (1 - g.beta2) * float(slope) ** 2
            m_hat, v_hat = m[i] / (1 - g.beta1**g.t), v[i] / (1 - g.beta2**g.t)
            next_w[i] -= g.learning_rate * m_hat / (v_hat**0.5 + g.epsilon)
        return next_w.reshape(w.shape), updated(config, m=m.reshape(w.shape), v=v.reshape(w.shape), t=float(g.t))

"""Adam: momentum on the gradient, RMSprop on its square, and a correction of both for their start at zero."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers

from .adaptive import distant_weights, tiny_gradients, without_last_weight


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

    no_bias_correction = mistake(
        "There is no bias correction (or its result is not used): m and v start at zeros and are too "
        "small at first, so the first step is 3.16 times too long. Divide each by 1 - β to the power t.",
        {"m / (1 - beta1**t), v / (1 - beta2**t)": "m, v"},
    )
    only_m_corrected = mistake(
        "Only m is corrected for its start at zeros. v needs it more: it takes thousands of steps to fill.",
        {"v / (1 - beta2**t)": "v"},
    )
    only_v_corrected = mistake(
        "Only v is corrected for its start at zeros. m needs it too: the first steps are too short.",
        {"m / (1 - beta1**t)": "m"},
    )
    corrections_exchanged = mistake(
        "The corrections are exchanged: m is divided by 1 - β₁ᵗ, v by 1 - β₂ᵗ.",
        {"m / (1 - beta1**t), v / (1 - beta2**t)": "m / (1 - beta2**t), v / (1 - beta1**t)"},
    )
    power_missing = mistake(
        "The moments are divided by 1 - β. It is β to the power t: the correction fades with time.",
        {"m / (1 - beta1**t)": "m / (1 - beta1)", "v / (1 - beta2**t)": "v / (1 - beta2)"},
    )
    times_t = mistake(
        "β is multiplied by t where it should be raised to the power t (** in Python).",
        {"m / (1 - beta1**t)": "m / (1 - beta1 * t)", "v / (1 - beta2**t)": "v / (1 - beta2 * t)"},
    )
    correction_multiplied = mistake(
        "The moments are multiplied by 1 - βᵗ, which makes them smaller still. Divide.",
        {"m / (1 - beta1**t)": "m * (1 - beta1**t)", "v / (1 - beta2**t)": "v * (1 - beta2**t)"},
    )
    corrected_moments_stored = mistake(
        "The corrected moments are stored, so they are corrected again at the next step. Store m and v.",
        {'"m": m, "v": v, "t": t': '"m": m_hat, "v": v_hat, "t": t'},
    )
    t_never_advanced = mistake(
        "t never advances: at t = 0 the correction divides by 1 - 1 = 0. Increment it before it is used.",
        {'config["t"] + 1': 'config["t"]'},
    )
    t_not_stored = mistake(
        "t advances but is not stored in config, so every step is corrected as if it were the same.",
        {', "t": t}': "}"},
    )
    t_advanced_after_use = mistake(
        "t advances after it is used, so the first step divides by 1 - 1 = 0. Increment it first.",
        {'config["t"] + 1': 'config["t"]', '"t": t}': '"t": t + 1}'},
    )
    t_starts_at_one = mistake(
        "t is one too large: it starts at 0 and is incremented once, so the first step has t = 1.",
        {'config["t"] + 1': 'config["t"] + 2', '"t": t}': '"t": t - 1}'},
    )
    state_expected = mistake(
        "On the first step config holds no m, v and t yet: the moments start at zeros, t at 0.",
        {'"m": np.zeros_like(w),\n"v": np.zeros_like(w),\n"t": 0,': ""},
    )
    state_from_nowhere = mistake(
        "The state comes from nowhere: a name is used before anything has set it. Read m, v and t from config; on the "
        "first step the moments start at zeros, and t at 0.",
        {'beta1 * config["m"]': "beta1 * m"},
    )
    t_from_nowhere = mistake(
        "A name is used that nothing has set. If it is t: it is not given, it counts the steps. Read it from config, "
        "0 if missing, and add 1.",
        {', t = config["beta1"], config["beta2"], config["t"] + 1': ' = config["beta1"], config["beta2"]'},
    )
    moments_not_stored = mistake(
        "m and v are not stored in config, so each step knows its own gradient only.",
        {'"m": m, "v": v, "t": t}': '"t": t}'},
    )
    old_moments_used = mistake(
        "The step uses the moments of the step before: update m and v first.",
        {"m / (1 - beta1**t)": 'config["m"] / (1 - beta1**t)', "v / (1 - beta2**t)": 'config["v"] / (1 - beta2**t)'},
    )
    root_missing = mistake(
        "The root is left out: divide by the root of v̂, which has the size of a gradient.",
        {"np.sqrt(v_hat)": "v_hat"},
    )
    moments_exchanged = mistake(
        "m and v have changed places in the step: m̂ is above the line, the root of v̂ below it.",
        {"* m_hat /": "* v_hat /", "np.sqrt(v_hat)": "np.sqrt(m_hat)"},
    )
    stored_under_each_others_name = mistake(
        "m is stored under the name of v and v under that of m: look at what goes into config.",
        {'"m": m, "v": v': '"m": v, "v": m'},
    )
    m_of_squares = mistake(
        "m averages squared gradients and has lost their sign. It averages gradients; v has the squares.",
        {"(1 - beta1) * dw": "(1 - beta1) * dw**2"},
    )
    v_of_gradients = mistake(
        "v averages the gradients, not their squares, and its root fails where they are negative.",
        {"(1 - beta2) * dw**2": "(1 - beta2) * dw"},
    )
    v_of_m = mistake(
        "v averages the squares of m. It averages the squares of the gradient.",
        {"(1 - beta2) * dw**2": "(1 - beta2) * m**2"},
    )
    momentum_left_out = mistake(
        "There is no momentum: the step uses the gradient itself, as RMSprop does. Use the corrected m.",
        {"* m_hat /": "* dw /"},
    )
    not_averaged = mistake(
        "The gradient and its square enter with weight 1. They need 1 - β₁ and 1 - β₂: these are means.",
        {"(1 - beta1) * dw": "dw", "(1 - beta2) * dw**2": "dw**2"},
    )
    decay_on_the_wrong_term = mistake(
        "The weights are exchanged in both means: β belongs to the old value, 1 - β to the new one.",
        {
            'beta1 * config["m"] + (1 - beta1) * dw': '(1 - beta1) * config["m"] + beta1 * dw',
            'beta2 * config["v"] + (1 - beta2) * dw**2': '(1 - beta2) * config["v"] + beta2 * dw**2',
        },
    )
    betas_exchanged = mistake(
        "beta1 and beta2 have changed places: m takes beta1, which forgets fast, and v takes beta2.",
        {'config["beta1"], config["beta2"]': 'config["beta2"], config["beta1"]'},
    )
    wrong_sign = mistake(
        "The step goes along the gradient, so the loss rises. To go down, subtract.", {"w - step": "w + step"}
    )
    never_moves = mistake(
        "Your weights never move. Is the update behind a comment, or is its result not what you return?",
        {"w - step": "w"},
    )
    betas_hard_coded = mistake(
        "The betas are always 0.9 and 0.999. Read them from config; these are only the defaults.",
        {'config["beta1"], config["beta2"]': "0.9, 0.999"},
    )
    rate_hard_coded = mistake(
        "The learning rate is always 1e-3. Read it from config; 1e-3 is only for when it is missing.",
        {'config["learning_rate"]': "1e-3"},
    )
    rate_defaults_to_sgds = mistake(
        "The learning rate is 1e-2 when config has none. Adam's default is 1e-3.",
        {'"learning_rate": 1e-3': '"learning_rate": 1e-2'},
    )
    epsilon_hard_coded = mistake(
        "Epsilon is always 1e-8. Read it from config; 1e-8 is only what to use when it is missing.",
        {'config["epsilon"]': "1e-8"},
    )
    epsilon_missing = mistake(
        "Without epsilon a weight that never got a gradient becomes 0 / 0. Add it to the denominator.",
        {'(np.sqrt(v_hat) + config["epsilon"])': "np.sqrt(v_hat)"},
    )
    epsilon_outside_the_denominator = mistake(
        "Epsilon is added to the weights, not to the denominator: parentheses are missing around the sum.",
        {"w - step": 'w - config["learning_rate"] * m_hat / np.sqrt(v_hat) + config["epsilon"]'},
    )
    settings_lost = mistake(
        "You return a config with m, v and t alone, so the settings are lost after the first step.",
        {"{**config, ": "{"},
    )

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

    epsilon_inside_the_root = variant(
        {
            '(np.sqrt(v_hat) + config["epsilon"])': 'np.sqrt(v_hat + config["epsilon"])',
            '"t": t}': '"t": np.int64(t), "m_hat": m_hat, "v_hat": v_hat}',
        }
    )
    epsilon_hat = variant(
        {
            "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)": "rate = np.sqrt(1 - beta2**t) / (1 - beta1**t)",
            "* m_hat /": "* rate * m /",
            "np.sqrt(v_hat)": "np.sqrt(v)",
        }
    )

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, **(config or {})}
        t = g.get("t", 0) + 1
        next_w, slopes = np.array(w, dtype=np.float64).ravel(), dw.ravel()
        m, v = (np.array(g.get(name, np.zeros_like(w)), dtype=np.float64).ravel() for name in ("m", "v"))
        for i in range(next_w.size):
            slope = float(slopes[i])
            m[i] = g["beta1"] * m[i] + (1 - g["beta1"]) * slope
            v[i] = g["beta2"] * v[i] + (1 - g["beta2"]) * slope**2
            m_hat, v_hat = m[i] / (1 - g["beta1"] ** t), v[i] / (1 - g["beta2"] ** t)
            next_w[i] -= g["learning_rate"] * m_hat / (v_hat**0.5 + g["epsilon"])
        return next_w.reshape(w.shape), {**g, "m": m.reshape(w.shape), "v": v.reshape(w.shape), "t": float(t)}

"""AdamW: Adam, with weight decay that its second moment cannot touch."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, away_from_zero, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture

from .adaptive import distant_weights, huge_and_tiny_gradients, without_last_weight


class AdamW(Exercise):
    """Decay the weights themselves: a penalty in Adam's gradient is divided by the size of the gradient."""

    name, points = "adamw", 3
    done = "You have AdamW, today's first choice for most networks; the next picture shows what sets it apart."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config=None):
        """One step of AdamW: a step of Adam plus weight decay.

            t ← t + 1
            m ← β₁ m + (1 - β₁) dw          m̂ = m / (1 - β₁ᵗ)
            v ← β₂ v + (1 - β₂) dw²         v̂ = v / (1 - β₂ᵗ)
            w ← w - η m̂ / (√v̂ + ε) - η λ w

        Every w on the right is the old one. The decay enters neither m nor v.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`, without any penalty on the weights.
        config : dict or None
            ``weight_decay``: λ, 1e-2 if missing. The rest is as in `adam`: ``learning_rate``: η, 1e-3 if missing.
            ``beta1``: β₁, 0.9 if missing. ``beta2``: β₂, 0.999 if missing. ``epsilon``: ε, 1e-8 if missing.
            ``m``, ``v``: same shape as `w`, zeros if missing. ``t``: how many steps have been taken, 0 if missing.
            None means all defaults.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            All settings and the new ``m``, ``v``, and ``t``, for the next call.

        Notes
        -----
        You may change `w`, `config`, and the arrays in it in place. Adam's other published placements of ε are
        accepted, too. As in PyTorch, the decay is multiplied by the learning rate.

        References
        ----------
        Loshchilov & Hutter, "Decoupled weight decay regularization" (2019), algorithm 2. There, only the
        schedule multiplies the decay, so their λ is our ηλ.
        """
        config = {
            "learning_rate": 1e-3,
            "beta1": 0.9,
            "beta2": 0.999,
            "epsilon": 1e-8,
            "weight_decay": 1e-2,
            "m": np.zeros_like(w),
            "v": np.zeros_like(w),
            "t": 0,
            **(config or {}),
        }
        rate, beta1, beta2, t = config["learning_rate"], config["beta1"], config["beta2"], config["t"] + 1
        m = beta1 * config["m"] + (1 - beta1) * dw
        v = beta2 * config["v"] + (1 - beta2) * dw**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        step = rate * m_hat / (np.sqrt(v_hat) + config["epsilon"])
        decay = rate * config["weight_decay"] * w
        return w - step - decay, {**config, "m": m, "v": v, "t": t}

    def cases(rng):
        yield Case("ten steps, config=None", w=distant_weights(rng, 3), gradients=away_from_zero(rng, 10, 3))
        yield Case(
            "a different weight decay, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=away_from_zero(rng, 8, 2, 3),
            config={"learning_rate": uniform(rng, 0.02, 0.05), "weight_decay": uniform(rng, 0.5, 1.5)},
        )
        yield Case(
            "different betas, continued from given m, v, and t",
            w=distant_weights(rng, 3),
            gradients=away_from_zero(rng, 10, 3),
            config={
                "learning_rate": uniform(rng, 0.02, 0.05),
                "beta1": uniform(rng, 0.6, 0.8),
                "beta2": uniform(rng, 0.9, 0.98),
                "weight_decay": uniform(rng, 0.2, 0.4),
                "m": away_from_zero(rng, 3),
                "v": rng.uniform(0.3, 2, 3),
                "t": int(rng.integers(5, 20)),
            },
        )
        yield Case(
            "a weight without a gradient decays like the others",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(away_from_zero(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.02, 0.05), "weight_decay": uniform(rng, 0.5, 1.5)},
        )
        yield Case(
            "late in training: tiny gradients next to an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=huge_and_tiny_gradients(rng, 8, 3, tiny=2e-4),
            config={
                "learning_rate": uniform(rng, 2, 4),
                "beta1": 0.9995,
                "beta2": 0.998,
                "epsilon": 1.0,
                "weight_decay": uniform(rng, 0.02, 0.05),
                "t": int(rng.integers(3000, 5000)),
            },
        )
        w, gradients = as_float32(distant_weights(rng, 3), away_from_zero(rng, 8, 3))
        yield Case(
            "float32 weights",
            w=w,
            gradients=gradients,
            config={"learning_rate": uniform(rng, 0.02, 0.05), "weight_decay": uniform(rng, 0.5, 1.5)},
        )

    l2_in_the_gradient = mistake(
        "Does Adam divide your decay, too? You add λ w to the gradient (that's Adam with L2), where √v̂ scales it, so "
        "weights with large gradients hardly decay. Leave dw alone, and subtract η λ w from the weights.",
        {"rate, beta1, beta2, t =": 'dw = dw + config["weight_decay"] * w\nrate, beta1, beta2, t =', " - decay": ""},
    )
    l2_in_the_gradient_and_decay = mistake(
        "How many times do the weights decay? Twice: λ w is in your gradient, and you subtract η λ w as well. Leave "
        "the gradient alone.",
        {"rate, beta1, beta2, t =": 'dw = dw + config["weight_decay"] * w\nrate, beta1, beta2, t ='},
    )
    decay_in_m_only = mistake(
        "What does m average? The gradient plus λ w. Decoupled means that m and v see only the gradient of "
        "the loss: subtract η λ w from the weights.",
        {"(1 - beta1) * dw": '(1 - beta1) * (dw + config["weight_decay"] * w)', " - decay": ""},
    )
    decay_in_v_only = mistake(
        "What does v average? The square of dw + λ w. Decoupled means that m and v see only the gradient of the loss.",
        {"(1 - beta2) * dw**2": '(1 - beta2) * (dw + config["weight_decay"] * w) ** 2'},
    )
    decay_divided_by_the_root = mistake(
        "What do you divide by √v̂ + ε? Both m̂ and the decay. Divide only m̂, and subtract η λ w as it is.",
        {"rate * m_hat": 'rate * (m_hat + config["weight_decay"] * w)', " - decay": ""},
    )
    never_decays = mistake(
        "Do your weights ever decay? Your step is plain Adam's. Subtract η λ w, too.", {" - decay": ""}
    )
    decay_without_the_rate = mistake(
        "Where is the learning rate in your decay? It isn't in there. Here, as in PyTorch, the decay is η λ w: "
        "multiply by η.",
        {"rate * config": "config"},
    )
    rate_twice = mistake(
        "How many times does the learning rate enter the decay? Twice. It should be η λ w.",
        {"rate * config": "rate**2 * config"},
    )
    decay_without_the_weight = mistake(
        "What does the decay act on? You subtract the same from every weight, whatever its size and sign. "
        "Multiply η λ by w.",
        {'["weight_decay"] * w': '["weight_decay"]'},
    )
    decay_by_the_sign = mistake(
        "Does a large weight decay more than a small one? Yours all lose the same, as with an L1 penalty. Subtract "
        "η λ w.",
        {'["weight_decay"] * w': '["weight_decay"] * np.sign(w)'},
    )
    decay_of_the_gradient = mistake(
        "What decays: the weights or the gradient? You multiply the weight decay by dw. Multiply it by w: η λ w.",
        {'["weight_decay"] * w': '["weight_decay"] * dw'},
    )
    decay_of_m = mistake(
        "What decays: the weights or m? You multiply the weight decay by m. Multiply it by w: η λ w.",
        {'["weight_decay"] * w': '["weight_decay"] * m'},
    )
    decay_after_the_step = mistake(
        "Which weights do you decay: the old ones or the new ones? You take the step first and decay its result. Use "
        "the old w in η λ w.",
        {"w - step - decay": '(w - step) * (1 - rate * config["weight_decay"])'},
    )
    grows = mistake(
        "Do your weights decay or grow? You add the decay. Subtract it: - η λ w.",
        {"step - decay": "step + decay"},
    )
    doubled = mistake(
        "How large is your decay? Twice too large, as for a penalty λ w² without the ½. Subtract η λ w.",
        {"rate * config": "2 * rate * config"},
    )
    halved = mistake(
        "How large is your decay? Half as large as it should be. The penalty ½ λ w² has the derivative λ w, so "
        "subtract η λ w.",
        {"rate * config": "0.5 * rate * config"},
    )
    weights_replaced_by_their_decay = mistake(
        "How much of w do you keep? Only the fraction η λ, and you lose the rest. Keep 1 - η λ of it.",
        {"w - step - decay": "decay - step"},
    )
    decay_hard_coded = mistake(
        "Does the weight decay in `config` change anything? Yours is always 1e-2. Read it from "
        '`config["weight_decay"]`, and use 1e-2 only if it is missing.',
        {'config["weight_decay"]': "1e-2"},
    )
    decay_defaults_to_zero = mistake(
        "What is your weight decay when `config` has none? It's 0, as in Adam, but the default here is 1e-2.",
        {'"weight_decay": 1e-2': '"weight_decay": 0.0'},
    )
    decay_defaults_to_1e_4 = mistake(
        "What is your weight decay when `config` has none? It's 1e-4, but the default here is 1e-2.",
        {'"weight_decay": 1e-2': '"weight_decay": 1e-4'},
    )
    settings_lost = mistake(
        "Do your settings survive the first step? From the second step on, they are back at their defaults. Return "
        "all of `config`, with the new m, v, and t in it.",
        {"{**config, ": "{"},
    )
    decay_lost = mistake(
        "Does the weight decay survive the first step? From the second step on, it is back at 1e-2. Return it with "
        "the other settings.",
        {"{**config, ": '{**{k: x for k, x in config.items() if k != "weight_decay"}, '},
    )
    decay_lowered_for_good = mistake(
        "What weight decay do you store in `config`? One that is already multiplied by η, so each step multiplies it "
        "again. Leave λ as it is.",
        {'"t": t}': '"t": t, "weight_decay": rate * config["weight_decay"]}'},
    )
    no_bias_correction = mistake(
        "Where do you correct m and v for starting at zero? Yours go into the step as they are. Divide m by 1 - β₁ᵗ "
        "and v by 1 - β₂ᵗ, as in Adam.",
        {"m / (1 - beta1**t), v / (1 - beta2**t)": "m, v"},
    )
    power_missing = mistake(
        "Does your correction fade with time? You divide by 1 - β at every step. Raise β to the power t.",
        {"m / (1 - beta1**t)": "m / (1 - beta1)", "v / (1 - beta2**t)": "v / (1 - beta2)"},
    )
    t_not_stored = mistake(
        "Does the new t reach the next step? Each of your steps is corrected as if it were the first. Store t in the "
        "config you return.",
        {', "t": t}': "}"},
    )
    t_dropped = mistake(
        "What is t in your second step? It's 1 again, because the config you return doesn't hold the new t. Store it "
        "there.",
        {
            '{**config, "m": m, "v": v, "t": t}': (
                '{**{key: value for key, value in config.items() if key != "t"}, "m": m, "v": v}'
            )
        },
    )
    moments_dropped = mistake(
        "Which m and v does your second step start from? Zeros, because the config you return doesn't hold the new "
        "values. Store both there.",
        {
            '{**config, "m": m, "v": v, "t": t}': (
                '{**{key: value for key, value in config.items() if key not in ("m", "v")}, "t": t}'
            )
        },
    )
    state_dropped = mistake(
        "What do m, v, and t start from in your second step? Zeros, because the config you return doesn't hold the new "
        "values. Store all three there.",
        {
            '{**config, "m": m, "v": v, "t": t}': (
                '{key: value for key, value in config.items() if key not in ("m", "v", "t")}'
            )
        },
    )
    t_advanced_after_use = mistake(
        "What is t when you first use it? It's still 0, so the correction divides by 1 - 1 = 0. Add 1 to it first.",
        {'config["t"] + 1': 'config["t"]', '"t": t}': '"t": t + 1}'},
    )
    moments_not_stored = mistake(
        "Do the new m and v reach the next step? Each of your steps starts again from the very first ones. Store both "
        "in the config you return.",
        {'"m": m, "v": v, ': ""},
    )
    nothing_stored = mistake(
        "What reaches the next step? Each of your steps starts again from the very first m, v, and t. Store all three "
        "in the config you return.",
        {', "m": m, "v": v, "t": t}': "}"},
    )
    velocity_for_m = mistake(
        "What does your m hold? A velocity, as in momentum: it takes in all of -η dw. It should average the gradients, "
        "m ← β₁ m + (1 - β₁) dw, and η belongs in the step.",
        {"+ (1 - beta1) * dw": "- rate * dw", "step = rate * m_hat": "step = -m_hat"},
    )
    velocity_uphill_for_m = mistake(
        "What does your m hold? It takes in all of η dw, like momentum's velocity. It should average the gradients, "
        "m ← β₁ m + (1 - β₁) dw, and η belongs in the step.",
        {"(1 - beta1) * dw": "rate * dw", "step = rate * m_hat": "step = m_hat"},
    )
    m_not_averaged = mistake(
        "How much of the new gradient enters m? All of it, so m is a sum. Multiply dw by 1 - β₁.",
        {"(1 - beta1) * dw": "dw"},
    )
    v_not_averaged = mistake(
        "How much of the new square enters v? All of it, so v is a sum. Multiply dw² by 1 - β₂.",
        {"(1 - beta2) * dw**2": "dw**2"},
    )
    squared_deviations = mistake(
        "What does v average? Squares of dw - m, as in AdaBelief. AdamW averages the squares of dw itself.",
        {"* dw**2": "* (dw - m) ** 2"},
    )
    epsilon_added_to_v = mistake(
        "How often do you add epsilon? To v at every step, so it adds up there. Add it once, to the root of v̂.",
        {'beta2 * config["v"]': 'beta2 * config["v"] + config["epsilon"]'},
    )
    state_expected = mistake(
        "What if `config` has no m, v, or t yet? Your function stops with an error. Start m and v as zeros of the same "
        "shape as w, and t at 0.",
        {'"m": np.zeros_like(w),\n"v": np.zeros_like(w),\n"t": 0,': ""},
    )
    root_missing = mistake(
        "What do you divide by: v̂ or its root? You divide by v̂. Take the root, which has the size of a gradient.",
        {"np.sqrt(v_hat)": "v_hat"},
    )
    betas_exchanged = mistake(
        "Which beta belongs to which moment? Yours are swapped: beta1 is for m, beta2 for v.",
        {'config["beta1"], config["beta2"]': 'config["beta2"], config["beta1"]'},
    )
    betas_hard_coded = mistake(
        "Do the betas in `config` change anything? Yours are always 0.9 and 0.999. Read them from `config`, and use "
        "these only if they are missing.",
        {'config["beta1"], config["beta2"]': "0.9, 0.999"},
    )
    beta2_defaults_to_099 = mistake(
        "What is your beta2 when `config` has none? It's 0.99, but the default here is 0.999.",
        {'"beta2": 0.999': '"beta2": 0.99'},
    )
    rate_hard_coded = mistake(
        "Does the learning rate in `config` change anything? Yours is always 1e-3. Read it from `config`, and use 1e-3 "
        "only if it is missing.",
        {'config["learning_rate"]': "1e-3"},
    )
    rate_defaults_to_sgds = mistake(
        "What is your learning rate when `config` has none? It's 1e-2, but the default here is 1e-3.",
        {'"learning_rate": 1e-3': '"learning_rate": 1e-2'},
    )
    epsilon_hard_coded = mistake(
        "Does the epsilon in `config` change anything? Yours is always 1e-8. Read it from `config`, and use 1e-8 only "
        "if it is missing.",
        {'config["epsilon"]': "1e-8"},
    )
    epsilon_missing = mistake(
        "What if a weight never gets a gradient? Your step divides 0 by 0 there. Add epsilon to the square root "
        "in the denominator.",
        {' + config["epsilon"]': ""},
    )
    wrong_sign = mistake(
        "Which way does m̂ point? Uphill, like the gradient, and your weights move along it. Subtract the step.",
        {"w - step": "w + step"},
    )
    step_left_out = mistake(
        "Does the gradient move your weights? They only decay. Subtract Adam's step, too.",
        {"w - step - decay": "w - decay"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"w - step - decay": "w"},
    )

    @variant
    def decays_first_in_place(w, dw, config=None):
        if config is None:
            config = {}
        for key, value in (
            ("learning_rate", 1e-3),
            ("beta1", 0.9),
            ("beta2", 0.999),
            ("epsilon", 1e-8),
            ("weight_decay", 1e-2),
            ("t", 0),
        ):
            config.setdefault(key, value)
        m, v = config.setdefault("m", np.zeros_like(w)), config.setdefault("v", np.zeros_like(w))
        config["t"] += 1
        m += (1 - config["beta1"]) * (dw - m)
        v += (1 - config["beta2"]) * (dw * dw - v)
        w *= 1 - config["learning_rate"] * config["weight_decay"]
        m_hat, v_hat = m / (1 - config["beta1"] ** config["t"]), v / (1 - config["beta2"] ** config["t"])
        w -= config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
        return w, config

    rate_in_front = variant(
        {
            "step = rate * m_hat": "step = m_hat",
            "decay = rate * config": "decay = config",
            "w - step - decay": "w - rate * (step + decay)",
        }
    )
    epsilon_inside_the_root = variant({"(np.sqrt(v_hat)": "np.sqrt((v_hat)"})
    epsilon_hat = variant(
        {
            "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)": "factor = np.sqrt(1 - beta2**t) / (1 - beta1**t)",
            "rate * m_hat /": "rate * factor * m /",
            "np.sqrt(v_hat)": "np.sqrt(v)",
        }
    )

    @variant
    def one_weight_at_a_time(w, dw, config=None):
        g = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2}
        g.update(config or {})
        t, shrink = g.get("t", 0) + 1, 1 - g["learning_rate"] * g["weight_decay"]
        next_w, m, v = np.zeros(w.shape), np.zeros(w.shape), np.zeros(w.shape)
        old_m, old_v = g.get("m", np.zeros(w.shape)), g.get("v", np.zeros(w.shape))
        for i in np.ndindex(*w.shape):
            slope = float(dw[i])
            m[i] = g["beta1"] * old_m[i] + (1 - g["beta1"]) * slope
            v[i] = g["beta2"] * old_v[i] + (1 - g["beta2"]) * slope**2
            root = (v[i] / (1 - g["beta2"] ** t)) ** 0.5
            next_w[i] = shrink * w[i] - g["learning_rate"] * m[i] / (1 - g["beta1"] ** t) / (root + g["epsilon"])
        return next_w, {**g, "m": m, "v": v, "t": t}

"""Adam: momentum on the gradient and RMSprop on its square, both corrected for starting at zero."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, large_gradients, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture

from .adaptive import distant_weights, huge_and_tiny_gradients, without_last_weight


class Adam(Exercise):
    """Adam: six lines, each of which can go wrong."""

    name, points = "adam", 5
    done = "You now have an Adam that matches the paper; the race below runs it against your other rules."
    driver = drivers.trajectory
    picture = Picture("curve")

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
            The settings and the new ``m``, ``v``, and ``t``, for the next call. Store m and v themselves, not their
            corrected values.

        Notes
        -----
        You may change `w`, `config`, and the arrays in it in place. The other published placements of ε (inside the
        root, or next to the root of the uncorrected v) are accepted, too.

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
            "a different learning rate and betas, weights in a matrix",
            w=distant_weights(rng, 2, 3),
            gradients=large_gradients(rng, 8, 2, 3),
            config={
                "learning_rate": uniform(rng, 0.05, 0.2),
                "beta1": uniform(rng, 0.6, 0.8),
                "beta2": uniform(rng, 0.9, 0.98),
            },
        )
        yield Case(
            "continued from given m, v, and t",
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
            "a weight without a gradient stays where it is",
            w=distant_weights(rng, 3),
            gradients=without_last_weight(large_gradients(rng, 8, 3)),
            config={"learning_rate": uniform(rng, 0.05, 0.2)},
        )
        yield Case(
            "late in training: tiny gradients next to an epsilon of 1",
            w=distant_weights(rng, 3),
            gradients=huge_and_tiny_gradients(rng, 8, 3, tiny=1e-9),
            config={
                "learning_rate": uniform(rng, 2, 4),
                "beta1": 0.9995,
                "beta2": 0.998,
                "epsilon": 1.0,
                "t": int(rng.integers(1000, 3000)),
            },
        )
        w, gradients = as_float32(distant_weights(rng, 3), large_gradients(rng, 8, 3))
        yield Case("float32 weights", w=w, gradients=gradients, config={"learning_rate": uniform(rng, 0.05, 0.2)})

    no_bias_correction = mistake(
        "Where do you correct m and v for starting at zero? Yours go into the step as they are, so most of the first "
        "steps have the wrong length. Divide m by 1 - β₁ᵗ and v by 1 - β₂ᵗ.",
        {"m / (1 - beta1**t), v / (1 - beta2**t)": "m, v"},
    )
    only_m_corrected = mistake(
        "Which moments do you correct for starting at zero? Only m. Correct v, too: it takes thousands of steps to "
        "fill up.",
        {"v / (1 - beta2**t)": "v"},
    )
    only_v_corrected = mistake(
        "Which moments do you correct for starting at zero? Only v. Correct m, too, or the first steps are too short.",
        {"m / (1 - beta1**t)": "m"},
    )
    corrections_exchanged = mistake(
        "Which correction belongs to which moment? Yours are swapped: divide m by 1 - β₁ᵗ and v by 1 - β₂ᵗ.",
        {"m / (1 - beta1**t), v / (1 - beta2**t)": "m / (1 - beta2**t), v / (1 - beta1**t)"},
    )
    power_missing = mistake(
        "Does your correction fade with time? You divide by 1 - β at every step. Raise β to the power t, "
        "and let t count the steps.",
        {"m / (1 - beta1**t)": "m / (1 - beta1)", "v / (1 - beta2**t)": "v / (1 - beta2)"},
    )
    times_t = mistake(
        "What happens to β in your correction? It is multiplied by t. Raise it to the power t (** in Python).",
        {"m / (1 - beta1**t)": "m / (1 - beta1 * t)", "v / (1 - beta2**t)": "v / (1 - beta2 * t)"},
    )
    correction_multiplied = mistake(
        "Does your correction make the moments larger? You multiply by 1 - βᵗ, which makes them smaller still. Divide.",
        {"m / (1 - beta1**t)": "m * (1 - beta1**t)", "v / (1 - beta2**t)": "v * (1 - beta2**t)"},
    )
    corrected_moments_stored = mistake(
        "Which m and v do you store? The corrected ones, so the next step corrects them again. Store m and v "
        "themselves.",
        {'"m": m, "v": v': '"m": m_hat, "v": v_hat'},
    )
    t_never_advanced = mistake(
        "Does t ever change? If it stays 0, the correction divides by 1 - 1 = 0. Add 1 to it before you use it.",
        {'config["t"] + 1': 'config["t"]'},
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
    t_starts_at_one = mistake(
        "What is t at the very first step? Yours is one too large at every step. It should be 0 before the first step "
        "and 1 during it.",
        {'config["t"] + 1': 'config["t"] + 2', '"t": t}': '"t": t - 1}'},
    )
    state_expected = mistake(
        "What if `config` has no m, v, or t yet? Your function stops with an error. Start m and v as zeros of the same "
        "shape as w, and t at 0.",
        {'"m": np.zeros_like(w),\n"v": np.zeros_like(w),\n"t": 0,': ""},
    )
    state_from_nowhere = mistake(
        "Where does m get its first value? Your function uses the name before anything has set it. Read m, v, and t "
        "from `config`; m and v start as zeros, t at 0.",
        {'beta1 * config["m"]': "beta1 * m"},
    )
    t_from_nowhere = mistake(
        "Where does t come from? Your function uses a name that nothing has set. t counts the steps: read it from "
        "`config`, 0 if missing, and add 1.",
        {', t = config["beta1"], config["beta2"], config["t"] + 1': ' = config["beta1"], config["beta2"]'},
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
    m_never_updated = mistake(
        "Does your m ever change? It stays what it was at the start, so from zeros nothing moves. Set it to "
        "β₁ m + (1 - β₁) dw at every step.",
        {'beta1 * config["m"] + (1 - beta1) * dw': 'config["m"]'},
    )
    v_never_updated = mistake(
        "Does your v ever change? It stays what it was at the start; if that is zero, you divide by epsilon alone. Set "
        "it to β₂ v + (1 - β₂) dw² at every step.",
        {'beta2 * config["v"] + (1 - beta2) * dw**2': 'config["v"]'},
    )
    old_moments_used = mistake(
        "Which m and v are in your step? The ones from before the update. Update both first.",
        {"m / (1 - beta1**t)": 'config["m"] / (1 - beta1**t)', "v / (1 - beta2**t)": 'config["v"] / (1 - beta2**t)'},
    )
    old_m_used = mistake(
        "Which m is in your step? The one from before the update, so the first step goes nowhere if m starts at zero. "
        "Correct the new m.",
        {"m / (1 - beta1**t)": 'config["m"] / (1 - beta1**t)'},
    )
    old_v_used = mistake(
        "Which v is in your step? The one from before the update, so the first step is enormous if v starts at zero. "
        "Correct the new v.",
        {"v / (1 - beta2**t)": 'config["v"] / (1 - beta2**t)'},
    )
    root_missing = mistake(
        "What do you divide by: v̂ or its root? You divide by v̂. Take the root, which has the size of a gradient.",
        {"np.sqrt(v_hat)": "v_hat"},
    )
    moments_exchanged = mistake(
        "Which moment is in the numerator of your step? Yours are swapped: divide m̂ by the root of v̂.",
        {"* m_hat /": "* v_hat /", "np.sqrt(v_hat)": "np.sqrt(m_hat)"},
    )
    stored_under_each_others_name = mistake(
        'Which moment do you store as "m"? Yours are swapped in the config you return: m holds v, and v holds m.',
        {'"m": m, "v": v': '"m": v, "v": m'},
    )
    m_of_squares = mistake(
        "What does m average? Squared gradients, which have lost their sign. Average dw in m, and dw² in v.",
        {"(1 - beta1) * dw": "(1 - beta1) * dw**2"},
    )
    v_of_gradients = mistake(
        "What does v average? Gradients with their signs, which can leave a negative number under the root. Average "
        "dw².",
        {"(1 - beta2) * dw**2": "(1 - beta2) * dw"},
    )
    v_of_m = mistake(
        "What does v average? Squares of m. Average the squares of the gradient.",
        {"(1 - beta2) * dw**2": "(1 - beta2) * m**2"},
    )
    momentum_left_out = mistake(
        "Where does m enter your step? It doesn't: the gradient itself is in the numerator, as in RMSprop. Use the "
        "corrected m there.",
        {"* m_hat /": "* dw /"},
    )
    not_averaged = mistake(
        "How much of the new gradient enters m and v? All of it, so they are sums. Multiply dw by 1 - β₁ and dw² by "
        "1 - β₂.",
        {"(1 - beta1) * dw": "dw", "(1 - beta2) * dw**2": "dw**2"},
    )
    decay_on_the_wrong_term = mistake(
        "Which term gets β in your averages? Yours are swapped: β belongs to the old value, 1 - β to the new one.",
        {
            'beta1 * config["m"] + (1 - beta1) * dw': '(1 - beta1) * config["m"] + beta1 * dw',
            'beta2 * config["v"] + (1 - beta2) * dw**2': '(1 - beta2) * config["v"] + beta2 * dw**2',
        },
    )
    betas_exchanged = mistake(
        "Which beta belongs to which moment? Yours are swapped: beta1 is for m, beta2 for v.",
        {'config["beta1"], config["beta2"]': 'config["beta2"], config["beta1"]'},
    )
    wrong_sign = mistake(
        "Which way does m̂ point? Uphill, like the gradient, and your weights move along it. Subtract the step.",
        {"w - step": "w + step"},
    )
    never_moves = mistake(
        "Do your weights ever move? You return the weights you were given. Check that the update runs, and return its "
        "result.",
        {"w - step": "w"},
    )
    gradient_clipped = mistake(
        "Do large gradients count in full? Yours stop at 1 and -1, as if clipped. The rule uses the gradient as it is.",
        {"beta1, beta2, t": "dw = np.clip(dw, -1, 1)\nbeta1, beta2, t"},
    )
    gradient_clipped_at_five = mistake(
        "Do large gradients count in full? Yours stop at 5 and -5, as if clipped. The rule uses the gradient as it is.",
        {"beta1, beta2, t": "dw = np.clip(dw, -5, 5)\nbeta1, beta2, t"},
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
        "What is your learning rate when `config` has none? It's 1e-2, but Adam's default is 1e-3.",
        {'"learning_rate": 1e-3': '"learning_rate": 1e-2'},
    )
    epsilon_hard_coded = mistake(
        "Does the epsilon in `config` change anything? Yours is always 1e-8. Read it from `config`, and use 1e-8 only "
        "if it is missing.",
        {'config["epsilon"]': "1e-8"},
    )
    epsilon_always_1e_7 = mistake(
        "Does the epsilon in `config` change anything? Yours is always 1e-7. Read it from `config`; the default is "
        "1e-8.",
        {'config["epsilon"]': "1e-7"},
    )
    epsilon_missing = mistake(
        "What if a weight never gets a gradient? Your step divides 0 by 0 there. Add epsilon to the square root "
        "in the denominator.",
        {' + config["epsilon"]': ""},
    )
    epsilon_outside_the_denominator = mistake(
        "Do the parentheses close in the right place? Epsilon is added to the weights. It belongs in the denominator: "
        "(√v̂ + ε).",
        {' + config["epsilon"]': "", "w - step": 'w - step + config["epsilon"]'},
    )
    settings_lost = mistake(
        "Do your settings survive the first step? From the second step on, they are back at their defaults. Return "
        "all of `config`, with the new m, v, and t in it.",
        {"{**config, ": "{"},
    )

    t_defaults_to_one = mistake(
        "What is t when `config` has none? Yours starts at 1, and is 2 in the first step. It should count the steps "
        "taken so far, so start it at 0.",
        {'"t": 0,': '"t": 1,'},
    )
    t_counts_the_present_step = mistake(
        "What does the t in `config` count: only the steps taken so far, or the current one, too? Yours counts the "
        "current one, too, so it is one too small if `config` has a t. Start it at 0, and add 1 before you use it.",
        {'config["t"] + 1': 'config["t"]', '"t": t}': '"t": t + 1}', '"t": 0,': '"t": 1,'},
    )
    moments_under_other_names = mistake(
        "Where do you keep m and v? Those in `config` change nothing in your steps. Read them from "
        '`config["m"]` and `config["v"]`, and store the new ones there.',
        {
            'config["m"]': 'config.get("first", 0)',
            'config["v"]': 'config.get("second", 0)',
            '"m": m, "v": v': '"first": m, "second": v',
        },
    )
    t_under_another_name = mistake(
        "Where do you keep t? The one in `config` changes nothing in your steps. Read it from "
        '`config["t"]`, and store the new one there.',
        {'config["t"] + 1': 'config.get("steps", 0) + 1', '"t": t}': '"steps": t}'},
    )
    names_of_moments_exchanged = mistake(
        "Which moment is m, and which is v? In your `config`, they are swapped. m averages the gradients, and v their "
        "squares.",
        {
            'beta1 * config["m"]': 'beta1 * config["v"]',
            'beta2 * config["v"]': 'beta2 * config["m"]',
            '"m": m, "v": v': '"m": v, "v": m',
        },
    )
    names_of_moments_exchanged_and_v_corrected = mistake(
        "Which moment is m, which is v, and what do you store? Your v averages the gradients, and you store it "
        "corrected; your m averages their squares, and you never store it. Let m average the gradients and v their "
        "squares, and store both as they are, not corrected.",
        {
            'beta1 * config["m"]': 'beta1 * config["v"]',
            'beta2 * config["v"]': 'beta2 * config["m"]',
            '"m": m, "v": v': '"v": m_hat',
        },
    )
    corrected_rate_stored = mistake(
        "What learning rate do you store in `config`? A corrected one, so the next step corrects it again. Leave η in "
        "`config` as it is.",
        {
            'step = config["learning_rate"] * m_hat / (np.sqrt(v_hat)': (
                'config["learning_rate"] *= np.sqrt(1 - beta2**t) / (1 - beta1**t)\n'
                'step = config["learning_rate"] * m / (np.sqrt(v)'
            )
        },
    )
    m_not_stored = mistake(
        "Does the new m reach the next step? Each of your steps starts again from the very first m. Store the new one "
        "in the config you return.",
        {'"m": m, ': ""},
    )
    v_not_stored = mistake(
        "Does the new v reach the next step? Each of your steps starts again from the very first v. Store the new one "
        "in the config you return.",
        {'"v": v, ': ""},
    )
    weights_divided_too = mistake(
        "What do you divide by the root: only the step, or the weights, too? Both. Put only η m̂ in the numerator, and "
        "then subtract the quotient from w.",
        {"w - step": '(w - config["learning_rate"] * m_hat) / (np.sqrt(v_hat) + config["epsilon"])'},
    )
    beta1_for_both = mistake(
        "Which beta does v get? Yours has beta1, like m, in its average and in its correction. Use beta2 for v.",
        {'config["beta1"], config["beta2"]': 'config["beta1"], config["beta1"]'},
    )
    beta1_in_both_corrections = mistake(
        "Which beta corrects v? You divide v by 1 - β₁ᵗ, like m. Divide it by 1 - β₂ᵗ.",
        {"v / (1 - beta2**t)": "v / (1 - beta1**t)"},
    )
    beta1_weighs_the_square = mistake(
        "What weight does dw² get in v? You give it 1 - β₁. It should be 1 - β₂.",
        {"(1 - beta2) * dw**2": "(1 - beta1) * dw**2"},
    )
    v_continues_m = mistake(
        "What does β₂ multiply in your v? The new m. It should multiply the old v.",
        {'beta2 * config["v"]': "beta2 * m"},
    )
    misplaced_parentheses = mistake(
        "Where do the parentheses close in your averages? You add 1 - β₁ dw and 1 - β₂ dw². It should be (1 - β₁) dw "
        "and (1 - β₂) dw².",
        {"(1 - beta1) * dw": "(1 - beta1 * dw)", "(1 - beta2) * dw**2": "(1 - beta2 * dw**2)"},
    )
    doubled_for_squared = mistake(
        "Do you square the gradient or double it? Your v averages 2 dw, which can be negative under the root. Take "
        "dw², with ** in Python.",
        {"dw**2": "dw * 2"},
    )
    rate_left_out = mistake(
        "Where does the learning rate come in? It doesn't: your step is m̂ over the root. Multiply it by η.",
        {'config["learning_rate"] * m_hat': "m_hat"},
    )

    @mistake(
        "Are m and v two arrays or one? If both start as the same array of zeros, changing m in place changes v, too. "
        "Create a separate array of zeros for each."
    )
    def one_array_for_both(w, dw, config=None):
        config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0, **(config or {})}
        zeros = np.zeros_like(w)
        m, v, t = config.get("m", zeros), config.get("v", zeros), config["t"] + 1
        m *= config["beta1"]
        m += (1 - config["beta1"]) * dw
        v *= config["beta2"]
        v += (1 - config["beta2"]) * dw**2
        m_hat, v_hat = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
        step = config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
        return w - step, {**config, "m": m, "v": v, "t": t}

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
            "(np.sqrt(v_hat)": "np.sqrt((v_hat)",
            "{**config, ": '{**config, "m_hat": m_hat, "v_hat": v_hat, ',
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

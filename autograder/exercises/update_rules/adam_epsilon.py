"""Where Adam adds epsilon: three published placements, which hardly differ at the usual 1e-8 but do differ at 1e-3."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import as_float32, uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


class AdamEpsilon(Exercise):
    """Three forms of Adam: libraries use different ones, and a large epsilon shows which is which."""

    name, points = "adam_epsilon", 3
    done = "You can explain why two libraries' Adams differ: they add epsilon in different places."
    driver = drivers.trajectory
    picture = Picture("curve")

    def reference(w, dw, config=None):
        """One step of Adam, with epsilon in one of three places.

            "outside"    w ← w - η m̂ / (√v̂ + ε)
            "inside"     w ← w - η m̂ / √(v̂ + ε)
            "hat"        w ← w - η √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)

        with t, m, v, m̂, and v̂ as in `adam`.

        Parameters
        ----------
        w : ndarray (...)
            The weights, of any shape.
        dw : ndarray, same shape
            The gradient of the loss at `w`.
        config : dict or None
            ``placement``: "outside" (if missing), "inside", or "hat". The rest is as in `adam`:
            ``learning_rate``: η, 1e-3 if missing. ``beta1``: β₁, 0.9 if missing. ``beta2``: β₂, 0.999 if
            missing. ``epsilon``: ε, 1e-8 if missing. ``m``, ``v``: zeros if missing. ``t``: 0 if missing.

        Returns
        -------
        next_w : ndarray, same shape
        config : dict
            The settings and the new ``m``, ``v``, and ``t``, for the next call.

        Notes
        -----
        You may change `w`, `config`, and the arrays in it in place. PyTorch's Adam is "outside", with ε = 1e-8;
        Keras's and TensorFlow's is "hat", with ε = 1e-7.

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
        rate, epsilon, placement = config["learning_rate"], config["epsilon"], config["placement"]
        beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
        m = beta1 * config["m"] + (1 - beta1) * dw
        v = beta2 * config["v"] + (1 - beta2) * dw**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        if placement == "outside":
            step = rate * m_hat / (np.sqrt(v_hat) + epsilon)
        elif placement == "inside":
            step = rate * m_hat / np.sqrt(v_hat + epsilon)
        else:
            hat_rate = rate * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
            step = hat_rate * m / (np.sqrt(v) + epsilon)
        return w - step, {**config, "m": m, "v": v, "t": t}

    def cases(rng):
        def gradients(*shape):
            """Gradients around 1e-2, where an epsilon of 1e-3 matters."""
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
            "hat, continued from given m, v, and t",
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

    always_outside = mistake(
        'Does `config["placement"]` change anything? Your epsilon is always outside the root. Write all three forms.',
        {'config["placement"]': '"outside"'},
    )
    always_inside = mistake(
        'Does `config["placement"]` change anything? Your epsilon is always inside the root. Write all three forms.',
        {'config["placement"]': '"inside"'},
    )
    always_hat = mistake(
        'Does `config["placement"]` change anything? Your epsilon is always added to the root of the uncorrected v. '
        "Write all three forms.",
        {'config["placement"]': '"hat"'},
    )
    inside_and_outside_exchanged = mistake(
        "Which form is which? Inside and outside are swapped: outside is √v̂ + ε, inside is √(v̂ + ε).",
        {'placement == "outside"': 'placement == "inside"', 'placement == "inside"': 'placement == "outside"'},
    )
    inside_by_default = mistake(
        "Which form do you use when `config` names none? Your epsilon is inside the root. The default is outside.",
        {'"placement": "outside"': '"placement": "inside"'},
    )
    hat_by_default = mistake(
        "Which form do you use when `config` names none? You add epsilon to the root of the uncorrected v. The default "
        "is outside, with the corrected v̂.",
        {'"placement": "outside"': '"placement": "hat"'},
    )
    hat_is_outside = mistake(
        "Do your hat and outside forms ever differ? Both add epsilon to the root of v̂. In the hat form, add it to "
        "the root of the uncorrected v, where it counts for more while t is small.",
        {"hat_rate * m / (np.sqrt(v) + epsilon)": "rate * m_hat / (np.sqrt(v_hat) + epsilon)"},
    )
    hat_corrects_twice = mistake(
        "How many times do you correct m in the hat form? Twice: in m̂ and in the learning rate. Use m itself.",
        {"hat_rate * m /": "hat_rate * m_hat /"},
    )
    hat_without_root = mistake(
        "What corrects v in the hat form? You multiply η by 1 - β₂ᵗ. v is under a root, so its correction must "
        "be, too.",
        {"(1 - beta2**t) ** 0.5": "(1 - beta2**t)"},
    )
    hat_uncorrected = mistake(
        "What corrects m and v in the hat form? Nothing. Multiply η by √(1 - β₂ᵗ) / (1 - β₁ᵗ).",
        {" * (1 - beta2**t) ** 0.5 / (1 - beta1**t)": ""},
    )
    hat_without_beta1 = mistake(
        "What corrects m in the hat form? Nothing: only v is corrected. Divide η by 1 - β₁ᵗ, too.",
        {"(1 - beta2**t) ** 0.5 / (1 - beta1**t)": "(1 - beta2**t) ** 0.5"},
    )
    hat_without_beta2 = mistake(
        "What corrects v in the hat form? Nothing: only m is corrected. Multiply η by √(1 - β₂ᵗ), too.",
        {"* (1 - beta2**t) ** 0.5 / (1 - beta1**t)": "/ (1 - beta1**t)"},
    )
    inside_squared = mistake(
        "What do you add to v̂ in the inside form? ε². Add ε as it is.", {"v_hat + epsilon": "v_hat + epsilon**2"}
    )
    inside_before_correction = mistake(
        "When do you add epsilon in the inside form? Before v is corrected, and the correction makes epsilon larger. "
        "Add it to v̂.",
        {"v_hat + epsilon": "(v + epsilon) / (1 - beta2**t)"},
    )
    inside_uncorrected = mistake(
        "Which v do you use in the inside form? The uncorrected one. Add epsilon to v̂ under the root.",
        {"v_hat + epsilon": "v + epsilon"},
    )
    inside_and_outside = mistake(
        "How many times does epsilon enter the inside form? Twice: under the root and next to it. Leave out the one "
        "next to the root.",
        {"np.sqrt(v_hat + epsilon)": "(np.sqrt(v_hat + epsilon) + epsilon)"},
    )
    epsilon_hard_coded = mistake(
        "Does the epsilon in `config` change anything? Yours is always 1e-8, where the three forms look almost alike. "
        "Read it from `config`.",
        {'config["epsilon"]': "1e-8"},
    )
    epsilon_defaults_to_1e_7 = mistake(
        "What is your epsilon when `config` has none? It's 1e-7, but the default here is 1e-8.",
        {'"epsilon": 1e-8': '"epsilon": 1e-7'},
    )
    nothing_stored = mistake(
        "What reaches the next step? Each of your steps starts again from the very first m, v, and t. Store all three "
        "in the config you return.",
        {', "m": m, "v": v, "t": t}': "}"},
    )
    placement_lost = mistake(
        "Does the placement survive the first step? From the second step on, it is back to outside. Return it with the "
        "other settings.",
        {"{**config, ": '{"learning_rate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon, '},
    )

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

    hat_as_a_larger_epsilon = variant(
        {
            "m_hat / np.sqrt(v_hat + epsilon)": "(m_hat / np.hypot(np.sqrt(v_hat), np.sqrt(epsilon)))",
            "hat_rate * m /": "rate * m_hat /",
            "(np.sqrt(v) + epsilon)": "(np.sqrt(v_hat) + epsilon / np.sqrt(1 - beta2**t))",
            '"t": t}': '"t": t, "seen": True}',
        }
    )

"""A running average of the weights: an ensemble over time, at the cost of one more copy of the weights."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers
from gradlab.checks.pictures import Picture


def walk(rng, steps, *shape):
    """Weights (steps, *shape) from a noisy run, far from zero."""
    return rng.choice([-1.0, 1.0], shape) * (5 + rng.uniform(-1, 1, (steps, *shape)))


class EmaUpdate(Exercise):
    """The exponentially weighted average of weights, corrected for its start at zero."""

    name, points = "ema_update", 4
    done = "You have a running average of the weights that is right from its first step; the next cell plots it."
    driver = drivers.running_average
    picture = Picture("curve")

    def reference(w, config=None):
        """Fold the newest weights into their exponentially weighted average.

            t ← t + 1
            a ← β a + (1 - β) w
            returned:  a / (1 - βᵗ)

        a starts at zero, so after t steps its coefficients add up to only 1 - βᵗ; the division makes it a true average.
        Store a itself.

        Parameters
        ----------
        w : ndarray (...)
            The weights after the newest step, of any shape.
        config : dict or None
            ``decay``: β, 0.99 if missing. ``average``: a, same shape as `w`, zeros if missing. ``t``: the number of
            steps so far, 0 if missing. None means all defaults.

        Returns
        -------
        averaged : ndarray, same shape
            The corrected average: after the first step simply `w`.
        config : dict
            The settings, the new ``average`` (uncorrected) and the new ``t``, for the next call.

        Notes
        -----
        You may change `config` and the arrays in it in place. Don't change `w`: it belongs to the network.

        References
        ----------
        Polyak & Juditsky, "Acceleration of stochastic approximation by averaging" (1992), for the idea; Kingma & Ba,
        "Adam: a method for stochastic optimization" (2015), section 3, for the correction.
        """
        config = {"decay": 0.99, "average": np.zeros_like(w), "t": 0, **(config or {})}
        decay, t = config["decay"], config["t"] + 1
        average = decay * config["average"] + (1 - decay) * w
        corrected = average / (1 - decay**t)
        return corrected, {**config, "average": average, "t": t}

    def cases(rng):
        yield Case("ten steps, config=None", weights=walk(rng, 10, 3))
        constant = np.repeat(walk(rng, 1, 3), 6, axis=0)
        yield Case("weights that do not move are their own average", weights=constant, config={"decay": 0.9}, weight=0)
        yield Case(
            "a different decay, weights in a matrix",
            weights=walk(rng, 8, 2, 3),
            config={"decay": uniform(rng, 0.5, 0.7, digits=3)},
        )
        carried = {"decay": uniform(rng, 0.8, 0.9, digits=3), "t": int(rng.integers(3, 6))}
        carried["average"] = walk(rng, 1, 3)[0] * (1 - carried["decay"] ** carried["t"])
        yield Case("continued from a given average and t", weights=walk(rng, 6, 3), config=carried)
        yield Case("a hundred steps", weights=walk(rng, 100, 1), config={"decay": uniform(rng, 0.94, 0.97, digits=3)})
        single = walk(rng, 8, 3).astype(np.float32)
        yield Case("float32", weights=single, config={"decay": uniform(rng, 0.8, 0.9, digits=3)})

    no_bias_correction = mistake(
        "What makes up for the average's start at zero? Nothing in your code, so your first averages are too small. "
        "Divide by 1 - βᵗ.",
        {" / (1 - decay**t)": ""},
    )
    assigned = mistake(
        "Do you average anything? You return the newest weights as they are. Keep β of the old average, and add 1 - β "
        "of the new weights.",
        {'decay * config["average"] + (1 - decay) * w': "w.copy()", " / (1 - decay**t)": ""},
    )
    decay_swapped = mistake(
        "With β = 0.99, how fast should the average move? Slowly. β belongs to the old average and 1 - β to the new "
        "weights; in your sum they are swapped.",
        {'decay * config["average"] + (1 - decay) * w': '(1 - decay) * config["average"] + decay * w'},
    )
    decay_swapped_throughout = mistake(
        "With β = 0.99, how fast should the average move? Slowly. β and 1 - β are swapped, both in the sum and in the "
        "correction: β is how much of the old average is kept.",
        {'config["decay"]': '1 - config["decay"]'},
    )
    decay_swapped_and_not_corrected = mistake(
        "With β = 0.99, how fast should the average move? Slowly. β belongs to the old average and 1 - β to the new "
        "weights; in your sum they are swapped. And make up for the start at zero: divide by 1 - βᵗ.",
        {
            'decay * config["average"] + (1 - decay) * w': '(1 - decay) * config["average"] + decay * w',
            " / (1 - decay**t)": "",
        },
    )
    decaying_sum = mistake(
        "If the weights never changed, would their average equal them? Yours comes out 1 / (1 - β) times as large, "
        "because the new weights enter in full. Multiply them by 1 - β.",
        {"(1 - decay) * w": "w"},
    )
    decaying_sum_as_it_is = mistake(
        "If the weights never changed, would their average equal them? Yours is a decaying sum and keeps growing. "
        "Multiply the new weights by 1 - β, and divide the average by 1 - βᵗ.",
        {"(1 - decay) * w": "w", " / (1 - decay**t)": ""},
    )
    corrected_average_stored = mistake(
        "Which average do you store, a or the corrected one? The corrected one, so the next step corrects it again. "
        "Store a, from before the division.",
        {'"average": average': '"average": corrected'},
    )
    weights_stored = mistake(
        "What does your config remember as the average? The newest weights. Store the average a there, or everything "
        "older is forgotten.",
        {'"average": average': '"average": w'},
    )
    starts_at_the_first_weights = mistake(
        "How much do the first weights count? In your average, too much: it starts at them and is not corrected. "
        "Start at zero, and correct.",
        {"np.zeros_like(w)": "w", " / (1 - decay**t)": ""},
    )
    starts_at_the_first_weights_and_corrects = mistake(
        "What does the correction make up for? A start at zero. Your average starts at the first weights and is "
        "corrected as well. Start at zero.",
        {"np.zeros_like(w)": "w"},
    )
    average_not_stored = mistake(
        "What does the next step know about this one? The new average never gets into config, so each step starts from "
        "the same old one. Store it under `average`.",
        {'"average": average, ': ""},
    )
    t_not_stored = mistake(
        "Which t does the next step see? Yours is not stored in config, so every step is corrected as if it were the "
        "first. Store the new t.",
        {', "t": t': ""},
    )
    t_advanced_after_use = mistake(
        "What is 1 - β⁰? Zero, and the first step divides by it, because t is still 0 there. Increment t before you "
        "use it.",
        {'config["t"] + 1': 'config["t"]', '"t": t': '"t": t + 1'},
    )
    t_starts_at_one = mistake(
        "What is t at the very first step? It should be 1; in your correction it is one larger. Does it start at 1 and "
        "get incremented as well?",
        {"decay**t": "decay ** (t + 1)"},
    )
    t_counts_from_one = mistake(
        "What does the `t` in config count? The steps so far: 0 before the first step. Yours is always one ahead, so a "
        "given average is corrected with the t from before its newest step. Start t at 0, and increment it first.",
        {'"t": 0': '"t": 1', 'config["t"] + 1': 'config["t"]', '"t": t}': '"t": t + 1}'},
    )
    power_missing = mistake(
        "Does your correction fade with time? You divide by 1 - β at every step. Divide by 1 - βᵗ.",
        {"decay**t": "decay"},
    )
    times_t = mistake("Is it β times t, or βᵗ? The power: in Python, decay**t.", {"decay**t": "decay * t"})
    correction_multiplied = mistake(
        "The average starts out too small: should the correction make it smaller still? You multiply by 1 - βᵗ. "
        "Divide by it.",
        {"average / ": "average * "},
    )
    corrected_once = mistake(
        "Do you correct every average? You correct only the first. Every step needs it, until βᵗ is tiny.",
        {"average / (1 - decay**t)": "average / (1 - decay) if t == 1 else average"},
    )
    uniform = mistake(
        "Should old weights count as much as recent ones? In your average all steps count the same. Keep β of the old "
        "average instead, whatever t is.",
        {
            'decay * config["average"] + (1 - decay) * w': 'config["average"] + (w - config["average"]) / t',
            " / (1 - decay**t)": "",
        },
    )
    decay_hard_coded = mistake(
        "What if config holds a different decay? You always use 0.99. That is only the default: take `decay` from "
        "config if it is there.",
        {'config["decay"]': "0.99"},
    )
    another_decay_hard_coded = mistake(
        "Where does your decay come from? You always use 0.999. Take `decay` from config, and 0.99 if it is missing.",
        {'config["decay"]': "0.999"},
    )
    another_default = mistake(
        "What is the decay if config has none? You use 0.999. The default is 0.99.", {"0.99": "0.999"}
    )
    default_of_nine_tenths = mistake(
        "What is the decay if config has none? You use 0.9. The default is 0.99.", {"0.99": "0.9"}
    )
    default_with_four_nines = mistake(
        "What is the decay if config has none? You use 0.9999. The default is 0.99.", {"0.99": "0.9999"}
    )
    decay_ramped_up = mistake(
        "Is β the same at every step? Yours is smaller in the first steps. Use `decay` from the start; the division by "
        "1 - βᵗ takes care of the beginning.",
        {'config["decay"], ': 'min(config["decay"], (1 + config["t"]) / (10 + config["t"])), '},
    )
    of_squares = mistake(
        "What do you average, weights or their squares? Their squares, as Adam does with gradients. Average the "
        "weights themselves.",
        {"(1 - decay) * w": "(1 - decay) * w**2"},
    )
    old_average_returned = mistake(
        "Do the newest weights count in what you return? You return the average from before this step. Update it "
        "first.",
        {"average / (1 - decay**t)": 'config["average"] / (1 - decay ** (t - 1)) if t > 1 else config["average"]'},
    )
    state_expected = mistake(
        "What does config hold at the first step? No `average` and no `t` yet, and config itself may be None. Start "
        "both at zero.",
        {'"average": np.zeros_like(w), "t": 0, **(config or {})': "**config"},
    )
    average_alone = mistake(
        "Return two things, in this order: the corrected average, and the config that carries the state.",
        {', {**config, "average": average, "t": t}': ""},
    )

    t_never_advanced = mistake(
        "How many steps have been taken after the first one? One, but your t never grows, and 1 - β⁰ is 0. "
        "Add 1 to t before you use it, and store it.",
        {'config["t"] + 1': 'config["t"]'},
    )
    decay_ramped_up_and_not_corrected = mistake(
        "Is β the same at every step? Yours is smaller in the first steps, in place of the correction. Use `decay` "
        "from the start, and divide by 1 - βᵗ.",
        {
            'config["decay"], config["t"] + 1': 'config["decay"], config["t"] + 1\ndecay = min(decay, (1 + t) / (10 + '
            "t))",
            " / (1 - decay**t)": "",
        },
    )

    decay_not_carried = mistake(
        "Which decay does the second step use? The default, because your new config lacks `decay`. Pass it on together "
        "with the average and t.",
        {'{**config, "average": average, "t": t}': '{"average": average, "t": t}'},
    )
    power_of_the_difference = mistake(
        "What is raised to the power t? You take (1 - β)ᵗ, which is soon nearly 0. It should be 1 - βᵗ, which is "
        "1 - decay**t in Python.",
        {"(1 - decay**t)": "(1 - decay) ** t"},
    )

    @variant
    def in_place(w, config=None):
        config = {} if config is None else config
        config.setdefault("decay", 0.99)
        config.setdefault("average", np.zeros(w.shape, w.dtype))
        config["t"] = config.get("t", 0) + 1
        config["average"] *= config["decay"]
        config["average"] += (1 - config["decay"]) * w
        return config["average"] / (1 - config["decay"] ** config["t"]), config

    by_the_difference = variant(
        {
            "np.zeros_like(w)": '0.0, "seen": True',
            'decay * config["average"] + (1 - decay) * w': 'config["average"] + (1 - decay) * (w - config["average"])',
            "average / (1 - decay**t)": "-average / np.expm1(t * np.log(decay))",
        }
    )
    # The sum of the coefficients so far is carried in config, too.
    with_the_share_carried = variant(
        {
            "corrected = average / (1 - decay**t)": 'old = config.get("total", 1 - decay ** config["t"])\n'
            "total = decay * old + 1 - decay\n"
            "corrected = average / total",
            '"t": t': '"t": t, "total": total',
        }
    )

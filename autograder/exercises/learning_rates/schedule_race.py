"""The schedule race: students write their own schedules, which are judged by how well networks learn with them."""

import numpy as np

from autograder.data import held_out_digits
from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import data, drivers, properties

# The number of steps, and the accuracies to reach on the public digits and on the judge's digits, which are slightly
# easier. No constant learning rate comes close: the best ones reach 0.80, 0.86 and 0.90 on the public digits and 0.82,
# 0.88 and 0.92 on the judge's digits.
RACES = ((500, 0.825, 0.84), (1000, 0.88, 0.90), (2000, 0.91, 0.93))


class ScheduleRace(Exercise):
    """A schedule of any shape, with which networks reach the accuracy."""

    name, points = "schedule_race", 5
    driver = drivers.sweep
    judge = properties.reaches_digit_accuracy
    trains = True

    def reference(step, total_steps):
        """A learning rate for every step, with which small networks learn to read digits from poor data.

        32 networks with 32 hidden units learn by plain gradient descent from two images a step. Half of the labels
        they see are random. You give the learning rates, and nothing else; `gradlab.races.accuracies` trains with
        them. On average the networks must then read this share of the digits kept aside:

            steps   of the digits in the public check   of the digits that only the judge has
             500                  82.5 %                               84 %
            1000                  88 %                                 90 %
            2000                  91 %                                 93 %

        The judge's digits are a little easier, so what passes here with something to spare passes there.

        Parameters
        ----------
        step : int
            Steps taken so far, from 0.
        total_steps : int
            How many steps the training has.

        Returns
        -------
        float
            The learning rate of this step, 0 or more.
        """
        fraction = step / total_steps
        return 0.12 * (1 + np.cos(np.pi * fraction))

    def cases(rng):
        X, y = held_out_digits()
        yield from races(rng, X, y, [(steps, judges) for steps, _, judges in RACES])

    def public_cases(rng):
        digits = data.load_digits()
        X = np.concatenate([digits["X_val"], digits["X_test"]]) + digits["mean_image"]
        y = np.concatenate([digits["y_val"], digits["y_test"]])
        yield from races(rng, X, y, [(steps, public) for steps, public, _ in RACES])

    constant = mistake(
        "The rate is the same at every step. High enough to arrive, it is too high to settle: let it fall toward the "
        "end. (If you meant it to fall: step // total_steps is 0 all the time. Divide with /.)",
        {"/ total_steps": "// total_steps"},
    )
    zero = mistake("The rate is always 0, so nothing is learned.", {"0.12": "0.0"})
    far_too_high = mistake(
        "The networks blow up: rates above 1 are far too high here. Begin at a few tenths.", {"0.12": "5.0"}
    )
    too_high = mistake(
        "The rate is too high nearly all the time. Keep its course, and halve it until it is no better.",
        {"0.12": "0.495"},
    )
    too_low = mistake(
        "The rate is too low to arrive in this many steps. Keep its course, and double it until it is no better.",
        {"0.12": "0.01"},
    )
    rises = mistake("The rate rises until the end, where it should be lowest.", {"1 + np.cos": "1 - np.cos"})
    falls_too_slowly = mistake(
        "The rate hardly falls within this training. Use total_steps, so that it is near 0 at the end.",
        {"/ total_steps": "/ 5000"},
    )
    steps_for_epochs = mistake(
        "The rate is next to 0 after a few dozen steps, as if steps were epochs. Let the fall take as long as the "
        "training: use step / total_steps.",
        {"0.12 * (1 + np.cos(np.pi * fraction))": "0.24 * 0.5 ** (step // 5)"},
    )
    made_for_the_short_one = mistake(
        "The rate reaches 0 at step 500, however long the training is. Use total_steps.",
        {"step / total_steps": "min(step / 500, 1)"},
    )
    made_for_the_middle_one = mistake(
        "The rate falls as if the training always had 1000 steps. Use total_steps.",
        {"step / total_steps": "min(step / 1000, 1)"},
    )
    made_for_the_long_one = mistake(
        "The rate falls as if the training always had 2000 steps. Use total_steps.", {"/ total_steps": "/ 2000"}
    )
    below_zero = mistake("A rate below zero goes uphill. Stop at 0, or fall more slowly.", {"1 + ": ""})
    all_at_once = mistake(
        "You return the rates of all steps at once. Return one number, that of this step.",
        {"step /": "np.arange(total_steps) /"},
    )
    returns_nothing = mistake("Nothing is returned. Return the learning rate of this step.", {"return ": "rate = "})
    straight_line = variant({"0.12 * (1 + np.cos(np.pi * fraction))": "0.25 - 0.25 * fraction"})

    @variant
    def halved_five_times(step, total_steps):
        return np.float64(0.3) * 0.5 ** (6 * step // total_steps)

    inverse_time = variant({"0.12 * (1 + np.cos(np.pi * fraction))": "0.45 / (1 + 9 * fraction)"})
    exponential = variant({"0.12 * (1 + np.cos(np.pi * fraction))": "0.3 * np.exp(-3 * fraction)"})

    @variant
    def warm_up_and_cosine_in_float32(step, total_steps):
        warm = total_steps // 20
        u = max(step - warm, 0) / (total_steps - warm)
        return np.float32(min((step + 1) / warm, 1) * 0.125 * (1 + np.cos(np.pi * u)))


def races(rng, X, y, thresholds):
    """Yield one case per number of steps, with the accuracy to reach."""
    pixels = np.rint(16 * X).astype(np.uint8)
    for steps, accuracy in thresholds:
        truth = {"X": pixels, "y": y.astype(np.uint8), "seed": int(rng.integers(2**31)), "accuracy": accuracy}
        yield Case(f"{steps} steps", over="step", values=np.arange(steps), total_steps=steps, truth=truth)

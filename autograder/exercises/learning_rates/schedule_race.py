"""The schedule race: students write their own schedules, which are judged by how well networks learn with them."""

import numpy as np

from autograder.data import held_out_digits
from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import data, drivers, properties

# The number of steps, and the accuracies to reach on the public digits and on the judge's digits, which are slightly
# easier. No constant learning rate is good enough: the best ones reach 0.80, 0.86, and 0.90 on the public digits and
# 0.82, 0.88, and 0.92 on the judge's digits.
RACES = ((500, 0.825, 0.84), (1000, 0.88, 0.90), (2000, 0.91, 0.93))


class ScheduleRace(Exercise):
    """A schedule of any shape with which networks reach the required accuracy."""

    name, points = "schedule_race", 5
    done = "Your own schedule beats every constant learning rate in this race. The last plot shows why."
    driver = drivers.sweep
    judge = properties.reaches_digit_accuracy
    trains = True
    seconds = 10.0

    def reference(step, total_steps):
        """A learning rate for every step, for small networks that learn to read digits from noisy labels.

        32 networks, each with 32 hidden units, learn by plain gradient descent from two images per step. Half the
        labels they see are random. You choose the learning rates, and nothing else; `gradlab.races.accuracies` trains
        with them. On average, the networks must then read this fraction of the digits:

            steps   in the public check   on the judge's digits
             500           82.5%                       84%
            1000           88%                         90%
            2000           91%                         93%

        The judge's digits are a little easier, so if you pass the public check with a bit to spare, you should pass
        the judge's, too.

        Parameters
        ----------
        step : int
            The number of steps taken so far, from 0.
        total_steps : int
            The number of steps in the whole run.

        Returns
        -------
        float
            The learning rate for this step; 0 or more.
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
        "Does your learning rate change from step to step? It stays the same. If it's high enough to reach the "
        "minimum, it's too high to settle there, so let it fall toward the end. (If you meant it to fall: step // "
        "total_steps is always 0. Divide with /.)",
        {"/ total_steps": "// total_steps"},
    )
    zero = mistake("Is your learning rate ever above 0? Never, so nothing is learned.", {"0.12": "0.0"})
    far_too_high = mistake(
        "How large is your highest learning rate? Above 1, which is far too high for this race. Start with a few "
        "tenths.",
        {"0.12": "5.0"},
    )
    too_high = mistake(
        "Have you tried lower learning rates? Lower ones would do better. Keep your schedule's shape, and halve "
        "all its values until that stops helping.",
        {"0.12": "0.495"},
    )
    too_low = mistake(
        "Have you tried higher learning rates? Higher ones would do better. Keep your schedule's shape, and double "
        "all its values until that stops helping.",
        {"0.12": "0.01"},
    )
    rises = mistake(
        "Where is your learning rate highest? At the end, where it should be lowest.", {"1 + np.cos": "1 - np.cos"}
    )
    falls_too_slowly = mistake(
        "How high is your learning rate in the last steps? Still too high for the loss to settle. Use total_steps, so "
        "that it is near 0 at the end.",
        {"/ total_steps": "/ 5000"},
    )
    steps_for_epochs = mistake(
        "How long does your learning rate stay high? Not long: in every race, it's close to zero much of the time. "
        "Let the fall take as long as the run: use step / total_steps.",
        {"0.12 * (1 + np.cos(np.pi * fraction))": "0.24 * 0.5 ** (step // 5)"},
    )
    made_for_the_short_one = mistake(
        "Does your schedule know how long the run is? In the longer races, it's close to zero much of the time. "
        "Use total_steps.",
        {"step / total_steps": "min(step / 500, 1)"},
    )
    made_for_the_middle_one = mistake(
        "Does your schedule know how long the run is? In the short race, the learning rate is still high at the "
        "end, and in the long one, it's close to zero much of the time. Use total_steps.",
        {"step / total_steps": "min(step / 1000, 1)"},
    )
    made_for_the_long_one = mistake(
        "Does your schedule know how long the run is? It works only in the long race: in the shorter ones, the "
        "learning rate is still high at the end. Use total_steps.",
        {"/ total_steps": "/ 2000"},
    )
    below_zero = mistake(
        "Can a learning rate be negative? Yours is at some steps, and those go uphill. Stop at 0, or fall more slowly.",
        {"1 + ": ""},
    )
    all_at_once = mistake(
        "How many learning rates do you return? More than one. Return a single number, the one for this step.",
        {"step /": "np.arange(total_steps) /"},
    )
    returns_nothing = mistake(
        "Where is your `return`? It's missing. Return the learning rate for this step.", {"return ": "rate = "}
    )
    straight_line = variant({"0.12 * (1 + np.cos(np.pi * fraction))": "0.25 - 0.25 * fraction"})

    @variant
    def halved_four_times(step, total_steps):
        return np.float64(0.3) * 0.5 ** (5 * step // total_steps)

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

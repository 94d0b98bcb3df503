"""A diagnosis exercise: an answer picks a word from a list for each instance, and a stated fraction must be correct."""

from collections import Counter

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers
from gradlab.checks.outcome import Outcome

LABELS = ("too high", "too low", "good")
FRACTION = 0.9


def curve(rng, label, steps=60):
    """Return a noisy loss curve of the kind `label`."""
    t, start = np.arange(steps), rng.uniform(2, 5)
    if label == "good":
        shape = 0.1 + 0.9 * np.exp(-t / rng.uniform(6, 12))
    elif label == "too low":
        shape = 1 - rng.uniform(0.1, 0.3) * t / steps
    elif rng.random() < 0.5:
        shape = 1.5 - 0.5 * np.exp(-t / rng.uniform(3, 8))
    else:
        shape = 0.7 + 0.3 * np.exp(-t / 2)
    return start * (shape + 0.01 * rng.normal(size=steps))


class DiagnoseCurve(Exercise):
    """Decide from a loss curve whether the learning rate was too high, too low, or good."""

    name, points = "diagnose_curve", 3
    driver = drivers.for_each_array

    def reference(losses):
        """Return "too high", "too low", or "good". Nine in ten answers must be correct."""
        start, middle, end = (losses[part].mean() for part in (slice(0, 3), slice(28, 32), slice(-5, None)))
        if end < start / 2:
            return "good"
        bend = abs(middle - (start + end) / 2)
        return "too low" if bend < 0.05 * start else "too high"

    def cases(rng):
        for label, kinds in (("all three kinds", LABELS), ("too high or too low", LABELS[:2])):
            truth = [str(word) for word in rng.choice(kinds, 40)]
            curves = np.stack([curve(rng, word) for word in truth])
            yield Case(label, over="losses", values=curves, truth={"labels": truth})

    def judge(case, returned):
        """Compare the answers with the labels. The finding names the most common confusion, in words from the list."""
        words = [returned[f"result {i}"] for i in range(1, len(case.truth["labels"]) + 1)]
        if not all(isinstance(word, str) for word in words):
            return Outcome.failed("wrong_type")
        if not set(words) <= set(LABELS):
            return Outcome(False, finding="an answer is not one of the labels")
        wrong = Counter((t, w) for t, w in zip(case.truth["labels"], words, strict=True) if t != w)
        if sum(wrong.values()) <= (1 - FRACTION) * len(words):
            return Outcome(True)
        (true, called), _ = wrong.most_common(1)[0]
        return Outcome(False, finding=f"{true} is called {called}")

    @mistake("A curve that falls little need not be straight.")
    def by_the_end_only(losses):
        return "good" if losses[-5:].mean() < losses[:3].mean() / 2 else "too low"

    @mistake('"too high" and "too low" are swapped.')
    def swapped(losses):
        start, middle, end = (losses[part].mean() for part in (slice(0, 3), slice(28, 32), slice(-5, None)))
        if end < start / 2:
            return "good"
        return "too high" if abs(middle - (start + end) / 2) < 0.05 * start else "too low"

    @mistake("Not every curve is good.")
    def always_good(losses):
        return "good"

    @mistake("Use the labels as they are written.")
    def other_words(losses):
        return "Too High"

    @mistake("Return a word.")
    def returns_a_number(losses):
        return 1

    @variant
    def by_a_line(losses):
        t = np.arange(len(losses))
        slope, offset = np.polyfit(t, losses, 1)
        residual = np.abs(losses - slope * t - offset).mean() / losses[:3].mean()
        if losses[-5:].mean() < 0.5 * losses[0]:
            return np.array(["good"])[0]
        return "too low" if residual < 0.015 else "too high"

    @variant
    def by_slopes(losses):
        early, late = losses[:3].mean() - losses[15:20].mean(), losses[30:35].mean() - losses[-5:].mean()
        if losses[-5:].mean() < losses[:3].mean() / 2:
            return "good"
        return "too low" if 0 < early < 4 * abs(late) else "too high"

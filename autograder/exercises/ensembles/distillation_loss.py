"""The loss of a student network, which learns from its teacher's soft predictions and from the labels."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform

from .scores import separated_scores


class DistillationLoss(Exercise):
    """The loss of a student network with a teacher, and its gradient."""

    name, points = "distillation_loss", 5

    def reference(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        """The loss of a student that learns from a teacher's soft predictions and from labels, with its gradient.

            p = softmax(teacher_scores / T),   q = softmax(scores / T)
            loss = (1/N) Σ_n [ α T² Σ_c p log(p / q)  -  (1 - α) log softmax(scores)[y] ]

        The first part, the Kullback-Leibler divergence, is at temperature T on both sides; the second, the usual
        cross-entropy, at temperature 1. The teacher is done with learning: p is a constant.

        Parameters
        ----------
        scores : ndarray (N, C)
            The student's scores; any size, also around 1000.
        teacher_scores : ndarray (N, C)
            The teacher's. Within a row, scores of either lie less than 100 apart.
        y : ndarray (N,) of int
            The right classes.
        temperature : float
            T, above 0.
        alpha : float
            α in 0..1, the weight of the soft part.

        Returns
        -------
        loss : float
        dscores : ndarray (N, C)
            The gradient of the loss with respect to `scores`. The soft part of the loss has a factor T²;
            differentiating q gives a factor 1/T.

        Notes
        -----
        The arguments may be changed in place, but need not be.

        References
        ----------
        Hinton, Vinyals & Dean, "Distilling the knowledge in a neural network" (2015), section 2.
        """
        rows, n = np.arange(len(scores)), len(scores)

        def log_softmax(s):
            s = s - s.max(axis=1, keepdims=True)
            return s - np.log(np.exp(s).sum(axis=1, keepdims=True))

        log_p, log_q = log_softmax(teacher_scores / temperature), log_softmax(scores / temperature)
        p, q = np.exp(log_p), np.exp(log_q)
        kl = (p * (log_p - log_q)).sum(axis=1)
        soft = temperature**2 * kl
        dsoft = temperature * (q - p)

        log_hard = log_softmax(scores)
        hard = -log_hard[rows, y]
        dhard = np.exp(log_hard)
        dhard[rows, y] -= 1

        losses = alpha * soft + (1 - alpha) * hard
        dscores = (alpha * dsoft + (1 - alpha) * dhard) / n
        return losses.mean(), dscores

    def cases(rng):
        yield Case("temperature 4 and alpha 0.9, by default", **both(rng, 4, 5))
        other = {"temperature": uniform(rng, 2, 3, digits=3), "alpha": uniform(rng, 0.3, 0.7, digits=3)}
        yield Case("another temperature and alpha", **both(rng, 5, 4), **other)
        yield Case(
            "the soft part alone: alpha = 1", **both(rng, 4, 4), temperature=uniform(rng, 5, 8, digits=3), alpha=1.0
        )
        yield Case(
            "the labels alone: alpha = 0", **both(rng, 4, 4), temperature=uniform(rng, 2, 3, digits=3), alpha=0.0
        )
        yield Case("temperature 1", **both(rng, 3, 6), temperature=1.0, alpha=uniform(rng, 0.4, 0.8, digits=3))
        given = both(rng, 4, 5)
        far = {name: given[name] + 1000 for name in ("scores", "teacher_scores")}
        yield Case("scores near 1000", **(given | far), temperature=uniform(rng, 1.1, 1.3, digits=3), alpha=0.5)
        yield Case("a single example, two classes", **both(rng, 1, 2), temperature=uniform(rng, 2, 4, digits=3))
        given = both(rng, 5, 4)
        single = {name: given[name].astype(np.float32) for name in ("scores", "teacher_scores")}
        yield Case("float32", **(given | single), temperature=uniform(rng, 2, 4, digits=3))

    squared_temperature_left_out = mistake(
        "The factor T² is missing from the soft part, in the loss and in the gradient. Without it a high temperature "
        "makes the teacher's voice fainter and fainter: its gradient shrinks like 1/T².",
        {"temperature**2 * kl": "kl", "temperature * (q - p)": "(q - p) / temperature"},
    )
    squared_temperature_left_out_of_the_loss = mistake(
        "The loss lacks the factor T² at its soft part; your gradient has it. They should belong together.",
        {"temperature**2 * kl": "kl"},
    )
    squared_temperature_left_out_of_the_gradient = mistake(
        "The gradient lacks the factor T² at its soft part; your loss has it. They should belong together.",
        {"temperature * (q - p)": "(q - p) / temperature"},
    )
    temperature_not_squared = mistake(
        "The factor at the soft part is T. It is T squared in the loss, and T in the gradient.",
        {"temperature**2 * kl": "temperature * kl", "temperature * (q - p)": "q - p"},
    )
    chain_rule_forgotten = mistake(
        "The gradient forgets the inner derivative: scores are divided by T inside q, which gives a factor 1/T.",
        {"temperature * (": "temperature**2 * ("},
    )
    bare_difference = mistake(
        "T² and its counterpart in the gradient are missing altogether: T² in the loss makes T in the gradient.",
        {"temperature**2 * kl": "kl", "temperature * (q - p)": "q - p"},
    )
    temperature_on_the_teacher_only = mistake(
        "The temperature is on the teacher's side only. Divide the student's scores by T, too, in the soft part.",
        {"(scores / temperature)": "(scores)", "temperature * (": "temperature**2 * ("},
    )
    temperature_on_the_student_only = mistake(
        "The temperature is on the student's side only. Divide the teacher's scores by T, too.",
        {"teacher_scores / temperature": "teacher_scores"},
    )
    multiplied_by_temperature = mistake(
        "Scores are multiplied by T. Divide: a higher temperature makes probabilities softer.",
        {"teacher_scores / temperature": "teacher_scores * temperature", "(scores / temp": "(scores * temp"},
    )
    probabilities_cooled = mistake(
        "Probabilities are divided by T. Divide the scores, before the softmax.",
        {
            "teacher_scores / temperature": "teacher_scores",
            "(scores / temperature)": "(scores)",
            "np.exp(log_p)": "np.exp(log_p) / temperature",
            "np.exp(log_q)": "np.exp(log_q) / temperature",
        },
    )
    no_temperature = mistake(
        "The temperature is not used at all.", {"log_p, log_q = ": "temperature = 1.0\nlog_p, log_q = "}
    )
    temperature_hard_coded = mistake(
        "The temperature is fixed in your code. Use the argument; 4 is only its default.",
        {"log_p, log_q = ": "temperature = 4.0\nlog_p, log_q = "},
    )
    alpha_hard_coded = mistake(
        "alpha is fixed in your code. Use the argument; 0.9 is only its default.",
        {"losses = ": "alpha = 0.9\nlosses = "},
    )
    alpha_swapped = mistake(
        "alpha is swapped: it weighs the soft part, and 1 - alpha the labels.",
        {"losses = ": "alpha = 1 - alpha\nlosses = "},
    )
    labels_in_full = mistake(
        "The labels' part has no weight. It should count 1 - alpha.",
        {"(1 - alpha) * hard": "hard", "(1 - alpha) * dhard": "dhard"},
    )
    labels_left_out = mistake(
        "The labels' part is left out. It has the weight 1 - alpha.",
        {" + (1 - alpha) * hard": "", " + (1 - alpha) * dhard": ""},
    )
    labels_only = mistake(
        "The teacher is not asked: only the labels count. Add the soft part.",
        {"alpha * soft + (1 - alpha) * hard": "hard", "alpha * dsoft + (1 - alpha) * dhard": "dhard"},
    )
    labels_at_temperature = mistake(
        "The labels' part uses the temperature, too. There it is 1: labels are hard.",
        {"log_softmax(scores)": "log_softmax(scores / temperature)", "* dhard": "* dhard / temperature"},
    )
    summed = mistake(
        "The sum over the examples is not divided by N. Take the mean, in the loss and in the gradient.",
        {"losses.mean()": "losses.sum()", " / n": ""},
    )
    gradient_summed = mistake("The gradient is not divided by N, though the loss is a mean.", {" / n": ""})
    mean_over_classes = mistake(
        "The divergence is averaged over the classes as well. Add over the classes, average over the examples only.",
        {
            "(log_p - log_q)).sum": "(log_p - log_q)).mean",
            "temperature * (q - p)": "temperature * (q - p) / q.shape[1]",
        },
    )
    cross_entropy = mistake(
        "Your soft part is the cross-entropy of q under p. The divergence subtracts the teacher's own entropy, so "
        "that it is 0 where student and teacher agree; the gradient is the same.",
        {"p * (log_p - log_q)": "-p * log_q"},
    )
    divergence_reversed = mistake(
        "The divergence is the wrong way round: p log(p / q), where p is the teacher's.",
        {"p * (log_p - log_q)": "q * (log_q - log_p)", "(q - p)": "q * (log_q - log_p - kl[:, None])"},
    )
    gradient_sign = mistake("The gradient of the soft part has the wrong sign: it is q - p.", {"(q - p)": "(p - q)"})
    loss_sign = mistake(
        "The loss has the wrong sign at its soft part: the divergence is never negative.",
        {"(log_p - log_q)": "(log_q - log_p)"},
    )
    label_not_subtracted = mistake(
        "In the gradient of the labels' part, 1 is not subtracted at the right class.",
        {"dhard[rows, y] -= 1": ""},
    )
    teacher_made_hard = mistake(
        "The teacher's soft predictions are made hard: its best class counts as the label. Use its probabilities.",
        {
            "np.exp(log_p)": "np.eye(scores.shape[1])[teacher_scores.argmax(axis=1)]",
            "p * (log_p - log_q)": "-p * log_q",
        },
    )
    squared_distance = mistake(
        "You penalize the squared distance of the scores. Compare probabilities, by p log(p / q).",
        {
            "temperature**2 * kl": "((scores - teacher_scores) ** 2).sum(axis=1) / 2",
            "temperature * (q - p)": "scores - teacher_scores",
        },
    )
    not_shifted = mistake(
        "exp overflows at scores near 1000. Subtract each row's largest score first.",
        {
            "s = s - s.max(axis=1, keepdims=True)": "s = np.exp(s)",
            "s - np.log(np.exp(s).sum(axis=1, keepdims=True))": "np.log(s / s.sum(axis=1, keepdims=True))",
        },
    )
    exchanged = mistake(
        "Student and teacher have changed places: the gradient is that of the first argument, the student's scores.",
        {"rows, n = ": "scores, teacher_scores = teacher_scores, scores\nrows, n = "},
    )
    teacher_learns_too = mistake(
        "A gradient for the teacher is returned as well. The teacher does not learn: its predictions are constants. "
        "Return the loss and dscores.",
        {", dscores": ", dscores, -dscores"},
    )
    targets_not_detached = mistake(
        "The soft targets are not held constant: the gradient has terms from p in it, as if the teacher were the "
        "student. p is a constant, and the gradient of the soft part is q - p.",
        {"(q - p)": "(q - p + p * (log_p - log_q - kl[:, None]))"},
    )
    loss_alone = mistake(
        "The loss alone is returned. Return two things: the loss, and its gradient in the scores.",
        {", dscores": ""},
    )
    one_loss_each = mistake("The losses of the examples are returned. Return their mean.", {"losses.mean()": "losses"})

    @variant
    def example_by_example(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        loss, dscores, n = 0.0, np.zeros_like(scores), len(scores)
        for i in range(n):
            s, t = scores[i] - scores[i].max(), teacher_scores[i] - teacher_scores[i].max()
            p, q = np.exp(t / temperature), np.exp(s / temperature)
            p, q, hard = p / p.sum(), q / q.sum(), np.exp(s) / np.exp(s).sum()
            loss += alpha * temperature**2 * np.sum(p * np.log(p / q)) - (1 - alpha) * np.log(hard[y[i]])
            hard[y[i]] -= 1
            dscores[i] = alpha * temperature * (q - p) + (1 - alpha) * hard
        return float(loss / n), dscores / n

    @variant
    def in_place(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        n = len(y)
        scores -= scores.max(axis=1, keepdims=True)
        hard = np.exp(scores)
        hard /= hard.sum(axis=1, keepdims=True)
        loss = -(1 - alpha) * np.log(hard[np.arange(n), y]).mean()
        hard[np.arange(n), y] -= 1
        hard *= (1 - alpha) / n
        teacher_scores -= teacher_scores.max(axis=1, keepdims=True)
        teacher_scores /= temperature
        scores /= temperature
        p = np.exp(teacher_scores)
        p /= p.sum(axis=1, keepdims=True)
        log_q = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss += alpha * temperature**2 * np.sum(p * (np.log(p) - log_q)) / n
        hard += alpha * temperature / n * (np.exp(log_q) - p)
        return loss, hard

    entropy_and_cross_entropy = variant(
        {
            "s = s - s.max(axis=1, keepdims=True)": "",
            "np.log(np.exp(s).sum(axis=1, keepdims=True))": "np.logaddexp.reduce(s, axis=1, keepdims=True)",
            "(p * (log_p - log_q)).sum(axis=1)": 'np.einsum("nc,nc->n", p, log_p) - np.einsum("nc,nc->n", p, log_q)',
            "-log_hard[rows, y]": "-(np.eye(scores.shape[1])[y] * log_hard).sum(axis=1)",
        }
    )


def both(rng, examples, classes):
    """Scores of a student and a teacher that disagree, and labels of which neither network is sure."""
    teacher = separated_scores(rng, examples, classes)
    y = rng.integers(classes, size=examples)
    return {"scores": separated_scores(rng, examples, classes), "teacher_scores": 1.5 * teacher, "y": y}

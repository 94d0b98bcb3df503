"""The loss of a student network, which learns from its teacher's soft predictions and from the labels."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform

from .scores import separated_scores, softmax


def log_softmax(scores):
    """The logarithms of the probabilities, accurate even if the probabilities are tiny."""
    below = scores - scores.max(axis=1, keepdims=True)
    return below - np.log(np.exp(below).sum(axis=1, keepdims=True))


def divergence(p, log_q):
    """KL(p || q), summed over the examples."""
    return (p * (np.log(p) - log_q)).sum()


def soft_part(scores, teacher_scores, temperature):
    """The divergence at a temperature T, and T times its gradient in the scores; both are sums over the examples."""
    p, log_q = softmax(teacher_scores / temperature), log_softmax(scores / temperature)
    return divergence(p, log_q), np.exp(log_q) - p


def hard_part(scores, y):
    """The cross-entropy and its gradient in the scores; both are sums over the examples."""
    log_q, right = log_softmax(scores), np.eye(scores.shape[1], dtype=scores.dtype)[y]
    return -(right * log_q).sum(), np.exp(log_q) - right


def mixed(soft, hard, n, alpha, soft_factor, gradient_factor):
    """The weighted mean of both parts, with these factors on the loss and the gradient of the soft part."""
    loss = alpha * soft_factor * soft[0] + (1 - alpha) * hard[0]
    return loss / n, (alpha * gradient_factor * soft[1] + (1 - alpha) * hard[1]) / n


def plain(scores, teacher_scores, y, temperature, alpha):
    """The correct loss and its gradient."""
    soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
    return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)


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
        log_hard = log_softmax(scores)
        p = np.exp(log_p)
        soft = temperature**2 * (p * (log_p - log_q)).sum() / n
        hard = -log_hard[rows, y].mean()
        dhard = np.exp(log_hard)
        dhard[rows, y] -= 1
        dscores = (alpha * temperature * (np.exp(log_q) - p) + (1 - alpha) * dhard) / n
        return alpha * soft + (1 - alpha) * hard, dscores

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

    @mistake(
        "The factor T² is missing from the soft part, in the loss and in the gradient. Without it a high temperature "
        "makes the teacher's voice fainter and fainter: its gradient shrinks like 1/T²."
    )
    def squared_temperature_left_out(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, 1, 1 / temperature)

    @mistake("The loss lacks the factor T² at its soft part; your gradient has it. They should belong together.")
    def squared_temperature_left_out_of_the_loss(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, 1, temperature)

    @mistake("The gradient lacks the factor T² at its soft part; your loss has it. They should belong together.")
    def squared_temperature_left_out_of_the_gradient(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, 1 / temperature)

    @mistake("The factor at the soft part is T. It is T squared in the loss, and T in the gradient.")
    def temperature_not_squared(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature, 1)

    @mistake("The gradient forgets the inner derivative: scores are divided by T inside q, which gives a factor 1/T.")
    def chain_rule_forgotten(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature**2)

    @mistake("T² and its counterpart in the gradient are missing altogether: T² in the loss makes T in the gradient.")
    def bare_difference(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, 1, 1)

    @mistake("The temperature is on the teacher's side only. Divide the student's scores by T, too, in the soft part.")
    def temperature_on_the_teacher_only(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores / temperature, 1), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature**2)

    @mistake("The temperature is on the student's side only. Divide the teacher's scores by T, too.")
    def temperature_on_the_student_only(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores * temperature, temperature), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("Scores are multiplied by T. Divide: a higher temperature makes probabilities softer.")
    def multiplied_by_temperature(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        p, log_q = softmax(teacher_scores * temperature), log_softmax(scores * temperature)
        soft, hard = ((p * (np.log(p) - log_q)).sum(), np.exp(log_q) - p), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("Probabilities are divided by T. Divide the scores, before the softmax.")
    def probabilities_cooled(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        p, q = softmax(teacher_scores) / temperature, softmax(scores) / temperature
        soft, hard = (divergence(p, np.log(q)), q - p), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("The temperature is not used at all.")
    def no_temperature(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(scores, teacher_scores, y, 1.0, alpha)

    @mistake("The temperature is fixed in your code. Use the argument; 4 is only its default.")
    def temperature_hard_coded(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(scores, teacher_scores, y, 4.0, alpha)

    @mistake("alpha is fixed in your code. Use the argument; 0.9 is only its default.")
    def alpha_hard_coded(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(scores, teacher_scores, y, temperature, 0.9)

    @mistake("alpha is swapped: it weighs the soft part, and 1 - alpha the labels.")
    def alpha_swapped(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(scores, teacher_scores, y, temperature, 1 - alpha)

    @mistake("The labels' part has no weight. It should count 1 - alpha.")
    def labels_in_full(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = plain(scores, teacher_scores, y, temperature, 1.0), hard_part(scores, y)
        n = len(scores)
        return alpha * soft[0] + hard[0] / n, alpha * soft[1] + hard[1] / n

    @mistake("The labels' part is left out. It has the weight 1 - alpha.")
    def labels_left_out(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        loss, dscores = plain(scores, teacher_scores, y, temperature, 1.0)
        return alpha * loss, alpha * dscores

    @mistake("The teacher is not asked: only the labels count. Add the soft part.")
    def labels_only(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(scores, teacher_scores, y, temperature, 0.0)

    @mistake("The labels' part uses the temperature, too. There it is 1: labels are hard.")
    def labels_at_temperature(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, (loss, dscores) = soft_part(scores, teacher_scores, temperature), hard_part(scores / temperature, y)
        return mixed(soft, (loss, dscores / temperature), len(scores), alpha, temperature**2, temperature)

    @mistake("The sum over the examples is not divided by N. Take the mean, in the loss and in the gradient.")
    def summed(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        loss, dscores = plain(scores, teacher_scores, y, temperature, alpha)
        return len(scores) * loss, len(scores) * dscores

    @mistake("The gradient is not divided by N, though the loss is a mean.")
    def gradient_summed(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        loss, dscores = plain(scores, teacher_scores, y, temperature, alpha)
        return loss, len(scores) * dscores

    @mistake(
        "The divergence is averaged over the classes as well. Add over the classes, average over the examples only."
    )
    def mean_over_classes(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        c = scores.shape[1]
        return mixed(soft, hard, len(scores), alpha, temperature**2 / c, temperature / c)

    @mistake(
        "Your soft part is the cross-entropy of q under p. The divergence subtracts the teacher's own entropy, so "
        "that it is 0 where student and teacher agree; the gradient is the same."
    )
    def cross_entropy(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        p, log_q = softmax(teacher_scores / temperature), log_softmax(scores / temperature)
        soft, hard = (-(p * log_q).sum(), np.exp(log_q) - p), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("The divergence is the wrong way round: p log(p / q), where p is the teacher's.")
    def divergence_reversed(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        log_p, log_q = log_softmax(teacher_scores / temperature), log_softmax(scores / temperature)
        q, difference = np.exp(log_q), log_q - log_p
        kl = (q * difference).sum(axis=1, keepdims=True)
        soft, hard = (kl.sum(), q * (difference - kl)), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("The gradient of the soft part has the wrong sign: it is q - p.")
    def gradient_sign(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        (loss, soft), hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed((loss, -soft), hard, len(scores), alpha, temperature**2, temperature)

    @mistake("The loss has the wrong sign at its soft part: the divergence is never negative.")
    def loss_sign(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        (loss, soft), hard = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed((-loss, soft), hard, len(scores), alpha, temperature**2, temperature)

    @mistake("In the gradient of the labels' part, 1 is not subtracted at the right class.")
    def label_not_subtracted(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        soft, (loss, _) = soft_part(scores, teacher_scores, temperature), hard_part(scores, y)
        return mixed(soft, (loss, softmax(scores)), len(scores), alpha, temperature**2, temperature)

    @mistake("The teacher's soft predictions are made hard: its best class counts as the label. Use its probabilities.")
    def teacher_made_hard(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        best, log_q = np.eye(scores.shape[1])[teacher_scores.argmax(axis=1)], log_softmax(scores / temperature)
        soft, hard = (-(best * log_q).sum(), np.exp(log_q) - best), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("You penalize the squared distance of the scores. Compare probabilities, by p log(p / q).")
    def squared_distance(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        difference, hard = (scores - teacher_scores) / temperature, hard_part(scores, y)
        return mixed(((difference**2).sum() / 2, difference), hard, len(scores), alpha, temperature**2, temperature)

    @mistake("exp overflows at scores near 1000. Subtract each row's largest score first.")
    def not_shifted(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        loss, dscores = plain(scores, teacher_scores, y, temperature, alpha)
        return loss + 0 * np.exp(scores).sum(), dscores + 0 * np.exp(scores)

    @mistake(
        "Student and teacher have changed places: the gradient is that of the first argument, the student's scores."
    )
    def exchanged(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(teacher_scores, scores, y, temperature, alpha)

    @mistake(
        "A gradient for the teacher is returned as well. The teacher does not learn: its predictions are constants. "
        "Return the loss and dscores."
    )
    def teacher_learns_too(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        loss, dscores = plain(scores, teacher_scores, y, temperature, alpha)
        return loss, dscores, -dscores

    @mistake(
        "The soft targets are not held constant: the gradient has terms from p in it, as if the teacher were the "
        "student. p is a constant, and the gradient of the soft part is q - p."
    )
    def targets_not_detached(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        p, log_q = softmax(teacher_scores / temperature), log_softmax(scores / temperature)
        ratio = np.log(p) - log_q
        kl = (p * ratio).sum(axis=1, keepdims=True)
        soft, hard = (kl.sum(), np.exp(log_q) - p + p * (ratio - kl)), hard_part(scores, y)
        return mixed(soft, hard, len(scores), alpha, temperature**2, temperature)

    @mistake("The loss alone is returned. Return two things: the loss, and its gradient in the scores.")
    def loss_alone(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        return plain(scores, teacher_scores, y, temperature, alpha)[0]

    @mistake("The losses of the examples are returned. Return their mean.")
    def one_loss_each(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        rows = [
            plain(scores[i : i + 1], teacher_scores[i : i + 1], y[i : i + 1], temperature, alpha)[0]
            for i in range(len(y))
        ]
        return np.array(rows), plain(scores, teacher_scores, y, temperature, alpha)[1]

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

    @variant
    def entropy_and_cross_entropy(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        def log_probabilities(s):
            return s - np.logaddexp.reduce(s, axis=1)[:, None]

        log_p, log_q = log_probabilities(teacher_scores / temperature), log_probabilities(scores / temperature)
        log_r, right = log_probabilities(scores), np.eye(scores.shape[1])[y]
        p = np.exp(log_p)
        kl = np.einsum("nc,nc->n", p, log_p) - np.einsum("nc,nc->n", p, log_q)
        loss = np.mean(alpha * temperature**2 * kl - (1 - alpha) * (right * log_r).sum(axis=1))
        gradient = alpha * temperature**2 * (np.exp(log_q) - p) / temperature + (1 - alpha) * (np.exp(log_r) - right)
        return loss, gradient / scores.shape[0]


def both(rng, examples, classes):
    """Scores of a student and a teacher that disagree, and labels of which neither network is sure."""
    teacher = separated_scores(rng, examples, classes)
    y = rng.integers(classes, size=examples)
    return {"scores": separated_scores(rng, examples, classes), "teacher_scores": 1.5 * teacher, "y": y}

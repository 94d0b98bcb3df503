"""The loss of a student network, which learns from its teacher's soft predictions and from the labels."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform

from .scores import separated_scores


class DistillationLoss(Exercise):
    """The loss of a student network with a teacher, and its gradient."""

    name, points = "distillation_loss", 5
    done = "You have a loss, with its gradient, that trains a student on a teacher and on labels at once."

    def reference(scores, teacher_scores, y, temperature=4.0, alpha=0.9):
        """The loss of a student that learns from a teacher's soft predictions and from labels, with its gradient.

            p = softmax(teacher_scores / T),   q = softmax(scores / T)
            loss = (1/N) Σ_n [ α T² Σ_c p log(p / q)  -  (1 - α) log softmax(scores)[y] ]

        The first part, the Kullback-Leibler divergence, is at temperature T on both sides; the second, the usual
        cross-entropy, at temperature 1. The teacher has finished learning: p is a constant.

        Parameters
        ----------
        scores : ndarray (N, C)
            The student's scores, of any size, even around 1000.
        teacher_scores : ndarray (N, C)
            The teacher's scores. Within a row, the scores of either network differ by less than 100.
        y : ndarray (N,) of int
            The true classes.
        temperature : float
            T, above 0.
        alpha : float
            α, from 0 to 1: the weight of the soft part.

        Returns
        -------
        loss : float
        dscores : ndarray (N, C)
            The gradient of the loss with respect to `scores`. The soft part of the loss has a factor of T²;
            differentiating q gives a factor of 1/T.

        Notes
        -----
        You may change the arguments in place. With a teacher whose scores are all equal, T = 1, and α = ε, this is
        label smoothing, up to a constant.

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
        yield Case("a different temperature and alpha", **both(rng, 5, 4), **other)
        yield Case(
            "the soft part alone: alpha = 1", **both(rng, 5, 4), temperature=uniform(rng, 5, 8, digits=3), alpha=1.0
        )
        yield Case(
            "the labels alone: alpha = 0", **both(rng, 4, 3), temperature=uniform(rng, 2, 3, digits=3), alpha=0.0
        )
        yield Case("temperature 1", **both(rng, 3, 6), temperature=1.0, alpha=uniform(rng, 0.4, 0.8, digits=3))
        given = both(rng, 4, 5)
        rows = np.array([[1000.0], [-2000.0], [1000.0], [-2000.0]])
        far = {name: given[name] + rows for name in ("scores", "teacher_scores")}
        yield Case(
            "scores near 1000 and -2000", **(given | far), temperature=uniform(rng, 1.1, 1.3, digits=3), alpha=0.6
        )
        yield Case("a single example, two classes", **both(rng, 1, 2), temperature=uniform(rng, 2, 4, digits=3))
        given = both(rng, 5, 4)
        single = {name: given[name].astype(np.float32) for name in ("scores", "teacher_scores")}
        yield Case("float32", **(given | single), temperature=uniform(rng, 2, 4, digits=3))

    squared_temperature_left_out = mistake(
        "What happens to the soft part at a high temperature? Without the factor T² its gradient shrinks like 1/T², "
        "and the teacher is hardly heard. Multiply the soft part by T², in the loss and in the gradient.",
        {"temperature**2 * kl": "kl", "temperature * (q - p)": "(q - p) / temperature"},
    )
    squared_temperature_left_out_of_the_loss = mistake(
        "Does your gradient match your loss? The gradient of the soft part is right, but the loss lacks the factor T².",
        {"temperature**2 * kl": "kl"},
    )
    squared_temperature_left_out_of_the_gradient = mistake(
        "Does your gradient match your loss? The loss has the factor T² in its soft part; the gradient lacks it.",
        {"temperature * (q - p)": "(q - p) / temperature"},
    )
    temperature_not_squared = mistake(
        "What power of T do you multiply the soft part by? One too low. The loss should have T², which leaves a factor "
        "of T in the gradient.",
        {"temperature**2 * kl": "temperature * kl", "temperature * (q - p)": "q - p"},
    )
    chain_rule_forgotten = mistake(
        "What does dividing the scores by T do to the gradient? It gives a factor of 1/T, which your gradient lacks: "
        "T² times 1/T is T.",
        {"temperature * (": "temperature**2 * ("},
    )
    bare_difference = mistake(
        "Where does T appear outside the softmax? The soft part lacks its factor T² in your loss, and its factor T "
        "in your gradient, which is T² times the 1/T of the chain rule.",
        {"temperature**2 * kl": "kl", "temperature * (q - p)": "q - p"},
    )
    temperature_on_the_teacher_only = mistake(
        "Are both networks at temperature T in the soft part? Only the teacher is. Divide the student's scores by T, "
        "too; that also gives the gradient a factor of 1/T.",
        {"(scores / temperature)": "(scores)", "temperature * (": "temperature**2 * ("},
    )
    temperature_on_the_student_only = mistake(
        "Are both networks at temperature T in the soft part? Only the student is. Divide the teacher's scores by T, "
        "too.",
        {"teacher_scores / temperature": "teacher_scores"},
    )
    multiplied_by_temperature = mistake(
        "Does a higher temperature make your probabilities softer? It makes them harder, because you multiply the "
        "scores by T. Divide.",
        {"teacher_scores / temperature": "teacher_scores * temperature", "(scores / temp": "(scores * temp"},
    )
    probabilities_cooled = mistake(
        "What do you divide by T, scores or probabilities? Dividing probabilities leaves rows that no longer add up to "
        "1. Divide the scores, before the softmax.",
        {
            "teacher_scores / temperature": "teacher_scores",
            "(scores / temperature)": "(scores)",
            "np.exp(log_p)": "np.exp(log_p) / temperature",
            "np.exp(log_q)": "np.exp(log_q) / temperature",
        },
    )
    no_temperature = mistake(
        "Does your answer change with the temperature? It doesn't: it is always the one for T = 1. Use the argument, "
        "in both softmaxes and in the factor T².",
        {"log_p, log_q = ": "temperature = 1.0\nlog_p, log_q = "},
    )
    temperature_hard_coded = mistake(
        "Does your answer change with the temperature? It doesn't: it is always the one for T = 4. Use the argument; "
        "4 is only its default.",
        {"log_p, log_q = ": "temperature = 4.0\nlog_p, log_q = "},
    )
    alpha_hard_coded = mistake(
        "Does your answer change with alpha? It doesn't: it is always the one for alpha = 0.9. Use the argument; 0.9 "
        "is only its default.",
        {"losses = ": "alpha = 0.9\nlosses = "},
    )
    alpha_swapped = mistake(
        "Which part does alpha weight? The soft one. In your answer, alpha weights the labels, and 1 - alpha the soft "
        "part.",
        {"losses = ": "alpha = 1 - alpha\nlosses = "},
    )
    alpha_left_out = mistake(
        "How much does each part count? You add both in full. Weight the soft part by alpha, and the labels by "
        "1 - alpha.",
        {"alpha * soft + (1 - alpha) * hard": "soft + hard", "alpha * dsoft + (1 - alpha) * dhard": "dsoft + dhard"},
    )
    alpha_left_out_of_the_gradient = mistake(
        "Does your gradient match your loss? The loss is weighted by alpha; in the gradient, both parts count in full.",
        {"alpha * dsoft + (1 - alpha) * dhard": "dsoft + dhard"},
    )
    labels_in_full = mistake(
        "How much do the labels count? In your answer, fully. Their part should have the weight 1 - alpha.",
        {"(1 - alpha) * hard": "hard", "(1 - alpha) * dhard": "dhard"},
    )
    labels_left_out = mistake(
        "What do the labels contribute? In your answer, nothing. Add their part, with the weight 1 - alpha.",
        {" + (1 - alpha) * hard": "", " + (1 - alpha) * dhard": ""},
    )
    soft_part_only = mistake(
        "What do the labels and alpha contribute? In your answer, nothing: it is the soft part in full. Give it the "
        "weight alpha, and add the labels' part, with 1 - alpha.",
        {"alpha * soft + (1 - alpha) * hard": "soft", "alpha * dsoft + (1 - alpha) * dhard": "dsoft"},
    )
    soft_part_doubled = mistake(
        "How much does the soft part count? In your answer, twice as much as it should. Its weight is alpha.",
        {"alpha * soft": "2 * alpha * soft", "alpha * dsoft": "2 * alpha * dsoft"},
    )
    labels_only = mistake(
        "What does the teacher contribute? In your answer, nothing: it is the usual cross-entropy with the labels. Add "
        "the soft part with the weight alpha, and give the labels 1 - alpha.",
        {"alpha * soft + (1 - alpha) * hard": "hard", "alpha * dsoft + (1 - alpha) * dhard": "dhard"},
    )
    labels_at_temperature = mistake(
        "At what temperature is the labels' part? You divide its scores by T as well. Its temperature should be 1.",
        {"log_softmax(scores)": "log_softmax(scores / temperature)", "* dhard": "* dhard / temperature"},
    )
    labels_at_temperature_without_the_chain_rule = mistake(
        "At what temperature is the labels' part? You divide its scores by T as well, and its gradient lacks the 1/T "
        "that would follow. Its temperature should be 1.",
        {"log_softmax(scores)": "log_softmax(scores / temperature)"},
    )
    summed = mistake(
        "Is your loss a sum over the examples, or a mean? It is a sum. Divide the loss and the gradient by N.",
        {"losses.mean()": "losses.sum()", " / n": ""},
    )
    gradient_summed = mistake(
        "Does your gradient match your loss? The loss is a mean over the examples. Divide the gradient by N, too.",
        {" / n": ""},
    )
    divided_by_classes = mistake(
        "What do you divide the sum over the examples by? By the number of classes, or a number that happens to equal "
        "it. Divide by the number of examples, N, in the loss and in the gradient.",
        {"losses.mean()": "losses.sum() / scores.shape[1]", " / n": " / scores.shape[1]"},
    )
    mean_over_classes = mistake(
        "Do you average the divergence over the classes as well? Sum over the classes, and average over the examples "
        "only.",
        {
            "(log_p - log_q)).sum": "(log_p - log_q)).mean",
            "temperature * (q - p)": "temperature * (q - p) / q.shape[1]",
        },
    )
    cross_entropy = mistake(
        "Is your soft loss 0 if student and teacher agree? It isn't: it is the cross-entropy. Use p log(p / q), "
        "which subtracts the teacher's entropy. The gradient is the same.",
        {"p * (log_p - log_q)": "-p * log_q"},
    )
    divergence_reversed = mistake(
        "Whose probabilities come first in the divergence? The teacher's: p log(p / q). Yours is q log(q / p).",
        {"p * (log_p - log_q)": "q * (log_q - log_p)", "(q - p)": "q * (log_q - log_p - kl[:, None])"},
    )
    gradient_sign = mistake(
        "Which way does the soft part push the student? In your gradient, away from the teacher: the sign is wrong. It "
        "should be q - p.",
        {"(q - p)": "(p - q)"},
    )
    loss_sign = mistake(
        "Can a divergence be negative? Yours is: the soft part of the loss has the wrong sign. It should be p log(p / "
        "q).",
        {"(log_p - log_q)": "(log_q - log_p)"},
    )
    label_not_subtracted = mistake(
        "What is special about the correct class in the gradient of the labels' part? There, 1 is subtracted from the "
        "probability, but your gradient doesn't do that.",
        {"dhard[rows, y] -= 1": ""},
    )
    teacher_made_hard = mistake(
        "What does the teacher say about the other classes? In your soft part, nothing: its best class serves as the "
        "label. Use its probabilities.",
        {
            "np.exp(log_p)": "np.eye(scores.shape[1])[teacher_scores.argmax(axis=1)]",
            "p * (log_p - log_q)": "-p * log_q",
        },
    )
    squared_distance = mistake(
        "What do you compare, scores or probabilities? Your soft part is half the squared distance between the scores. "
        "Compare the probabilities, with p log(p / q).",
        {
            "temperature**2 * kl": "((scores - teacher_scores) ** 2).sum(axis=1) / 2",
            "temperature * (q - p)": "scores - teacher_scores",
        },
    )
    squared_distance_of_probabilities = mistake(
        "What kind of distance do you measure? The mean square of q - p, over the classes, too. The soft part is a "
        "divergence, T² Σ p log(p / q), and its gradient T (q - p).",
        {
            "temperature**2 * kl": "((q - p) ** 2).mean(axis=1)",
            "temperature * (q - p)": (
                "2 * q * (q - p - (q * (q - p)).sum(axis=1, keepdims=True)) / temperature / q.shape[1]"
            ),
        },
    )
    probabilities_for_their_logarithms = mistake(
        "Can a divergence be negative? Yours can: its terms are p (log p - q), with q instead of log q, and you "
        "average them over the classes. Sum p (log p - log q) over the classes; PyTorch's KLDivLoss wants log q, too, "
        'and `reduction="batchmean"`.',
        {
            "(p * (log_p - log_q)).sum(axis=1)": "(p * (log_p - q)).mean(axis=1)",
            "temperature * (q - p)": "temperature * q * ((p * q).sum(axis=1, keepdims=True) - p) / q.shape[1]",
        },
    )
    not_shifted = mistake(
        "What is exp of a score near 1000? It overflows. Subtract each row's largest score first; the softmax does not "
        "change.",
        {
            "s = s - s.max(axis=1, keepdims=True)": "s = np.exp(s)",
            "s - np.log(np.exp(s).sum(axis=1, keepdims=True))": "np.log(s / s.sum(axis=1, keepdims=True))",
        },
    )
    exchanged = mistake(
        "Which of the two networks learns? In your answer, student and teacher have traded places. The student's "
        "scores are the first argument.",
        {"rows, n = ": "scores, teacher_scores = teacher_scores, scores\nrows, n = "},
    )
    teacher_learns_too = mistake(
        "You return a third value. The teacher does not learn, so it needs no gradient: return only the loss and "
        "dscores.",
        {", dscores": ", dscores, -dscores"},
    )
    targets_not_detached = mistake(
        "Does p depend on the student's scores? It doesn't, but your gradient has extra terms, as if p moved with "
        "them. Hold p constant: the soft part's gradient then has the factor q - p.",
        {"(q - p)": "(q - p + p * (log_p - log_q - kl[:, None]))"},
    )
    loss_alone = mistake(
        "You return only the loss. Return two things: the loss, and its gradient with respect to the scores.",
        {", dscores": ""},
    )
    one_loss_each = mistake(
        "How many numbers is the loss? You return one for each example. Return their mean.",
        {"losses.mean()": "losses"},
    )

    divergence_reversed_in_the_loss = mistake(
        "Whose probabilities come first in the divergence? The teacher's: p log(p / q). Your loss has q log(q / p); "
        "your gradient is right.",
        {"p * (log_p - log_q)": "q * (log_q - log_p)"},
    )
    labels_at_temperature_in_the_loss = mistake(
        "At what temperature is the labels' part of the loss? You divide its scores by T as well. Its temperature "
        "should be 1, as it is in your gradient.",
        {"hard = -log_hard[rows, y]": "hard = -log_q[rows, y]"},
    )

    shifted_by_the_largest_of_all = mistake(
        "What if one example's scores are all far below another's? Then exp turns all of them into 0. Subtract the "
        "largest score of each row, not of the whole array.",
        {"s.max(axis=1, keepdims=True)": "s.max()"},
    )
    softmax_over_examples = mistake(
        "Which numbers add up to 1 after your softmax? The examples' numbers for one class. Each example's class "
        "probabilities should: use axis 1.",
        {
            "s.max(axis=1, keepdims=True)": "s.max(axis=0)",
            "np.exp(s).sum(axis=1, keepdims=True)": "np.exp(s).sum(axis=0)",
        },
    )
    labels_left_out_of_the_gradient = mistake(
        "Does your gradient match your loss? The loss has the labels' part; the gradient lacks it.",
        {"alpha * dsoft + (1 - alpha) * dhard": "alpha * dsoft"},
    )
    temperature_left_out_of_the_gradient = mistake(
        "Where is T in the gradient of the soft part? Yours is just q - p. T² times the 1/T of the chain rule leaves "
        "one factor of T.",
        {"temperature * (q - p)": "q - p"},
    )

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

    logarithm_of_the_softmax = variant(
        {"s - np.log(np.exp(s).sum(axis=1, keepdims=True))": "np.log(np.exp(s) / np.exp(s).sum(axis=1, keepdims=True))"}
    )
    entropy_and_cross_entropy = variant(
        {
            "s = s - s.max(axis=1, keepdims=True)": "",
            "np.log(np.exp(s).sum(axis=1, keepdims=True))": "np.logaddexp.reduce(s, axis=1, keepdims=True)",
            "(p * (log_p - log_q)).sum(axis=1)": 'np.einsum("nc,nc->n", p, log_p) - np.einsum("nc,nc->n", p, log_q)',
            "-log_hard[rows, y]": "-(np.eye(scores.shape[1])[y] * log_hard).sum(axis=1)",
        }
    )


def both(rng, examples, classes):
    """A student's scores, a teacher's scores, and labels, all drawn independently."""
    teacher = separated_scores(rng, examples, classes)
    y = rng.integers(classes, size=examples)
    return {"scores": separated_scores(rng, examples, classes), "teacher_scores": 1.5 * teacher, "y": y}

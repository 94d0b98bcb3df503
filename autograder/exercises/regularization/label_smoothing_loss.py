"""Label smoothing: the cross-entropy with targets that leave a little room for doubt."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from autograder.exercises.ensembles.scores import separated_scores
from gradlab import drivers


class LabelSmoothingLoss(Exercise):
    """Ask for a probability just below 1, so that no score needs to grow forever."""

    name, points = "label_smoothing_loss", 3
    done = "You have a loss that stops rewarding a network for being surer than it should be."
    driver = drivers.call

    def reference(scores, y, smoothing=0.1):
        """The softmax cross-entropy with smoothed labels, and its gradient.

            t = (1 - smoothing) · onehot(y) + smoothing / C       for C classes
            loss = mean over the examples of  - Σ t · log p,      p = softmax(scores)

        The smoothing is spread evenly over all C classes, so the right one gets its share, too.

        Parameters
        ----------
        scores : ndarray (N, C)
            They may be as large as 1000 or more, and as far apart.
        y : ndarray (N,) of int
            The right classes, 0 <= y < C.
        smoothing : float
            From 0, the usual loss, to 1, which ignores the labels.

        Returns
        -------
        loss : float
        dscores : ndarray (N, C)
            The gradient of the loss with respect to the scores.

        References
        ----------
        Szegedy et al., "Rethinking the Inception architecture for computer vision" (2016), section 7. In
        PyTorch, this is ``cross_entropy(..., label_smoothing=smoothing)``.
        """
        n, classes = scores.shape
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        target = np.full(scores.shape, smoothing / classes, scores.dtype)
        target[np.arange(n), y] += 1 - smoothing
        loss = -(target * log_p).sum(axis=1).mean()
        dscores = (np.exp(log_p) - target) / n
        return loss, dscores

    def cases(rng):
        yield Case("smoothing 0.1, by default", **examples(rng, 4, 5))
        yield Case("more smoothing", **examples(rng, 5, 4), smoothing=uniform(rng, 0.2, 0.4), weight=2)
        yield Case("no smoothing: the usual loss", **examples(rng, 3, 5), smoothing=0.0)
        yield Case(
            "all scores equal: the chance level", **{**examples(rng, 3, 6), "scores": np.zeros((3, 6))}, smoothing=0.3
        )
        yield Case("two classes", **examples(rng, 6, 2), smoothing=uniform(rng, 0.2, 0.4))
        given = examples(rng, 4, 5)
        given["scores"] += np.array([[1000.0], [-2000.0], [1000.0], [-2000.0]])
        yield Case("scores near 1000 and -2000", **given, smoothing=uniform(rng, 0.2, 0.4))
        given = examples(rng, 4, 5)
        given["scores"] = rng.permuted(given["scores"] + [1000.0, 700.0, 0.0, -500.0, -900.0], axis=1)
        yield Case("scores far apart in each row", **given, smoothing=uniform(rng, 0.2, 0.4))
        yield Case("a single example", **examples(rng, 1, 7), smoothing=uniform(rng, 0.2, 0.4))
        given = examples(rng, 5, 4)
        given["scores"] = given["scores"].astype(np.float32)
        yield Case("float32", **given, smoothing=uniform(rng, 0.2, 0.4))

    right_class_left_out = mistake(
        "How many classes share the smoothing? All C of them, including the right one. Yours goes to the C - 1 others, "
        "so the right class keeps only 1 - smoothing.",
        {
            "smoothing / classes": "smoothing / (classes - 1)",
            "target[np.arange(n), y] += 1 - smoothing": "target[np.arange(n), y] = 1 - smoothing",
        },
    )
    right_class_set = mistake(
        "What do your targets add up to? Not to 1: the right class gets a share of the smoothing, too. Its target is 1 "
        "- smoothing + smoothing / C, but yours lacks the second term.",
        {"+= 1 - smoothing": "= 1 - smoothing"},
    )
    not_taken_from_the_right_class = mistake(
        "What do your targets add up to? More than 1: the smoothing is given to all classes but not taken from the "
        "right one.",
        {"+= 1 - smoothing": "+= 1"},
    )
    not_divided_by_classes = mistake(
        "What do your targets add up to? More than 1: each class gets the whole smoothing. Divide it by the number of "
        "classes.",
        {"smoothing / classes": "smoothing"},
    )
    other_classes_only = mistake(
        "What do your targets add up to? Not to 1: the smoothing is divided by C - 1, but the right class gets a "
        "share, too. Divide by C.",
        {"smoothing / classes": "smoothing / (classes - 1)"},
    )
    divided_by_examples = mistake(
        "What do you divide the smoothing by? The number of examples. Divide it by the number of classes.",
        {"smoothing / classes": "smoothing / n"},
    )
    smoothing_ignored = mistake(
        "Does smoothing make a difference? Your loss is the usual cross-entropy. Use the smoothed targets.",
        {"target = np": "smoothing = 0.0\ntarget = np"},
    )
    smoothing_hard_coded = mistake(
        "Does smoothing make a difference? Yours is always 0.1, which is only the default.",
        {"target = np": "smoothing = 0.1\ntarget = np"},
    )
    kept_and_spread_exchanged = mistake(
        "Which part of the target is spread? The smoothing. In your code, the right class gets the smoothing, and the "
        "rest is spread.",
        {"target = np": "smoothing = 1 - smoothing\ntarget = np"},
    )
    loss_not_smoothed = mistake(
        "Does your gradient match your loss? The gradient has smoothed targets; the loss is the usual one.",
        {"(target * log_p).sum(axis=1).mean()": "log_p[np.arange(n), y].mean()"},
    )
    gradient_not_smoothed = mistake(
        "Does your gradient match your loss? The loss has smoothed targets; the gradient is the usual one, with 1 "
        "subtracted at the label.",
        {"np.exp(log_p) - target": "np.exp(log_p) - np.eye(classes)[y]"},
    )
    only_the_label_subtracted = mistake(
        "What is subtracted from p in the gradient? The whole target. You subtract 1 - smoothing at the label, but "
        "forget the share that every class gets.",
        {"np.exp(log_p) - target": "np.exp(log_p) - (1 - smoothing) * np.eye(classes)[y]"},
    )
    only_the_label_counts = mistake(
        "Which classes count in the loss? All of them: the smoothing asks for some probability everywhere. Yours has "
        "only the label's term.",
        {"(target * log_p).sum(axis=1).mean()": "((1 - smoothing) * log_p[np.arange(n), y]).mean()"},
    )
    divergence = mistake(
        "Is your loss 0 at its minimum? A cross-entropy with soft targets isn't: you have subtracted the entropy of "
        "the targets, which makes it the Kullback-Leibler divergence. The gradient is the same.",
        {"(target * log_p)": "(target * (log_p - np.log(np.maximum(target, 1e-300))))"},
    )
    probabilities_smoothed = mistake(
        "What do you smooth, the targets or the predictions? You smooth the network's probabilities. Smooth the "
        "targets instead.",
        {
            "loss = -(target * log_p).sum(axis=1).mean()": (
                "loss = -np.log((1 - smoothing) * np.exp(log_p[np.arange(n), y]) + smoothing / classes).mean()"
            )
        },
    )
    logarithm_missing = mistake(
        "Where is the logarithm? Your loss multiplies the targets by probabilities. Take the logarithm of the "
        "probabilities.",
        {"(target * log_p)": "(target * np.exp(log_p))"},
    )
    loss_sign = mistake(
        "Can a cross-entropy be negative? Yours is. The logarithm of a probability is below 0, so the sum needs a "
        "minus sign.",
        {"-(target": "(target"},
    )
    gradient_sign = mistake(
        "Which way does the gradient point? Yours has the wrong sign: it should be p - t, because the update rule "
        "subtracts it.",
        {"np.exp(log_p) - target": "target - np.exp(log_p)"},
    )
    summed = mistake(
        "Is your loss a sum over the examples, or a mean? It's a sum. Divide the loss and the gradient by N.",
        {".mean()": ".sum()", " / n": ""},
    )
    gradient_summed = mistake(
        "Does your gradient match your loss? The loss is a mean over the examples. Divide the gradient by N, too.",
        {" / n": ""},
    )
    mean_over_classes = mistake(
        "Do you average over the classes as well? Sum over the classes, and average over the examples only.",
        {".sum(axis=1).mean()": ".mean()", " / n": " / n / classes"},
    )
    loss_averaged_over_classes = mistake(
        "Does your gradient match your loss? The loss is averaged over the classes, too. Sum over the classes, and "
        "average over the examples only.",
        {".sum(axis=1).mean()": ".mean()"},
    )
    not_shifted = mistake(
        "What is exp of a score near 1000? It overflows. Subtract each row's largest score first; the softmax doesn't "
        "change.",
        {
            "scores - scores.max(axis=1, keepdims=True)": "np.exp(scores)",
            "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))": (
                "np.log(shifted / shifted.sum(axis=1, keepdims=True))"
            ),
        },
    )
    log_of_the_softmax = mistake(
        "What is the logarithm of a probability that has been rounded to 0? -inf. Don't take the softmax first: log p "
        "is the shifted score minus the logarithm of the sum of exps.",
        {
            "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))": (
                "np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))"
            )
        },
    )
    a_little_added_to_the_softmax = mistake(
        "How unlikely can a class be? You keep each probability above about 1e-12, which makes its logarithm finite "
        "but wrong. Don't take the softmax first: log p is the shifted score minus the logarithm of the sum of exps.",
        {"(target * log_p)": "(target * np.log(np.exp(log_p) + 1e-12))"},
    )
    more_added_to_the_softmax = mistake(
        "How unlikely can a class be? You keep each probability above about 1e-8, which makes its logarithm finite "
        "but wrong. Don't take the softmax first: log p is the shifted score minus the logarithm of the sum of exps.",
        {"(target * log_p)": "(target * np.log(np.exp(log_p) + 1e-8))"},
    )
    shifted_by_the_largest_of_all = mistake(
        "What if one example's scores are all far below another's? Then exp turns all of them into 0. Subtract the "
        "largest score of each row, not of the whole array.",
        {"scores.max(axis=1, keepdims=True)": "scores.max()"},
    )
    softmax_over_examples = mistake(
        "Which probabilities add up to 1 in your softmax? Those of all examples for one class. It should be those of "
        "all classes for one example: axis 1.",
        {
            "scores.max(axis=1, keepdims=True)": "scores.max(axis=0)",
            "np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(axis=0)",
        },
    )
    loss_alone = mistake(
        "How many values should you return? Two: the loss, and its gradient with respect to the scores.",
        {", dscores": ""},
    )
    one_loss_each = mistake(
        "Is your loss a single number? You return one for each example. Return their mean.",
        {".sum(axis=1).mean()": ".sum(axis=1)"},
    )
    # Targets that don't add up to 1 have a different gradient, if it is derived correctly.
    divided_by_two = mistake(
        "What do you divide the smoothing by? Always 2, so your targets add up to 1 only if there are two classes. "
        "Divide by the number of classes.",
        {"smoothing / classes": "smoothing / 2"},
    )
    divided_by_two_with_its_gradient = mistake(
        "What do you divide the smoothing by? By 2, whatever C is, so your targets add up to more than 1 if there are "
        "three classes or more. Divide by C.",
        {
            "smoothing / classes": "smoothing / 2",
            "np.exp(log_p) - target": "target.sum(axis=1, keepdims=True) * np.exp(log_p) - target",
        },
    )
    one_for_smoothing = mistake(
        "What do your targets add up to? More than 1: every class gets 1 / C, whatever smoothing is. Its share is "
        "smoothing / C.",
        {"smoothing / classes": "1 / classes"},
    )
    one_for_smoothing_with_its_gradient = mistake(
        "What do your targets add up to? More than 1: the share of every class is 1 / C instead of smoothing / C.",
        {
            "smoothing / classes": "1 / classes",
            "np.exp(log_p) - target": "target.sum(axis=1, keepdims=True) * np.exp(log_p) - target",
        },
    )
    class_0_taken_for_padding = mistake(
        "Is class 0 special? In your code, it's padding, as in models of text: its examples don't count, and the "
        "smoothing is divided by C - 2. In this exercise, all C classes are alike, and all share the smoothing.",
        {
            "smoothing / classes": "smoothing / (classes - 2)",
            "target[np.arange(n), y] += 1 - smoothing": (
                "target[np.arange(n), y] = 1 - smoothing\ntarget[:, 0] = target[y == 0] = 0"
            ),
            "np.exp(log_p) - target": "target.sum(axis=1, keepdims=True) * np.exp(log_p) - target",
        },
    )

    @variant
    def as_two_losses(scores, y, smoothing=0.1):
        """A mixture of the usual loss and the loss for uniform targets."""
        z = scores - np.max(scores, axis=1)[:, None]
        e = np.exp(z)
        p = e / e.sum(axis=1, keepdims=True)
        log_p = z - np.log(e.sum(axis=1))[:, None]
        loss = np.mean(-(1 - smoothing) * log_p[np.arange(len(y)), y] - smoothing * log_p.mean(axis=1))
        grad = p - smoothing / scores.shape[1]
        grad[np.arange(len(y)), y] -= 1 - smoothing
        grad /= len(y)
        return float(loss), grad

    @variant
    def example_by_example(scores, y, smoothing=0.1):
        N, C = scores.shape
        loss, dscores = 0.0, np.zeros_like(scores)
        for i in range(N):
            log_z = np.logaddexp.reduce(scores[i])
            for c in range(C):
                t = smoothing / C + (1 - smoothing) * (c == y[i])
                loss -= t * (scores[i, c] - log_z) / N
                dscores[i, c] = (np.exp(scores[i, c] - log_z) - t) / N
        return loss, dscores

    by_eye = variant(
        {
            "np.full(scores.shape, smoothing / classes, scores.dtype)": (
                "((1 - smoothing) * np.eye(classes)[y] + smoothing / classes).astype(scores.dtype)"
            ),
            "target[np.arange(n), y] += 1 - smoothing\n": "",
        }
    )


def examples(rng, count, classes):
    """Scores with a clear maximum in each row, and random labels."""
    return {"scores": separated_scores(rng, count, classes), "y": rng.integers(classes, size=count)}

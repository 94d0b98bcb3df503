"""The loss before anything has been learned."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


def right_loss(num_classes, loss, margin):
    """The loss at chance, for mistakes that go wrong elsewhere."""
    if loss == "svm":
        return margin * (num_classes - 1)
    return np.log(num_classes) if loss == "softmax" else num_classes * np.log(2)


class ChanceLoss(Exercise):
    """The loss of a network that has learned nothing, by its loss function and number of classes."""

    name, points = "chance_loss", 2
    driver = drivers.sweep

    def reference(num_classes, loss="softmax", margin=1.0):
        """The mean loss of a network that gives the same score, 0, to every class.

        Parameters
        ----------
        num_classes : int
            C, at least 1.
        loss : str
            ``"softmax"``: the cross-entropy, minus the natural logarithm of the softmax's probability for the right
            class. ``"svm"``: the hinge loss of Weston and Watkins, the sum of max(0, sⱼ - s_y + margin) over the
            wrong classes j. ``"logistic"``: a yes or no for every class on its own, with the logistic function's
            probability; the sum over the C classes of minus its natural logarithm for the right answer.
        margin : float
            The margin of ``"svm"``, positive; the other two have none.

        Returns
        -------
        float

        References
        ----------
        Weston & Watkins, "Support vector machines for multi-class pattern recognition" (1999), section 3.
        """
        if loss == "softmax":
            return np.log(num_classes)
        if loss == "svm":
            return margin * (num_classes - 1)
        return num_classes * np.log(2)

    def cases(rng):
        def classes(*always):
            return np.array([*always, *rng.choice(np.arange(11, 100), 3, replace=False), int(rng.integers(200, 2000))])

        yield Case("softmax: from two classes to hundreds", over="num_classes", values=classes(2, 3, 10))
        yield Case("support vector machine", over="num_classes", values=classes(2, 3, 10), loss="svm")
        yield Case(
            "support vector machine with another margin",
            over="num_classes",
            values=classes(2, 10),
            loss="svm",
            margin=uniform(rng, 1.5, 3),
        )
        yield Case("a yes or no for every class", over="num_classes", values=classes(2, 10), loss="logistic")
        yield Case("with a single class nothing can be confused", over="num_classes", values=np.array([1]), weight=0.5)

    @mistake("The logarithm is to base 2. The losses of this course take the natural one: np.log.")
    def base_two(num_classes, loss="softmax", margin=1.0):
        return right_loss(num_classes, loss, margin) / (1.0 if loss == "svm" else np.log(2))

    @mistake("The logarithm is to base 10. The losses of this course take the natural one: np.log.")
    def base_ten(num_classes, loss="softmax", margin=1.0):
        return right_loss(num_classes, loss, margin) / (1.0 if loss == "svm" else np.log(10))

    @mistake("For the softmax you return the probability of the right class. Its loss is minus the logarithm of that.")
    def probability(num_classes, loss="softmax", margin=1.0):
        return 1 / num_classes if loss == "softmax" else right_loss(num_classes, loss, margin)

    @mistake("A logarithm of a probability is negative: the loss is minus that.")
    def sign_lost(num_classes, loss="softmax", margin=1.0):
        return right_loss(num_classes, loss, margin) * (1 if loss == "svm" else -1)

    @mistake("For the softmax you return the share of wrong guesses, 1 - 1/C. That is an error rate and no loss.")
    def error_rate(num_classes, loss="softmax", margin=1.0):
        return 1 - 1 / num_classes if loss == "softmax" else right_loss(num_classes, loss, margin)

    @mistake("For the softmax you take the logarithm of the number of wrong classes. All C share the probability.")
    def log_of_wrong_classes(num_classes, loss="softmax", margin=1.0):
        with np.errstate(divide="ignore"):
            return np.log(num_classes - 1) if loss == "softmax" else right_loss(num_classes, loss, margin)

    @mistake("The support vector machine's loss counts wrong classes only: the right one adds no margin.")
    def right_class_counted(num_classes, loss="softmax", margin=1.0):
        return margin * num_classes if loss == "svm" else right_loss(num_classes, loss, margin)

    @mistake(
        "For the support vector machine you count one wrong class (or their mean). Weston and Watkins add up the "
        "margins of all of them."
    )
    def one_wrong_class(num_classes, loss="softmax", margin=1.0):
        return margin if loss == "svm" else right_loss(num_classes, loss, margin)

    @mistake("The support vector machine's loss is divided by the number of classes: it is a sum over them.")
    def averaged_over_classes(num_classes, loss="softmax", margin=1.0):
        return right_loss(num_classes, loss, margin) / (num_classes if loss == "svm" else 1)

    @mistake("The margin is always 1: use the argument.")
    def margin_hard_coded(num_classes, loss="softmax", margin=1.0):
        return right_loss(num_classes, loss, 1.0)

    @mistake("The margin is added once. Every wrong class contributes it, so it multiplies their number.")
    def margin_added(num_classes, loss="softmax", margin=1.0):
        return num_classes - 2 + margin if loss == "svm" else right_loss(num_classes, loss, margin)

    @mistake("A loss of ln 2 is that of a single yes or no. There is one for every class, and they are added up.")
    def one_question(num_classes, loss="softmax", margin=1.0):
        return np.log(2) if loss == "logistic" else right_loss(num_classes, loss, margin)

    @mistake("A yes or no for every class is not a softmax: each has a probability of its own, which begins at 1/2.")
    def logistic_as_softmax(num_classes, loss="softmax", margin=1.0):
        return right_loss(num_classes, "softmax" if loss == "logistic" else loss, margin)

    @mistake("With a yes or no for every class the right one counts as well: there are C terms, not C - 1.")
    def one_question_short(num_classes, loss="softmax", margin=1.0):
        return (num_classes - 1) * np.log(2) if loss == "logistic" else right_loss(num_classes, loss, margin)

    @mistake("You give the softmax's loss whatever the loss function is: look at the argument loss.")
    def always_softmax(num_classes, loss="softmax", margin=1.0):
        return np.log(num_classes)

    @mistake("The number of classes is always 10: use the argument.")
    def ten_classes(num_classes, loss="softmax", margin=1.0):
        return right_loss(10, loss, margin)

    @mistake("You return e to the power of the loss, the number of classes to choose from. The loss is its logarithm.")
    def perplexity(num_classes, loss="softmax", margin=1.0):
        return float(num_classes) if loss == "softmax" else right_loss(num_classes, loss, margin)

    @variant
    def from_zero_scores(num_classes, loss="softmax", margin=1.0):
        scores = np.zeros(num_classes)
        if loss == "svm":
            margins = np.maximum(scores - scores[0] + margin, 0)
            margins[0] = 0
            return margins.sum()
        if loss == "logistic":
            return -np.log(1 / (1 + np.exp(-scores))).sum()
        p = np.exp(scores) / np.exp(scores).sum()
        return -np.log(p[0])

    @variant
    def a_single_class_apart(num_classes, loss="softmax", margin=1.0):
        """Return a plain 0 for a single class, which equals 0.0."""
        return 0 if num_classes == 1 and loss != "logistic" else float(right_loss(num_classes, loss, margin))

    @variant
    def by_a_table(num_classes, loss="softmax", margin=1.0):
        import math

        return {
            "softmax": -math.log(1 / num_classes),
            "svm": sum(margin for _ in range(1, num_classes)),
            "logistic": math.log(2**num_classes),
        }[loss]

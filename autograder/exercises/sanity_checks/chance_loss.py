"""The loss before anything has been learned."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


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

    base_two = mistake(
        "The logarithm is to base 2. The losses of this course take the natural one: np.log.",
        {"log(num_classes)": "log2(num_classes)", "log(2)": "log2(2)"},
    )
    base_ten = mistake(
        "The logarithm is to base 10. The losses of this course take the natural one: np.log.",
        {"log(num_classes)": "log10(num_classes)", "log(2)": "log10(2)"},
    )
    probability = mistake(
        "For the softmax you return the probability of the right class. Its loss is minus the logarithm of that.",
        {"np.log(num_classes)": "1 / num_classes"},
    )
    sign_lost = mistake(
        "A logarithm of a probability is negative: the loss is minus that.",
        {"return np.": "return -np.", "return num": "return -num"},
    )
    error_rate = mistake(
        "For the softmax you return the share of wrong guesses, 1 - 1/C. That is an error rate and no loss.",
        {"np.log(num_classes)": "1 - 1 / num_classes"},
    )
    log_of_wrong_classes = mistake(
        "For the softmax you take the logarithm of the number of wrong classes. All C share the probability.",
        {"(num_classes)": "(num_classes - 1)"},
    )
    right_class_counted = mistake(
        "The support vector machine's loss counts wrong classes only: the right one adds no margin.",
        {"(num_classes - 1)": "num_classes"},
    )
    one_wrong_class = mistake(
        "For the support vector machine you count one wrong class (or their mean). Weston and Watkins add up the "
        "margins of all of them.",
        {" * (num_classes - 1)": ""},
    )
    averaged_over_classes = mistake(
        "The support vector machine's loss is divided by the number of classes: it is a sum over them.",
        {"(num_classes - 1)": "(num_classes - 1) / num_classes"},
    )
    margin_hard_coded = mistake("The margin is always 1: use the argument.", {"margin * ": ""})
    margin_added = mistake(
        "The margin is added once. Every wrong class contributes it, so it multiplies their number.",
        {"margin * (num_classes - 1)": "margin + num_classes - 2"},
    )
    one_question = mistake(
        "A loss of ln 2 is that of a single yes or no. There is one for every class, and they are added up.",
        {"num_classes * ": ""},
    )
    logistic_as_softmax = mistake(
        "A yes or no for every class is not a softmax: each has a probability of its own, which begins at 1/2.",
        {"num_classes * np.log(2)": "np.log(num_classes)"},
    )
    one_question_short = mistake(
        "With a yes or no for every class the right one counts as well: there are C terms, not C - 1.",
        {"num_classes *": "(num_classes - 1) *"},
    )
    always_softmax = mistake(
        "You give the softmax's loss whatever the loss function is: look at the argument loss.",
        {"margin * (num_classes - 1)": "np.log(num_classes)", "num_classes * np.log(2)": "np.log(num_classes)"},
    )
    ten_classes = mistake(
        "The number of classes is always 10: use the argument.",
        {'if loss == "softmax"': 'num_classes = 10\nif loss == "softmax"'},
    )
    perplexity = mistake(
        "You return e to the power of the loss, the number of classes to choose from. The loss is its logarithm.",
        {"np.log(num_classes)": "float(num_classes)"},
    )

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

    a_single_class_apart = variant(
        {'if loss == "softmax"': 'if num_classes == 1 and loss != "logistic":\n    return 0\nif loss == "softmax"'}
    )

    @variant
    def by_a_table(num_classes, loss="softmax", margin=1.0):
        import math

        return {
            "softmax": -math.log(1 / num_classes),
            "svm": sum(margin for _ in range(1, num_classes)),
            "logistic": math.log(2**num_classes),
        }[loss]

"""The loss of a network that has learned nothing yet."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class ChanceLoss(Exercise):
    """What the first loss should be, by loss function and number of classes."""

    name, points = "chance_loss", 2
    done = "You can say what the first loss must be before you train. Next, you'll compare real networks with it."
    driver = drivers.sweep

    def reference(num_classes, loss="softmax", margin=1.0):
        """The mean loss of a network that gives the same score, 0, to every class.

        Parameters
        ----------
        num_classes : int
            C, at least 1.
        loss : str
            ``"softmax"``: the cross-entropy, which is minus the natural logarithm of the probability that the softmax
            gives to the correct class. ``"svm"``: the hinge loss of Weston and Watkins, which is the sum of
            max(0, sⱼ - s_y + margin) over the wrong classes j. ``"logistic"``: a separate yes or no for every class,
            each with a probability from a logistic function. The loss is the sum over all C classes of minus the
            natural logarithm of the probability of the correct answer.
        margin : float
            The margin of ``"svm"``, positive. The other two losses have none.

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

        # Each of the three loss functions earns a third of the points.
        yield Case("softmax: from two classes to hundreds", weight=2, over="num_classes", values=classes(2, 3, 10))
        yield Case("support vector machine", over="num_classes", values=classes(2, 3, 10), loss="svm")
        yield Case(
            "support vector machine, a different margin",
            over="num_classes",
            values=classes(2, 10),
            loss="svm",
            margin=uniform(rng, 1.5, 3),
        )
        yield Case("a yes or no for every class", weight=2, over="num_classes", values=classes(2, 10), loss="logistic")
        # A constant 0 passes this case, so it earns nothing.
        yield Case(
            "with a single class, there is nothing to confuse", over="num_classes", values=np.array([1]), weight=0
        )

    base_two = mistake(
        "Which logarithm do you take? Base 2. The losses in this course use the natural one: np.log.",
        {"log(num_classes)": "log2(num_classes)", "log(2)": "log2(2)"},
    )
    softmax_base_two = mistake(
        "Which logarithm does the softmax's cross-entropy take? Yours is to base 2, which gives 3.32 for ten classes. "
        "Take the natural one, np.log, which gives 2.30.",
        {"log(num_classes)": "log2(num_classes)"},
    )
    base_ten = mistake(
        "Which logarithm do you take? Base 10. The losses in this course use the natural one: np.log.",
        {"log(num_classes)": "log10(num_classes)", "log(2)": "log10(2)"},
    )
    probability = mistake(
        "Is 1/C a loss? For the softmax, it's the probability of the correct class. The loss is minus its logarithm.",
        {"np.log(num_classes)": "1 / num_classes"},
    )
    sign_lost = mistake(
        "Can these losses be negative? Yours are: the logarithm of a probability is below zero, and the loss is minus "
        "that.",
        {"return np.": "return -np.", "return num": "return -num"},
    )
    error_rate = mistake(
        "Is 1 - 1/C a loss? For the softmax, it's the fraction of wrong guesses, an error rate. Take minus the "
        "logarithm of the correct class's probability.",
        {"np.log(num_classes)": "1 - 1 / num_classes"},
    )
    log_of_wrong_classes = mistake(
        "How many classes share the probability? All C of them, so for the softmax, don't take the logarithm of C - 1.",
        {"(num_classes)": "(num_classes - 1)"},
    )
    log_of_one_more = mistake(
        "How many classes share the probability? All C of them, so for the softmax, don't take the logarithm of C + 1.",
        {"(num_classes)": "(num_classes + 1)"},
    )
    right_class_counted = mistake(
        "How many classes add a margin to the support vector machine's loss? Only the C - 1 wrong ones. The correct "
        "class adds none.",
        {"(num_classes - 1)": "num_classes"},
    )
    one_wrong_class = mistake(
        "How many classes add a margin to the support vector machine's loss? All C - 1 wrong ones, and Weston and "
        "Watkins add them up. You count only one margin.",
        {" * (num_classes - 1)": ""},
    )
    averaged_over_classes = mistake(
        "Is the support vector machine's loss a sum or a mean over the classes? A sum: don't divide by their number.",
        {"(num_classes - 1)": "(num_classes - 1) / num_classes"},
    )
    margin_hard_coded = mistake(
        "What if the margin isn't 1? That is only the default, and you always use it. Use the argument.",
        {"margin * ": ""},
    )
    margin_added = mistake(
        "How many times does the margin count? You add it only once. Every wrong class contributes it, so multiply.",
        {"margin * (num_classes - 1)": "margin + num_classes - 2"},
    )
    margin_forgotten = mistake(
        "What does a wrong class cost when all scores are equal? For the support vector machine, it costs the margin, "
        "not 0.",
        {"margin * (num_classes - 1)": "0.0"},
    )
    margin_squared = mistake(
        "How does the margin enter the support vector machine's loss? Yours is squared. Each wrong class adds the "
        "margin itself.",
        {"margin * (": "margin**2 * ("},
    )
    one_question = mistake(
        "How many yes-or-no questions are there? One for every class, and their losses are added up. Your loss is "
        "ln 2, that of a single one.",
        {"num_classes * ": ""},
    )
    logistic_as_softmax = mistake(
        'Do the classes share one probability in the "logistic" loss? No, each one has its own, which starts at 1/2. '
        "You return the softmax's loss.",
        {"num_classes * np.log(2)": "np.log(num_classes)"},
    )
    questions_at_chance = mistake(
        'What does the logistic function give for a score of 0? 1/2, for every class. In your "logistic" loss, the '
        "probability is 1/C.",
        {
            "num_classes * np.log(2)": (
                "np.log(num_classes) + (num_classes - 1) * np.log(num_classes / (num_classes - 1))"
            )
        },
    )
    one_question_short = mistake(
        "How many yes-or-no questions are there? C of them, not C - 1: the correct class counts, too.",
        {"num_classes *": "(num_classes - 1) *"},
    )
    always_softmax = mistake(
        "Does your answer depend on the loss function? You always return the softmax's loss. Use the argument `loss`.",
        {"margin * (num_classes - 1)": "np.log(num_classes)", "num_classes * np.log(2)": "np.log(num_classes)"},
    )
    ten_classes = mistake(
        "Does your answer depend on the number of classes? You always return the loss for ten classes. Use "
        "num_classes.",
        {'if loss == "softmax"': 'num_classes = 10\nif loss == "softmax"'},
    )
    perplexity = mistake(
        "Is C itself a loss? For the softmax, it's e to the power of the loss. Take the logarithm.",
        {"np.log(num_classes)": "float(num_classes)"},
    )

    logistic_base_two = mistake(
        'Which logarithm does "logistic" take? The natural one: each question adds ln 2. In yours, it adds 1, '
        "as with base 2.",
        {"num_classes * np.log(2)": "num_classes * np.log2(2)"},
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

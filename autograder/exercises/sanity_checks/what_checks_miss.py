"""The written question: what a passed check proves, and what it does not prove."""

from autograder.exercise import Written

what_checks_miss = Written(
    name="what_checks_miss",
    points=3,
    question=(
        "A colleague trains a softmax classifier on photographs of ten kinds of birds, 1000 of each. Her first loss is "
        "2.31. A larger `reg` gives a larger loss. She overfits twenty photographs, down to a loss of 0.002. Yet after "
        "a night of training on all the photographs, with her usual `reg`, the training accuracy is 100% and the "
        "validation accuracy 10%.\n\n"
        "1. What does each of the three checks rule out? For each, name one bug that it would have caught.\n"
        "2. Name two different bugs that all three checks let through and that explain the result. How would you find "
        "each of them within a few minutes?\n"
        "3. She ran the test on twenty photographs with `reg` at 0. Why was that right, and what could she have "
        "concluded if the loss had stayed at 0.4 with her usual `reg`?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. A first loss near ln 10 = 2.303 shows that the loss has the right scale and sign (the mean over the "
        "examples, the natural logarithm, the right number of classes) and that the initial weights are small: weights "
        "a hundred times too large would have shown up. A loss that rises with `reg` shows that the penalty is there, "
        "with the right sign; without it, the loss would have stayed the same. Twenty memorized examples show that the "
        "gradients and the update work well enough and that the network is large enough; a sign error in the backward "
        "pass would have kept the loss up.\n\n"
        "2. Photographs and labels may have been shuffled apart, for instance by a separate shuffle of each. A large "
        "network memorizes ten thousand wrong pairs, too. She finds out by looking at a dozen training images with "
        "their labels. Or only the validation set is broken: its labels are in a different order, or its images are "
        "not standardized with the training set's mean. Looking at validation images helps here, too, and so does "
        "holding out part of the training set, prepared like the rest: if the accuracy there is good, the training "
        "data are sound and the bug is in the validation set.\n\n"
        "3. The test asks whether the network can bring the loss on a few examples to zero. The penalty pulls the "
        "weights back, so the smallest possible loss is above zero even if all is well. A loss of 0.4 with `reg` on "
        "proves nothing: it may be the price of regularization, or a bug. With `reg` at 0, the answer is clear."
    ),
    guide=(
        "1 point for question 1: a third for each check with a bug that it catches. The loss at chance does not prove "
        "that the gradients are right; an answer that says it does loses that third.\n"
        "1 point for question 2: half for each bug with a way to find it. The bug must pass all three checks and leave "
        "the validation accuracy at chance: features shuffled relative to the labels in the training or the validation "
        "set, the classes of the two sets numbered differently, or validation images prepared differently. Ordinary "
        "overfitting does not fit, because the accuracy would stay above 10%. A learning rate that is too high or too "
        "low does not fit either, because the training accuracy is 100%.\n"
        "1 point for question 3: with the penalty, the smallest possible loss is not zero (half), so 0.4 proves "
        "nothing (half)."
    ),
)

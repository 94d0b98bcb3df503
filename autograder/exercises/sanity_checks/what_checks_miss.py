"""The written question: what a passed check proves, and what it does not prove."""

from autograder.exercise import Written

what_checks_miss = Written(
    name="what_checks_miss",
    points=3,
    question=(
        "A colleague trains a softmax classifier on photographs of ten kinds of birds, 1000 of each. Her "
        "first loss is 2.31; a larger `reg` gives a larger loss; twenty photographs are overfitted to a loss of "
        "0.002. Yet after a night of training, on all photographs and with the `reg` she always uses, the "
        "training accuracy is 100 % and the validation accuracy 10 %.\n\n"
        "1. What does each of the three checks rule out? Name one fault for each that it would have caught.\n"
        "2. Name two different faults that all three let pass and that explain the night's result. For each, say "
        "how you would find it in a few minutes.\n"
        "3. She had made the test on twenty photographs with `reg` at 0. Why is that right, and what could she "
        "have concluded from a loss that stays at 0.4 with her usual `reg`?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. A first loss near ln 10 = 2.303 says that the loss is computed right (the mean over the examples, the "
        "natural logarithm, the right number of classes) and that the first weights are small: weights a "
        "hundred times too large would have shown. That the loss rises with `reg` says that the penalty is in it, "
        "with the right sign; a forgotten one would have left it unchanged. Twenty examples by heart say that "
        "the gradients and the update work and that the network has room enough; a sign error in the backward "
        "pass would have kept the loss up.\n\n"
        "2. Photographs and labels may have been shuffled apart, say by one call of shuffle for each: a "
        "large network learns ten thousand wrong pairs by heart as well. She finds it by looking at a dozen "
        "training images with their labels. Or the validation set alone is broken: its labels are in another "
        "order, or its images are not standardized with the training set's mean. Looking at validation images "
        "helps here, too, and so does holding out a part of the training set with its own preprocessing: if "
        "accuracy on that part is good, the training data are sound and the fault lies in the validation set.\n\n"
        "3. The test asks whether the network can bring the loss of a few examples to zero. The penalty pulls "
        "the weights back, and with it the best loss is above zero even where all is right: 0.4 with `reg` on "
        "tells nothing, as it may be the price of regularization or a fault. With `reg` at 0 the answer is clear."
    ),
    guide=(
        "1 point for 1: a third for each check with a fault that it catches. The loss at chance does not prove that "
        "the gradients are right; whoever says so loses that third.\n"
        "1 point for 2: half for each fault with a way to find it. It must let all three checks pass and leave the "
        "validation accuracy at chance: features shuffled against labels in the training or the validation set, labels "
        "of the two sets numbered differently, validation images prepared in another way. Ordinary overfitting does "
        "not fit, as it would stay above 10 %. A learning rate that is too high or too low does not fit either: the "
        "training accuracy is 100 %.\n"
        "1 point for 3: with the penalty the least loss is not zero (half), so 0.4 tells nothing (half)."
    ),
)

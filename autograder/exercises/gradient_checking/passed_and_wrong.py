"""The written question: how a gradient check can pass even though the gradient is wrong."""

from autograder.exercise import Written

passed_and_wrong = Written(
    name="passed_and_wrong",
    points=3,
    question=(
        "A fellow student trains a network with ReLU, dropout, L2 regularization and an SVM loss. Ten entries, "
        "drawn from all parameters in one vector, were checked once: at the first weights, which are tiny, with all "
        "settings as in training except that dropout was off. The largest relative error was 3e-8. Yet the network "
        "learns badly, and in the end a fault in the backward pass is found.\n\n"
        "1. Name three places where the fault may have been without being seen by this check, and say for each why "
        "it was not seen.\n"
        "2. Say for each how you would check instead.\n"
        "3. Another check, of a gradient that is right, gives a relative error of 0.3 in a single entry and 1e-9 in "
        "all others. What may have happened, and how do you find out?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. It may be in a bias: biases are a tiny part of one long vector, and ten entries will hardly hold one. It "
        "may be in the data gradient as a whole, if the regularization is strong: then most of the gradient is "
        "λ w, and what is wrong with the rest is too small a share to show. It may be in the backward pass of "
        "dropout, which was switched off and so not checked at all. And it may be in the SVM loss: with tiny "
        "weights all scores are near zero, all margins are active, and a backward pass that forgets which are "
        "active is right at that point and nowhere else.\n\n"
        "2. Draw some entries of every parameter, biases included. Check with regularization off, then the "
        "regularization with a strength at which it can be seen. Leave dropout on, with the same seed for f(x + h), "
        "f(x - h) and the analytic gradient. Train for a short while first, until the loss begins to fall, and "
        "check there.\n\n"
        "3. A kink probably lay within the step: moving that one weight switched a ReLU or a hinge on or off. Compare "
        "the winners of every max at x + h and x - h, or repeat that entry with a smaller step or with other "
        "examples: if the error is gone, the gradient is right. If no winner changes and a smaller step does not "
        "help, it is a real fault in that entry."
    ),
    guide=(
        "1 point for 1: three of bias, data gradient under regularization, dropout's own backward pass, inactive "
        "margins at tiny weights (a third each, with a reason). A ReLU's mask at a special point is as good.\n"
        "1 point for 2: a remedy that fits each of them (a third each). 'Check more entries' alone, without 'of every "
        "parameter', earns nothing for the bias.\n"
        "1 point for 3: a kink (half), and a way to find out: winners, a smaller step, other examples (half). "
        "'float32' or 'step too small' does not fit a single entry."
    ),
)

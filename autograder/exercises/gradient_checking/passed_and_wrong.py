"""The written question: how a gradient check can pass even though the gradient is wrong."""

from autograder.exercise import Written

passed_and_wrong = Written(
    name="passed_and_wrong",
    points=3,
    question=(
        "A fellow student trains a network with ReLU, dropout, L2 regularization, and an SVM loss. She checked ten "
        "entries, sampled from one long vector of all parameters: once, at the tiny initial weights, with all settings "
        "as in training except that dropout was off. The largest relative error was 3e-8. Yet the network learns "
        "badly, and in the end she finds a bug in the backward pass.\n\n"
        "1. Name three places where this check could have missed the bug, and say why.\n"
        "2. For each, how would you have checked instead?\n"
        "3. Another check, of a correct gradient, gives a relative error of 0.3 in one entry and 1e-9 in all the "
        "others. What may have happened, and how do you find out?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. The bug may be in a bias: biases are a tiny part of the long vector, so ten entries hardly ever include "
        "one. It may be in dropout's backward pass: dropout was off, so that pass was never checked. And it may be in "
        "the SVM loss: with tiny weights, all scores are near zero and every hinge is active, so a backward pass that "
        "forgets to ask which ones are active is right there, and wrong as soon as one is not.\n\n"
        "2. Sample some entries of every parameter, biases included. Leave dropout on, with the same seed for "
        "f(x + h), f(x - h), and the analytic gradient. Train a little first, until the loss begins to fall, and check "
        "there.\n\n"
        "3. There was probably a kink within the step: moving that one weight switched a ReLU or a hinge on or off. "
        "Compare the winners of every max at x + h and x - h, or repeat the check of that entry with a smaller step or "
        "with other examples. If the error disappears, the gradient is right. If no winner changes and a smaller step "
        "does not help, that entry has a real bug."
    ),
    guide=(
        "1 point for question 1: a bias, dropout's own backward pass, and inactive hinges at tiny weights (a third "
        "each, with a reason). A ReLU mask that is right only at a special point counts, too. Strong regularization "
        "can hide a wrong data gradient, but hardly here: at tiny weights, λ w is tiny, and 3e-8 leaves no room. Give "
        "half of a third for it, or all of it with this remark.\n"
        "1 point for question 2: a remedy that fits each of them (a third each). 'Check more entries' without 'of "
        "every parameter' earns nothing for the bias.\n"
        "1 point for question 3: a kink (half), and a way to find out, such as comparing winners, a smaller step, or "
        "other examples (half). 'float32' or 'the step is too small' does not explain an error in just one entry."
    ),
)

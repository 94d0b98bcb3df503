"""The written question: how could you have found these errors if nobody had pointed them out?"""

from autograder.exercise import Written

found_unaided = Written(
    name="found_unaided",
    points=3,
    question=(
        "Here you were told that something is wrong. Usually nobody tells you. Pick two of the errors of this "
        "notebook: one that ends in NaN, an exception or a loss that grows, and one after which training looks quite "
        "normal. For each of them:\n\n"
        "1. What would you see in an ordinary training run, if anything?\n"
        "2. Name one check of this course that catches it, with the numbers: what the check gives on the faulty code, "
        "and what it should give.\n"
        "3. Name one check of this course that passes although the error is there, and say why.\n\n"
        "Then say in a sentence or two what makes errors of the second kind so much more expensive.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "**The average of RMSprop with the weight 1 - cache.** In training, the loss is NaN within a few steps, "
        "wherever gradients are larger than 1. Two steps by hand on ½ w² from w = 5 catch it: the cache is 25 after "
        "the first, and about -550 after the second, where a mean of squares can never be below zero. The gradient "
        "check passes, because the gradients are right: the fault is in what is done with them. The chance loss "
        "passes, too, since it is taken before the first update.\n\n"
        "**The probability of dropping that is used as one of keeping.** In training, nothing is seen at p = 0.5, "
        "where both are the same. At 0.2 the network trains with a fifth of its units instead of four fifths: the loss "
        "falls, only more slowly and not as far, which looks like a poor choice of hyperparameters. Counting the units "
        "that are kept catches it: 20% where 80% is meant. The average output, compared with and without dropout, "
        "does not: with the scale 1/p it is right for whatever share is kept. Nor does the gradient check with a fixed "
        "seed, since the backward pass uses the very mask that was drawn.\n\n"
        "The first kind stops you at once, at the line where it happens. After the second kind all later decisions "
        "rest on a network that is not the one you think: learning rates and sizes are tuned to make up for the error, "
        "results are compared and published, and what is wrong is looked for everywhere else."
    ),
    guide=(
        "1 point for each of the two errors: what is seen (a quarter); a check that catches it, with numbers that are "
        "right to about a tenth (half); a check that passes, with a reason (a quarter). Half of the point if both "
        "errors are of the same kind. A check that would not catch it earns nothing: a gradient check finds no error "
        "in an update rule, a schedule or a mask.\n"
        "1 point for the last sentence: that silent errors are built upon, or tuned around, or lead to wrong "
        "conclusions (any one of these, full); only that they are harder to find (half)."
    ),
)

"""The written question: how could you have found these errors if nobody had pointed them out?"""

from autograder.exercise import Written

found_unaided = Written(
    name="found_unaided",
    points=3,
    question=(
        "In this notebook, you knew that something was wrong. Usually nobody tells you. Pick two errors from this "
        "notebook: one that ends in NaN, an exception, or a growing loss, and one where training looks perfectly "
        "normal. For each of them:\n\n"
        "1. What would you see in an ordinary training run, if anything?\n"
        "2. Name one check from this course that catches it, with numbers: what does the check give for the broken "
        "code, and what should it give?\n"
        "3. Name one check from this course that passes in spite of the error, and say why.\n\n"
        "Then say in a sentence or two why errors of the second kind cost so much more.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "**RMSprop's average with the weight 1 - cache.** In training, the loss becomes NaN within a few steps if "
        "gradients are larger than about 1.4. Two steps by hand on ½ w² from w = 5 catch it: the cache is 25 after "
        "the first step and about -550 after the second, and a mean of squares can never be negative. The gradient "
        "check passes, because the gradients are right; the error is in what we do with them. The chance-loss check "
        "passes, too, because we measure it before the first update.\n\n"
        "**A probability of dropping that is used for keeping.** At p = 0.5, where both are the same, you see "
        "nothing. At 0.2, the network trains with a fifth of its units instead of four fifths: the loss falls more "
        "slowly and not as far, which looks like a poor choice of hyperparameters. Counting the units catches it: 20% "
        "are kept where 80% should be. Comparing the average output with and without dropout doesn't: with a scale "
        "of 1/p, it is right for any fraction kept. Nor does a gradient check with a fixed seed, because the backward "
        "pass uses the same mask as the forward pass.\n\n"
        "The first kind shows itself at once, close to its cause. After the second kind, every later decision "
        "rests on a network that isn't the one you think it is: you tune learning rates and sizes to make up for the "
        "error, compare and publish results, and look for the cause everywhere else."
    ),
    guide=(
        "1 point for each of the two errors: what you'd see (a quarter); a check that catches it, with numbers "
        "correct to within about 10% (half); a check that passes, with a reason (a quarter). Half the points if both "
        "errors are of the same kind. No points for a check that wouldn't catch it: a gradient check finds no error "
        "in an update rule, a schedule, or a mask.\n"
        "1 point for the last part: people build on silent errors, or tune around them, or draw wrong conclusions "
        "(any one of these, full); only that they are harder to find (half)."
    ),
)

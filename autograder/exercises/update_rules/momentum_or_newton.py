"""The written question: why networks are trained with first-order rules."""

from autograder.exercise import Written

momentum_or_newton = Written(
    name="momentum_or_newton",
    points=3,
    question=(
        "In a ravine whose Hessian has a condition number of 10000, Newton's method needs one step, and gradient "
        "descent tens of thousands. Yet networks are trained with momentum or Adam, hardly ever with Newton's "
        "method.\n\n"
        "1. Why is gradient descent slow here, and what do momentum and Adam each do about it?\n"
        "2. Give two different reasons against Newton's method for a network with millions of weights, one of them "
        "with a number.\n"
        "3. Name a problem for which you would use Newton's method or L-BFGS, and say why it fits.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. The steepest direction limits the learning rate: above 2 divided by the largest eigenvalue, each step "
        "overshoots by more than the one before. At that learning rate, along a direction with a curvature 10000 times "
        "smaller, the distance shrinks by two parts in ten thousand per step, so the path zigzags across the ravine "
        "and crawls along it. With momentum, steps that agree add up, by a factor of up to 1 / (1 - μ), and steps that "
        "alternate cancel. With the best settings, the number of steps grows with the square root of the condition "
        "number, so hundreds are enough here. Adam divides each weight's step by the recent size of its gradients. "
        "That evens out scales along the axes, but it can't rotate the ravine: if the ravine runs diagonally, one "
        "scale per weight helps little.\n\n"
        "2. The Hessian of a million weights has 10¹² entries, 3725 GiB in float32, and solving with it takes more "
        "than 10¹⁷ operations, for a single step. Also, Newton's method goes to any point where the gradient is zero, "
        "so it is drawn to saddles, which outnumber minima in high dimensions. And on a minibatch both the gradient "
        "and the Hessian are noisy; the inverse amplifies the noise most along flat directions, where we know the "
        "Hessian least.\n\n"
        "3. Logistic regression with a few hundred features, on data that fit in memory: the loss is convex, so there "
        "are no saddles, the gradient over all examples is exact, and the Hessian is small. A handful of Newton steps "
        "is enough. With a hundred thousand parameters and the full batch, use L-BFGS: it stores about ten pairs of "
        "vectors instead of the matrix."
    ),
    guide=(
        "1 point for part 1: the largest curvature limits the learning rate and the smallest sets the pace (half); "
        "momentum adds up steps that agree, and Adam scales each weight (half). Deduct a quarter for the claim that "
        "Adam fixes a ravine in any direction.\n"
        "1 point for part 2: two different reasons among memory or time, attraction to saddles, and minibatch noise (a "
        "third each), and a number that is right to within a factor of ten (a third).\n"
        "1 point for part 3: a problem that fits (half), and why: few parameters or a full batch, smooth, preferably "
        "convex (half). A convolutional network on minibatches does not fit."
    ),
)

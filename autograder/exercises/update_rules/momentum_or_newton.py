"""The written question: why networks are trained with first-order rules."""

from autograder.exercise import Written

momentum_or_newton = Written(
    name="momentum_or_newton",
    points=3,
    question=(
        "A loss is a ravine: its Hessian has a condition number of 10000. Newton's method reaches the "
        "bottom in one step, plain gradient descent needs tens of thousands. Yet networks with millions "
        "of weights are trained with momentum or Adam, hardly ever with Newton.\n\n"
        "1. Why is gradient descent slow here, and what do momentum and Adam each do about it?\n"
        "2. Give two different reasons against Newton's method for such a network, one of them with a "
        "number.\n"
        "3. Name a problem for which you would take Newton or L-BFGS, and say what makes it fit.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. The steepest direction bounds the learning rate: beyond 2 divided by the largest eigenvalue "
        "the steps overshoot more and more. At that rate a direction with a curvature 10000 times "
        "smaller shrinks by a part in thousands a step, so the path zig-zags across the ravine and "
        "crawls along it. Momentum lets steps that agree add up, by a factor of up to 1 / (1 - μ), and "
        "lets those that alternate cancel; tuned well, the number of steps grows with the root of the "
        "condition number, so hundreds are enough here. Adam divides each weight's step by the recent "
        "size of its gradients. That evens out scales along the axes, but it cannot turn the ravine: if "
        "it lies between the axes, a scale for each weight helps little.\n\n"
        "2. A Hessian of a million weights has 10¹² entries, 3725 GiB in float32, and solving with it "
        "takes over 10¹⁷ operations, for a single step. Besides, Newton's method looks for any point of "
        "gradient zero: with negative eigenvalues it heads for saddles, of which there are more than "
        "minima in high dimension. And from a minibatch both gradient and Hessian are noisy; the inverse "
        "magnifies the noise most along flat directions, where the Hessian is known least.\n\n"
        "3. Logistic regression with a few hundred features on a data set that fits in memory: the loss "
        "is convex, so no saddle attracts, the gradient over all examples is exact, and the Hessian is "
        "small; a handful of Newton steps suffices. With a hundred thousand smooth parameters and the "
        "full batch, L-BFGS serves: it stores some ten pairs of vectors in place of the matrix."
    ),
    guide=(
        "1 point for 1: the largest curvature bounds the rate and the smallest sets the pace (half), and "
        "momentum and Adam do different things, adding up agreeing steps and scaling each weight (half). "
        "Adam said to mend any conditioning, whatever the ravine's direction, costs a quarter.\n"
        "1 point for 2: two different reasons out of memory or time, attraction to saddles, and "
        "minibatch noise (a third each), and a number that is right to a factor of ten (a third).\n"
        "1 point for 3: a problem that fits (half) and why: few parameters or a full batch, smooth, "
        "preferably convex (half). A convolutional network on minibatches does not fit."
    ),
)

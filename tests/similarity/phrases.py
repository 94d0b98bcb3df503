"""Points that students may make in their written answers, each in several phrasings."""

PHRASES = {
    "momentum_or_newton": [
        [
            "The learning rate is limited by the steepest direction, because steps beyond 2 / λmax diverge.",
            "If the rate is larger than two over the largest eigenvalue, gradient descent blows up.",
            "The largest curvature decides how far we may go in one step.",
            "You cannot choose a high learning rate, since the walls of the ravine are too steep.",
            "Stability along the sharpest axis forces the step size down.",
        ],
        [
            "At that rate the flat direction shrinks only by a part in thousands per step.",
            "So along the bottom of the ravine almost nothing happens in one iteration.",
            "Progress in the shallow direction is ten thousand times slower.",
            "The path zig-zags between the walls and crawls along the valley.",
            "It bounces from side to side while the useful component hardly changes.",
        ],
        [
            "Momentum adds up the steps that agree, by up to 1 / (1 - μ).",
            "With momentum the small but steady gradients accumulate, and the alternating ones cancel.",
            "A velocity averages the oscillation away and speeds up along the valley.",
            "Momentum remembers where it was going, so zig-zagging is damped.",
            "The number of iterations then grows only with the square root of the condition number.",
        ],
        [
            "Adam divides every step by the recent size of that weight's gradients.",
            "In Adam each coordinate has its own effective learning rate, which evens out the scales.",
            "Adam rescales coordinates, but it cannot rotate the ravine.",
            "Because Adam works per parameter, it helps if the ravine lies along the axes.",
            "RMS scaling makes steep and flat coordinates move at about the same speed.",
        ],
        [
            "The Hessian of a million weights has 10^12 entries, 4 TB in single precision.",
            "Storing H for n = 1e6 needs about 3725 GiB, which no GPU has.",
            "Memory is quadratic in the number of parameters, so even a small network is out of the question.",
            "Solving the linear system costs n cubed operations, roughly 1e18 for a million weights.",
            "One Newton step would take on the order of 10^17 flops.",
        ],
        [
            "Newton looks for any point with zero gradient, saddles included.",
            "With negative eigenvalues the Newton step goes uphill, toward a saddle point.",
            "In high dimensions most critical points are saddles, and Newton is attracted by them.",
            "The minibatch Hessian is noisy, and its inverse amplifies that noise.",
            "Estimated from a batch, the curvature is unreliable exactly in the flat directions.",
        ],
        [
            "I would use Newton for logistic regression with a few hundred features.",
            "A convex problem that fits in memory, such as ridge or logistic regression, is ideal.",
            "For small least squares fits a second-order method is done in a couple of steps.",
            "L-BFGS is good for full-batch problems with a smooth loss, like fitting a CRF.",
            "Style transfer optimizes one image with a deterministic loss, which suits L-BFGS well.",
        ],
        [
            "There the gradient is exact and the loss convex, so there is no saddle to fall into.",
            "It fits because nothing is sampled and the matrix is small.",
            "The dimension is low, thus H can be formed and factored cheaply.",
            "L-BFGS keeps only some ten vector pairs instead of the whole matrix.",
            "Convexity guarantees that the quadratic model points to the minimum.",
        ],
    ],
}

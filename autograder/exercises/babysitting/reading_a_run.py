"""The written question: what four plots say about a run, and what to do next."""

from autograder.exercise import Written

reading_a_run = Written(
    name="reading_a_run",
    points=3,
    question=(
        "A classmate trains a network with three hidden tanh layers on ten classes: plain SGD, batches of 256, 20 "
        "epochs.\n\n"
        "- The training loss falls from 2.303 to 2.296, along a straight line.\n"
        "- Training and validation accuracy both end at 0.12.\n"
        "- The update ratios of all weights are about 2e-5.\n"
        "- The outputs of the three hidden layers have standard deviations of 0.31, 0.09, and 0.03.\n\n"
        "1. What does each of the four tell you? Which problem would you fix first, how, and what should you see "
        "afterward?\n"
        "2. Two fixes later, the training accuracy is 0.99 and the validation accuracy 0.71. What is wrong now? Name "
        "two remedies, and the curve that shows whether they help.\n"
        "3. Your classmate trains again, with batches of 32 and the same learning rate, and plots the losses of both "
        'runs against iterations. They nearly coincide: "So the batch size makes no difference." What does the plot '
        "hide? Name one advantage of each batch size.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. The straight line says that the steps are too small, and so do update ratios fifty times smaller than "
        "1e-3. Both accuracies are close to chance, 0.1, so the network has learned nothing yet, and the lack of a gap "
        "means nothing. The standard deviations shrink to a third from layer to layer: the initial weights are too "
        "small. Whatever fades on the way forward also fades on the way back, so the gradients are tiny, too. I would "
        "fix the initialization first, because a good learning rate depends on it; for example, with a standard "
        "deviation of √(1 / fan_in). After that, the outputs should have similar standard deviations in all layers "
        "and fill the range from -1 to 1. Next I would raise the learning rate until the ratios are near 1e-3 and the "
        "loss curve bends.\n\n"
        "2. The network overfits: the gap is 0.28. Stronger L2 regularization, dropout, or more data, real or "
        "augmented, may help. The validation accuracy shows whether they do: it should rise, even if the training "
        "accuracy falls. A smaller gap alone is not a success.\n\n"
        "3. An iteration with 256 examples covers eight times as many as one with 32, so after the same number of "
        "iterations, the large batch has gone through eight times as many epochs. Against epochs, the small batch is "
        "far ahead, because it takes eight steps for every step of the large one. Large batches have less noise in "
        "their gradients, allow a higher learning rate, and keep parallel hardware busy, so an epoch takes less time. "
        "Small batches take more steps per epoch, need less memory, and often generalize a little better."
    ),
    guide=(
        "1 point for part 1: what the four plots say (half), and the initialization fixed before the learning rate, "
        "with what the plots should show afterward (half). Take off a quarter if the learning rate comes first, and a "
        "quarter if the lack of a gap is read as too little capacity.\n"
        "1 point for part 2: overfitting (a third), two remedies (a third), and the validation accuracy, rather than "
        "the gap or the training accuracy, as the curve to watch (a third).\n"
        "1 point for part 3: an iteration covers different numbers of examples, so plot against epochs (half), and "
        "one advantage of each batch size (a quarter each)."
    ),
)

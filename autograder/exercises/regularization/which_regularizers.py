"""The written question: what to do, and what not to do, about a gap between training and validation accuracy."""

from autograder.exercise import Written

which_regularizers = Written(
    name="which_regularizers",
    points=3,
    question=(
        "A hospital wants to tell four diseases apart on chest X-rays. It has 2000 labeled images of 224×224 pixels. A "
        "network trained from scratch, with batch normalization and no other regularization, reaches 99% on the "
        "training set and 71% on the validation set.\n\n"
        "1. Which three ways of closing the gap suit these data, and why? Which tool from this notebook would do harm, "
        "or needs a warning?\n"
        "2. With dropout added, the network is deployed. Now its answer for one patient depends on the other "
        "images in the batch and changes with every request. What was forgotten? Explain both symptoms.\n"
        "3. A colleague standardizes the pixels using all 2000 images, before splitting them. Why is that wrong, and "
        "how would you notice?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. Transfer learning first: 2000 images aren't enough to train a network from scratch, so take one that was "
        "trained on a large set of images, keep its layers, train a new last one, and perhaps retrain more of them "
        "later. Augmentation: small random crops and changes in brightness and contrast don't change the diagnosis, "
        "and they multiply the examples. Early stopping, dropout before the last layer, and weight decay all keep the "
        "network from memorizing individual images. Horizontal flips need a warning: the heart is on the left, so a "
        "mirrored image shows an anatomy that hardly ever occurs, and signs that depend on the side are lost. "
        "(Jittering colors makes no sense on gray images, and CutMix can paste over the disease.)\n\n"
        "2. The network is still in training mode. Batch normalization then uses the mean and variance of the batch, "
        "so each answer depends on the other images; at test time it must use its running averages. And with dropout "
        "still active, every request draws new masks, so the answer changes from call to call. At test time nothing "
        "may be dropped; with vanilla dropout, every layer that had a mask must also be scaled by p. (Layer "
        "normalization wouldn't have the first problem.)\n\n"
        "3. The validation images influence how the training images look, so the validation set is no longer unseen, "
        "and its accuracy comes out too high. Future patients will have no say in these statistics. With 2000 images "
        "the effect is small and hard to see, which makes it dangerous. To notice it, compare the validation accuracy "
        "with the accuracy on images set aside before anything else. The statistics belong to the training set: store "
        "them, and apply them to all other images."
    ),
    guide=(
        "1 point for part 1: three measures that fit, each with a reason (a quarter each), and the warning (a "
        "quarter): flips, because a body's left and right differ, or color jitter on gray images, or CutMix. More "
        "data or a smaller network count as measures; batch normalization doesn't, because it's there already.\n"
        "1 point for part 2: the test mode was forgotten; batch statistics make the answer depend on the batch (half), "
        "and dropout masks make it change from call to call (half).\n"
        "1 point for part 3: information flows from the validation set into training (half), and a way to notice it or "
        "to do it right: set data aside first, use only the training set's statistics (half)."
    ),
)

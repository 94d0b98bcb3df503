"""The written question: what to do, and what not to do, about a gap between training and validation accuracy."""

from autograder.exercise import Written

which_regularizers = Written(
    name="which_regularizers",
    points=3,
    question=(
        "A hospital wants to tell four diseases apart on chest X-rays. There are 2000 labeled images of "
        "224 x 224 pixels. A network trained from scratch, with batch normalization in every layer and "
        "without any other regularization, gets 99% right on the training set and 71% on the validation "
        "set.\n\n"
        "1. Name three different measures against the gap that fit these data, each with the reason. One "
        "measure of this notebook would do harm here, or needs a warning: which, and why?\n"
        "2. The network, now with dropout as well, goes into use. Colleagues find that its answer for one "
        "and the same patient changes with the other images in the batch, and that it is different every "
        "time if the request is repeated. What was forgotten? Explain both symptoms.\n"
        "3. A colleague normalizes the pixels by the mean and the deviation of all 2000 images, before they "
        "are split into training and validation set. Why is that wrong, and how would you notice?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. Transfer first: 2000 images are few for a network of that size, so take one that was trained on "
        "a large set of images, keep its layers and retrain the last, later perhaps some more. "
        "Augmentation: small random crops and changes of brightness and contrast do not change the "
        "diagnosis, and multiply the examples. Dropout before the last layer, or more L2: both keep single "
        "weights from learning single images by heart. Horizontal flips need a warning: the heart lies on "
        "the left, so a mirrored image shows an anatomy that is hardly ever seen, and a sign that depends "
        "on the side is lost. (Color jitter by channel makes no sense on gray images, either.)\n\n"
        "2. The network is still in training mode. Batch normalization then uses mean and variance of the "
        "batch at hand, so each answer depends on the other images; at test time it must use its running "
        "averages. And with dropout still active, every request draws new masks, so answers differ from "
        "call to call; at test time nothing may be dropped (inverted dropout), or everything must be scaled "
        "by p (vanilla).\n\n"
        "3. The validation images have a say in how the training images look, and so in the training "
        "itself: the validation set is no longer unseen, and its accuracy comes out too good. In use there "
        "are no statistics of patients to come. With 2000 images the effect is small and hard to see, which "
        "is what makes it dangerous: compare with the accuracy on images that were set aside before "
        "everything else. The statistics belong to the training set; they are stored and applied to all "
        "others."
    ),
    guide=(
        "1 point for 1: three measures that fit, each with a reason (a quarter each), and the warning (a "
        "quarter): flips, since left and right differ in a body, or color jitter on gray images. More data "
        "or a smaller network count as measures; 'batch normalization' does not, it is there already.\n"
        "1 point for 2: test mode forgotten, batch statistics behind the dependence on the batch (half), "
        "dropout masks behind the changes from call to call (half).\n"
        "1 point for 3: information flows from the validation set into training (half), and a way to notice "
        "or to do it right: data set aside first, statistics of the training set alone (half)."
    ),
)

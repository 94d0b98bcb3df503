"""The written question: what four plots say about a run, and what to do next."""

from autograder.exercise import Written

reading_a_run = Written(
    name="reading_a_run",
    points=3,
    question=(
        "A classmate trains a network with three hidden layers of tanh on images of ten classes: plain SGD, "
        "batches of 256, 20 epochs. This is what the plots show:\n\n"
        "- the training loss falls from 2.303 to 2.296, along a straight line;\n"
        "- training and validation accuracy are both 0.12 at the end;\n"
        "- the update ratios of all weights lie near 2e-5;\n"
        "- the outputs of the three hidden layers have the deviations 0.31, 0.09 and 0.03.\n\n"
        "1. What does each of the four say? Which fault would you mend first, how, and what should the plots then "
        "look like?\n"
        "2. Two mends later the training accuracy is 0.99 and the validation accuracy 0.71. What is it now? Name "
        "two remedies, and the curve that tells whether they help.\n"
        "3. The classmate trains once more, with batches of 32 and the same learning rate, and draws both losses "
        'against iterations. The two curves nearly coincide: "so the batch size makes no difference". What does '
        "this picture hide? Name one advantage of each batch size.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. The straight line says that the steps are too small, and so do ratios fifty times below 1e-3. The "
        "accuracies are alike and near the chance of 0.1, so nothing has been learned yet; that there is no gap "
        "means nothing here. The deviations shrink to a third from layer to layer: the weights start too small, "
        "and what does not come through forwards does not come through backwards either, so the gradients are "
        "tiny, too. I would mend the initialization first, for instance with a deviation of the root of 1 / "
        "fan_in, as a good learning rate depends on it. Then the deviations should be alike in all layers, and "
        "the outputs should fill the range from -1 to 1. Next I would raise the learning rate until the ratios "
        "come near 1e-3 and the loss curve bends.\n\n"
        "2. It overfits: the gap is 0.28. Stronger L2 regularization or dropout, or more data, real or augmented, "
        "may help. The validation accuracy tells: it should rise, while the training accuracy may well fall. A "
        "smaller gap alone is no success.\n\n"
        "3. An iteration with 256 examples sees eight times as many as one with 32, so after the same number of "
        "iterations the large batch has gone through eight times as many epochs. Against epochs, the small batch "
        "is far ahead: it makes eight steps where the large one makes one. Large batches have gradients with less "
        "noise, bear a higher learning rate, and use parallel hardware better, so an epoch takes less time; small "
        "ones make more steps an epoch, need less memory, and their noise often ends in minima that generalize a "
        "little better."
    ),
    guide=(
        "1 point for 1: what the four say (half), and the initialization mended before the learning rate, with "
        "what should be seen then (half). The learning rate first costs a quarter; no gap read as too little "
        "capacity, too.\n"
        "1 point for 2: overfitting (a third), two remedies (a third), and the validation accuracy, not the gap "
        "or the training accuracy, as the judge of them (a third).\n"
        "1 point for 3: an iteration sees different numbers of examples, so draw against epochs (half), and an "
        "advantage of each (a quarter each)."
    ),
)

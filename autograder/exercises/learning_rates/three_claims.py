"""The written question: three claims about a loss curve with a cliff."""

from autograder.exercise import Written

three_claims = Written(
    name="three_claims",
    points=4,
    question=(
        "A friend trains a network with SGD and momentum for 60 epochs and multiplies the learning rate by 0.1 at "
        "epoch 40. The training loss falls fast for ten epochs, wiggles about one height until epoch 40, drops like a "
        "cliff, and is flat again from epoch 42 on. She draws three conclusions:\n\n"
        "- *The flat part was a waste. Next time I lower the rate at epoch 5 already.*\n"
        "- *Adam lowers its step by itself. With Adam I would not need a schedule.*\n"
        "- *Warm-up is superstition: a rate that is good enough for epoch 10 is good enough for step 1.*\n\n"
        "1. What happens at the cliff, and why was the loss flat before it?\n"
        "2. Answer each conclusion: what is right about it, what is wrong, and how would you show it? Give a number "
        "for the second.\n"
        "3. She can afford 20 epochs more. What should she try first?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. With a minibatch's gradient the weights do not come to rest: they bounce about the bottom of the valley, "
        "at a height that grows with the learning rate. From epoch 10 to 40 the loss was at that height, which hid "
        "whatever progress there was along the flat directions. At epoch 40 the noise shrinks with the rate, the "
        "weights settle within an epoch or two, and the loss falls to the height of the new rate.\n\n"
        "2. *Lower it at epoch 5.* It is right that thirty flat epochs may be too many. But the cliff does not show "
        "that: a loss that is dominated by noise looks flat while the weights still travel. Lowered too early, the "
        "cliff comes early too, and then everything goes on at a tenth of the speed and ends higher. To see which it "
        "is, train twice, with the drop at 5 and at 20, and compare the validation error at the end.\n\n"
        "*Adam.* It divides by the recent size of the gradients, so its steps do not shrink when the gradients do: "
        "under a steady gradient its step is still 1.0000 learning rates at step 5000, while Adagrad's is 0.014. "
        "Under pure noise it goes on with 0.23 learning rates a step for ever. So the noise remains, and Adam gains "
        "from a schedule, too.\n\n"
        "*Warm-up.* At epoch 10 the optimizer knows its gradients. At step 1 Adam's second moment rests on a single "
        "gradient: every weight moves by the full rate in the direction of one sign, however small and noisy its "
        "gradient is. A rate that is right later can wreck a trained network in this one step. For plain SGD with a "
        "modest rate on a small network she is right, though: it hardly matters.\n\n"
        "3. Slower decay and longer training: keep the high rate, and let it fall over all 80 epochs, say along a "
        "cosine, or multiply it by 0.5 whenever the validation error has not fallen for some epochs."
    ),
    guide=(
        "1 point for 1: noise or bouncing at a height that the rate sets (half), which shrinks with it at the drop "
        "(half).\n"
        "2 points for 2. Lowering early: progress goes on under the noise, so an early drop freezes it (half), and a "
        "comparison that would show it (a quarter). Adam: does not lower its step (half), with a number such as 1.0000 "
        "at step 5000 or 0.23 under noise (a quarter). Warm-up: early second moments rest on few gradients, or an "
        "argument as good (half).\n"
        "1 point for 3: decay later or more slowly and train longer, or on-plateau by the validation error. More of "
        "the same low rate, where the loss is flat already, gets nothing."
    ),
)

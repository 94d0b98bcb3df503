"""The written question: three claims about a loss curve with a cliff."""

from autograder.exercise import Written

three_claims = Written(
    name="three_claims",
    points=4,
    question=(
        "A friend trains a network with SGD and momentum for 60 epochs, and multiplies the learning rate by 0.1 at "
        "epoch 40. The training loss falls fast for ten epochs, wiggles around the same level until epoch 40, drops "
        "off a cliff, and is flat again after epoch 42. She draws three conclusions:\n\n"
        "- *The flat part was a waste. Next time I'll lower the learning rate at epoch 5.*\n"
        "- *Adam lowers its steps by itself. With Adam I wouldn't need a schedule.*\n"
        "- *Warm-up is superstition: a learning rate that is fine at epoch 10 is fine at step 1.*\n\n"
        "1. What happens at the cliff, and why was the loss flat before it?\n"
        "2. Answer each conclusion: what is right, what is wrong, and how would you show it? Give a number for the "
        "second one.\n"
        "3. She can afford 20 more epochs. What should she try first?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. The gradient of a minibatch is noisy, so the weights never come to rest. They bounce around the bottom "
        "of the valley, at a height that grows with the learning rate. From epoch 10 to 40 the loss stayed at that "
        "height, which hid any progress along the flat directions. At epoch 40 the noise shrinks with the learning "
        "rate, the weights settle within an epoch or two, and the loss falls to the height of the new learning "
        "rate.\n\n"
        "2. *Lower it at epoch 5.* She is right that thirty flat epochs may be too many. But the cliff doesn't show "
        "that: when noise dominates the loss, it looks flat while the weights still travel. If she lowers the "
        "learning rate too early, the cliff comes early, and then everything goes on at a tenth of the speed and "
        "the loss ends higher. To find out, she should train twice, once with the drop at epoch 5 and once at epoch "
        "20, and compare the validation errors at the end.\n\n"
        "*Adam.* It divides by the recent size of the gradients, so its steps don't shrink when the gradients do: "
        "under a steady gradient, its step is still 1.0000 learning rates long at step 5000, while Adagrad's is "
        "0.014. Under pure noise, it keeps taking steps of 0.23 learning rates. So the noise stays, and Adam gains "
        "from a schedule, too.\n\n"
        "*Warm-up.* At epoch 10 the optimizer has seen many gradients. At step 1, Adam's second moment rests on a "
        "single one: every weight moves by the full learning rate, however small and noisy its gradient is. A "
        "learning rate that is fine later can wreck a trained network in that one step. For plain SGD with a modest "
        "learning rate on a small network, though, she is right: it hardly matters.\n\n"
        "3. Slower decay over a longer run: keep the high learning rate, and let it fall over all 80 epochs, along a "
        "cosine for example, or halve it whenever the validation error hasn't improved for a few epochs."
    ),
    guide=(
        "1 point for 1: noise, or bouncing at a height set by the learning rate (half), which shrinks with the "
        "learning rate at the drop (half).\n"
        "2 points for 2. Lowering early: progress goes on under the noise, so an early drop freezes it (half), and a "
        "comparison that would show it (a quarter). Adam: does not shorten its steps (half), with a number such as "
        "1.0000 at step 5000, or 0.23 under noise (a quarter). Warm-up: early second moments rest on few gradients, "
        "or an equally good argument (half).\n"
        "1 point for 3: decay later or more slowly and train longer, or reduce on plateau by the validation error. No "
        "credit for more epochs at the same low learning rate, where the loss is already flat."
    ),
)

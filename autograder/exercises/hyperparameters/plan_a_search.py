"""The written question: a plan for a search, with reasons."""

from autograder.exercise import Written

plan_a_search = Written(
    name="plan_a_search",
    points=4,
    question=(
        "You have to tune a network: the learning rate, the regularization strength, and dropout's probability of "
        "keeping a unit. One epoch takes 6 minutes on one machine, a full run 50 epochs. You have 8 machines for two "
        "days, which is about 3800 epochs in all.\n\n"
        "1. What ranges do you draw from, on what scales, and how? Why not a grid?\n"
        "2. How do you spend the 3800 epochs? Give the numbers of trials and epochs for each stage, and say what you "
        "do if a stage's best learning rate is at the end of its range.\n"
        "3. Who trains, who decides, and what passes between them? What happens when a run diverges, and when a "
        "machine fails?\n"
        "4. What can successive halving get wrong, and how would you notice?\n\n"
        "Ten to fifteen sentences are enough."
    ),
    answer=(
        "1. The learning rate from 1e-6 to 1 and regularization from 1e-5 to 10, both with a uniform exponent, because "
        "they act by factors: adding 0.001 hardly changes 0.1, but multiplies 0.00001 by a hundred. Dropout's "
        "probability from 0.2 to 1 on a linear scale. Draw each at random and independently: usually one or two of "
        "them matter much more than the rest, and n random trials test n different values of each of those, while a "
        "grid over three hyperparameters tests only the cube root of n.\n\n"
        "2. Coarse: 400 trials of 1 epoch, which show what diverges and what doesn't learn at all (400 epochs). Finer: "
        "200 trials of 5 epochs in ranges around the best (1000 epochs). Then 40 trials of 20 epochs (800), and the "
        "best 20 trained in full (1000), which leaves 600 epochs in reserve. If the best learning rate is at the end "
        "of its range, move the range beyond it, keep its width, and repeat the stage before you narrow anything. One "
        "validation set decides: cross-validation would multiply the cost by the number of folds. Scores closer than "
        "a standard error are ties.\n\n"
        "3. The workers, one per machine, train the configurations they are given, and write a checkpoint after every "
        "epoch with the validation score in its name. The master draws configurations, hands them out, reads the "
        "names, plots, and stops bad trials. A run that diverges has the score NaN: that is worse than any number, and "
        "its worker gets the next configuration. If a machine fails, another one continues from the last checkpoint, "
        "because everything you need to know is in the files.\n\n"
        "4. It stops trials that start slowly but would have ended best, such as those with small learning rates or "
        "strong regularization. To notice, train a few of the stopped ones to the end, and compare the ranking after a "
        "few epochs with the one after all of them. If they differ, start with more epochs or use a smaller factor."
    ),
    guide=(
        "1 point for 1: log scales for the learning rate and regularization and a linear one for dropout (half); "
        "random because few of them matter, with the number of different values per axis (half).\n"
        "1 point for 2: stages from many short to few long trials that add up to no more than 3800 epochs (half); the "
        "range moved or widened beyond the border before it is narrowed (half).\n"
        "1 point for 3: workers train and write checkpoints with scores, the master hands out settings, reads "
        "scores, and stops runs (half); NaN is the worst score and costs only one trial (a quarter); a lost machine "
        "costs at most an epoch, or its trial is run again (a quarter).\n"
        "1 point for 4: it may stop those that start slowly (half), and a check that would show it (half). Choosing "
        "by the test set anywhere costs half a point."
    ),
)

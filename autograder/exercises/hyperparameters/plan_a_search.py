"""The written question: a plan for a search, with reasons."""

from autograder.exercise import Written

plan_a_search = Written(
    name="plan_a_search",
    points=4,
    question=(
        "A network is to be tuned. Learning rate, regularization strength and the share of dropped units must be "
        "chosen. One epoch takes 6 minutes on one machine, a full training 50 epochs. You have 8 machines for "
        "two days, about 3800 epochs in all.\n\n"
        "1. From which ranges, on which scales and in which way do you draw, and why not from a grid?\n"
        "2. How do you spend the 3800 epochs? Give numbers of trials and epochs for each stage, and say what you do "
        "if the best learning rate of a stage lies at the end of its range.\n"
        "3. Who trains, who decides, and what passes between them? Say what happens when a training diverges and "
        "when a machine fails.\n"
        "4. What can successive halving get wrong, and how would you notice?\n\n"
        "Ten to fifteen sentences are enough."
    ),
    answer=(
        "1. The learning rate from 1e-6 to 1 and regularization from 1e-5 to 10, both with a uniform exponent, "
        "because each acts by factors: 0.001 more is nothing at 0.1 and a hundredfold at 0.00001. Dropout from 0 to "
        "0.8 on a linear scale. Each is drawn at random and independently: usually one or two of them matter much "
        "more than the rest, and of n random trials each tests n different values of those, where a grid over three "
        "tests only the cube root of n.\n\n"
        "2. Coarse: 400 trials of 1 epoch, which tell what diverges and what does not learn at all (400 epochs). "
        "Finer: 200 trials of 5 epochs in ranges around the best (1000 epochs). Then 40 trials of 20 epochs (800) "
        "and the best 20 trained in full (1000), which leaves 600 epochs in reserve. If the best learning rate lies "
        "at the end of its range, the range is moved beyond it, as wide as before, and the stage is run again "
        "before anything is narrowed. One validation set decides: cross-validation would multiply the cost by the "
        "number of folds.\n\n"
        "3. The workers, one a machine, each train the configurations they are given and write a checkpoint after "
        "every epoch, with the validation score in its name. The master draws configurations, hands them out, "
        "reads the names, plots, and stops bad trials. A training that diverges has the score NaN: it is worse than "
        "any number, and its worker gets the next configuration. If a machine fails, its trial goes on from its last "
        "checkpoint on another one, since all there is to know lies in the files.\n\n"
        "4. It stops trials that start slowly but would have ended best, such as those with small learning rates or "
        "much regularization. To notice, train a few that were stopped early to the end, and see whether the ranking "
        "after a few epochs agrees with the one after all of them; if not, begin with more epochs or a smaller factor."
    ),
    guide=(
        "1 point for 1: log scales for learning rate and regularization and a linear one for dropout (half), random "
        "because few of them matter, with the number of different values per axis (half).\n"
        "1 point for 2: stages from many short to few long trials that add up to no more than 3800 epochs (half), and "
        "the range moved or widened beyond the border before it is narrowed (half).\n"
        "1 point for 3: workers train and write checkpoints with scores, the master hands out, reads and stops (half); "
        "NaN is the worst score and costs one trial only (a quarter); a lost machine costs at most an epoch or is run "
        "again (a quarter).\n"
        "1 point for 4: it may stop those that start slowly (half), and a check that would show it (half). Choosing by "
        "the test set anywhere costs half a point."
    ),
)

"""The written question: when several networks are worth their cost, and how to get the gain more cheaply."""

from autograder.exercise import Written

is_it_worth_it = Written(
    name="is_it_worth_it",
    points=3,
    question=(
        "Your image classifier is right on 94.0 % of the validation images. Ten such networks, which differ only in "
        "their random first weights, reach 95.2 % together. It has to run on a telephone, where there is time for a "
        "single network.\n\n"
        "1. Why do ten networks that are all equally good do better together? When would they not? What would the "
        "eleventh add?\n"
        "2. A colleague proposes to average the *parameters* of the ten networks: a single network, after all. Say why "
        "this fails here, and in which case averaging parameters does work.\n"
        "3. Describe how you would get most of the gain onto the telephone, and name the settings that you would have "
        "to choose.\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. Their errors differ. Where one member is wrong by an accident of its first weights, most others are "
        "right, and in the average the accidents cancel; what all of them get wrong stays wrong. Members that always "
        "say the same gain nothing, however many there are. The gain diminishes: the variable part of the error falls "
        "about as one over the number of members, so the eleventh takes away roughly one part in a hundred of it, "
        "which nobody will notice, at the same price as the second.\n\n"
        "2. The units of a hidden layer can be put into any order without changing what the network computes, and "
        "trainings from different first weights end in different orders. Unit 7 of one network has nothing to do with "
        "unit 7 of another, and the mean of the two is neither; the average network does far worse than any of them. "
        "(Sorted to match first, it does nearly as well as one.) Parameters can be averaged within one run, late in "
        "training: there all of them lie in one valley, and their mean lies nearer to its bottom than the noisy "
        "iterates do. That is the running average of weights.\n\n"
        "3. Distil the ensemble. Let the ten predict on as many images as can be had, labeled or not, and train one "
        "small network on their averaged probabilities, softened by a temperature, with some weight on the true "
        "labels where there are any. To choose, on validation images: the temperature, the weight of the two parts, "
        "the size of the student. In addition, a running average of the student's weights costs nothing at test time."
    ),
    guide=(
        "1 point for 1: errors that differ cancel (half); identical or strongly correlated members gain nothing, and "
        "the gain diminishes (a quarter each).\n"
        "1 point for 2: networks of different runs do not correspond unit by unit, or lie in different valleys (half); "
        "works within one run, or from a common start (half).\n"
        "1 point for 3: a student trained on the ensemble's soft predictions (half), the temperature and one more "
        "setting, to be chosen on validation data (half). Averaging the weights of one run instead is worth a quarter."
    ),
)

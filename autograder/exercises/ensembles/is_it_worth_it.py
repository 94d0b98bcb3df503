"""The written question: when several networks are worth their cost, and how to get the gain more cheaply."""

from autograder.exercise import Written

is_it_worth_it = Written(
    name="is_it_worth_it",
    points=3,
    question=(
        "Your image classifier gets 94.0% of the validation images right. Ten such networks, which differ only in "
        "their initial weights, get 95.2% together. The classifier has to run on a phone, which has time "
        "for only one network.\n\n"
        "1. Why do ten equally good networks do better together? When would they not? What would an eleventh add?\n"
        "2. A colleague wants to average the *parameters* of the ten networks, since that gives a single network. Why "
        "does this fail here, and when does averaging parameters work?\n"
        "3. How would you get most of the gain onto the phone? Which settings would you have to choose?\n\n"
        "Eight to twelve sentences are enough."
    ),
    answer=(
        "1. They make different mistakes. Where one member is wrong by an accident of its initial weights, most of the "
        "others are right, and the average outvotes it; what all of them get wrong stays wrong. Members that always "
        "agree gain nothing, however many there are. The gains diminish: the part of the error that varies from member "
        "to member falls roughly like one over the number of members, so an eleventh member lowers it by only about "
        "one hundredth of its size for a single network. Nobody will notice, and it costs as much as the "
        "second.\n\n"
        "2. You can reorder the units of a hidden layer without changing what the network computes, and runs from "
        "different initial weights end up in different orders. Unit 7 of one network has nothing to do with unit 7 of "
        "another, so their mean is neither, and the averaged network does far worse than any of the ten. (If you sort "
        "the units to match first, it does nearly as well as one of them.) Averaging works within one run, late in "
        "training: there, all the weights lie in one valley, and their mean is closer to its bottom than most of them "
        "are. With batch norm, re-estimate its statistics afterward.\n\n"
        "3. Distill the ensemble. Let the ten predict on as many images as you can get, labeled or not, and train one "
        "small network on their averaged probabilities, softened by a temperature, with some weight on the true labels "
        "where there are any. Use validation images to choose the temperature, the weights of the two parts, and the "
        "student's size. A running average of the student's weights may add a little more, and costs nothing when "
        "the phone predicts."
    ),
    guide=(
        "1 point for 1: different errors cancel (half); identical or strongly correlated members gain little or "
        "nothing, and the gains diminish (a quarter each).\n"
        "1 point for 2: networks from different runs don't correspond unit by unit, or lie in different valleys "
        "(half); averaging works within one run, or from a common starting point (half).\n"
        "1 point for 3: a student trained on the ensemble's soft predictions (half); the temperature and one more "
        "setting, chosen on validation data (half). Averaging the weights of a single run instead is worth a quarter."
    ),
)

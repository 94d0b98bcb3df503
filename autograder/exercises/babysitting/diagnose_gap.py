"""What the gap between training and validation accuracy says about the model."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.diagnosis import diagnosis_case
from gradlab import drivers, properties
from gradlab.practice import GAPS, accuracy_record


class DiagnoseGap(Exercise):
    """Too large a gap, too small a model, or too short a run?"""

    name, points = "diagnose_gap", 4
    done = "You can tell from two accuracy curves what to change next: regularization, the model, or your patience."
    driver = drivers.for_each_array
    judge = properties.diagnoses_correctly

    def reference(accuracies):
        """Diagnose a run from its two accuracies. At least nine in ten runs must get the right label.

        People get these images right nearly every time, so a good model should, too. What counts as chance depends
        on the number of classes, which is between 4 and 100. It's up to you to find out where to draw each line: the
        kinds are far apart.

        Parameters
        ----------
        accuracies : ndarray (2, 31)
            The accuracy on the training set (row 0) and on the validation set (row 1), between 0 and 1, before training
            and after each of 30 epochs.

        Returns
        -------
        str
            "overfits": at the end the validation accuracy is far below the training accuracy, whether it is still
            rising, flat, or falling.
            "too little capacity": hardly any gap, and both accuracies stopped rising long ago, far below what people
            reach: the model cannot even fit the training set.
            "not finished": hardly any gap, and both accuracies are still clearly rising at the end.
            "fits well": hardly any gap, and both accuracies stopped rising long ago, near what people reach.
        """
        training, validation = accuracies[:, -5:].mean(axis=1)
        if training - validation > 0.15:
            return "overfits"
        if training - accuracies[0, -15:-10].mean() > 0.03:
            return "not finished"
        return "fits well" if training > 0.8 else "too little capacity"

    def cases(rng):
        def falling(rng, kind, nth):
            return accuracy_record(rng, kind, 1)

        for label, make, kinds in (
            ("large gaps and small ones", accuracy_record, ("overfits", "too little capacity", "fits well")),
            ("validation accuracies that fall again", falling, ("overfits", "fits well")),
            ("no gap: is the model too small?", accuracy_record, ("too little capacity", "fits well", "not finished")),
            ("all four kinds", accuracy_record, GAPS),
        ):
            yield diagnosis_case(label, rng, make, kinds, allowed=GAPS, count=36, over="accuracies")

    no_gap_means_too_small = mistake(
        "Is a small gap good or bad? Runs that fit well come out as having too little capacity. If the model gets "
        "nearly all of the training set right, it is large enough.",
        {'"fits well" if training > 0.8 else ': ""},
    )
    no_gap_means_well = mistake(
        "Is a small gap enough for a good fit? Models with too little capacity come out as fitting well. Look at the "
        "training accuracy, too.",
        {' if training > 0.8 else "too little capacity"': ""},
    )
    rise_ignored = mistake(
        "Are the accuracies still rising at the end? Runs that are not finished come out as having too little "
        "capacity. Compare the end with the accuracy ten epochs earlier.",
        {'if training - accuracies[0, -15:-10].mean() > 0.03:\n    return "not finished"': ""},
    )
    any_rise = mistake(
        'When do the accuracies rise? Runs that fit well come out as "not finished". Every curve rises at first, and '
        "noise always moves it a little: what counts is a clear rise in the last epochs.",
        {"-15:-10": ":5"},
    )
    training_only = mistake(
        "Which accuracy do you subtract from which? Runs that overfit come out as fitting well. Take training minus "
        "validation: good training accuracy alone proves nothing.",
        {"training - validation": "validation - training"},
    )
    validation_only = mistake(
        "Which row is which? Runs that overfit come out as having too little capacity. Row 0 is training and row 1 "
        "validation: compare the two.",
        {"accuracies[:, -5:]": "accuracies[[1, 1], -5:]", "[0, -15": "[1, -15"},
    )
    only_if_validation_falls = mistake(
        "Does the validation accuracy have to fall? Some runs that overfit come out as fitting well, mostly those "
        "in which it doesn't. Look at the gap: it can grow while both accuracies rise.",
        {"training - validation > 0.15": "accuracies[1].max() - accuracies[1, -3:].mean() > 0.05"},
    )
    gap_means_too_small = mistake(
        "Which one has a gap, a model that overfits or one with too little capacity? Your two answers are swapped: a "
        "model that is too small has no gap.",
        {'"overfits"': '"too little capacity"', '"too little capacity"': '"overfits"'},
    )
    any_gap_overfits = mistake(
        "How large a gap is too large? Runs that fit well come out as overfitting. A gap of a few hundredths is "
        "normal, and noise alone can cause one.",
        {"> 0.15": "> 0"},
    )
    small_and_unfinished_exchanged = mistake(
        "Which one is still rising at the end? Your answers for too little capacity and not finished are swapped: a "
        "run that is still improving is not finished.",
        {'"not finished"': '"too little capacity"', '"too little capacity"': '"not finished"'},
    )

    @mistake(
        "Is there any run that you don't call a good fit? Runs that overfit and runs that are not finished both come "
        "out as fitting well.",
    )
    def always_well(accuracies):
        return "fits well"

    other_words = mistake(
        "Is every answer spelled exactly as in the list? At least one of yours is not on it. Copy the words from the "
        "list exactly: all lowercase, with spaces.",
        {
            '"overfits"': '"Overfits"',
            '"not finished"': '"Not Finished"',
            '"fits well"': '"Fits Well"',
            '"too little capacity"': '"Too Little Capacity"',
        },
    )
    returns_a_number = mistake(
        "Is every answer a string? At least one of yours is not. Return one from the list, in quotes.",
        {'"overfits"': "0", '"not finished"': "2", '"fits well"': "3", '"too little capacity"': "1"},
    )

    @variant
    def by_slopes(accuracies):
        training, validation = accuracies
        epochs = np.arange(10)
        if np.median(training[-7:] - validation[-7:]) >= 0.12:
            return "overfits"
        slope = np.polyfit(epochs, (training + validation)[-10:] / 2, 1)[0]
        if slope > 0.0028:
            return "not finished"
        return np.str_("too little capacity") if training[-1] < 0.8 else "fits well"

    @variant
    def by_the_last_epochs(accuracies):
        (training, validation), before = accuracies[:, -1], accuracies[0, 20]
        if training - validation > 0.1:
            return "overfits"
        if training - before > 0.04:
            return "not finished"
        return ["too little capacity", "fits well"][int(validation > 0.78)]

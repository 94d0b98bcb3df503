"""Features that are shuffled relative to their labels, a fault that overfitting a tiny subset cannot reveal."""

from functools import partial

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from autograder.exercises.drawing import sample_until, shuffled, uniform
from gradlab import drivers, oracles

from .faulty_networks import columns

FEATURES, EXAMPLES = 8, 40


def labels_for(rng, fractions):
    """Labels in random order, with the given fraction of each class."""
    counts = np.round(np.array(fractions) * EXAMPLES).astype(int)
    return rng.permutation(np.repeat(np.arange(len(counts)), counts))


def data_set(rng, fractions, errors=0.0, rows_of=None, learns=1.0, trained_on=None):
    """Training and validation examples around one center per class, and a network to train on them.

    Parameters
    ----------
    fractions : sequence of float
        The fraction of the examples in each class.
    errors : float
        The fraction of training labels that trade places.
    rows_of : str or None
        The set ("train" or "val") whose features are shuffled relative to its labels.
    learns : float
        The fraction of the training examples that the network learns.
    trained_on : sequence of float or None
        The fraction of the training examples in each class, if it differs from that of the validation examples.
    """
    centers = rng.normal(size=(len(fractions), FEATURES))
    centers *= 3 / np.linalg.norm(centers, axis=1, keepdims=True)
    data = {"seed": int(rng.integers(2**31)), "learns": learns}
    for part in ("train", "val"):
        y = labels_for(rng, trained_on if trained_on and part == "train" else fractions)
        X = centers[y] + 0.5 * rng.normal(size=(EXAMPLES, FEATURES))
        if part == "train":
            wrong = rng.random(EXAMPLES) < errors
            y[wrong] = rng.permutation(y[wrong])  # wrong labels are permuted, so that the classes keep their sizes
        data[f"X_{part}"], data[f"y_{part}"] = rng.permutation(X) if part == rows_of else X, y
    return data


def measured_accuracy(data, part):
    """The accuracy on the training ("train") or validation ("val") examples."""
    training = {name: np.array([data[name]]) for name in ("seed", "learns")}
    predicted = oracles.train_and_predict(0, data["X_train"], data["y_train"], data[f"X_{part}"], **training)
    return accuracy(predicted, data[f"y_{part}"])


def gain(data):
    """The validation accuracy minus the fraction of the most common class."""
    return measured_accuracy(data, "val") - np.bincount(data["y_val"]).max() / EXAMPLES


def case(label, data_sets, **settings):
    """A case with the data sets in the given order."""
    values = columns(data_sets)
    training = {name: values.pop(name) for name in ("seed", "learns")}
    ask = Oracle(partial(oracles.train_and_predict, **training), limit=2000)
    return Case(label, instances=len(data_sets), train_and_predict=ask, **values, **settings)


def accuracy(predicted, y):
    return (predicted == y).mean()


class ShuffledFeaturesTrap(Exercise):
    """Whether labels match their features, judged by predictions for examples that the network has never seen."""

    name, points = "shuffled_features_trap", 4
    done = "You can detect features that no longer belong to their labels, which overfitting alone never shows."
    driver = drivers.for_each_instance

    def reference(train_and_predict, X_train, y_train, X_val, y_val, margin=0.1):
        """Find out whether a data set's features still belong to its labels.

        Train on the training examples, and measure the accuracy on these same examples and on the validation examples.
        Chance is the accuracy that you get if you always say the most common class in `y_val`.

        Parameters
        ----------
        train_and_predict : callable
            ``train_and_predict(X, y, X_new)`` trains a new network on the examples `X` (N, D) with labels `y` (N,) and
            returns the classes that it predicts for `X_new` (M, D), an array (M,) of int. It remembers nothing from
            one call to the next.
        X_train, X_val : ndarray (N, D), (M, D)
        y_train, y_val : ndarray (N,), (M,) of int
            Classes, counted from 0.
        margin : float
            By how much the validation accuracy must exceed chance.

        Returns
        -------
        str
            "untrained" if the training accuracy is below 0.9, because then you can say nothing about the data.
            Otherwise "matched" if the validation accuracy is above chance + margin, and "shuffled" if it isn't: the
            network fits its examples, but has learned nothing from them.

        Notes
        -----
        You may change the arrays in place.

        References
        ----------
        Zhang, Bengio, Hardt, Recht & Vinyals, "Understanding deep learning requires rethinking generalization"
        (2017), section 2: networks easily fit random labels.
        """
        predicted = train_and_predict(X_train, y_train, np.concatenate([X_train, X_val]))
        fitted = np.mean(predicted[: len(X_train)] == y_train)
        held_out = np.mean(predicted[len(X_train) :] == y_val)
        chance = np.bincount(y_val).max() / len(y_val)
        if fitted < 0.9:
            return "untrained"
        return "matched" if held_out > chance + margin else "shuffled"

    def cases(rng):
        def between(low, high, *shape, **more):
            """A data set whose validation accuracy exceeds chance by between `low` and `high`."""
            return sample_until(lambda: data_set(rng, *shape, **more), lambda data: low < gain(data) < high)

        def matched(*shape, **more):
            return between(0.21, 1, *shape, **more)

        def mismatched(*shape, low=-1.0, high=0.07, rows_of="train", **more):
            return between(low, high, *shape, rows_of=rows_of, **more)

        def untrained(*shape):
            return data_set(rng, *shape, learns=0.0)

        def partly(low, high, *shape, fits=(0.0, 0.85), **more):
            """Like `between`, but with a training accuracy between the two numbers in `fits`."""
            return sample_until(
                lambda: data_set(rng, *shape, **more),
                lambda data: low < gain(data) < high and fits[0] < measured_accuracy(data, "train") < fits[1],
            )

        four, two, uneven = (0.25,) * 4, (0.5, 0.5), (0.6, 0.1, 0.1, 0.1, 0.1)
        yield case(
            "four classes of the same size",
            shuffled(
                rng,
                *(matched(four) for _ in range(3)),
                *(mismatched(four) for _ in range(2)),
                mismatched(four, low=0.03),  # the accuracy is a little above chance, by luck
                # These two lie just above and just below the default margin.
                between(0.11, 0.14, four, errors=0.7),
                mismatched(four, low=0.06, high=0.09),
                untrained(four),
            ),
        )
        yield case(
            "two classes: chance is a half",
            shuffled(
                rng,
                *(matched(two) for _ in range(3)),
                *(mismatched(two) for _ in range(2)),
                mismatched(two, low=0.01, high=0.03),
                untrained(two),
            ),
        )
        yield case(
            "one class is far more common than the others",
            shuffled(
                rng,
                *(matched(uneven) for _ in range(3)),
                *(mismatched(uneven, low=-0.2) for _ in range(3)),
                *(untrained(uneven) for _ in range(2)),
            ),
            weight=1.5,
        )
        yield case(
            "some labels are wrong: half right is still far above chance",
            shuffled(
                rng,
                *(between(0.16, 0.33, four, errors=0.6) for _ in range(3)),
                between(0.4, 0.62, four, errors=0.3),
                *(mismatched(four, errors=0.3) for _ in range(3)),
            ),
        )
        yield case(
            "the validation features are shuffled",
            shuffled(rng, *(matched(four) for _ in range(3)), *(mismatched(four, rows_of="val") for _ in range(3))),
        )
        even = (0.2,) * 5
        yield case(
            "a class that is common in only one of the two sets",
            shuffled(
                rng,
                *(between(0.16, 0.36, even, errors=0.4, trained_on=uneven) for _ in range(2)),
                *(between(-0.25, 0.07, uneven, errors=0.7, trained_on=even) for _ in range(2)),
                matched(even, trained_on=uneven),
                mismatched(even, trained_on=uneven),
            ),
        )
        full = (0.92, 1.0)
        yield case(
            "networks that fit only part of their examples, or nearly all",
            shuffled(
                rng,
                *(partly(-1, 0.07, four, rows_of="train", learns=0.7, fits=(0.72, 0.85)) for _ in range(2)),
                *(partly(0.16, 0.4, four, errors=0.6, learns=0.7, fits=(0.72, 0.85)) for _ in range(2)),
                *(partly(-1, 0.07, four, rows_of="train", learns=0.95, fits=full) for _ in range(2)),
                partly(0.16, 0.4, four, errors=0.6, learns=0.95, fits=full),
            ),
            weight=2,
        )
        yield case(
            "a different margin",
            shuffled(
                rng,
                *(between(0.5, 1, four) for _ in range(3)),
                *(between(0.16, 0.34, four, errors=0.6) for _ in range(3)),
                mismatched(four),
            ),
            margin=uniform(rng, 0.38, 0.44),
            weight=1.5,
        )

    judges_what_it_was_trained_on = mistake(
        "Which examples do you judge the network on? Everything that can be fitted passes in your code. Train only on "
        "X_train, and measure the accuracy on X_val.",
        {"np.mean(predicted[len(X_train) :] == y_val)": "fitted"},
    )
    validation_accuracy_only = mistake(
        'Did the network learn its training examples at all? You never return "untrained". If it doesn\'t fit even '
        "those, it tells you nothing about the data.",
        {'if fitted < 0.9:\n    return "untrained"': ""},
    )
    chance_by_number_of_classes = mistake(
        "What if one class is far more common than the others? Then chance is higher than you assume. Use the fraction "
        "of the most common class.",
        {"np.bincount(y_val).max() / len(y_val)": "1 / len(np.unique(y_val))"},
    )
    chance_among_training_labels = mistake(
        "Which labels decide what a guess is worth? Those it is compared with, in y_val. You take the most common "
        "class among the training labels, which may be more common there, or less.",
        {"np.bincount(y_val).max() / len(y_val)": "np.bincount(y_train).max() / len(y_train)"},
    )
    chance_is_a_half = mistake(
        "Is chance always a half? Only with two classes of the same size. Use the fraction of the most common class.",
        {"np.bincount(y_val).max() / len(y_val)": "0.5"},
    )
    chance_is_a_tenth = mistake(
        "Is chance always a tenth? Only with ten classes of the same size. Use the fraction of the most common class.",
        {"np.bincount(y_val).max() / len(y_val)": "0.1"},
    )
    no_margin = mistake(
        "Can shuffled data come out a little above chance? Yes, by luck, and you never use the margin. Ask for more "
        "than chance + margin.",
        {" + margin": ""},
    )
    margin_subtracted = mistake(
        "On which side of chance is your limit? Below it. Add the margin instead of subtracting it.",
        {"+ margin": "- margin"},
    )
    margin_hard_coded = mistake(
        "What if the margin isn't 0.1? That is only the default, and you always use it. Use the argument.",
        {"+ margin": "+ 0.1"},
    )
    larger_margin_by_default = mistake(
        "What is the default margin? It's 0.1, but yours is larger: if no margin is given, you call some data sets "
        "shuffled whose validation accuracy exceeds chance by more than 0.1.",
        {"margin=0.1": "margin=0.15"},
    )
    smaller_margin_by_default = mistake(
        "What is the default margin? It's 0.1, but yours is smaller: if no margin is given, you call some data sets "
        "matched whose validation accuracy exceeds chance by less than 0.1.",
        {"margin=0.1": "margin=0.06"},
    )
    margin_multiplies = mistake(
        "Is the margin an amount or a fraction of chance? It's an amount: ask for more than chance + margin.",
        {"+ margin": "* (1 + margin)"},
    )
    by_the_gap = mistake(
        "Does a gap between training and validation accuracy prove that the data are shuffled? Wrong labels make a "
        "gap, too. Ask whether the validation accuracy is at chance.",
        {"chance + margin": "fitted - margin"},
    )
    compared_with_the_wrong_labels = mistake(
        "Which labels do you compare the predictions for X_val with? The training labels. Use y_val.",
        {"== y_val": "== y_train"},
    )
    shuffles_again = mistake(
        "What do you do to the labels before you train? You shuffle them, which destroys the very thing you want to "
        "test. Train on the data as they are.",
        {"predicted =": "y_train = np.random.default_rng(0).permutation(y_train)\npredicted ="},
    )
    words_exchanged = mistake(
        'Which word do you return if the validation accuracy is high? You say "shuffled". Swap it with "matched".',
        {'"matched"': '"shuffled"', '"shuffled"': '"matched"'},
    )
    returns_a_truth = mistake(
        "What should you return? One of the three words in the docstring, not True or False.",
        {
            'if fitted < 0.9:\n    return "untrained"': "",
            '"matched" if held_out > chance + margin else "shuffled"': "held_out <= chance + margin",
        },
    )
    half_is_trained = mistake(
        "How many training examples must a network get right? Your limit is too low. A network is untrained below 0.9.",
        {"< 0.9": "< 0.65"},
    )
    all_must_be_fitted = mistake(
        "How many training examples must a network get right? Your limit is too high. An accuracy of 0.9 is enough.",
        {"< 0.9": "< 1"},
    )

    @mistake(
        'Is any data set "matched" in your code? You call all of them "shuffled". If the validation accuracy is '
        'far above chance, return "matched".'
    )
    def always_shuffled(train_and_predict, X_train, y_train, X_val, y_val, margin=0.1):
        return "shuffled"

    @mistake(
        "Which question comes first? A network that did not learn its training examples is untrained, even if its "
        "validation accuracy is above chance. Check the training accuracy first."
    )
    def untrained_asked_last(train_and_predict, X_train, y_train, X_val, y_val, margin=0.1):
        predicted = train_and_predict(X_train, y_train, np.concatenate([X_train, X_val]))
        if np.mean(predicted[len(X_train) :] == y_val) > np.bincount(y_val).max() / len(y_val) + margin:
            return "matched"
        return "untrained" if np.mean(predicted[: len(X_train)] == y_train) < 0.9 else "shuffled"

    by_name = variant(
        {
            "train_and_predict(X_train, y_train, np.concatenate([X_train, X_val]))": (
                "train_and_predict(X=X_train, y=y_train, X_new=np.concatenate([X_train, X_val]))"
            )
        }
    )
    counted = variant({"np.bincount(y_val).max()": "np.unique(y_val, return_counts=True)[1].max()"})

    @variant
    def in_two_trainings(train_and_predict, X_train, y_train, X_val, y_val, margin=0.1):
        train = (train_and_predict(X_train, y_train, X_train) == y_train).sum() / len(y_train)
        held_out = (train_and_predict(X_train, y_train, X_val) == y_val).sum() / len(y_val)
        counts = np.unique(y_val, return_counts=True)[1]
        words = np.array(["shuffled", "matched"])
        return words[int(held_out - counts.max() / counts.sum() > margin)] if train >= 0.9 else "untrained"

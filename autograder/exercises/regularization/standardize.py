"""Feature normalization: mean 0 and standard deviation 1, by statistics of the training set only."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform


class Standardize(Exercise):
    """Bring all features to one scale without looking at the test set."""

    name, points = "standardize", 2

    def reference(X_train, X_test):
        """Give every feature mean 0 and standard deviation 1, by the training set's statistics.

            z = (x - mean) / deviation

        Mean and deviation of each feature are those of the TRAINING set, for both sets.

        Parameters
        ----------
        X_train : ndarray (N, D)
            N training examples of D features. May be changed in place, but need not be.
        X_test : ndarray (M, D)
            Other examples, even a single one. May be changed in place, but need not be.

        Returns
        -------
        Z_train : ndarray (N, D)
        Z_test : ndarray (M, D)

        Notes
        -----
        The deviation is the root of the mean squared distance from the mean (``np.std``, dividing by N). Where it is
        exactly 0, because a feature never varies in the training set, 1 is taken instead: the feature is only centered.

        References
        ----------
        LeCun, Bottou, Orr & Müller, "Efficient BackProp" (1998), section 4.3.
        """
        mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
        deviation = np.where(deviation == 0, 1.0, deviation)
        Z_train = (X_train - mean) / deviation
        Z_test = (X_test - mean) / deviation
        return Z_train, Z_test

    def cases(rng):
        scales, means = rng.uniform(1, 4, 3), rng.uniform(2, 9, 3)
        train, test = (means + scales * rng.normal(size=(n, 3)) for n in (12, 8))
        yield Case("three features", X_train=train, X_test=test)
        ranges = np.array([1.0, 100.0, 1e4])
        train, test = (ranges * rng.uniform(1, 2, (n, 3)) for n in (10, 5))
        yield Case("features of very different ranges", X_train=train, X_test=test)
        shift = uniform(rng, 3, 5)
        train, test = rng.normal(size=(10, 4)), shift + 2 * rng.normal(size=(10, 4))
        yield Case("test examples unlike the training set", X_train=train, X_test=test)
        yield Case("a single test example", X_train=rng.normal(2, 3, (9, 2)), X_test=rng.normal(2, 3, (1, 2)))
        # Halves add up without rounding, so the standard deviation of this feature is exactly 0.
        train, test = rng.normal(size=(8, 3)), rng.normal(size=(4, 3))
        train[:, 1], test[:, 1] = 2.5, [2.5, 3.5, 1.0, 7.25]
        yield Case("a feature that never varies in training", X_train=train, X_test=test)
        yield Case("as many examples as features", X_train=rng.normal(3, 2, (5, 5)), X_test=rng.normal(3, 2, (5, 5)))
        train, test = (rng.normal(3, 2, (n, 3)).astype(np.float32) for n in (12, 8))
        yield Case("float32", X_train=train, X_test=test)

    test_by_its_own = mistake(
        "The test set is normalized by its own statistics. Use those of the training set for both.",
        {
            "Z_test = ": (
                "mean, deviation = X_test.mean(axis=0), X_test.std(axis=0)\n"
                "deviation = np.where(deviation == 0, 1.0, deviation)\n"
                "Z_test = "
            )
        },
    )
    test_by_its_own_and_zero_by_zero = mistake(
        "The test set is normalized by its own statistics: use those of the training set for both. And a feature that "
        "never varies becomes NaN: where the deviation is 0, take 1.",
        {
            "np.where(deviation == 0, 1.0, deviation)": "deviation",
            "Z_test = ": "mean, deviation = X_test.mean(axis=0), X_test.std(axis=0)\nZ_test = ",
        },
    )
    both_together = mistake(
        "The statistics come from both sets together, so the test set leaks into training. Use the training set's.",
        {
            "X_train.mean": "np.concatenate([X_train, X_test]).mean",
            "X_train.std": "np.concatenate([X_train, X_test]).std",
        },
    )
    one_for_all_features = mistake(
        "All features share one mean and one deviation. Take them along axis 0, for each feature.",
        {"X_train.mean(axis=0)": "X_train.mean()", "X_train.std(axis=0)": "X_train.std()"},
    )
    by_example = mistake(
        "You normalize each example over its features. Take mean and deviation of each feature, along axis 0.",
        {
            "X_train.mean(axis=0)": "X_train.mean(axis=1, keepdims=True)",
            "X_train.std(axis=0)": "X_train.std(axis=1, keepdims=True)",
            "Z_test = ": (
                "mean, deviation = X_test.mean(axis=1, keepdims=True), X_test.std(axis=1, keepdims=True)\nZ_test = "
            ),
        },
    )
    variance = mistake("You divide by the variance. Divide by its root.", {"X_train.std": "X_train.var"})
    unbiased = mistake(
        "The deviation divides by N - 1. Here it divides by N, as np.std does unless told otherwise.",
        {"X_train.std(axis=0)": "X_train.std(axis=0, ddof=1)"},
    )
    not_centered = mistake("The mean is not subtracted.", {"(X_train - mean)": "X_train", "(X_test - mean)": "X_test"})
    not_scaled = mistake(
        "The features are centered only. Divide by the deviation as well.",
        {"(X_train - mean) / deviation": "X_train - mean", "(X_test - mean) / deviation": "X_test - mean"},
    )
    divided_first = mistake(
        "You divide first and then subtract the old mean. Subtract first: the mean has the old scale.",
        {
            "(X_train - mean) / deviation": "X_train / deviation - mean",
            "(X_test - mean) / deviation": "X_test / deviation - mean",
        },
    )
    by_range = mistake(
        "You scale by the range, to 0..1. Asked is mean 0 and deviation 1.",
        {"X_train.mean(axis=0)": "X_train.min(axis=0)", "X_train.std(axis=0)": "np.ptp(X_train, axis=0)"},
    )
    test_left_alone = mistake(
        "The test set is left as it was. A network trained on normalized features needs them normalized.",
        {"(X_test - mean) / deviation": "X_test"},
    )
    zero_by_zero = mistake(
        "A feature that never varies becomes NaN: 0 / 0. Where the deviation is 0, take 1.",
        {"np.where(deviation == 0, 1.0, deviation)": "deviation"},
    )
    divided_by_epsilon = mistake(
        "A small number is added to the deviation. Where that is 0 the test set is divided by the small "
        "number alone and becomes huge: take 1 there.",
        {"np.where(deviation == 0, 1.0, deviation)": "deviation + 1e-8"},
    )
    test_deviation = mistake(
        "The deviation of the test set's own is used, though its mean is that of the training set.",
        {"Z_test = ": "deviation = np.where(X_test.std(axis=0) == 0, 1.0, X_test.std(axis=0))\nZ_test = "},
    )
    training_set_alone = mistake("Return both sets, (Z_train, Z_test).", {"return Z_train, Z_test": "return Z_train"})

    @variant
    def in_place(X_train, X_test):
        mean, deviation = np.mean(X_train, axis=0), np.sqrt(np.var(X_train, axis=0))
        deviation[deviation == 0] = 1
        for X in (X_train, X_test):
            X -= mean
            X /= deviation
        return X_train, X_test

    @variant
    def feature_by_feature(X_train, X_test):
        Z_train, Z_test = np.empty(X_train.shape), np.empty(X_test.shape)
        for j, column in enumerate(X_train.T):
            mean = sum(column) / len(column)
            deviation = (sum((column - mean) ** 2) / len(column)) ** 0.5 or 1.0
            Z_train[:, j], Z_test[:, j] = (column - mean) / deviation, (X_test[:, j] - mean) / deviation
        return Z_train, Z_test

    with_a_tiny_threshold = variant({"deviation == 0": "deviation < 1e-12"})

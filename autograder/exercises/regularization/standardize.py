"""Feature normalization: mean 0 and standard deviation 1, with statistics from the training set only."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform


class Standardize(Exercise):
    """Bring all features to one scale without looking at the test set."""

    name, points = "standardize", 2
    done = "You can scale features using only the training set, so that nothing leaks from the test set."

    def reference(X_train, X_test):
        """Give every feature mean 0 and standard deviation 1, using the training set's statistics.

            z = (x - mean) / std

        The mean and standard deviation of each feature are those of the TRAINING set, for both sets.

        Parameters
        ----------
        X_train : ndarray (N, D)
            N training examples with D features. May be changed in place.
        X_test : ndarray (M, D)
            Other examples, perhaps a single one. May be changed in place.

        Returns
        -------
        Z_train : ndarray (N, D)
        Z_test : ndarray (M, D)

        Notes
        -----
        The standard deviation is that of ``np.std``, which divides by N. If it is exactly 0, because a feature never
        varies in the training set, use 1 instead, so that the feature is only centered.

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
        # In most test sets one example is far from the others, so that clipping shows.
        scales, means = rng.uniform(1, 4, 3), rng.uniform(2, 9, 3)
        train, test = (means + scales * rng.normal(size=(n, 3)) for n in (12, 8))
        test[0] += 12 * scales
        yield Case("three features", X_train=train, X_test=test)
        # A small number added to the standard deviation shows in the first feature.
        ranges = np.array([1e-3, 1.0, 1e4])
        train, test = (ranges * rng.uniform(1, 2, (n, 3)) for n in (10, 5))
        test[-1] -= 4 * ranges
        yield Case("features of very different ranges", X_train=train, X_test=test)
        shift = uniform(rng, 3, 5)
        train, test = rng.normal(size=(10, 4)), shift + 2 * rng.normal(size=(10, 4))
        test[4] = -9.0
        yield Case("test examples unlike the training set", X_train=train, X_test=test)
        yield Case("a single test example", X_train=rng.normal(2, 3, (9, 2)), X_test=rng.normal(2, 3, (1, 2)))
        # Halves add up without rounding, so the standard deviation of this feature is exactly 0.
        train, test = rng.normal(size=(8, 3)), rng.normal(size=(4, 3))
        train[:, 1], test[:, 1] = 2.5, [2.5, 3.5, 1.0, 7.25]
        yield Case("a feature that never varies in training", X_train=train, X_test=test)
        yield Case("as many examples as features", X_train=rng.normal(3, 2, (5, 5)), X_test=rng.normal(3, 2, (5, 5)))
        train, test = (rng.normal(3, 2, (n, 3)).astype(np.float32) for n in (12, 8))
        test[2] = 40
        yield Case("float32", X_train=train, X_test=test)

    test_by_its_own = mistake(
        "Whose mean and standard deviation does the test set get? Its own, in your code. Use those of the training set "
        "for both.",
        {
            "Z_test = ": (
                "mean, deviation = X_test.mean(axis=0), X_test.std(axis=0)\n"
                "deviation = np.where(deviation == 0, 1.0, deviation)\n"
                "Z_test = "
            )
        },
    )

    @mistake(
        "Whose mean and standard deviation does the test set get? Its own, in your code: use those of the training set "
        "for both. And where a standard deviation is 0, divide by 1, because 0 / 0 gives NaN."
    )
    def test_by_its_own_and_zero_by_zero(X_train, X_test):
        return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_test))

    both_together = mistake(
        "Which examples do the statistics come from? From both sets together, so the test set leaks into training. Use "
        "only the training set.",
        {
            "X_train.mean": "np.concatenate([X_train, X_test]).mean",
            "X_train.std": "np.concatenate([X_train, X_test]).std",
        },
    )
    one_for_all_features = mistake(
        "Does each feature have its own mean and standard deviation? In your code, they all share one of each. Take "
        "them along axis 0.",
        {"X_train.mean(axis=0)": "X_train.mean()", "X_train.std(axis=0)": "X_train.std()"},
    )
    one_for_all_features_of_each_set = mistake(
        "Does each feature have its own mean and standard deviation? In your code, they all share one of each. Take "
        "them along axis 0. And whose are they? Use those of the training set for both sets, not each set's own.",
        {
            "X_train.mean(axis=0)": "X_train.mean()",
            "X_train.std(axis=0)": "X_train.std()",
            "Z_test = ": "mean, deviation = X_test.mean(), X_test.std()\nZ_test = ",
        },
    )
    one_deviation_for_all = mistake(
        "Does each feature have its own standard deviation? The means are right, but all features are divided by the "
        "same number. Take both along axis 0.",
        {"X_train.std(axis=0)": "X_train.std()"},
    )
    by_example = mistake(
        "Do you normalize features or examples? You normalize each example over its features. Take the mean and "
        "standard deviation of each feature, along axis 0.",
        {
            "X_train.mean(axis=0)": "X_train.mean(axis=1, keepdims=True)",
            "X_train.std(axis=0)": "X_train.std(axis=1, keepdims=True)",
            "Z_test = ": (
                "mean, deviation = X_test.mean(axis=1, keepdims=True), X_test.std(axis=1, keepdims=True)\nZ_test = "
            ),
        },
    )
    variance = mistake(
        "Is there a square root missing? You divide by the variance. Divide by its root.",
        {"X_train.std": "X_train.var"},
    )
    unbiased = mistake(
        "Does your standard deviation divide by N or by N - 1? It should be N, as in np.std by default.",
        {"X_train.std(axis=0)": "X_train.std(axis=0, ddof=1)"},
    )
    not_centered = mistake(
        "What is the mean of each feature afterward? It should be 0. You don't subtract the mean.",
        {"(X_train - mean)": "X_train", "(X_test - mean)": "X_test"},
    )
    not_scaled = mistake(
        "What is the standard deviation of each feature afterward? It should be 1. You only center them.",
        {"(X_train - mean) / deviation": "X_train - mean", "(X_test - mean) / deviation": "X_test - mean"},
    )
    divided_first = mistake(
        "Which comes first, subtracting or dividing? Subtract first: after the division, the old mean no longer fits.",
        {
            "(X_train - mean) / deviation": "X_train / deviation - mean",
            "(X_test - mean) / deviation": "X_test / deviation - mean",
        },
    )
    by_range = mistake(
        "Which normalization is this? You scale to 0..1 using the smallest and largest values. The mean should be 0 "
        "and the standard deviation 1.",
        {"X_train.mean(axis=0)": "X_train.min(axis=0)", "X_train.std(axis=0)": "np.ptp(X_train, axis=0)"},
    )
    # Statistics that are computed after X_train has been normalized in place give the same results.
    test_left_alone = mistake(
        "What happens to X_test? It comes back as it was. Standardize it with X_train's mean and standard deviation. "
        "If you change X_train in place with `X_train -= ...` and `X_train /= ...`, these are 0 and 1 from then on, so "
        "compute them first.",
        {"(X_test - mean) / deviation": "X_test"},
    )
    test_not_centered = mistake(
        "Which mean do you subtract from X_test? None, or 0: the test set is only divided. Subtract the mean of the "
        "original X_train, which you must compute before you change X_train in place.",
        {"(X_test - mean)": "X_test"},
    )
    test_not_scaled = mistake(
        "What do you divide X_test by? Nothing, or 1: the test set is only centered. Divide it by the standard "
        "deviation of the original X_train, which you must compute before you change X_train in place.",
        {"(X_test - mean) / deviation": "X_test - mean"},
    )
    clipped = mistake(
        "Do large values stay as they are? In your code, everything beyond ±5 is cut off. Don't clip.",
        {"return Z_train, Z_test": "return np.clip(Z_train, -5, 5), np.clip(Z_test, -5, 5)"},
    )
    zero_by_zero = mistake(
        "What if a feature never varies in training? Its standard deviation is 0, so in your code, the feature becomes "
        "NaN or infinite. Divide by 1 instead.",
        {"np.where(deviation == 0, 1.0, deviation)": "deviation"},
    )
    divided_by_epsilon = mistake(
        "Do you add a small number to the standard deviation? That changes the results a little, and where a standard "
        "deviation is 0, whatever is divided by the small number alone gets huge. Divide by 1 there, and add nothing "
        "to the others.",
        {"np.where(deviation == 0, 1.0, deviation)": "deviation + 1e-8"},
    )
    test_deviation = mistake(
        "Whose standard deviation does the test set get? Its own, in your code, although its mean comes from the "
        "training set. Use both from the training set.",
        {"Z_test = ": "deviation = np.where(X_test.std(axis=0) == 0, 1.0, X_test.std(axis=0))\nZ_test = "},
    )

    @mistake("How many arrays should you return? Return both sets: (Z_train, Z_test).")
    def training_set_alone(X_train, X_test):
        return (X_train - X_train.mean(axis=0)) / np.where(X_train.std(axis=0) == 0, 1.0, X_train.std(axis=0))

    divided_by_a_larger_epsilon = mistake(
        "Do you add a small number to the standard deviation? That changes the results, and where a standard deviation "
        "is 0, whatever is divided by the small number alone gets huge. Divide by 1 there, and add nothing to the "
        "others.",
        {"np.where(deviation == 0, 1.0, deviation)": "deviation + 1e-7"},
    )
    divided_by_a_smaller_epsilon = mistake(
        "What if a feature never varies in training? Its standard deviation is 0, and you add a tiny number to it: "
        "whatever is divided by that number alone gets huge. Divide by 1 there, and add nothing to the others.",
        {"np.where(deviation == 0, 1.0, deviation)": "deviation + 1e-10"},
    )
    epsilon_under_the_root = mistake(
        "Do you add a small number to the variance? That changes the results a little, and where a standard deviation "
        "is 0, whatever is divided by the root of the small number alone gets huge. Divide by 1 there, and add nothing "
        "to the others.",
        {"np.where(deviation == 0, 1.0, deviation)": "np.sqrt(deviation**2 + 1e-8)"},
    )
    constant_feature_erased = mistake(
        "What happens to a feature that never varies in training? In your code, it's 0 in both sets, although it may "
        "vary in the test set. Subtract the mean, and divide by 1.",
        {"(X_test - mean) / deviation": "(X_test - mean) / deviation * (X_train.std(axis=0) > 0)"},
    )
    parentheses_missing = mistake(
        "What do you divide by the standard deviation? Only the mean. Put parentheses around x - mean.",
        {
            "(X_train - mean) / deviation": "X_train - mean / deviation",
            "(X_test - mean) / deviation": "X_test - mean / deviation",
        },
    )
    test_mean = mistake(
        "Whose mean does the test set get? Its own, in your code, although its standard deviation comes from the "
        "training set. Use both from the training set.",
        {"(X_test - mean)": "(X_test - X_test.mean(axis=0))"},
    )
    by_training_example = mistake(
        "Do you normalize features or examples? You normalize each training example over its features, and its "
        "statistics don't belong to any test example. Take the statistics of each feature, along axis 0.",
        {
            "X_train.mean(axis=0)": "X_train.mean(axis=1, keepdims=True)",
            "X_train.std(axis=0)": "X_train.std(axis=1, keepdims=True)",
        },
    )
    test_deviation_even_of_one_example = mistake(
        "Whose standard deviation does the test set get? Its own, in your code, which is 0 if there is only one "
        "example. Use both the mean and the standard deviation of the training set.",
        {"Z_test = ": "deviation = X_test.std(axis=0)\nZ_test = "},
    )

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

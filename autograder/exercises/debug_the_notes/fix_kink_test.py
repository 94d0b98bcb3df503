"""A test for kinks that compares signs instead of winners."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers


def sides(rng, count, size, crossed, flipped):
    """The arguments of `count` maxes at x - h and at x + h, with magnitudes from 0.05 to about 4.5.

    The winner of `crossed` maxes changes; in `flipped` more maxes, a loser changes its sign, and in every other one of
    these, it overtakes another loser. Most other arguments move a little.
    """
    minus = rng.uniform(1, 3, (count, size))
    minus[np.arange(count), rng.integers(size, size=count)] = rng.permutation(
        np.append(rng.uniform(3.5, 4, count - 1), 4.5)
    )
    plus = minus + rng.uniform(-0.01, 0.01, minus.shape)
    rows = np.roll(np.argsort(minus.max(axis=1)), 1)  # the row with the largest number comes first
    for row in rows[:crossed]:
        second, first = np.argsort(minus[row])[-2:]
        plus[row, [first, second]] = plus[row, [second, first]]
    for i, row in enumerate(rows[crossed : crossed + flipped]):
        loser = minus[row].argmin()
        minus[row, loser], plus[row, loser] = -0.1, 0.1
        if i % 2:  # the two smallest trade places
            other = np.argsort(minus[row])[1]
            minus[row, other] = plus[row, other] = 0.05
    return {"plus": plus, "minus": minus}


def opposite(rng, count, crossed):
    """The arguments of `count` maxes |x| = max(x, -x), `crossed` of which cross their kink."""
    x = np.append(rng.uniform(0.1, 2, count - 1) * rng.choice([-1, 1], count - 1), 3.0)
    moved = np.where(np.arange(count) < crossed, -x, 1.01 * x)
    order = rng.permutation(count)
    return {"plus": np.stack([moved, -moved], axis=1)[order], "minus": np.stack([x, -x], axis=1)[order]}


class FixKinkTest(Exercise):
    """One set of notes says that only ReLU and the SVM have kinks, and that comparing signs finds them."""

    name, points = "fix_kink_test", 2
    done = "You can count the kinks that a numerical gradient steps across, for maxima with any number of arguments."
    driver = drivers.call

    def reference(plus, minus):
        """How many kinks lie between x - h and x + h, the two points that a numerical gradient compares.

        A network's kinks come from taking the largest of several arguments: in ReLU, hinge losses, absolute values,
        maxout, and max-pooling. Each such max has a kink where two arguments tie for the largest. On the other side of
        the kink, a different argument is the largest.

        Parameters
        ----------
        plus, minus : ndarray (N, K)
            The K arguments of each of N maxes, at x + h and at x - h. There are no ties.

        Returns
        -------
        int
            How many of the N maxes have crossed a kink.

        References
        ----------
        CS231n, "Neural networks part 3: learning and evaluation", on kinks in the objective.
        """
        passed = plus.argmax(axis=1) != minus.argmax(axis=1)
        return int(np.sum(passed))

    def cases(rng):
        # The counts are drawn from a wide range, so that a guess is rarely right. Fewer than half of the maxes cross a
        # kink. If losers change signs, more of them do than maxes cross a kink, so no two ways of counting agree.
        crossed, flipped = integer(rng, 5, 18), integer(rng, 19, 22)
        yield Case("max-pooling over windows of four, all above zero", **sides(rng, 40, 4, crossed, 0))
        crossed = integer(rng, 5, 18)
        yield Case("maxout with three pieces", **sides(rng, 42, 3, crossed, flipped), weight=2)
        # An answer that never finds a kink is right in the third case, so that case earns nothing.
        yield Case("arguments change their signs, and no kink is crossed", **sides(rng, 15, 3, 0, 4), weight=0)
        yield Case("|x|, which is the larger of x and -x", **opposite(rng, 40, integer(rng, 5, 18)))

    @mistake(
        "What changes at the kink of any max? Like the printed code, yours counts the arguments whose sign changes, "
        "which is right only for the max of 0 and one number. Compare which argument is the largest."
    )
    def as_printed(plus, minus):
        changed = np.sign(plus) != np.sign(minus)
        return int(np.sum(changed))

    values_compared = mistake(
        "Does the largest value change only at a kink? No, it changes with every step. Compare which argument "
        "is the largest, not how large it is.",
        {"plus.argmax": "plus.max", "minus.argmax": "minus.max"},
    )
    any_sign = mistake(
        "Does a change of sign always matter? You count the maxes in which some argument changes sign, but only a "
        "change of the winner is a kink.",
        {"plus.argmax(axis=1) != minus.argmax(axis=1)": "np.any((plus > 0) != (minus > 0), axis=1)"},
    )
    sign_of_the_largest = mistake(
        "Do you ever find a kink? Your count is always 0. The winner can change without any change of sign, "
        "so compare which argument is the largest.",
        {"plus.argmax(axis=1)": "np.sign(plus.max(axis=1))", "minus.argmax(axis=1)": "np.sign(minus.max(axis=1))"},
    )
    argmax_of_everything = mistake(
        "How many winners does each array have? One for each of its N rows, but you compare only the largest number "
        "in the whole array. Take argmax with axis=1.",
        {"plus.argmax(axis=1)": "plus.argmax()", "minus.argmax(axis=1)": "minus.argmax()"},
    )

    @mistake("Do you say whether there is a kink, or how many there are? Your answer is at most 1. Count them.")
    def yes_or_no(plus, minus):
        return int(np.any(plus.argmax(axis=1) != minus.argmax(axis=1)))

    the_others = mistake(
        "Do you count the maxes that crossed a kink, or those that didn't? You count those that didn't.",
        {"np.sum(passed)": "np.sum(~passed)"},
    )
    down_the_columns = mistake(
        "Along which axis are the K arguments of each max? They're in a row, but you compare the winners of the "
        "columns. Take argmax with axis=1.",
        {"plus.argmax(axis=1)": "plus.argmax(axis=0)", "minus.argmax(axis=1)": "minus.argmax(axis=0)"},
    )
    losers_compared = mistake(
        "Which argument determines a max? You compare which one is the smallest. Compare which one is the largest.",
        {"plus.argmax": "plus.argmin", "minus.argmax": "minus.argmin"},
    )
    whole_order_compared = mistake(
        "Does it matter which loser comes second? You also count maxes in which only the losers trade places. Compare "
        "only the winners.",
        {
            "plus.argmax(axis=1) != minus": "np.any(plus.argsort(axis=1) != minus",
            "argmax(axis=1)\n": "argsort(axis=1), axis=1)\n",
        },
    )

    @variant
    def in_loops(plus, minus):
        count = 0
        for above, below in zip(plus, minus, strict=True):
            count += list(above).index(max(above)) != list(below).index(max(below))
        return count

    @variant
    def old_winners_overtaken(plus, minus):
        rows = np.arange(len(plus))
        return np.count_nonzero(plus[rows, minus.argmax(axis=1)] < plus.max(axis=1))

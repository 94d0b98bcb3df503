"""Max-norm: the norm of each unit's weights must not exceed a limit."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform


def columns(rng, rows, norms):
    """A matrix whose columns have these norms."""
    W = signed(rng, 0.5, 1.5, rows, len(norms))  # no entry is tiny, so that small numbers added to norms hardly show
    return W / np.linalg.norm(W, axis=0) * np.array(norms)


class MaxNorm(Exercise):
    """L2 pulls at every weight all the time; max-norm does nothing until a unit's weight vector grows too long."""

    name, points = "max_norm", 2
    done = "You can cap the length of each unit's weights after an update; one of the next runs does so at every step."

    def reference(W, limit):
        """Shorten each unit's weight vector to a given length if it is longer.

            w ← w · min(1, limit / ‖w‖)     for every column w of W

        Call it after each update of the weights. A column holds the weights into one unit.

        Parameters
        ----------
        W : ndarray (D, M)
            The weights of an affine layer with D inputs and M units. May be changed in place.
        limit : float
            The largest length allowed; above 0.

        Returns
        -------
        W : ndarray (D, M)
            Columns that are short enough, including those of length 0, are unchanged.

        References
        ----------
        Srebro, Rennie & Jaakkola, "Maximum-margin matrix factorization" (2004); Srivastava et al., "Dropout: a simple
        way to prevent neural networks from overfitting" (2014), section 5.1.
        """
        norms = np.linalg.norm(W, axis=0)
        factors = limit / np.maximum(norms, limit)
        return W * factors

    def cases(rng):
        # Most limits are not 1, so that a limit that is ignored or misplaced shows.
        a, b, c = rng.uniform(0.2, 0.8, 3)
        yield Case("every unit too long", W=columns(rng, 4, [2 + a, 3 + b, 5 + c]), limit=uniform(rng, 1.2, 1.8))
        yield Case(
            "all short enough: nothing changes", W=columns(rng, 4, [0.6 + a / 3, 0.7 + b / 4, c]), limit=1.0, weight=0
        )
        limit = uniform(rng, 2, 4)
        yield Case(
            "some too long, a different limit", W=columns(rng, 5, limit * np.array([0.5, 2 + a, 0.1, 3])), limit=limit
        )
        limit = uniform(rng, 0.2, 0.4)
        yield Case("a limit below 1", W=columns(rng, 3, limit * np.array([2 + a, 0.7, 5, 0.3, 4 + b])), limit=limit)
        W = columns(rng, 3, [3 + a, 2 + b])
        W[:, 1] = 0.0
        yield Case("a unit whose weights are all zero", W=W, limit=uniform(rng, 1.2, 1.8))
        yield Case("one unit, many inputs", W=columns(rng, 20, [4 + c]), limit=uniform(rng, 1, 2))
        yield Case("float32", W=columns(rng, 4, [0.5, 2 + b, 3 + a]).astype(np.float32), limit=1.5)
        yield Case(
            "a limit that no column reaches: nothing changes", W=columns(rng, 4, [1 + a, 1 + b, c]), limit=6.0, weight=0
        )

    rows_for_columns = mistake(
        "Where are the weights of one unit, in a row or in a column? You shorten rows. A unit's weights are a column, "
        "so take norms along axis 0.",
        {"axis=0": "axis=1, keepdims=True"},
    )
    whole_matrix = mistake(
        "Whose length do you limit? The whole matrix's. Each unit, a column, has its own norm.",
        {", axis=0": ""},
    )
    always_rescaled = mistake(
        "What happens to a column that is short enough? It should stay as it is. You stretch short columns to the "
        "limit.",
        {"np.maximum(norms, limit)": "np.where(norms > 0, norms, 1)"},
    )
    zero_by_zero = mistake(
        "What if all weights of a unit are zero? In your code, 0 / 0 makes them NaN. Divide only where the norm is "
        "above the limit.",
        {"limit / np.maximum(norms, limit)": "np.minimum(norms, limit) / norms"},
    )
    entries_clipped = mistake(
        "Does a column keep its direction? You clip each entry on its own, which turns the column. Scale all entries "
        "of a column by one factor.",
        {"W * factors": "np.clip(W, -limit, limit)"},
    )
    to_unit_length = mistake(
        "How long should a column that was too long become? As long as the limit. Yours gets length 1.",
        {"limit / np.maximum(norms, limit)": "1 / np.where(norms > limit, norms, 1)"},
    )
    squared_norm = mistake(
        "Is there a square root missing? The norm that you compare and divide by is squared.",
        {"np.linalg.norm(W": "np.sum(W**2"},
    )
    root_mean_square = mistake(
        "Do you sum or average the squares? The norm is the root of their sum. Yours is the root of their mean.",
        {"np.linalg.norm(W, axis=0)": "np.sqrt(np.mean(W**2, axis=0))"},
    )
    limit_squared = mistake(
        "Are you comparing a length with a length? Somewhere a norm and a limit don't match: only one of them is "
        "squared or under a root. Use norm and limit as they are.",
        {
            "np.linalg.norm(W": "np.sum(W**2",
            "limit / np.maximum(norms, limit)": "np.sqrt(limit / np.maximum(norms, limit))",
        },
    )
    l1_norm = mistake(
        "Which norm is this? Yours is the sum of magnitudes. Take the root of the sum of squares.",
        {"np.linalg.norm(W": "np.sum(np.abs(W)"},
    )
    largest_entry = mistake(
        "Which norm is this? Yours is the largest magnitude. Take the root of the sum of squares.",
        {"np.linalg.norm(W": "np.max(np.abs(W)"},
    )
    one_factor_for_all = mistake(
        "Does each column have its own factor? In your code, the longest one shortens all the others, too.",
        {"axis=0)": "axis=0).max()"},
    )
    dropped = mistake(
        "What happens to a column that is too long? It should be scaled back to the limit. Yours becomes zero.",
        {"limit / np.maximum(norms, limit)": "norms <= limit"},
    )
    limit_hard_coded = mistake(
        "Does `limit` make a difference? Yours is always 1. Use the one that is given.",
        {"limit / np.maximum(norms, limit)": "1 / np.maximum(norms, 1)"},
    )
    divided_by_the_limit = mistake(
        "How long is a column after scaling? It should be as long as the limit, but yours has length 1 / limit. Scale "
        "by limit / norm, not by 1 / (limit · norm).",
        {"limit / np.maximum(norms, limit)": "1 / np.where(norms > limit, limit * norms, 1)"},
    )
    multiplied_by_the_limit = mistake(
        "How long is a column after scaling? It should be as long as the limit, but yours is limit times as long as "
        "before. Divide by its norm, too.",
        {"limit / np.maximum(norms, limit)": "np.where(norms > limit, limit, 1)"},
    )
    ratio_upside_down = mistake(
        "Do long columns get shorter or longer? Yours get longer. Scale by limit / norm, not by norm / limit.",
        {"limit / np.maximum(norms, limit)": "np.maximum(norms, limit) / limit"},
    )
    not_applied = mistake(
        "Do the shortened columns reach the array that you return? W comes back as it was.", {"W * factors": "W"}
    )

    ratio_of_squares = mistake(
        "How long is a column after scaling? Yours gets shorter than the limit, because you multiply it by limit² / "
        "‖w‖². Scale by limit / ‖w‖.",
        {
            "np.linalg.norm(W": "np.sum(W**2",
            "limit / np.maximum(norms, limit)": "limit**2 / np.maximum(norms, limit**2)",
        },
    )
    all_if_one_is_long = mistake(
        "Which columns are scaled? As soon as one is too long, you scale all of them. Each column that is short enough "
        "should stay as it is.",
        {"limit / np.maximum(norms, limit)": "limit / norms if (norms > limit).any() else 1"},
    )
    only_if_all_are_long = mistake(
        "Which columns are scaled? In your code, none are unless all are too long. Shorten every column that is too "
        "long.",
        {"limit / np.maximum(norms, limit)": "limit / norms if (norms > limit).all() else 1"},
    )
    short_ones_stretched = mistake(
        "Which columns are scaled? The wrong ones: in your code, those that are short enough are stretched to the "
        "limit, and those that are too long stay as they are.",
        {"limit / np.maximum(norms, limit)": "np.where(norms < limit, limit / np.maximum(norms, 1e-30), 1)"},
    )
    row_norms_for_columns = mistake(
        "Does each column get its own factor? You take the norms of the rows, which don't even fit the columns. A "
        "unit's weights are a column: take norms along axis 0.",
        {"axis=0": "axis=1"},
    )
    small_number_added = mistake(
        "Do columns that are short enough stay exactly as they were? You add a small number to the norm that you "
        "divide by, which shortens every column a little. Leave it out where the norm is not zero.",
        {"limit / np.maximum(norms, limit)": "np.minimum(norms, limit) / (norms + 1e-7)"},
    )
    always_rescaled_and_zero_by_zero = mistake(
        "What happens to a column that is short enough? It should stay as it is. Yours is stretched to the limit, and "
        "a column of zeros becomes NaN.",
        {"limit / np.maximum(norms, limit)": "limit / norms"},
    )
    larger_number_added = mistake(
        "Do columns that are short enough stay exactly as they were? You add a number to the norm that you divide "
        "by, and although it is small, it shortens every column. Leave it out where the norm is not zero.",
        {"limit / np.maximum(norms, limit)": "np.minimum(norms, limit) / (norms + 1e-5)"},
    )
    number_added_with_a_floor = mistake(
        "Do columns that are short enough stay exactly as they were? You add a small number to what you divide by, "
        "which shortens every column a little. Leave it out: multiply by min(1, limit / norm).",
        {
            "limit / np.maximum(norms, limit)": (
                "np.clip(norms, limit / 2, limit) / (np.maximum(norms, limit / 2) + 1e-5)"
            )
        },
    )

    @variant
    def in_place(W, limit):
        for j in range(W.shape[1]):
            norm = np.sqrt(np.sum(W[:, j] ** 2))
            if norm > limit:
                W[:, j] *= limit / norm
        return W

    @variant
    def by_a_mask(W, limit):
        norms = np.sqrt(np.einsum("ij,ij->j", W, W))
        long = norms > limit
        return np.concatenate(
            [W[:, [j]] * limit / norms[j] if long[j] else W[:, [j]] for j in range(len(norms))], axis=1
        )

    # Keras adds a small number, too, but its 1e-7 would show in float32.
    with_a_small_number = variant({"limit / np.maximum(norms, limit)": "np.clip(norms, 0, limit) / (norms + 1e-10)"})

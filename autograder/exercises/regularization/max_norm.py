"""Max-norm: the norm of each unit's weights may not exceed a limit."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform


def columns(rng, rows, norms):
    """A matrix whose columns have these norms."""
    W = rng.normal(size=(rows, len(norms)))
    return W / np.linalg.norm(W, axis=0) * np.array(norms)


class MaxNorm(Exercise):
    """While L2 pulls at every weight all the time, max-norm does nothing until a unit's weights grow too long."""

    name, points = "max_norm", 2

    def reference(W, limit):
        """Shorten the weights of each unit to a given length, where they are longer.

            w ← w · min(1, limit / ‖w‖)     for every column w of W

        Called after each update of the weights. A column holds the weights that come into one unit.

        Parameters
        ----------
        W : ndarray (D, M)
            The weights of an affine layer: D inputs, M units. May be changed in place, but need not be.
        limit : float
            The largest length allowed, above 0.

        Returns
        -------
        W : ndarray (D, M)
            Columns that were short enough, also of length 0, are as they were.

        References
        ----------
        Srebro, Rennie & Jaakkola, "Maximum-margin matrix factorization" (2004); Srivastava et al., "Dropout: a simple
        way to prevent neural networks from overfitting" (2014), section 5.1.
        """
        norms = np.linalg.norm(W, axis=0)
        factors = limit / np.maximum(norms, limit)
        return W * factors

    def cases(rng):
        a, b, c = rng.uniform(0.2, 0.8, 3)
        yield Case("every unit too long", W=columns(rng, 4, [2 + a, 3 + b, 5 + c]), limit=1.0)
        yield Case("all short enough: nothing changes", W=columns(rng, 4, [a, b, c]), limit=1.0)
        limit = uniform(rng, 2, 4)
        yield Case(
            "some too long, another limit", W=columns(rng, 5, limit * np.array([0.5, 2 + a, 0.1, 3])), limit=limit
        )
        limit = uniform(rng, 0.2, 0.4)
        yield Case("a limit below 1", W=columns(rng, 3, limit * np.array([2 + a, 0.7, 5, 0.3, 4 + b])), limit=limit)
        W = columns(rng, 3, [3 + a, 2 + b])
        W[:, 1] = 0.0
        yield Case("a unit whose weights are all zero", W=W, limit=1.0)
        yield Case("one unit, many inputs", W=columns(rng, 20, [4 + c]), limit=uniform(rng, 1, 2))
        yield Case("float32", W=columns(rng, 4, [0.5, 2 + b, 3 + a]).astype(np.float32), limit=1.0)

    rows_for_columns = mistake(
        "You shorten rows. The weights of one unit stand in a column: take norms along axis 0.",
        {"axis=0": "axis=1, keepdims=True"},
    )
    whole_matrix = mistake(
        "You measure the whole matrix. Each unit, a column, has a norm and a limit of its own.", {", axis=0": ""}
    )
    always_rescaled = mistake(
        "Short columns are stretched to the limit. Those that are short enough must stay as they are.",
        {"np.maximum(norms, limit)": "np.where(norms > 0, norms, 1)"},
    )
    zero_by_zero = mistake(
        "A column of zeros becomes NaN: 0 / 0. Divide only where the norm is above the limit.",
        {"limit / np.maximum(norms, limit)": "np.minimum(norms, limit) / norms"},
    )
    entries_clipped = mistake(
        "Each entry is clipped by itself, which turns the column. Scale all entries of a column by one factor.",
        {"W * factors": "np.clip(W, -limit, limit)"},
    )
    to_unit_length = mistake(
        "Long columns are scaled to length 1. They should have the length of the limit.",
        {"limit / np.maximum(norms, limit)": "1 / np.where(norms > limit, norms, 1)"},
    )
    squared_norm = mistake(
        "You compare and divide by the squared norm. Take the root.", {"np.linalg.norm(W": "np.sum(W**2"}
    )
    limit_squared = mistake(
        "You divide by the root of the norm, or compare its square with the limit: norm and limit are both lengths.",
        {
            "np.linalg.norm(W": "np.sum(W**2",
            "limit / np.maximum(norms, limit)": "np.sqrt(limit / np.maximum(norms, limit))",
        },
    )
    l1_norm = mistake(
        "Your norm is the sum of magnitudes. Take the root of the sum of squares.",
        {"np.linalg.norm(W": "np.sum(np.abs(W)"},
    )
    largest_entry = mistake(
        "Your norm is the largest magnitude in the column. Take the root of the sum of squares.",
        {"np.linalg.norm(W": "np.max(np.abs(W)"},
    )
    one_factor_for_all = mistake(
        "One column that is too long shortens all others, too. Each has a factor of its own.",
        {"axis=0)": "axis=0).max()"},
    )
    dropped = mistake(
        "Columns that are too long become zero. Scale them back to the limit.",
        {"limit / np.maximum(norms, limit)": "norms <= limit"},
    )
    limit_hard_coded = mistake(
        "The limit is always 1. Use the one that is given.",
        {"limit / np.maximum(norms, limit)": "1 / np.maximum(norms, 1)"},
    )
    divided_by_the_limit = mistake(
        "Columns that are too long come out too short by the limit: scale by limit / norm, not by 1 / (limit norm).",
        {"limit / np.maximum(norms, limit)": "1 / np.where(norms > limit, limit * norms, 1)"},
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

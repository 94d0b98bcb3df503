"""First-layer weights as pictures."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers


def first_layer(rng, image_shape, units):
    """First-layer weights: each unit has its own mean and scale, as in a trained network."""
    size = 10 ** rng.uniform(-1, 1, units)
    return size * (rng.normal(size=(int(np.prod(image_shape)), units)) + rng.uniform(-2, 2, units))


class WeightGrid(Exercise):
    """The weights of each first-layer unit are a picture of what the unit responds to."""

    name, points = "weight_grid", 4
    driver = drivers.with_image_shape

    def reference(W, image_shape, columns, padding=1):
        """The weights of a first layer as one picture: a tile for each unit.

        Column k of `W` holds the weights of unit k, one for each pixel; in the shape of an image they are a picture
        of the input that excites the unit most. Each tile is scaled by itself, so that its smallest weight becomes
        0 and its largest 1. Tiles stand in rows of `columns`, unit 0 at the top left, unit 1 on its right.

        Parameters
        ----------
        W : ndarray (D, M)
            Weights of M units on D inputs.
        image_shape : tuple of int
            (height, width) or, in color, (height, width, 3), whose product is D: what an image was before its
            pixels were put in one row with ``reshape``. A color tile is scaled as a whole.
        columns : int
            Tiles in a row; the last row may hold fewer.
        padding : int
            Pixels between two neighboring tiles; none at the outer border.

        Returns
        -------
        ndarray (R * height + (R - 1) * padding, columns * width + (columns - 1) * padding) or (..., 3)
            For R = ⌈M / columns⌉ rows. What lies between tiles, and places without a unit in the last row, is 1. A
            tile whose weights are all equal is 0.5.
        """
        height, width = image_shape[:2]
        rows = -(-W.shape[1] // columns)
        down, across = height + padding, width + padding
        grid = np.ones((rows * down, columns * across, *image_shape[2:]))
        for k, weights in enumerate(W.T):
            low, high = weights.min(), weights.max()
            tile = (weights - low) / (high - low) if high > low else np.full(weights.shape, 0.5)
            y, x = k // columns * down, k % columns * across
            grid[y : y + height, x : x + width] = tile.reshape(image_shape)
        return grid[: rows * down - padding, : columns * across - padding]

    def cases(rng):
        def case(label, shape, W, columns, **more):
            return Case(label, W=W, image_shape=np.array(shape), columns=columns, **more)

        shape = (integer(rng, 2, 3), integer(rng, 4, 5))
        yield case("full rows of tiles", shape, first_layer(rng, shape, 6), 3)
        shape = (integer(rng, 4, 5), integer(rng, 2, 3))
        yield case("a last row that is not full", shape, first_layer(rng, shape, 5), 3)
        shape = (integer(rng, 2, 3), integer(rng, 4, 5))
        yield case("another padding", shape, first_layer(rng, shape, 4), 2, padding=integer(rng, 2, 3))
        yield case("no padding", shape, first_layer(rng, shape, 4), 2, padding=0)
        color = (integer(rng, 2, 3), integer(rng, 4, 5), 3)
        yield case("color images", color, first_layer(rng, color, 3), 2)
        W = first_layer(rng, shape, 5)
        W[:, 1], W[:, 3] = 0.0, rng.uniform(1, 2)
        yield case("units whose weights are all equal", shape, W, 3)
        yield case("fewer units than columns", shape, first_layer(rng, shape, 2), 3)
        yield case("float32 weights", shape, first_layer(rng, shape, 5).astype(np.float32), 3)

    rows_for_units = mistake(
        "A row of W is taken as a unit's weights. Unit k is column k: W has one row for each pixel.",
        {"W.shape[1]": "W.shape[0]", "W.T": "W"},
    )
    reshaped_as_a_whole = mistake(
        "W is reshaped as a whole, which mixes weights of different units. Take its columns one by one.",
        {"W.T": "W.reshape(W.shape[1], -1)"},
    )
    tiles_transposed = mistake(
        "The tiles are transposed: pixels of an image follow one another along its rows.",
        {"tile.reshape(image_shape)": 'tile.reshape(image_shape, order="F")'},
    )
    down_the_columns = mistake(
        "Units go down the columns of the grid. Unit 1 should stand to the right of unit 0.",
        {"k // columns": "k % rows", "k % columns": "k // rows"},
    )
    scaled_together = mistake(
        "All tiles are scaled together, so units of small weights look gray. Scale each tile by itself.",
        {"weights.min(), weights.max()": "W.min(), W.max()"},
    )
    not_scaled = mistake(
        "The weights are not scaled. In each tile the smallest should become 0 and the largest 1.",
        {"= tile.reshape": "= weights.reshape"},
    )
    smallest_not_subtracted = mistake(
        "The tiles are divided by their largest weight only. Subtract the smallest first.",
        {"(weights - low) / (high - low) if high > low": "weights / np.abs(weights).max() if weights.any()"},
    )
    divided_by_the_largest = mistake(
        "The tiles are divided by their largest weight, not by the range from the smallest to the largest.",
        {"(high - low)": "high"},
    )
    colors_scaled_alone = mistake(
        "The colors of a tile are scaled each by itself, which turns a red tile gray. Scale them together.",
        {
            "low, high = weights.min(), weights.max()": (
                "weights = weights.reshape(image_shape)\nlow, high = weights.min(axis=(0, 1)), weights.max(axis=(0, 1))"
            ),
            "high > low": "np.all(high > low)",
        },
    )
    up_to_255 = mistake("The tiles go from 0 to 255. They should go from 0 to 1.", {"= tile.": "= 255 * tile."})
    gaps_of_zero = mistake("Between the tiles is 0. It should be 1, which is white.", {"np.ones": "np.zeros"})
    padding_after_the_last = mistake(
        "The picture has a padding on its right and at its bottom. It belongs between tiles only.",
        {"[: rows * down - padding, : columns * across - padding]": ""},
    )
    padding_all_around = mistake(
        "The picture has a padding all around. It belongs between tiles only.",
        {
            "rows * down, columns * across,": "rows * down + padding, columns * across + padding,",
            "k // columns * down": "k // columns * down + padding",
            "k % columns * across": "k % columns * across + padding",
            "[: rows * down - padding, : columns * across - padding]": "",
        },
    )
    no_padding = mistake(
        "There is nothing between the tiles: leave padding pixels between two neighbors.",
        {"height, width =": "padding = 0\nheight, width ="},
    )
    padding_hard_coded = mistake(
        "The padding is always 1: use the argument.", {"height, width =": "padding = 1\nheight, width ="}
    )
    last_row_lost = mistake(
        "A last row that is not full is left out. Round the number of rows up.",
        {"-(-W.shape[1] // columns)": "W.shape[1] // columns", "W.T": "W.T[: rows * columns]"},
    )
    zero_divided_by_zero = mistake(
        "Where all weights of a unit are equal, the range is 0 and must not be divided by: such a tile is 0.5.",
        {" if high > low else np.full(weights.shape, 0.5)": ""},
    )
    equal_is_black = mistake(
        "A tile whose weights are all equal is 0 here, as if it were dark. It should be 0.5.", {"0.5": "0.0"}
    )
    gray_only = mistake(
        "Only gray images are allowed for: with image_shape of three numbers, the grid needs a third axis.",
        {"image_shape[:2]": "image_shape"},
    )

    @variant
    def stacked(W, image_shape, columns, padding=1):
        """Build the grid row by row from padded tiles, and cut off the last padding at the end."""
        empty = np.ones(image_shape)
        frame = [(0, padding), (0, padding), (0, 0)][: len(image_shape)]
        tiles = []
        for k in range(W.shape[1]):
            tile = W[:, k].reshape(image_shape)
            spread = tile.max() - tile.min()
            tiles.append((tile - tile.min()) / spread if spread else empty / 2)
        while len(tiles) % columns:
            tiles.append(empty)
        tiles = [np.pad(tile, frame, constant_values=1) for tile in tiles]
        rows = [np.concatenate(tiles[i : i + columns], axis=1) for i in range(0, len(tiles), columns)]
        grid = np.concatenate(rows, axis=0)
        return grid[: len(grid) - padding, : grid.shape[1] - padding]

    @variant
    def all_at_once(W, image_shape, columns, padding=1):
        """Build the grid without a loop, by reshaping and transposing."""
        low, high = W.min(axis=0), W.max(axis=0)
        flat = high == low
        W = (W - low) / np.where(flat, 1, high - low)
        W[:, flat] = 0.5
        missing = -W.shape[1] % columns
        W = np.concatenate([W, np.ones((len(W), missing), dtype=W.dtype)], axis=1)
        tiles = W.T.reshape(-1, columns, *image_shape)
        sides = [(0, 0), (0, 0), (0, padding), (0, padding), (0, 0)][: tiles.ndim]
        tiles = np.pad(tiles, sides, constant_values=1).swapaxes(1, 2)
        grid = tiles.reshape(tiles.shape[0] * tiles.shape[1], -1, *image_shape[2:])
        return grid[: grid.shape[0] - padding, : grid.shape[1] - padding]

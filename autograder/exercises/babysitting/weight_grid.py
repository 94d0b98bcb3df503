"""First-layer weights as pictures."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers
from gradlab.checks.pictures import Picture


def first_layer(rng, image_shape, units):
    """First-layer weights: each unit has its own mean and scale, as in a trained network."""
    size = 10 ** rng.uniform(-1, 1, units)
    return size * (rng.normal(size=(int(np.prod(image_shape)), units)) + rng.uniform(-2, 2, units))


class WeightGrid(Exercise):
    """The weights of each first-layer unit are a picture of what the unit responds to."""

    name, points = "weight_grid", 4
    done = "You can look at what each first-layer unit responds to; the next cell does so for trained networks."
    driver = drivers.with_image_shape
    picture = Picture("image")

    def reference(W, image_shape, columns, padding=1):
        """Return a first layer's weights as one picture, with one tile per unit.

        Column k of `W` holds the weights of unit k, one for each pixel. Arranged in the shape of an image, they show
        the input that excites the unit most. Scale each tile separately, so that its smallest weight becomes 0 and its
        largest 1. Arrange the tiles in rows of `columns`, with unit 0 at the top left and unit 1 to its right.

        Parameters
        ----------
        W : ndarray (D, M)
            The weights of M units on D inputs.
        image_shape : tuple of int
            (height, width), or (height, width, 3) in color, with product D: the shape of the images before
            ``reshape`` flattened each into a row. Scale a color tile as a whole.
        columns : int
            The number of tiles per row. The last row may have fewer.
        padding : int
            The number of pixels between neighboring tiles. There is no padding around the picture.

        Returns
        -------
        ndarray (R * height + (R - 1) * padding, columns * width + (columns - 1) * padding) or (..., 3)
            With R = ⌈M / columns⌉ rows. The padding and any empty places in the last row are 1. A tile
            whose weights are all equal is 0.5.
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

        def with_equal_weights(W, unit):
            W[:, unit] = rng.uniform(1, 2)
            return W

        shape = (integer(rng, 2, 3), integer(rng, 4, 5))
        color = (*shape, 3)
        yield case("full rows of tiles", shape, first_layer(rng, shape, 6), 3)
        tall = (integer(rng, 4, 5), integer(rng, 2, 3))
        yield case("a last row with gaps", tall, with_equal_weights(first_layer(rng, tall, 5), 3), 3)
        padding = integer(rng, 2, 3)
        yield case("a different padding", color, first_layer(rng, color, 4), 2, padding=padding)
        yield case("no padding", shape, with_equal_weights(first_layer(rng, shape, 4), 1), 2, padding=0)
        color = (integer(rng, 2, 3), integer(rng, 4, 5), 3)
        yield case("color images", color, first_layer(rng, color, 3), 2, padding=integer(rng, 2, 3))
        W = first_layer(rng, shape, 5)
        W[:, 1], W[:, 3] = 0.0, rng.uniform(1, 2)
        yield case("units whose weights are all equal", shape, W, 3)
        yield case("fewer units than columns", color, first_layer(rng, color, 2), 3, padding=padding)
        W = with_equal_weights(first_layer(rng, color, 5), 2)
        yield case("float32 weights", color, W.astype(np.float32), 3)

    rows_for_units = mistake(
        "Is a unit a row or a column of W? You make a tile from as many numbers as W has columns, one for each unit. "
        "Unit k is column k, `W[:, k]`, with one weight for each pixel.",
        {"W.shape[1]": "W.shape[0]", "W.T": "W"},
    )
    reshaped_as_a_whole = mistake(
        "Where in W are the weights of one unit? Reshaping W as a whole mixes the weights of different units. Take "
        "its columns one by one, or reshape `W.T`.",
        {"W.T": "W.reshape(W.shape[1], -1)"},
    )
    tiles_transposed = mistake(
        "Do pixels follow one another along the rows of an image or down its columns? Your tiles run down the columns. "
        "Use a plain `reshape(image_shape)`.",
        {"tile.reshape(image_shape)": "tile.reshape(width, height, *image_shape[2:]).swapaxes(0, 1)"},
    )
    channels_first = mistake(
        "In which order do the numbers of a color image come? You take all reds first, as in CIFAR-10's files. Here, "
        "the three colors of a pixel follow one another: use a plain `reshape(image_shape)`.",
        {
            "tile.reshape(image_shape)": "np.moveaxis(tile.reshape(*image_shape[2:], height, width), 0, -1) "
            "if image_shape[2:] else tile.reshape(image_shape)"
        },
    )
    column_major = mistake(
        "Do pixels follow one another along the rows of an image or down its columns? Yours run down the columns, and "
        "the colors come last. Use a plain `reshape(image_shape)`, without `order`.",
        {"tile.reshape(image_shape)": 'tile.reshape(image_shape, order="F")'},
    )
    down_the_columns = mistake(
        "Where does unit 1 belong? Your units go down the columns of the grid. Fill it row by row, so that unit 1 is "
        "to the right of unit 0.",
        {"k // columns": "k % rows", "k % columns": "k // rows"},
    )
    columns_for_rows = mistake(
        "How many tiles are in a row of your grid? You make as many rows as there should be columns. Each row holds "
        "`columns` tiles.",
        {"rows = -(-W.shape[1] // columns)": "rows, columns = columns, -(-W.shape[1] // columns)"},
    )
    scaled_together = mistake(
        "Do units with small weights look gray? You scale all tiles together. Use the smallest and largest weight of "
        "each tile.",
        {"weights.min(), weights.max()": "W.min(), W.max()"},
    )
    not_scaled = mistake(
        "What are the smallest and largest number in a tile? They should be 0 and 1, but you show the weights as they "
        "are.",
        {"= tile.reshape": "= weights.reshape"},
    )
    clipped = mistake(
        "What happens to negative weights? They all become 0, and everything above 1 becomes 1. Scale each tile "
        "instead, from its smallest to its largest weight.",
        {"(weights - low) / (high - low)": "np.clip(weights, 0, 1)"},
    )
    smallest_not_subtracted = mistake(
        "What does the smallest weight of a tile become? It should be 0, but you only divide by the largest magnitude. "
        "Subtract the smallest weight first.",
        {"(weights - low) / (high - low) if high > low": "weights / np.abs(weights).max() if weights.any()"},
    )
    divided_by_the_largest = mistake(
        "What does the largest weight of a tile become? It should be 1, but you divide by the weight itself. Divide by "
        "the range, largest minus smallest.",
        {"(high - low)": "high"},
    )
    symmetric_about_zero = mistake(
        "Does a weight of 0 always come out as 0.5? Yours does, because you scale by the largest magnitude. Scale "
        "each tile from its smallest weight to its largest.",
        {"(weights - low) / (high - low)": "(0.5 + weights / (2 * np.abs(weights).max()))"},
    )
    inverted = mistake(
        "Which weight should be white, the smallest or the largest? You make the smallest white. Make the largest 1.",
        {"(weights - low)": "(high - weights)"},
    )
    colors_scaled_alone = mistake(
        "Do red, green, and blue share one scale? You scale each color by itself, which turns a red tile gray. Take "
        "the smallest and largest weight of the whole tile.",
        {
            "low, high = weights.min(), weights.max()": (
                "weights = weights.reshape(image_shape)\nlow, high = weights.min(axis=(0, 1)), weights.max(axis=(0, 1))"
            ),
            "high > low": "np.all(high > low)",
        },
    )
    up_to_255 = mistake(
        "Do your tiles go up to 1? They go from 0 to 255.",
        {"= tile.": "= 255 * tile."},
    )
    gaps_of_zero = mistake(
        "What color is the space between the tiles? Yours is 0, black. Start with a picture of ones, which is white.",
        {"np.ones": "np.zeros"},
    )
    padding_after_the_last = mistake(
        "Is there padding after the last tile? Your picture has some on its right and at its bottom. It belongs "
        "between tiles only.",
        {"[: rows * down - padding, : columns * across - padding]": ""},
    )
    padding_all_around = mistake(
        "Is there padding at the edges? Your picture has some all around. It belongs between tiles only.",
        {
            "rows * down, columns * across,": "rows * down + padding, columns * across + padding,",
            "k // columns * down": "k // columns * down + padding",
            "k % columns * across": "k % columns * across + padding",
            "[: rows * down - padding, : columns * across - padding]": "",
        },
    )
    no_padding = mistake(
        "Is there anything between your tiles? They touch: leave `padding` pixels between neighbors.",
        {"height, width =": "padding = 0\nheight, width ="},
    )
    padding_hard_coded = mistake(
        "Does a different `padding` change your picture? It should, but your padding is always 1.",
        {"height, width =": "padding = 1\nheight, width ="},
    )
    last_row_lost = mistake(
        "What happens to a last row that is not full? Yours is left out. Round the number of rows up.",
        {"-(-W.shape[1] // columns)": "W.shape[1] // columns", "W.T": "W.T[: rows * columns]"},
    )
    last_unit_missing = mistake(
        "Is the last unit in your picture? Its place is empty. Loop over all M columns of W.",
        {"enumerate(W.T)": "enumerate(W.T[:-1])"},
    )
    zero_divided_by_zero = mistake(
        "What do you divide by when all weights of a unit are equal? Their range is 0, so the tile is not a number. "
        "Make such a tile 0.5.",
        {" if high > low else np.full(weights.shape, 0.5)": ""},
    )
    empty_places_are_black = mistake(
        "What color are the empty places in the last row? Yours are 0, black. They should be 1, like the padding.",
        {
            "for k, weights in enumerate(W.T):": (
                "for k, weights in enumerate(np.pad(W, ((0, 0), (0, -W.shape[1] % columns))).T):"
            ),
            "np.full(weights.shape, 0.5)": "np.full(weights.shape, 0.5 * (k < W.shape[1]))",
        },
    )
    equal_is_black = mistake(
        "What does a tile look like if all its weights are equal? Yours is 0, black. It should be 0.5.", {"0.5": "0.0"}
    )
    equal_is_white = mistake(
        "What does a tile look like if all its weights are equal? Yours is 1, like an empty place. It should be 0.5.",
        {"0.5": "1.0"},
    )
    gray_only = mistake(
        "Does your function take color images? Their `image_shape` has three numbers, and the picture needs a third "
        "axis.",
        {"image_shape[:2]": "image_shape"},
    )

    as_in_cs231n = mistake(
        "Is this CS231n's function? It leaves black gaps, goes up to 255, and divides 0 by 0 where all weights "
        "of a unit are equal. In this exercise, gaps are 1, tiles go from 0 to 1, and such a tile is 0.5.",
        {
            "np.ones": "np.zeros",
            " if high > low else np.full(weights.shape, 0.5)": "",
            "(weights - low)": "255.0 * (weights - low)",
        },
    )
    smallest_only_subtracted = mistake(
        "What does the largest weight of a tile become? It should be 1, but you only subtract the smallest weight. "
        "Divide by the range, largest minus smallest.",
        {"(weights - low) / (high - low) if high > low": "weights - low if high > low"},
    )
    smallest_only_subtracted_and_equal_is_black = mistake(
        "What does the largest weight of a tile become? It should be 1, but you only subtract the smallest weight. "
        "Divide by the range, largest minus smallest; where it is 0, make the tile 0.5.",
        {"(weights - low) / (high - low) if high > low else np.full(weights.shape, 0.5)": "weights - low"},
    )
    as_in_deep_learning_tutorials = mistake(
        "What color are the gaps, and a tile of equal weights? Yours are black, 0. In this exercise, gaps are 1, and "
        "such a tile is 0.5. And an `image_shape` may have three numbers: your function takes no color images.",
        {"np.ones": "np.zeros", "0.5": "0.0", "image_shape[:2]": "image_shape"},
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

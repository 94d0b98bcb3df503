"""First-layer weights as pictures."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import integer
from gradlab import drivers


def first_layer(rng, image_shape, units):
    """First-layer weights: each unit has its own mean and scale, as in a trained network."""
    size = 10 ** rng.uniform(-1, 1, units)
    return size * (rng.normal(size=(int(np.prod(image_shape)), units)) + rng.uniform(-2, 2, units))


def scaled(tile):
    """The weights scaled to 0..1, or 0.5 if all weights are equal."""
    low, high = tile.min(), tile.max()
    return (tile - low) / (high - low) if high > low else np.full_like(tile, 0.5)


def grid_of(W, image_shape, columns, padding=1, tile=scaled, fill=1.0, place=divmod, cut=None):
    """The grid with one part replaced, for most of the known mistakes."""
    units = W.shape[1]
    rows = -(-units // columns)
    height, width = image_shape[:2]
    down, across = height + padding, width + padding
    grid = np.full((rows * down, columns * across, *image_shape[2:]), fill, dtype=np.float64)
    for k in range(units):
        row, column = place(k, columns)
        picture = tile(np.reshape(W[:, k], image_shape))
        grid[row * down : row * down + height, column * across : column * across + width] = picture
    return grid[: rows * down - padding, : columns * across - padding] if cut is None else cut(grid, padding)


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
        grid = np.ones((rows * down - padding, columns * across - padding, *image_shape[2:]))
        for k, weights in enumerate(W.T):
            low, high = weights.min(), weights.max()
            tile = (weights - low) / (high - low) if high > low else np.full(weights.shape, 0.5)
            y, x = k // columns * down, k % columns * across
            grid[y : y + height, x : x + width] = tile.reshape(image_shape)
        return grid

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

    @mistake("A row of W is taken as a unit's weights. Unit k is column k: W has one row for each pixel.")
    def rows_for_units(W, image_shape, columns, padding=1):
        return grid_of(W.T, image_shape, columns, padding)

    @mistake("W is reshaped as a whole, which mixes weights of different units. Take its columns one by one.")
    def reshaped_as_a_whole(W, image_shape, columns, padding=1):
        return grid_of(W.reshape(W.shape[1], -1).T, image_shape, columns, padding)

    @mistake("The tiles are transposed: pixels of an image follow one another along its rows.")
    def tiles_transposed(W, image_shape, columns, padding=1):
        def tile(picture):
            return scaled(picture.ravel().reshape(image_shape, order="F"))

        return grid_of(W, image_shape, columns, padding, tile=tile)

    @mistake("Units go down the columns of the grid. Unit 1 should stand to the right of unit 0.")
    def down_the_columns(W, image_shape, columns, padding=1):
        rows = -(-W.shape[1] // columns)
        return grid_of(W, image_shape, columns, padding, place=lambda k, _: divmod(k, rows)[::-1])

    @mistake("All tiles are scaled together, so units of small weights look gray. Scale each tile by itself.")
    def scaled_together(W, image_shape, columns, padding=1):
        low, high = W.min(), W.max()
        return grid_of(W, image_shape, columns, padding, tile=lambda picture: (picture - low) / (high - low))

    @mistake("The weights are not scaled. In each tile the smallest should become 0 and the largest 1.")
    def not_scaled(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding, tile=lambda picture: picture)

    @mistake("The tiles are divided by their largest weight only. Subtract the smallest first.")
    def smallest_not_subtracted(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding, tile=lambda p: p / np.abs(p).max() if p.any() else p + 0.5)

    @mistake("The tiles are divided by their largest weight, not by the range from the smallest to the largest.")
    def divided_by_the_largest(W, image_shape, columns, padding=1):
        def tile(picture):
            moved = picture - picture.min()
            return moved / picture.max() if moved.any() else np.full_like(picture, 0.5)

        return grid_of(W, image_shape, columns, padding, tile=tile)

    @mistake("The colors of a tile are scaled each by itself, which turns a red tile gray. Scale them together.")
    def colors_scaled_alone(W, image_shape, columns, padding=1):
        def tile(picture):
            if picture.ndim == 2:
                return scaled(picture)
            return np.stack([scaled(picture[..., c]) for c in range(picture.shape[2])], axis=-1)

        return grid_of(W, image_shape, columns, padding, tile=tile)

    @mistake("The tiles go from 0 to 255. They should go from 0 to 1.")
    def up_to_255(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding, tile=lambda picture: 255 * scaled(picture))

    @mistake("Between the tiles is 0. It should be 1, which is white.")
    def gaps_of_zero(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding, fill=0.0)

    @mistake("The picture has a padding on its right and at its bottom. It belongs between tiles only.")
    def padding_after_the_last(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding, cut=lambda grid, _: grid)

    @mistake("The picture has a padding all around. It belongs between tiles only.")
    def padding_all_around(W, image_shape, columns, padding=1):
        def cut(grid, padding):
            sides = [(padding, 0), (padding, 0), (0, 0)][: grid.ndim]
            return np.pad(grid, sides, constant_values=1.0)

        return grid_of(W, image_shape, columns, padding, cut=cut)

    @mistake("There is nothing between the tiles: leave padding pixels between two neighbors.")
    def no_padding(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding=0)

    @mistake("The padding is always 1: use the argument.")
    def padding_hard_coded(W, image_shape, columns, padding=1):
        return grid_of(W, image_shape, columns, padding=1)

    @mistake("A last row that is not full is left out. Round the number of rows up.")
    def last_row_lost(W, image_shape, columns, padding=1):
        full = W.shape[1] // columns * columns
        return grid_of(W[:, :full], image_shape, columns, padding)

    @mistake("Where all weights of a unit are equal, the range is 0 and must not be divided by: such a tile is 0.5.")
    def zero_divided_by_zero(W, image_shape, columns, padding=1):
        with np.errstate(all="ignore"):
            return grid_of(W, image_shape, columns, padding, tile=lambda p: (p - p.min()) / (p.max() - p.min()))

    @mistake("A tile whose weights are all equal is 0 here, as if it were dark. It should be 0.5.")
    def equal_is_black(W, image_shape, columns, padding=1):
        def tile(picture):
            return (picture - picture.min()) / max(np.ptp(picture), 1e-12)

        return grid_of(W, image_shape, columns, padding, tile=tile)

    @mistake("Only gray images are allowed for: with image_shape of three numbers, the grid needs a third axis.")
    def gray_only(W, image_shape, columns, padding=1):
        height, width = image_shape
        return grid_of(W, (height, width), columns, padding)

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

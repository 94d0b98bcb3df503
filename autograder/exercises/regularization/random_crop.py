"""Random crops: an object that is moved a little to the left is still the same object."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed
from gradlab import drivers, properties
from gradlab.checks.pictures import Picture

from .images import distinct_pixels


class RandomCrop(Exercise):
    """Cut a window of the given size out of every image, each at its own random place."""

    name, points = "random_crop", 2
    done = "You can cut a fresh window from each image, so a network rarely sees the same pixels twice."
    driver = drivers.augment_images
    judge = properties.crops_randomly
    picture = Picture("places", ("images", "images 1"))

    def reference(images, size, rng):
        """Crop each image to a window at a random place.

        Parameters
        ----------
        images : ndarray (N, C, H, W)
        size : (h, w)
            The window's height and width, at most H and W.
        rng : numpy.random.Generator
            The source of all randomness: for example, ``rng.integers(n, size=N)`` gives N numbers from 0, ..., n - 1.

        Returns
        -------
        crops : ndarray (N, C, h, w)
            In the same order, with the same dtype. All places where the window fits are equally likely: its upper left
            corner can be in any of H - h + 1 rows and W - w + 1 columns. Each image has its own place, the same for all
            its channels.

        References
        ----------
        Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks" (2012),
        section 4.1, cut windows of 224 x 224 from images of 256 x 256.
        """
        n, _, height, width = images.shape
        h, w = size
        rows = rng.integers(height - h + 1, size=n)
        columns = rng.integers(width - w + 1, size=n)
        return np.stack([image[:, i : i + h, j : j + w] for image, i, j in zip(images, rows, columns, strict=True)])

    def cases(rng):
        one = np.array([seed(rng)])
        images = distinct_pixels(rng, 800, 1, 5, 5, dtype=np.uint8)
        yield Case("square windows", images=images, size=np.array([3, 3]), seeds=one)
        images = distinct_pixels(rng, 800, 1, 4, 6, dtype=np.uint8)
        yield Case("wide images, wide windows", images=images, size=np.array([2, 5]), seeds=one + 1)
        images = distinct_pixels(rng, 800, 1, 4, 5, dtype=np.uint8)
        yield Case("one pixel smaller each way", images=images, size=np.array([3, 4]), seeds=one + 2)
        images = distinct_pixels(rng, 4, 3, 5, 4)
        yield Case("as large as the image", images=images, size=np.array([5, 4]), seeds=one, weight=0)
        images = distinct_pixels(rng, 300, 2, 5, 6, dtype=np.uint8)
        seeds = repeated_seeds(rng)
        yield Case("rng decides, and nothing else", images=images, size=np.array([2, 4]), seeds=seeds, weight=2)
        images = distinct_pixels(rng, 1, 3, 6, 7)
        # There are only twelve places, so two crops may agree by chance, but twelve in a row practically never do.
        seeds = np.repeat(repeated_seeds(rng, distinct=40), [12, *[1] * 40])
        yield Case("a single image", images=images, size=np.array([4, 4]), seeds=seeds)

    one_place_for_all = mistake(
        "How many places does a batch need? In your code, all images are cropped at the same place. Draw one place per "
        "image.",
        {"return ": "rows[:], columns[:] = rows[0], columns[0]\nreturn "},
    )
    last_place_left_out = mistake(
        "How many rows can a window start at? Your windows never start at the last one, and seem to have no place at "
        "all when they are as large as the image. There are H - h + 1, and rng.integers(n) stops at n - 1.",
        {"height - h + 1": "height - h", "width - w + 1": "width - w"},
    )
    last_place_never_reached = mistake(
        "What is the largest row that you can draw? You never choose the last place where the window fits. There are H "
        "- h + 1 rows to start at, and rng.integers(n) gives 0, ..., n - 1.",
        {
            "rng.integers(height - h + 1, size=n)": "np.floor(rng.random(n) * (height - h)).astype(int)",
            "rng.integers(width - w + 1, size=n)": "np.floor(rng.random(n) * (width - w)).astype(int)",
        },
    )
    out_of_the_image = mistake(
        "Where does the last window end? Your windows come out in different sizes, as they do if some stick out of the "
        "image. The last row to start at is H - h, and the last column W - w.",
        {"height - h + 1": "height - h + 2", "width - w + 1": "width - w + 2"},
    )
    first_place_left_out = mistake(
        "Can a window start at row 0? You never choose the first row. Count from 0.",
        {"height - h + 1": "min(1, height - h), height - h + 1", "width - w + 1": "min(1, width - w), width - w + 1"},
    )
    always_the_middle = mistake(
        "Is the place random? All of your windows are in the middle. The middle is for test time; in training, draw "
        "the place.",
        {
            "rng.integers(height - h + 1, size=n)": "np.full(n, (height - h) // 2)",
            "rng.integers(width - w + 1, size=n)": "np.full(n, (width - w) // 2)",
        },
    )
    always_the_corner = mistake(
        "Is the place random? All of your windows are in the upper left corner. Draw a row and a column to start at.",
        {
            "rng.integers(height - h + 1, size=n)": "np.zeros(n, int)",
            "rng.integers(width - w + 1, size=n)": "np.zeros(n, int)",
        },
    )
    along_the_diagonal = mistake(
        "Are the row and the column drawn separately? In your code, one depends on the other, so some places are never "
        "chosen. Draw two numbers per image.",
        {"height - h + 1": "min(height - h, width - w) + 1", "rng.integers(width - w + 1, size=n)": "rows"},
    )
    one_number_for_both = mistake(
        "Are the row and the column drawn separately? You use one random number for both, so a window that is high up "
        "is also far to the left. Draw two numbers per image.",
        {
            "rng.integers(height - h + 1, size=n)": "np.floor((drawn := rng.random(n)) * (height - h + 1)).astype(int)",
            "rng.integers(width - w + 1, size=n)": "np.floor(drawn * (width - w + 1)).astype(int)",
        },
    )
    one_integer_for_both = mistake(
        "Where does a window start if its row is 2? At column 2, in your code, even if the image has no room for that. "
        "Draw the column separately, from the W - w + 1 that fit.",
        {"rng.integers(width - w + 1, size=n)": "rows"},
    )
    sides_exchanged = mistake(
        "Which comes first, height or width? size is (h, w), and an image is (C, H, W). In your code, only square "
        "windows work.",
        {"h, w = size": "w, h = size"},
    )
    rooms_exchanged = mistake(
        "How many rows can a window start at? Your windows are fine only if there is as much vertical room as "
        "horizontal. There are H - h + 1 rows and W - w + 1 columns to start at, not the other way around.",
        {"height - h + 1": "width - w + 1", "width - w + 1": "height - h + 1"},
    )
    rows_for_both = mistake(
        "How many columns can a window start at? W - w + 1. You use the number of rows, H - h + 1, so some windows "
        "stick out of the image if there is less horizontal room than vertical.",
        {"width - w + 1": "height - h + 1"},
    )
    always_square = mistake(
        "Do you use both numbers in size? size is (h, w), a height and a width. Your windows come out wrong unless "
        "they should be square.",
        {"h, w = size": "h = w = size[0]"},
    )
    a_place_a_channel = mistake(
        "Do all channels of an image move together? In your code, each one is cropped at its own place, which pulls "
        "the colors apart. Draw one place per image.",
        {
            "h + 1, size=n": "h + 1, size=images.shape[:2]",
            "w + 1, size=n": "w + 1, size=images.shape[:2]",
            "image[:, i : i + h, j : j + w]": "[channel[a : a + h, b : b + w] for channel, a, b in zip(image, i, j)]",
        },
    )
    from_somewhere_else = mistake(
        "Does all of the randomness come from `rng`? In your code, two generators in the same state give different "
        "crops, so no run can be repeated. Use rng.integers, not np.random or a generator of your own.",
        {"rows = ": "rng = np.random.default_rng()\nrows = "},
    )
    the_same_every_time = mistake(
        "Does the result depend on `rng`? In your code, every generator gives the same crops. Draw from the one that "
        "is passed in, not from one with a fixed seed.",
        {"rows = ": "rng = np.random.default_rng(0)\nrows = "},
    )
    more_in_the_middle = mistake(
        "Is every place equally likely? In your code, some rows come up more often than others, even if there are only "
        "two. Draw each row and each column with a single call of rng.integers.",
        {
            "rng.integers(height - h + 1, size=n)": "(rng.integers(height - h + 1, size=(2, n)).sum(axis=0) + 1) // 2",
            "rng.integers(width - w + 1, size=n)": "(rng.integers(width - w + 1, size=(2, n)).sum(axis=0) + 1) // 2",
        },
    )
    places_rounded = mistake(
        "Is every place equally likely? With three rows to choose from, some come up more often than others; "
        "with two, they don't. Rounding does that: the first and the last places get only half their share. Use "
        "rng.integers.",
        {
            "rng.integers(height - h + 1, size=n)": "np.rint(rng.random(n) * (height - h)).astype(int)",
            "rng.integers(width - w + 1, size=n)": "np.rint(rng.random(n) * (width - w)).astype(int)",
        },
    )
    one_after_the_other = mistake(
        "Does each image get its own random place? In your code, one image's place determines another's. Draw one per "
        "image.",
        {
            "return ": (
                "rows, columns = divmod(rows[0] * (width - w + 1) + columns[0] + np.arange(n), width - w + 1)\n"
                "rows %= height - h + 1\n"
                "return "
            )
        },
    )
    real_numbers_come_out = mistake(
        "Does the dtype stay the same? Integers should come out as integers, in the dtype of the images.",
        {"strict=True)])": "strict=True)]).astype(np.float64)"},
    )
    scattered_pixels = mistake(
        "Is the result one piece of the image, with its pixels as they were? Yours isn't. Slice h rows and w columns "
        "in one piece: image[:, i : i + h, j : j + w].",
        {
            "rng.integers(height - h + 1, size=n)": "np.sort(rng.random((n, height)).argsort(axis=1)[:, :h], axis=1)",
            "rng.integers(width - w + 1, size=n)": "np.sort(rng.random((n, width)).argsort(axis=1)[:, :w], axis=1)",
            "image[:, i : i + h, j : j + w]": "image[:, i][:, :, j]",
        },
    )

    @mistake(
        "Do you cut a window, or shrink the image? Some of your results aren't a piece of the original. Crop at a "
        "random place instead of resizing, so that neighboring pixels stay neighbors."
    )
    def resized(images, size, rng):
        rows, columns = (np.arange(k) * n // k for n, k in zip(images.shape[2:], size, strict=True))
        return images[:, :, rows][:, :, :, columns]

    @variant
    def by_index_arrays(images, size, rng):
        n, _, height, width = images.shape
        h, w = (int(side) for side in size)
        i = np.floor(rng.random(n) * (height - h + 1)).astype(int)[:, None, None] + np.arange(h)[:, None]
        j = np.floor(rng.random(n) * (width - w + 1)).astype(int)[:, None, None] + np.arange(w)
        return images[np.arange(n)[:, None, None], :, i, j].transpose(0, 3, 1, 2)

    @variant
    def one_by_one(images, size, rng):
        crops = np.zeros((images.shape[0], images.shape[1], size[0], size[1]), dtype=images.dtype)
        for n in range(len(images)):
            place = rng.integers((images.shape[2] - size[0] + 1) * (images.shape[3] - size[1] + 1))
            i, j = divmod(place, images.shape[3] - size[1] + 1)
            crops[n] = images[n, :, i : i + size[0], j : j + size[1]]
        return crops

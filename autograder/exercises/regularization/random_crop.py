"""Random crops: an object that is moved a little to the left is still the same object."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed
from gradlab import drivers, properties

from .images import distinct_pixels


class RandomCrop(Exercise):
    """Cut a window of the given size out of every image, each at its own random place."""

    name, points = "random_crop", 2
    driver = drivers.augment_images
    judge = properties.crops_randomly

    def reference(images, size, rng):
        """Cut each image to a window at a random place.

        Parameters
        ----------
        images : ndarray (N, C, H, W)
        size : (h, w)
            The window's height and width, at most H and W.
        rng : numpy.random.Generator
            What to draw from, such as ``rng.integers(n, size=N)``, which gives 0, ..., n - 1. Nothing else may be
            random.

        Returns
        -------
        crops : ndarray (N, C, h, w)
            In the same order, with the same dtype. All places where the window fits are equally likely; there are
            H - h + 1 rows and W - w + 1 columns where its upper left corner can be. Each image has a place of its own,
            the same for all its channels.

        References
        ----------
        Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks" (2012),
        section 4.1, cut windows of 224 x 224 out of images of 256 x 256.
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
        images = distinct_pixels(rng, 800, 1, 4, 4, dtype=np.uint8)
        yield Case("one pixel smaller each way", images=images, size=np.array([3, 3]), seeds=one + 2)
        images = distinct_pixels(rng, 4, 3, 5, 4)
        yield Case("as large as the image", images=images, size=np.array([5, 4]), seeds=one, weight=0.25)
        images = distinct_pixels(rng, 300, 2, 5, 6, dtype=np.uint8)
        seeds = repeated_seeds(rng)
        yield Case("rng decides, and nothing else", images=images, size=np.array([3, 3]), seeds=seeds)
        images = distinct_pixels(rng, 1, 3, 6, 7)
        # There are only twelve places, so two crops may agree by chance, but twelve in a row practically never do.
        seeds = np.repeat(repeated_seeds(rng, distinct=40), [12, *[1] * 40])
        yield Case("a single image", images=images, size=np.array([4, 4]), seeds=seeds)

    one_place_for_all = mistake(
        "One place serves the whole batch. Draw one for every image.",
        {"return ": "rows[:], columns[:] = rows[0], columns[0]\nreturn "},
    )
    last_place_left_out = mistake(
        "The last place is never drawn, and a window as large as the image finds none at all. rng.integers(n) leaves n "
        "out, and there are H - h + 1 rows to begin at.",
        {"height - h + 1": "height - h", "width - w + 1": "width - w"},
    )
    out_of_the_image = mistake(
        "Some windows stick out of the image. The last row to begin at is H - h, the last column W - w.",
        {"height - h + 1": "height - h + 2", "width - w + 1": "width - w + 2"},
    )
    first_place_left_out = mistake(
        "The first place is never drawn: counting begins at 0.",
        {"height - h + 1": "min(1, height - h), height - h + 1", "width - w + 1": "min(1, width - w), width - w + 1"},
    )
    always_the_middle = mistake(
        "You always take the middle. In training the place is random; the middle is for test time.",
        {
            "rng.integers(height - h + 1, size=n)": "np.full(n, (height - h) // 2)",
            "rng.integers(width - w + 1, size=n)": "np.full(n, (width - w) // 2)",
        },
    )
    always_the_corner = mistake(
        "You always take the upper left corner: the place is to be drawn.",
        {
            "rng.integers(height - h + 1, size=n)": "np.zeros(n, int)",
            "rng.integers(width - w + 1, size=n)": "np.zeros(n, int)",
        },
    )
    along_the_diagonal = mistake(
        "Row and column are one number, so all windows lie on a diagonal. Draw two.",
        {"height - h + 1": "min(height - h, width - w) + 1", "rng.integers(width - w + 1, size=n)": "rows"},
    )
    sides_exchanged = mistake(
        "Height and width are exchanged: size is (h, w), and an image (C, H, W).", {"h, w = size": "w, h = size"}
    )
    rooms_exchanged = mistake(
        "Rows are drawn by the room that columns have, and columns by that of rows.",
        {"height - h + 1": "width - w + 1", "width - w + 1": "height - h + 1"},
    )
    always_square = mistake(
        "The window is always square. size holds a height and a width.", {"h, w = size": "h = w = size[0]"}
    )
    a_place_a_channel = mistake(
        "Every channel is cut at a place of its own, so colors part from each other. Draw one for every image.",
        {
            "h + 1, size=n": "h + 1, size=images.shape[:2]",
            "w + 1, size=n": "w + 1, size=images.shape[:2]",
            "image[:, i : i + h, j : j + w]": "[channel[a : a + h, b : b + w] for channel, a, b in zip(image, i, j)]",
        },
    )
    from_somewhere_else = mistake(
        "You do not draw from rng, so a run cannot be repeated. Use rng.integers, not np.random.",
        {"rows = ": "rng = np.random.default_rng()\nrows = "},
    )
    the_same_every_time = mistake(
        "You make a generator of your own with a fixed seed: every call cuts alike. Draw from rng.",
        {"rows = ": "rng = np.random.default_rng(0)\nrows = "},
    )
    more_in_the_middle = mistake(
        "Places in the middle come up more often: you round or add random numbers. Draw whole numbers evenly.",
        {
            "rng.integers(height - h + 1, size=n)": "(rng.integers(height - h + 1, size=(2, n)).sum(axis=0) + 1) // 2",
            "rng.integers(width - w + 1, size=n)": "(rng.integers(width - w + 1, size=(2, n)).sum(axis=0) + 1) // 2",
        },
    )
    one_after_the_other = mistake(
        "The places follow one another: that of one image tells that of the next. Draw one for every image.",
        {
            "return ": (
                "rows, columns = divmod(rows[0] * (width - w + 1) + columns[0] + np.arange(n), width - w + 1)\n"
                "rows %= height - h + 1\n"
                "return "
            )
        },
    )
    real_numbers_come_out = mistake(
        "The dtype changes. A window has the numbers of the image, as they are.",
        {"strict=True)])": "strict=True)]).astype(np.float64)"},
    )
    scattered_pixels = mistake(
        "Rows and columns of pixels are picked at random, or left out in between. A window is one piece.",
        {
            "rng.integers(height - h + 1, size=n)": "np.sort(rng.random((n, height)).argsort(axis=1)[:, :h], axis=1)",
            "rng.integers(width - w + 1, size=n)": "np.sort(rng.random((n, width)).argsort(axis=1)[:, :w], axis=1)",
            "image[:, i : i + h, j : j + w]": "image[:, i][:, :, j]",
        },
    )

    @mistake("The images shrink instead of being cut: a window keeps neighboring pixels as they are.")
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

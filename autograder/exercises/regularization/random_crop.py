"""Random crops: an object that is moved a little to the left is still the same object."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed
from gradlab import drivers, properties

from .images import distinct_pixels


def cut(images, size, rows, columns):
    """A window of each image, at the given places."""
    h, w = size
    places = zip(images, np.broadcast_to(rows, len(images)), np.broadcast_to(columns, len(images)), strict=True)
    return np.stack([image[:, i : i + h, j : j + w] for image, i, j in places])


def room(images, size):
    """The numbers of rows and of columns at which a window can begin."""
    return images.shape[2] - size[0] + 1, images.shape[3] - size[1] + 1


def sample_places(images, size, rng):
    """Correctly sampled places."""
    return [rng.integers(count, size=len(images)) for count in room(images, size)]


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
        h, w = size
        rows = rng.integers(images.shape[2] - h + 1, size=len(images))
        columns = rng.integers(images.shape[3] - w + 1, size=len(images))
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

    @mistake("One place serves the whole batch. Draw one for every image.")
    def one_place_for_all(images, size, rng):
        return cut(images, size, *(rng.integers(count) for count in room(images, size)))

    @mistake(
        "The last place is never drawn, and a window as large as the image finds none at all. rng.integers(n) leaves n "
        "out, and there are H - h + 1 rows to begin at."
    )
    def last_place_left_out(images, size, rng):
        return cut(images, size, *(rng.integers(count - 1, size=len(images)) for count in room(images, size)))

    @mistake("Some windows stick out of the image. The last row to begin at is H - h, the last column W - w.")
    def out_of_the_image(images, size, rng):
        return cut(images, size, *(rng.integers(count + 1, size=len(images)) for count in room(images, size)))

    @mistake("The first place is never drawn: counting begins at 0.")
    def first_place_left_out(images, size, rng):
        return cut(
            images, size, *(rng.integers(1, max(count, 2), size=len(images)) % count for count in room(images, size))
        )

    @mistake("You always take the middle. In training the place is random; the middle is for test time.")
    def always_the_middle(images, size, rng):
        return cut(images, size, *((count - 1) // 2 for count in room(images, size)))

    @mistake("You always take the upper left corner: the place is to be drawn.")
    def always_the_corner(images, size, rng):
        return cut(images, size, 0, 0)

    @mistake("Row and column are one number, so all windows lie on a diagonal. Draw two.")
    def along_the_diagonal(images, size, rng):
        counts = room(images, size)
        place = rng.integers(min(counts), size=len(images))
        return cut(images, size, place, place)

    @mistake("Height and width are exchanged: size is (h, w), and an image (C, H, W).")
    def sides_exchanged(images, size, rng):
        h, w = size
        return cut(images, (w, h), *sample_places(images, (w, h), rng))

    @mistake("Rows are drawn by the room that columns have, and columns by that of rows.")
    def rooms_exchanged(images, size, rng):
        rows, columns = room(images, size)
        return cut(images, size, rng.integers(columns, size=len(images)), rng.integers(rows, size=len(images)))

    @mistake("The window is always square. size holds a height and a width.")
    def always_square(images, size, rng):
        return cut(images, (size[0], size[0]), *sample_places(images, (size[0], size[0]), rng))

    @mistake("Every channel is cut at a place of its own, so colors part from each other. Draw one for every image.")
    def a_place_a_channel(images, size, rng):
        channels = images.reshape(-1, 1, *images.shape[2:])
        return cut(channels, size, *sample_places(channels, size, rng)).reshape(*images.shape[:2], *size)

    @mistake("You do not draw from rng, so a run cannot be repeated. Use rng.integers, not np.random.")
    def from_somewhere_else(images, size, rng):
        return cut(images, size, *sample_places(images, size, np.random.default_rng()))

    @mistake("You make a generator of your own with a fixed seed: every call cuts alike. Draw from rng.")
    def the_same_every_time(images, size, rng):
        return cut(images, size, *sample_places(images, size, np.random.default_rng(0)))

    @mistake("Places in the middle come up more often: you round or add random numbers. Draw whole numbers evenly.")
    def more_in_the_middle(images, size, rng):
        n, counts = len(images), room(images, size)
        return cut(images, size, *((rng.integers(c, size=n) + rng.integers(c, size=n) + 1) // 2 for c in counts))

    @mistake("The places follow one another: that of one image tells that of the next. Draw one for every image.")
    def one_after_the_other(images, size, rng):
        rows, columns = room(images, size)
        places = (np.arange(len(images)) + rng.integers(rows * columns)) % (rows * columns)
        return cut(images, size, places // columns, places % columns)

    @mistake("The dtype changes. A window has the numbers of the image, as they are.")
    def real_numbers_come_out(images, size, rng):
        return cut(images, size, *sample_places(images, size, rng)).astype(np.float64)

    @mistake("Rows and columns of pixels are picked at random, or left out in between. A window is one piece.")
    def scattered_pixels(images, size, rng):
        def picked(length, count):
            return np.sort(rng.permuted(np.tile(np.arange(length), (len(images), 1)), axis=1)[:, :count], axis=1)

        rows, columns = (picked(n, k) for n, k in zip(images.shape[2:], size, strict=True))
        return np.stack([image[:, i][:, :, j] for image, i, j in zip(images, rows, columns, strict=True)])

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

"""Ten crops at test time: the average prediction for a fixed set of the crops that training samples at random."""

import functools

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from gradlab import oracles


def places(images, size, center=True):
    """The first row and column of the windows in the four corners and in the middle."""
    last_row, last_column = images.shape[2] - size[0], images.shape[3] - size[1]
    corners = [(0, 0), (0, last_column), (last_row, 0), (last_row, last_column)]
    return corners + [(last_row // 2, last_column // 2)] * center


def windows(images, size, where):
    return [images[:, :, i : i + size[0], j : j + size[1]] for i, j in where]


def mirrored(crops):
    return [crop[..., ::-1] for crop in crops]


def average(predict, crops):
    return sum(predict(crop) for crop in crops) / len(crops)


class TenCropPredict(Exercise):
    """One prediction from ten views of an image: the four corners, the middle, and their mirror images."""

    name, points = "ten_crop_predict", 2

    def reference(predict, images, size):
        """The mean of a network's predictions for ten windows of each image.

        The windows are the four corners and the middle, which begins at row (H - h) // 2 and column (W - w) // 2, and
        the mirror images, left to right, of these five.

        Parameters
        ----------
        predict : callable
            ``predict(windows) -> probabilities``: of a batch of windows (M, C, h, w), of any number M, the
            probabilities of the classes, (M, K).
        images : ndarray (N, C, H, W)
        size : (h, w)
            The window's height and width.

        Returns
        -------
        probabilities : ndarray (N, K)
            For each image, the mean of the ten.

        References
        ----------
        Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks" (2012),
        section 4.1.
        """
        (h, w), (height, width) = size, images.shape[2:]
        total = 0.0
        for i, j in [
            (0, 0),
            (0, width - w),
            (height - h, 0),
            (height - h, width - w),
            ((height - h) // 2, (width - w) // 2),
        ]:
            window = images[:, :, i : i + h, j : j + w]
            total = total + predict(window) + predict(window[:, :, :, ::-1])
        return total / 10

    def cases(rng):
        yield Case("a single image", **views(rng, (1, 1, 6, 6), (4, 4)))
        yield Case("a batch of images in color", **views(rng, (3, 3, 7, 7), (5, 5)))
        yield Case("wide images", **views(rng, (2, 1, 6, 9), (4, 3)))
        yield Case("high windows", **views(rng, (2, 2, 8, 6), (6, 2)))
        yield Case("windows as large as the image", **views(rng, (2, 1, 5, 4), (5, 4)))

    @mistake("You average five windows, without their mirror images.")
    def without_mirror_images(predict, images, size):
        return average(predict, windows(images, size, places(images, size)))

    @mistake("Your mirror images are upside down. Reverse the last axis, the columns.")
    def upside_down(predict, images, size):
        crops = windows(images, size, places(images, size))
        return average(predict, crops + [crop[:, :, ::-1] for crop in crops])

    @mistake("The middle is missing: you average the four corners and their mirror images.")
    def without_the_middle(predict, images, size):
        crops = windows(images, size, places(images, size, center=False))
        return average(predict, crops + mirrored(crops))

    @mistake("Only the middle is predicted. Average all ten windows.")
    def middle_only(predict, images, size):
        return predict(windows(images, size, places(images, size))[-1])

    @mistake("The middle and its mirror image alone make two windows of ten. The corners are missing.")
    def without_corners(predict, images, size):
        crops = windows(images, size, places(images, size)[-1:])
        return average(predict, crops + mirrored(crops))

    @mistake("The windows are averaged and then predicted. Predict each of them, and average the predictions.")
    def images_averaged(predict, images, size):
        crops = windows(images, size, places(images, size))
        return predict(sum(crops + mirrored(crops)) / 10)

    @mistake("You return the sum of the ten predictions. Divide by ten.")
    def sum_for_mean(predict, images, size):
        crops = windows(images, size, places(images, size))
        return 10 * average(predict, crops + mirrored(crops))

    @mistake("You take the largest of ten probabilities for each class. Take the mean.")
    def maximum(predict, images, size):
        crops = windows(images, size, places(images, size))
        return np.max([predict(crop) for crop in crops + mirrored(crops)], axis=0)

    @mistake("You count votes. Average the probabilities, which say how sure each prediction is.")
    def votes(predict, images, size):
        crops = windows(images, size, places(images, size))
        predictions = [predict(crop) for crop in crops + mirrored(crops)]
        return np.mean([(p == p.max(axis=1, keepdims=True)) * 1.0 for p in predictions], axis=0)

    @mistake("The places are drawn at random, as in training. At test time they are fixed: corners and middle.")
    def random_places(predict, images, size):
        rng = np.random.default_rng(0)
        rows, columns = (n - k + 1 for n, k in zip(images.shape[2:], size, strict=True))
        crops = windows(images, size, [(rng.integers(rows), rng.integers(columns)) for _ in range(5)])
        return average(predict, crops + mirrored(crops))

    @mistake("All five windows begin in the upper left corner.")
    def upper_left_only(predict, images, size):
        crops = windows(images, size, [(0, 0)])
        return average(predict, crops + mirrored(crops))

    @mistake("Height and width are exchanged: size is (h, w), and an image (C, H, W).")
    def sides_exchanged(predict, images, size):
        crops = windows(images, size[::-1], places(images, size[::-1]))
        return average(predict, crops + mirrored(crops))

    @mistake("The mirror image of the middle is missing: nine windows.")
    def nine_windows(predict, images, size):
        crops = windows(images, size, places(images, size))
        return average(predict, crops + mirrored(crops[:-1]))

    @mistake("Each of the ten predictions is returned. Average them.")
    def all_ten_returned(predict, images, size):
        crops = windows(images, size, places(images, size))
        return np.stack([predict(crop) for crop in crops + mirrored(crops)])

    @variant
    def in_one_call(predict, images, size):
        h, w = size
        top, left = (images.shape[2] - h) // 2, (images.shape[3] - w) // 2
        five = np.concatenate(
            [
                images[:, :, :h, :w],
                images[:, :, :h, -w:],
                images[:, :, -h:, :w],
                images[:, :, -h:, -w:],
                images[:, :, top : top + h, left : left + w],
            ]
        )
        p = predict(np.concatenate([five, np.flip(five, axis=3)]))
        return p.reshape(10, len(images), -1).mean(axis=0)

    @variant
    def image_by_image(predict, images, size):
        h, w = int(size[0]), int(size[1])
        down, right = images.shape[2] - h, images.shape[3] - w
        rows = []
        for image in images:
            predictions = []
            for view in (image, np.ascontiguousarray(image[:, :, ::-1])):
                for i, j in ((0, 0), (down, 0), (0, right), (down, right), (down // 2, right // 2)):
                    predictions.append(predict(view[None, :, i : i + h, j : j + w])[0])
            rows.append(np.mean(predictions, axis=0))
        return np.array(rows)


def views(rng, shape, size, classes=4):
    """Images, and a classifier so confident that averaging predictions differs from averaging images."""
    features = shape[1] * size[0] * size[1]
    W, b = rng.normal(size=(features, classes)) * 2 / np.sqrt(features), rng.normal(size=classes) / 4
    return {
        "predict": Oracle(functools.partial(oracles.predicted_probabilities, W=W, b=b)),
        "images": 2 * rng.normal(size=shape),
        "size": np.array(size),
    }

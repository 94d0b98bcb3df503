"""Ten crops at test time: the average prediction for a fixed set of the crops that training samples at random."""

import functools

import numpy as np

from autograder.exercise import Case, Exercise, Oracle, mistake, variant
from gradlab import oracles

IMAGES_MIXED = (
    "Whose ten predictions do you average? If all windows are predicted in one call, the first N predictions belong to "
    "the first place, not to the first image. Reshape to (10, N, K), and average over axis 0."
)
MIXED = {
    "[predict(view) for view in windows]": "predict(np.concatenate(windows)).reshape(len(images), 10, -1)",
    "sum(predictions) / len(predictions)": "predictions.mean(axis=1)",
}


class TenCropPredict(Exercise):
    """One prediction from ten views of an image: the four corners, the middle, and their mirror images."""

    name, points = "ten_crop_predict", 2
    done = "You can average ten views of an image for a steadier prediction, without more training."

    def reference(predict, images, size):
        """Average a network's predictions for ten windows of each image.

        The windows are the four corners, the middle, which starts at row (H - h) // 2 and column (W - w) // 2, and the
        mirror images of these five, with left and right exchanged.

        Parameters
        ----------
        predict : callable
            ``predict(windows) -> probabilities``: takes a batch of any number of windows, (M, C, h, w), and returns the
            class probabilities, (M, K).
        images : ndarray (N, C, H, W)
        size : (h, w)
            The window's height and width.

        Returns
        -------
        probabilities : ndarray (N, K)
            The mean of the ten predictions for each image.

        References
        ----------
        Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks" (2012),
        section 4.1.
        """
        (h, w), (height, width) = size, images.shape[2:]
        down, right = height - h, width - w
        places = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]
        windows = [images[:, :, i : i + h, j : j + w] for i, j in places]
        windows += [window[:, :, :, ::-1] for window in windows]
        predictions = [predict(view) for view in windows]
        return sum(predictions) / len(predictions)

    def cases(rng):
        # Where W - w is odd, the middle of the mirror image is not the mirror image of the middle.
        yield Case("a single image", **views(rng, (1, 1, 6, 7), (4, 4)))
        yield Case("a batch of color images", **views(rng, (3, 3, 7, 7), (4, 4)))
        yield Case("wide images", **views(rng, (2, 1, 6, 8), (4, 3)))
        yield Case("tall windows", **views(rng, (2, 2, 9, 6), (6, 3)))
        yield Case("windows as large as the image", **views(rng, (2, 1, 5, 4), (5, 4)))

    without_mirror_images = mistake(
        "How many windows do you average? Five, without their mirror images.",
        {"windows += [window[:, :, :, ::-1] for window in windows]": ""},
    )
    upside_down = mistake(
        "Which axis do you reverse? Your mirror images are upside down. Reverse the last axis, the columns.",
        {"[:, :, :, ::-1]": "[:, :, ::-1]"},
    )
    mirrored_before_the_middle = mistake(
        "Which comes first, cutting the middle or mirroring? If W - w is odd, the middle of the mirrored image lies "
        "one column off. Cut the five windows first, and then mirror each of them.",
        {
            "windows += [window[:, :, :, ::-1] for window in windows]": (
                "mirrored = images[:, :, :, ::-1]\nwindows += [mirrored[:, :, i : i + h, j : j + w] for i, j in places]"
            )
        },
    )
    middle_rounded_up = mistake(
        "Where does the middle start if the margins can't be equal? At row (H - h) // 2 and column (W - w) // 2. Yours "
        "is rounded up.",
        {"down // 2, right // 2": "(down + 1) // 2, (right + 1) // 2"},
    )
    halves_rounded_separately = mistake(
        "Where does the middle start? At (H - h) // 2. Yours starts at H // 2 - h // 2, one pixel later if H is even "
        "and h is odd.",
        {"down // 2, right // 2": "height // 2 - h // 2, width // 2 - w // 2"},
    )
    without_the_middle = mistake(
        "How many windows do you average? The four corners and their mirror images are there, but the middle is "
        "missing.",
        {", (down // 2, right // 2)": ""},
    )
    middle_only = mistake(
        "How many predictions do you average? Only the one for the middle counts. Average all ten.",
        {"sum(predictions) / len(predictions)": "predictions[4]"},
    )
    without_corners = mistake(
        "How many windows do you average? The middle and its mirror image are there, but the corners are missing.",
        {"(0, 0), (0, right), (down, 0), (down, right), ": ""},
    )
    images_averaged = mistake(
        "What do you average, windows or predictions? Predict each window first, and then average the predictions.",
        {"[predict(view) for view in windows]": "[predict(sum(windows) / len(windows))]"},
    )
    sum_for_mean = mistake(
        "What do the probabilities of one image add up to? To 10, because you return the sum of the ten predictions. "
        "Divide by ten.",
        {" / len(predictions)": ""},
    )
    divided_by_five = mistake(
        "What do the probabilities of one image add up to? Not to 1: the sum of the predictions is divided by 5. "
        "Divide it by the number of predictions.",
        {"len(predictions)": "len(places)"},
    )
    maximum = mistake(
        "Do you take the mean? For each class, you return the largest of the ten probabilities.",
        {"sum(predictions) / len(predictions)": "np.max(predictions, axis=0)"},
    )
    votes = mistake(
        "Do you count votes? Average the probabilities instead: they also say how sure each prediction is.",
        {"sum(predictions)": "sum(p == p.max(axis=1, keepdims=True) for p in predictions)"},
    )
    random_places = mistake(
        "Are your places random? That's for training. At test time they are fixed: the corners and the middle.",
        {
            "places = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]": (
                "rng = np.random.default_rng(0)\n"
                "places = [(rng.integers(down + 1), rng.integers(right + 1)) for _ in range(5)]"
            )
        },
    )
    upper_left_only = mistake(
        "Where do your windows start? All of them start in the upper left corner.", {"i : i + h, j : j + w": ":h, :w"}
    )
    sides_exchanged = mistake(
        "Which comes first, height or width? size is (h, w), and an image is (C, H, W).", {"(h, w)": "(w, h)"}
    )
    nine_windows = mistake(
        "How many windows do you average? Nine: the mirror image of the middle is missing.",
        {"for window in windows]": "for window in windows[:4]]"},
    )
    views_of_images_mixed = mistake(IMAGES_MIXED, MIXED)
    pairs_of_views_of_images_mixed = mistake(
        "In what order are the predictions from one call? First come all images at the first place, then their mirror "
        "images. Reshape to (10, N, K), and average over axis 0.",
        MIXED
        | {
            "windows += [window[:, :, :, ::-1] for window in windows]": (
                "windows = [view for window in windows for view in (window, window[:, :, :, ::-1])]"
            )
        },
    )
    all_ten_returned = mistake(
        "How many predictions per image should you return? One: the mean of the ten. You return all of them.",
        {"sum(predictions) / len(predictions)": "np.stack(predictions)"},
    )
    middle_rounded_to_even = mistake(
        "Where does the middle start if the margins can't be equal? At row (H - h) // 2 and column (W - w) // 2, "
        "rounded down. `round` sometimes rounds up.",
        {"down // 2, right // 2": "round(down / 2), round(right / 2)"},
    )
    always_square = mistake(
        "Do you use both numbers in size? size is (h, w), a height and a width, but your windows are square.",
        {"(h, w), (height, width) = size": "(h, w), (height, width) = (size[0], size[0])"},
    )

    in_one_call = variant(
        {"[predict(view) for view in windows]": "predict(np.concatenate(windows)).reshape(10, len(images), -1)"}
    )
    mean_of_a_list = variant({"sum(predictions) / len(predictions)": "np.mean(predictions, axis=0)"})

    @variant
    def image_by_image(predict, images, size):
        h, w = int(size[0]), int(size[1])
        down, right = images.shape[2] - h, images.shape[3] - w
        rows = []
        for image in images:
            predictions = []
            for view in (image, np.ascontiguousarray(image[:, :, ::-1])):
                middle = right // 2 if view is image else right - right // 2
                for i, j in ((0, 0), (down, 0), (0, right), (down, right), (down // 2, middle)):
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

"""Flips, crops and tints made by hand, and what is found in each."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

RNG = np.random.default_rng(0)
N = 600
ONE, AGAIN = np.array([1]), np.array([1, 1, 2])
FLIPPING = RNG.permuted(np.tile(np.arange(1, 13), (N, 1)), axis=1).reshape(N, 2, 2, 3)


def found(judge, results, **inputs):
    """The finding, or the kind of problem; nothing where it passes."""
    returned = {f"images {i}": result for i, result in enumerate(results, start=1)}
    outcome = judge(SimpleNamespace(inputs=inputs), returned)
    said = outcome.problem.kind if outcome.problem else outcome.finding
    assert outcome.passed == (said == "")
    return said


def where(chosen, other, images=FLIPPING):
    return np.where(np.reshape(chosen, (N, -1, 1, 1)), other, images)


def chosen(p, *more):
    return RNG.random((N, *more)) < p


MIRROR = FLIPPING[..., ::-1]
FLIPS = {
    "right": (where(chosen(0.2), MIRROR), ""),
    "upside down": (where(chosen(0.2), FLIPPING[:, :, ::-1]), "images are turned upside down"),
    "half a turn": (where(chosen(0.2), FLIPPING[:, :, ::-1, ::-1]), "images are rotated by half a turn"),
    "channels": (where(chosen(0.2), FLIPPING[:, ::-1]), "the channels of an image are reordered"),
    "the batch": (FLIPPING[::-1], "the images of the batch are reordered"),
    "by channel": (where(chosen(0.2, 2), MIRROR), "channels of one image are flipped separately"),
    "by row": (
        np.where(RNG.random((N, 2, 2, 1)) < 0.2, MIRROR, FLIPPING),
        "an image is neither the original nor its mirror image",
    ),
    "none": (FLIPPING, "no image is ever flipped"),
    "all": (MIRROR, "every image is flipped"),
    "1 - p": (where(chosen(0.8), MIRROR), "the fraction flipped is 1 - p"),
    "half": (where(chosen(0.5), MIRROR), "half of the images are flipped, whatever p is"),
    "more": (where(chosen(0.35), MIRROR), "more images are flipped than p says"),
    "fewer": (where(chosen(0.05), MIRROR), "fewer images are flipped than p says"),
    "in pairs": (
        where(np.repeat(RNG.random(N // 2) < 0.2, 2), MIRROR),
        "neighboring images are not flipped independently",
    ),
    "float32": (FLIPPING.astype(np.float32), "the images come out with a different dtype"),
    "twice as many": (np.concatenate([FLIPPING, MIRROR]), "wrong_shape"),
    "text": ("text", "wrong_type"),
}


@pytest.mark.parametrize(("result", "expected"), FLIPS.values(), ids=FLIPS)
def test_flips(result, expected):
    assert found(properties.flips_horizontally, [result], images=FLIPPING, p=0.2, seeds=ONE) == expected


FIRST, SECOND = where(chosen(0.5), MIRROR), where(chosen(0.5), MIRROR)
NOTHING_DRAWN = "a different rng gives the same result: rng is not used"
OTHER_SOURCE = "rng in the same state gives a different result: some of the randomness does not come from rng"


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([FIRST, FIRST, SECOND], ""),
        ([FIRST, SECOND, SECOND], OTHER_SOURCE),
        ([FIRST, FIRST, FIRST], NOTHING_DRAWN),
        ([MIRROR, MIRROR, MIRROR], NOTHING_DRAWN),
        ([FLIPPING, FLIPPING, MIRROR], "in each call, either all images are flipped or none"),
        ([FIRST, FIRST], "wrong_names"),
    ],
)
def test_flips_come_from_the_generator(results, expected):
    assert found(properties.flips_horizontally, results, images=FLIPPING, seeds=AGAIN) == expected


@pytest.mark.parametrize(
    ("p", "result", "expected"),
    [
        (1.0, MIRROR, ""),
        (1.0, FIRST, "not every image is flipped even though p is 1"),
        (0.0, FLIPPING, ""),
        (0.0, FIRST, "not every image is left alone even though p is 0"),
    ],
)
def test_flips_that_are_certain(p, result, expected):
    assert found(properties.flips_horizontally, [result], images=FLIPPING, p=p, seeds=ONE) == expected


# --- crops -----------------------------------------------------------------------------------------------

WIDE = RNG.permuted(np.tile(np.arange(1, 49), (N, 1)), axis=1).reshape(N, 2, 4, 6).astype(np.uint8)
SIZE = np.array([2, 4])  # three rows and three columns to begin at


def cut(rows, columns, images=WIDE):
    places = zip(images, np.broadcast_to(rows, len(images)), np.broadcast_to(columns, len(images)), strict=True)
    return np.stack([image[:, i : i + 2, j : j + 4] for image, i, j in places])


def place(*counts):
    return RNG.integers(*counts, size=N)


DIAGONAL = place(3)
CROPS = {
    "right": (cut(place(3), place(3)), ""),
    "one place": (cut(1, 2), "all images are cropped in the same place"),
    "last row": (cut(place(2), place(3)), "the last possible row is never chosen"),
    "last column": (cut(place(3), place(2)), "the last possible column is never chosen"),
    "first row": (cut(place(1, 3), place(3)), "the first row is never chosen"),
    "one row": (cut(1, place(3)), "the row is always the same"),
    "uneven": (cut((place(3) + place(3)) // 2, place(3)), "some rows are chosen more often than others"),
    "diagonal": (cut(DIAGONAL, DIAGONAL), "the row and the column of a window are not independent"),
    "by channel": (
        cut(*RNG.integers(3, size=(2, 2 * N)), images=WIDE.reshape(2 * N, 1, 4, 6)).reshape(N, 2, 2, 4),
        "channels of one image are cropped in different places",
    ),
    "scattered": (WIDE[:, :, ::2, :4], "the result is not a window of the original image"),
    "another size": (WIDE[:, :, :2, :2], "wrong_shape"),
    "real numbers": (cut(1, 1).astype(float), "the images come out with a different dtype"),
}


@pytest.mark.parametrize(("result", "expected"), CROPS.values(), ids=CROPS)
def test_crops(result, expected):
    assert found(properties.crops_randomly, [result], images=WIDE, size=SIZE, seeds=ONE) == expected


CUT1, CUT2 = cut(place(3), place(3)), cut(place(3), place(3))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([CUT1, CUT1, CUT2], ""),
        ([CUT1, CUT2, CUT2], OTHER_SOURCE),
        ([CUT1, CUT1, CUT1], NOTHING_DRAWN),
        ([cut(0, 0)] * 3, "every window is in the upper left corner"),
        ([cut(1, 1)] * 3, "every window is in the middle"),
        ([cut(1, 2), cut(1, 2), cut(0, 2)], "all images are cropped in the same place"),
    ],
)
def test_crops_come_from_the_generator(results, expected):
    assert found(properties.crops_randomly, results, images=WIDE, size=SIZE, seeds=AGAIN) == expected


def test_a_window_as_large_as_the_image_is_the_image():
    assert found(properties.crops_randomly, [WIDE], images=WIDE, size=np.array([4, 6]), seeds=ONE) == ""


# --- tints -----------------------------------------------------------------------------------------------

LIGHT = RNG.uniform(0.5, 1, (N, 3, 2, 2))
LIGHT[:, :, 0, 0] = 0.4


def tint(factor, images=LIGHT):
    return np.minimum(images * factor, 1)


def factors(low, high, *shape):
    return RNG.uniform(low, high, (*shape, 1, 1))


TINTS = {
    "right": (tint(factors(0.5, 1.5, N, 3)), ""),
    "nothing": (LIGHT, "the images do not change"),
    "one for all": (tint(1.2), "all channels of all images get the same factor"),
    "by channel": (tint(factors(0.5, 1.5, 1, 3)), "all images get the same factors"),
    "by image": (
        tint(factors(0.5, 1.5, N, 1)),
        "all channels of an image get the same factor, so its colors stay the same",
    ),
    "by pixel": (
        tint(RNG.uniform(0.5, 1.5, LIGHT.shape)),
        "the pixels of one channel are not all multiplied by the same factor",
    ),
    "beyond 1": (LIGHT * factors(0.5, 1.5, N, 3), "some pixels come out below 0 or above 1"),
    "added": (
        np.clip(LIGHT + factors(-0.3, 0.3, N, 3), 0, 1),
        "something is added to each channel instead of multiplying it",
    ),
    "darker": (tint(factors(0.5, 1.0, N, 3)), "channels are only ever darkened, never brightened"),
    "brighter": (tint(factors(1.0, 1.5, N, 3)), "channels are only ever brightened, never darkened"),
    "around zero": (tint(np.maximum(factors(-0.5, 0.5, N, 3), 0)), "many channels turn black"),
    "too wide": (tint(factors(0.1, 1.9, N, 3)), "a factor is outside 1 - strength..1 + strength"),
    "too narrow": (
        tint(factors(0.8, 1.2, N, 3)),
        "the factors are not uniform over 1 - strength..1 + strength",
    ),
    "float32": (LIGHT.astype(np.float32), "the images come out with a different dtype"),
}


@pytest.mark.parametrize(("result", "expected"), TINTS.values(), ids=TINTS)
def test_tints(result, expected):
    assert found(properties.jitters_colors, [result], images=LIGHT, strength=0.5, seeds=ONE) == expected


def test_no_strength_changes_nothing():
    assert found(properties.jitters_colors, [LIGHT], images=LIGHT, strength=0.0, seeds=ONE) == ""
    changed = found(properties.jitters_colors, [tint(1.2)], images=LIGHT, strength=0.0, seeds=ONE)
    assert changed == "the images change even though strength is 0"


# --- transfer --------------------------------------------------------------------------------------------

BEFORE = {"W1": np.array([[-1.0, 1.0]]), "b1": np.zeros(2), "W2": np.ones((2, 3)), "b2": np.zeros(3)}
TRUTH = {"X": np.array([[1.0], [2.0], [-1.0], [-3.0]]), "y": np.array([1, 1, 0, 0]), "num_classes": 2, "accuracy": 0.9}
AFTER = BEFORE | {"W2": np.eye(2), "b2": np.zeros(2)}


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (AFTER, ""),
        (AFTER | {"W2": np.eye(2)[::-1]}, "hardly better than chance"),
        (AFTER | {"W2": np.zeros((2, 2))}, "the last layer is all zeros"),
        (AFTER | {"b1": np.full(2, 1e-12)}, "a layer before the last was changed"),
        (BEFORE, "the last layer is still the old one"),
        ({"W2": np.eye(2), "b2": np.zeros(2)}, "wrong_names"),
        (AFTER | {"W2": np.eye(3)}, "wrong_shape"),
        (AFTER | {"W1": "text"}, "wrong_type"),
    ],
)
def test_of_a_last_layer(returned, expected):
    outcome = properties.fine_tunes_last_layer(SimpleNamespace(inputs={"params": BEFORE}, truth=TRUTH), returned)
    said = outcome.problem.kind if outcome.problem else outcome.finding
    assert (outcome.passed, said) == (expected == "", expected)

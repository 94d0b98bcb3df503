"""Properties of flips, crops, and color jitter: each hand-built result gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

RNG = np.random.default_rng(0)
N = 600
ONE_SEED, REPEATED_SEED = np.array([1]), np.array([1, 1, 2])
IMAGES = RNG.permuted(np.tile(np.arange(1, 13), (N, 1)), axis=1).reshape(N, 2, 2, 3)


def found(judge, results, **inputs):
    """Return the finding or the kind of problem, or an empty string if the results pass."""
    returned = {f"images {i}": result for i, result in enumerate(results, start=1)}
    outcome = judge(SimpleNamespace(inputs=inputs), returned)
    finding = outcome.problem.kind if outcome.problem else outcome.finding
    assert outcome.passed == (finding == "")
    return finding


def replaced(chosen, other, images=IMAGES):
    return np.where(np.reshape(chosen, (N, -1, 1, 1)), other, images)


def chosen(p, *more):
    return RNG.random((N, *more)) < p


MIRROR = IMAGES[..., ::-1]
FLIPS = {
    "right": (replaced(chosen(0.2), MIRROR), ""),
    "upside down": (replaced(chosen(0.2), IMAGES[:, :, ::-1]), "images are turned upside down"),
    "half a turn": (replaced(chosen(0.2), IMAGES[:, :, ::-1, ::-1]), "images are rotated by half a turn"),
    "channels reversed": (replaced(chosen(0.2), IMAGES[:, ::-1]), "the channels of an image are reordered"),
    "batch reversed": (IMAGES[::-1], "the images of the batch are reordered"),
    "channels flipped separately": (replaced(chosen(0.2, 2), MIRROR), "channels of one image are flipped separately"),
    "rows flipped separately": (
        np.where(RNG.random((N, 2, 2, 1)) < 0.2, MIRROR, IMAGES),
        "rows of one image are flipped separately",
    ),
    "upside down, too": (
        replaced(np.arange(N) % 3 == 0, MIRROR[:, :, ::-1], replaced(np.arange(N) % 2 == 0, MIRROR)),
        "some images are turned upside down, too",
    ),
    "last column everywhere": (
        replaced(np.arange(N) % 2 == 0, np.broadcast_to(IMAGES[..., -1:], IMAGES.shape)),
        "every column of an image is its last one",
    ),
    "rearranged": (np.roll(IMAGES, 3, axis=0), "images trade places with others in the batch"),
    "rearranged and mirrored": (
        np.concatenate([MIRROR[::2], IMAGES[1::2]]),
        "images are mirrored, but trade places with others in the batch",
    ),
    "one image twice": (
        np.concatenate([MIRROR[1:2], IMAGES[1:]]),
        "an image is neither the original nor its mirror image",
    ),
    "right half mirrored": (
        replaced(np.arange(N) % 2 == 0, IMAGES[..., [2, 1, 2]]),
        "half of an image is the mirror image of the other half",
    ),
    "brighter": (IMAGES + 1, "an image is neither the original nor its mirror image"),
    "none flipped": (IMAGES, "in each call, either all images are flipped or none"),
    "all flipped": (MIRROR, "in each call, either all images are flipped or none"),
    "flipped with probability 1 - p": (replaced(chosen(0.8), MIRROR), "the fraction flipped is 1 - p"),
    "half flipped": (replaced(chosen(0.5), MIRROR), "half of the images are flipped, whatever p is"),
    "too many flipped": (replaced(chosen(0.35), MIRROR), "more images are flipped than p says"),
    "too few flipped": (replaced(chosen(0.05), MIRROR), "fewer images are flipped than p says"),
    "flipped in pairs": (
        replaced(np.repeat(RNG.random(N // 2) < 0.2, 2), MIRROR),
        "neighboring images are not flipped independently",
    ),
    "float32": (IMAGES.astype(np.float32), "the images come out with a different dtype"),
    "twice as many images": (np.concatenate([IMAGES, MIRROR]), "wrong_shape"),
    "text": ("text", "wrong_type"),
}


@pytest.mark.parametrize(("result", "expected"), FLIPS.values(), ids=FLIPS)
def test_flips_in_one_call_get_the_right_finding(result, expected):
    assert found(properties.flips_horizontally, [result], images=IMAGES, p=0.2, seeds=ONE_SEED) == expected


FIRST, SECOND = replaced(chosen(0.5), MIRROR), replaced(chosen(0.5), MIRROR)
RNG_NOT_USED = "a different `rng` gives the same result: `rng` is not used"
OTHER_RANDOMNESS = "`rng` in the same state gives a different result: some of the randomness does not come from `rng`"


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([FIRST, FIRST, SECOND], ""),
        ([FIRST, SECOND, SECOND], OTHER_RANDOMNESS),
        ([FIRST, FIRST, FIRST], RNG_NOT_USED),
        ([MIRROR, MIRROR, MIRROR], "in each call, either all images are flipped or none"),
        ([IMAGES, IMAGES, MIRROR], "in each call, either all images are flipped or none"),
        ([FIRST, FIRST], "wrong_names"),
    ],
)
def test_flips_must_be_determined_by_the_generator(results, expected):
    assert found(properties.flips_horizontally, results, images=IMAGES, seeds=REPEATED_SEED) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([IMAGES] * 9, "no image is ever flipped"),
        ([MIRROR] * 9, "every image is flipped"),
        ([*[IMAGES] * 8, MIRROR], "in each call, either all images are flipped or none"),
    ],
)
def test_only_nine_calls_show_that_every_image_or_none_is_flipped(results, expected):
    assert found(properties.flips_horizontally, results, images=IMAGES, seeds=np.arange(9)) == expected


@pytest.mark.parametrize(
    ("p", "result", "expected"),
    [
        (1.0, MIRROR, ""),
        (1.0, FIRST, "not every image is flipped even though p is 1"),
        (0.0, IMAGES, ""),
        (0.0, FIRST, "not every image is left alone even though p is 0"),
    ],
)
def test_all_or_no_images_must_be_flipped_if_p_is_one_or_zero(p, result, expected):
    assert found(properties.flips_horizontally, [result], images=IMAGES, p=p, seeds=ONE_SEED) == expected


# --- crops -----------------------------------------------------------------------------------------------

WIDE = RNG.permuted(np.tile(np.arange(1, 49), (N, 1)), axis=1).reshape(N, 2, 4, 6).astype(np.uint8)
SIZE = np.array([2, 4])  # in images of 4 x 6 pixels, a window can begin in three rows and three columns


def cropped(rows, columns, images=WIDE):
    windows = zip(images, np.broadcast_to(rows, len(images)), np.broadcast_to(columns, len(images)), strict=True)
    return np.stack([image[:, i : i + 2, j : j + 4] for image, i, j in windows])


def positions(*bounds):
    return RNG.integers(*bounds, size=N)


DIAGONAL = positions(3)
CROPS = {
    "right": (cropped(positions(3), positions(3)), ""),
    "same place for all": (cropped(1, 2), "all images are cropped in the same place"),
    "last row never chosen": (cropped(positions(2), positions(3)), "the last possible row is never chosen"),
    "last column never chosen": (cropped(positions(3), positions(2)), "the last possible column is never chosen"),
    "first row never chosen": (cropped(positions(1, 3), positions(3)), "the first row is never chosen"),
    "always the same row": (cropped(1, positions(3)), "the row is always the same"),
    "uneven rows": (
        cropped((positions(3) + positions(3)) // 2, positions(3)),
        "some rows are chosen more often than others",
    ),
    "row and column equal": (cropped(DIAGONAL, DIAGONAL), "the row and the column of a window are not independent"),
    "channels cropped separately": (
        cropped(*RNG.integers(3, size=(2, 2 * N)), images=WIDE.reshape(2 * N, 1, 4, 6)).reshape(N, 2, 2, 4),
        "channels of one image are cropped in different places",
    ),
    "every other row": (WIDE[:, :, ::2, :4], "the result is not a window of the original image"),
    "wrong size": (WIDE[:, :, :2, :2], "wrong_shape"),
    "real numbers": (cropped(1, 1).astype(float), "the images come out with a different dtype"),
}


@pytest.mark.parametrize(("result", "expected"), CROPS.values(), ids=CROPS)
def test_crops_in_one_call_get_the_right_finding(result, expected):
    assert found(properties.crops_randomly, [result], images=WIDE, size=SIZE, seeds=ONE_SEED) == expected


CROP1, CROP2 = cropped(positions(3), positions(3)), cropped(positions(3), positions(3))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([CROP1, CROP1, CROP2], ""),
        ([CROP1, CROP2, CROP2], OTHER_RANDOMNESS),
        ([CROP1, CROP1, CROP1], RNG_NOT_USED),
        ([cropped(0, 0)] * 3, "every window is in the upper left corner"),
        ([cropped(1, 1)] * 3, "every window is in the middle"),
        ([cropped(1, 2), cropped(1, 2), cropped(0, 2)], "all images are cropped in the same place"),
    ],
)
def test_crops_must_be_determined_by_the_generator(results, expected):
    assert found(properties.crops_randomly, results, images=WIDE, size=SIZE, seeds=REPEATED_SEED) == expected


def test_window_of_full_size_must_be_the_whole_image():
    assert found(properties.crops_randomly, [WIDE], images=WIDE, size=np.array([4, 6]), seeds=ONE_SEED) == ""


# --- color jitter -----------------------------------------------------------------------------------------------

LIGHT = RNG.uniform(0.5, 1, (N, 3, 2, 2))
LIGHT[:, :, 0, 0] = 0.4


def jittered(factor, images=LIGHT):
    return np.minimum(images * factor, 1)


def factors(low, high, *shape):
    return RNG.uniform(low, high, (*shape, 1, 1))


JITTERED = {
    "right": (jittered(factors(0.5, 1.5, N, 3)), ""),
    "unchanged": (LIGHT, "the images do not change"),
    "one factor for all": (jittered(1.2), "all channels of all images get the same factor"),
    "one factor per channel": (jittered(factors(0.5, 1.5, 1, 3)), "all images get the same factors"),
    "one factor per image": (
        jittered(factors(0.5, 1.5, N, 1)),
        "all channels of an image get the same factor, so its colors stay the same",
    ),
    "one factor per pixel": (
        jittered(RNG.uniform(0.5, 1.5, LIGHT.shape)),
        "the pixels of one channel are not all multiplied by the same factor",
    ),
    "not clipped": (LIGHT * factors(0.5, 1.5, N, 3), "some pixels come out below 0 or above 1"),
    "shifted, not clipped": (
        LIGHT + factors(-0.3, 0.3, N, 3),
        "each channel is shifted by a number, not multiplied by a factor, and some pixels come out below 0 or above 1",
    ),
    "one channel never changes": (
        jittered(factors(0.5, 1.5, N, 3) * [[[[0]], [[1]], [[1]]]] + [[[[1]], [[0]], [[0]]]]),
        "some channels never change",
    ),
    "shifted": (
        np.clip(LIGHT + factors(-0.3, 0.3, N, 3), 0, 1),
        "each channel is shifted by a number, not multiplied by a factor",
    ),
    "only darker": (jittered(factors(0.5, 1.0, N, 3)), "channels are only ever darkened, never brightened"),
    "only brighter": (jittered(factors(1.0, 1.5, N, 3)), "channels are only ever brightened, never darkened"),
    "factors around zero": (jittered(np.maximum(factors(-0.5, 0.5, N, 3), 0)), "many channels turn black"),
    "range too wide": (jittered(factors(0.1, 1.9, N, 3)), "a factor is outside 1 - strength..1 + strength"),
    "range too narrow": (
        jittered(factors(0.8, 1.2, N, 3)),
        "the factors cover only the middle of 1 - strength..1 + strength",
    ),
    "clipped at the ends": (
        jittered(np.clip(RNG.normal(1, 0.5, (N, 3, 1, 1)), 0.5, 1.5)),
        "many factors are at the ends of 1 - strength..1 + strength",
    ),
    "mostly in the middle": (
        jittered((factors(0.5, 1.5, N, 3) + factors(0.5, 1.5, N, 3)) / 2),
        "the factors are not uniform over 1 - strength..1 + strength",
    ),
    "float32": (LIGHT.astype(np.float32), "the images come out with a different dtype"),
}


@pytest.mark.parametrize(("result", "expected"), JITTERED.values(), ids=JITTERED)
def test_color_jitter_gets_the_right_finding(result, expected):
    assert found(properties.jitters_colors, [result], images=LIGHT, strength=0.5, seeds=ONE_SEED) == expected


def test_strength_zero_must_change_nothing():
    assert found(properties.jitters_colors, [LIGHT], images=LIGHT, strength=0.0, seeds=ONE_SEED) == ""
    changed = found(properties.jitters_colors, [jittered(1.2)], images=LIGHT, strength=0.0, seeds=ONE_SEED)
    assert changed == "the images change even though strength is 0"

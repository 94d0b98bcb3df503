"""The pictures of an output that a failing check draws, and the cases in which it draws none."""

import itertools
import re
from html import escape

import numpy as np
import pytest

from gradlab.checks.decide import decide_case
from gradlab.checks.foreign import Foreign
from gradlab.checks.outcome import CaseResult, Outcome
from gradlab.checks.pictures import Picture, draw
from gradlab.checks.public_exercise import PublicCase, PublicExercise
from gradlab.checks.public_report import public_report
from gradlab.checks.run import plain

from .reading import Shown

CURVE, IMAGE = Picture("curve"), Picture("image")
STEPS = np.arange(10.0)
LINE = 1 + STEPS


def drawn(declared, want, got, driver="call", **inputs):
    """Draw one output of a comparison; `got` may be anything that a function could return."""
    case = PublicCase("a case", inputs, want if isinstance(want, dict) else {"result": want}, None, 1e-7)
    outputs = {name: plain(value) for name, value in (got if isinstance(got, dict) else {"result": got}).items()}
    outcome = decide_case(case, CaseResult(outputs), driver=driver, expected=case.expected, tolerance=1e-7, judge=None)
    return draw(declared, "f", driver, case, outcome, outputs)


def by_property(declared, outputs, finding="every row has the same mask", **inputs):
    case = PublicCase("a case", inputs, None, None, 1e-7)
    return draw(declared, "f", "call", case, Outcome(False, finding=finding), outputs)


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


SENTENCES = {
    "is above the expected one, solid, everywhere.": LINE + 1,
    "is below the expected one, solid, from step 4 onward.": LINE - np.where(STEPS >= 3, 1, 0),
    "is above the expected one, solid, only at step 6.": changed(LINE, 5, 9),
    "is below the expected one, solid, at 2 of 10 points, first at step 2.": changed(changed(LINE, 1, 0), 4, 0),
    "leaves the expected one, solid, everywhere.": LINE[::-1],
    "lies on the expected one, solid, where it is finite. Yours is nonfinite only at step 1.": changed(LINE, 0, np.nan),
    "is above the expected one, solid, only at step 10. Yours is off the scale, as far as 1e+06.": changed(
        LINE, 9, 1e6
    ),
    "lies on the expected one, solid, where it is finite. Yours is nonfinite from step 9 onward.": np.where(
        STEPS < 8, LINE, np.inf
    ),
}


@pytest.mark.parametrize(("sentence", "got"), SENTENCES.items())
def test_sentence_says_where_the_curve_leaves_the_expected_one(sentence, got):
    assert Shown(drawn(CURVE, LINE, got)).sentence == f"f by step: your curve, dashed, {sentence}"


def test_curves_share_one_linear_scale():
    got = np.array([1.0, 2, 3, 4, 5, 9])
    shown = Shown(drawn(CURVE, np.arange(1.0, 7), got))
    ((*expected,),), ((*yours,),) = shown.curves(dashed=False), shown.curves(dashed=True)
    (x, y), (yours_x, yours_y) = np.transpose(expected), np.transpose(yours)
    np.testing.assert_allclose(yours_x, x)
    np.testing.assert_allclose(np.diff(x), np.ptp(x) / 5, atol=0.11)
    unit = (y[0] - y[-1]) / 5
    assert unit > 0  # larger values are higher up
    np.testing.assert_allclose((y - yours_y) / unit, [0, 0, 0, 0, 0, 3], atol=0.02)


def test_curve_has_a_gap_where_a_value_is_not_finite():
    pieces = Shown(drawn(CURVE, LINE, changed(LINE + 1, 4, np.nan))).curves(dashed=True)
    assert [len(piece) for piece in pieces] == [4, 5]


def test_far_away_values_do_not_flatten_the_expected_curve():
    (points,) = Shown(drawn(CURVE, LINE, changed(LINE, 3, -1e300))).curves(dashed=False)
    assert np.ptp([y for _, y in points]) > 40


def test_trajectory_starts_where_the_weights_start():
    w, path = np.array([1.0, -2.0]), np.cumsum(np.ones((8, 2)), axis=0)
    got = changed(path, (slice(4, None), 1), 0.0)
    shown = Shown(drawn(CURVE, {"w": path}, {"w": got}, driver="trajectory", w=w))
    assert shown.sentence == "w[1] by step: your curve, dashed, is below the expected one, solid, from step 5 onward."
    ((*yours,),), ((*expected,),) = shown.curves(dashed=True), shown.curves(dashed=False)
    assert len(yours) == 9
    assert yours[:5] == expected[:5]


def test_trajectory_without_a_finite_step_is_not_drawn():
    got = np.full_like(LINE, np.nan)
    assert drawn(CURVE, {"w": LINE}, {"w": got}, driver="trajectory", w=np.array(1.0)) == ""


def test_start_of_a_trajectory_is_inside_the_picture():
    path = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    shown = Shown(drawn(CURVE, {"w": path}, {"w": path + 2}, driver="trajectory", w=np.array(40.0)))
    (points,) = shown.curves(dashed=False)
    assert min(y for _, y in points) > 26  # below the upper edge


def test_sweep_is_drawn_against_its_argument_in_order():
    values = np.array([8, 0, 4, 2, 6])
    shown = Shown(
        drawn(
            CURVE, {"values": 1.0 * values}, {"values": 1.0 * values + (values == 8)}, "sweep", over="t", values=values
        )
    )
    assert shown.sentence == "f by t: your curve, dashed, is above the expected one, solid, only at t 8."
    (points,) = shown.curves(dashed=False)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_curve_shows_the_first_wrong_output_and_names_it():
    outputs = {"result 1": LINE, "result 2": np.stack([LINE, LINE + 5], axis=1)}
    got = outputs | {"result 2": np.stack([LINE, LINE], axis=1)}
    assert Shown(drawn(CURVE, outputs, got)).sentence.startswith("value 2 of f[1] by step: ")


SQUARE = np.linspace(0, 1, 12).reshape(3, 4)
NOTHING = {
    "right": (CURVE, LINE, LINE),
    "a declaration is missing": (None, LINE, LINE + 1),
    "a different shape": (CURVE, LINE, LINE[:, None]),
    "a different length": (CURVE, LINE, LINE[1:]),
    "whole numbers": (CURVE, LINE, np.arange(10)),
    "complex numbers": (CURVE, LINE, LINE + 1j),
    "objects": (CURVE, LINE, np.array([object()] * 10)),
    "text": (CURVE, LINE, np.array(["<b>"] * 10)),
    "a list": (CURVE, LINE, list(LINE)),
    "None": (CURVE, LINE, None),
    "a different name": (CURVE, {"result": LINE}, {"<svg>": LINE}),
    "few points": (CURVE, LINE[:4], LINE[:4] + 1),
    "many points": (CURVE, np.arange(1000.0), np.ones(1000)),
    "a difference too small to see": (CURVE, LINE, LINE * (1 + 1e-5)),
    "nothing finite": (CURVE, LINE, np.full(10, np.nan)),
    "no entries": (CURVE, np.zeros((10, 0)), np.ones((9, 0))),
    "beyond the largest double": (CURVE, LINE, np.where(STEPS > 2, 1.7e308, -1.7e308)),
    "an image that is right": (IMAGE, SQUARE, SQUARE),
    "an image of a different shape": (IMAGE, SQUARE, SQUARE.T),
    "a wide image": (IMAGE, np.zeros((2, 300)), np.ones((2, 300))),
    "an image with two channels": (IMAGE, np.zeros((4, 4, 2)), np.ones((4, 4, 2))),
}


@pytest.mark.parametrize(("declared", "want", "got"), NOTHING.values(), ids=NOTHING)
def test_nothing_is_drawn_if_there_is_nothing_to_look_at(declared, want, got):
    assert drawn(declared, want, got) == ""


def test_wrong_pixels_are_marked():
    got = changed(SQUARE, (1, 2), 0.0)
    shown = Shown(drawn(IMAGE, SQUARE, got))
    assert shown.texts[:3] == ["expected", "yours", "wrong pixels"]
    assert "M2 1h1v1h-1z" in [path["d"] for path in shown.paths]
    assert shown.sentence == (
        "The expected image, yours, and where they differ: in 1 of 12 pixels, in rows 1 to 1 and columns 2 to 2. "
        "Black is 0, white is 1."
    )


@pytest.mark.parametrize(
    ("got", "remark"),
    [
        (255 * SQUARE, " Your values go from 0 to 255."),
        (-SQUARE, " Your values go from -1 to 0."),
        (changed(SQUARE, 0, np.nan), " Your empty pixels are not finite."),
        (np.full_like(SQUARE, np.inf), " Your empty pixels are not finite."),
    ],
)
def test_image_says_which_values_it_cannot_show(got, remark):
    assert f"Black is 0, white is 1.{remark}" in Shown(drawn(IMAGE, SQUARE, got)).texts


def test_color_images_are_drawn_in_color():
    red, green = np.zeros((2, 2, 3)), np.zeros((2, 2, 3))
    red[..., 0], green[..., 1] = 1, 1
    assert {"#f00", "#0f0"} <= {path.get("fill") for path in Shown(drawn(IMAGE, red, green)).paths}


X = np.arange(1.0, 13).reshape(3, 4)
KEPT = np.array([[1, 0, 1, 1]] * 3)


def test_mask_shows_the_scale_and_says_that_rows_are_the_same():
    shown = Shown(by_property(Picture("mask", ("out 1 / x", "out 2 / x")), {"out 1": 4 * X * KEPT}, x=X))
    assert shown.sentence == "out 1 / x is 0 in 25%, 4 in 75% of the entries, and all rows are the same."
    assert "M0 0h1v1h-1zM2 0h2v1h-2zM0 1h1v1h-1zM2 1h2v1h-2zM0 2h1v1h-1zM2 2h2v1h-2z" in [
        path["d"] for path in shown.paths
    ]


def test_fraction_of_entries_in_which_two_masks_differ_is_stated():
    outputs = {"out": 2 * X * KEPT, "dx": X * KEPT}
    shown = Shown(by_property(Picture("mask", ("out / x", "dx / dout")), outputs, x=X, dout=X))
    assert shown.texts[0] == "out / x"
    assert shown.sentence.endswith("They differ in 75% of the entries.")
    assert {"#0072B2", "#D55E00"} <= {path.get("fill") for path in shown.paths}


def test_masks_of_images_have_one_row_per_example():
    shown = Shown(by_property(Picture("mask", ("out",)), {"out": np.ones((40, 3, 5, 5), dtype=bool)}))
    assert "The first 24 of 40 rows, 36 of 75 columns" in shown.texts


IMAGES = np.random.default_rng(0).permuted(np.tile(np.arange(16), (90, 1)), axis=1).reshape(90, 1, 4, 4)
PLACES = Picture("places", ("images", "images 1"))


def test_places_of_windows_are_counted():
    windows = np.concatenate([IMAGES[:60, :, :3, 1:], IMAGES[60:, :, 1:, :3]])
    shown = Shown(by_property(PLACES, {"images 1": windows}, images=IMAGES))
    assert shown.texts[1:] == ["0", "60", "30", "0", "Expected: about 22.5 each"]
    assert "0 to 60 times. 2 of 4 places never occur." in shown.sentence


NO_PICTURE = {
    "many distinct values": (Picture("mask", ("out",)), {"out": X}),
    "values that are not finite": (Picture("mask", ("out / x",)), {"out": X}),
    "one axis": (Picture("mask", ("out",)), {"out": X[0]}),
    "two shapes": (Picture("mask", ("out", "x")), {"out": np.ones((2, 2))}),
    "an output that is missing": (Picture("mask", ("out",)), {}),
    "text": (Picture("mask", ("out",)), {"out": np.array([["a"]])}),
    "something foreign": (Picture("mask", ("out",)), {"out": Foreign("a list")}),
    "too many entries": (Picture("mask", ("out",)), {"out": np.ones((1000, 1000))}),
    "windows larger than the image": (PLACES, {"images 1": np.ones((90, 1, 5, 4))}),
    "windows of fewer images": (PLACES, {"images 1": IMAGES[:80, :, :2, :2]}),
    "pixels from elsewhere": (PLACES, {"images 1": IMAGES[::-1, :, :2, :2]}),
    "windows without channels": (PLACES, {"images 1": IMAGES[:, 0]}),
}


@pytest.mark.parametrize(("declared", "outputs"), NO_PICTURE.values(), ids=NO_PICTURE)
def test_nothing_is_drawn_if_outputs_do_not_fit_the_picture(declared, outputs):
    assert by_property(declared, outputs, x=np.zeros((3, 4)), images=IMAGES) == ""


@pytest.mark.parametrize("finding", ["the output's dtype differs from the input's", "rng is not used"])
def test_nothing_is_drawn_if_the_fault_cannot_be_seen(finding):
    assert by_property(Picture("mask", ("out",)), {"out": KEPT}) != ""
    assert by_property(Picture("mask", ("out",)), {"out": KEPT}, finding) == ""


def test_only_the_first_case_with_something_to_see_is_drawn():
    cases = tuple(
        PublicCase(str(size), {"x": np.arange(1.0, 1 + size)}, {"result": np.arange(1.0, 1 + size)}, None, 1e-7)
        for size in (1, 9, 8, 7)
    )
    exercise = PublicExercise("f", 1.0, "call", "", ("f",), cases, (), picture=CURVE)
    rows = public_report(exercise, [lambda x: x if len(x) == 9 else -x]).rows
    assert [bool(row.picture) for row in rows] == [False, False, True, False]
    assert [bool(row.details) for row in rows] == [True, False, False, False]


EXTREME = (0.0, -0.0, 1.0, 5e-324, 1e-300, 1e300, -1.7e308, np.nan, np.inf, -np.inf)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_extreme_values_are_drawn_small_and_well_formed_or_not_at_all(dtype):
    """Warnings are errors in these tests, and `Shown` refuses anything that is not well-formed."""
    with np.errstate(over="ignore"):
        pairs = [np.array(pair * 5, dtype) for pair in itertools.product(EXTREME, repeat=2)]
    for declared, got in itertools.product((CURVE, IMAGE), pairs):
        want = LINE.astype(dtype)
        svg = drawn(declared, want.reshape(2, 5), got.reshape(2, 5)) if declared is IMAGE else drawn(CURVE, want, got)
        assert len(svg) <= 15_000
        if svg:
            words = (Shown(svg).sentence + " ".join(Shown(svg).texts)).lower()
            assert "nan" not in words
            assert not any(word in path["d"].lower() for path in Shown(svg).paths for word in ("nan", "inf"))


@pytest.mark.parametrize("scale", [1e-7, 1e-3, 1.0, 1e12, 1e300])
@pytest.mark.parametrize("offset", [0.0, 0.3, -1e6])
def test_axis_labels_are_distinct_round_numbers_with_equal_steps(scale, offset):
    shown = Shown(drawn(CURVE, scale * (LINE + offset), scale * (LINE[::-1] + offset)))
    labels = shown.texts[: shown.texts.index("f")]
    down, across = [float(label) / scale for label in labels[:-5]], labels[-5:]
    assert across == ["2", "4", "6", "8", "10"]
    assert 2 <= len(down) <= 6
    np.testing.assert_allclose(np.diff(down), 5, rtol=1e-4)


@pytest.mark.parametrize("kind", ["", "curves", "<svg>"])
def test_unknown_kind_of_picture_is_refused(kind):
    with pytest.raises(ValueError, match="kind must be one of curve, image, mask, places"):
        Picture(kind)


def test_picture_with_too_many_characters_is_left_out():
    noise = np.random.default_rng(1).random((100, 48, 3))
    assert drawn(IMAGE, noise, 1 - noise) == ""


def test_words_of_a_picture_are_on_separate_lines_without_the_markup():
    """JupyterLab shows only the words of a picture in a notebook that is not trusted."""
    svg = drawn(CURVE, LINE, LINE + 1, driver="trajectory")
    words = [line for line in re.sub("<[^>]*>", "", svg).splitlines() if line]
    assert words == [escape(text) for text in Shown(svg).texts]

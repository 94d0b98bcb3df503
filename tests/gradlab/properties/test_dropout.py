"""Properties of dropout: each hand-built result gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties
from gradlab.properties import applies_inverted_dropout

SHAPE = (60, 80)
RNG = np.random.default_rng(0)
X = RNG.choice([-1.0, 1.0], SHAPE) * RNG.uniform(1, 3, SHAPE)


def mask(fraction=0.25, shape=SHAPE):
    return RNG.random(shape) < fraction


def outs(*masks, scale=4.0, x=X):
    return {f"out {i}": x * m * scale for i, m in enumerate(masks, start=1)}


def found(judge, returned, **inputs):
    """Return the finding or the kind of problem, or an empty string if the result passes."""
    outcome = judge(SimpleNamespace(inputs=inputs), returned)
    finding = outcome.problem.kind if outcome.problem else outcome.finding
    assert outcome.passed == (finding == "")
    return finding


FIRST = mask()
ALTERNATE = np.tile([True, False, False, False], (60, 20))
TRAINING = {
    "right": (outs(mask(), mask()), ""),
    "not scaled": (outs(mask(), scale=1.0), "the kept entries are not scaled"),
    "multiplied by p": (outs(mask(), scale=0.25), "the kept entries are multiplied by p"),
    "divided by 1 - p": (outs(mask(), scale=4 / 3), "the kept entries are divided by 1 - p"),
    "divided by p twice": (outs(mask(), scale=16.0), "the kept entries are divided by p twice"),
    "wrong scale": (outs(mask(), scale=3.0), "the kept entries are not x / p"),
    "wrong scale in one of two calls": (
        outs(mask(), mask()) | outs(mask(), scale=1.0),
        "the kept entries are not scaled",
    ),
    "fraction 1 - p kept": (outs(mask(0.75)), "the fraction kept is 1 - p"),
    "half kept": (outs(mask(0.5)), "half of the entries are kept, whatever p is"),
    "too many kept": (outs(mask(0.35)), "more entries are kept than p says"),
    "too few kept": (outs(mask(0.15)), "fewer entries are kept than p says"),
    "nothing kept": (outs(mask(0.0)), "nothing is kept"),
    "everything kept": (outs(mask(1.0)), "nothing is dropped"),
    "same row for all": (outs(np.tile(mask(shape=80), (60, 1))), "every example has the same mask"),
    "same column for all": (
        outs(np.tile(mask(shape=(60, 1)), (1, 80))),
        "entries of one example are kept or dropped together",
    ),
    "equal pairs of columns": (
        outs(np.repeat(mask(shape=(60, 40)), 2, axis=1)),
        "entries of one example are kept or dropped together",
    ),
    "outer product": (
        outs(mask(0.5, (60, 1)) & mask(0.5, (1, 80))),
        "neighboring entries are not dropped independently",
    ),
    "exactly 20 of 80 per example": (
        outs(RNG.permuted(ALTERNATE, axis=1)),
        "every example keeps exactly the same number of entries: they are not dropped independently",
    ),
    "one call in three drops nothing": (
        outs(mask(), mask(1.0), mask()),
        "some calls drop nothing, and others drop a part",
    ),
    "same mask twice": (outs(FIRST, FIRST), "every call gives the same mask"),
    # Eight copies of one mask look like eight masks that keep the same number of entries.
    "same mask eight times": (outs(*[FIRST] * 8), "every call gives the same mask"),
    "float32": ({"out 1": (X * mask() * 4).astype(np.float32)}, "the output's dtype differs from the input's"),
    "wrong shape": ({"out 1": X[:, :3]}, "wrong_shape"),
    "text": ({"out 1": "text"}, "wrong_type"),
    "wrong name": ({"result": X}, "wrong_names"),
}


@pytest.mark.parametrize(("returned", "expected"), TRAINING.values(), ids=TRAINING)
def test_training_output_gets_the_right_finding(returned, expected):
    assert found(applies_inverted_dropout, returned, x=X, dropout_param={"p": 0.25, "mode": "train"}) == expected


IMAGES = RNG.uniform(1, 2, (20, 3, 8, 10))


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((20, 3, 8, 10), ""),
        ((1, 3, 8, 10), "every example has the same mask"),
        ((1, 1, 1, 10), "one short mask is repeated throughout"),
        ((20, 3, 1, 1), "entries of one example are kept or dropped together"),
        ((20, 1, 8, 10), "entries of one example are kept or dropped together"),
    ],
)
def test_image_masks_must_be_independent_for_every_pixel(shape, expected):
    out = {"out 1": np.broadcast_to(mask(0.4, shape), IMAGES.shape) * IMAGES * 2.5}
    assert found(applies_inverted_dropout, out, x=IMAGES, dropout_param={"p": 0.4, "mode": "train"}) == expected


SECOND = mask()


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        ([FIRST, FIRST, SECOND], ""),
        ([FIRST, SECOND, SECOND], "the same seed gives a different mask"),
        ([FIRST, FIRST, FIRST], "a different seed gives the same mask"),
    ],
    ids=["right", "seed ignored", "same mask for every seed"],
)
def test_equal_seeds_must_repeat_the_mask(masks, expected):
    param, seeds = {"p": 0.25, "mode": "train"}, np.array([3, 3, 4])
    assert found(applies_inverted_dropout, outs(*masks), x=X, dropout_param=param, seeds=seeds) == expected


@pytest.mark.parametrize(
    ("out", "expected"),
    [
        (X, ""),
        (0.25 * X, "the output is scaled at test time"),
        (X * FIRST, "some entries become 0 at test time"),
        (0 * X, "all entries become 0 at test time"),
        (X + 1, "the output is not x at test time"),
    ],
    ids=["right", "scaled", "dropped", "zero", "shifted"],
)
def test_test_time_output_must_be_the_input(out, expected):
    assert found(applies_inverted_dropout, {"out 1": out}, x=X, dropout_param={"p": 0.25, "mode": "test"}) == expected


def test_relu_at_test_time_is_not_taken_for_dropout():
    x, param = RNG.normal(size=(10, 12)), {"p": 0.25, "mode": "test"}
    expected = "negative entries become 0 at test time, and the others stay as they are"
    assert found(applies_inverted_dropout, {"out 1": np.maximum(x, 0)}, x=x, dropout_param=param) == expected


def test_everything_must_be_kept_if_p_is_one():
    param = {"p": 1.0, "mode": "train"}
    assert found(applies_inverted_dropout, {"out 1": X}, x=X, dropout_param=param) == ""
    dropped = found(applies_inverted_dropout, {"out 1": X * FIRST}, x=X, dropout_param=param)
    assert dropped == "not everything is kept even though p is 1"


@pytest.mark.parametrize("seed", range(100))
def test_correct_masks_pass(seed):
    """Each seed gives a random shape and a random probability of keeping an entry."""
    rng = np.random.default_rng(seed)
    p, shape = rng.uniform(0.05, 0.95), tuple(rng.integers(1, 60, size=rng.integers(2, 4)))
    x = rng.uniform(1, 2, shape)
    out = {f"out {i}": x * (rng.random(shape) < p) / p for i in (1, 2)}
    assert found(applies_inverted_dropout, out, x=x, dropout_param={"p": p, "mode": "train"}) == ""


# --- backward pass ----------------------------------------------------------------------------------------

DOUT = RNG.uniform(1, 2, SHAPE)
GRADIENTS = {
    "right": (4 * DOUT * FIRST, ""),
    "not scaled": (DOUT * FIRST, "the gradient passes in the right places, but it is not scaled"),
    "scaled twice": (16 * DOUT * FIRST, "the gradient passes in the right places, but it is scaled twice"),
    "mask without dout": (
        4.0 * FIRST,
        "the gradient passes in the right places, but it is not dout times the scale",
    ),
    "passes everywhere": (DOUT, "the gradient passes everywhere"),
    "passes nowhere": (0 * DOUT, "the gradient does not pass anywhere"),
    "inverted mask": (4 * DOUT * ~FIRST, "the gradient passes exactly where the output was dropped"),
    "different mask": (4 * DOUT * SECOND, "the gradient passes in different places from the output"),
    "float32": ((4 * DOUT * FIRST).astype(np.float32), "the gradient's dtype differs from that of dout"),
    "wrong shape": (DOUT[0], "wrong_shape"),
}


@pytest.mark.parametrize(("dx", "expected"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradient_gets_the_right_finding(dx, expected):
    returned, param = {"out": 4 * X * FIRST, "dx": dx}, {"p": 0.25, "mode": "train"}
    assert found(properties.gradient_follows_dropout_mask, returned, x=X, dout=DOUT, dropout_param=param) == expected


@pytest.mark.parametrize("out", [X, 0 * X], ids=["nothing is dropped", "everything is dropped"])
def test_forward_pass_must_drop_some_entries_and_keep_some(out):
    inputs = {"x": X, "dout": DOUT, "dropout_param": {"p": 0.25, "mode": "train"}}
    finding = found(properties.gradient_follows_dropout_mask, {"out": out, "dx": DOUT * (out != 0)}, **inputs)
    assert finding.startswith("the forward pass drops nothing or everything")


@pytest.mark.parametrize("axis", [0, 1])
def test_mask_with_two_equal_halves_is_detected(axis):
    half = mask(0.25, (40, 80) if axis == 0 else (80, 40))
    out = {"out 1": np.concatenate([half, half], axis=axis) * 4.0}
    finding = found(applies_inverted_dropout, out, x=np.ones((80, 80)), dropout_param={"p": 0.25, "mode": "train"})
    assert finding == "entries some distance apart are kept or dropped together"


def test_same_number_kept_in_every_call_is_detected():
    masks = [RNG.permutation(np.arange(3200) < 800).reshape(40, 80) for _ in range(8)]
    returned = {f"out {i}": 4.0 * kept for i, kept in enumerate(masks, start=1)}
    finding = found(applies_inverted_dropout, returned, x=np.ones((40, 80)), dropout_param={"p": 0.25, "mode": "train"})
    assert finding == "every call keeps exactly the same number of entries: they are not dropped independently"


def test_correct_backward_pass_passes_despite_a_wrong_forward_pass():
    """A wrong forward pass does not count against the backward pass.

    In training mode, both passes scale by 3 instead of 4. In test mode, the forward pass scales the output, and the
    backward pass scales the gradient or leaves it unchanged.
    """
    for mode, out, dx in (
        ("train", 3 * X * FIRST, 3 * DOUT * FIRST),
        ("test", 0.25 * X, 0.25 * DOUT),
        ("test", 0.25 * X, DOUT),
    ):
        inputs = {"x": X, "dout": DOUT, "dropout_param": {"p": 0.25, "mode": mode}}
        assert found(properties.gradient_follows_dropout_mask, {"out": out, "dx": dx}, **inputs) == ""


# --- vanilla dropout -------------------------------------------------------------------------------------

SIZES = (4, 40, 40, 3)
PARAMS = {f"W{i}": RNG.normal(size=SIZES[i - 1 : i + 1]) for i in (1, 2, 3)}
PARAMS |= {f"b{i}": RNG.normal(size=SIZES[i]) for i in (1, 2, 3)}
INPUTS = RNG.normal(size=(120, 4))
MASK1, MASK2 = mask(0.7, (120, 40)), mask(0.7, (120, 40))


def scores(mask1, mask2, last_bias=True):
    """Compute the scores of the forward pass, layer by layer."""
    h1 = np.maximum(INPUTS @ PARAMS["W1"] + PARAMS["b1"], 0) * mask1
    h2 = np.maximum(h1 @ PARAMS["W2"] + PARAMS["b2"], 0) * mask2
    return h2 @ PARAMS["W3"] + last_bias * PARAMS["b3"]


def outputs(result, mask1=MASK1, mask2=MASK2, **others):
    masks = {"mask 1": mask1, "mask 2": mask2}
    again = {f"{name} again": value for name, value in masks.items()}
    other = {f"{name} of another rng": value[::-1, ::-1] if value.ndim == 2 else value for name, value in masks.items()}
    return {"scores": result, **masks, **again, **other, **others}


RIGHT = scores(MASK1, MASK2)
VANILLA = {
    "right": (outputs(RIGHT), ""),
    "as numbers": (outputs(RIGHT, MASK1 * 1.0, MASK2.astype(int)), ""),
    "masks not applied": (outputs(scores(1, 1)), "the returned scores are computed without any mask"),
    "only the first applied": (outputs(scores(MASK1, 1)), "only the mask of hidden layer 1 is applied"),
    "only the second applied": (outputs(scores(1, MASK2)), "only the mask of hidden layer 2 is applied"),
    "scaled": (outputs(scores(MASK1 / 0.7, MASK2 / 0.7)), "the kept units are scaled during training"),
    "masks of 1/p": (outputs(RIGHT, MASK1 / 0.7, MASK2 / 0.7), "a mask holds numbers other than 0 and 1"),
    "shared mask": (outputs(scores(MASK1, MASK1), MASK1, MASK1), "the masks returned for two layers are the same"),
    "missing bias": (outputs(scores(MASK1, MASK2, False)), "the scores of all examples are off by the same amount"),
    "other masks": (outputs(RIGHT, MASK2, MASK1), "the scores are not what the network gives with these masks"),
    "1 - p": (outputs(scores(~MASK1, ~MASK2), ~MASK1, ~MASK2), "the fraction kept is 1 - p"),
    "one row": (
        outputs(scores(MASK1[:1], MASK2), np.tile(MASK1[:1], (120, 1)), MASK2),
        "every example has the same mask",
    ),
    "not reproducible": (outputs(RIGHT, **{"mask 2 again": MASK1}), "`rng` in the same state gives a different mask"),
    "rng not used": (outputs(RIGHT, **{"mask 1 of another rng": MASK1}), "a different `rng` gives the same mask"),
    "missing mask": ({"scores": RIGHT, "mask 1": MASK1}, "wrong_names"),
    "mask with one row": (outputs(RIGHT, MASK1[0]), "wrong_shape"),
}


@pytest.mark.parametrize(("returned", "expected"), VANILLA.values(), ids=VANILLA)
def test_vanilla_dropout_gets_the_right_finding(returned, expected):
    finding = found(properties.applies_vanilla_dropout, returned, X=INPUTS, params=PARAMS, p=0.7)
    assert finding.startswith(expected) if expected else finding == ""


def test_output_that_is_the_input_in_both_modes_fails_at_test_time():
    param = {"p": 0.25, "mode": "test"}
    returned = {"out 1": X, "out in training": X}
    assert found(applies_inverted_dropout, returned, x=X, dropout_param=param) == (
        "a call in training returns the input unchanged, too"
    )
    assert found(applies_inverted_dropout, returned | {"out in training": 0 * X}, x=X, dropout_param=param) == ""


def test_gradient_that_is_dout_in_both_modes_fails_at_test_time():
    inputs = {"x": X, "dout": DOUT, "dropout_param": {"p": 0.25, "mode": "test"}}
    returned = {"out": X, "dx": DOUT, "dx in training": DOUT}
    assert found(properties.gradient_follows_dropout_mask, returned, **inputs) == (
        "the gradient passes unchanged in both modes"
    )
    assert found(properties.gradient_follows_dropout_mask, returned | {"dx in training": 0 * DOUT}, **inputs) == ""

"""Dropout masks by what they keep: what passes, and what is found in what does not."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import drivers, properties

H = np.random.default_rng(0).uniform(1, 2, (60, 40))


def drawn(share, shape=(60, 40), seed=1):
    """Zeros and ones, each one with this probability."""
    return (np.random.default_rng(seed).random(shape) < share).astype(float)


MASKS = {
    "of numbers": (drawn(0.8), ""),
    "of bool": (drawn(0.8) == 1, ""),
    "of whole numbers": (drawn(0.8).astype(int), ""),
    "too much": (drawn(0.9), "more entries are kept than p says"),
    "too little": (drawn(0.6), "fewer entries are kept than p says"),
    "the other share": (1 - drawn(0.8), "the fraction kept is 1 - p"),
    "everything": (np.ones(H.shape), "nothing is dropped"),
    "nothing": (np.zeros(H.shape), "nothing is kept"),
    "one row for all": (np.tile(drawn(0.8, 40), (60, 1)), "every example has the same mask"),
    "whole rows": (
        np.tile(drawn(0.8, (60, 1)), (1, 40)),
        "entries of one example are kept or dropped together",
    ),
    "scaled": (drawn(0.8) / 0.8, "the mask's nonzero entries are not 1"),
    "applied": (H * drawn(0.8), "the mask holds many different numbers, not just 0 and 1"),
    "another shape": (drawn(0.8, (40, 60)), "wrong_shape"),
    "text": ("mask", "wrong_type"),
    "text in an array": (np.full(H.shape, "1"), "wrong_type"),
}
OUTPUTS = {
    "right": (H * drawn(0.8) / 0.8, ""),
    "float32": ((H * drawn(0.8) / 0.8).astype(np.float32), ""),
    "not scaled": (H * drawn(0.8), "the kept entries are not scaled"),
    "multiplied": (H * drawn(0.8) * 0.8, "the kept entries are multiplied by the fraction kept"),
    "scaled for the other share": (H * drawn(0.8) / 0.2, "the kept entries are divided by the fraction dropped"),
    "scaled by something": (H * drawn(0.8) * 1.1, "the kept entries are not scaled to make up for the dropped ones"),
    "scaled unevenly": (H**2 * drawn(0.8), "the kept entries are not scaled to make up for the dropped ones"),
    "the other share": (H * drawn(0.2) / 0.2, "the fraction kept is 1 - p, where p is 1 - drop"),
    "nothing dropped": (H, "nothing is dropped"),
    "one row for all": (H * drawn(0.8, 40) / 0.8, "every example has the same mask"),
    "a number": (np.array(1.0), "wrong_shape"),
    "nothing at all": (None, "wrong_type"),
}


def three(result, again=None, other=None):
    """What the driver gives of a mask or an output; another generator gives the same turned over, which is as fair."""
    whole = isinstance(result, np.ndarray) and result.ndim == 2
    return {
        "result": result,
        "result again": result if again is None else again,
        "result of another rng": (result[::-1, ::-1] if whole else result) if other is None else other,
    }


def found(outcome):
    return outcome.problem.kind if outcome.problem else outcome.finding


@pytest.mark.parametrize(("mask", "finding"), MASKS.values(), ids=MASKS)
def test_masks(mask, finding):
    outcome = properties.is_dropout_mask(SimpleNamespace(inputs={"h": H, "p": 0.8}), three(mask))
    assert (outcome.passed, found(outcome)) == (finding == "", finding)


@pytest.mark.parametrize(("out", "finding"), OUTPUTS.values(), ids=OUTPUTS)
def test_outputs(out, finding):
    outcome = properties.drops_with_probability(SimpleNamespace(inputs={"h": H, "drop": 0.2}), three(out))
    assert (outcome.passed, found(outcome)) == (finding == "", finding)


@pytest.mark.parametrize("judge", [properties.is_dropout_mask, properties.drops_with_probability])
def test_two_things_for_one_have_other_names(judge):
    case = SimpleNamespace(inputs={"h": H, "p": 0.8, "drop": 0.2})
    assert found(judge(case, {"result 1": H, "result 2": H})) == "wrong_names"


@pytest.mark.parametrize("share", [0.02, 0.25, 0.5, 0.9])
def test_no_fair_mask_is_refused(share):
    case = SimpleNamespace(inputs={"h": H, "p": share, "drop": 1 - share})
    for seed in range(300):
        mask = drawn(share, seed=seed)
        other = drawn(share, seed=seed + 1)
        assert properties.is_dropout_mask(case, three(mask, other=other)).passed
        assert properties.drops_with_probability(case, three(H * mask / share, other=H * other / share)).passed


@pytest.mark.parametrize(
    ("drawn_then", "finding"),
    [
        ({"again": drawn(0.8, seed=2)}, "rng in the same state gives a different mask"),
        ({"other": drawn(0.8)}, "a different rng gives the same mask"),
    ],
)
@pytest.mark.parametrize("judge", [properties.is_dropout_mask, properties.drops_with_probability])
def test_the_generator_decides_and_nothing_else(judge, drawn_then, finding):
    scale = 1 if judge is properties.is_dropout_mask else H / 0.8
    returned = three(scale * drawn(0.8), **{name: scale * mask for name, mask in drawn_then.items()})
    assert finding in found(judge(SimpleNamespace(inputs={"h": H, "p": 0.8, "drop": 0.2}), returned))


def test_a_generator_is_made_from_the_seed_for_every_call():
    def draw(size, rng):
        return rng.random(size)

    outputs = drivers.call_with_rngs(draw, seed=7, size=3)
    assert list(outputs) == ["result", "result again", "result of another rng"]
    for result, seed in zip(outputs.values(), (7, 7, 8), strict=True):
        np.testing.assert_array_equal(result, np.random.default_rng(seed).random(3))

"""Properties of dropout masks and outputs: correct results pass, and each fault gets the right finding."""

from types import SimpleNamespace

import numpy as np
import pytest

from gradlab import properties

H = np.random.default_rng(0).uniform(1, 2, (60, 40))


def mask(p, shape=(60, 40), seed=1):
    """Return an array of zeros and ones, in which each entry is 1 with probability p."""
    return (np.random.default_rng(seed).random(shape) < p).astype(float)


MASKS = {
    "floats": (mask(0.8), ""),
    "bools": (mask(0.8) == 1, ""),
    "integers": (mask(0.8).astype(int), ""),
    "too many kept": (mask(0.9), "more entries are kept than p says"),
    "too few kept": (mask(0.6), "fewer entries are kept than p says"),
    "1 - p": (1 - mask(0.8), "the fraction kept is 1 - p"),
    "everything kept": (np.ones(H.shape), "nothing is dropped"),
    "nothing kept": (np.zeros(H.shape), "nothing is kept"),
    "same row for all": (np.tile(mask(0.8, 40), (60, 1)), "every example has the same mask"),
    "whole rows dropped": (
        np.tile(mask(0.8, (60, 1)), (1, 40)),
        "entries of one example are kept or dropped together",
    ),
    "scaled": (mask(0.8) / 0.8, "the mask's nonzero entries are not 1"),
    "mask times input": (H * mask(0.8), "the mask holds many different numbers, not just 0 and 1"),
    "wrong shape": (mask(0.8, (40, 60)), "wrong_shape"),
    "text": ("mask", "wrong_type"),
    "array of text": (np.full(H.shape, "1"), "wrong_type"),
}
OUTPUTS = {
    "right": (H * mask(0.8) / 0.8, ""),
    "float32": ((H * mask(0.8) / 0.8).astype(np.float32), ""),
    "not scaled": (H * mask(0.8), "the kept entries are not scaled"),
    "multiplied": (H * mask(0.8) * 0.8, "the kept entries are multiplied by the fraction kept"),
    "scaled for 1 - p": (H * mask(0.8) / 0.2, "the kept entries are divided by the fraction dropped"),
    "scaled twice": (H * mask(0.8) / 0.8**2, "the kept entries are divided twice by the fraction kept"),
    "scaled by what is kept": (H * mask(0.8) / mask(0.8).mean(), "the scale changes with each mask"),
    "wrong scale": (H * mask(0.8) * 1.1, "the kept entries are not divided by 1 - `drop`"),
    "uneven scale": (H**2 * mask(0.8), "the kept entries are not divided by 1 - `drop`"),
    "1 - p": (H * mask(0.2) / 0.2, "the fraction kept is `drop`"),
    "half kept": (H * mask(0.5) / 0.8, "half of the entries are kept, whatever `drop` is"),
    "too few kept": (H * mask(0.6) / 0.8, "fewer entries are kept than `drop` says"),
    "nothing dropped": (H, "nothing is dropped"),
    "same row for all": (H * mask(0.8, 40) / 0.8, "every example has the same mask"),
    "number": (np.array(1.0), "wrong_shape"),
    "None": (None, "wrong_type"),
}


def three_calls(result, again=None, other=None):
    """Return outputs like the driver's. By default, another rng gives the reversed array, which is just as random."""
    matrix = isinstance(result, np.ndarray) and result.ndim == 2
    return {
        "result": result,
        "result again": result if again is None else again,
        "result of another rng": (result[::-1, ::-1] if matrix else result) if other is None else other,
    }


def test_dropping_when_nothing_should_be_dropped_gets_the_right_finding():
    case = SimpleNamespace(inputs={"h": H, "drop": 0.0})
    assert found(properties.drops_with_probability(case, three_calls(H))) == ""
    dropped = found(properties.drops_with_probability(case, three_calls(H * mask(0.8))))
    assert dropped == "not everything is kept even though `drop` is 0"


def found(outcome):
    return outcome.problem.kind if outcome.problem else outcome.finding


@pytest.mark.parametrize(("result", "finding"), MASKS.values(), ids=MASKS)
def test_mask_gets_the_right_finding(result, finding):
    outcome = properties.is_dropout_mask(SimpleNamespace(inputs={"h": H, "p": 0.8}), three_calls(result))
    assert (outcome.passed, found(outcome)) == (finding == "", finding)


@pytest.mark.parametrize(("result", "finding"), OUTPUTS.values(), ids=OUTPUTS)
def test_dropout_output_gets_the_right_finding(result, finding):
    outcome = properties.drops_with_probability(SimpleNamespace(inputs={"h": H, "drop": 0.2}), three_calls(result))
    assert (outcome.passed, found(outcome)) == (finding == "", finding)


BOTH = pytest.mark.parametrize("judge", [properties.is_dropout_mask, properties.drops_with_probability])


@BOTH
def test_tuple_instead_of_one_array_is_reported_as_wrong_names(judge):
    case = SimpleNamespace(inputs={"h": H, "p": 0.8, "drop": 0.2})
    assert found(judge(case, {"result 1": H, "result 2": H})) == "wrong_names"


@pytest.mark.parametrize("p", [0.02, 0.25, 0.5, 0.9])
def test_correct_masks_always_pass(p):
    case = SimpleNamespace(inputs={"h": H, "p": p, "drop": 1 - p})
    for seed in range(300):
        one, other = mask(p, seed=seed), mask(p, seed=seed + 1)
        assert properties.is_dropout_mask(case, three_calls(one, other=other)).passed
        assert properties.drops_with_probability(case, three_calls(H * one / p, other=H * other / p)).passed


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"again": mask(0.8, seed=2)}, "`rng` in the same state gives a different mask"),
        ({"other": mask(0.8)}, "a different `rng` gives the same mask"),
    ],
    ids=["not reproducible", "rng not used"],
)
@BOTH
def test_mask_must_be_determined_by_the_generator(judge, changed, finding):
    scale = 1 if judge is properties.is_dropout_mask else H / 0.8
    returned = three_calls(scale * mask(0.8), **{name: scale * result for name, result in changed.items()})
    assert finding in found(judge(SimpleNamespace(inputs={"h": H, "p": 0.8, "drop": 0.2}), returned))

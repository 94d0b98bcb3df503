"""Every layer and loss, compared with PyTorch's values, which are stored in a file; see make_torch_values.py."""

from pathlib import Path

import numpy as np
import pytest

from .calls import CALLS

TORCH = np.load(Path(__file__).with_name("torch_values.npz"), allow_pickle=False)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("i", range(len(CALLS)), ids=[f"{call.kind}-{call.shapes}" for call in CALLS])
def test_output_and_gradients_match_pytorch(i, dtype, tolerance):
    for k, actual in enumerate(CALLS[i].outputs(CALLS[i].arrays(dtype))):
        assert actual.dtype == dtype
        np.testing.assert_allclose(
            actual, TORCH[f"{i} {k}"], rtol=tolerance, atol=tolerance, strict=dtype == np.float64
        )


def test_stored_values_cover_exactly_these_calls():
    expected = {f"{i} {k}" for i, call in enumerate(CALLS) for k in range(len(call.shapes) + 1)}
    assert set(TORCH) == expected

"""Every layer and loss, compared with PyTorch itself on random shapes. These tests are skipped without PyTorch."""

import importlib.util

import numpy as np
import pytest

from .calls import LOSSES, PAIRS, random_call

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="install it with: make torch")


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("kind", [*PAIRS, *LOSSES])
def test_output_and_gradients_match_pytorch(kind, dtype, tolerance):
    from .pytorch import torch_outputs

    for seed in range(50):
        call = random_call(kind, seed)
        arrays = call.arrays(dtype)
        for actual, expected in zip(call.outputs(arrays), torch_outputs(call, arrays), strict=True):
            assert actual.dtype == expected.dtype == dtype
            np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance, err_msg=str(call))

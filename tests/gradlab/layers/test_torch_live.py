"""Every layer and loss against PyTorch itself, where it is installed, over random shapes."""

import numpy as np
import pytest

from .kinds import LOSSES, PAIRS, draw

pytest.importorskip("torch")


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("kind", [*PAIRS, *LOSSES])
def test_output_and_gradients_are_pytorchs(kind, dtype, tolerance):
    from .pytorch import theirs

    for seed in range(50):
        call = draw(kind, seed)
        arrays = call.arrays(dtype)
        for ours, torchs in zip(call.ours(arrays), theirs(call, arrays), strict=True):
            assert ours.dtype == torchs.dtype == dtype
            np.testing.assert_allclose(ours, torchs, rtol=tolerance, atol=tolerance, err_msg=str(call))

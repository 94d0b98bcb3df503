"""Every model, compared with PyTorch itself in float32 and float64. These tests are skipped without PyTorch."""

from importlib.util import find_spec

import numpy as np
import pytest

from .cases import CASES

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed: run `make torch`")


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("name", CASES)
def test_loss_and_gradients_match_pytorch(name, dtype, tolerance):
    from .pytorch import torch_values

    expected = {what: value.detach().numpy() for what, value in torch_values(CASES[name], dtype).items()}
    loss, grads = CASES[name].build(dtype).loss(*CASES[name].data(dtype))
    assert loss == pytest.approx(expected["loss"], rel=tolerance, abs=tolerance)
    for parameter, grad in grads.items():
        np.testing.assert_allclose(grad, expected[parameter], tolerance, tolerance, err_msg=parameter)

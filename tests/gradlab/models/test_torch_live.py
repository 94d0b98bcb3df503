"""Every model against PyTorch itself, where it is installed, in its own float32 as well as in float64."""

import numpy as np
import pytest

from .kinds import KINDS

pytest.importorskip("torch")


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("name", KINDS)
def test_loss_and_gradients_are_pytorchs(name, dtype, tolerance):
    from .pytorch import theirs

    expected = {what: value.detach().numpy() for what, value in theirs(KINDS[name], dtype).items()}
    loss, grads = KINDS[name].build(dtype).loss(*KINDS[name].data(dtype))
    assert loss == pytest.approx(expected["loss"], rel=tolerance, abs=tolerance)
    for parameter, grad in grads.items():
        np.testing.assert_allclose(grad, expected[parameter], tolerance, tolerance, err_msg=parameter)

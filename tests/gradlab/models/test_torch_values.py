"""Every model, compared with PyTorch's values, which are stored in a file; see make_torch_values.py."""

from pathlib import Path

import numpy as np
import pytest

from gradlab.models import convnet
from gradlab.models.model import Model
from gradlab.models.sequential import Chunked

from .cases import CASES

TORCH = np.load(Path(__file__).with_name("torch_values.npz"), allow_pickle=False)
both_dtypes = pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])


@both_dtypes
@pytest.mark.parametrize("name", CASES)
def test_loss_and_gradients_match_pytorch(name, dtype, tolerance):
    loss, grads = CASES[name].build(dtype).loss(*CASES[name].data(dtype))
    assert loss == pytest.approx(TORCH[f"{name}: loss"], rel=tolerance, abs=tolerance)
    for parameter, grad in grads.items():
        assert grad.dtype == dtype
        expected = TORCH[f"{name}: {parameter}"]
        np.testing.assert_allclose(grad, expected, tolerance, tolerance, err_msg=parameter)


@both_dtypes
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "normalization" not in case.settings])
def test_scores_match_pytorch(name, dtype, tolerance):
    scores = CASES[name].build(dtype).loss(CASES[name].data(dtype)[0])
    assert scores.dtype == dtype
    np.testing.assert_allclose(scores, TORCH[f"{name}: scores"], tolerance, tolerance)


@pytest.mark.parametrize("images", [1, 2, 3])
@pytest.mark.parametrize("name", ["convolution", "convolution, 5x5, tanh"])
def test_chunk_size_does_not_change_the_result(name, images):
    whole, (X, y) = CASES[name].build(), CASES[name].data()
    front, *rest = whole.layers
    model = Model(
        [Chunked(front.parts, images), *rest], whole.loss_function, whole.example_shape,
        reg=whole.reg, init="normal", weight_scale=1.0, dtype=whole.dtype, seed=None,
    )  # fmt: skip
    model.params = whole.params
    loss, grads = model.loss(X, y)
    np.testing.assert_allclose(model.loss(X), TORCH[f"{name}: scores"], 1e-10, 1e-10)
    assert loss == pytest.approx(TORCH[f"{name}: loss"], rel=1e-10)
    for parameter, grad in grads.items():
        np.testing.assert_allclose(grad, TORCH[f"{name}: {parameter}"], 1e-10, 1e-10, err_msg=parameter)


@pytest.mark.parametrize(("images", "filters"), [(1, 40), (1, 32), (2, 16), (3, 10)])
def test_chunk_holds_as_many_images_as_fit(images, filters):
    """The output of one filter takes 64 · 64 · 8 bytes, and CHUNK is 32 times as large."""
    assert convnet.CHUNK == 32 * 64 * 64 * 8
    model = convnet.ConvNet((1, 64, 64), filters, 1, hidden_dim=1, num_classes=2, dtype=np.float64)
    assert model.layers[0].examples == images


def test_stored_values_cover_exactly_these_models():
    expected = {f"{name}: {what}" for name, case in CASES.items() for what in ("scores", "loss", *case.build().params)}
    assert set(TORCH) == expected

"""Every model against PyTorch's values, frozen in a file; see make_torch_values.py."""

from pathlib import Path

import numpy as np
import pytest

from .kinds import KINDS

TORCH = np.load(Path(__file__).with_name("torch_values.npz"), allow_pickle=False)
both_dtypes = pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])


@both_dtypes
@pytest.mark.parametrize("name", KINDS)
def test_loss_and_gradients_are_pytorchs(name, dtype, tolerance):
    loss, grads = KINDS[name].build(dtype).loss(*KINDS[name].data(dtype))
    assert loss == pytest.approx(TORCH[f"{name}: loss"], rel=tolerance, abs=tolerance)
    for parameter, grad in grads.items():
        assert grad.dtype == dtype
        expected = TORCH[f"{name}: {parameter}"]
        np.testing.assert_allclose(grad, expected, tolerance, tolerance, err_msg=parameter)


@both_dtypes
@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if "normalization" not in kind.settings])
def test_scores_are_pytorchs(name, dtype, tolerance):
    scores = KINDS[name].build(dtype).loss(KINDS[name].data(dtype)[0])
    assert scores.dtype == dtype
    np.testing.assert_allclose(scores, TORCH[f"{name}: scores"], tolerance, tolerance)


@pytest.mark.parametrize("images", [1, 2, 3])
@pytest.mark.parametrize("name", ["convolution", "convolution, 5x5, tanh"])
def test_a_few_images_at_a_time_give_the_same(name, images, monkeypatch):
    filters, (_, _, height, width) = KINDS[name].args[1], KINDS[name].batch
    monkeypatch.setattr("gradlab.models.convnet.CHUNK", images * filters * height * width * 8 + 1)
    model, (X, y) = KINDS[name].build(), KINDS[name].data()
    assert model.layers[0].examples == images
    loss, grads = model.loss(X, y)
    np.testing.assert_allclose(model.loss(X), TORCH[f"{name}: scores"], 1e-10, 1e-10)
    assert loss == pytest.approx(TORCH[f"{name}: loss"], rel=1e-10)
    for parameter, grad in grads.items():
        np.testing.assert_allclose(grad, TORCH[f"{name}: {parameter}"], 1e-10, 1e-10, err_msg=parameter)


def test_the_file_holds_these_models_and_no_others():
    asked = {f"{name}: {what}" for name, kind in KINDS.items() for what in ("scores", "loss", *kind.build().params)}
    assert set(TORCH) == asked

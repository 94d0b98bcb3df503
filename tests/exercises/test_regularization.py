"""Regularization: comparisons with PyTorch, SciPy, and closed forms, and the numbers that the notebook quotes."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import scipy

from autograder.catalogue import assignments
from autograder.exercises.regularization.pretrained import NEW, OLD, at_random_places, digits, pretrained
from gradlab import drivers
from gradlab.layers import affine_forward, relu_forward

EXERCISES = assignments()["regularization"].exercises
TORCH = np.load(Path(__file__).with_name("regularization_torch_values.npz"), allow_pickle=False)
SEEDS = range(3)


def reference(name):
    return EXERCISES[name].reference


def mistaken(name, mistake):
    """Return the function that makes a known mistake."""
    return next(m.function for m in EXERCISES[name].mistakes if m.name == mistake)


def numerical_gradient(f, x, h=1e-6):
    """Return the gradient of a scalar function at an array, computed with centered differences."""
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# --- penalties -------------------------------------------------------------------------------------------


def test_l2_gradient_equals_pytorchs_weight_decay():
    """PyTorch's weights were changed by SGD with weight decay and no other gradient."""
    _, grads = reference("l2_penalty")({"W1": TORCH["W"], "b1": np.ones(4)}, reg=0.3)
    np.testing.assert_allclose(TORCH["W"] - 0.1 * grads["W1"], TORCH["decayed"], rtol=1e-12)
    np.testing.assert_array_equal(grads["b1"], np.zeros(4))


def test_l2_gradient_is_the_derivative_of_the_penalty():
    b = np.ones(4)
    gradient = numerical_gradient(lambda W: reference("l2_penalty")({"W1": W, "b1": b}, 0.3)[0], TORCH["W"])
    np.testing.assert_allclose(reference("l2_penalty")({"W1": TORCH["W"], "b1": b}, 0.3)[1]["W1"], gradient, rtol=1e-8)


def test_max_norm_equals_pytorchs_renorm():
    np.testing.assert_allclose(reference("max_norm")(TORCH["W"], 1.5), TORCH["renormed"], rtol=1e-6)
    assert (np.linalg.norm(TORCH["W"], axis=0) > 1.5).sum() in (1, 2, 3)


# --- normalization ---------------------------------------------------------------------------------------


def test_standardize_equals_scipys_zmap():
    rng = np.random.default_rng(0)
    train, test = rng.normal(5, 3, (20, 4)), rng.normal(5, 3, (7, 4))
    for Z, X in zip(reference("standardize")(train, test), (train, test), strict=True):
        np.testing.assert_allclose(Z, scipy.stats.zmap(X, train, axis=0), rtol=1e-12)


def test_batchnorm_training_matches_pytorch():
    """PyTorch's running variance is the unbiased one, with N - 1, and its momentum is the weight of the new value."""
    x, n = TORCH["x"], TORCH["x"].shape[1]
    bn_param = {"momentum": float(TORCH["momentum"]), "eps": float(TORCH["eps"])}
    returned = drivers.batchnorm_sequence(
        reference("batchnorm_forward"), x, TORCH["gamma"], TORCH["beta"], bn_param, np.array(["train"] * len(x))
    )
    np.testing.assert_allclose(returned["out"], TORCH["out"], rtol=1e-10)
    np.testing.assert_allclose(returned["running_mean"], TORCH["running_mean"], rtol=1e-10)
    np.testing.assert_allclose(returned["running_var"], TORCH["running_var"] * (n - 1) / n, rtol=1e-10)


def test_batchnorm_at_test_time_matches_pytorch():
    bn_param = {
        "mode": "test",
        "eps": float(TORCH["eps"]),
        "running_mean": TORCH["running_mean"][-1],
        "running_var": TORCH["running_var"][-1],
    }
    out, _ = reference("batchnorm_forward")(TORCH["x_test"], TORCH["gamma"], TORCH["beta"], bn_param)
    np.testing.assert_allclose(out, TORCH["out_test"], rtol=1e-10)


def test_batchnorm_gradients_match_autograd():
    returned = drivers.batchnorm_forward_backward(
        reference("batchnorm_backward"),
        reference("batchnorm_forward"),
        *(TORCH["x"][0], TORCH["dout"], TORCH["gamma"], TORCH["beta"]),
        {"eps": float(TORCH["eps"])},
    )
    for name, value in returned.items():
        np.testing.assert_allclose(value, TORCH[name], rtol=1e-9, atol=1e-12)


def test_layernorm_matches_pytorch():
    out, _ = reference("layernorm_forward")(
        TORCH["tokens"], TORCH["gamma"], TORCH["beta"], {"eps": float(TORCH["eps"])}
    )
    np.testing.assert_allclose(out, TORCH["ln_out"], rtol=1e-10, atol=1e-12)


def test_layernorm_gradients_match_autograd():
    returned = drivers.layernorm_forward_backward(
        reference("layernorm_backward"),
        reference("layernorm_forward"),
        *(TORCH["tokens"], TORCH["dtokens"], TORCH["gamma"], TORCH["beta"]),
        {"eps": float(TORCH["eps"])},
    )
    for name, value in returned.items():
        np.testing.assert_allclose(value, TORCH[f"ln_{name}"], rtol=1e-10, atol=1e-12)


def test_layernorm_gradient_is_the_derivative_of_forward():
    rng = np.random.default_rng(0)
    x, dout, gamma, beta = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=4)
    forward = reference("layernorm_forward")
    dx, _, _ = reference("layernorm_backward")(dout, forward(x, gamma, beta, {})[1])
    gradient = numerical_gradient(lambda x: (forward(x, gamma, beta, {})[0] * dout).sum(), x)
    np.testing.assert_allclose(dx, gradient, atol=1e-7)


# --- early stopping, mixup, and label smoothing -----------------------------------------------------------


def test_early_stopping_returns_to_the_lowest_of_all_errors():
    """With min_delta = 0, training stops as soon as the lowest error is `patience` epochs old."""
    rng = np.random.default_rng(0)
    for patience in (1, 2, 5):
        errors = rng.random(30)
        config, stop, epoch = {"patience": patience}, False, -1
        while not stop:
            epoch += 1
            params, stop, config = reference("early_stopping")({"W1": np.array([epoch])}, errors[epoch], config)
        lowest = errors[: epoch + 1].argmin()
        assert (params["W1"].tolist(), epoch) == ([lowest], lowest + patience)
        records = np.flatnonzero(errors[: lowest + 1] == np.minimum.accumulate(errors[: lowest + 1]))
        assert np.diff(records).max(initial=0) <= patience


def test_mixup_weight_has_the_variance_of_its_distribution():
    """The variance of Beta(a, a) is 1 / (4 (2 a + 1))."""
    images, targets, rng = np.eye(2), np.eye(2), np.random.default_rng(0)
    pairs = [reference("mixup")(images, targets, 2.0, rng) for _ in range(20_000)]
    weights = np.array([mixed[0, 0] for mixed, _ in pairs])
    moved = weights[weights != 1]
    assert moved.mean() == pytest.approx(0.5, abs=0.01)
    assert moved.var() == pytest.approx(1 / 20, rel=0.05)
    assert len(moved) == pytest.approx(10_000, rel=0.05)
    assert all((mixed == labels).all() for mixed, labels in pairs)


def test_label_smoothing_matches_pytorch():
    loss, dscores = reference("label_smoothing_loss")(TORCH["scores"], TORCH["y"], float(TORCH["smoothing"]))
    np.testing.assert_allclose(loss, TORCH["smoothed_loss"], rtol=1e-10)
    np.testing.assert_allclose(dscores, TORCH["smoothed_dscores"], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5, 1.0])
def test_label_smoothing_does_not_change_the_chance_level(smoothing):
    loss, _ = reference("label_smoothing_loss")(np.full((3, 10), 7.0), np.array([0, 4, 9]), smoothing)
    assert loss == pytest.approx(np.log(10))


def test_lowest_smoothed_loss_is_the_entropy_of_the_target():
    lead, target = np.log(0.91 / 0.01), np.array([0.91] + [0.01] * 9)
    loss, dscores = reference("label_smoothing_loss")(lead * np.eye(10)[:1], np.array([0]))
    assert loss == pytest.approx(scipy.stats.entropy(target)) == pytest.approx(0.5, abs=0.001)
    np.testing.assert_allclose(dscores, 0, atol=1e-12)


# --- the table of conventions ----------------------------------------------------------------------------


def test_pytorchs_running_variance_follows_from_ours():
    """PyTorch's momentum 0.1 is our 0.9, its average starts at 1, and it divides by N - 1."""
    x, ours = TORCH["x"][0], {"mode": "train", "momentum": 1 - 0.1}
    for _ in range(10):
        reference("batchnorm_forward")(x, np.ones(3), np.zeros(3), ours)
    np.testing.assert_allclose(ours["running_var"] * 8 / 7 + 0.9**10, TORCH["default_running_var"], rtol=1e-10)


def test_pytorchs_dropout_keeps_what_ours_would_drop():
    kept = reference("dropout_forward")(np.ones(100_000), {"p": 1 - 0.2, "mode": "train", "seed": 0})[0] > 0
    assert kept.mean() == pytest.approx(float(TORCH["dropout_kept"]), abs=0.01)


def test_adam_rescales_the_decay_and_adamw_does_not():
    np.testing.assert_allclose(TORCH["adam_step"], -0.01 * np.sign(TORCH["W"]), rtol=1e-5)
    np.testing.assert_allclose(TORCH["adamw_step"], -0.01 * 0.1 * TORCH["W"], rtol=1e-10)


# --- dropout ---------------------------------------------------------------------------------------------


def test_inverted_dropout_keeps_the_mean_but_not_the_variance():
    """Over all masks, the output has mean x and variance x² (1 - p) / p."""
    p, x = 0.4, np.full((300, 1000), 3.0)
    out, _ = reference("dropout_forward")(x, {"p": p, "mode": "train", "seed": 0})
    error = np.sqrt((1 - p) / p / x.size)
    assert out.mean() == pytest.approx(3.0, abs=5 * 3 * error)
    assert out.var() == pytest.approx(9 * (1 - p) / p, rel=0.01)


def test_short_dropout_masks_do_not_coincide_by_chance():
    """Unseeded masks differ from run to run, but what the check finds about them must not: it is part of the build."""
    public = EXERCISES["dropout_forward"].cases(np.random.default_rng(0))
    shown = [(c.inputs["x"].shape, c.inputs["dropout_param"]["p"]) for c in public if c.inputs.get("times", 1) > 1]
    assert len(shown) == 4
    for shape, p in shown:
        for length in (shape[0], shape[-1]):  # of a mask with one number per example, and of one row that is repeated
            assert (p**2 + (1 - p) ** 2) ** length < 1e-8, "two masks are equal"
            assert p**length < 1e-6, "a mask keeps everything"


def test_dropout_backward_is_the_derivative_of_forward():
    rng = np.random.default_rng(0)
    x, dout, param = rng.normal(size=(4, 5)), rng.normal(size=(4, 5)), {"p": 0.6, "mode": "train", "seed": 3}
    returned = drivers.dropout_forward_backward(
        reference("dropout_backward"), reference("dropout_forward"), x, dout, param
    )
    gradient = numerical_gradient(lambda x: (reference("dropout_forward")(x, param)[0] * dout).sum(), x)
    np.testing.assert_allclose(returned["dx"], gradient, atol=1e-8)


def test_vanilla_dropout_prediction_matches_pytorch():
    params = {name: TORCH[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")}
    found = reference("vanilla_dropout_predict")(TORCH["X"], params, 0.6)
    np.testing.assert_allclose(found, TORCH["predicted"], rtol=1e-10)


def test_vanilla_dropout_prediction_of_a_linear_network_is_the_mean_over_masks():
    """All units are active, so the network is linear. The mean is over all 2⁴ · 2³ masks, weighted by probability."""
    rng, p = np.random.default_rng(0), 0.3
    params = {f"W{i}": rng.uniform(0.1, 1, size) for i, size in ((1, (2, 4)), (2, (4, 3)), (3, (3, 2)))}
    params |= {f"b{i}": rng.uniform(0.1, 1, size) for i, size in ((1, 4), (2, 3), (3, 2))}
    X, mean = rng.uniform(0, 1, (5, 2)), 0.0
    for mask in itertools.product((0, 1), repeat=7):
        h1 = (X @ params["W1"] + params["b1"]) * mask[:4]
        h2 = (h1 @ params["W2"] + params["b2"]) * mask[4:]
        mean = mean + p ** sum(mask) * (1 - p) ** (7 - sum(mask)) * (h2 @ params["W3"] + params["b3"])
    np.testing.assert_allclose(reference("vanilla_dropout_predict")(X, params, p), mean, rtol=1e-12)


def test_vanilla_dropout_without_drops_is_the_plain_network():
    rng = np.random.default_rng(0)
    params = {name: TORCH[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")}
    x = TORCH["X"]
    for i in (1, 2, 3):
        x, _ = affine_forward(x, params[f"W{i}"], params[f"b{i}"])
        x = relu_forward(x)[0] if i < 3 else x
    scores, masks = reference("vanilla_dropout_train")(TORCH["X"], params, 1.0, rng)
    np.testing.assert_allclose(scores, x, rtol=1e-12)
    assert all(mask.all() for mask in masks)


# --- augmentation ----------------------------------------------------------------------------------------


def test_ten_crop_prediction_is_the_mean_over_ten_windows():
    """The prediction is linear in its window, so the expected values come from a correlation with the whole image."""
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(7, 9)), rng.normal(size=(3, 5))
    predictions = []
    for picture in (image, image[:, ::-1]):
        everywhere = scipy.ndimage.correlate(picture, kernel)[1:-1, 2:-2]
        predictions += [everywhere[i, j] for i, j in ((0, 0), (0, -1), (-1, 0), (-1, -1), (2, 2))]

    def predict(windows):
        return (windows * kernel).sum(axis=(2, 3))

    found = reference("ten_crop_predict")(predict, image[None, None], (3, 5))
    np.testing.assert_allclose(found, [[np.mean(predictions)]], rtol=1e-12)


def test_random_crops_are_uniform_over_all_positions():
    images = np.tile(np.arange(20.0).reshape(4, 5), (6000, 1, 1, 1))
    corners = reference("random_crop")(images, (3, 3), np.random.default_rng(0))[:, 0, 0, 0]
    assert scipy.stats.chisquare(np.unique(corners, return_counts=True)[1]).pvalue > 1e-4
    assert set(corners) == {0, 1, 2, 5, 6, 7}


# --- transfer --------------------------------------------------------------------------------------------


def test_pretrained_network_classifies_its_seven_digits_at_random_positions():
    X, y = digits()
    old = np.isin(y, OLD)
    params, x = pretrained(), at_random_places(np.random.default_rng(1), X[old])
    for i in (1, 2, 3):
        x, _ = affine_forward(x, params[f"W{i}"], params[f"b{i}"])
        x = relu_forward(x)[0] if i < 3 else x
    assert (x.argmax(axis=1) == np.searchsorted(OLD, y[old])).mean() > 0.97
    assert sorted(OLD + NEW) == list(range(10))


# --- numbers that the notebook quotes --------------------------------------------------------------------


def test_randn_mask_keeps_31_percent():
    assert scipy.stats.norm.sf(0.5) == pytest.approx(0.309, abs=5e-4)
    draw = mistaken("dropout_forward", "randn_above_p")
    out, _ = draw(np.ones((1000, 1000)), {"p": 0.5, "mode": "train", "seed": 0})
    assert (out != 0).mean() == pytest.approx(0.309, abs=2e-3)


def test_layer_of_4096_units_has_ten_to_the_1233_masks():
    assert len(str(2**4096)) - 1 == 1233

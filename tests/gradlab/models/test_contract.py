"""The contract of every model: correct dtypes, unmodified arguments, inspectable layers, and informative errors."""

import numpy as np
import pytest

from gradlab import losses
from gradlab.models import ConvNet, FullyConnectedNet, SoftmaxRegression

from .cases import CASES

each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@each_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("given", [np.float32, np.float64, np.int64, np.uint8])
def test_all_results_have_the_dtype_of_the_model(case, dtype, given):
    model = case.build(dtype)
    X = np.ones(case.batch, given)
    _, grads = model.loss(X, case.data()[1])
    arrays = [model.loss(X), *model.params.values(), *grads.values(), *model.activations(X).values()]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}
    assert {name: grad.shape for name, grad in grads.items()} == {name: w.shape for name, w in model.params.items()}


@each_case
def test_arguments_and_parameters_are_not_modified(case):
    model, (X, y) = case.build(), case.data()
    before = {"X": X.copy(), "y": y.copy()} | {name: w.copy() for name, w in model.params.items()}
    model.loss(X, y)
    model.loss(X)
    model.activations(X)
    for name, array in {"X": X, "y": y, **model.params}.items():
        np.testing.assert_array_equal(array, before[name])


@each_case
def test_memory_order_does_not_matter(case):
    model, (X, y) = case.build(), case.data()
    loss, grads = model.loss(X, y)
    twice, strided = np.repeat(X, 2, axis=0)[::2], np.repeat(y, 2)[::2]
    for order in (np.asfortranarray(X), twice):
        again, others = model.loss(order, strided)
        assert again == pytest.approx(loss, rel=1e-13)
        for name, grad in grads.items():
            np.testing.assert_allclose(others[name], grad, rtol=1e-12, atol=1e-14)


@each_case
def test_last_activations_are_the_scores(case):
    model, (X, _) = case.build(), case.data()
    activations = model.activations(X)
    np.testing.assert_array_equal(list(activations.values())[-1], model.loss(X))
    assert {len(out) for out in activations.values()} == {len(X)}


def test_activations_list_the_layers_in_order():
    model = CASES["convolution, centered"].build()
    assert list(model.activations(CASES["convolution, centered"].data()[0])) == [
        "conv1", "normalization1", "activation1", "pool1", "affine2", "normalization2", "activation2", "affine3",
    ]  # fmt: skip


def test_first_activations_match_plain_numpy():
    model = CASES["one hidden layer, images"].build()
    X, _ = CASES["one hidden layer, images"].data()
    outputs = model.activations(X)
    first = X.reshape(5, 6) @ model.params["W1"] + model.params["b1"]
    np.testing.assert_allclose(outputs["affine1"], first)
    np.testing.assert_array_equal(outputs["activation1"], np.maximum(outputs["affine1"], 0))


def test_loss_function_can_be_replaced():
    case = CASES["softmax regression"]
    hinge = FullyConnectedNet((), 6, 3, dtype=np.float64, loss_function=losses.svm_loss)
    hinge.params = case.build().params
    X, y = case.data()
    assert hinge.loss(X, y)[0] == losses.svm_loss(hinge.loss(X), y)[0]


def test_model_without_stateful_layers_has_no_state():
    model = CASES["three hidden layers"].build()
    assert model.state() == {}
    model.restore({})


@pytest.mark.parametrize("reg", [1e-3, np.float64(1e-3)])
def test_float64_settings_do_not_promote_float32_gradients(reg):
    model = SoftmaxRegression(6, 3, reg=reg, weight_scale=np.float64(0.1))
    loss, grads = model.loss(np.ones((2, 6)), np.array([0, 1]))
    assert type(loss) is float
    assert grads["W1"].dtype == model.params["W1"].dtype == np.float32


FLAT, IMAGES = FullyConnectedNet([4], 6, 3, seed=0), ConvNet((2, 4, 4), 3, 3, 5, 3, seed=0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: FLAT.loss(np.ones((2, 5))),
            ValueError,
            r"examples with 6 features and have shape \(N, 6\)\. Got shape \(2, 5\): build",
        ),
        (lambda: FLAT.loss(np.ones(6)), ValueError, r"Got shape \(6,\): .* X\[None\]"),
        (lambda: FLAT.loss(np.ones((0, 6))), ValueError, r"at least one example\. Got shape \(0, 6\)"),
        (lambda: FLAT.loss([[1.0] * 6]), TypeError, r"X must be an array of numbers\. Got list"),
        (lambda: FLAT.loss(np.full((2, 6), "a")), TypeError, r"Got an array of <U1"),
        (lambda: FLAT.loss(np.ones((2, 6), complex)), TypeError, r"Got an array of complex128"),
        (lambda: FLAT.loss(np.ones((2, 6)), np.array([0])), ValueError, r"y must have shape \(2,\)"),
        (lambda: FLAT.loss(np.ones((2, 6)), np.array([0, 3])), ValueError, r"y must lie in 0\.\.2"),
        (lambda: FLAT.loss(np.ones((2, 6)), np.array([0.0, 1.0])), TypeError, r"y must be an array of integers"),
        (lambda: FLAT.loss(np.full((2, 6), np.nan), np.array([0, 1])), FloatingPointError, r"scores must be finite"),
        (lambda: FLAT.activations(np.ones((2, 5))), ValueError, r"examples with 6 features"),
        (
            lambda: IMAGES.loss(np.ones((2, 32))),
            ValueError,
            r"images of shape \(2, 4, 4\) and have shape \(N, 2, 4, 4\)\. Got",
        ),
        (lambda: FullyConnectedNet([4, 0], 6, 3), ValueError, r"at least one unit\. Got .* \(4, 0\) for affine2"),
        (
            lambda: FullyConnectedNet([4], (3, 2), 3),
            ValueError,
            r"at least one unit\. Got .* \(\(3, 2\), 4\) for affine1",
        ),
        (lambda: FullyConnectedNet([4.0], 6, 3), ValueError, r"at least one unit\. Got .* \(6, 4\.0\) for affine1"),
        (lambda: FullyConnectedNet(4, 6, 3), ValueError, r"hidden_dims must be a sequence .* Got 4"),
        (
            lambda: FullyConnectedNet([4], 6, 3, reg=-1.0),
            ValueError,
            r"reg must be a finite number of at least 0\. Got -1\.0",
        ),
        (lambda: FullyConnectedNet([4], 6, 3, reg=np.nan), ValueError, r"reg must be .* Got nan"),
        (lambda: FullyConnectedNet([4], 6, 3, dtype=int), ValueError, r"float32 or float64\. Got int64"),
        (lambda: FullyConnectedNet([4], 6, 3, loss_function="svm"), TypeError, r"loss_function .* Got 'svm'"),
        (lambda: ConvNet((1, 5, 4)), ValueError, r"even H and W.* Got \(1, 5, 4\)"),
        (lambda: ConvNet(3072), ValueError, r"must be \(C, H, W\).* Got 3072"),
        (lambda: ConvNet(filter_size=4), ValueError, r"filter_size must be odd.* Got 4"),
        (lambda: ConvNet(num_filters=0), ValueError, r"at least one unit.* for conv1"),
        (
            lambda: FLAT.restore({"dropout1.generator": {}}),
            ValueError,
            r"Got a state for \['dropout1'\]: the state belongs to another model",
        ),
    ],
)
def test_errors_say_what_was_expected_and_what_was_passed(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_loss_function_with_a_gradient_of_the_wrong_shape_raises():
    model = FullyConnectedNet([4], 6, 3, loss_function=lambda scores, y: (0.0, scores[:1]))
    with pytest.raises(ValueError, match=r"dscores of shape \(2, 3\)\. Got shape \(1, 3\)"):
        model.loss(np.ones((2, 6)), np.array([0, 1]))

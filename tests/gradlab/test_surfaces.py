"""Surfaces: derivatives match finite differences, and minima, saddles, and condition numbers are as documented."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime, check_grad, minimize

from gradlab import surfaces

SURFACES = [
    surfaces.ravine(),
    surfaces.ravine(1000),
    surfaces.ravine(10, angle=0.7),
    surfaces.saddle(),
    surfaces.beale(),
]
each_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)


def points(surface, count=10):
    left, right, bottom, top = surface.bounds
    return np.random.default_rng(0).uniform((left, bottom), (right, top), (count, 2))


@each_surface
def test_gradient_agrees_with_finite_differences(surface):
    for point in points(surface):
        scale = 1 + np.linalg.norm(surface.gradient(point))
        assert check_grad(surface.function, surface.gradient, point) < 1e-5 * scale


@each_surface
def test_hessian_agrees_with_finite_differences(surface):
    for point in points(surface):
        numerical = approx_fprime(point, surface.gradient, 1e-7)
        np.testing.assert_allclose(surface.hessian(point), numerical, rtol=1e-4, atol=1e-5 * (1 + abs(numerical).max()))


@each_surface
def test_arrays_of_points_match_single_points(surface):
    grid = points(surface, 6).reshape(2, 3, 2)
    for method, shape in (("function", ()), ("gradient", (2,)), ("hessian", (2, 2))):
        evaluate = getattr(surface, method)
        assert evaluate(grid).shape == (2, 3, *shape)
        np.testing.assert_allclose(evaluate(grid)[1, 2], evaluate(grid[1, 2]))


@each_surface
def test_stated_minimum_is_a_minimum_within_the_bounds(surface):
    minimum = np.array(surface.minimum)
    np.testing.assert_allclose(surface.gradient(minimum), 0, atol=1e-12)
    assert np.linalg.eigvalsh(surface.hessian(minimum)).min() > 0
    found = minimize(surface.function, surface.start, jac=surface.gradient)
    np.testing.assert_allclose(found.x, minimum, atol=1e-2)
    left, right, bottom, top = surface.bounds
    for x, y in (surface.minimum, surface.start):
        assert left < x < right
        assert bottom < y < top


@pytest.mark.parametrize("angle", [0.0, 0.7, -2.0])
@pytest.mark.parametrize("condition_number", [1, 25, 1e4])
def test_ravine_has_the_given_condition_number(condition_number, angle):
    surface = surfaces.ravine(condition_number, angle)
    singular = np.linalg.svd(surface.hessian(np.array([3.0, -1.0])), compute_uv=False)
    assert singular[0] / singular[-1] == pytest.approx(condition_number)


def test_saddle_has_a_saddle_point_and_two_valleys():
    surface = surfaces.saddle()
    origin = np.zeros(2)
    np.testing.assert_array_equal(surface.gradient(origin), 0)
    np.testing.assert_allclose(np.linalg.eigvalsh(surface.hessian(origin)), [-1, 1])
    np.testing.assert_allclose(surface.function(np.array([[0, 1.0], [0, -1.0], [0, 0]])), [-0.25, -0.25, 0])


@pytest.mark.parametrize(
    ("point", "value"), [((0, 0), 14.203125), ((1, 1), 14.203125), ((3, 0.5), 0), ((2, 0), 0.703125)]
)
def test_beales_function_has_the_known_values(point, value):
    assert surfaces.beale().function(np.array(point, float)) == pytest.approx(value, abs=1e-12)


def halving(w, dw, config):
    config = {"calls": 0} if config is None else config
    w *= 0.5
    config["calls"] += 1
    return w, config


def test_descend_copies_each_point_if_the_rule_works_in_place():
    given = {"calls": 0}
    path = surfaces.ravine().descend(halving, 3, given, start=(8, 4))
    np.testing.assert_array_equal(path, [[8, 4], [4, 2], [2, 1], [1, 0.5]])
    assert given == {"calls": 0}
    assert surfaces.ravine().descend(halving, 0).shape == (1, 2)


def test_descend_passes_the_gradient_and_the_config_to_the_rule():
    def rule(w, dw, config):
        np.testing.assert_array_equal(dw, surface.gradient(w))
        seen.append(config)
        return w - dw, {"step": len(seen)}

    surface, seen = surfaces.saddle(), []
    surface.descend(rule, 3)
    assert seen == [None, {"step": 1}, {"step": 2}]


def test_condition_number_below_one_raises():
    with pytest.raises(ValueError, match=r"at least 1.* Got 0\.5"):
        surfaces.ravine(0.5)

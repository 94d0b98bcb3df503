"""Functions of two variables for demonstrating update rules, with their gradients and Hessians."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .typing import Array, Config, Floats, Rule


@dataclass(frozen=True)
class Surface:
    """A smooth function of two variables.

    Attributes
    ----------
    name : str
    function : callable
        Maps points of shape (..., 2) to heights of shape (...).
    gradient : callable
        Maps points of shape (..., 2) to gradients of the same shape.
    hessian : callable
        Maps points of shape (..., 2) to Hessians of shape (..., 2, 2).
    start : tuple of float
        A good starting point for an update rule.
    minimum : tuple of float or None
        The lowest point, or None if the function has no lowest point. If it has several, this is the one on the same
        side as `start`.
    bounds : tuple of float
        The region worth plotting: (x min, x max, y min, y max).
    """

    name: str
    function: Callable[[Array], Floats]
    gradient: Callable[[Array], Floats]
    hessian: Callable[[Array], Floats]
    start: tuple[float, float]
    minimum: tuple[float, float] | None
    bounds: tuple[float, float, float, float]

    def descend(
        self, rule: Rule, steps: int, config: Config | None = None, *, start: npt.ArrayLike | None = None
    ) -> Floats:
        """Run an update rule on the surface.

        Parameters
        ----------
        rule : callable
            ``rule(w, dw, config) -> (next_w, config)``.
        steps : int
        config : dict, optional
            The config for the first step. The rule gets a copy.
        start : array_like (2,), optional
            The starting point. The default is the surface's `start`.

        Returns
        -------
        ndarray (steps + 1, 2)
            Every point visited, beginning with the starting point.

        Examples
        --------
        In a round bowl, each step of this rule goes halfway to the bottom:

        >>> def downhill(w, dw, config=None):
        ...     return w - 0.5 * dw, config
        >>> ravine(condition_number=1).descend(downhill, 2, start=(4.0, 8.0))
        array([[4., 8.],
               [2., 4.],
               [1., 2.]])
        """
        w = np.array(self.start if start is None else start, dtype=np.float64)
        config = dict(config) if config else None
        path = [w.copy()]
        for _ in range(steps):
            w, config = rule(w, self.gradient(w), config)
            path.append(np.array(w))
        return np.stack(path)


def ravine(condition_number: float = 25.0, angle: float = 0.0) -> Surface:
    """Return a long, narrow bowl, ½ u² / κ + ½ v², where u runs along the floor and v across it.

    The Hessian has the eigenvalues 1/κ and 1 everywhere, so κ is its condition number.

    Parameters
    ----------
    condition_number : float
        The condition number κ, at least 1.
    angle : float
        The counterclockwise angle from the x-axis to the floor, in radians.

    Returns
    -------
    Surface
        A surface whose minimum is 0, at the origin.
    """
    if condition_number < 1:
        raise ValueError(
            "condition_number must be at least 1, because it is the ratio of the largest eigenvalue to the smallest. "
            f"Got {condition_number}."
        )
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    hessian = rotation @ np.diag([1 / condition_number, 1.0]) @ rotation.T
    start = (rotation @ [-4.0, 1.2]).tolist()
    return Surface(
        name=f"ravine, condition number {condition_number:g}",
        function=lambda p: 0.5 * np.einsum("...i,ij,...j->...", p, hessian, p),
        gradient=lambda p: p @ hessian,
        hessian=lambda p: np.broadcast_to(hessian, (*np.shape(p), 2)).copy(),
        start=(start[0], start[1]),
        minimum=(0.0, 0.0),
        bounds=(-5.0, 5.0, -2.2, 2.2) if angle == 0 else (-5.0, 5.0, -5.0, 5.0),
    )


def saddle() -> Surface:
    """Return a pass between two valleys, ½ x² - ½ y² + ¼ y⁴, which slopes down along y and is bounded below.

    The saddle point is at the origin and has height 0. The valley floors are at (0, ±1) and have height -¼. The
    starting point is 0.001 away from the line y = 0, along which gradient descent would lead straight to the saddle
    point.
    """
    return Surface(
        name="saddle",
        function=lambda p: 0.5 * p[..., 0] ** 2 - 0.5 * p[..., 1] ** 2 + 0.25 * p[..., 1] ** 4,
        gradient=lambda p: np.stack([p[..., 0], p[..., 1] ** 3 - p[..., 1]], axis=-1),
        hessian=lambda p: _symmetric(np.ones_like(p[..., 0]), np.zeros_like(p[..., 0]), 3 * p[..., 1] ** 2 - 1),
        start=(-1.2, 1e-3),
        minimum=(0.0, 1.0),
        bounds=(-1.6, 1.6, -1.5, 1.5),
    )


def beale() -> Surface:
    """Return Beale's function, Σ (c - x + x yⁱ)² over i = 1, 2, 3 with c = 1.5, 2.25, 2.625.

    The function is a curved valley with flat stretches, between walls so steep that gradients exceed 4e3 at the edge of
    the plot. The minimum is 0, at (3, ½).

    References
    ----------
    E. M. L. Beale, On an iterative method of finding a local minimum of a function of more than one variable,
    Princeton, 1958.
    """
    return Surface(
        name="Beale's function",
        function=lambda p: sum((r**2 for r, _ in _beale_terms(p)), np.zeros(p.shape[:-1])),
        gradient=_beale_gradient,
        hessian=_beale_hessian,
        start=(1.0, 1.6),
        minimum=(3.0, 0.5),
        bounds=(-0.8, 4.2, -2.0, 2.0),
    )


_BEALE = ((1.5, 1), (2.25, 2), (2.625, 3))


def _beale_terms(p: Array) -> Iterator[tuple[Floats, tuple[Any, Any, Any, Any]]]:
    """Yield each residual r = c - x + x yⁱ with its derivatives (r_x, r_y, r_xy, r_yy)."""
    x, y = p[..., 0], p[..., 1]
    for c, i in _BEALE:
        in_xy = i * y ** (i - 1)
        in_yy = x * i * (i - 1) * y ** max(i - 2, 0)
        yield c - x + x * y**i, (y**i - 1, x * in_xy, in_xy, in_yy)


def _beale_gradient(p: Array) -> Floats:
    terms = list(_beale_terms(p))
    return np.stack([sum(2 * r * d[axis] for r, d in terms) for axis in (0, 1)], axis=-1)


def _beale_hessian(p: Array) -> Floats:
    terms = list(_beale_terms(p))
    return _symmetric(
        sum(2 * d[0] ** 2 for _, d in terms),
        sum(2 * (d[0] * d[1] + r * d[2]) for r, d in terms),
        sum(2 * (d[1] ** 2 + r * d[3]) for r, d in terms),
    )


def _symmetric(xx: Floats, xy: Floats, yy: Floats) -> Floats:
    """Return the symmetric matrices [[xx, xy], [xy, yy]] as an array of shape (..., 2, 2)."""
    return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

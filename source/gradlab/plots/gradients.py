"""Two problems with numerical gradients: the choice of the step size, and kinks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from ._arguments import Curve, check_array, check_curve
from .curves import lines
from .style import COLORS, one_panel


def step_errors(
    errors: Mapping[str, Curve],
    *,
    slopes: Mapping[str, float] | None = None,
    ylabel: str = "relative error",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the error of numerical gradients as a function of the step h, with log scales on both axes.

    Typically, the error first falls as h gets smaller, and then rises again.

    Parameters
    ----------
    errors : dict of str to tuple of ndarray (T,), ndarray (T,)
        The steps and the errors of each curve. An error of zero leaves a gap.
    slopes : dict of str to float, optional
        Reference slopes for some of the curves. Each is drawn as a thin line h**slope below the right end of the curve.
    ylabel, title : str
    ax : matplotlib Axes, optional
        The axes to draw into. By default, a new figure is created.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If a curve cannot be drawn, or a slope is for a curve that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> h = np.logspace(-8, -1, 8)
    >>> forward = abs((np.exp(h) - 1) / h - 1)
    >>> ax = plots.step_errors({"forward": (h, forward)}, slopes={"forward": 1})
    >>> ax.get_xscale(), ax.get_yscale(), [text.get_text() for text in ax.texts]
    ('log', 'log', ['slope 1'])
    """
    slopes = slopes or {}
    ax = lines(errors, xlabel="step h", ylabel=ylabel, title=title, xscale="log", yscale="log", ax=ax)
    for name, slope in slopes.items():
        if name not in errors:
            raise ValueError(f"slopes must be for curves among {list(errors)}. Got a slope for {name!r}.")
        h, error = check_curve(errors[name], f"the curve {name!r}")
        shown = (h > 0) & (error > 0)
        if shown.any():
            _draw_slope(ax, *max(zip(h[shown], error[shown], strict=True)), slope)
    return ax


def kink(
    function: Curve,
    ends: tuple[npt.ArrayLike, npt.ArrayLike],
    point: tuple[float, float],
    *,
    slope: float,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a function, its true tangent, and the secant whose slope a centered difference computes instead.

    Parameters
    ----------
    function : tuple of ndarray (T,), ndarray (T,)
        The x values and the heights of the function.
    ends : tuple of array_like (2,), array_like (2,)
        The ends of the secant: (x - h, x + h), and the heights there.
    point : tuple of float, float
        The point x at which the derivative is computed, and the height there.
    slope : float
        The analytic derivative at the point.
    title : str
    ax : matplotlib Axes, optional
        The axes to draw into. By default, a new figure is created.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TypeError, ValueError
        If an array has the wrong shape, or the ends of the secant have the same x.
    """
    if not isinstance(ends, tuple) or len(ends) != 2:
        raise TypeError(f"ends must be a tuple ((x - h, x + h), (height, height)). Got {type(ends).__name__}.")
    x, heights = check_curve(function, "the function")
    at, level = (check_array(part, "each part of ends", "(2,)") for part in ends)
    x0, y0 = check_array(point, "point", "(2,)")
    if at[0] == at[1]:
        raise ValueError(
            f"ends must have two different x values, x - h and x + h. Got {at[0]:g} twice: h is too small."
        )
    secant = (level[1] - level[0]) / (at[1] - at[0])
    ax = one_panel(ax, size=(6.4, 3.4))
    reach = np.array([x.min(), x.max()])
    ax.plot(x, heights, color="black", linewidth=1.8, label="the function")
    tangent: dict[str, Any] = {"color": COLORS[5], "linewidth": 6, "alpha": 0.6, "zorder": 1}
    ax.plot(reach, y0 + slope * (reach - x0), label=f"tangent at x, slope {slope:.3g}", **tangent)
    ax.plot(at, level, "--s", color=COLORS[1], linewidth=1.8, label=f"secant, slope {secant:.3g}")
    ax.plot(x0, y0, "o", color="black", markerfacecolor="white", markersize=8)
    points = [at[0], x0, at[1]]
    ax.secondary_xaxis("top").set_xticks(points, ["x - h", "x", "x + h"])
    for where in points:
        ax.axvline(where, color="0.6", linestyle=":", linewidth=1, zorder=0)
    low, high = heights.min(), heights.max()
    ax.set(xlabel="x", ylabel="f(x)", title=title, ylim=(low - 0.15 * (high - low), high + 0.15 * (high - low)))
    ax.grid(alpha=0.3)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", handlelength=3)
    return ax


def _draw_slope(ax: Axes, h: float, error: float, slope: float) -> None:
    """Draw a line over two decades of h that ends below the point, at a third of its height."""
    steps = np.array([h / 100, h])
    heights = error / 3 * (steps / h) ** slope
    ax.plot(steps, heights, color="0.4", linewidth=1, zorder=1)
    middle = np.sqrt(steps[0] * steps[1]), np.sqrt(heights[0] * heights[1])
    background: dict[str, Any] = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1}
    ax.annotate(
        f"slope {slope:g}",
        middle,
        fontsize="small",
        bbox=background,
        xytext=(3, -3),
        textcoords="offset points",
        va="top",
    )

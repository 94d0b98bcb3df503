"""The paths of update rules on a surface, as small panels and as an animation."""

import base64
import html
import io
import textwrap
from collections.abc import Mapping

import numpy as np
from IPython.display import HTML
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from ..surfaces import Surface
from ..typing import Array
from ._arguments import check_array, check_named
from .style import COLORS, STAR, panels, style

LETTERS_PER_INCH = 11  # of a figure's title


def trajectories(surface: Surface, paths: Mapping[str, Array], *, columns: int = 3) -> Figure:
    """Draw the path of each rule on a surface, with one panel per rule.

    Parameters
    ----------
    surface : gradlab.surfaces.Surface
    paths : dict of str to ndarray (T + 1, 2)
        The points that each rule visited, beginning with the starting point.
    columns : int
        The number of panels per row.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If a path does not consist of two-dimensional points, or the paths have different lengths.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots, surfaces
    >>> bowl = surfaces.ravine(condition_number=25)
    >>> figure = plots.trajectories(bowl, {"straight": np.linspace(bowl.start, bowl.minimum, 10)})
    >>> figure.axes[0].get_title()
    'straight: height 0'
    """
    steps = _num_steps(paths)
    left, right, bottom, top = surface.bounds
    height = np.clip(3.1 * (top - bottom) / (right - left), 1.7, 2.7)
    figure, axes = panels(len(paths), columns=columns, size=(3.1, height + 0.45))
    for number, (ax, (name, path)) in enumerate(zip(axes, paths.items(), strict=True)):
        _contours(ax, surface, path[0])
        ax.plot(*path.T, **(style(number) | {"linestyle": "-", "marker": "."}), markersize=5)
        ax.set_title(f"{name}: height {surface.function(path[-1]):.2g}", fontsize="medium")
    title = f"{surface.name}: {steps} steps from the circle; a star marks a minimum"
    figure.suptitle(textwrap.fill(title, int(LETTERS_PER_INCH * figure.get_figwidth())))
    figure.supxlabel("x", fontsize="medium")
    figure.supylabel("y", fontsize="medium")
    return figure


def race(surface: Surface, paths: Mapping[str, Array], *, frames: int = 60, seconds: float = 8) -> HTML:
    """Animate all rules on one surface, as a small GIF that plays twice and then stops. No external program is needed.

    Parameters
    ----------
    surface : gradlab.surfaces.Surface
    paths : dict of str to ndarray (T + 1, 2)
        The points that each rule visited, beginning with the starting point.
    frames : int
        The maximum number of frames, which are spread evenly over the steps.
    seconds : float
        The length of one run of the animation, without the pause on the last frame.

    Returns
    -------
    IPython.display.HTML
        An image tag that contains the image data, so the animation is kept in a saved notebook.

    Raises
    ------
    TypeError, ValueError
        If a path does not consist of two-dimensional points, or the paths have different lengths.
    """
    total = _num_steps(paths)
    figure = Figure(figsize=(7.2, 4.0), dpi=90, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_subplot(xlabel="x", ylabel="y", title=surface.name)
    _contours(ax, surface, next(iter(paths.values()))[0])
    trails = [
        ax.plot([], [], label=name, animated=True, markersize=8, markeredgecolor="white", **style(number))[0]
        for number, name in enumerate(paths)
    ]
    counter = figure.text(0.98, 0.05, "", ha="right", fontsize="large", animated=True)
    figure.legend(handles=trails, loc="outside right upper", handlelength=3)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)

    shown_steps = np.linspace(0, total, min(frames, total + 1)).round().astype(int)
    pictures = []
    for step in shown_steps:
        canvas.restore_region(background)
        for trail, path in zip(trails, paths.values(), strict=True):
            visited = path[: step + 1]
            trail.set_data(*visited.T)
            trail.set_markevery([len(visited) - 1])
            ax.draw_artist(trail)
        counter.set_text(f"step {step}")
        figure.draw_artist(counter)
        pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy()))
    gif = _gif(pictures, milliseconds=1000 * seconds / len(pictures))
    label = html.escape(f"Animation: {', '.join(paths)} on {surface.name}, {total} steps.")
    return HTML(f'<img alt="{label}" src="data:image/gif;base64,{base64.b64encode(gif).decode()}">')


def _contours(ax: Axes, surface: Surface, start: Array) -> None:
    """Draw contour lines that divide the area evenly, a circle at the start, and a star at the minimum."""
    left, right, bottom, top = surface.bounds
    x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    z = surface.function(np.stack([x, y], axis=-1))
    levels = np.quantile(z, np.linspace(0, 1, 13)[1:-1])
    grays = [str(gray) for gray in np.linspace(0.4, 0.8, len(levels))]
    ax.contour(x, y, z, levels=levels, colors=grays, linewidths=0.7, zorder=0)
    ax.plot(*start, "o", color="black", markerfacecolor="white", markersize=7, zorder=3)
    if surface.minimum is not None:
        ax.plot(*surface.minimum, "*", color="black", markerfacecolor=STAR, markersize=13, zorder=3)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def _num_steps(paths: Mapping[str, Array]) -> int:
    check_named(paths, "paths", "points (T + 1, 2)")
    lengths = {len(check_array(path, f"the path {name!r}", "(T, 2)")) for name, path in paths.items()}
    if len(lengths) != 1:
        raise ValueError(f"All paths must have the same number of points. Got lengths {sorted(lengths)}.")
    return lengths.pop() - 1


def _gif(pictures: list[Image.Image], milliseconds: float) -> bytes:
    # All frames have the same palette, so that parts that do not move compress well. The palette contains grays, and
    # every color in the plot, both pure and blended with the white background, as at the edges of lines.
    blends = [(1 - alpha) + alpha * np.array(to_rgb(color)) for color in (*COLORS, STAR) for alpha in (1, 0.7, 0.4)]
    grays = [np.full(3, gray) for gray in np.linspace(0, 1, 24)]
    palette = Image.new("P", (1, 1))
    palette.putpalette((255 * np.array(blends + grays)).round().astype(np.uint8).tobytes())
    first, *others = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [round(milliseconds)] * len(others) + [2000]
    file = io.BytesIO()
    # Repeat once only: a picture that moves forever, with no way to stop it, makes the text next to it hard to read.
    first.save(file, "GIF", save_all=True, append_images=others, duration=durations, loop=1)
    return file.getvalue()

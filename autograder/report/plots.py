"""The plots of a report, as SVG that is part of the page. Their colors are the page's, in light and in dark mode."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

# Matplotlib knows no CSS variables. So plots are drawn in these colors, and the page's variables replace them.
INK, MUTED, FULL, PARTIAL, ZERO = "#010101", "#020202", "#030303", "#040404", "#050505"
VARIABLES = {INK: "--ink", MUTED: "--muted", FULL: "--full", PARTIAL: "--partial", ZERO: "--zero"}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text, which a reader can enlarge and search
    "text.parse_math": False,  # the name of an assignment may contain a dollar sign
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.5,
}
WIDTH = 6.0  # inches
LONGEST_NAME = 20  # characters of an assignment's name, below an axis
NO_DATES = {"Date": None, "Creator": None, "Format": None, "Type": None}  # so that equal plots are equal files


def distribution(edges: Sequence[float], counts: Sequence[int], mean: float, median: float) -> str:
    """Return the histogram of the scores as SVG."""

    def draw(axes: Axes) -> None:
        widths = [right - left for left, right in pairwise(edges)]
        axes.bar(edges[:-1], counts, width=widths, align="edge", color=FULL, edgecolor=INK, linewidth=0.5)
        axes.axvline(median, color=INK, linewidth=1.5, label=f"median {median:.3g}")
        axes.axvline(mean, color=INK, linewidth=1.5, linestyle=":", label=f"mean {mean:.3g}")
        axes.set(xlabel="points", ylabel="submissions", xlim=(edges[0], edges[-1]))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)

    return _svg("distribution", draw, 2.8)


def shares(exercises: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one bar per exercise as SVG: the fractions with full, some, and no points."""

    def draw(axes: Axes) -> None:
        names = list(exercises)
        full = [100 * each["full"] for each in exercises.values()]
        zero = [100 * each["zero"] for each in exercises.values()]
        some = [max(0.0, 100 - a - b) for a, b in zip(full, zero, strict=True)]
        left = [0.0] * len(names)
        parts = (("full points", full, FULL, ""), ("some points", some, PARTIAL, "///"), ("zero", zero, ZERO, "xx"))
        for label, values, color, hatch in parts:
            axes.barh(names, values, left=left, color=color, edgecolor=INK, linewidth=0.5, hatch=hatch, label=label)
            left = [a + b for a, b in zip(left, values, strict=True)]
        axes.invert_yaxis()
        axes.set(xlabel="percent of the submissions", xlim=(0, 100))
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)

    return _svg("shares", draw, 1.2 + 0.32 * len(exercises))


def term(names: Sequence[str], percents: Sequence[Sequence[float]]) -> str:
    """Plot the median and the quartiles of each assignment's scores over a term, and return the plot as SVG.

    Parameters
    ----------
    names : sequence of str, length A
        The assignments.
    percents : sequence of (float, float, float), length A
        The lower quartile, the median, and the upper quartile, in percent of the points.
    """

    def draw(axes: Axes) -> None:
        places = list(range(len(names)))
        lower, median, upper = zip(*percents, strict=True)
        axes.fill_between(places, lower, upper, color=FULL, alpha=0.5, label="the middle half of the class")
        axes.plot(places, median, color=INK, linewidth=2, marker="o", label="median")
        axes.set_xticks(places, [name[:LONGEST_NAME] for name in names], rotation=30, ha="right")
        axes.set(ylabel="percent of the points", ylim=(0, max(103.0, *upper)))
        axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)

    return _svg("term", draw, 3.6)


def _svg(name: str, draw: Callable[[Axes], None], height: float) -> str:
    """Draw a plot, and return it as an ``svg`` element that fills the width of the page."""
    with mpl.rc_context(STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata=NO_DATES)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)  # the page's font
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # several plots are on one page, and ids must be unique
    svg = re.sub(r'<svg [^>]*viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true">', svg, count=1)
    return re.sub("|".join(VARIABLES), lambda match: f"var({VARIABLES[match[0]]})", svg)

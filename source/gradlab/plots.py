"""Pictures for the notebooks. Each draws arrays that were computed before; none runs an update rule itself.

Colours are Okabe and Ito's, which people with any kind of colour vision tell apart; every curve also has a
line style and a marker of its own, for print. The n-th curve looks the same in every picture.
"""

import base64
import html
import io

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":", (0, (9, 2)), (0, (4, 1, 1, 1, 1, 1)), "-")
STAR = "#F0E442"
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def style(number):
    """How curve `number` looks in every picture: keyword arguments for `Axes.plot`."""
    n = number % len(COLOURS)
    return {"color": COLOURS[n], "linestyle": DASHES[n], "marker": MARKERS[n], "linewidth": 1.8}


def lines(curves, *, xlabel, ylabel, title="", xscale="linear", yscale="linear", ax=None):
    """Named curves in one panel, with a legend beside it.

    Parameters
    ----------
    curves : dict of str to ndarray (T,), or to a pair of them
        Heights over 0, 1, ..., T - 1, or (x, heights).
    xlabel, ylabel, title : str
    xscale, yscale : str
        "linear" or "log".
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes
    """
    if ax is None:
        ax = plt.subplots(figsize=(8, 3.6), layout="constrained")[1]
    for number, (name, curve) in enumerate(curves.items()):
        x, y = curve if isinstance(curve, tuple) else (np.arange(len(curve)), curve)
        # Of many points some get a marker, other ones on each curve: one curve shows through another.
        every = None if len(y) <= 12 else (0.03 * number, 0.2)
        ax.plot(x, y, label=name, markevery=every, markersize=5, **style(number))
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
    ax.grid(alpha=0.3)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small", handlelength=3)
    return ax


def trajectories(surface, paths, *, columns=3):
    """The way of each rule over a surface, one panel a rule.

    Parameters
    ----------
    surface : gradlab.surfaces.Surface
    paths : dict of str to ndarray (T + 1, 2)
        The points each rule visited, its start first.
    columns : int
        Panels in a row.

    Returns
    -------
    matplotlib Figure
    """
    rows = -(-len(paths) // columns)
    columns = min(columns, len(paths))
    left, right, bottom, top = surface.bounds
    height = np.clip(3.1 * (top - bottom) / (right - left), 1.7, 2.7)
    size = (3.1 * columns + 0.4, (height + 0.45) * rows + 0.5)
    figure, axes = plt.subplots(
        rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for ax in axes.flat[len(paths) :]:
        ax.set_visible(False)
    for number, (ax, (name, path)) in enumerate(zip(axes.flat, paths.items(), strict=False)):
        _contours(ax, surface, path[0])
        ax.plot(*path.T, **(style(number) | {"linestyle": "-", "marker": "."}), markersize=5)
        ax.set_title(f"{name}: height {surface.function(path[-1]):.2g}", fontsize="medium")
    figure.suptitle(f"{surface.name}: {_steps(paths)} steps from the circle; a star marks a minimum")
    figure.supxlabel("x", fontsize="medium")
    figure.supylabel("y", fontsize="medium")
    return figure


def race(surface, paths, *, frames=60, seconds=8):
    """All rules on one surface, moving: a small GIF that plays in a loop and needs no program to make.

    Parameters
    ----------
    surface : gradlab.surfaces.Surface
    paths : dict of str to ndarray (T + 1, 2)
        The points each rule visited, its start first.
    frames : int
        At most so many pictures, spread evenly over the steps.
    seconds : float
        How long one round takes, before a rest on the last picture.

    Returns
    -------
    IPython.display.HTML
        The picture itself is in it, so that it survives in a saved notebook.
    """
    total = _steps(paths)
    figure = Figure(figsize=(7.2, 4.0), dpi=90, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_subplot(xlabel="x", ylabel="y", title=surface.name)
    _contours(ax, surface, next(iter(paths.values()))[0])
    trails = [
        ax.plot([], [], label=name, animated=True, markersize=8, markeredgecolor="white", **style(number))[0]
        for number, name in enumerate(paths)
    ]
    clock = figure.text(0.98, 0.05, "", ha="right", fontsize="large", animated=True)
    figure.legend(handles=trails, loc="outside right upper", handlelength=3)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)

    shown = np.unique(np.linspace(0, total, min(frames, total + 1)).round().astype(int))
    pictures = []
    for step in shown:
        canvas.restore_region(background)
        for trail, path in zip(trails, paths.values(), strict=True):
            part = path[: step + 1]
            trail.set_data(*part.T)
            trail.set_markevery([len(part) - 1])
            ax.draw_artist(trail)
        clock.set_text(f"step {step}")
        figure.draw_artist(clock)
        pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy()))
    gif = _gif(pictures, milliseconds=1000 * seconds / len(pictures))
    label = html.escape(f"Animation: {', '.join(paths)} on {surface.name}, {total} steps.")
    return HTML(f'<img alt="{label}" src="data:image/gif;base64,{base64.b64encode(gif).decode()}">')


def training_race(runs):
    """How several trainings went, by epochs: the loss, the same on a log scale, the validation accuracy.

    Parameters
    ----------
    runs : dict of str to gradlab.solver.Solver
        Trained; or any objects with ``loss_history``, the loss of every minibatch, and ``val_acc_history``,
        the accuracy before training and after each epoch.

    Returns
    -------
    matplotlib Figure
    """
    losses, accuracies = {}, {}
    for name, run in runs.items():
        epochs = len(run.val_acc_history) - 1
        if not 1 <= epochs <= len(run.loss_history):
            raise ValueError(
                f"{name} must hold an accuracy before training and after each epoch, and a loss or more an "
                f"epoch. Got {epochs + 1} accuracies and {len(run.loss_history)} losses: train it first."
            )
        means = [np.mean(part) for part in np.array_split(run.loss_history, epochs)]
        # An epoch's mean stands in its middle.
        losses[name] = (np.arange(epochs) + 0.5, np.array(means))
        accuracies[name] = np.array(run.val_acc_history)
    figure, axes = plt.subplots(1, 3, figsize=(10.5, 3.7), layout="constrained")
    loss = "training loss, mean of an epoch"
    lines(losses, xlabel="epoch", ylabel=loss, title="loss", ax=axes[0])
    lines(losses, xlabel="epoch", ylabel=loss, title="loss, log scale", yscale="log", ax=axes[1])
    lines(accuracies, xlabel="epoch", ylabel="validation accuracy", title="accuracy", ax=axes[2])
    # Chance, before training, would squeeze all that matters into the top of the panel.
    axes[2].set_ylim(min(accuracy[1:].min() for accuracy in accuracies.values()) - 0.02, 1.005)
    handles, labels = axes[0].get_legend_handles_labels()
    for ax in axes:
        ax.get_legend().remove()
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 4), handlelength=3)
    return figure


def _contours(ax, surface, start):
    """Contour lines that enclose equal shares of the area, a circle at the start, a star at the minimum."""
    left, right, bottom, top = surface.bounds
    x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    z = surface.function(np.stack([x, y], axis=-1))
    levels = np.quantile(z, np.linspace(0, 1, 13)[1:-1])
    greys = [str(grey) for grey in np.linspace(0.4, 0.8, len(levels))]
    ax.contour(x, y, z, levels=levels, colors=greys, linewidths=0.7, zorder=0)
    ax.plot(*start, "o", color="black", markerfacecolor="white", markersize=7, zorder=3)
    if surface.minimum is not None:
        ax.plot(*surface.minimum, "*", color="black", markerfacecolor=STAR, markersize=13, zorder=3)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def _steps(paths):
    lengths = {len(path) for path in paths.values()}
    if len(lengths) != 1:
        raise ValueError(f"All paths must have the same number of points. Got {sorted(lengths)}.")
    return lengths.pop() - 1


def _gif(pictures, milliseconds):
    # One palette for all pictures, so that what stands still compresses away: greys, and every colour that is
    # drawn, pure and blended with the white paper, as it is at the edge of a line.
    blends = [(1 - share) + share * np.array(to_rgb(colour)) for colour in (*COLOURS, STAR) for share in (1, 0.7, 0.4)]
    greys = [np.full(3, grey) for grey in np.linspace(0, 1, 24)]
    palette = Image.new("P", (1, 1))
    palette.putpalette((255 * np.array(blends + greys)).round().astype(np.uint8).tobytes())
    first, *others = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [round(milliseconds)] * len(others) + [2000]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=durations, loop=0)
    return file.getvalue()

"""Plots of training runs: losses, accuracies, update ratios, and schedules."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._arguments import Curve, check_array, check_named
from .curves import CURVE_FORMS, lines
from .style import integer_ticks, label_outside, legend_below, panels


class TrainedRun(Protocol):
    """The attributes of a `gradlab.solver.Solver` that `training_race` needs."""

    @property
    def loss_history(self) -> Sequence[float]:
        """The loss of every minibatch."""

    @property
    def val_acc_history(self) -> Sequence[float]:
        """The validation accuracy before training and after each epoch."""


def loss_curves(
    losses: Mapping[str, Curve],
    *,
    xlabel: str = "epoch",
    ylabel: str = "loss",
    title: str = "",
    ceiling: float | None = None,
) -> Figure:
    """Draw the same losses on a linear scale and, next to it, on a log scale.

    Parameters
    ----------
    losses : dict of str to curves, as for `lines`
        The loss curves. Each can be a tuple (epochs, losses) of two arrays (T,), for example.
    xlabel, ylabel, title : str
    ceiling : float, optional
        The upper limit of the linear panel. Without a limit, a run that diverges would flatten all other curves.

    Returns
    -------
    matplotlib Figure

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> epochs = np.arange(100) / 20
    >>> figure = plots.loss_curves({"adam": (epochs, np.exp(-epochs))})
    >>> [ax.get_yscale() for ax in figure.axes]
    ['linear', 'log']
    """
    figure, axes = panels(2, columns=2, size=(4.6, 3.3), sharey=False)
    _linear_and_log(axes, losses, xlabel, ylabel)
    if ceiling is not None:
        axes[0].set_ylim(-0.03 * ceiling, ceiling)
    figure.suptitle(title)
    legend_below(figure, axes)
    return figure


def training_race(runs: Mapping[str, TrainedRun]) -> Figure:
    """Compare several training runs by epoch: the loss, the loss on a log scale, and the validation accuracy.

    Parameters
    ----------
    runs : dict of str to gradlab.solver.Solver
        Trained solvers, or any objects with a ``loss_history`` (the loss of every minibatch) and a
        ``val_acc_history`` (the accuracy before training and after each epoch).

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ValueError
        If a run has not been trained.
    """
    check_named(runs, "runs", "trained solvers")
    losses, accuracies = {}, {}
    for name, run in runs.items():
        epochs = len(run.val_acc_history) - 1
        if not 1 <= epochs <= len(run.loss_history):
            raise ValueError(
                f"{name} must have an accuracy before training and after each epoch, and at least one loss per "
                f"epoch. Got {epochs + 1} accuracies and {len(run.loss_history)} losses: train the solver first."
            )
        means = [np.mean(part) for part in np.array_split(run.loss_history, epochs)]
        # Draw the mean loss of each epoch at the middle of the epoch.
        losses[name] = (np.arange(epochs) + 0.5, np.array(means))
        accuracies[name] = np.array(run.val_acc_history)
    figure, axes = panels(3, columns=3, size=(3.1, 3.2), sharex=False, sharey=False)
    _linear_and_log(axes[:2], losses, "epoch", "training loss, mean over an epoch")
    lines(accuracies, xlabel="epoch", ylabel="validation accuracy", title="accuracy", ax=axes[2])
    # Omit the accuracy before training, which is no better than chance. It would squeeze the rest of the curves into
    # the top of the panel.
    axes[2].set_ylim(min(accuracy[1:].min() for accuracy in accuracies.values()) - 0.02, 1.005)
    for ax in axes:
        ax.xaxis.set_major_locator(integer_ticks())
    legend_below(figure, axes)
    return figure


def accuracy_gaps(runs: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]], *, columns: int = 3) -> Figure:
    """Draw training and validation accuracies by epoch, with the gap between them shaded and one panel per run.

    Parameters
    ----------
    runs : dict of str to tuple of two ndarray (T,)
        The training and validation accuracies before training and after each epoch, like a solver's
        ``train_acc_history`` and ``val_acc_history``.
    columns : int
        The number of panels per row.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If a run is not a tuple of two arrays of the same length.
    """
    check_named(runs, "runs", "tuples (training accuracies, validation accuracies)")
    figure, axes = panels(len(runs), columns=columns, size=(3.1, 2.6))
    for ax, (name, run) in zip(axes, runs.items(), strict=True):
        if not isinstance(run, tuple) or len(run) != 2:
            raise TypeError(
                f"The run {name!r} must be a tuple (training accuracies, validation accuracies). "
                f"Got {type(run).__name__}."
            )
        training = check_array(run[0], f"the training accuracy of {name!r}", "(T,)")
        validation = check_array(run[1], f"the validation accuracy of {name!r}", f"({len(training)},)")
        lines({"training": training, "validation": validation}, xlabel="", ylabel="", ax=ax)
        ax.set_title(name, fontsize="medium")
        gray: dict[str, Any] = {"facecolor": "0.9", "edgecolor": "0.6", "hatch": "///", "linewidth": 0}
        above = np.maximum(training, validation)  # where validation is ahead, there is no gap
        ax.fill_between(np.arange(len(training)), above, validation, label="the gap", **gray)
        gap = f"gap at the end: {training[-1] - validation[-1]:.2f}"
        ax.text(0.96, 0.05, gap, transform=ax.transAxes, ha="right", fontsize="small")
    label_outside(axes, "epoch", "accuracy")
    legend_below(figure, axes)
    return figure


def update_ratios(ratios: Mapping[str, Curve], *, xlabel: str = "iteration", ax: Axes | None = None) -> Axes:
    """Draw the size of each parameter's updates during training, relative to the size of the parameter.

    A shaded band marks ratios around 1e-3.

    Parameters
    ----------
    ratios : dict of str to curves, as for `lines`
        For each parameter, the norm of every update divided by the norm of the parameter.
    xlabel : str
    ax : matplotlib Axes, optional
        The axes to draw into. By default, a new figure is created.

    Returns
    -------
    matplotlib Axes
        Ratios of zero leave a gap, because the scale is logarithmic.
    """
    ax = lines(ratios, xlabel=xlabel, ylabel="size of update / size of parameter", yscale="log", ax=ax)
    half_a_decade = 10**0.5
    low, high = 1e-3 / half_a_decade, 1e-3 * half_a_decade
    ax.axhspan(low, high, facecolor="0.9", edgecolor="0.75", hatch="...", linewidth=0, zorder=0)
    ax.axhline(1e-3, color="0.3", linewidth=1, zorder=1)
    background = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1}
    ax.text(0.01, low * 1.1, "about 1e-3", transform=ax.get_yaxis_transform(), fontsize="small", bbox=background)
    return ax


def schedules(
    rates: Mapping[str, Curve],
    losses: Mapping[str, Curve] | None = None,
    *,
    drops: npt.ArrayLike = (),
    xlabel: str = "epoch",
) -> Figure:
    """Draw learning rates during training and, optionally, the resulting losses below them.

    Parameters
    ----------
    rates, losses : dict of str to curves, as for `lines`
        Each learning rate applies from its x to the next x, so it is drawn as a step. Curves with the same name look
        the same in both panels.
    drops : array_like (K,)
        The x values at which a learning rate was lowered. These are marked in both panels, because losses fall steeply
        there.
    xlabel : str

    Returns
    -------
    matplotlib Figure
    """
    check_named(rates, "rates", CURVE_FORMS)
    positions = np.ravel(drops)
    figure, axes = panels(1 if losses is None else 2, columns=1, size=(7.2, 2.5), sharey=False)
    lines(rates, xlabel="", ylabel="learning rate", ax=axes[0])
    for line in axes[0].lines:
        line.set_drawstyle("steps-post")
    if losses is not None:
        check_named(losses, "losses", CURVE_FORMS)
        lines(losses, xlabel="", ylabel="loss", yscale="log", ax=axes[1])
    for ax in axes:
        for position in positions:
            ax.axvline(position, color="0.4", linestyle=(0, (1, 2)), linewidth=1.2, zorder=0)
    axes[-1].set_xlabel(xlabel)
    legend_below(figure, axes)
    return figure


def _linear_and_log(axes: Sequence[Axes], losses: Mapping[str, Curve], xlabel: str, ylabel: str) -> None:
    for ax, scale in zip(axes, ("linear", "log"), strict=True):
        title = "loss" if scale == "linear" else "loss, log scale"
        lines(losses, xlabel=xlabel, ylabel=ylabel, title=title, yscale=scale, ax=ax)

"""How trainings went: losses, accuracies, update ratios, schedules."""

import numpy as np

from ._arguments import named, numbers
from .curves import KINDS, lines
from .style import label_outside, legend_below, panels, whole_numbers


def loss_curves(losses, *, xlabel="epoch", ylabel="loss", title="", ceiling=None):
    """Losses twice, side by side: on a linear scale and on a log scale.

    Parameters
    ----------
    losses : dict of str to curves, as for `lines`
        Such as a tuple (epochs, losses), both (T,).
    xlabel, ylabel, title : str
    ceiling : float, optional
        The linear panel then shows 0 to here: a run that diverges would flatten all others.

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

    Raises
    ------
    ValueError
        If a run was not trained.
    """
    named(runs, "runs", "trained solvers")
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
    figure, axes = panels(3, columns=3, size=(3.1, 3.2), sharex=False, sharey=False)
    _linear_and_log(axes[:2], losses, "epoch", "training loss, mean of an epoch")
    lines(accuracies, xlabel="epoch", ylabel="validation accuracy", title="accuracy", ax=axes[2])
    # Chance, before training, would squeeze all that matters into the top of the panel.
    axes[2].set_ylim(min(accuracy[1:].min() for accuracy in accuracies.values()) - 0.02, 1.005)
    for ax in axes:
        ax.xaxis.set_major_locator(whole_numbers())
    legend_below(figure, axes)
    return figure


def accuracy_gaps(runs, *, columns=3):
    """Training and validation accuracy by epoch, the gap between them shaded; a panel a run.

    Parameters
    ----------
    runs : dict of str to tuple of two ndarray (T,)
        The accuracies on the training and on the validation set before training and after each epoch, as a
        solver's ``train_acc_history`` and ``val_acc_history``.
    columns : int
        Panels in a row.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If a run is not two arrays of the same length.
    """
    named(runs, "runs", "tuples (training accuracies, validation accuracies)")
    figure, axes = panels(len(runs), columns=columns, size=(3.1, 2.6))
    for ax, (name, run) in zip(axes, runs.items(), strict=True):
        if not isinstance(run, tuple) or len(run) != 2:
            kind = type(run).__name__
            raise TypeError(
                f"The run {name!r} must be a tuple (training accuracies, validation accuracies). Got {kind}."
            )
        training = numbers(run[0], f"the training accuracy of {name!r}", "(T,)")
        validation = numbers(run[1], f"the validation accuracy of {name!r}", f"({len(training)},)")
        lines({"training": training, "validation": validation}, xlabel="", ylabel="", ax=ax)
        ax.set_title(name, fontsize="medium")
        gray = {"facecolor": "0.9", "edgecolor": "0.6", "hatch": "///", "linewidth": 0}
        ax.fill_between(np.arange(len(training)), training, validation, label="the gap", **gray)
        gap = f"gap at the end: {training[-1] - validation[-1]:.2f}"
        ax.text(0.96, 0.05, gap, transform=ax.transAxes, ha="right", fontsize="small")
    label_outside(axes, "epoch", "accuracy")
    legend_below(figure, axes)
    return figure


def update_ratios(ratios, *, xlabel="iteration", ax=None):
    """The size of each parameter's updates beside its own, over training, with the band about 1e-3 marked.

    Parameters
    ----------
    ratios : dict of str to curves, as for `lines`
        By parameter, the norm of every update over the norm of what it updates.
    xlabel : str
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes
        The log scale leaves out ratios of zero.
    """
    ax = lines(ratios, xlabel=xlabel, ylabel="size of update / size of parameter", yscale="log", ax=ax)
    half_a_decade = 10**0.5
    low, high = 1e-3 / half_a_decade, 1e-3 * half_a_decade
    ax.axhspan(low, high, facecolor="0.9", edgecolor="0.75", hatch="...", linewidth=0, zorder=0)
    ax.axhline(1e-3, color="0.3", linewidth=1, zorder=1)
    ground = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1}
    ax.text(0.01, low * 1.1, "about 1e-3", transform=ax.get_yaxis_transform(), fontsize="small", bbox=ground)
    return ax


def schedules(rates, losses=None, *, drops=(), xlabel="epoch"):
    """Learning rates over training, and below them, if given, the losses they led to.

    Parameters
    ----------
    rates, losses : dict of str to curves, as for `lines`
        Each rate holds from its x to the next, so it is drawn as a stair. A name looks the same in both panels.
    drops : array_like (K,)
        Where a rate was lowered: marked in both panels, as that is where the cliffs in a loss curve are.
    xlabel : str

    Returns
    -------
    matplotlib Figure
    """
    named(rates, "rates", KINDS)
    drops = np.ravel(drops)
    figure, axes = panels(1 if losses is None else 2, columns=1, size=(7.2, 2.5), sharey=False)
    lines(rates, xlabel="", ylabel="learning rate", ax=axes[0])
    for line in axes[0].lines:
        line.set_drawstyle("steps-post")
    if losses is not None:
        named(losses, "losses", KINDS)
        lines(losses, xlabel="", ylabel="loss", yscale="log", ax=axes[1])
    for ax in axes:
        for drop in drops:
            ax.axvline(drop, color="0.4", linestyle=(0, (1, 2)), linewidth=1.2, zorder=0)
    axes[-1].set_xlabel(xlabel)
    legend_below(figure, axes)
    return figure


def _linear_and_log(axes, losses, xlabel, ylabel):
    for ax, scale in zip(axes, ("linear", "log"), strict=True):
        title = "loss" if scale == "linear" else "loss, log scale"
        lines(losses, xlabel=xlabel, ylabel=ylabel, title=title, yscale=scale, ax=ax)

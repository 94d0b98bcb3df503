"""The solver, which trains on minibatches, validates after every epoch, and keeps the best parameters."""

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import Any, TypeVar

import numpy as np

from ..typing import Array, Config, Integers, Params, Rule
from . import checkpoints
from .callbacks import Model, Step
from .progress import Progress
from .updates import Updater
from .validation import (
    check_data,
    check_functions,
    check_settings,
    checked_batches,
    checked_callbacks,
    checked_rate,
    loss_and_gradients,
)

T = TypeVar("T")


class Solver:
    """Trains a model on minibatches and keeps the parameters that did best on the validation set.

    By default, every epoch shuffles the training set and uses each of its examples once. If the number of examples is
    not a multiple of the batch size, the last batch is smaller.

    Parameters
    ----------
    model : object
        An object with ``params``, a dict of arrays, and ``loss(X, y=None)``, like the models in `gradlab.models`.
    data : dict of str to ndarray
        The arrays X_train (N, ...), y_train (N,), X_val (M, ...), and y_val (M,); other keys are ignored.
    update_rule : callable, optional
        ``update_rule(w, dw, config) -> (next_w, config)``. By default, each parameter moves by -learning_rate times
        its gradient.
    optim_config : dict, optional
        The config for the first call to the rule. Each parameter gets its own copy, in which the rule keeps its state.
    lr_decay : float
        The factor by which every learning rate is multiplied after each epoch.
    schedule : callable, optional
        ``schedule(epoch) -> learning_rate``, called before every step; `epoch` is a float, the steps taken divided by
        the steps per epoch. The schedule overrides any learning rate in `optim_config`.
    minibatches : callable, optional
        ``minibatches(num_examples, batch_size, rng)`` returns the arrays of indices for one epoch.
    batch_size, num_epochs : int
    print_every : int
        The number of iterations from one printed loss to the next.
    num_train_samples : int or None
        The number of training examples used to measure the training accuracy, or None for all of them.
    callbacks : sequence of callable
        Functions to call with a `Step` after every step. If one of them returns True, the epoch and training end.
    epoch_callbacks : sequence of callable
        Functions to call with the solver after every epoch. If one of them returns True, training ends.
    checkpoint_dir : str or Path, optional
        The folder for checkpoints, such as ``epoch_003_val_0.9467.npz``. The solver writes one after every epoch;
        `resume` reads one.
    verbose : bool
        Whether to print the loss and the accuracies during training.
    progress : bool
        Whether to show a progress bar instead of the lines about single iterations.
    rng : int, numpy.random.Generator or None
        A generator or its seed, which determines the order of the examples.

    Attributes
    ----------
    loss_history : list of float
        The loss of each minibatch, before its update.
    train_acc_history, val_acc_history : list of float
        The accuracies measured before training and after each epoch.
    best_val_acc : float
        The best validation accuracy so far.
    best_params : dict of str to ndarray
        The parameters at the best validation accuracy so far. If training ends normally or diverges, `train` copies
        them to the model.
    best_state : dict
        The rest of the model's state at the best validation accuracy, such as running averages. The dict is empty if
        the model has no method ``state``.
    optim_configs : dict of str to dict
        The config of each parameter, as returned by the parameter's last update.
    epoch : int
        The number of completed epochs.
    stopped : str or None
        The reason training ended before num_epochs epochs were completed, or None if it did not end early.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab.models import SoftmaxRegression
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(3, size=200)
    >>> X = np.eye(3)[y] + 0.1 * rng.normal(size=(200, 3))
    >>> data = {"X_train": X[:150], "y_train": y[:150], "X_val": X[150:], "y_val": y[150:]}
    >>> ratios = []
    >>> def watch(step):
    ...     if step.iteration % 15 == 0:
    ...         w = step.model.params["W1"]
    ...         ratios.append(np.linalg.norm(step.updates["W1"]) / np.linalg.norm(w))
    >>> run = Solver(
    ...     SoftmaxRegression(3, 3, seed=0), data, optim_config={"learning_rate": 1.0},
    ...     batch_size=10, num_epochs=3, callbacks=[watch], verbose=False, rng=0,
    ... )
    >>> run.train()
    >>> len(run.loss_history), len(ratios), run.best_val_acc
    (45, 3, 1.0)
    """

    def __init__(
        self,
        model: Model,
        data: dict[str, Array],
        *,
        update_rule: Rule | None = None,
        optim_config: Config | None = None,
        lr_decay: float = 1.0,
        schedule: Callable[[float], float] | None = None,
        minibatches: Callable[[int, int, np.random.Generator], Iterable[Any]] | None = None,
        batch_size: int = 100,
        num_epochs: int = 10,
        print_every: int = 10,
        num_train_samples: int | None = 1000,
        callbacks: Sequence[Callable[[Step], object]] = (),
        epoch_callbacks: Sequence[Callable[["Solver"], object]] = (),
        checkpoint_dir: str | PathLike[str] | None = None,
        verbose: bool = True,
        progress: bool = False,
        rng: int | np.random.Generator | None = None,
    ) -> None:
        check_data(data)
        check_settings(batch_size, num_epochs, lr_decay, schedule)
        check_functions(
            update_rule=(update_rule, "(w, dw, config) -> (next_w, config)"),
            schedule=(schedule, "(epoch) -> learning_rate"),
            minibatches=(minibatches, "(num_examples, batch_size, rng) -> arrays of indices"),
        )
        self.model = model
        self.data = data
        self.lr_decay = lr_decay
        self.schedule = schedule
        self.minibatches = minibatches
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.num_train_samples = num_train_samples
        self.callbacks = checked_callbacks(callbacks, "callbacks")
        self.epoch_callbacks = checked_callbacks(epoch_callbacks, "epoch_callbacks")
        self.checkpoint_dir = checkpoint_dir
        self.rng = np.random.default_rng(rng)

        self.loss_history: list[float] = []
        self.train_acc_history: list[float] = []
        self.val_acc_history: list[float] = []
        self.best_val_acc = -math.inf
        self.best_params: Params = {}
        self.best_state: dict[str, Any] = {}
        self.optim_configs: dict[str, Config] = {name: copy.deepcopy(optim_config or {}) for name in model.params}
        self.epoch = 0
        self.stopped: str | None = None
        self._progress = Progress(verbose, print_every, progress)
        self._updater = Updater(update_rule)

    def train(self) -> None:
        """Train until num_epochs epochs are completed, then give the model its best parameters.

        After Ctrl-C, the model has the parameters from the last complete step, and KeyboardInterrupt is raised again,
        so that a loop around `train` also stops. If called again, `train` continues with a new pass through the
        examples.

        Raises
        ------
        FloatingPointError
            If the loss is no longer finite. The model then has its best parameters so far.
        KeyboardInterrupt
            If Ctrl-C is pressed.
        TypeError, ValueError
            If the model or a function passed to the solver returns an invalid value.
        """
        self.stopped = None
        steps = math.ceil(len(self.data["X_train"]) / self.batch_size)
        self._progress.begin(self.epoch * steps, self.num_epochs * steps)
        # Until the C library has freed a large array, it may return the memory of smaller arrays to the system and
        # request it again in every step, which can take a third of the time.
        np.empty(1 << 24, np.uint8)
        try:
            if not self.val_acc_history:
                self._measure(0)
            while self.epoch < self.num_epochs and self.stopped is None:
                self._go_through_examples(steps)
                self._finish_epoch()
        except KeyboardInterrupt:
            self.stopped = f"interrupted after {len(self.loss_history)} iterations"
            self._progress.line(f"{self.stopped}: the model has the parameters of the last complete step")
            raise
        except FloatingPointError as error:
            self.stopped = str(error)
            self._take_best()
            raise
        finally:
            self._progress.end()
        self._take_best()

    def resume(self, path: str | PathLike[str]) -> None:
        """Restore the state saved in a checkpoint; `train` then completes the remaining epochs.

        All numbers are then identical, bit for bit, to those of an uninterrupted run, if the solver was created with
        the same data, functions, and settings. Only `num_epochs` may differ. The state of callbacks is not restored.

        Parameters
        ----------
        path : str or Path

        Raises
        ------
        ValueError
            If the file is damaged or not a checkpoint of this version, or if the solver has a different model, batch
            size, number of training examples, or kind of random generator.
        """
        checkpoints.load(self, path)

    def check_accuracy(self, X: Array, y: Array, num_samples: int | None = None, batch_size: int = 100) -> float:
        """Return the fraction of examples whose label has the highest score.

        Parameters
        ----------
        X : ndarray (N, ...)
        y : ndarray (N,) of int
        num_samples : int, optional
            The number of examples to use, sampled without replacement. By default, all examples are used.
        batch_size : int
            The number of examples that go through the model at once, which limits the memory used.

        Returns
        -------
        float
            The accuracy, between 0 and 1.
        """
        if num_samples is not None and num_samples < len(X):
            rows = self.rng.choice(len(X), num_samples, replace=False)
            X, y = X[rows], y[rows]
        starts = range(0, len(X), batch_size)
        with np.errstate(over="ignore", invalid="ignore"):  # scores that overflow count as wrong
            predicted = [self.model.loss(X[i : i + batch_size]).argmax(axis=1) for i in starts]
        return float(np.mean(np.concatenate(predicted) == y))

    def _go_through_examples(self, steps: int) -> None:
        n = len(self.data["X_train"])
        if self.minibatches is None:
            order = self.rng.permutation(n)
            batches: list[Integers] = [order[first : first + self.batch_size] for first in range(0, n, self.batch_size)]
        else:
            batches = checked_batches(self.minibatches(n, self.batch_size, self.rng), n)
        for done, rows in enumerate(batches, start=self.epoch * steps):
            self._take_step(rows, done, steps)
            if self.stopped is not None:
                return

    def _take_step(self, rows: Integers, done: int, steps: int) -> None:
        X, y = self.data["X_train"][rows], self.data["y_train"][rows]
        loss, grads = loss_and_gradients(self.model, X, y, iteration=len(self.loss_history) + 1)
        # Keep these arrays only if there are callbacks. Otherwise, the update can use their memory.
        watched = (X, y, dict(grads)) if self.callbacks else None
        del X, y
        rate = None if self.schedule is None else checked_rate(self.schedule(done / steps), done / steps)
        old = dict(self.model.params)
        new, configs = self._updater.apply(old, grads, self.optim_configs, rate)
        # No call separates these three assignments, so Ctrl-C cannot interrupt them: a step is taken completely or not
        # at all.
        self.model.params |= new
        self.optim_configs |= configs
        self.loss_history += [loss]
        self._progress.step(len(self.loss_history), loss)
        if watched is not None:
            rate = next(iter(configs.values())).get("learning_rate")
            taken, epoch = len(self.loss_history), (done + 1) / steps
            self._call(self.callbacks, Step(self, self.model, taken, epoch, loss, rate, *watched, old, new))

    def _finish_epoch(self) -> None:
        self._measure(self.epoch + 1)
        if self.lr_decay != 1.0:
            self.optim_configs = self._updater.decayed(self.optim_configs, self.lr_decay)
        self._call(self.epoch_callbacks, self)
        if self.checkpoint_dir is not None:
            checkpoints.save(self, self.checkpoint_dir)

    def _measure(self, epoch: int) -> None:
        train = self.check_accuracy(self.data["X_train"], self.data["y_train"], self.num_train_samples)
        val = self.check_accuracy(self.data["X_val"], self.data["y_val"])
        if val > self.best_val_acc:
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
            self.best_state = getattr(self.model, "state", dict)()  # a student's model may have no state
            self.best_val_acc = val
        self.train_acc_history += [train]
        self.val_acc_history += [val]
        self.epoch = epoch
        self._progress.line(f"epoch {epoch} of {self.num_epochs}: accuracy {train:.3f} training, {val:.3f} validation")

    def _call(self, callbacks: Iterable[Callable[[T], object]], argument: T) -> None:
        for callback in callbacks:
            if callback(argument) is True:
                self.stopped = f"ended by a callback after {len(self.loss_history)} iterations"

    def _take_best(self) -> None:
        self.model.params |= {name: w.copy() for name, w in self.best_params.items()}
        if self.best_state and hasattr(self.model, "restore"):
            self.model.restore(self.best_state)

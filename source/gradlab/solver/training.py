"""The solver: epochs of minibatches, an update rule, validation, and the best parameters kept."""

import copy
import math

import numpy as np

from . import checkpoints
from .callbacks import Step
from .progress import Teller
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


class Solver:
    """Trains a model on minibatches and keeps the parameters that did best on the validation set.

    Every epoch shuffles the training set anew and goes through each of its examples once; when the batch size
    does not divide their number, the last batch is smaller.

    Parameters
    ----------
    model : object
        Has ``params``, a dict of arrays, and ``loss(X, y=None)``, as the models in `gradlab.models` do.
    data : dict of str to ndarray
        X_train (N, ...), y_train (N,), X_val (M, ...), y_val (M,); other keys are left alone.
    update_rule : callable, optional
        ``update_rule(w, dw, config) -> (next_w, config)``. Without one, each parameter moves by
        -learning_rate times its gradient.
    optim_config : dict, optional
        The config of the first call. Each parameter has a copy of its own, which carries its state.
    lr_decay : float
        Every learning rate is multiplied by it after each epoch.
    schedule : callable, optional
        ``schedule(epoch) -> learning_rate``, asked before every step; `epoch` is a float, the steps taken divided
        by the steps of an epoch. Stands in for a learning rate in `optim_config`.
    minibatches : callable, optional
        ``minibatches(num_examples, batch_size, rng)`` gives arrays of indices, those of one epoch.
    batch_size, num_epochs, print_every : int
        `print_every` counts iterations.
    num_train_samples : int or None
        How many training examples the training accuracy is measured on; None means all.
    callbacks : sequence of callable
        Each is called with a `Step` after every step. One that returns True ends the training, and the epoch.
    epoch_callbacks : sequence of callable
        Each is called with the solver after every epoch. One that returns True ends the training.
    checkpoint_dir : str or Path, optional
        Where to write a checkpoint after every epoch, such as ``epoch_003_val_0.9467.npz``, for `resume`.
    verbose : bool
        Whether to print the loss and the accuracies along the way.
    progress : bool
        Whether to show a progress bar, in place of the lines on single iterations.
    rng : int, numpy.random.Generator or None
        Where the order of the examples comes from.

    Attributes
    ----------
    loss_history : list of float
        The loss of each minibatch, before its update.
    train_acc_history, val_acc_history : list of float
        Accuracies before training and after each epoch: num_epochs + 1 of them.
    best_val_acc : float
    best_params : dict of str to ndarray
        The parameters at the best validation accuracy so far; `train` leaves them in the model.
    best_state : dict
        What the model held beside them, such as running averages, if it has ``state`` and ``restore``.
    optim_configs : dict of str to dict
        The config of each parameter, as its last update returned it.
    epoch : int
        How many epochs are done.
    stopped : str or None
        Why training ended before num_epochs were done.

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
        model,
        data,
        *,
        update_rule=None,
        optim_config=None,
        lr_decay=1.0,
        schedule=None,
        minibatches=None,
        batch_size=100,
        num_epochs=10,
        print_every=10,
        num_train_samples=1000,
        callbacks=(),
        epoch_callbacks=(),
        checkpoint_dir=None,
        verbose=True,
        progress=False,
        rng=None,
    ):
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

        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        self.best_val_acc = -math.inf
        self.best_params = {}
        self.best_state = {}
        self.optim_configs = {name: copy.deepcopy(optim_config or {}) for name in model.params}
        self.epoch = 0
        self.stopped = None
        self._teller = Teller(verbose, print_every, progress)
        self._updater = Updater(update_rule)

    def train(self):
        """Train until num_epochs epochs are done, then give the model its best parameters.

        Ctrl-C leaves the model with what the last complete step made of it, and is passed on, so that a loop
        around it stops, too. Called again, `train` goes on, with a new round through the examples.

        Raises
        ------
        FloatingPointError
            If the loss is no longer a finite number. The model then has its best parameters so far.
        KeyboardInterrupt
            On Ctrl-C.
        TypeError, ValueError
            If a function that was given, or the model, returns something else than it must.
        """
        self.stopped = None
        steps = math.ceil(len(self.data["X_train"]) / self.batch_size)
        self._teller.begin(self.epoch * steps, self.num_epochs * steps)
        # Until the C library has seen a large array freed, it may give the memory of smaller ones back to the system,
        # and fetch it again in every step, which can take a third of the time.
        np.empty(1 << 24, np.uint8)
        try:
            if not self.val_acc_history:
                self._measure(0)
            while self.epoch < self.num_epochs and self.stopped is None:
                self._go_through_examples(steps)
                self._finish_epoch()
        except KeyboardInterrupt:
            self.stopped = f"interrupted after {len(self.loss_history)} iterations"
            self._teller.line(f"{self.stopped}: the model is as the last of them left it")
            raise
        except FloatingPointError as error:
            self.stopped = str(error)
            self._take_best()
            raise
        finally:
            self._teller.end()
        self._take_best()

    def resume(self, path):
        """Go back to where a checkpoint was written; `train` then does the epochs that were left.

        The numbers are those of a run without a break, bit for bit, if the solver is built as it was then: with the
        same data, functions and settings. `num_epochs` may be another. What callbacks remember is theirs to keep.

        Parameters
        ----------
        path : str or Path

        Raises
        ------
        ValueError
            If the file is not whole, no checkpoint, or one of another model, another batch size or other data.
        """
        checkpoints.load(self, path)

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """The fraction of examples whose highest score is that of their label.

        Parameters
        ----------
        X : ndarray (N, ...)
        y : ndarray (N,) of int
        num_samples : int, optional
            Measure on that many examples, drawn without repetition, instead of all.
        batch_size : int
            How many go through the model at once, to bound the memory.

        Returns
        -------
        float
            Between 0 and 1.
        """
        if num_samples is not None and num_samples < len(X):
            rows = self.rng.choice(len(X), num_samples, replace=False)
            X, y = X[rows], y[rows]
        parts = range(0, len(X), batch_size)
        with np.errstate(over="ignore", invalid="ignore"):  # scores that overflow are wrong, and so they count
            predicted = [self.model.loss(X[i : i + batch_size]).argmax(axis=1) for i in parts]
        return float(np.mean(np.concatenate(predicted) == y))

    def _go_through_examples(self, steps):
        n = len(self.data["X_train"])
        if self.minibatches is None:
            order = self.rng.permutation(n)
            batches = [order[first : first + self.batch_size] for first in range(0, n, self.batch_size)]
        else:
            batches = checked_batches(self.minibatches(n, self.batch_size, self.rng), n)
        for done, rows in enumerate(batches, start=self.epoch * steps):
            self._take_step(rows, done, steps)
            if self.stopped is not None:
                return

    def _take_step(self, rows, done, steps):
        X, y = self.data["X_train"][rows], self.data["y_train"][rows]
        loss, grads = loss_and_gradients(self.model, X, y, iteration=len(self.loss_history) + 1)
        # Kept for those who watch; for nobody else, so that the update can use the memory.
        watched = (X, y, dict(grads)) if self.callbacks else None
        del X, y
        rate = None if self.schedule is None else checked_rate(self.schedule(done / steps), done / steps)
        old = dict(self.model.params)
        new, configs = self._updater.apply(old, grads, self.optim_configs, rate)
        # Three assignments and not a call among them, so that no Ctrl-C comes between: all of a step or nothing.
        self.model.params |= new
        self.optim_configs |= configs
        self.loss_history += [loss]
        self._teller.step(len(self.loss_history), loss)
        if watched is not None:
            rate = next(iter(configs.values())).get("learning_rate")
            taken, epoch = len(self.loss_history), (done + 1) / steps
            self._call(self.callbacks, Step(self, self.model, taken, epoch, loss, rate, *watched, old, new))

    def _finish_epoch(self):
        self._measure(self.epoch + 1)
        if self.lr_decay != 1.0:
            self.optim_configs = self._updater.decayed(self.optim_configs, self.lr_decay)
        self._call(self.epoch_callbacks, self)
        if self.checkpoint_dir is not None:
            checkpoints.save(self, self.checkpoint_dir)

    def _measure(self, epoch):
        train = self.check_accuracy(self.data["X_train"], self.data["y_train"], self.num_train_samples)
        val = self.check_accuracy(self.data["X_val"], self.data["y_val"])
        if val > self.best_val_acc:
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
            self.best_state = getattr(self.model, "state", dict)()  # a model of one's own may have none
            self.best_val_acc = val
        self.train_acc_history += [train]
        self.val_acc_history += [val]
        self.epoch = epoch
        self._teller.line(f"epoch {epoch} of {self.num_epochs}: accuracy {train:.3f} training, {val:.3f} validation")

    def _call(self, callbacks, argument):
        for callback in callbacks:
            if callback(argument) is True:
                self.stopped = f"ended by a callback after {len(self.loss_history)} iterations"

    def _take_best(self):
        self.model.params |= {name: w.copy() for name, w in self.best_params.items()}
        if self.best_state:
            self.model.restore(self.best_state)

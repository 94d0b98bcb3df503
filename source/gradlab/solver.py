"""Training: minibatches, an update rule, and a record of how it went."""

import copy
import math

import numpy as np

DATA = ("X_train", "y_train", "X_val", "y_val")


class Solver:
    """Trains a model on minibatches and keeps the parameters that did best on the validation set.

    Every epoch shuffles the training set anew and goes through each of its examples once; when the batch size
    does not divide their number, the last batch is smaller.

    Parameters
    ----------
    model : object
        Has ``params``, a dict of arrays, and ``loss(X, y)``, as `gradlab.models.FullyConnectedNet` does.
    data : dict of str to ndarray
        X_train (N, ...), y_train (N,), X_val (M, ...), y_val (M,); other keys are left alone.
    update_rule : callable, optional
        ``update_rule(w, dw, config) -> (next_w, config)``. Without one, each parameter moves by
        -learning_rate times its gradient.
    optim_config : dict, optional
        The config of the first call. Each parameter has a copy of its own, which carries its state.
    lr_decay : float
        Every learning rate is multiplied by it after each epoch.
    batch_size, num_epochs, print_every : int
        `print_every` counts iterations.
    num_train_samples : int or None
        How many training examples the training accuracy is measured on; None means all.
    verbose : bool
        Whether to print the loss and the accuracies along the way.
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
    optim_configs : dict of str to dict
        The config of each parameter, as its last update returned it.
    """

    def __init__(
        self,
        model,
        data,
        *,
        update_rule=None,
        optim_config=None,
        lr_decay=1.0,
        batch_size=100,
        num_epochs=10,
        print_every=10,
        num_train_samples=1000,
        verbose=True,
        rng=None,
    ):
        _check_data(data)
        if update_rule is not None and not callable(update_rule):
            raise TypeError(
                "update_rule must be a function (w, dw, config) -> (next_w, config). "
                f"Got {update_rule!r}: pass the function itself, not its name."
            )
        if batch_size < 1 or num_epochs < 0:
            raise ValueError(
                f"batch_size must be at least 1 and num_epochs at least 0. Got {batch_size} and {num_epochs}."
            )
        self.model = model
        self.data = data
        self.update_rule = update_rule
        self.lr_decay = lr_decay
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.print_every = print_every
        self.num_train_samples = num_train_samples
        self.verbose = verbose
        self.rng = np.random.default_rng(rng)

        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        self.best_val_acc = -math.inf
        self.best_params = {}
        self.optim_configs = {name: copy.deepcopy(optim_config or {}) for name in model.params}

    def train(self):
        """Run num_epochs epochs, then give the model its best parameters.

        Raises
        ------
        FloatingPointError
            If the loss is no longer a finite number.
        TypeError, ValueError
            If the update rule returns anything but (next_w, config) with next_w of the shape of w.
        """
        X, y = self.data["X_train"], self.data["y_train"]
        total = self.num_epochs * math.ceil(len(X) / self.batch_size)
        self._measure(0)
        for epoch in range(1, self.num_epochs + 1):
            order = self.rng.permutation(len(X))
            for first in range(0, len(X), self.batch_size):
                rows = order[first : first + self.batch_size]
                self._update(X[rows], y[rows])
                iteration = len(self.loss_history)
                if self.verbose and (iteration - 1) % self.print_every == 0:
                    print(f"iteration {iteration} of {total}: loss {self.loss_history[-1]:.6f}")
            if self.lr_decay != 1.0:
                self._decay()
            self._measure(epoch)
        self.model.params = {name: w.copy() for name, w in self.best_params.items()}

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
        predicted = [self.model.loss(X[i : i + batch_size]).argmax(axis=1) for i in parts]
        return float(np.mean(np.concatenate(predicted) == y))

    def _update(self, X, y):
        loss, grads = self.model.loss(X, y)
        self.loss_history.append(float(loss))
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"The loss became {float(loss)} in iteration {len(self.loss_history)}: the learning rate is "
                "probably too high. Divide it by ten and train a fresh model."
            )
        for name, w in self.model.params.items():
            if self.update_rule is None:
                learning_rate = self.optim_configs[name].setdefault("learning_rate", 1e-2)
                self.model.params[name] = w - learning_rate * grads[name]
            else:
                returned = self.update_rule(w, grads[name], self.optim_configs[name])
                self.model.params[name], self.optim_configs[name] = _checked(returned, name, w.shape)

    def _decay(self):
        for name, config in self.optim_configs.items():
            if "learning_rate" not in config:
                raise ValueError(
                    f"lr_decay={self.lr_decay} found no learning rate to decay in the config of {name}. "
                    'Give one: optim_config={"learning_rate": ...}.'
                )
            config["learning_rate"] *= self.lr_decay

    def _measure(self, epoch):
        train = self.check_accuracy(self.data["X_train"], self.data["y_train"], self.num_train_samples)
        val = self.check_accuracy(self.data["X_val"], self.data["y_val"])
        self.train_acc_history.append(train)
        self.val_acc_history.append(val)
        if val > self.best_val_acc:
            self.best_val_acc = val
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
        if self.verbose:
            print(f"epoch {epoch} of {self.num_epochs}: accuracy {train:.3f} training, {val:.3f} validation")


def _check_data(data):
    missing = [key for key in DATA if key not in data]
    if missing:
        raise ValueError(f"data must have the keys {', '.join(DATA)}. Missing: {', '.join(missing)}.")
    for part in ("train", "val"):
        n, labels = len(data[f"X_{part}"]), len(data[f"y_{part}"])
        if n != labels or n == 0:
            raise ValueError(f"X_{part} and y_{part} must be of one length, not 0. Got {n} and {labels}.")


def _checked(returned, name, shape):
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], dict):
        raise TypeError(
            f"update_rule must return a tuple (next_w, config), config a dict. Got {type(returned).__name__} "
            f"for {name}."
        )
    if np.shape(returned[0]) != shape:
        raise ValueError(f"update_rule must return weights of shape {shape} for {name}. Got {np.shape(returned[0])}.")
    return returned

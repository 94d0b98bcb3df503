"""Measure the peak memory of a training step and the memory of the arrays that the step needs."""

import tracemalloc

import numpy as np

from gradlab.solver import Solver


def peak_and_need(model, image_shape=(3, 32, 32), batch_size=100, rule=None):
    """Return the bytes in use at the peak of a training step, and the bytes of the arrays that the step needs.

    The step needs the batch, the parameters, the gradients, the rule's state, and the layers' caches.
    """
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4 * batch_size, *image_shape)).astype(model.dtype)
    y = rng.integers(10, size=len(X))
    data = {"X_train": X, "y_train": y, "X_val": X[:1], "y_val": y[:1]}
    settings = {"batch_size": batch_size, "num_epochs": 1, "num_train_samples": 1, "verbose": False, "rng": 0}
    run = Solver(model, data, update_rule=rule, **settings)
    loss, peaks, starts = model.loss, [], []

    def measured(X, y=None):
        if y is not None:
            now, peak = tracemalloc.get_traced_memory()
            peaks.append(peak)  # the peak since the previous step began
            starts.append(now - in_use(X, y, model.params, run.optim_configs))
            tracemalloc.reset_peak()
        return loss(X, y)

    model.loss = measured
    tracemalloc.start()
    try:
        run.train()
    finally:
        tracemalloc.stop()
        model.loss = loss
    # Measure the third step, when the rule already has its state. Subtract other memory in use when the step began.
    X, y = X[:batch_size].copy(), y[:batch_size].copy()
    return peaks[3] - starts[2], in_use(X, y, model.params, model.loss(X, y)[1], run.optim_configs, caches(model, X))


def caches(model, x):
    kept = []
    for layer in model.layers:
        x, cache = layer.run(x, model.params, "train")
        kept.append(cache)
    return kept


def in_use(*holders):
    """Return the bytes of all distinct arrays in dicts, lists, and tuples; a view counts as the array that it views."""
    owners, todo = {}, list(holders)
    while todo:
        value = todo.pop()
        if isinstance(value, np.ndarray):
            while isinstance(value.base, np.ndarray):
                value = value.base
            owners[id(value)] = value.nbytes
        elif isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, (list, tuple)):
            todo += value
    return sum(owners.values())

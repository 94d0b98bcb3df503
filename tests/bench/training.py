"""Measure how fast networks train, compared with PyTorch and with a plain NumPy loop on the same machine.

    python tests/bench/training.py [--examples 50000] [--rounds 3]

One epoch of plain minibatch SGD (batch size 100) is timed, first with one thread per library, then with two.
The three implementations take turns, and the best epoch of each counts. All three shuffle, gather each minibatch from
memory, and record each loss; none measures accuracy. The output also shows where the solver spends its time, and how
much memory a step needs. If PyTorch is not installed, its column shows dashes. Two threads need two idle cores.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "source")]

from gradlab.models import ConvNet, FullyConnectedNet  # noqa: E402
from gradlab.solver import Solver  # noqa: E402
from tests.gradlab.solver.memory import peak_and_need  # noqa: E402

try:
    import torch
    from torch.nn import functional
except ImportError:
    torch = None

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
BATCH_SIZE, LEARNING_RATE = 100, 1e-3
LEAST_SPEED = {np.float32: 1.2, np.float64: 1.0}  # required speed relative to PyTorch with one thread, keyed by dtype
MOST_OVERHEAD, MOST_MEMORY = 0.03, 1.5  # limits: fraction of the time; multiple of the size of a step's arrays


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.threads:
        measure(options.threads, options.examples, options.rounds)
        return
    print(f"NumPy {np.__version__}, {f'PyTorch {torch.__version__}' if torch else 'without PyTorch'}", flush=True)
    for threads in (1, 2):
        # BLAS fixes its number of threads when it is loaded, so each number of threads needs a new process.
        command = [sys.executable, __file__, "--threads", str(threads)]
        command += ["--examples", str(options.examples), "--rounds", str(options.rounds)]
        subprocess.run(command, env=os.environ | dict.fromkeys(THREADS, str(threads)), check=True)
    print("\npeak memory of a training step / size of batch, parameters, gradients, and caches")
    for name, model in (("3072-100-10", FullyConnectedNet([100], seed=0)), ("ConvNet (3, 32, 32)", ConvNet(seed=0))):
        peak, need = peak_and_need(model)
        print(f"{name:32}float32 {peak / 2**20:6.1f} MB / {need / 2**20:.1f} MB = {ratio(peak, need, MOST_MEMORY, -1)}")


def measure(threads, examples, rounds):
    if torch:
        torch.set_num_threads(threads)
    print(f"\n{threads} thread{'s' * (threads > 1)}{' (required ratio in parentheses)' * (threads == 1)}")
    print(f"{'':40}{'gradlab':>9}{'PyTorch':>12}{'textbook':>12}   faster than {'PyTorch':<16}textbook")
    fractions = []
    for dtype, least in LEAST_SPEED.items():
        X, y = sample(dtype, examples)
        solver = make_solver(FullyConnectedNet([100], dtype=dtype, seed=0), X, y)
        calls = [lambda solver=solver: run_epoch(solver), with_torch(X, y, flat_torch), textbook(X, y)]
        name = f"{examples} x 3072-100-10"
        time_and_print(name, dtype, calls, rounds, least if threads == 1 else None)
        fractions.append(time_fractions(solver))
        images = X[:1000].reshape(-1, 3, 32, 32)
        solver = make_solver(ConvNet(dtype=dtype, seed=0), images, y[:1000])
        calls = [lambda solver=solver: run_epoch(solver), with_torch(images, y[:1000], convolutional_torch), None]
        time_and_print("1000 x ConvNet (3, 32, 32)", dtype, calls, rounds, None)
    for dtype, (loss, update, gather, rest) in zip(LEAST_SPEED, fractions, strict=True):
        print(
            f"{'the solver on 3072-100-10':32}{dtype.__name__:<8} loss {loss:.1%}, update {update:.1%}, "
            f"gathering minibatches {gather:.1%}, other work {ratio(rest, 1, MOST_OVERHEAD, -1, '.1%')}"
        )


def sample(dtype, examples):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((examples, 3072), dtype=dtype)
    return X, rng.integers(10, size=examples)


# --- one epoch: ours, PyTorch's, and the textbook's -------------------------------------------------------------------


def make_solver(model, X, y):
    data = {"X_train": X, "y_train": y, "X_val": X[:1], "y_val": y[:1]}
    settings = {"batch_size": BATCH_SIZE, "num_epochs": 0, "num_train_samples": 1, "verbose": False, "rng": 0}
    return Solver(model, data, optim_config={"learning_rate": LEARNING_RATE}, **settings)


def run_epoch(solver):
    solver.num_epochs += 1
    solver.train()


def with_torch(X, y, network):
    if torch is None:
        return None
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    model = network().to(X.dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    losses = []

    def train():
        order = torch.randperm(len(X))
        for first in range(0, len(X), BATCH_SIZE):
            rows = order[first : first + BATCH_SIZE]
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())

    return train


def flat_torch():
    return torch.nn.Sequential(torch.nn.Linear(3072, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))


def convolutional_torch():
    front = torch.nn.Conv2d(3, 32, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten()
    return torch.nn.Sequential(*front, torch.nn.Linear(8192, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))


def textbook(X, y):
    rng = np.random.default_rng(0)
    w1, b1 = (0.01 * rng.standard_normal((3072, 100))).astype(X.dtype), np.zeros(100, X.dtype)
    w2, b2 = (0.01 * rng.standard_normal((100, 10))).astype(X.dtype), np.zeros(10, X.dtype)
    losses = []

    def train():
        nonlocal w1, b1, w2, b2
        order = rng.permutation(len(X))
        for first in range(0, len(X), BATCH_SIZE):
            rows = order[first : first + BATCH_SIZE]
            x, labels, n = X[rows], y[rows], np.arange(BATCH_SIZE)
            hidden = np.maximum(0, x @ w1 + b1)
            scores = hidden @ w2 + b2
            exp = np.exp(scores - np.max(scores, axis=1, keepdims=True))
            p = exp / np.sum(exp, axis=1, keepdims=True)
            losses.append(np.mean(-np.log(p[n, labels])))
            p[n, labels] -= 1
            dscores = p / BATCH_SIZE
            dhidden = dscores @ w2.T
            dhidden[hidden <= 0] = 0
            w1 = w1 - LEARNING_RATE * (x.T @ dhidden)
            b1 = b1 - LEARNING_RATE * np.sum(dhidden, axis=0)
            w2 = w2 - LEARNING_RATE * (hidden.T @ dscores)
            b2 = b2 - LEARNING_RATE * np.sum(dscores, axis=0)

    return train


# --- measuring -------------------------------------------------------------------------------------------------------


def time_and_print(name, dtype, calls, rounds, least):
    """Time the calls, and print a line of the table."""
    times = [None if call is None else float("inf") for call in calls]
    for _ in range(rounds):
        for i, call in enumerate(calls):
            if call is not None:
                times[i] = min(times[i], timed(call))
    ours, theirs, plain = times
    shown = "".join(f"{'-' if t is None else f'{t:.3f} s':>12}" for t in times)
    faster = [ratio(t, ours, required) for t, required in ((theirs, least), (plain, None))]
    print(f"{name:32}{dtype.__name__:<8}{shown}   {'':12}{faster[0]:<16}{faster[1]}", flush=True)


def ratio(one, other, required, direction=1, form=".2f"):
    """Return the ratio as text, with the required minimum (or maximum, if `direction` is -1) in parentheses."""
    if one is None:
        return "-"
    quotient = one / other
    missed = " MISSED" if required and direction * quotient < direction * required else ""
    return f"{quotient:{form}}" + (f" ({required:{form}}{missed})" if required else "")


class TimedArray(np.ndarray):
    """An array that measures the time spent gathering rows from it."""

    def __getitem__(self, rows):
        started = time.perf_counter()
        gathered = np.asarray(self)[rows]
        TimedArray.seconds += time.perf_counter() - started
        return gathered


def time_fractions(solver):
    """Return the fractions of an epoch spent on the loss, the update, gathering minibatches, and other work."""
    spent = {}

    def timing(name, function):
        def call(*args):
            started = time.perf_counter()
            result = function(*args)
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - started
            return result

        return call

    solver.model.loss = timing("loss", solver.model.loss)
    solver._updater.apply = timing("update", solver._updater.apply)
    solver.data = solver.data | {key: solver.data[key].view(TimedArray) for key in ("X_train", "y_train")}
    TimedArray.seconds = 0.0
    total = timed(lambda: run_epoch(solver))
    parts = spent["loss"], spent["update"], TimedArray.seconds
    return *(part / total for part in parts), 1 - sum(parts) / total


def timed(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()

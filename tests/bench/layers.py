"""Measure how fast the layers are, compared with PyTorch and with textbook NumPy on the same machine.

    python tests/bench/layers.py [--seconds 1]

A forward and a backward pass are timed together, first with one thread per library, then with two. The three
implementations take turns, and the best time of each counts, so that other load on the machine affects all of them
equally. If PyTorch is not installed, its column shows dashes. Two threads need two idle cores: if another process uses
one of the cores, BLAS waits for its own threads and can be a hundred times slower.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "source"))

from gradlab import layers, losses

try:
    import torch
    from torch.nn import functional
except ImportError:
    torch = None

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
RNG = np.random.default_rng(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="time to spend on each line of the tables")
    parser.add_argument("--threads", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.threads:
        print_table(options.threads, options.seconds)
        return
    print(
        f"NumPy {np.__version__}, {f'PyTorch {torch.__version__}' if torch else 'PyTorch is not installed'}", flush=True
    )
    for threads in (1, 2):
        # BLAS fixes its number of threads when it is loaded, so each number of threads needs a new process.
        environment = os.environ | dict.fromkeys(THREADS, str(threads))
        command = [sys.executable, __file__, "--threads", str(threads), "--seconds", str(options.seconds)]
        subprocess.run(command, env=environment, check=True)


# --- the three implementations of each layer: ours, PyTorch's, and the textbook's -------------------------------------


def sample(dtype, *shapes):
    return [RNG.standard_normal(shape).astype(dtype) for shape in shapes]


def with_autograd(forward, arrays, dout=None):
    """Return a function that runs PyTorch's forward and backward passes, or None if PyTorch is not installed."""
    if torch is None:
        return None
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    dout = None if dout is None else torch.tensor(dout)
    return lambda: torch.autograd.grad(forward(*tensors), tensors, dout)


def affine(dtype, n, d, m):
    x, w, b, dout = sample(dtype, (n, d), (d, m), m, (n, m))

    def ours():
        layers.affine_backward(dout, layers.affine_forward(x, w, b)[1])

    def textbook():
        return x @ w + b, dout @ w.T, x.T @ dout, np.sum(dout, axis=0)

    torch_w = np.ascontiguousarray(w.T)  # the layout of torch.nn.Linear
    return ours, with_autograd(lambda *args: functional.linear(*args), [x, torch_w, b], dout), textbook


def softmax(dtype, n, classes):
    (scores,), y = sample(dtype, (n, classes)), RNG.integers(classes, size=n)

    def textbook():
        exp = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        p = exp / np.sum(exp, axis=1, keepdims=True)
        dscores = p.copy()
        dscores[np.arange(n), y] -= 1
        return np.mean(-np.log(p[np.arange(n), y])), dscores / n

    labels = torch and torch.tensor(y)
    theirs = with_autograd(lambda s: functional.cross_entropy(s, labels), [scores])
    return lambda: losses.softmax_loss(scores, y), theirs, textbook


def conv(dtype, n, c, side, f):
    """Convolve with 3 x 3 filters and padding 1. The textbook version uses fancy indexing and np.add.at."""
    x, w, b, dout = sample(dtype, (n, c, side, side), (f, c, 3, 3), f, (n, f, side, side))
    channel, tap_i, tap_j = (index.reshape(-1, 1) for index in np.indices((c, 3, 3)))
    out_i, out_j = (index.reshape(1, -1) for index in np.indices((side, side)))
    windows = (slice(None), channel, tap_i + out_i, tap_j + out_j)

    def ours():
        layers.conv_backward(dout, layers.conv_forward(x, w, b, {"stride": 1, "pad": 1})[1])

    def textbook():
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        matrix = padded[windows].transpose(1, 2, 0).reshape(c * 9, -1)
        rows = w.reshape(f, -1)
        out = (rows @ matrix + b[:, None]).reshape(f, side, side, n).transpose(3, 0, 1, 2)
        drows = dout.transpose(1, 2, 3, 0).reshape(f, -1)
        dmatrix = (rows.T @ drows).reshape(c * 9, -1, n).transpose(2, 0, 1)
        dpadded = np.zeros_like(padded)
        np.add.at(dpadded, windows, dmatrix)
        return out, dpadded[:, :, 1:-1, 1:-1], (drows @ matrix.T).reshape(w.shape), dout.sum(axis=(0, 2, 3))

    return ours, with_autograd(lambda *args: functional.conv2d(*args, padding=1), [x, w, b], dout), textbook


def max_pool(dtype, n, c, side):
    """Pool 2 x 2 windows with stride 2. The textbook version compares reshaped windows with their maximum."""
    x, dout = sample(dtype, (n, c, side, side), (n, c, side // 2, side // 2))

    def ours():
        param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        layers.max_pool_backward(dout, layers.max_pool_forward(x, param)[1])

    def textbook():
        windows = x.reshape(n, c, side // 2, 2, side // 2, 2)
        out = windows.max(axis=(3, 5), keepdims=True)
        return out, ((windows == out) * dout[:, :, :, None, :, None]).reshape(x.shape)

    return ours, with_autograd(lambda images: functional.max_pool2d(images, 2), [x], dout), textbook


# Each row: name, function, sizes, and the required speeds relative to PyTorch (float32, float64) and to the textbook.
BENCHMARKS = [
    ("affine (100, 3072) to 100", affine, (100, 3072, 100), (1.0, 1.0), None),
    ("affine (128, 512) to 512", affine, (128, 512, 512), (1.0, 1.0), None),
    ("softmax loss (100, 10)", softmax, (100, 10), (1.5, 1.5), None),
    ("softmax loss (1000, 1000)", softmax, (1000, 1000), (0.6, 0.6), None),
    ("conv 3x3 (64, 32, 16, 16) to 32", conv, (64, 32, 16, 32), (0.3, 2.0), 2.5),
    ("max pool 2x2 (64, 32, 16, 16)", max_pool, (64, 32, 16), (1.5, 1.5), None),
]


# --- measuring -------------------------------------------------------------------------------------------------------


def print_table(threads, seconds):
    if torch:
        torch.set_num_threads(threads)
    required = " (required ratio in parentheses)" if threads == 1 else ""
    print(f"\n{threads} thread{'s' * (threads > 1)}, forward and backward{required}")
    print(f"{'':40}{'gradlab':>9}{'PyTorch':>12}{'textbook':>12}   faster than {'PyTorch':<16}textbook")
    for name, measure, sizes, least_torch, least_textbook in BENCHMARKS:
        for dtype, least in zip((np.float32, np.float64), least_torch, strict=True):
            ours, theirs, textbook = best_times(measure(dtype, *sizes), seconds)
            times = "".join(f"{'-' if t is None else f'{1e3 * t:.3f} ms':>12}" for t in (ours, theirs, textbook))
            if threads == 2:
                least = least_textbook = None
            ratios = f"{ratio(theirs, ours, least):<16}{ratio(textbook, ours, least_textbook)}"
            print(f"{name:32}{dtype.__name__:<8}{times}   {'':12}{ratios}", flush=True)


def ratio(theirs, ours, required):
    if theirs is None:
        return "-"
    missed = " MISSED" if required and theirs / ours < required else ""
    return f"{theirs / ours:.2f}{f' ({required}{missed})' if required else ''}"


def best_times(calls, seconds):
    """Return the shortest time of each call in seconds, or None for a call that is None. The calls take turns."""
    times = [None if call is None else float("inf") for call in calls]
    stop, rounds = time.perf_counter() + seconds, 0
    while rounds < 5 or time.perf_counter() < stop:
        for i, call in enumerate(calls):
            if call is not None:
                started = time.perf_counter()
                call()
                times[i] = min(times[i], time.perf_counter() - started)
        rounds += 1
    return times


if __name__ == "__main__":
    main()

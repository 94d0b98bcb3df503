"""The models in `cases`, computed by PyTorch: the scores, the loss, and gradients from autograd."""

import numpy as np
import torch
from torch.nn import functional

from gradlab.models import ConvNet, SvmRegression

from . import cases

ACTIVATIONS = {None: functional.relu, cases.TANH: functional.tanh, cases.LEAKY_RELU: functional.leaky_relu}


def torch_values(case, dtype=np.float64):
    """Return the scores, the loss, and the gradients for a `cases.Case`, keyed by name."""
    X, y = case.data(dtype)
    p = {name: torch.tensor(w, requires_grad=True) for name, w in case.build(dtype).params.items()}
    scores = forward(case, p, torch.tensor(X))
    if case.model is SvmRegression:
        # PyTorch divides this loss by the number of classes.
        loss = functional.multi_margin_loss(scores, torch.tensor(y)) * scores.shape[1]
    else:
        loss = functional.cross_entropy(scores, torch.tensor(y))
    weights = [w for name, w in p.items() if name.startswith("W")]
    loss = loss + 0.5 * case.settings.get("reg", 0.0) * sum((w**2).sum() for w in weights)
    grads = torch.autograd.grad(loss, list(p.values()))
    return {"scores": scores, "loss": loss} | dict(zip(p, grads, strict=True))


def forward(case, p, x):
    activation = ACTIVATIONS[case.settings.get("activation")]
    layers = sum(name.startswith("W") for name in p)
    first = 1
    if case.model is ConvNet:
        x = functional.conv2d(x, p["W1"], p["b1"], padding="same")
        x = functional.max_pool2d(activation(centered(p, 1, x, dim=(0, 2, 3))), 2)
        first = 2
    for i in range(first, layers):
        x = activation(centered(p, i, x.flatten(1) @ p[f"W{i}"] + p[f"b{i}"], dim=0))
    return x.flatten(1) @ p[f"W{layers}"] + p[f"b{layers}"]


def centered(p, i, x, dim):
    if f"gamma{i}" not in p:
        return x
    shape = (1, -1, 1, 1) if x.ndim == 4 else (1, -1)
    return p[f"gamma{i}"].reshape(shape) * (x - x.mean(dim=dim, keepdim=True)) + p[f"beta{i}"].reshape(shape)

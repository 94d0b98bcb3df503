"""Make ensembles_torch_values.npz: PyTorch's distillation loss and averages of weights, for comparison in the tests.

Run this script by hand, with torch 2.13.0 installed: ``python tests/exercises/make_ensembles_torch_values.py``.
The tests only read the file and do not need PyTorch.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

SETTINGS = [(4.0, 0.9), (2.5, 0.3), (1.0, 0.5), (20.0, 1.0), (3.0, 0.0)]
DECAY, STEPS = 0.9, 12


def distillation(scores, teacher, y, temperature, alpha):
    """Return the loss from PyTorch's tutorial on distillation, and autograd's gradient of the loss."""
    scores = torch.tensor(scores, requires_grad=True)
    soft = F.kl_div(
        F.log_softmax(scores / temperature, dim=1),
        F.softmax(torch.tensor(teacher) / temperature, dim=1).detach(),
        reduction="batchmean",
    )
    loss = alpha * temperature**2 * soft + (1 - alpha) * F.cross_entropy(scores, torch.tensor(y))
    loss.backward()
    return loss.item(), scores.grad.numpy()


def averages(weights):
    """Return PyTorch's running averages, started at zero instead of at the initial weights."""
    layer = torch.nn.Linear(weights.shape[1], 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.zero_()
    averaged, found = AveragedModel(layer, multi_avg_fn=get_ema_multi_avg_fn(DECAY)), []
    averaged.update_parameters(layer)
    for w in weights:
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(w))
        averaged.update_parameters(layer)
        found.append(averaged.module.weight.detach().numpy()[0].copy())
    return np.stack(found)


def equal_averages(checkpoints):
    """Return PyTorch's equally weighted average of the parameters of all checkpoints so far, after each of them."""
    count, features, classes = checkpoints["weight"].shape
    layer, found = torch.nn.Linear(classes, features, dtype=torch.float64), {"weight": [], "bias": []}
    averaged = AveragedModel(layer)
    for t in range(count):
        with torch.no_grad():
            for name, parameter in layer.named_parameters():
                parameter.copy_(torch.tensor(checkpoints[name][t]))
        averaged.update_parameters(layer)
        for name, parameter in averaged.module.named_parameters():
            found[name].append(parameter.detach().numpy().copy())
    return {name: np.stack(values) for name, values in found.items()}


def main():
    rng = np.random.default_rng(0)
    scores, teacher, y = 3 * rng.normal(size=(6, 5)), 3 * rng.normal(size=(6, 5)), rng.integers(5, size=6)
    arrays = {"scores": scores, "teacher_scores": teacher, "y": y, "settings": np.array(SETTINGS)}
    for i, (temperature, alpha) in enumerate(SETTINGS):
        arrays[f"{i} loss"], arrays[f"{i} dscores"] = distillation(scores, teacher, y, temperature, alpha)
    arrays["weights"] = rng.normal(size=(STEPS, 3))
    arrays["averages"] = averages(arrays["weights"])
    checkpoints = {"weight": rng.normal(size=(STEPS, 4, 3)), "bias": rng.normal(size=(STEPS, 4))}
    averaged = equal_averages(checkpoints)
    arrays |= {f"checkpoints {name}": values for name, values in checkpoints.items()}
    arrays |= {f"averaged {name}": values for name, values in averaged.items()}
    np.savez(Path(__file__).with_name("ensembles_torch_values.npz"), decay=DECAY, **arrays)


if __name__ == "__main__":
    main()

"""Make regularization_torch_values.npz: PyTorch's normalization, max-norm, weight decay, smoothed losses, and defaults.

Run this script by hand, with torch 2.13.0 installed: ``python tests/exercises/make_regularization_torch_values.py``.
The tests only read the file and do not need PyTorch.
"""

from pathlib import Path

import numpy as np
import torch

BATCHES, N, D = 6, 8, 3
MOMENTUM, EPS = 0.7, 1e-3  # MOMENTUM is the weight of the old average; PyTorch's momentum is that of the new value


def normalized(x, gamma, beta, x_test):
    """Return the results of several training batches and a test batch, with PyTorch's running averages."""
    layer = torch.nn.BatchNorm1d(D, eps=EPS, momentum=1 - MOMENTUM, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(gamma))
        layer.bias.copy_(torch.tensor(beta))
        # PyTorch starts the running variance at one; the reference starts at zero.
        layer.running_var.zero_()
        outs, means, variances = [], [], []
        for batch in x:
            outs.append(layer(torch.tensor(batch)).numpy())
            means.append(layer.running_mean.numpy().copy())
            variances.append(layer.running_var.numpy().copy())
        layer.eval()
        out_test = layer(torch.tensor(x_test)).numpy()
    return {"out": outs, "running_mean": means, "running_var": variances, "out_test": out_test}


def gradients(x, gamma, beta, dout):
    """Return autograd's gradients for a training batch."""
    x, gamma, beta = (torch.tensor(array, requires_grad=True) for array in (x, gamma, beta))
    out = torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=EPS)
    out.backward(torch.tensor(dout))
    return {"dx": x.grad.numpy(), "dgamma": gamma.grad.numpy(), "dbeta": beta.grad.numpy()}


def layer_normalized(x, gamma, beta, dout):
    """Return the output of layer normalization for tokens (N, T, D), and autograd's gradients."""
    x, gamma, beta = (torch.tensor(array, requires_grad=True) for array in (x, gamma, beta))
    out = torch.nn.functional.layer_norm(x, x.shape[-1:], gamma, beta, eps=EPS)
    out.backward(torch.tensor(dout))
    gradients = {"dx": x.grad.numpy(), "dgamma": gamma.grad.numpy(), "dbeta": beta.grad.numpy()}
    return {"ln_out": out.detach().numpy(), **{f"ln_{name}": value for name, value in gradients.items()}}


def smoothed(scores, y, smoothing):
    """Return the cross-entropy with smoothed labels, and autograd's gradient."""
    scores = torch.tensor(scores, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y), label_smoothing=smoothing)
    loss.backward()
    return {"smoothed_loss": loss.detach().numpy(), "smoothed_dscores": scores.grad.numpy()}


def by_default(x):
    """Return the running variance of a new layer after the same batch ten times, with PyTorch's own settings."""
    layer = torch.nn.BatchNorm1d(x.shape[1], dtype=torch.float64)
    for _ in range(10):
        layer(torch.tensor(x))
    return layer.running_var.numpy()


def first_steps(w, reg, rate):
    """Return how Adam and AdamW, with the same weight decay, move weights when the gradient of the loss is zero."""
    steps = {}
    for name, rule in (("adam", torch.optim.Adam), ("adamw", torch.optim.AdamW)):
        parameter = torch.tensor(w, requires_grad=True)
        parameter.grad = torch.zeros_like(parameter)
        rule([parameter], lr=rate, weight_decay=reg).step()
        steps[f"{name}_step"] = parameter.detach().numpy() - w
    return steps


def decayed(w, reg, rate):
    """Return the weights after one step of SGD with weight decay and no other gradient."""
    parameter = torch.tensor(w, requires_grad=True)
    parameter.grad = torch.zeros_like(parameter)
    torch.optim.SGD([parameter], lr=rate, weight_decay=reg).step()
    return parameter.detach().numpy()


def predicted(X, params, p):
    """Return the scores of a network in evaluation mode, with the outputs of its hidden layers scaled by p."""

    class Scale(torch.nn.Module):
        def forward(self, x):
            return p * x

    layers = []
    for i in (1, 2, 3):
        layer = torch.nn.Linear(*params[f"W{i}"].shape, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(params[f"W{i}"].T))
            layer.bias.copy_(torch.tensor(params[f"b{i}"]))
        layers += [layer] if i == 3 else [layer, torch.nn.ReLU(), Scale()]
    return torch.nn.Sequential(*layers).eval()(torch.tensor(X)).detach().numpy()


def main():
    rng = np.random.default_rng(0)
    x, x_test = rng.normal(2, 3, (BATCHES, N, D)), rng.normal(2, 3, (4, D))
    gamma, beta, dout = rng.normal(size=D), rng.normal(size=D), rng.normal(size=(N, D))
    W = rng.normal(size=(5, 4))
    X, sizes = rng.normal(size=(6, 4)), (4, 7, 5, 3)
    params = {f"W{i}": rng.normal(size=sizes[i - 1 : i + 1]) for i in (1, 2, 3)}
    params |= {f"b{i}": rng.normal(size=sizes[i]) for i in (1, 2, 3)}
    tokens, dtokens = rng.normal(2, 3, (4, 5, D)), rng.normal(size=(4, 5, D))
    scores, y, smoothing = 3 * rng.normal(size=(6, 5)), rng.integers(5, size=6), 0.17
    torch.manual_seed(0)
    np.savez(
        Path(__file__).with_name("regularization_torch_values.npz"),
        x=x,
        x_test=x_test,
        gamma=gamma,
        beta=beta,
        dout=dout,
        W=W,
        X=X,
        renormed=torch.renorm(torch.tensor(W), p=2, dim=1, maxnorm=1.5).numpy(),
        decayed=decayed(W, reg=0.3, rate=0.1),
        predicted=predicted(X, params, 0.6),
        momentum=np.array(MOMENTUM),
        eps=np.array(EPS),
        **params,
        **normalized(x, gamma, beta, x_test),
        **gradients(x[0], gamma, beta, dout),
        tokens=tokens,
        dtokens=dtokens,
        scores=scores,
        y=y,
        smoothing=np.array(smoothing),
        default_running_var=by_default(x[0]),
        dropout_kept=(torch.nn.functional.dropout(torch.ones(100_000), p=0.2) != 0).double().mean().numpy(),
        **layer_normalized(tokens, gamma, beta, dtokens),
        **smoothed(scores, y, smoothing),
        **first_steps(W, reg=0.1, rate=0.01),
    )


if __name__ == "__main__":
    main()

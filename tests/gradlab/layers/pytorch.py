"""The calls in `calls`, computed by PyTorch."""

import torch
from torch.nn import functional

FORWARD = {
    "affine": lambda x, w, b: functional.linear(x.flatten(1) if x.ndim > 1 else x[:, None], w.T, b),
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "sigmoid": functional.sigmoid,
    "tanh": functional.tanh,
    "maxout": lambda x, w, b: (torch.einsum("nd,kdm->knm", x.flatten(1), w) + b[:, None]).max(dim=0).values,
    "conv": lambda x, w, b, p: functional.conv2d(x, w, b, stride=p["stride"], padding=p["pad"]),
    "max_pool": lambda x, p: functional.max_pool2d(x, (p["pool_height"], p["pool_width"]), p["stride"]),
    "avg_pool": lambda x, p: functional.avg_pool2d(x, (p["pool_height"], p["pool_width"]), p["stride"]),
    "flatten": lambda x: x.reshape(len(x), -1),
    "softmax_loss": lambda scores, y: functional.cross_entropy(scores, torch.tensor(y)),
    # PyTorch divides this loss by the number of classes.
    "svm_loss": lambda scores, y: functional.multi_margin_loss(scores, torch.tensor(y)) * scores.shape[1],
}


def torch_outputs(call, arrays):
    """Return the output of a `calls.Call`, followed by the gradient with respect to each array."""
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    out = FORWARD[call.kind](*tensors, *call.extra_arguments())
    dout = torch.tensor(call.dout(out.shape)).to(out) if out.ndim else None
    return [tensor.detach().numpy() for tensor in (out, *torch.autograd.grad(out, tensors, dout))]

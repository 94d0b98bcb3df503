"""Makes torch_values.npz: PyTorch's losses and gradients, which the tests hold our models against.

Run it by hand, in an environment with torch 2.13.0: ``python -m tests.gradlab.models.make_torch_values`` from the root,
with gradlab installed or ``source`` on PYTHONPATH. The tests read the file and need no PyTorch.
"""

from pathlib import Path

import numpy as np

from .kinds import KINDS
from .pytorch import theirs


def main():
    values = {}
    for name, kind in KINDS.items():
        values |= {f"{name}: {what}": value.detach().numpy() for what, value in theirs(kind).items()}
    np.savez_compressed(Path(__file__).with_name("torch_values.npz"), **values)


if __name__ == "__main__":
    main()

"""Create torch_values.npz: PyTorch's scores, losses, and gradients, for the tests to compare our models with.

Run this script by hand, with torch 2.13.0 installed: ``python -m tests.gradlab.models.make_torch_values`` in the root
folder, with gradlab installed or ``source`` on PYTHONPATH. The tests only read the file and do not need PyTorch.
"""

from pathlib import Path

import numpy as np

from .cases import CASES
from .pytorch import torch_values


def main():
    values = {}
    for name, case in CASES.items():
        values |= {f"{name}: {what}": value.detach().numpy() for what, value in torch_values(case).items()}
    np.savez_compressed(Path(__file__).with_name("torch_values.npz"), **values)


if __name__ == "__main__":
    main()

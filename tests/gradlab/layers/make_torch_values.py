"""Create torch_values.npz: PyTorch's outputs and gradients, for the tests to compare our layers and losses with.

Run this script by hand, with torch 2.13.0 installed: ``python -m tests.gradlab.layers.make_torch_values`` in the root
folder, with gradlab installed or ``source`` on PYTHONPATH. The tests only read the file and do not need PyTorch.
"""

from pathlib import Path

import numpy as np

from .calls import CALLS
from .pytorch import torch_outputs


def main():
    values = {}
    for i, call in enumerate(CALLS):
        values |= {f"{i} {k}": array for k, array in enumerate(torch_outputs(call, call.arrays()))}
    np.savez_compressed(Path(__file__).with_name("torch_values.npz"), **values)


if __name__ == "__main__":
    main()

"""Types shared by the whole library. Shapes are in the docstrings, because NumPy's types cannot express them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.integer[Any]]
Params = dict[str, Array]
Config = dict[str, Any]
Rule = Callable[..., tuple[Array, Config]]
Outputs = dict[str, Any]  # the outputs of a case, keyed by name: arrays, scalars, text, or None

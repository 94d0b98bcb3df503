"""Types that the whole library shares. What a shape is stands in the docstrings: NumPy's types do not say it."""

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

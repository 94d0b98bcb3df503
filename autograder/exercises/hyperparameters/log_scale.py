"""Positions on a logarithmic scale."""

from typing import TypeVar

import numpy as np

from gradlab.typing import Floats

Number = TypeVar("Number", float, Floats)


def log_fraction(value: Number, low: float, high: float) -> Number:
    """The position of `value` on a log scale: 0 at `low`, 1 at `high`."""
    return np.log(value / low) / np.log(high / low)


def at_log_fraction(fraction: float, low: float, high: float) -> float:
    """The value at this position on a log scale: `low` at 0, `high` at 1."""
    return float(low * (high / low) ** fraction)

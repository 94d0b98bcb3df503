"""Positions on a logarithmic scale."""


def at_log_fraction(fraction: float, low: float, high: float) -> float:
    """The value at this position on a log scale: `low` at 0, `high` at 1."""
    return float(low * (high / low) ** fraction)

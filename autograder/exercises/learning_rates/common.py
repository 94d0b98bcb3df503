"""What the schedules' cases share: drawing hyperparameters."""


def number(rng, low, high):
    """A hyperparameter between `low` and `high`, as a plain Python float."""
    return round(float(rng.uniform(low, high)), 4)


def whole(rng, low, high):
    """A whole number from `low` up to `high`, as a plain Python int."""
    return int(rng.integers(low, high + 1))

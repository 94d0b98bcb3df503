"""How a check calls your function: each driver makes the calls of one case and names what came back.

`check("adam", adam)` runs ``trajectory(adam, ...)`` on every case and compares the outputs with the expected
ones. Call a driver yourself to see exactly what the check sees.
"""

from .calls import call, named, one_by_one, sweep
from .gradients import gradient_checks, layer_lists, samples, sparse_checks, winners
from .rules import histories, lookahead, trajectory

__all__ = [
    "call",
    "gradient_checks",
    "histories",
    "layer_lists",
    "lookahead",
    "named",
    "one_by_one",
    "samples",
    "sparse_checks",
    "sweep",
    "trajectory",
    "winners",
]

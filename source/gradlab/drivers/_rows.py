"""What the names, rows, and numbers in a driver's outputs mean, so that a check can say where an answer goes wrong."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

# Suffixes for the output names of three calls, each with the number that the call adds to the seed. The first two calls
# use separate generators with the same seed, and the third call uses a generator with the next seed.
RNG_ENDINGS = {"": 0, " again": 0, " of another rng": 1}


@dataclass(frozen=True)
class Rows:
    """The meaning of the first axis of a driver's outputs.

    Attributes
    ----------
    word : str
        What one row stands for, such as "step".
    start : dict of str to str
        For outputs that move from row to row: the input that holds the value before the first row, keyed by output.
    once : str
        The prefix that marks outputs without rows, which the driver reads only once.
    stacked : tuple of str
        The inputs whose first axis holds one array per row. The student's function gets them one by one.
    """

    word: str
    start: dict[str, str] = field(default_factory=dict)
    once: str = ""
    stacked: tuple[str, ...] = ()

    def of(self, output: str) -> "Rows | None":
        """Return the meaning of one output's rows, or None if it has none."""
        return None if self.once and output.startswith(self.once) else self


ROWS = {
    "average_after_every_epoch": Rows("epoch"),
    "batchnorm_sequence": Rows("batch", stacked=("x",)),
    "epoch_by_epoch": Rows("epoch", {"learning_rate": "learning_rate"}),
    "layernorm_sequence": Rows("batch", stacked=("x",)),
    "lbfgs_histories": Rows("call"),
    "lookahead": Rows("step", {"x": "x", "v": "v"}),
    "mix_batches": Rows("call"),
    "running_average": Rows("step", stacked=("weights",)),
    "stop_early": Rows("epoch", once="best "),
    "sweep": Rows("call"),
    "trajectory": Rows("step", {"w": "w"}),
}

# Drivers whose outputs are separate answers, such as the words for many instances.
ANSWERS = {
    "compare_max_winners", "for_each_array", "for_each_instance", "for_each_list", "for_each_row", "gradient_checks",
    "list_broken_layers",
}  # fmt: skip


def arguments_of_call(driver: str, inputs: dict[str, Any], index: int) -> dict[str, Any]:
    """Return the arguments of one of the calls that a driver makes, without functions.

    Parameters
    ----------
    driver : str
    inputs : dict
        The case's inputs.
    index : int
        The number of the call, counting from 0.

    Returns
    -------
    dict
        Empty for a driver that makes one call, or calls that differ in other ways.
    """
    if driver in ("sweep", "for_each_array"):
        fixed = {name: value for name, value in inputs.items() if name not in ("over", "values")}
        return fixed | {inputs["over"]: inputs["values"][index]}
    if driver == "for_each_list":
        fixed = {name: value for name, value in inputs.items() if name not in ("over", "lists")}
        return fixed | {inputs["over"]: list(inputs["lists"].values())[index].tolist()}
    if driver in ("for_each_row", "for_each_instance"):
        given = {name: value for name, value in inputs.items() if name != "instances" and not callable(value)}
        return {name: value[index] if isinstance(value, np.ndarray) else value for name, value in given.items()}
    return {}

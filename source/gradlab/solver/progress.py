"""Report the progress of training with lines of text, with a progress bar, or not at all."""

import sys
from typing import Any


class Progress:
    """Prints lines of text if `verbose` is True, and shows a bar on stderr or in the notebook if `progress` is True.

    The bar replaces the lines about single iterations; the lines about epochs appear above the bar.
    """

    def __init__(self, verbose: bool, print_every: int, progress: bool) -> None:
        self.verbose = verbose
        self.print_every = print_every
        self.progress = progress
        self.total = 0
        self.bar: Any = None

    def begin(self, done: int, total: int) -> None:
        """Start reporting when `done` of `total` iterations have been completed."""
        self.total = total
        if self.progress:
            from tqdm.auto import tqdm  # importing tqdm would slow down importing gradlab

            self.bar = tqdm(total=total, initial=done, unit="step")

    def step(self, iteration: int, loss: float) -> None:
        """Report one more iteration and its loss."""
        if self.bar is not None:
            self.bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
            self.bar.update()
        elif self.verbose and (iteration - 1) % self.print_every == 0:
            print(f"iteration {iteration} of {self.total}: loss {loss:.6f}")

    def line(self, text: str) -> None:
        """Print a line, such as the accuracies after an epoch."""
        if not self.verbose:
            return
        if self.bar is not None:
            self.bar.write(text, file=sys.stdout)
        else:
            print(text)

    def end(self) -> None:
        """Close the bar when training ends, for whatever reason."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None

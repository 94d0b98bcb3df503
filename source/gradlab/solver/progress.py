"""How a run is told: lines of text, a progress bar, or nothing."""

import sys


class Teller:
    """Prints lines where `verbose`, draws a bar on stderr, or in a notebook, where `progress`.

    A bar stands in for the lines on single iterations, and lines on epochs stand above it.
    """

    def __init__(self, verbose, print_every, progress):
        self.verbose = verbose
        self.print_every = print_every
        self.progress = progress
        self.bar = None

    def begin(self, done, total):
        """Training goes on after `done` of `total` iterations."""
        self.total = total
        if self.progress:
            from tqdm.auto import tqdm  # quick to import, but not as quick as gradlab promises to be

            self.bar = tqdm(total=total, initial=done, unit="step")

    def step(self, iteration, loss):
        """One more iteration was made, and had that loss."""
        if self.bar is not None:
            self.bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
            self.bar.update()
        elif self.verbose and (iteration - 1) % self.print_every == 0:
            print(f"iteration {iteration} of {self.total}: loss {loss:.6f}")

    def line(self, text):
        """Something to read, such as the accuracies after an epoch."""
        if not self.verbose:
            return
        if self.bar is not None:
            self.bar.write(text, file=sys.stdout)
        else:
            print(text)

    def end(self):
        """Training is over, however it ended."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None

"""Defer Ctrl-C while a search's own code runs, so that the signal is never lost and never does harm.

Python raises KeyboardInterrupt wherever the main thread happens to be. Inside `concurrent.futures`, the exception can
leave a lock locked forever; inside a finalizer or a garbage collector callback, it is printed and ignored. Also,
a signal that arrives just before the main thread blocks on a lock is not noticed until the lock is released.

Therefore, a handler only records the signal during a search. The search checks for a recorded signal whenever it is
safe to do so, at least every `POLL` seconds. The caller's own code is interrupted at once, as usual.
"""

import contextlib
import inspect
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

POLL = 0.1  # the longest wait, in seconds, before the search checks for Ctrl-C
PATIENCE = 2.0  # seconds after which another Ctrl-C is no longer deferred, because the first one had no effect


class InterruptGuard:
    """A SIGINT handler that defers signals before passing them to the previous handler.

    Attributes
    ----------
    deferring : bool
        Whether signals are deferred. If not, the previous handler gets them at once.
    starting_workers : bool
        Whether the search is forking its own worker processes, which must ignore Ctrl-C from the moment they start.
    """

    def __init__(self, previous: Callable[[int, FrameType | None], object], patience: float = PATIENCE) -> None:
        self.previous = previous
        self.patience = patience
        self.deferring = True
        self.starting_workers = False
        self.noted: float | None = None  # when the deferred signal arrived
        self.owner = os.getpid(), threading.get_ident()

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        if os.getpid() != self.owner[0]:  # in a forked process, which has inherited this handler
            if not self.starting_workers:
                self.previous(signum, frame)
        elif not self.deferring:
            self.previous(signum, frame)
        elif self.noted is None:
            self.noted = time.monotonic()
        elif time.monotonic() - self.noted >= self.patience:
            self.deliver()

    def deliver(self) -> None:
        """Pass a deferred signal to the previous handler, which usually raises KeyboardInterrupt."""
        if self.noted is not None:
            self.noted = None
            self.previous(signal.SIGINT, inspect.currentframe())


@contextlib.contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Defer Ctrl-C in this block, except inside `interruptible`; deliver a signal that is still deferred at the end.

    This has no effect outside the main thread, or if SIGINT is ignored or has no Python handler. If the block raises
    an exception, that exception takes precedence over a deferred signal: the search has ended either way.
    """
    previous = signal.getsignal(signal.SIGINT)
    if not callable(previous) or threading.current_thread() is not threading.main_thread():
        yield
        return
    guard = InterruptGuard(previous)
    signal.signal(signal.SIGINT, guard)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is guard:  # unless the caller's code has replaced the handler
            signal.signal(signal.SIGINT, previous)
    guard.deliver()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C take effect at once in this block, which runs the caller's code."""
    guard = _current_guard()
    if guard is None:
        yield
        return
    before, guard.deferring = guard.deferring, False
    try:
        guard.deliver()
        yield
    finally:
        guard.deferring = before


@contextlib.contextmanager
def starting_workers() -> Iterator[None]:
    """Make processes that are forked in this block ignore Ctrl-C."""
    guard = _current_guard()
    if guard is None:
        yield
        return
    guard.starting_workers = True
    try:
        yield
    finally:
        guard.starting_workers = False


def deliver_interrupt() -> None:
    """Call the caller's handler, which usually raises KeyboardInterrupt, if a Ctrl-C has been deferred."""
    guard = _current_guard()
    if guard is not None:
        guard.deliver()


def _current_guard() -> InterruptGuard | None:
    """Return the guard of the search that runs in this thread, or None."""
    handler = signal.getsignal(signal.SIGINT)
    here = os.getpid(), threading.get_ident()
    return handler if isinstance(handler, InterruptGuard) and handler.owner == here else None

"""Capture what a student's function prints while a check runs it, and limit how long it may take."""

import contextlib
import io
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np


class TimeIsUp(KeyboardInterrupt):
    """Raised in a function that takes longer than a check allows. ``except Exception`` does not catch it."""


@contextlib.contextmanager
def quiet() -> Iterator[io.StringIO]:
    """Discard printed output, and ignore warnings and ``breakpoint()``."""
    hook = sys.breakpointhook
    with _redirected() as text, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        sys.breakpointhook = lambda *_, **__: None
        try:
            yield text
        finally:
            sys.breakpointhook = hook


@contextlib.contextmanager
def captured(on_debug: Callable[[], None] | None = None) -> Iterator[io.StringIO]:
    """Collect printed output and warnings in the yielded buffer. ``breakpoint()`` uses the terminal or the notebook.

    `on_debug` is called before ``breakpoint()`` starts the debugger.
    """
    out, err, hook = sys.stdout, sys.stderr, sys.breakpointhook

    def debug(*args: Any, **kwargs: Any) -> None:
        sys.stdout, sys.stderr = out, err
        if on_debug is not None:
            on_debug()
        if hook is sys.__breakpointhook__:
            import pdb  # not above, because it imports many modules that the grader's processes never need

            pdb.Pdb().set_trace(sys._getframe(1))
        else:
            hook(*args, **kwargs)

    with _redirected() as text, warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("default")
        warnings.showwarning = lambda message, category, *_, **__: print(f"{category.__name__}: {message}")
        sys.breakpointhook = debug
        try:
            yield text
        finally:
            sys.breakpointhook = hook


@contextlib.contextmanager
def _redirected() -> Iterator[io.StringIO]:
    text = io.StringIO()
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        yield text


@contextlib.contextmanager
def time_limit(seconds: float, processor: bool = False) -> Iterator[None]:
    """Raise `TimeIsUp` in the block after `seconds` seconds, counted as user CPU time if `processor` is true.

    The limit works only on Unix, in the main thread. Elsewhere, there is no limit.
    """

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeIsUp

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    timer, number = signal.ITIMER_REAL, signal.SIGALRM
    if processor:
        timer, number = signal.ITIMER_VIRTUAL, signal.SIGVTALRM
    before = signal.signal(number, stop)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)

"""System calls that Python does not wrap, and a check that the platform is supported."""

import ctypes
import functools
import os
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from .syscalls import MACHINES, number

StrPath: TypeAlias = str | os.PathLike[str]


class Unavailable(RuntimeError):
    """The sandbox is not available on this machine, so no student code may run. The message gives the reason."""


def unsupported() -> str | None:
    """Return a sentence that says why the sandbox can never work on this platform, or None if it may work."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux, but this platform is {sys.platform}. Grade in a Linux container."
    if os.uname().machine not in MACHINES:
        return f"The sandbox supports {' and '.join(MACHINES)}, but this machine is {os.uname().machine}."
    if sys.maxsize < 2**32:
        return "The sandbox needs a 64-bit Python, but this one is a 32-bit build."
    return None


def require_supported() -> None:
    """Raise Unavailable if the sandbox can never work on this platform."""
    if reason := unsupported():
        raise Unavailable(reason)


def system_call(name: str, *arguments: object) -> int:
    """Make the system call `name` and return its result. Arguments are ints, ctypes arrays, references, or None.

    Raises
    ------
    OSError
        If the call fails, with the kernel's error code and the call's name.
    """
    return _checked(name, _libc().syscall, number(name, os.uname().machine), *arguments)


def prctl(option: int, *arguments: int) -> int:
    """Call prctl with up to four integers and return its result. Raises OSError if the call fails."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(f"prctl({option})", _libc().prctl, option, *padded)


def _checked(name: str, function: Callable[..., Any], *arguments: object) -> int:
    # In a variadic call, ctypes passes Python ints as 32 bits unless they are wrapped.
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result: int = function(*wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


@functools.cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library

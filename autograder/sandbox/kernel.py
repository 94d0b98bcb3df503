"""Calls to the kernel that Python does not wrap, and whether this is a kernel they are known for."""

import ctypes
import functools
import os
import sys

from .syscalls import MACHINES, number


class Unavailable(RuntimeError):
    """The sandbox cannot be had here, so nothing of a student's may run. The message says why."""


def unsupported():
    """Why this platform cannot have the sandbox at all, in a sentence; None where it may."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux, and this is {sys.platform}: grade in a Linux container."
    if os.uname().machine not in MACHINES:
        return f"The sandbox knows {' and '.join(MACHINES)}, and this machine is {os.uname().machine}."
    if sys.maxsize < 2**32:
        return "The sandbox needs a 64-bit Python, and this one is a 32-bit build."
    return None


def require_supported():
    """Raise Unavailable on a platform that cannot have the sandbox."""
    if reason := unsupported():
        raise Unavailable(reason)


def system_call(name, *arguments):
    """Make the system call `name`, with ints, ctypes arrays, references or None; return its result.

    Raises
    ------
    OSError
        What the kernel answered, with the call's name.
    """
    return _checked(name, _libc().syscall, number(name, os.uname().machine), *arguments)


def prctl(option, *arguments):
    """Call prctl with up to four integers; return its result. Raises OSError."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    return _checked(f"prctl({option})", _libc().prctl, option, *padded)


def _checked(what, function, *arguments):
    # A variadic function takes Python's ints as 32 bits unless told otherwise.
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = function(*wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


@functools.cache
def _libc():
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library

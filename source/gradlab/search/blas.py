"""One thread a process: where each processor has a process, more threads only get in each other's way."""

import contextlib
import ctypes
from pathlib import Path

# As NumPy's own packages call it, with 64-bit integers or without, and as systems' packages do.
_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def one_blas_thread():
    """Let OpenBLAS multiply in one thread in this process, for good; where it is not found nothing happens.

    An environment variable would do the same, but only before NumPy is imported, and a forked process has it
    imported already.
    """
    for path in _loaded_libraries():
        if "openblas" in path:
            library = ctypes.CDLL(path)
            for name in _SETTERS:
                with contextlib.suppress(AttributeError):
                    getattr(library, name)(1)


def _loaded_libraries():
    """Paths of what is mapped into this process, where the system tells it."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text(encoding="utf-8", errors="replace").splitlines() if maps.exists() else []
    fields = [line.split(maxsplit=5) for line in lines]
    return {parts[5] for parts in fields if len(parts) == 6 and parts[5].startswith("/")}

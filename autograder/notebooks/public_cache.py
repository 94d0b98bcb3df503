"""Keeps the public parts of exercises between builds: computing them takes most of a build's time.

Each part is in a file named after a digest of everything that the part depends on: the exercise's code, all code
that it uses, the data, the versions of Python and NumPy, and the BLAS kernel, which may round differently.
"""

import contextlib
import functools
import os
import platform
import secrets
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

import gradlab
from autograder.exercise import Exercise
from autograder.paths import ROOT
from autograder.sources import dependencies, digest, source_digest
from gradlab.checks import store
from gradlab.checks.public_exercise import PublicExercise

from .public import public_exercise

OURS = ("autograder.", "gradlab.")


def kept_public_exercise(exercise: type[Exercise], folder: Path) -> PublicExercise:
    """Return an exercise's public part, from an earlier build's file in `folder` if there is a current one."""
    if not exercise.__module__.startswith(OURS):
        return public_exercise(exercise)
    path = folder / f"{exercise.name}-{_key(exercise)}.npz"
    with contextlib.suppress(OSError, ValueError, KeyError):
        return store.load(path)[exercise.name]
    public = public_exercise(exercise)
    with contextlib.suppress(OSError):  # the folder may be read-only, or the disk full
        _keep(public, path)
    return public


def _keep(public: PublicExercise, path: Path) -> None:
    """Write a public part to its file, in place of the files of earlier versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{secrets.token_hex(8)}.npz")
    store.save(partial, [public])
    for earlier in path.parent.glob(f"{public.name}-*.npz"):
        earlier.unlink(missing_ok=True)
    os.replace(partial, path)


def _key(exercise: type[Exercise]) -> str:
    code = dependencies([exercise.__module__, "autograder.notebooks.public"], OURS)
    return digest(_surroundings(), source_digest(code))


@functools.cache
def _surroundings() -> str:
    """Return a digest of what all exercises depend on, apart from code."""
    kernels = (library.get("architecture", "") for library in threadpool_info())
    versions = (platform.python_version(), np.__version__, *map(str, kernels))
    folders = (ROOT / "autograder" / "data", Path(gradlab.__file__).parents[2] / "data")
    data = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.npz"))]
    return digest(*versions, *data)

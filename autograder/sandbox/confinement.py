"""All walls in the order in which they can be raised: each step may need what a later one forbids."""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass

from . import landlock, limits, privileges, seccomp
from .kernel import Unavailable, require_supported


@dataclass
class Policy:
    """What a student's process may read and use.

    Attributes
    ----------
    readable : sequence of path
        Files, and folders with all below them. `paths.readable_paths` has what a Python needs.
    scratch : path
        The one folder to write in, closed to other users, as `tempfile.mkdtemp` makes it.
    memory_bytes, cpu_seconds, file_bytes, open_files : int
        See `limits.limit`.
    uid : int or None
        The user to become where this process is root; None stays, without capabilities.
    parent : int or None
        The process that forks, set by `prepare`: a child that outlives it is refused.
    """

    readable: Sequence
    scratch: str | os.PathLike
    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120
    file_bytes: int = 16 << 20
    open_files: int = 64
    uid: int | None = None
    parent: int | None = None

    def prepare(self):
        """Do before the fork, once, what all children share, and see whether they can be confined at all.

        Raises
        ------
        Unavailable
            This host lacks Landlock or seccomp.
        """
        require_supported()
        self.readable = list(dict.fromkeys(os.path.realpath(path) for path in self.readable))
        with _or_unavailable("Landlock, which keeps files apart"):
            landlock.abi()
        with _or_unavailable("seccomp, which filters system calls"):
            seccomp.prepare()
        self.parent = os.getpid()


def confine(policy):
    """Confine this process for good: files, network, other processes, memory, time, privileges.

    Call it once, in a freshly forked child with one thread, after closing the parent's descriptors: what is
    already open stays usable.

    Parameters
    ----------
    policy : Policy

    Raises
    ------
    Unavailable
        With the reason. The process may then be confined in part, and must run nothing of a student's.
    """
    require_supported()
    _refuse_threads()
    with _or_unavailable("privileges"):
        privileges.gain_none()
        privileges.drop(policy.uid, policy.scratch)
        privileges.hide_and_die_with_parent()
    if policy.parent not in (None, os.getpid(), os.getppid()):
        raise Unavailable("The process that started this one has ended.")
    if not os.path.isdir(policy.scratch) or not os.access(policy.scratch, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(f"{policy.scratch} must be a folder that uid {os.getuid()} can read and write in.")
    with _or_unavailable("limits"):
        own_user = policy.uid is not None and os.getuid() == policy.uid
        limits.limit(policy.memory_bytes, policy.cpu_seconds, policy.file_bytes, policy.open_files, own_user)
    with _or_unavailable("Landlock, which keeps files apart"):
        landlock.restrict(policy.readable, policy.scratch)
    with _or_unavailable("seccomp, which filters system calls"):
        seccomp.install(os.getpid())


def _refuse_threads():
    """Landlock and seccomp confine the calling thread alone; another one would stay free."""
    with _or_unavailable("counting threads in /proc"):
        threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise Unavailable(f"A process must have one thread to be confined, and has {threads}: fork it.")


@contextlib.contextmanager
def _or_unavailable(what):
    try:
        yield
    except (OSError, ValueError) as error:
        raise Unavailable(f"The sandbox could not be raised ({what}): {error}") from error

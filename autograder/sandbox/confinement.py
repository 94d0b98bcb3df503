"""Apply all protections, in an order in which each step still has the permissions that it needs."""

import contextlib
import errno
import functools
import os
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from . import landlock, limits, privileges, seccomp
from .kernel import StrPath, Unavailable, require_supported
from .paths import can_drop_to
from .tiers import Tier

REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass
class Policy:
    """The files that a student's process may read, and the resources that it may use.

    Attributes
    ----------
    readable : sequence of path
        Files, and folders including everything in them. `paths.readable_paths` lists the paths that Python needs.
    scratch : path
        The only folder the process can write to. Other users must have no access to this folder.
    memory_bytes, cpu_seconds, file_bytes, open_files : int
        See `limits.apply`.
    uid : int or None
        The uid to switch to if this process is root. If None, the process stays root, but without capabilities.
    forbidden : sequence of path
        Files that exist and must stay secret. `confine` tries to read each, to prove that the sandbox has an effect.
    unwritable : sequence of path
        Folders that exist and that `confine` tries to write to, for the same reason.
    tier : Tier
        How to control which files the process can open.
    parent : int or None
        The id of the process that forks, set by `prepare`. `confine` fails in a child whose parent has ended.
    """

    readable: Sequence[StrPath]
    scratch: StrPath
    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120
    file_bytes: int = 16 << 20
    open_files: int = 64
    uid: int | None = None
    forbidden: Sequence[StrPath] = ()
    unwritable: Sequence[StrPath] = ()
    tier: Tier = Tier.LANDLOCK
    parent: int | None = None

    def prepare(self) -> None:
        """Do the work that all children share, and check that they can be confined. Call this method before forking.

        Raises
        ------
        Unavailable
            If this host is not supported, or lacks seccomp or what the policy's tier needs.
        """
        require_supported()
        self.readable = list(dict.fromkeys(os.path.realpath(path) for path in self.readable))
        if self.tier is Tier.LANDLOCK:
            with _or_unavailable("Landlock, which restricts file access"):
                landlock.abi()
        elif self.uid is None or not can_drop_to(self.uid, self.readable):
            raise Unavailable(
                "Without Landlock, students' code must run as another user. That needs root, and a Python whose files "
                "every user can read."
            )
        with _or_unavailable("seccomp, which filters system calls"):
            seccomp.prepare()
        self.parent = os.getpid()


def confine(policy: Policy) -> None:
    """Permanently restrict this process: its files, network, memory, time, privileges, and access to other processes.

    Call this function once, in a freshly forked child with a single thread. Close the parent's descriptors first,
    because descriptors that are already open stay usable.

    Parameters
    ----------
    policy : Policy

    Raises
    ------
    Unavailable
        If the process cannot be confined, with the reason. The process may then be partly confined, and must not
        run any student code.
    """
    require_supported()
    _require_single_thread()
    with _or_unavailable("privileges"):
        privileges.set_no_new_privs()
        privileges.drop(policy.uid, policy.scratch)
        privileges.hide_and_die_with_parent()
    if policy.parent not in (None, os.getpid(), os.getppid()):
        raise Unavailable("The process that started this one has ended.")
    if not os.path.isdir(policy.scratch) or not os.access(policy.scratch, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(f"{policy.scratch} must be a folder that uid {os.getuid()} can read and write.")
    with _or_unavailable("limits"):
        dedicated_user = policy.uid is not None and os.getuid() == policy.uid
        limits.apply(policy.memory_bytes, policy.cpu_seconds, policy.file_bytes, policy.open_files, dedicated_user)
    if policy.tier is Tier.LANDLOCK:
        with _or_unavailable("Landlock, which restricts file access"):
            landlock.restrict(policy.readable, policy.scratch)
    elif 0 in os.getresuid() + os.getresgid() or os.getgroups():
        raise Unavailable("Without Landlock, students' code must run as another user, but it still runs as root.")
    with _or_unavailable("seccomp, which filters system calls"):
        seccomp.install(os.getpid())
    _prove(policy)


def _prove(policy: Policy) -> None:
    """Raise Unavailable unless the kernel now refuses what the policy forbids."""
    for path in policy.forbidden:
        _require_refusal("read a file that must stay secret", functools.partial(_read, path))
    for folder in policy.unwritable:
        _require_refusal(f"write to {folder}", functools.partial(_create_file_in, folder))
    if policy.tier is Tier.CONTAINER:
        _require_refusal("inspect its parent", functools.partial(_read, f"/proc/{os.getppid()}/environ"))
    _require_refusal("open a socket", lambda: socket.socket().close())


def _read(path: StrPath) -> None:
    open(path, "rb").close()


def _create_file_in(folder: StrPath) -> None:
    open(os.path.join(folder, f"gradlab-{secrets.token_hex(8)}"), "xb").close()


def _require_refusal(what: str, act: Callable[[], object]) -> None:
    """Raise Unavailable unless the kernel refuses an act: some kernels accept all rules and enforce none."""
    try:
        act()
    except OSError as error:
        if error.errno in REFUSED:
            return
        raise Unavailable(f"The sandbox cannot be tested: trying to {what} failed ({error}).") from error
    raise Unavailable(f"The sandbox has no effect here: a confined process can still {what}.")


def _require_single_thread() -> None:
    """Require a single thread, because Landlock and seccomp confine only the calling thread."""
    with _or_unavailable("counting threads in /proc"):
        threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise Unavailable(f"Only a process with one thread can be confined. This one has {threads}: fork it first.")


@contextlib.contextmanager
def _or_unavailable(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise Unavailable(f"The sandbox could not be set up ({what}): {error}") from error

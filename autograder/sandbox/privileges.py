"""Make sure that a student's process has no capability, can gain none, and is not root if that can be avoided.

See capabilities(7) and credentials(7). Root without capabilities still owns root's files, so the process also gives up
root's uid if another user can read the interpreter (`paths.can_drop_to`).
"""

import contextlib
import ctypes
import errno
import functools
import operator
import os
import signal
import struct
from pathlib import Path

from .kernel import StrPath, prctl, system_call, unsupported

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS = 28, 38
PR_CAP_AMBIENT, CLEAR_ALL = 47, 4
# NOROOT, NO_SETUID_FIXUP, and NO_CAP_AMBIENT_RAISE are set and locked. KEEP_CAPS is locked but not set.
SECUREBITS = 0xEF
VERSION_3 = 0x20080522
BITS_OF_A_CAPABILITY_SET = 64
CHOWN_SETGID_SETUID = 1 << 0 | 1 << 6 | 1 << 7


def set_no_new_privs() -> None:
    """Make sure that no program this process starts can gain privileges. Raises OSError if the call fails."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop(uid: int | None, scratch: StrPath) -> None:
    """Give up every capability and, if this process is root and `uid` is not None, root's uid and groups.

    If the uid changes, the group id becomes the same number, and `scratch` then belongs to the new user.

    Raises
    ------
    OSError
        If the uid cannot be changed, or a capability remains.
    """
    _clear_bounding_set()
    if uid is not None and os.geteuid() == 0:
        os.chown(scratch, uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    system_call("capset", _header(), ctypes.create_string_buffer(24))
    prctl(PR_CAP_AMBIENT, CLEAR_ALL)
    if capabilities():
        raise OSError(errno.EPERM, "some capabilities could not be dropped")


def hide_and_die_with_parent(parent: int | None = None) -> None:
    """Hide this process from other processes of its user, and have it killed when the thread that forked it ends.

    The kernel sends no signal for a parent that has already ended. Given the id of the process that forked this one,
    `parent`, this function then kills the process itself. Changing the uid undoes both settings, so call this function
    after `drop`. Raises OSError if a call fails.
    """
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent not in (None, os.getppid()):
        os.kill(os.getpid(), signal.SIGKILL)


def capabilities() -> int:
    """Return the bits of all effective, permitted, and inheritable capabilities. Raises OSError if the call fails."""
    return functools.reduce(operator.or_, _capability_sets())


def can_become(uid: int) -> bool:
    """Return whether this process is root and `drop` can change its uid to `uid`.

    The process needs three capabilities, and its user namespace must contain the uid and allow ``setgroups``.
    """
    if unsupported() or os.geteuid() != 0:
        return False
    effective, _, _ = _capability_sets()
    allowed = effective & CHOWN_SETGID_SETUID == CHOWN_SETGID_SETUID
    try:
        mapped = _is_mapped(uid, "uid_map") and _is_mapped(uid, "gid_map")
        return allowed and mapped and Path("/proc/self/setgroups").read_text().strip() == "allow"
    except OSError:
        return False


def _is_mapped(number: int, table: str) -> bool:
    ranges = [map(int, line.split()) for line in Path("/proc/self", table).read_text().splitlines()]
    return any(first <= number < first + length for first, _, length in ranges)


def _capability_sets() -> list[int]:
    """Return the effective, permitted, and inheritable capabilities, as bits."""
    data = ctypes.create_string_buffer(24)
    system_call("capget", _header(), data)
    words = struct.unpack("=6I", data.raw)
    return [low | high << 32 for low, high in zip(words[:3], words[3:], strict=True)]


def _header() -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(struct.pack("=Ii", VERSION_3, 0), 8)


def _clear_bounding_set() -> None:
    # EPERM means that an ordinary user may not change the bounding set, but such a user has no capabilities to bound.
    # EINVAL means that the loop has passed the last capability.
    with contextlib.suppress(PermissionError):
        try:
            for capability in range(BITS_OF_A_CAPABILITY_SET):
                prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
        prctl(PR_SET_SECUREBITS, SECUREBITS)

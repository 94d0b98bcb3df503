"""A student's process keeps no capability, may gain none, and where possible is not root.

capabilities(7), credentials(7). Being root without capabilities still means owning root's files, so the
uid is given up too where another user can read the interpreter (`paths.can_drop_to`).
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

from .kernel import prctl, system_call, unsupported

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS = 28, 38
PR_CAP_AMBIENT, CLEAR_ALL = 47, 4
# NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE, with the locks of all, and KEEP_CAPS locked off.
SECUREBITS = 0xEF
VERSION_3 = 0x20080522
BITS_OF_A_CAPABILITY_SET = 64
CHOWN_SETGID_SETUID = 1 << 0 | 1 << 6 | 1 << 7


def gain_none():
    """Nothing this process starts can have more privileges than it. Raises OSError."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop(uid, scratch):
    """Give up every capability and, where this is root and `uid` is not None, the uid and all groups.

    `scratch` then becomes that user's. Group ids become the same number as the uid.

    Raises
    ------
    OSError
        The uid cannot be changed, or a capability is left.
    """
    _empty_the_bounding_set()
    if uid is not None and os.geteuid() == 0:
        os.chown(scratch, uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    system_call("capset", _header(), ctypes.create_string_buffer(24))
    prctl(PR_CAP_AMBIENT, CLEAR_ALL)
    if capabilities():
        raise OSError(errno.EPERM, "some capabilities could not be given up")


def hide_and_die_with_parent():
    """Let nobody of the same user look into this process, and end it when the parent's thread ends.

    Both are undone by a change of uid, so they come after it. Raises OSError.
    """
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def capabilities():
    """Effective, permitted and inheritable capabilities of this process together, as bits. Raises OSError."""
    return functools.reduce(operator.or_, _capability_sets())


def may_become(uid):
    """Whether this process is root, has what `drop` takes, and `uid` exists in its user namespace."""
    if unsupported() or os.geteuid() != 0:
        return False
    effective, _, _ = _capability_sets()
    allowed = effective & CHOWN_SETGID_SETUID == CHOWN_SETGID_SETUID
    try:
        mapped = _mapped(uid, "uid_map") and _mapped(uid, "gid_map")
        return allowed and mapped and Path("/proc/self/setgroups").read_text().strip() == "allow"
    except OSError:
        return False


def _mapped(number, table):
    ranges = [map(int, line.split()) for line in Path("/proc/self", table).read_text().splitlines()]
    return any(first <= number < first + length for first, _, length in ranges)


def _capability_sets():
    """Effective, permitted, inheritable."""
    data = ctypes.create_string_buffer(24)
    system_call("capget", _header(), data)
    words = struct.unpack("=6I", data.raw)
    return [low | high << 32 for low, high in zip(words[:3], words[3:], strict=True)]


def _header():
    return ctypes.create_string_buffer(struct.pack("=Ii", VERSION_3, 0), 8)


def _empty_the_bounding_set():
    # EPERM: not allowed to, as for an ordinary user, who has nothing that it bounds. EINVAL: past the last.
    with contextlib.suppress(PermissionError):
        try:
            for capability in range(BITS_OF_A_CAPABILITY_SET):
                prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
        prctl(PR_SET_SECUREBITS, SECUREBITS)

"""Restrict a student's process to reading the files that it needs and working in its scratch folder.

See ``Documentation/userspace-api/landlock.rst`` and Salaün, "Landlock: unprivileged access control". Rules apply to
the real file, so links give no additional access. Landlock does not restrict looking up a file's name, size, and times.
Nor does it restrict changes to modes, owners, and times or, below ABI 3, the truncation of files. `syscall_allowlist`
prevents such changes.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from .kernel import StrPath, system_call

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))
RIGHTS_SINCE = {1: MAKE_CHAR * 128 - 1, 2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}

# Mapping a library into memory requires READ_FILE. EXECUTE is for starting programs, and is never granted.
READING = READ_FILE | READ_DIR
# Files cannot be removed or renamed: a removed file that is still open would take up space that nobody can see.
SCRATCH = READING | WRITE_FILE | TRUNCATE | MAKE_DIR | MAKE_REG
FOR_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

TCP_BIND_AND_CONNECT = 3
ABSTRACT_SOCKETS_AND_SIGNALS = 3
VERSION, PATH_BENEATH = 1, 1
# Without this flag, a loop of refused accesses would fill the host's audit log.
LOG_SAME_EXEC_OFF = 1


def abi() -> int:
    """Return the version (1 or higher) of Landlock's ABI that the running kernel offers.

    Raises
    ------
    OSError
        With ENOSYS if the kernel was built without Landlock, and with EOPNOTSUPP if the boot option ``lsm=`` does
        not list Landlock.
    """
    return system_call("landlock_create_ruleset", None, 0, VERSION)


def restrict(readable: Iterable[StrPath], scratch: StrPath) -> None:
    """Confine this thread, and any thread or process it starts, to reading `readable` and working in `scratch`.

    Forbids everything else that the kernel's ABI can forbid, including TCP (since ABI 4), and abstract sockets and
    signals (since ABI 6). ``/dev/null`` stays readable and writable. Skips paths that do not exist. The thread must
    already have no_new_privs set.

    Parameters
    ----------
    readable : iterable of path
        Files, and folders including everything in them.
    scratch : path
        A folder in which to create, read, and write files.

    Raises
    ------
    OSError
        If the kernel lacks Landlock, or a path exists but cannot be opened.
    """
    version = abi()
    ruleset = _create_ruleset(version)
    try:
        known = _rights(version)
        for path in readable:
            _allow(ruleset, path, READING & known)
        _allow(ruleset, os.devnull, (READ_FILE | WRITE_FILE) & known)
        _allow(ruleset, scratch, SCRATCH & known)
        system_call("landlock_restrict_self", ruleset, LOG_SAME_EXEC_OFF if version >= 7 else 0)
    finally:
        os.close(ruleset)


def _rights(version: int) -> int:
    """Return all file rights that ABI `version` knows."""
    return sum(rights for since, rights in RIGHTS_SINCE.items() if since <= version)


def _create_ruleset(version: int) -> int:
    network = TCP_BIND_AND_CONNECT if version >= 4 else 0
    scope = ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0
    # A kernel that knows fewer fields accepts the longer struct as long as the extra fields are zero.
    attributes = struct.pack("=QQQ", _rights(version), network, scope)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    return system_call("landlock_create_ruleset", buffer, len(attributes), 0)


def _allow(ruleset: int, path: StrPath, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(target).st_mode):
            rights &= FOR_A_FILE
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, target), 12)
        system_call("landlock_add_rule", ruleset, PATH_BENEATH, rule, 0)
    finally:
        os.close(target)

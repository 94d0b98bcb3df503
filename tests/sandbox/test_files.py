"""A submission cannot change any file outside its scratch folder, or read one that Python does not need."""

import os
import textwrap

import pytest

ACTS = {
    "read a file": "open(outside_file).read()",
    "read the account list": "open('/etc/passwd').read()",
    "read the grader's own code": "import autograder; open(autograder.sandbox.__file__).read()",
    "read another process's environment": "open(f'/proc/{victim}/environ', 'rb').read()",
    "read its own environment": "open('/proc/self/environ', 'rb').read()",
    "read another process's memory map": "open(f'/proc/{victim}/maps').read()",
    "write another process's memory": "open(f'/proc/{victim}/mem', 'r+b')",
    "list a folder": "import os; os.listdir(outside)",
    "list the temporary folder": "import os; os.listdir('/tmp')",
    "list the home folder": "import os; os.listdir(os.path.expanduser('~'))",
    "list processes": "import os; os.listdir('/proc')",
    "read through a new link": """
        import os
        os.symlink(outside_file, scratch + "/link")
        open(scratch + "/link").read()
    """,
    "make a hard link in scratch": "import os; os.link(outside_file, scratch + '/l')",
    "write a new file": "open(outside + '/new', 'w')",
    "overwrite a file": "open(outside_file, 'w')",
    "append to a file": "open(outside_file, 'a')",
    "write to a readable file": "open(readable_file, 'r+')",
    "create a readable file": "open(readable + '/new', 'w')",
    "use shared memory": """
        import os, uuid
        path = f"/dev/shm/gradlab-{uuid.uuid4()}"
        open(path, "w").close()
        os.remove(path)
    """,
    "make a folder": "import os; os.mkdir(outside + '/new')",
    "move a file out of scratch": """
        import os
        open(scratch + "/file", "w").close()
        os.rename(scratch + "/file", outside + "/file")
    """,
    "move a file into scratch": "import os; os.rename(outside_file, scratch + '/f')",
    "truncate a file": "import os; os.truncate(outside_file, 0)",
    "truncate a readable file": "import os; os.truncate(readable_file, 0)",
    "truncate by opening read-only": "import os; os.open(readable_file, os.O_RDONLY | os.O_TRUNC)",
    "truncate by opening with no access": "import os; os.open(outside_file, os.O_ACCMODE | os.O_TRUNC)",
    "fchmodat2": "call(452, 452, -100, outside_file.encode(), 0o777, 0)",
    "chown": "import os; os.chown(outside_file, os.getuid(), os.getgid())",
    "set an extended attribute": "import os; os.setxattr(outside_file, 'user.gradlab', b'1')",
    "read an extended attribute's name": "import os; os.listxattr(outside_file)",
    "make a symlink outside": "import os; os.symlink(outside_file, outside + '/link')",
    "make a symlink in scratch": "import os; os.symlink(outside_file, scratch + '/link')",
    "make a named pipe": "import os; os.mkfifo(scratch + '/pipe')",
    "delay other processes that open a file": """
        import fcntl
        fcntl.fcntl(open(readable_file), fcntl.F_SETLEASE, fcntl.F_RDLCK)
    """,
    "lock a readable file": "import fcntl; fcntl.lockf(open(readable_file), fcntl.LOCK_SH)",
    "ask who locks a readable file": """
        import fcntl, struct
        fcntl.fcntl(open(readable_file), fcntl.F_GETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0))
    """,
    "ask whether a readable file is in memory": """
        import os
        os.preadv(os.open(readable_file, os.O_RDONLY), [bytearray(1)], 0, 0x8)  # RWF_NOWAIT
    """,
    "ask how much memory and how many processes there are": "call(99, 179, bytes(256))",
    "reserve space beyond the end of a file": """
        import os
        call(285, 47, os.open(scratch + "/file", os.O_CREAT | os.O_RDWR), 1, 0, 1 << 20)  # FALLOC_FL_KEEP_SIZE
    """,
    "make an unnamed file": "import os; os.open(scratch, 0o20200002)  # O_TMPFILE | O_RDWR",
    "rename a file": """
        import os
        open(scratch + "/file", "w").close()
        os.rename(scratch + "/file", scratch + "/renamed")
    """,
    "watch a folder": """
        import fcntl, os
        fcntl.fcntl(os.open(readable, os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_CREATE)
    """,
    "watch a file": "call(294, 26, 0)",
    "get a handle to a file": """
        import ctypes
        handle = ctypes.create_string_buffer((128).to_bytes(8, "little"), 136)
        call(303, 264, -100, outside_file.encode(), handle, ctypes.byref(ctypes.c_int()), 0)
    """,
}

# These acts may fail unconfined: file systems and kernels may lack them, Yama may refuse them, or there may be no home.
HOST_MAY_FORBID = {
    "ask whether a readable file is in memory",
    "fchmodat2",
    "get a handle to a file",
    "list the home folder",
    "make an unnamed file",
    "reserve space beyond the end of a file",
    "set an extended attribute",
    "write another process's memory",
}


@pytest.mark.parametrize("act", ACTS)
def test_forbidden_file_operation_is_refused(act, refused):
    code = textwrap.dedent(ACTS[act])
    refused(code, host_may_forbid=act in HOST_MAY_FORBID)


NO_EFFECT = {
    "chmod": "import os; os.chmod(outside_file, 0o777)",
    "chmod a readable file": "import os; os.chmod(readable_file, 0o777)",
    "fchmod a readable file": "import os; os.fchmod(os.open(readable_file, os.O_RDONLY), 0o777)",
    "remove": "import os; os.remove(outside_file)",
    "remove a readable file": "import os; os.remove(readable_file)",
    "utime": "import os; os.utime(outside_file, (0, 0))",
    "utime a readable file": "import os; os.utime(os.open(readable_file, os.O_RDONLY), (0, 0))",
}


@pytest.mark.parametrize("act", NO_EFFECT)
def test_chmod_utime_and_remove_report_success_but_change_nothing(act, run, world):
    def state():
        paths = (world.outside_file, world.readable_file)
        statuses = [os.stat(path) if os.path.exists(path) else None for path in paths]
        return [status and (status.st_mode, status.st_mtime_ns) for status in statuses]

    before = state()
    assert run(NO_EFFECT[act]).error is None
    assert state() == before
    assert run(NO_EFFECT[act], confined=False).error is None
    assert state() != before


def test_refused_truncation_leaves_the_file_unchanged(run, world):
    run("import os; os.truncate(readable_file, 0)", landlock=1)
    run("import os; os.open(readable_file, os.O_ACCMODE | os.O_TRUNC)", landlock=1)
    with open(world.readable_file) as file:
        assert file.read() == "outside"


def test_missing_readable_path_is_skipped(run, world):
    outcome = run("value = open(readable_file).read()", readable=["/no/such/path", world.readable])
    assert outcome.value == "outside"


def test_link_in_a_readable_folder_gives_no_access(run, world):
    os.symlink(world.outside_file, world.readable + "/link")
    assert run("value = open(readable + '/link').read()", confined=False).value == "outside"
    assert "PermissionError" in run("open(readable + '/link').read()").error

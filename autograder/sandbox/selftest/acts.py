"""The acts that a probe tries. The sandbox must refuse most of them, and must allow a few.

An act raises OSError or MemoryError if it is refused, and returns if it succeeds. An act that succeeds does no harm:
signal 0 only checks that a process exists, and the files and servers belong to the probe. An act's name can appear in
the output of ``doctor``. `context` is a dict with the paths, numbers, and limits that the acts use (see `probes`).
"""

import ctypes
import mmap
import os
import socket
import stat
import sys
import threading
from typing import Any, TypeAlias

from autograder.sandbox.kernel import system_call

Context: TypeAlias = dict[str, Any]


def read_a_file(context: Context) -> None:
    with open(context["outside_file"], "rb") as file:
        file.read(1)


def list_a_folder(context: Context) -> None:
    os.listdir(context["outside"])


def write_a_file(context: Context) -> None:
    with open(os.path.join(context["outside"], f"written-{os.getpid()}"), "wb"):
        pass


def write_to_a_shared_folder(context: Context) -> None:
    path = os.path.join(context["shared"], f"gradlab-{os.getpid()}")
    with open(path, "xb"):
        os.remove(path)


def change_a_mode(context: Context) -> None:
    wanted = os.stat(context["outside_file"]).st_mode ^ stat.S_IXUSR
    os.chmod(context["outside_file"], wanted)
    if os.stat(context["outside_file"]).st_mode != wanted:
        raise OSError("the mode did not change")


def truncate_a_file(context: Context) -> None:
    os.truncate(context["outside_file"], 1)


def truncate_by_opening(context: Context) -> None:
    os.close(os.open(context["outside_file"], os.O_ACCMODE | os.O_TRUNC))


def connect_to_loopback(context: Context) -> None:
    with socket.create_connection(("127.0.0.1", context["port"])):
        pass


def open_a_unix_socket(context: Context) -> None:
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).close()


def open_a_datagram_pair(context: Context) -> None:
    for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
        end.close()


def fork(context: Context) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def start_a_program(context: Context) -> None:
    child = os.posix_spawn(sys.executable, [sys.executable, "-I", "-S", "-c", ""], {})
    _, status = os.waitpid(child, 0)
    if status:
        raise OSError("the program did not start")


def signal_the_parent(context: Context) -> None:
    os.kill(os.getppid(), 0)


def inspect_the_parent(context: Context) -> None:
    with open(f"/proc/{os.getppid()}/environ", "rb") as file:
        file.read(1)


def read_memory_of_the_parent(context: Context) -> None:
    local = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(local), 8)
    remote = (ctypes.c_size_t * 2)(context["address_in_parent"], 8)
    system_call("process_vm_readv", os.getppid(), vector, 1, remote, 1, 0)


def make_an_anonymous_file(context: Context) -> None:
    os.close(os.memfd_create("probe"))


def share_memory(context: Context) -> None:
    remove = 0
    segment = system_call("shmget", 0, 4096, 0)
    system_call("shmctl", segment, remove, None)


def change_namespaces(context: Context) -> None:
    system_call("unshare", 0)


def change_user(context: Context) -> None:
    unchanged = -1
    os.setresuid(unchanged, unchanged, unchanged)


def allocate_too_much(context: Context) -> None:
    mmap.mmap(-1, context["memory_bytes"])


def write_a_file_that_is_too_large(context: Context) -> None:
    with open(os.path.join(context["scratch"], "large"), "wb") as file:
        file.truncate(context["file_bytes"] + 1)


def open_too_many_files(context: Context) -> None:
    opened = []
    try:
        for _ in range(context["open_files"] + 1):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for descriptor in opened:
            os.close(descriptor)


def leave_a_core_file(context: Context) -> None:
    import resource

    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise OSError("core files are limited to 0 bytes")


def work_in_scratch(context: Context) -> None:
    path = os.path.join(context["scratch"], "work")
    with open(path, "w+") as file:
        file.write("work")
    os.remove(path)


def use_threads(context: Context) -> None:
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


def start_more_tasks_than_allowed(context: Context) -> None:
    import resource

    # This user already has a task, so if the kernel limits this user at all, one more task exceeds a limit of 1.
    resource.setrlimit(resource.RLIMIT_NPROC, (1, resource.getrlimit(resource.RLIMIT_NPROC)[1]))
    try:
        threading.Thread(target=int).start()
    except RuntimeError as error:
        raise OSError(str(error)) from error


def read_what_python_needs(context: Context) -> None:
    for path in context["readable"]:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").close()

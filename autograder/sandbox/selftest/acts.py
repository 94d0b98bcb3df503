"""What the probe tries: acts that a submission must not manage, and some that it must.

Each act raises OSError or MemoryError where it is refused, and returns where it succeeded. It harms nothing
where it succeeds: signal 0 is a question, files and servers are the probe's own. Its name is what `doctor`
prints. `world` is a dict of what there is to try them on: see `probes`.
"""

import ctypes
import mmap
import os
import socket
import stat
import sys
import threading

from autograder.sandbox.kernel import system_call


def read_a_file(world):
    with open(world["outside_file"], "rb") as file:
        file.read(1)


def list_a_folder(world):
    os.listdir(world["outside"])


def write_a_file(world):
    with open(os.path.join(world["outside"], f"written-{os.getpid()}"), "wb"):
        pass


def change_a_mode(world):
    wanted = os.stat(world["outside_file"]).st_mode ^ stat.S_IXUSR
    os.chmod(world["outside_file"], wanted)
    if os.stat(world["outside_file"]).st_mode != wanted:
        raise OSError("the mode is what it was")


def truncate_a_file(world):
    os.truncate(world["outside_file"], 1)


def truncate_by_opening(world):
    os.close(os.open(world["outside_file"], os.O_ACCMODE | os.O_TRUNC))


def connect_to_loopback(world):
    with socket.create_connection(("127.0.0.1", world["port"])):
        pass


def open_a_unix_socket(world):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).close()


def open_a_datagram_pair(world):
    for end in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
        end.close()


def fork(world):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def start_a_program(world):
    child = os.posix_spawn(sys.executable, [sys.executable, "-I", "-S", "-c", ""], {})
    _, status = os.waitpid(child, 0)
    if status:
        raise OSError("the program did not start")


def signal_the_parent(world):
    os.kill(os.getppid(), 0)


def look_into_the_parent(world):
    with open(f"/proc/{os.getppid()}/environ", "rb") as file:
        file.read(1)


def read_memory_of_the_parent(world):
    local = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(local), 8)
    remote = (ctypes.c_size_t * 2)(world["address_in_parent"], 8)
    system_call("process_vm_readv", os.getppid(), vector, 1, remote, 1, 0)


def make_an_anonymous_file(world):
    os.close(os.memfd_create("probe"))


def share_memory(world):
    remove = 0
    segment = system_call("shmget", 0, 4096, 0)
    system_call("shmctl", segment, remove, None)


def change_namespaces(world):
    system_call("unshare", 0)


def change_user(world):
    unchanged = -1
    os.setresuid(unchanged, unchanged, unchanged)


def allocate_too_much(world):
    mmap.mmap(-1, world["memory_bytes"])


def write_too_large_a_file(world):
    with open(os.path.join(world["scratch"], "large"), "wb") as file:
        file.truncate(world["file_bytes"] + 1)


def open_too_many_files(world):
    opened = []
    try:
        for _ in range(world["open_files"] + 1):
            opened.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for descriptor in opened:
            os.close(descriptor)


def leave_a_core_file(world):
    import resource

    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        raise OSError("core files have a limit of 0 bytes")


def work_in_scratch(world):
    path = os.path.join(world["scratch"], "work")
    with open(path, "w+") as file:
        file.write("work")
    os.remove(path)


def use_threads(world):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()


def start_more_tasks_than_allowed(world):
    import resource

    # One is reached at once where the limit binds: any user has a task already.
    resource.setrlimit(resource.RLIMIT_NPROC, (1, resource.getrlimit(resource.RLIMIT_NPROC)[1]))
    try:
        threading.Thread(target=int).start()
    except RuntimeError as error:
        raise OSError(str(error)) from error


def read_what_python_needs(world):
    for path in world["readable"]:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").close()

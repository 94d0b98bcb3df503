"""A submission cannot start processes, and cannot signal, inspect, or change any process but its own."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap

import pytest

ACTS = {
    "fork": "import os; pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)",
    "clone": "import os; pid = call(56, 220, 17, 0, 0, 0, 0); pid or os._exit(0)",
    "clone3": """
        import ctypes, os
        arguments = ctypes.create_string_buffer(88)
        arguments[32] = 17  # exit_signal
        pid = call(435, 435, arguments, 88)
        pid or os._exit(0)
    """,
    "subprocess": "import subprocess; subprocess.run(['true'], check=True)",
    "posix_spawn": "import os; os.waitpid(os.posix_spawnp('true', ['true'], {}), 0)",
    "execve": "import os; os.execvp('true', ['true'])",
    "execveat": "import os; call(322, 281, os.open('/', 0), b'bin/true', 0, 0, 0)",
    "process pool": """
        import multiprocessing
        with multiprocessing.get_context("fork").Pool(1) as pool:
            pool.map(abs, [1])
    """,
    "signal the parent": "import os, signal; os.kill(os.getppid(), signal.SIGCONT)",
    "kill another process": "import os; os.kill(victim, 9)",
    "stop another process": "import os, signal; os.kill(victim, signal.SIGSTOP); os.kill(victim, signal.SIGCONT)",
    "signal a process group": "import os; os.killpg(os.getpgid(victim), 0)",
    "kill by thread id": "call(200, 130, victim, 9)",
    "kill by process and thread id": "call(234, 131, victim, victim, 9)",
    "kill with a queued signal": """
        import ctypes, struct
        information = struct.pack("=iii", 0, 0, -1)
        call(129, 138, victim, 9, ctypes.create_string_buffer(information, 128))
    """,
    "kill by process descriptor": "import os, signal; signal.pidfd_send_signal(os.pidfd_open(victim), 9)",
    "kill through a socket's owner": """
        import fcntl, os, signal, socket
        left, right = socket.socketpair()
        fcntl.fcntl(left, fcntl.F_SETOWN, victim)
        fcntl.fcntl(left, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(left, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        right.send(b"x")
    """,
    "leave the session": "import os; os.setsid()",
    "leave the group": "import os; os.setpgid(0, 0)",
    "be traced": "call(101, 117, 0, 0, 0, 0)",
    "trace another process": "call(101, 117, 0x4206, victim, 0, 0)",
    "read a process's memory": """
        import ctypes
        here = ctypes.create_string_buffer(8)
        vector = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
        import os; call(310, 270, os.getpid(), vector, 1, vector, 1, 0)
    """,
    "write a process's memory": """
        import ctypes
        here = ctypes.create_string_buffer(8)
        vector = (ctypes.c_size_t * 2)(ctypes.addressof(here), 8)
        import os; call(311, 271, os.getpid(), vector, 1, vector, 1, 0)
    """,
    "limit another process": "import resource; resource.prlimit(victim, resource.RLIMIT_CPU, (1, 1))",
    "read another process's limits": "import resource; resource.prlimit(victim, resource.RLIMIT_CPU)",
    "change its own limits": "import ctypes; call(302, 261, 0, 7, ctypes.create_string_buffer(16), 0)",
    "renice another process": "import os; os.setpriority(os.PRIO_PROCESS, victim, 19)",
    "read the priority of all its user's processes": "import os; os.getpriority(os.PRIO_USER, os.getuid())",
    "set the scheduler": "import os; os.sched_setscheduler(victim, os.SCHED_BATCH, os.sched_param(0))",
    "pin another process to a CPU": "import os; os.sched_setaffinity(victim, os.sched_getaffinity(victim))",
    "set the I/O priority": "call(251, 30, 1, victim, 3 << 13)",
    "read another process's CPU time": "import time; time.clock_gettime(~victim << 3 | 2)",
    "wake other processes' threads that wait at the same place in a library": """
        import ctypes
        call(202, 98, ctypes.cast(ctypes.CDLL(None).atoi, ctypes.c_void_p).value & ~3, 1, 100, 0, 0, 0)
    """,
    "let the kernel wake other processes' threads when a thread ends": "call(218, 96, 4096)",
    "outlive the parent": "call(157, 167, 1, 0, 0, 0, 0)",
    "become dumpable": "call(157, 167, 4, 1, 0, 0, 0)",
    "change user": "import os; os.setresuid(-1, -1, -1)",
    "change group": "import os; os.setresgid(-1, -1, -1)",
}
KILLS = {
    "kill another process",
    "kill with a queued signal",
    "kill by thread id",
    "kill by process and thread id",
    "kill through a socket's owner",
}
# This act may fail unconfined, because Yama may forbid tracing processes that are not descendants.
HOST_MAY_FORBID = {"trace another process"}


@pytest.mark.parametrize("act", ACTS)
def test_process_operation_is_refused(act, refused):
    refused(textwrap.dedent(ACTS[act]), host_may_forbid=act in HOST_MAY_FORBID)


@pytest.mark.parametrize("act", sorted(KILLS))
def test_killing_another_process_works_only_unconfined(act, run, world):
    code = textwrap.dedent(ACTS[act])
    for confined, ending in ((True, None), (False, -signal.SIGKILL)):
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as victim:
            world.victim = victim.pid
            run(code, confined=confined)
            assert (victim.poll() if confined else victim.wait(60)) == ending


ORPHANED = """
import os, sys
from autograder.sandbox import Policy, confine, readable_paths

output, go, scratch, confined = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4] == "True"
if os.fork() == 0:
    if confined:
        confine(Policy(readable_paths(), scratch))
    os.write(output, b"ready")
    os.read(go, 1)
    os.write(output, b"alive")
    os._exit(0)
sys.stdin.read()
os._exit(0)
"""


@pytest.mark.parametrize(("confined", "last_words"), [(True, b""), (False, b"alive")])
def test_confined_child_dies_with_its_parent(confined, last_words, environment, world):
    """If the grader is killed, no student's code keeps running."""
    output_end, output = os.pipe()
    go, go_end = os.pipe()
    command = [sys.executable, "-c", ORPHANED, str(output), str(go), world.scratch, str(confined)]
    with open(output_end, "rb", buffering=0) as child_output, open(go_end, "wb", buffering=0) as child_go:
        with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(output, go), env=environment):
            os.close(output)
            os.close(go)
            assert child_output.read(5) == b"ready"
        with contextlib.suppress(BrokenPipeError):
            child_go.write(b"x")
        assert child_output.read(5) == last_words

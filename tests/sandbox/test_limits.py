"""A submission that exceeds a limit harms only itself, and in most cases gets a Python exception."""

import errno
import signal

import pytest

# With NumPy and matplotlib imported, a process has already mapped 300 to 700 MB.
MEMORY = 1 << 30

BOMBS = {
    "bytes": "value = len(bytearray(3 << 30))",
    "array": "import numpy; value = numpy.ones(3 << 27).size",
    "sparse map": "import mmap; value = len(mmap.mmap(-1, 3 << 30))",
    "file map": """
import mmap
with open(scratch + "/f", "w+b") as file:
    file.truncate(1 << 20)
    value = [mmap.mmap(file.fileno(), 1 << 20) for _ in range(3000)] and 1
""",
    "list": """
parts = []
while len(parts) < 3000:
    parts.append(bytearray(1 << 20))
value = len(parts)
""",
}


@pytest.mark.parametrize("bomb", ["sparse map", "file map"])
def test_memory_bomb_succeeds_without_limits(bomb, run):
    assert run(BOMBS[bomb], confined=False).value


@pytest.mark.parametrize("bomb", BOMBS)
def test_memory_bomb_raises_a_python_exception(bomb, run):
    outcome = run(BOMBS[bomb], memory_bytes=MEMORY, open_files=4096)
    assert "MemoryError" in outcome.error or outcome.errno == errno.ENOMEM


def test_process_survives_a_memory_bomb(run):
    code = "try: bytearray(3 << 30)\nexcept MemoryError: value = len(bytearray(1 << 20))"
    assert run(code, memory_bytes=MEMORY).value == 1 << 20


@pytest.mark.parametrize("write", ["file.truncate(5000)", "file.write(bytes(5000))"])
def test_file_size_is_limited(write, run):
    code = f"with open(scratch + '/f', 'wb', buffering=0) as file: value = {write}; file.write(b'x')"
    assert run(code, confined=False).error is None
    outcome = run(f"{code}\nif value == 5000: raise AssertionError", file_bytes=4096)
    assert outcome.errno == errno.EFBIG


def test_pending_signals_of_other_processes_cannot_be_counted(run):
    """The kernel counts pending signals per user. A process that cannot queue any learns nothing about this count."""
    code = """
import signal, threading
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
signal.pthread_kill(threading.get_ident(), signal.SIGRTMIN)
"""
    assert run(code, confined=False).error is None
    assert run(code).errno == errno.EAGAIN
    sender = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
signal.raise_signal(signal.SIGUSR1)
value = signal.sigtimedwait([signal.SIGUSR1], 1).si_pid
"""
    assert run(sender, confined=False).value != 0
    assert run(sender).value == 0


def test_descriptors_are_limited(run):
    code = "import os; files = [os.open('/dev/null', 0) for _ in range(100)]"
    assert run(code, confined=False).error is None
    assert run(code, open_files=64).errno == errno.EMFILE


@pytest.mark.parametrize("kind", ["RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE"])
def test_unneeded_resource_is_limited_to_zero(kind, run):
    assert run(f"import resource; value = resource.getrlimit(resource.{kind})").value == [0, 0]


def test_existing_lower_limit_is_kept(run):
    before = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (32, 40))"
    code = "import resource; value = resource.getrlimit(resource.RLIMIT_NOFILE)"
    assert run(code, before=before, open_files=64).value == [32, 40]


def test_cpu_time_is_limited(run):
    """SIGXCPU, which this process ignores, arrives first. SIGKILL, which cannot be ignored, arrives a second later."""
    spin = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    outcome = run(spin, cpu_seconds=1)
    assert outcome.signal == signal.SIGKILL


def test_crash_leaves_no_core_file(run, world):
    outcome = run("import os; os.chdir(scratch); os.abort()")
    assert (outcome.signal, outcome.core) == (signal.SIGABRT, False)


def test_task_limit_leaves_process_ids_for_other_users(run):
    code = "import resource; value = resource.getrlimit(resource.RLIMIT_NPROC)[0]"
    assert 0 < run(code).value <= 16384

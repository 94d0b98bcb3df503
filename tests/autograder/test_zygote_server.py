"""The zygote runs each child on one core, and spreads the children of all judges over the cores."""

import os
import signal
import socket

import pytest

from autograder.running.zygote import Server, keep_to

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this platform cannot choose a core")


@pytest.fixture
def server():
    """A server whose children only wait to be killed."""

    def spawn(fd, scratch, core):
        pid = os.fork()
        if pid == 0:
            keep_to(core)
            os.read(fd, 1)
            os._exit(0)
        return pid

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        server = Server(theirs, spawn)
        yield server
        for connection in list(server.children):
            server.close(connection)


@pytest.fixture
def spawn(server):
    """``spawn()``: let the server fork a child, and return its process id."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield lambda: server.answer(server.control, {"do": "spawn", "scratch": "/"}, [os.dup(theirs.fileno())])["pid"]


def core(pid):
    """Wait until a child has been assigned to one core, and return it."""
    while len(cores := os.sched_getaffinity(pid)) > 1:
        pass
    return min(cores)


def test_children_get_different_cores_until_all_are_in_use(server, spawn):
    available = os.sched_getaffinity(0)
    assert sorted(core(spawn()) for _ in available) == sorted(available)
    assert core(spawn()) in available


def test_core_of_a_child_that_has_ended_is_free_again(server, spawn):
    children = [spawn() for _ in os.sched_getaffinity(0)]
    freed = core(children[0])
    os.kill(children[0], signal.SIGKILL)
    server.answer(server.control, {"do": "reap", "pid": children[0]}, [])
    assert core(spawn()) == freed


def test_missing_core_is_not_an_error():
    before = os.sched_getaffinity(0)
    keep_to(10**4)
    assert os.sched_getaffinity(0) == before

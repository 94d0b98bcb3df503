"""A warm process that forks confined children, and the files, servers, and victim process that they try to reach."""

import contextlib
import errno
import json
import os
import socket
import subprocess
import sys
import types
from pathlib import Path

import pytest

from autograder.paths import ROOT
from autograder.sandbox import landlock, readable_paths
from autograder.sandbox.kernel import unsupported

WARM = ("numpy", "matplotlib.pyplot", "IPython.core.interactiveshell")
OLDEST_LANDLOCK = 1
REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EXDEV, errno.EOPNOTSUPP}


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Environment variables that let Python find the project. Skips the tests if code cannot be confined here."""
    if reason := unsupported():
        pytest.skip(reason)
    try:
        landlock.abi()
    except OSError as error:
        pytest.skip(f"this kernel has no Landlock: {error}")
    paths = [str(ROOT), str(ROOT / "source"), os.environ.get("PYTHONPATH")]
    home = str(tmp_path_factory.mktemp("home"))
    settings = {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg", "MPLCONFIGDIR": home, "IPYTHONDIR": home}
    return {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


@pytest.fixture(scope="session")
def zygote(environment):
    """A separate process with NumPy, matplotlib, and IPython imported, which forks one child per request."""
    command = [sys.executable, str(Path(__file__).with_name("zygote.py")), *WARM]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


@pytest.fixture
def run(zygote, world):
    """``run(code, confined=True, before="", landlock=None, **policy)``: return the outcome of `code` in a child."""

    def run(code, confined=True, before="", landlock=None, world=world, **policy):
        request = {
            "code": code,
            "before": before,
            "confined": confined,
            "landlock": landlock,
            "world": vars(world),
            "policy": {"readable": [*readable_paths(), world.readable], "scratch": world.scratch} | policy,
        }
        zygote.stdin.write(json.dumps(request) + "\n")
        zygote.stdin.flush()
        missing = {"value": None, "error": None, "errno": None, "text": ""}
        return types.SimpleNamespace(**missing | json.loads(zygote.stdout.readline()))

    return run


@pytest.fixture
def refused(run, tmp_path):
    """``refused(code, ...)``: assert that the code works unconfined and is refused when confined.

    The code is confined twice, each time in a new world: with everything this kernel offers, and with the oldest
    version of Landlock that we accept. If ``host_may_forbid`` is true, the code may also fail unconfined.
    """

    def refused(code, before="", host_may_forbid=False, **policy):
        with _world(tmp_path / "free") as free:
            outcome = run(code, confined=False, before=before, world=free)
            if not (host_may_forbid and "OSError" in (outcome.error or ())):
                assert outcome.error is None, f"the code must work unconfined: {outcome.text}"
        for name, version in (("new", None), ("old", OLDEST_LANDLOCK)):
            with _world(tmp_path / name) as world:
                outcome = run(code, before=before, landlock=version, world=world, **policy)
                assert outcome.errno in REFUSALS, f"the code must be refused: {outcome}"

    return refused


@pytest.fixture
def world(tmp_path):
    """Names the code can use: folders and files inside and outside scratch, local servers, and a victim process."""
    with _world(tmp_path / "world") as world:
        yield world


@contextlib.contextmanager
def _world(folder):
    outside, readable, scratch = (folder / name for name in ("outside", "readable", "scratch"))
    for new in (outside, readable, scratch):
        new.mkdir(parents=True)
    for file in (outside / "file", readable / "file"):
        file.write_text("outside")
    with contextlib.ExitStack() as stack:
        victim = stack.enter_context(subprocess.Popen(["cat"], stdin=subprocess.PIPE))
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        stream = stack.enter_context(_unix_server(socket.SOCK_STREAM))
        datagram = stack.enter_context(_unix_server(socket.SOCK_DGRAM))
        yield types.SimpleNamespace(
            outside=str(outside),
            outside_file=str(outside / "file"),
            readable=str(readable),
            readable_file=str(readable / "file"),
            scratch=str(scratch),
            victim=victim.pid,
            tcp=tcp.getsockname()[1],
            udp=udp.getsockname()[1],
            stream=stream.getsockname().decode("latin-1"),
            datagram=datagram.getsockname().decode("latin-1"),
        )
        victim.kill()


def _unix_server(kind):
    server = socket.socket(socket.AF_UNIX, kind)
    server.bind("")  # Linux picks an unused abstract name.
    if kind == socket.SOCK_STREAM:
        server.listen()
    return server

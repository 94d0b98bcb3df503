"""What `make hub` says: who is there and what it is, or why it cannot start."""

import os
import socket
import subprocess
import sys

import pytest

from .running import START, free_ports


@pytest.fixture
def started(tmp_path):
    """Start a hub on ports of its own, with some commands on the path, and return how it ended."""

    def start(*commands):
        for command in commands:
            tmp_path.joinpath(command).touch(mode=0o755)
        port = free_ports()
        environment = os.environ | {"PATH": str(tmp_path), "GRADLAB_HUB": str(tmp_path / "state")}
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", port + 2))
            taken.listen()
            environment["GRADLAB_HUB_PORT"] = str(port)
            run = subprocess.run([sys.executable, START], env=environment, capture_output=True, text=True)
        assert (run.returncode, run.stdout) == (1, "")
        return run.stderr, port

    return start


@pytest.mark.parametrize(("there", "missing"), [([], "node"), (["node"], "npm")])
def test_it_names_the_command_that_is_missing(started, there, missing):
    said, _ = started(*there)
    assert said.startswith(f"{missing} is needed for JupyterHub's proxy and is not installed.")
    assert "apt-get install nodejs npm" in said


def test_it_names_the_port_that_is_taken(started):
    said, port = started("node", "npm")
    assert said.startswith(f"Port {port + 2} is taken, and the hub needs {port} to {port + 3}.")
    assert f"make hub PORT={port + 1000}" in said


def test_it_says_who_is_there_and_what_keeps_them_apart(hub):
    for name in ("instructor", "assistant", "ada", "grace"):
        assert f"{name:<12} password {hub.passwords[name]}\n" in hub.said
    assert f"JupyterHub is at {hub.url}, for this machine only." in hub.said
    assert "keep people apart by HTTP only" in hub.said


def test_only_its_owner_can_read_what_a_class_is_kept_in(hub):
    assert hub.state.stat().st_mode & 0o777 == 0o700
    assert (hub.state / "passwords.json").stat().st_mode & 0o777 == 0o600

"""The output of `make hub`: who can log in and what keeps them apart, or why the hub cannot start."""

import os
import subprocess
import sys

import pytest

from .running import START, reserved_ports, start


@pytest.fixture
def failed_start(tmp_path):
    """``failed_start(*commands)``: start a hub with only these commands on PATH, and with its third port taken.

    Return the error message and the first port.
    """

    def start(*commands):
        for command in commands:
            tmp_path.joinpath(command).touch(mode=0o755)
        environment = os.environ | {"PATH": str(tmp_path), "GRADLAB_HUB": str(tmp_path / "state")}
        with reserved_ports() as sockets:
            port = sockets[0].getsockname()[1]
            sockets[2].listen()
            environment["GRADLAB_HUB_PORT"] = str(port)
            run = subprocess.run([sys.executable, START], env=environment, capture_output=True, text=True)
        assert (run.returncode, run.stdout) == (1, "")
        return run.stderr, port

    return start


@pytest.mark.parametrize(("installed", "missing"), [([], "node"), (["node"], "npm")])
def test_error_names_the_missing_command(failed_start, installed, missing):
    error, _ = failed_start(*installed)
    assert error.startswith(f"{missing} is needed for JupyterHub's proxy and is not installed.")
    assert "apt-get install nodejs npm" in error


def test_error_names_the_taken_port(failed_start):
    error, port = failed_start("node", "npm")
    assert error.startswith(f"Port {port + 2} is taken, and the hub needs {port} to {port + 3}.")
    assert f"make hub PORT={port + 1000}" in error


@pytest.mark.parametrize("port", ["abc", "", "-1", "0", "65533", "٣", "80 80"])
def test_error_says_which_ports_are_valid(tmp_path, port):
    environment = os.environ | {"GRADLAB_HUB": str(tmp_path / "state"), "GRADLAB_HUB_PORT": port}
    run = subprocess.run([sys.executable, START], env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"PORT must be a number from 1 to 65532, as in: make hub PORT=9000. Got {port!r}.\n"
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("names", [["unknown"], ["update_rules", "../assignments/update_rules"]])
def test_error_lists_the_assignments(tmp_path, names):
    environment = os.environ | {"GRADLAB_HUB": str(tmp_path / "state")}
    run = subprocess.run([sys.executable, START, *names], env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"There is no assignment {names[-1]!r}. The assignments are babysitting, ")
    assert not (tmp_path / "state").exists()


def test_lock_waits_until_the_processes_of_a_killed_hub_have_ended(tmp_path, monkeypatch):
    before, now = (os.open(tmp_path, os.O_RDONLY) for _ in range(2))
    assert start.lock(before)
    monkeypatch.setattr("time.sleep", lambda _: os.close(before))
    assert start.lock(now)
    os.close(now)


def test_started_hub_prints_passwords_and_says_that_only_http_keeps_people_apart(hub):
    for name in ("instructor", "assistant", "ada", "grace"):
        assert f"{name:<12} password {hub.passwords[name]}\n" in hub.output
    assert f"JupyterHub is at {hub.url}, for this machine only." in hub.output
    assert "keep people apart by HTTP only" in hub.output


def test_only_the_owner_can_read_the_state_folder(hub):
    assert hub.state.stat().st_mode & 0o777 == 0o700
    assert (hub.state / "passwords.json").stat().st_mode & 0o777 == 0o600

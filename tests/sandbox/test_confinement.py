"""Confinement fails closed: if any protection is missing, `Unavailable` says which one, and no code runs."""

import dataclasses
import os
import re
import subprocess
import sys

import pytest

from autograder.sandbox import Policy, Unavailable

NO_LANDLOCK = """
import errno
from autograder.sandbox import landlock
def abi():
    raise OSError(errno.ENOSYS, "Function not implemented")
landlock.abi = abi
"""
NO_SECCOMP = """
import errno
from autograder.sandbox import seccomp
def system_call(*_):
    raise OSError(errno.EINVAL, "Invalid argument")
seccomp.system_call = system_call
"""
ANOTHER_THREAD = """
import threading
stop = threading.Event()
threading.Thread(target=stop.wait, daemon=True).start()
"""
REMAINING_CAPABILITIES = "from autograder.sandbox import privileges; privileges.capabilities = lambda: 1"

BROKEN = {
    "no Landlock": (NO_LANDLOCK, {}, "Landlock.*not implemented"),
    "no seccomp": (NO_SECCOMP, {}, "seccomp.*Invalid argument"),
    "another thread": (ANOTHER_THREAD, {}, "one thread.*has 2"),
    "remaining capabilities": (REMAINING_CAPABILITIES, {}, "could not be dropped"),
    "missing scratch": ("", {"scratch": "/no/such/folder"}, "/no/such/folder must be a folder"),
    "scratch is a file": ("", {"scratch": __file__}, "must be a folder"),
    "read-only scratch": ("import os; os.chmod(scratch, 0o500)", {}, "must be a folder that uid"),
    "negative limit": ("", {"memory_bytes": -1}, "must not be negative.*Got -1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_failed_confinement_raises_unavailable_and_runs_no_code(name, run):
    before, policy, message = BROKEN[name]
    outcome = run("value = 'ran'", before=before, **policy)
    assert outcome.error[0] == "Unavailable"
    assert outcome.value is None
    assert re.search(message, outcome.text), outcome.text


def test_child_whose_parent_has_ended_is_refused(run):
    code = """
from autograder.sandbox import Policy, confine
policy = Policy([], scratch)
policy.prepare()
policy.parent = 1 << 22  # not a process: process ids on Linux are below this number
confine(policy)
"""
    outcome = run(code, confined=False)
    assert (outcome.error[0], outcome.text) == ("Unavailable", "The process that started this one has ended.")


def test_prepared_policy_can_be_copied_for_each_child(zygote, world, tmp_path):
    os.symlink(world.readable, tmp_path / "link")
    policy = Policy([world.readable, tmp_path / "link"], scratch=world.scratch)
    policy.prepare()
    another = dataclasses.replace(policy, scratch=world.outside)
    assert policy.readable == another.readable == [os.path.realpath(world.readable)]
    assert policy.parent == another.parent == os.getpid()


def test_unsupported_platform_raises_with_advice(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Unavailable, match=r"needs Linux, but this platform is darwin\. Grade in a Linux container"):
        Policy([], tmp_path).prepare()


def test_package_can_be_imported_on_other_platforms(environment):
    """Windows, for example, has no `resource`, no `fork`, and no `uname`."""
    program = """
import concurrent.futures, os, signal, socket, subprocess, sys, tempfile, zoneinfo
for name in ("fork", "geteuid", "getuid", "setresuid", "uname", "O_PATH"):
    delattr(os, name)
del signal.SIGKILL, signal.SIGXCPU
sys.modules["resource"] = None
sys.platform = "win32"
from autograder.sandbox import can_drop_to, probe
[protection] = probe()
assert protection.required and not protection.holds and "win32" in protection.detail
assert not can_drop_to(65534, [])
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], env=environment, check=True)

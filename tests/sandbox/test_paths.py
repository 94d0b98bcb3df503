"""Submissions can read the paths that Python needs, but no folders with private or secret files."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy
import pytest

import gradlab
from autograder.paths import ROOT
from autograder.sandbox import Unavailable, can_drop_to, paths, readable_paths, refuse_if_readable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

USER = 12345

NEEDED = {
    "the standard library": os.__file__,
    "the standard library's extension modules": sysconfig.get_config_var("DESTSHARED"),
    "packages": numpy.__file__,
    "gradlab": gradlab.__file__,
}
NOT_NEEDED = [ROOT, *(ROOT / name for name in ("autograder", "build", "assignments")), Path.home()]
NOT_NEEDED += ["/", "/dev", "/dev/shm", "/etc", "/etc/passwd", "/home", "/proc", "/root", "/run", "/sys"]
NOT_NEEDED += ["/tmp", "/usr", "/var"]


def covers(paths, wanted):
    real = Path(os.path.realpath(wanted))
    return any(real.is_relative_to(path) for path in paths)


@pytest.mark.parametrize("what", NEEDED)
def test_python_can_read_what_it_needs(what):
    assert covers(readable_paths(), NEEDED[what])


@pytest.mark.parametrize("what", NOT_NEEDED, ids=str)
def test_private_path_is_not_readable(what):
    assert not covers(readable_paths(), what)


def test_readable_paths_are_real_and_not_nested():
    readable = readable_paths()
    assert all(os.path.exists(path) and os.path.realpath(path) == path for path in readable)
    assert not [path for path in readable for other in readable if other in map(str, Path(path).parents)]


def test_folder_added_to_the_search_path_is_not_readable(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not covers(readable_paths(), tmp_path)


def test_only_absolute_library_paths_are_readable(monkeypatch, tmp_path):
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{tmp_path}::relative")
    assert str(tmp_path) in readable_paths()
    assert not covers(readable_paths(), os.getcwd())


def interpreters():
    """Return the paths of this Python, the Python that its environment is based on, and the system's Python."""
    base = os.path.join(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    return [path for path in dict.fromkeys((sys.executable, base, "/usr/bin/python3")) if os.path.exists(path)]


@pytest.mark.parametrize("interpreter", interpreters())
def test_confined_python_can_import_its_standard_library(interpreter, environment, tmp_path):
    program = """
import sys
if sys.version_info < (3, 11):
    print("all imported")
    raise SystemExit
from autograder.sandbox import Policy, confine, readable_paths
confine(Policy(readable_paths(), sys.argv[1]))
import _ctypes, _decimal, asyncio, difflib, email.message, html.parser, http.client, pdb, sqlite3, ssl
import unittest, xml.etree.ElementTree, zoneinfo
zoneinfo.ZoneInfo("Asia/Kolkata")
print("all imported")
"""
    command = [interpreter, "-c", program, str(tmp_path)]
    completed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert completed.stdout == "all imported\n", completed.stderr


@pytest.mark.parametrize(
    ("secret", "readable", "refused"),
    [
        ("course/autograder", "course", True),
        ("course/autograder", "course/autograder", True),
        ("course/autograder", "link", True),
        ("link/autograder", "course", True),
        ("course/autograder", "course/source", False),
        ("course/autograder", "course/auto", False),
        ("course/not/made/yet", "course", True),
    ],
)
def test_secret_is_refused_only_inside_a_readable_path(secret, readable, refused, tmp_path):
    for folder in ("course/autograder", "course/source", "course/auto"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "course")
    if not refused:
        refuse_if_readable([tmp_path / readable], [tmp_path / secret])
        return
    with pytest.raises(Unavailable, match=r"must stay secret, but it is inside .* Move the course's folder"):
        refuse_if_readable(["/no/such", tmp_path / readable], [tmp_path / secret])


def test_secret_folders_of_this_course_are_not_readable():
    refuse_if_readable(readable_paths(), [ROOT / "autograder", ROOT / "build"])


@pytest.fixture
def top(tmp_path):
    """A folder open to other users. The folders above it, which pytest closes to other users, are not checked."""
    top = tmp_path / "top"
    top.mkdir()
    top.chmod(0o755)
    return top


@pytest.mark.parametrize(
    ("modes", "possible"),
    [
        ((0o755, 0o755, 0o644), True),
        ((0o711, 0o711, 0o644), True),
        ((0o700, 0o755, 0o644), False),
        ((0o755, 0o750, 0o644), False),
        ((0o755, 0o755, 0o640), False),
        ((0o755, 0o755, 0o200), False),
    ],
)
def test_path_is_readable_only_if_every_parent_folder_is_open(modes, possible, top):
    folder, inner, file = top / "a", top / "a" / "b", top / "a" / "b" / "file"
    inner.mkdir(parents=True)
    file.touch()
    link = top / "link"
    link.symlink_to(file)
    for path, mode in zip((file, inner, folder), reversed(modes), strict=True):
        path.chmod(mode)
    assert paths.is_readable_by(USER, file, top) == possible
    assert paths.is_readable_by(USER, link, top) == possible
    for path in (folder, inner, file):
        path.chmod(0o700)


def test_folder_is_readable_only_with_read_and_execute_bits(top):
    folder = top / "folder"
    for mode, possible in ((0o755, True), (0o744, False), (0o711, False)):
        folder.mkdir(mode=mode, exist_ok=True)
        folder.chmod(mode)
        assert paths.is_readable_by(USER, folder, top) == possible


def test_owner_bits_apply_to_the_owner(top):
    file = top / "file"
    file.touch()
    file.chmod(0o044)
    assert not paths.is_readable_by(os.getuid(), file, top)
    assert paths.is_readable_by(USER, file, top)


def test_missing_path_is_skipped():
    assert paths.are_readable_by(USER, ["/no/such"])


def test_only_root_can_become_another_user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not can_drop_to(USER, [])


def test_process_cannot_become_a_user_outside_its_namespace():
    assert not can_drop_to(1 << 32, [])

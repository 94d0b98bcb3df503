"""What Python needs is readable, and nothing that tells too much."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy
import pytest

import gradlab
from autograder.sandbox import Unavailable, can_drop_to, paths, readable_paths, refuse_if_readable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

ROOT = Path(__file__).parents[2]
USER = 12345

NEEDED = {
    "the standard library": os.__file__,
    "its extensions": sysconfig.get_config_var("DESTSHARED"),
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
def test_what_python_needs_is_there(what):
    assert covers(readable_paths(), NEEDED[what])


@pytest.mark.parametrize("what", NOT_NEEDED, ids=str)
def test_what_tells_too_much_is_not(what):
    assert not covers(readable_paths(), what)


def test_paths_are_real_exist_and_lie_in_no_other():
    found = readable_paths()
    assert all(os.path.exists(path) and os.path.realpath(path) == path for path in found)
    assert not [path for path in found for other in found if other in map(str, Path(path).parents)]


def test_the_search_path_is_not_what_counts(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not covers(readable_paths(), tmp_path)


def test_libraries_that_the_loader_was_told_of_are_readable(monkeypatch, tmp_path):
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{tmp_path}::relative")
    assert str(tmp_path) in readable_paths()
    assert not covers(readable_paths(), os.getcwd())


def interpreters():
    """This Python, the one it was made from, and the system's."""
    base = os.path.join(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    return [path for path in dict.fromkeys((sys.executable, base, "/usr/bin/python3")) if os.path.exists(path)]


@pytest.mark.parametrize("interpreter", interpreters())
def test_any_python_can_import_its_library_inside(interpreter, environment, tmp_path):
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
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.stdout == "all imported\n", ended.stderr


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
def test_a_secret_must_not_lie_in_what_can_be_read(secret, readable, refused, tmp_path):
    for folder in ("course/autograder", "course/source", "course/auto"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "course")
    if not refused:
        refuse_if_readable([tmp_path / readable], [tmp_path / secret])
        return
    with pytest.raises(Unavailable, match=r"must stay secret, but lies in .* Move the course's folder"):
        refuse_if_readable(["/no/such", tmp_path / readable], [tmp_path / secret])


def test_the_course_itself_keeps_its_secrets():
    refuse_if_readable(readable_paths(), [ROOT / "autograder", ROOT / "build"])


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
def test_another_user_needs_every_folder_above(modes, possible, tmp_path, monkeypatch):
    folder, inner, file = tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "file"
    inner.mkdir(parents=True)
    file.touch()
    link = tmp_path / "link"
    link.symlink_to(file)
    monkeypatch.setattr(paths, "may_become", lambda uid: True)
    monkeypatch.setattr(paths, "_folders_above", _below(tmp_path))
    for path, mode in zip((file, inner, folder), reversed(modes), strict=True):
        path.chmod(mode)
    assert can_drop_to(USER, [file, "/no/such"]) == possible
    assert can_drop_to(USER, [link]) == possible
    for path in (folder, inner, file):
        path.chmod(0o700)


def test_a_folder_must_be_open_to_list(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "may_become", lambda uid: True)
    monkeypatch.setattr(paths, "_folders_above", _below(tmp_path))
    folder = tmp_path / "folder"
    for mode, possible in ((0o755, True), (0o744, False), (0o711, False)):
        folder.mkdir(mode=mode, exist_ok=True)
        folder.chmod(mode)
        assert can_drop_to(USER, [folder]) == possible


def test_an_owner_is_judged_by_the_owners_bits(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "may_become", lambda uid: True)
    monkeypatch.setattr(paths, "_folders_above", _below(tmp_path))
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o044)
    assert not can_drop_to(os.getuid(), [file])
    assert can_drop_to(USER, [file])


def test_only_root_can_become_another_user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not can_drop_to(USER, [])


def test_a_user_that_the_namespace_does_not_have_cannot_be_become():
    assert not can_drop_to(1 << 32, [])


def _below(top):
    """`paths._folders_above`, but not above the test's own folder, which other users cannot enter."""
    original = paths._folders_above
    return lambda path: {folder for folder in original(path) if folder.is_relative_to(top) and folder != top}

"""University logins become Unix user names, and no two logins share a name."""

import re
import shutil
import string
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.paths import ROOT
from autograder.student_ids import refusal

from .test_images import load

SERVER = ROOT / "deploy" / "server"
login_names = load(SERVER / "login_names.py")
unix_name = login_names.unix_name
LOGINS = st.text(string.ascii_letters + string.digits + " .@+'-_éŁ李", min_size=1, max_size=60)

KEPT = ["ada", "ada.lovelace", "a", "ada_l-2", "a" * 32]
# The hashes were computed with sha256sum.
CHANGED = {
    "ada@example.org": "ada-cfe00dde46",
    "ADA@Example.org": "ada-cfe00dde46",
    "ada@other.org": "ada-46f08fec03",
    "ada-cfe00dde46": "ada-cfe00dde46-",
    "12345": "user-5994471abb",
    "1ada": "ada-",
    "o'brien@example.org": "o-brien-",
    "李雷": "user-3a47328a60",
    "a" * 33: "a" * 21 + "-",
}


@pytest.mark.parametrize("login", KEPT)
def test_login_that_can_be_a_unix_name_is_kept(login):
    assert unix_name(login) == login


@pytest.mark.parametrize(("login", "start"), CHANGED.items())
def test_any_other_login_gets_a_name_with_a_hash(login, start):
    assert re.fullmatch(re.escape(start) + "[0-9a-f]*", unix_name(login))


@given(LOGINS)
def test_every_name_is_a_unix_name_and_a_student_id(login):
    assume(refusal(login.lower()) == "")
    name = unix_name(login)
    assert re.fullmatch(r"[a-z][a-z0-9._-]{0,31}", name)
    assert refusal(name) == ""


@given(LOGINS, LOGINS)
def test_no_two_logins_share_a_name(one, other):
    assume(one.lower() != other.lower())
    assume(refusal(one.lower()) == refusal(other.lower()) == "")
    assert unix_name(one) != unix_name(other)
    assert unix_name(one) != other.lower() or unix_name(other) != other.lower()


def test_login_that_equals_another_logins_name_gets_a_different_one():
    name = unix_name("ada@example.org")
    assert unix_name(name) != name


@pytest.mark.parametrize("login", ["", "-x", "a/b", "a\nb", "a:b", "ada\u202e", "x" * 129, "../ada"])
def test_login_that_cannot_be_a_student_id_raises(login):
    with pytest.raises(ValueError, match="cannot log in: "):
        unix_name(login)


def test_logins_are_read_one_per_line(tmp_path):
    (tmp_path / "students").write_text("# the class\n\nada\n  grace.hopper \nada@example.org\n")
    assert login_names.read_logins(tmp_path / "students") == {
        "ada": "ada",
        "grace.hopper": "grace.hopper",
        "ada-cfe00dde46": "ada@example.org",
    }
    (tmp_path / "students").write_text("ada\na:b\n")
    with pytest.raises(ValueError, match=r"students, line 2: 'a:b' cannot log in: a student ID must not contain ':'\."):
        login_names.read_logins(tmp_path / "students")


def test_installed_copy_prints_the_class_without_the_rest_of_the_grader(tmp_path):
    """`install` copies the files that this test copies."""
    lines = (SERVER / "install").read_text()
    (names,) = re.findall(r'/etc/gradlab/autograder "\$ROOT"/autograder/\{(.*)\}\.py', lines)
    (tmp_path / "autograder").mkdir()
    for name in names.split(","):
        shutil.copy(ROOT / "autograder" / f"{name}.py", tmp_path / "autograder")
    shutil.copy(SERVER / "login_names.py", tmp_path)
    (tmp_path / "students").write_text("ada@example.org\ngrace\n")
    command = [sys.executable, "-I", str(tmp_path / "login_names.py"), str(tmp_path / "students")]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["id,email", "ada-cfe00dde46,ada@example.org", "grace,grace"]
    missing = subprocess.run([*command[:-1], str(tmp_path / "no")], cwd=tmp_path, capture_output=True, text=True)
    assert missing.returncode == 1
    assert len(missing.stderr.splitlines()) == 1

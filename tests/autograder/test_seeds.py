"""The course's secret is created once, is private, and is always complete. All seeds derive from this secret."""

import hashlib
import hmac
import itertools
import os
import threading

import pytest

from autograder.judging.seeds import SIZE, course_secret, derived_secret, seed

NAMES = list(itertools.product(("update_rules", "ensembles"), ("adam", "sgd"), ("ada", "emmy", "é"), ("12ab", "ab12")))


def test_secret_is_created_once_and_is_private(tmp_path):
    path = tmp_path / "build" / "course_secret"
    umask = os.umask(0)
    try:
        secret = course_secret(path)
    finally:
        os.umask(umask)
    assert len(secret) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert course_secret(path) == secret == bytes.fromhex(path.read_text())
    assert list(path.parent.iterdir()) == [path]


def test_every_course_has_its_own_secret(tmp_path):
    assert course_secret(tmp_path / "one") != course_secret(tmp_path / "two")


@pytest.mark.parametrize("content", ["", "\n", "ab12\n", "00" * 31, "00" * 33, "not hexadecimal"])
def test_file_without_a_complete_secret_raises(tmp_path, content):
    """With an empty or short key, anyone could work out the hidden cases."""
    path = tmp_path / "course_secret"
    path.write_text(content)
    with pytest.raises(ValueError, match="hexadecimal"):
        course_secret(path)
    assert path.read_text() == content


@pytest.mark.parametrize("attempt", range(10))
def test_threads_that_start_together_get_the_same_secret(tmp_path, attempt):
    path, start, found = tmp_path / "course_secret", threading.Barrier(8), []

    def look():
        start.wait()
        found.append(course_secret(path))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_seed_is_stable_and_differs_by_assignment_exercise_student_and_submission():
    secret = b"k" * 32
    seeds = [seed(secret, *names) for names in NAMES]
    assert seeds == [seed(secret, *names) for names in NAMES]
    assert len(set(seeds)) == len(NAMES)
    assert not set(seeds) & {seed(b"K" * 32, *names) for names in NAMES}


def test_derived_secret_is_stable_and_differs_by_purpose_and_secret():
    secrets = [derived_secret(b"k" * 32, "a"), derived_secret(b"k" * 32, "b"), derived_secret(b"K" * 32, "a")]
    assert secrets[0] == derived_secret(b"k" * 32, "a")
    assert len({*secrets, b"k" * 32, b"K" * 32}) == 5
    assert {len(secret) for secret in secrets} == {SIZE}


def test_names_that_concatenate_to_the_same_text_have_different_seeds():
    assert seed(b"k", "ab", "c", "d", "e") != seed(b"k", "a", "bc", "d", "e")


def test_seed_from_a_given_secret_never_changes():
    """A regrade after a course update must use the same cases."""
    digest = hmac.digest(b"k" * 32, b"update_rules\0adam\0ada\0ab12", hashlib.sha256)
    assert seed(b"k" * 32, "update_rules", "adam", "ada", "ab12") == int(digest.hex()[:32], 16)

"""Landlock's rights have their official numbers, and a kernel is asked only for rights that it knows."""

import re
from pathlib import Path

import pytest

from autograder.sandbox import landlock

HEADER = Path("/usr/include/linux/landlock.h")
RIGHTS_OF_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16, 6: 16, 7: 16, 99: 16}


def test_rights_match_the_kernel_header():
    if not HEADER.exists():
        pytest.skip(f"{HEADER} is not installed")
    official = re.findall(r"#define LANDLOCK_ACCESS_FS_(\w+)\s+\(1ULL << (\d+)\)", HEADER.read_text())
    assert official
    for name, bit in official:
        assert getattr(landlock, name, None) == 1 << int(bit), name


@pytest.mark.parametrize(("version", "count"), RIGHTS_OF_ABI.items())
def test_all_rights_that_the_abi_knows_are_restricted(version, count):
    assert landlock._rights(version) == (1 << count) - 1


@pytest.mark.parametrize("right", ["EXECUTE", "MAKE_CHAR", "MAKE_BLOCK", "MAKE_SOCK", "MAKE_FIFO", "MAKE_SYM"])
def test_unneeded_right_is_never_granted(right):
    assert not getattr(landlock, right) & (landlock.SCRATCH | landlock.READING)

"""How the tests run on several processors: which of them stay together, and which start first.

Tests in one group run one after the other in the same process. By default a file is a group, so that what its
fixtures set up is set up once. The quick loop (`make quick`) leaves out what is marked slow here.
"""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent

# Where what takes long can be told apart by exercise or assignment: each of these is a group of its own.
BY_PARAMETER = {
    "test_course.py": "graded",
    "test_mistakes.py": "name",
    "test_no_answers_in_source.py": "name",
    "test_notebooks.py": "name",
}
# The rest of a group waits for the slowest test in it, so the slowest groups start first. They are also what the quick
# loop leaves out.
SLOWEST_FIRST = (
    "hub",
    "attacks",
    "test_no_answers_in_source.py",
    "test_course.py",
    "test_notebooks.py",
    "test_mistakes.py",
    "test_demo.py",
)


def pytest_collection_modifyitems(items):
    for item in items:
        part, group = part_of(item), group_of(item)
        item.add_marker(pytest.mark.xdist_group(group))
        if part in SLOWEST_FIRST:
            item.add_marker("slow")
    items.sort(key=lambda item: rank(part_of(item)))


def part_of(item):
    """The folder or file right below ``tests`` in which a test is."""
    return item.path.relative_to(TESTS).parts[0]


def group_of(item):
    part = part_of(item)
    if part == "hub" or (part == "attacks" and "course" in item.fixturenames):
        return part  # one hub on this machine's ports; one course in which everything is graded at once
    parameter = BY_PARAMETER.get(part)
    values = getattr(item, "callspec", None)
    if parameter and values and parameter in values.params:
        return f"{part}:{values.params[parameter]}"
    return str(item.path.relative_to(TESTS))


def rank(part):
    return SLOWEST_FIRST.index(part) if part in SLOWEST_FIRST else len(SLOWEST_FIRST)

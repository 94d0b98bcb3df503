"""Students at work on a hub at once: nothing of theirs is lost or mixed up. tests/bench/hub.py does it with twenty."""

import pytest

from . import whole_class
from .running import Hub, require

STUDENTS = whole_class.names(4)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    require()
    with Hub(tmp_path_factory.mktemp("many"), STUDENTS, [whole_class.NAME]) as hub:
        hub.release()
        yield hub


@pytest.fixture(scope="module")
def reports(hub):
    """Everybody has worked and submitted, and all of it is collected and graded."""
    reports, _ = whole_class.work_all(hub, STUDENTS)
    hub.nbgrader("collect", whole_class.NAME)
    hub.nbgrader("autograde", whole_class.NAME)
    return reports


def test_everybody_sees_their_check_pass(reports):
    assert [report.points for report in reports.values()] == [whole_class.CHECKED.points] * len(STUDENTS)


def test_nobody_is_lost(hub, reports):
    assert [path.name.split("+")[0] for path in whole_class.handed_in(hub)] == STUDENTS
    assert [path.name for path in sorted((hub.course / "build" / "submitted").iterdir())] == STUDENTS


def test_nobody_is_mixed_up(hub, reports):
    assert whole_class.mixed_up(hub, STUDENTS) == {}


def test_everybody_has_their_own_grade(hub, reports):
    assert whole_class.scores(hub) == {name: whole_class.expected(name) for name in STUDENTS}
    assert len(set(whole_class.scores(hub).values())) == len(STUDENTS)


def test_a_student_holds_their_own_memory_only(reports):
    assert all(report.memory["server"] > 0 and report.memory["kernel"] > 0 for report in reports.values())


def test_the_hub_stops_and_leaves_nothing_running(hub, reports):
    assert hub.stop() == 0
    assert hub.processes() == []

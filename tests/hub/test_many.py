"""Students at work on a hub at once: nothing of theirs is lost or mixed up. tests/bench/hub.py does it with twenty."""

import pytest

from . import classes
from .running import Hub, require

STUDENTS = classes.names(4)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    require()
    with Hub(tmp_path_factory.mktemp("many"), STUDENTS, [classes.NAME]) as hub:
        hub.release()
        yield hub


@pytest.fixture(scope="module")
def reports(hub):
    """Everybody has worked and submitted, and all of it is collected and graded."""
    reports, _ = classes.work_all(hub, STUDENTS)
    hub.nbgrader("collect", classes.NAME)
    hub.nbgrader("autograde", classes.NAME)
    return reports


def test_everybody_sees_their_check_pass(reports):
    assert [report.points for report in reports.values()] == [classes.CHECKED.points] * len(STUDENTS)


def test_nobody_is_lost(hub, reports):
    assert [path.name.split("+")[0] for path in classes.handed_in(hub)] == STUDENTS
    assert [path.name for path in sorted((hub.course / "build" / "submitted").iterdir())] == STUDENTS


def test_nobody_is_mixed_up(hub, reports):
    assert classes.mixed_up(hub, STUDENTS) == {}


def test_everybody_has_their_own_grade(hub, reports):
    assert classes.scores(hub) == {name: classes.expected(name) for name in STUDENTS}
    assert len(set(classes.scores(hub).values())) == len(STUDENTS)


def test_a_student_holds_their_own_memory_only(reports):
    assert all(report.memory["server"] > 0 and report.memory["kernel"] > 0 for report in reports.values())


def test_the_hub_stops_and_leaves_nothing_running(hub, reports):
    assert hub.stop() == 0
    assert hub.processes() == []

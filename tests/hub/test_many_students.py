"""Several students on a hub at once: no submission is lost or mixed up. See tests/bench/hub.py for larger classes."""

import pytest

from . import whole_class
from .running import Hub, require_hub

# Servers start slowly on a busy machine.
pytestmark = pytest.mark.timeout(1200)

STUDENTS = whole_class.student_names(4)


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    require_hub()
    with Hub(tmp_path_factory.mktemp("many"), STUDENTS, [whole_class.NAME]) as hub:
        hub.release()
        yield hub


@pytest.fixture(scope="module")
def reports(hub):
    """The reports of all students, whose submissions have been collected and graded."""
    reports, _ = whole_class.work_all(hub, STUDENTS)
    hub.nbgrader("collect", whole_class.NAME)
    hub.nbgrader("autograde", whole_class.NAME)
    return reports


def test_every_check_passes(reports):
    assert [report.points for report in reports.values()] == [whole_class.CHECKED.points] * len(STUDENTS)


def test_every_submission_arrives_and_is_collected(hub, reports):
    assert [path.name.split("+")[0] for path in whole_class.submission_folders(hub)] == STUDENTS
    assert [path.name for path in sorted((hub.course / "build" / "submitted").iterdir())] == STUDENTS


def test_every_collected_notebook_is_the_students_own(hub, reports):
    assert whole_class.mixed_up(hub, STUDENTS) == {}


def test_every_student_gets_their_own_grade(hub, reports):
    assert whole_class.scores(hub) == {name: whole_class.expected_score(name) for name in STUDENTS}
    assert len(set(whole_class.scores(hub).values())) == len(STUDENTS)


def test_memory_of_every_student_is_measured(reports):
    assert all(report.memory["server"] > 0 and report.memory["kernel"] > 0 for report in reports.values())


def test_stopped_hub_leaves_nothing_running(hub, reports):
    assert hub.stop() == 0
    assert hub.processes() == []

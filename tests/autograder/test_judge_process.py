"""A submission that exhausts its judge harms only itself: all other submissions in the run get their usual results."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.grading.job import Job, grade, read_result
from autograder.grading.judge_process import CPU_SECONDS, MEMORY, MEMORY_REASON, TIME_REASON
from autograder.grading.pool import LocalPool
from autograder.paths import ROOT

TIMEOUT = 120.0
# Each answer sends arrays from which the judge computes much larger arrays, or values that take up far more memory than
# the message that contains them.
BOMBS = {
    "arguments that broadcast to 1.8 GB": (
        "hyperparameters",
        "random_search",
        """\
def random_search(objective, sample, budget, rng):
    config = sample(rng)
    first, second, *_ = config
    return objective({**config, first: np.zeros((15000, 1)), second: np.zeros((1, 15000))})""",
    ),
    "parameters that broadcast to 5 GB": (
        "gradient_checking",
        "check_gradients",
        """\
def check_gradients(loss, gradient, params, reg, h=1e-5):
    n = 5000
    shapes = {"W1": (n, 1, 2, 1), "b1": (1, n, 1, 1), "W2": (2, 2), "b2": (2,)}
    return loss({name: np.zeros(shape) for name, shape in shapes.items()}, 0.0)""",
    ),
    "one layer with 30,000 units": (
        "ensembles",
        "distill",
        """\
def distill(X, teacher_scores, X_val, y_val, rng, *args, **kwargs):
    wide = {"W1": np.ones((64, 30000), np.float32), "b1": np.ones(30000, np.float32)}
    return wide | {"W2": np.ones((30000, 10), np.float32), "b2": np.ones(10, np.float32)}""",
    ),
    "arguments with a million empty arrays": (
        "hyperparameters",
        "random_search",
        """\
def random_search(objective, sample, budget, rng):
    many = {str(number): np.zeros(0) for number in range(65_000)}
    return objective({str(number): many for number in range(20)})""",
    ),
    "one-byte integers that grow eightfold as floats": (
        "update_rules",
        "newton_step",
        """\
calls = 0
def newton_step(*args, **kwargs):
    global calls
    calls += 1
    return np.ones(31_000_000, np.int8) if calls == 1 else 0.0""",
    ),
}
# This answer never stops asking the judge for losses.
KEEPS_ITS_JUDGE_BUSY = """\
def random_search(objective, sample, budget, rng):
    while True:
        try:
            objective(sample(rng))
        except ValueError:
            pass"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder of the course to which all submissions belong."""
    return tmp_path_factory.mktemp("course")


@pytest.fixture
def job(course, tmp_path):
    """``job(assignment, student, answers)``: submit the released notebook with these answers, and return the job."""

    def job(assignment, student, answers):
        released = course / "release" / assignment / f"{assignment}.ipynb"
        if not released.exists():
            shutil.copytree(ROOT / "assignments" / assignment, released.parent)
        notebook = json.loads(released.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = answers.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
        submitted = tmp_path / "submitted" / student / assignment / released.name
        submitted.parent.mkdir(parents=True)
        submitted.write_text(json.dumps(notebook), encoding="utf-8")
        result = tmp_path / "results" / f"{student}.json"
        places = {"released": str(released), "submitted": str(submitted), "result": str(result)}
        return vars(Job(course=str(course), assignment=assignment, student=student, **places))

    return job


@pytest.fixture(scope="module")
def pool(course):
    """A grading process that has survived all earlier submissions. Its scratch folders are in the course's folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(course))
        pool = LocalPool(workers=2)
    yield pool
    pool.shutdown()


@pytest.fixture
def scratch_folders(course):
    """``scratch_folders()``: list the scratch folders of the submissions."""
    return lambda: list(course.glob(f"gradlab-{os.getuid()}/*"))


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def judges(pool):
    """Return the process ids of the judges. The zygote is also a child of the worker, but has different limits."""
    return [child for child in children(pool.process.pid) if limits(child) == (MEMORY, CPU_SECONDS)]


def limits(pid):
    return tuple(resource.prlimit(pid, kind)[0] for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU))


def wait_for(condition):
    deadline = time.monotonic() + TIMEOUT
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition never became true"
        time.sleep(0.01)  # polling interval
    return found


def descendants(pid):
    return [each for child in children(pid) for each in (child, *descendants(child))]


@pytest.mark.parametrize(("assignment", "exercise", "answer"), BOMBS.values(), ids=BOMBS)
def test_memory_bomb_earns_nothing_and_harms_no_other_submission(sandbox, pool, job, assignment, exercise, answer):
    jobs = [job(assignment, "before", {}), job(assignment, "bomber", {exercise: answer}), job(assignment, "after", {})]
    before, bomber, after = (read_result(pool.submit(grade, each).result(TIMEOUT)) for each in jobs)
    assert bomber["verdicts"][exercise]["score"] == 0
    assert bomber["problem"] == ""
    assert bomber["verdicts"].keys() == before["verdicts"].keys()
    assert before["notebook"]["cells"] == after["notebook"]["cells"]
    assert (before["problem"], after["problem"]) == ("", "")


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        pytest.param(
            lambda judge: resource.prlimit(judge, resource.RLIMIT_DATA, (1 << 20, MEMORY)), MEMORY_REASON, id="memory"
        ),
        pytest.param(lambda judge: os.kill(judge, signal.SIGXCPU), TIME_REASON, id="CPU time"),
        pytest.param(
            lambda judge: os.kill(judge, signal.SIGKILL), "its judge ended unexpectedly (status -9)", id="killed"
        ),
    ],
)
def test_submission_whose_judge_dies_gets_the_reason_and_the_next_one_is_graded(
    sandbox, pool, job, limit, reason, scratch_folders
):
    busy = pool.submit(grade, job("hyperparameters", "busy", {"random_search": KEEPS_ITS_JUDGE_BUSY}))
    (judge,) = wait_for(lambda: judges(pool))
    wait_for(lambda: len(descendants(pool.process.pid)) > 2)  # the zygote, the judge, and the submission
    limit(judge)
    stopped = read_result(busy.result(TIMEOUT))
    assert stopped["problem"] == reason
    assert {verdict["score"] for verdict in stopped["verdicts"].values()} == {0.0}
    assert reason in json.dumps(stopped["notebook"])
    after = read_result(pool.submit(grade, job("hyperparameters", "after", {})).result(TIMEOUT))
    assert after["problem"] == ""
    wait_for(lambda: len(descendants(pool.process.pid)) == 1)  # only the zygote is left
    assert scratch_folders() == []


def test_new_zygote_replaces_one_that_was_killed(sandbox, pool, job):
    before = read_result(pool.submit(grade, job("sanity_checks", "before", {})).result(TIMEOUT))
    (zygote,) = children(pool.process.pid)
    os.kill(zygote, signal.SIGKILL)
    wait_for(lambda: has_ended(zygote))
    after = read_result(pool.submit(grade, job("sanity_checks", "after", {})).result(TIMEOUT))
    assert after["notebook"]["cells"] == before["notebook"]["cells"]
    assert children(pool.process.pid) != [zygote]


def test_prints_of_other_code_do_not_end_up_among_the_answers(sandbox, pool, job):
    pool.submit(grade, job("sanity_checks", "printing", {})).result(TIMEOUT)
    (zygote,) = children(pool.process.pid)
    answers = os.readlink(f"/proc/self/fd/{pool.process.stdout.fileno()}")
    for process in (pool.process.pid, zygote):
        assert os.readlink(f"/proc/{process}/fd/1") != answers


def test_print_of_a_judge_reaches_standard_error():
    """A judge ends without flushing standard output."""
    code = """
import os
from autograder.grading import worker
worker.Worker.serve = lambda self: (print("printed"), os._exit(0))
worker.main(1)
"""
    run = subprocess.run([sys.executable, "-E", "-c", code], cwd=ROOT, input="", capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("", "printed\n")


def has_ended(pid):
    """Return whether a process has ended, even if its parent does not know it yet."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

"""A search does not repeat the trials in its file, however the search that wrote the file ended."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from gradlab.search import search

NUMBERS = [{"x": x} for x in range(6)]


class Counted:
    """An objective that records each call, in any process, as a line in a file."""

    def __init__(self, folder, function):
        self.path, self.function = folder / "calls", function

    def __call__(self, config):
        with open(self.path, "a") as file:
            file.write(f"{json.dumps(config, sort_keys=True)}\n")
        return self.function(config)

    def calls(self):
        """Return the configurations tried since `calls` was last called, sorted as text."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.path.unlink(missing_ok=True)
        return [json.loads(line) for line in sorted(lines)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trials.jsonl"


@pytest.fixture
def counted(tmp_path):
    return lambda function: Counted(tmp_path, function)


def run(objective, configurations, path, **options):
    return search(objective, configurations, file=path, progress=False, **options)


def test_trials_in_the_file_are_not_repeated(path, counted):
    objective = counted(lambda config: {"y": config["x"] ** 2})
    first = run(objective, NUMBERS[:3], path)
    assert objective.calls() == NUMBERS[:3]
    reported = []
    again = run(objective, NUMBERS, path, on_result=reported.append)
    assert objective.calls() == NUMBERS[3:]
    assert again[:3] == first
    assert [trial.result["y"] for trial in again] == [0, 1, 4, 9, 16, 25]
    assert sorted(trial.config["x"] for trial in reported) == [3, 4, 5]


def test_table_has_exactly_the_given_configurations_in_order(path, counted):
    objective = counted(lambda config: config["x"])
    run(objective, NUMBERS, path)
    trials = run(objective, [NUMBERS[4], {"x": 9}, NUMBERS[0]], path)
    assert [trial.result for trial in trials] == [4, 9, 0]


def test_each_line_is_one_trial_in_plain_json(path):
    run(lambda config: {"y": np.arange(2)}, [{"b": np.float64(0.5), "a": (1, "ü")}], path)
    (line,) = path.read_text(encoding="ascii").splitlines()
    fields = json.loads(line)
    assert fields.pop("seconds") >= 0
    assert fields == {"config": {"a": [1, "ü"], "b": 0.5}, "repeat": 0, "result": {"y": [0, 1]}, "error": None}


SAME = {
    "names in a different order": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "NumPy numbers": ({"a": np.float64(0.1), "b": np.int32(3)}, {"a": 0.1, "b": 3}),
    "tuples and arrays": ({"a": (1, 2)}, {"a": np.array([1, 2])}),
    "NaN": ({"a": np.nan}, {"a": float("nan")}),
}


@pytest.mark.parametrize("case", SAME)
def test_equal_configurations_are_recognized(case, path):
    first, again = SAME[case]
    run(lambda config: 1, [first], path)
    (trial,) = run(lambda config: 2, [again], path)
    assert trial.result == 1
    assert trial.config is not again
    assert list(trial.config) == list(again)


@pytest.mark.parametrize("other", [{"a": 1.5}, {"a": "1"}, {"b": 1}, {"a": 1, "b": 1}, {}])
def test_different_configuration_is_tried(other, path):
    run(lambda config: 1, [{"a": 1}], path)
    assert run(lambda config: 2, [other], path)[0].result == 2


def test_numbers_are_restored_bit_for_bit(path):
    numbers = [*np.random.default_rng(0).standard_normal(50) * 10.0 ** np.arange(-25, 25), np.inf, -0.0]
    configurations = [{"x": x} for x in numbers]
    first = run(lambda config: config["x"], configurations, path)
    again = run(None, configurations, path)
    assert again == first
    assert [float(trial.result).hex() for trial in again] == [float(x).hex() for x in numbers]


def test_failed_trial_is_repeated_only_on_request(path, counted):
    def fails(config):
        raise ValueError("not yet")

    objective = counted(lambda config: config["x"])
    run(counted(fails), NUMBERS[:2], path)
    objective.calls()
    trials = run(objective, NUMBERS[:3], path)
    assert objective.calls() == NUMBERS[2:3]
    assert [trial.error for trial in trials] == ["ValueError: not yet"] * 2 + [None]
    trials = run(objective, NUMBERS[:3], path, retry_failed=True)
    assert objective.calls() == NUMBERS[:2]
    assert [(trial.result, trial.error) for trial in trials] == [(0, None), (1, None), (2, None)]
    assert run(objective, NUMBERS[:3], path, retry_failed=True) == trials
    assert objective.calls() == []


def test_each_repeat_of_a_configuration_is_a_separate_trial(path, counted):
    objective = counted(lambda config: config["x"])
    run(objective, [NUMBERS[1]], path)
    objective.calls()
    trials = run(objective, [NUMBERS[1]] * 3, path)
    assert objective.calls() == [NUMBERS[1]] * 2
    assert [trial.result for trial in trials] == [1, 1, 1]
    assert run(objective, [NUMBERS[1]] * 3, path) == trials
    assert objective.calls() == []


@pytest.mark.parametrize("kept", [0, 1, 5, 11, 12, 20, -2, -1])
def test_trial_on_an_incomplete_last_line_is_repeated(kept, path, counted):
    objective = counted(lambda config: config["x"])
    run(objective, NUMBERS, path)
    objective.calls()
    *whole, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole) + last[:kept])
    trials = run(objective, NUMBERS, path)
    assert objective.calls() == [json.loads(last)["config"]]
    assert [trial.result for trial in trials] == list(range(6))
    assert sorted(json.loads(line)["result"] for line in path.read_bytes().splitlines()) == list(range(6))


OTHER_FILES = {
    "a table": (b"x,y\n1,2\n", 1),
    "text without a final newline": (b"my notes", 1),
    "a number": (b"3\n", 1),
    "a list": (b"[1]\n", 1),
    "unrelated JSON": (b'{"a": 1}\n', 1),
    "damaged in the middle": (
        b'{"config": {"x": 0}, "repeat": 0, "result": 0, "error": null, "seconds": 0}\n{"config": {"x\n{"config": ', 2,
    ),
    "an archive": (b"\x1f\x8b\x08\n\xff\n", 1),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHER_FILES)
def test_unrelated_file_raises_and_is_left_unchanged(case, path):
    content, line = OTHER_FILES[case]
    path.write_bytes(content)
    with pytest.raises(
        ValueError, match=rf"a file that a search wrote\. Line {line} is not a trial: choose another file"
    ):
        run(lambda config: 0, NUMBERS, path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("value", [len, object(), {1: 2}, {1, 2}, 1j])
def test_configuration_that_json_cannot_represent_raises(value, path):
    with pytest.raises(TypeError, match=r"Got .*The configurations of a search with a file are limited to these types"):
        run(lambda config: 0, [{"rule": value}], path)
    assert not path.exists()
    (trial,) = search(lambda config: 0, [{"rule": value}], progress=False)
    assert trial.result == 0


def test_missing_folder_raises_before_any_trial_runs(tmp_path, counted):
    objective = counted(lambda config: 0)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        run(objective, NUMBERS, tmp_path / "nowhere" / "trials.jsonl")
    assert objective.calls() == []


def test_ctrl_c_keeps_finished_trials(path, counted):
    objective = counted(lambda config: config["x"])

    def on_result(trial):
        raise KeyboardInterrupt

    (first,) = run(objective, NUMBERS, path, on_result=on_result)
    objective.calls()
    trials = run(objective, NUMBERS, path)
    assert objective.calls() == [config for config in NUMBERS if config != first.config]
    assert [trial.result for trial in trials] == list(range(6))


KILLED = """
import os, signal, sys
from gradlab.search import search

def objective(config):
    return signal.pause() if config["x"] == 3 else config["x"]

def on_result(trial):
    finished.append(trial)
    if len(finished) == 3:
        print("now", flush=True)

finished = []
search(objective, [{"x": x} for x in range(4)], file=sys.argv[1], on_result=on_result, progress=False)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kills a process group")
def test_killed_search_resumes(path, counted):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout.readline() == "now\n"
        os.killpg(process.pid, signal.SIGKILL)
    objective = counted(lambda config: config["x"])
    trials = run(objective, NUMBERS[:4], path)
    assert objective.calls() == [NUMBERS[3]]
    assert [trial.result for trial in trials] == [0, 1, 2, 3]

"""A hyperparameter search in the sandbox cannot start processes, so it runs in threads and prints a message."""

import textwrap

SEARCH = """
import contextlib, io, os, threading
from gradlab.search import search

def objective(config):
    if config["x"] == 2:
        raise ValueError("two")
    main = threading.current_thread() is threading.main_thread()
    return {"square": config["x"] ** 2, "pid": os.getpid(), "main": main}

printed = io.StringIO()
with contextlib.redirect_stdout(printed):
    trials = search(objective, [{"x": x} for x in range(5)], file=scratch + "/trials.jsonl", progress=False)
    again = search(objective, [{"x": x} for x in range(5)], file=scratch + "/trials.jsonl", progress=False)
value = {
    "squares": [trial.result and trial.result["square"] for trial in trials],
    "errors": [trial.error for trial in trials],
    "here": all(trial.result["pid"] == os.getpid() for trial in trials if trial.result),
    "main": any(trial.result["main"] for trial in trials if trial.result),
    "again": again == trials,
    "printed": printed.getvalue(),
}
"""


def test_search_runs_in_threads_and_prints_one_message(run):
    value = run(textwrap.dedent(SEARCH)).value
    (message,) = value.pop("printed").splitlines()
    assert message.startswith("The trials run in threads, not in processes: the system cannot start processes (")
    assert value == {
        "squares": [0, 1, None, 9, 16],
        "errors": [None, None, "ValueError: two", None, None],
        "here": True,
        "main": False,
        "again": True,
    }

"""Submissions cannot read secrets in files, in memory, or in the environment."""

import html
import warnings
from pathlib import Path

import numpy as np

from autograder import catalogue
from autograder.demo.students import Student
from autograder.judging import judge
from autograder.judging.cases import public_cases
from autograder.paths import ROOT
from gradlab.checks.run import run_case

from .stock_nbgrader import in_stock_nbgrader

SGD = catalogue.assignments()["update_rules"].exercises["sgd"]
TOOLS = """\
import os, sys

def attempt(what, act):
    try:
        result = act()
    except BaseException as error:
        print(f"{what}: refused")
    else:
        print(f"{what}: GOT {result!r}"[:200])

def read(path):
    with open(path, "rb") as file:
        return file.read(40)
"""
COURSE_FILES = (
    "build/course_secret",
    "build/gradebook.db",
    "build/source/update_rules/update_rules.ipynb",
    "build/submitted/honest/update_rules/update_rules.ipynb",
    "nbgrader_config.py",
)
PROJECT_FILES = ("autograder/exercises/update_rules/adam.py", "autograder/judging/judge.py", "pyproject.toml")
SYSTEM_FILES = ("/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/self/cmdline", "/proc/self/maps")
SYSTEM_FILES += ("/proc/self/mem", "/proc/1/environ", "/proc/loadavg", "/proc/net/tcp")
FOLDERS = ("/", "/tmp", "/proc", "/home", "/root", "/dev/shm", "@COURSE@", "@COURSE@/build/submitted")
LOOK = f"""\
import autograder, pathlib
project = pathlib.Path(autograder.__path__[0]).parent
for path in {COURSE_FILES!r}:
    attempt(path, lambda: read("@COURSE@/" + path))
for path in {PROJECT_FILES!r}:
    attempt(path, lambda: read(project / path))
for path in {SYSTEM_FILES!r}:
    attempt(path, lambda: read(path))
for pid in (os.getppid(), 1):
    for name in ("environ", "mem", "fd", "cwd", "root/etc/passwd"):
        attempt(f"parent {{name}}", lambda: read(f"/proc/{{pid}}/{{name}}"))
for path in {FOLDERS!r}:
    attempt(path, lambda: os.listdir(path))
for path in (pathlib.Path.home(), pathlib.Path("~root").expanduser()):
    for name in (".ssh/id_rsa", ".bash_history", ".netrc", ".bashrc"):
        attempt(name, lambda: read(path / name))
for name in ("autograder.exercises.update_rules.adam", "autograder.judging.judge", "autograder.catalogue"):
    attempt(name, lambda: __import__(name))"""
ENVIRONMENT = """\
import ctypes, itertools
print("ENVIRONMENT", dict(os.environ))
names = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
print("C", list(itertools.takewhile(bool, (names[i] for i in range(100)))))
print("ARGV", sys.argv, sys.orig_argv)
print("FILES", sorted(os.listdir(".")))

def is_open(fd):
    try:
        return bool(os.fstat(fd))
    except OSError:
        return False

print("DESCRIPTORS", [fd for fd in range(4096) if is_open(fd)])"""
HUNT = """\
import gc, sys, types

SECRET = ("autograder.exercise", "autograder.catalogue", "autograder.judging", "autograder.grading", "nbgrader")

def hunt():
    "Return the names of all modules, classes, functions, and variables in memory that belong to the judge."
    gc.unfreeze()
    found = {name for name in sys.modules if name.startswith(SECRET)}
    for thing in gc.get_objects():
        kind = thing if isinstance(thing, (type, types.FunctionType)) else type(thing)
        if str(getattr(kind, "__module__", "")).startswith(SECRET):
            found.add(kind.__qualname__)
    frame = sys._getframe()
    while frame is not None:
        found |= {name for name in ("expected", "reference", "secret") if name in frame.f_locals}
        frame = frame.f_back
    return found"""
SCAVENGE = """\
import gc, sys
import numpy as np

def arrays():
    "Yield every array that any object refers to."
    gc.unfreeze()
    for thing in gc.get_objects():
        for part in gc.get_referents(thing):
            if type(part) in (dict, list, tuple) and not gc.is_tracked(part):
                yield from (item for item in gc.get_referents(part) if isinstance(item, np.ndarray))
            elif isinstance(part, np.ndarray):
                yield part

def sgd(w, dw, config=None):
    "Return an array from memory that has the shape of the correct answer and is not an input."
    if config is None or "answer" not in config:
        frame = sys._getframe()
        while "gradients" not in frame.f_locals:
            frame = frame.f_back
        gradients = frame.f_locals["gradients"]
        found = [a for a in arrays() if a.shape == gradients.shape and not np.array_equal(a, gradients)]
        config = {"answer": iter(found[0] if found else np.zeros(gradients.shape))}
    return next(config["answer"]), config"""
SUBMISSIONS = [
    Student("reader-files", "", cells=(TOOLS + LOOK,)),
    Student("reader-environment", "", cells=(TOOLS + ENVIRONMENT,)),
    Student("reader-memory", "", cells=(HUNT + "\nprint('HUNTED', sorted(hunt()))",)),
    Student("reader-frames", "", {"sgd": HUNT + "\ndef sgd(*args): raise ValueError('HUNTED', sorted(hunt()))"}),
    Student("reader-scavenges", "", {"sgd": SCAVENGE}),
]


def test_grader_can_read_the_secret_files(course):
    for path in COURSE_FILES:
        assert (course.folder / path).read_bytes()
    for path in ("/etc/passwd", "/proc/self/environ", *SYSTEM_FILES[-2:]):
        assert Path(path).read_bytes()


def test_stock_nbgrader_lets_a_notebook_read_files_and_tokens(course, record_property):
    look = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{TOOLS}{LOOK}".replace("@COURSE@", str(course.folder))
    cells = {"files": look, "environment": TOOLS + ENVIRONMENT}
    notebooks = {name: {"cells": [cell], "files": {}} for name, cell in cells.items()}
    stock = in_stock_nbgrader(notebooks, course.environment)
    read = stock["files"]["shown"].count(": GOT")
    token = course.environment["JUPYTERHUB_API_TOKEN"] in stock["environment"]["shown"]
    record_property("stock", ("reader-files", f"reads {read} files and folders"))
    record_property("stock", ("reader-environment", "shows a token" if token else "shows no token"))
    assert read > len(COURSE_FILES)
    assert token


def test_secret_files_cannot_be_read(course):
    shown = course.shown("reader-files")
    assert shown.count(": refused") == len(COURSE_FILES + PROJECT_FILES + SYSTEM_FILES + FOLDERS) + 2 * 5 + 2 * 4 + 3
    assert "GOT" not in shown


def test_environment_contains_no_token(course):
    shown = course.shown("reader-environment")
    assert "ENVIRONMENT" in shown
    assert course.environment["JUPYTERHUB_API_TOKEN"] not in shown
    assert "JUPYTER" not in shown
    assert "FILES ['checks.npz']" in shown


def test_process_inherits_no_descriptor_but_its_connection_to_the_judge(course):
    assert "DESCRIPTORS [0, 1, 2, 3]" in course.shown("reader-environment")


def test_memory_contains_none_of_the_judges_objects(course):
    hunting = {}
    exec(HUNT, hunting)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Inspecting objects from other libraries causes warnings.
        found = hunting["hunt"]()
    assert {"Adam", "Case", judge.__name__} <= found, "the hunt must find the judge in its own process"
    assert "HUNTED []" in course.shown("reader-memory")
    assert "HUNTED', []" in html.unescape(course.reported("reader-frames", "sgd"))


def test_memory_contains_no_expected_value(course, full):
    cases, runs = public_cases(SGD)
    namespace = {}
    exec(SCAVENGE, namespace)
    in_memory = [runs[0].outputs["w"]]
    result = run_case(SGD.driver, [namespace["sgd"]], cases[0].inputs)
    assert np.array_equal(result.outputs["w"], in_memory[0]), "the scavenger must find an array that is in memory"
    assert course.scores("reader-scavenges") == full | {"sgd": 0}

"""The images contain the right files, and the students' image has no solutions, secrets, or held-out data."""

import importlib.util
import shutil

import pytest

from autograder.paths import ROOT

IMAGES = ROOT / "deploy" / "images"
SECRET_FOLDERS = ("autograder", "tests", "build", ".git", ".venv")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


contents = load(IMAGES / "contents.py").contents


@pytest.fixture(scope="module")
def student():
    return contents(IMAGES / "student.Dockerfile")


@pytest.fixture(scope="module")
def grader():
    return contents(IMAGES / "grader.Dockerfile")


def test_student_image_has_only_the_library_the_lock_files_and_the_settings(student):
    library = {path for path in student if path.startswith("site-packages/gradlab/")}
    source = {p.relative_to(ROOT / "source").as_posix() for p in (ROOT / "source").rglob("*.py")}
    assert {f"site-packages/{name}" for name in source} <= library
    rest = {path for path in student if not path.startswith("site-packages/gradlab")}
    assert {path.rsplit("/", 1)[0] for path in rest} <= {
        "/lock", "/etc/jupyter", "/etc/jupyter/jupyter_server_config.d", "/etc/jupyter/labconfig"
    }  # fmt: skip


def test_student_image_has_no_files_from_the_grader_or_the_tests(student):
    secret = {
        path.read_bytes(): path
        for folder in ("autograder", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.stat().st_size
    }
    assert len(secret) > 100
    assert {path: secret[data] for path, data in student.items() if data in secret} == {}
    for path, data in student.items():
        assert not any(word in path for word in ("autograder", "held_out", "secret", "test_", "gradebook")), path
        assert b"course_secret" not in data, path
        assert b"import autograder" not in data, path
        assert b"from autograder" not in data, path


def test_grader_image_has_the_course_but_no_data_from_a_term(grader):
    ours = {p.relative_to(ROOT).as_posix() for p in (ROOT / "autograder").rglob("*.py")}
    assert {f"/course/{name}" for name in ours} <= set(grader)
    assert "/course/autograder/data/held_out_digits.npz" in grader
    assert b"use_folders(c)" in grader["/course/nbgrader_config.py"]
    assert [
        path for path in grader if any(f"/{folder}/" in path for folder in ("tests", "build", ".git", ".venv"))
    ] == []


@pytest.fixture
def context(tmp_path):
    """A build context that contains secrets."""
    shutil.copy(ROOT / ".dockerignore", tmp_path)
    for name in (
        "build/course_secret",
        ".git/config",
        "tests/test_x.py",
        "autograder/x.py",
        "source/__pycache__/x.pyc",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("secret")
    (tmp_path / "source" / "x.py").write_text("public")
    return tmp_path


def test_ignored_files_are_left_out_of_the_image(context):
    (context / "Dockerfile").write_text("FROM base\nCOPY . /all\n")
    assert set(contents(context / "Dockerfile", context)) == {"/all/source/x.py", "/all/autograder/x.py"}


UNSUPPORTED_LINES = [
    "ADD . /",
    "COPY --link source /x",
    "RUN git clone x",
    "RUN pip install x && curl x",
    "RUN sed x; curl x",
    "RUN pip install $(curl x)",
    "COPY missing /x",
    "ENTRYPOINT x",
    "RUN --mount=type=bind sed x",
]


@pytest.mark.parametrize("line", UNSUPPORTED_LINES)
def test_unsupported_dockerfile_line_raises(context, line):
    (context / "Dockerfile").write_text(f"FROM base\n{line}\n")
    with pytest.raises(ValueError, match=r"unknown|unsupported|no such file"):
        contents(context / "Dockerfile", context)


def test_images_install_from_locks_and_do_not_run_as_root():
    for name in ("student", "grader"):
        text = (IMAGES / f"{name}.Dockerfile").read_text()
        assert "USER 1000\n" in text
        assert text.count("FROM python:3.11-slim-bookworm") == text.count("\nFROM ")
        assert all(
            "/lock/course.txt" in block
            for block in text.split("RUN ")[1:]
            if "pip install" in block and "--no-deps" not in block
        )

"""The open notebook and ``checks.npz`` are found in every editor and service, wherever the kernel's folder is."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from gradlab.checks.opened import find_checks, open_notebook, saved_notebooks


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Two folders: ``homework``, with a notebook and its checks, and ``elsewhere``, in which the kernel runs."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    for name in ("homework", "elsewhere"):
        (tmp_path / name).mkdir()
    for name in ("homework/rules.ipynb", "homework/checks.npz"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def in_jupyterlab(path, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    return {}


def in_vs_code(path, monkeypatch):
    return {"__vsc_ipynb_file__": str(path)}


def on_colab(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    return {}


def on_kaggle(path, monkeypatch):
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    return {}


EDITORS, SERVICES = (in_jupyterlab, in_vs_code), (on_colab, on_kaggle)


@pytest.mark.parametrize("editor", EDITORS)
def test_editor_says_which_notebook_is_open(folders, monkeypatch, editor):
    path = folders / "homework" / "rules.ipynb"
    names = editor(path, monkeypatch)
    assert open_notebook(names) == path
    assert saved_notebooks(folders / "elsewhere", names) == [path]
    assert find_checks(names) == path.with_name("checks.npz")


@pytest.mark.parametrize("editor", EDITORS)
@pytest.mark.parametrize("told", ["renamed.ipynb", "checks.npz", "."])
def test_path_that_is_not_a_notebook_is_ignored(folders, monkeypatch, editor, told):
    names = editor(folders / "homework" / told, monkeypatch)
    assert open_notebook(names) is None
    assert saved_notebooks(folders / "homework", names) == [folders / "homework" / "rules.ipynb"]


@pytest.mark.parametrize("value", [None, 3, Path("rules.ipynb")], ids=repr)
def test_variable_that_is_not_a_string_is_ignored(value):
    assert open_notebook({"__vsc_ipynb_file__": value}) is None


@pytest.mark.parametrize("service", SERVICES)
def test_copy_next_to_a_services_kernel_is_not_mistaken_for_the_open_notebook(folders, monkeypatch, service):
    """For example, unpacking the zip again makes the released copy newer than the answers in the open notebook."""
    names = service(folders / "homework" / "rules.ipynb", monkeypatch)
    assert open_notebook(names) is None
    assert saved_notebooks(folders / "homework", names) == []


def test_checks_in_the_kernels_folder_come_first(folders, monkeypatch):
    names = in_vs_code(folders / "homework" / "rules.ipynb", monkeypatch)
    here = folders / "elsewhere" / "checks.npz"
    here.touch()
    assert find_checks(names) == here


def test_checks_are_found_again_after_a_cell_has_changed_the_folder(folders):
    used = folders / "homework" / "checks.npz"
    assert find_checks({}, [used]) == used


@pytest.mark.parametrize(
    ("service", "advice"),
    [
        (None, "open the notebook in the folder where it was released, or fetch the assignment again."),
        (on_colab, "Colab may have lost it, so add the assignment's zip again, and run the lines in README.txt."),
        (on_kaggle, "Kaggle may have lost it, so add the assignment's zip again, and run the lines in README.txt."),
    ],
)
def test_error_for_missing_checks_says_what_to_do(folders, monkeypatch, service, advice):
    names = service(folders / "homework" / "rules.ipynb", monkeypatch) if service else {}
    with pytest.raises(FileNotFoundError) as caught:
        find_checks(names)
    here = folders / "elsewhere"
    assert str(caught.value) == f"checks.npz must be next to the notebook. No such file in {here}: {advice}"

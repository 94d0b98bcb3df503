"""Every public name has a docstring, Parameters sections are complete, and examples produce the output shown."""

import doctest
import importlib
import inspect
import pkgutil

import matplotlib.pyplot as plt
import pytest

import gradlab

plt.switch_backend("agg")
MODULES = {
    found.name: importlib.import_module(found.name)
    for found in pkgutil.walk_packages(gradlab.__path__, prefix="gradlab.")
}
SUBMODULES = ("layers", "losses", "models", "solver", "data", "practice", "search", "surfaces", "plots")


def public_functions():
    """Yield the name and the object of every public function, class, and method in gradlab."""
    for module in MODULES.values():
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value
            elif inspect.isclass(value):
                yield f"{module.__name__}.{name}", value
                for method, function in vars(value).items():
                    if inspect.isfunction(function) and not method.startswith("_"):
                        yield f"{module.__name__}.{name}.{method}", function


def number_of_examples(module):
    return sum(len(test.examples) for test in doctest.DocTestFinder().find(module))


PUBLIC = dict(public_functions())


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name):
    assert inspect.getdoc(PUBLIC[name]), f"{name} has no docstring"


@pytest.mark.parametrize("name", [n for n, value in PUBLIC.items() if "Parameters\n" in (inspect.getdoc(value) or "")])
def test_docstrings_with_a_parameters_section_mention_all_parameters(name):
    """If the docstring does not mention a new parameter, this test fails."""
    text = inspect.getdoc(PUBLIC[name])
    parameters = [p for p in inspect.signature(PUBLIC[name]).parameters if p not in ("self", "cls")]
    assert [p for p in parameters if p not in text] == []


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_produce_the_output_shown(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed, _ = doctest.testmod(MODULES[name])
    assert failed == 0
    plt.close("all")


@pytest.mark.parametrize("submodule", SUBMODULES)
def test_every_listed_submodule_has_an_example(submodule):
    modules = [module for name, module in MODULES.items() if name.split(".")[1] == submodule]
    assert sum(map(number_of_examples, modules)) > 0


PLOTS = [name for name in MODULES if name.startswith("gradlab.plots.") and not name.startswith("gradlab.plots._")]


@pytest.mark.parametrize("name", PLOTS)
def test_every_public_plots_module_has_an_example(name):
    assert number_of_examples(MODULES[name]) > 0

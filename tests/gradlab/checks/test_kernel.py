"""`check` in a real Jupyter kernel: the output that a cell shows, and the output that nbgrader's Validate reads."""

import nbformat
import numpy as np
import pytest

from gradlab.checks import store
from gradlab.checks.public_exercise import PublicCase, PublicExercise

from ...kernels import run_notebook, start_kernel

pytestmark = [
    # Ignore Jupyter's own warnings about transports and paths.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq"),
]

X = np.array([1.0, -2.0])
CASES = tuple(PublicCase(label, {"x": x}, {"result": 2 * x}, None, 1e-7) for label, x in (("one", X), ("two", 3 * X)))
CELLS = {
    "import": "from gradlab import check",
    "undefined": 'check("double", double)',
    "undefined, in a student's own code": "double(undefined_name)",
    "right": 'def double(x):\n    return x + x\n\ncheck("double", double)',
    "points as a number": 'float(check("double", double)) / 8',
    "half right": 'check("double", lambda x: x + x if x[0] == 1 else x)',
    "validating": "import os\nos.environ['NBGRADER_VALIDATING'] = '1'",
    "validating, right": 'check("double", double)',
    "validating, wrong": 'check("double", lambda x: x)',
    "validating, undefined": 'check("double", duoble)',
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """The outputs of `CELLS`, keyed by name, after running the cells in order in one kernel."""
    folder = tmp_path_factory.mktemp("course")
    store.save(folder / "checks.npz", [PublicExercise("double", 4.0, "call", "", ("double",), CASES, ())])
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    # On a busy machine, a kernel may send one text in two parts.
    run_notebook(book, folder, timeout=60, allow_errors=True, coalesce_streams=True)
    return dict(zip(CELLS, (cell.outputs for cell in book.cells), strict=True))


@pytest.mark.parametrize(
    ("cell", "points", "headline"),
    [
        ("right", 4.0, "double: 2 of 2 cases pass, 4 of 4 points"),
        ("half right", 2.0, "double: 1 of 2 cases pass, 2 of 4 points"),
        ("validating, right", 4.0, "double: 2 of 2 cases pass, 4 of 4 points"),
    ],
)
def test_output_is_a_number_and_a_table(outputs, cell, points, headline):
    """nbgrader reads the number, people read the table, and nothing else is shown."""
    (output,) = outputs[cell]
    assert output.output_type == "execute_result"
    assert set(output.data) == {"text/plain", "text/html"}
    assert float(output.data["text/plain"]) == points
    assert headline in output.data["text/html"]
    assert output.data["text/html"].count("<tr class=") == 2


def test_returned_points_can_be_used_as_a_number(outputs):
    assert outputs["points as a number"][0].data == {"text/plain": "0.5"}


@pytest.mark.parametrize(
    ("cell", "name"), [("undefined", "double"), ("validating, undefined", "duoble")], ids=["plain", "validating"]
)
def test_undefined_function_gives_one_line_and_no_traceback(outputs, cell, name):
    (output,) = outputs[cell]
    assert (output.output_type, output.name) == ("stream", "stderr")
    assert output.text == f"`{name}` is not defined yet: run the cell above first.\n"


def test_undefined_name_outside_check_cells_gives_the_usual_traceback(outputs):
    """The handler is for check cells only; other errors must look as usual."""
    (output,) = outputs["undefined, in a student's own code"]
    assert (output.output_type, output.ename) == ("error", "NameError")
    assert "name 'double' is not defined" in output.evalue


def test_validating_prints_a_failed_check_to_stderr(outputs):
    """nbgrader's Validate treats output on stderr as a failure, and shows that output."""
    stream, result = outputs["validating, wrong"]
    assert (stream.output_type, stream.name) == ("stream", "stderr")
    assert stream.text.startswith("double: 0 of 2 cases pass, 0 of 4 points\n")
    assert float(result.data["text/plain"]) == 0.0


STUB = "def triple(x):\n    raise NotImplementedError('not written yet')"
RUN_ALL = {
    "imports": "from gradlab import check",
    "unwritten": STUB,
    "demo": "print('before')\ntripled = triple(3)",
    "next demo": "doubled = 2 * tripled",
    "one more demo": "doubled + 1",
    "unknown name": "unknown + 1",
    "another error": "raise NotImplementedError('something else')",
    "hidden": 'check.hidden("double", print)',
    "after": "1 + 1",
}


@pytest.fixture(scope="module", params=[True, False], ids=["a person", "nbgrader"])
def run_all(request):
    """Whether a person runs the cells of `RUN_ALL`, and the status and the output of each cell."""
    manager, client = start_kernel()
    client.allow_stdin = request.param
    found = {}
    try:
        for name, source in RUN_ALL.items():
            printed = []
            reply = client.execute_interactive(
                source,
                timeout=60,
                allow_stdin=request.param,
                stop_on_error=False,
                output_hook=lambda message, into=printed: into.append(message["content"].get("text", "")),
            )
            found[name] = reply["content"]["status"], "".join(printed)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return request.param, found


def test_cell_that_needs_an_unwritten_function_says_so_and_later_cells_run(run_all):
    _, found = run_all
    assert found["demo"] == (
        "ok",
        "before\nThis cell needs `triple`, which is not written yet. Come back to it later.\n",
    )
    assert found["after"][0] == "ok"


def test_cell_that_depends_on_an_unfinished_cell_names_the_unwritten_function(run_all):
    for cell, name in (("next demo", "tripled"), ("one more demo", "doubled")):
        message = f"This cell needs `{name}`, from a cell that needs `triple`, which is not written yet."
        assert run_all[1][cell] == ("ok", f"{message} Come back to it later.\n")
    assert run_all[1]["unknown name"][0] == "error"


def test_not_implemented_error_that_no_stub_raised_is_an_ordinary_error(run_all):
    assert run_all[1]["another error"][0] == "error"


def test_hidden_check_passes_only_if_a_person_runs_it(run_all):
    """Without our exporter, nbgrader would give points for a hidden check that passes."""
    by_a_person, found = run_all
    assert found["hidden"][0] == ("ok" if by_a_person else "error")

"""`check` on wrong answers to real exercises: a picture in a Jupyter kernel, and none in a terminal."""

from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from autograder.paths import ROOT
from gradlab.checks.notebook import Check

from ....kernels import run_notebook
from .reading import pictures_in

pytestmark = [
    # Ignore Jupyter's own warnings about transports and paths.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:zmq"),
]


def case(assignment, source, *words):
    return SimpleNamespace(assignment=assignment, source=source, words=words)


# Wrong answers for every kind of picture, each with words from the sentence about its picture.
WRONG = {
    "sgd": case(
        "update_rules",
        "def sgd(w, dw, config=None):\n    return w + dw, {}",
        "w[1] by step: your curve, dashed, leaves the expected one, solid, from step 1 onward.",
    ),
    "step_decay": case(
        "learning_rates",
        "def step_decay(epoch, learning_rate, factor=0.5, every=5):\n    return learning_rate",
        "step_decay by epoch: your curve, dashed, is above the expected one, solid, from epoch 5 onward.",
    ),
    "smooth": case(
        "babysitting",
        "def smooth(values, beta=0.9):\n    return 0 * values",
        "smooth by step: your curve, dashed, is below the expected one, solid, everywhere.",
    ),
    "weight_grid": case(
        "babysitting",
        "def weight_grid(W, image_shape, columns, padding=1):\n    return np.ones((7, 17))",
        "The expected image, yours, and where they differ: in 84 of 119 pixels. Black is 0, white is 1.",
    ),
    "dropout_forward": case(
        "regularization",
        "def dropout_forward(x, dropout_param):\n    return x * (np.arange(x.shape[-1]) % 2), None",
        "out 1 / x is 0 in 50%, 1 in 50% of the entries, and all rows are the same.",
        "They are the same.",
    ),
    "random_crop": case(
        "regularization",
        "def random_crop(images, size, rng):\n    return images[:, :, : size[0], : size[1]].copy()",
        "in 3 rows and 3 columns: 0 to 800 times. 8 of 9 places never occur. Expected: about 88.9 each.",
    ),
}
NO_PICTURE = {
    "a different shape": case("babysitting", "def smooth(values, beta=0.9):\n    return values[None]"),
    "an error": case("update_rules", "def sgd(w, dw, config=None):\n    return 1 / 0"),
    "an exercise without a declaration": case(
        "sanity_checks", "def chance_loss(num_classes, loss='softmax', margin=1.0):\n    return 0.0"
    ),
}


def name_of(each):
    return each.source.removeprefix("def ").split("(")[0]


def checks(each):
    return str(ROOT / "assignments" / each.assignment / "checks.npz")


@pytest.fixture(scope="module")
def reports():
    """The HTML that each check shows in a kernel, keyed like `WRONG` and `NO_PICTURE`."""
    cases = WRONG | NO_PICTURE
    sources = ["import numpy as np\nfrom gradlab import check"]
    for each in cases.values():
        name = name_of(each)
        sources.append(f"{each.source}\n\ncheck({name!r}, {name}, checks={checks(each)!r})")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    run_notebook(book, timeout=60)
    return dict(zip(cases, (cell.outputs[0].data["text/html"] for cell in book.cells[1:]), strict=True))


@pytest.mark.parametrize("name", WRONG)
def test_first_failing_case_is_drawn(reports, name):
    (shown,) = pictures_in(reports[name])
    for words in WRONG[name].words:
        assert words in shown.sentence
    assert shown.paths


@pytest.mark.parametrize("name", NO_PICTURE)
def test_failures_that_cannot_be_drawn_have_no_picture(reports, name):
    assert pictures_in(reports[name]) == []


@pytest.mark.parametrize("name", WRONG)
def test_terminal_shows_no_picture(name, capsys):
    space = {"np": np}
    exec(WRONG[name].source, space)
    Check()(name, space[name], checks=checks(WRONG[name]))
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{name}: ")
    assert "svg" not in shown.out
    assert "solid" not in shown.out
    assert shown.err == ""

"""A text master becomes a notebook: placeholders turn into cells, and errors in the master are explained."""

import pytest
from nbformat.validator import validate

from autograder.catalogue import Assignment
from autograder.errors import DefinitionError
from autograder.exercise import Case, Exercise, Written
from autograder.notebooks.master import instructor_notebook, solution_source

PROSE = "# Title\n\nSome *prose* with $x^2$ and <b>HTML</b>."
DEMO = "```{code-cell} ipython3\n:tags: [demo]\n\nplt.plot(x)\n```"
HEAD = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n---\n\n"


class Scale(Exercise):
    name, points = "scale", 2.5

    def reference(x, factor=2.0, *, offset=None):
        """Scale an array.

        Parameters
        ----------
        x : ndarray
        """
        # why
        if offset is None:

            def shift(y):
                return y

        return factor * x

    def cases(rng):
        yield Case("one", x=rng.normal(size=3))


class Back(Exercise):
    name, points, partners = "back", 1, (Scale,)

    def reference(dout):
        "The other way."
        return dout

    cases = Scale.cases


WHY = Written("why", 3, "Why does it work?\n", "Because $x$.", "One point per reason.")
ASSIGNMENT = Assignment("rules", {"scale": Scale, "back": Back}, {"why": WHY})


def placeholder(name, tag="exercise"):
    return f"```{{code-cell}} ipython3\n:tags: [{tag}]\n\n{name}\n```"


IMPORTS = "```{code-cell} ipython3\nfrom gradlab import check\n```"
ALL = (IMPORTS, PROSE, placeholder("scale"), DEMO, placeholder("back"), placeholder("why", "written"), "The end.")


def built(*parts, assignment=ASSIGNMENT):
    return instructor_notebook(HEAD + "\n\n".join(parts) + "\n", assignment)


def graded(book):
    return {c.metadata.nbgrader.grade_id: c for c in book.cells if "nbgrader" in c.metadata}


def test_notebook_is_valid_and_has_the_master_cells_and_no_outputs():
    book = built(*ALL)
    validate(book)
    kinds = [c.metadata.nbgrader.grade_id if "nbgrader" in c.metadata else c.source for c in book.cells]
    assert kinds == [
        "from gradlab import check",
        PROSE,
        "scale",
        "scale-check",
        "plt.plot(x)",
        "back",
        "back-check",
        "why-question",
        "why",
        "The end.",
    ]
    assert not any(c.get("outputs") or c.get("execution_count") for c in book.cells)
    assert book.cells[4].metadata == {"tags": ["demo"]}
    assert book.metadata.kernelspec.name == "python3"


SOLUTION = '''\
def scale(x, factor=2.0, *, offset=None):
    """Scale an array.

    Parameters
    ----------
    x : ndarray
    """
    ### BEGIN SOLUTION
    # why
    if offset is None:

        def shift(y):
            return y

    return factor * x
    ### END SOLUTION'''


def test_signature_and_docstring_are_outside_the_solution():
    assert solution_source(Scale) == SOLUTION
    assert graded(built(*ALL))["scale"].source == SOLUTION


@pytest.mark.parametrize(
    ("name", "call"), [("scale", '"scale", scale'), ("back", '"back", back, scale')], ids=["alone", "with a partner"]
)
def test_check_cell_marks_the_hidden_call_as_hidden(name, call):
    hidden = f"### BEGIN HIDDEN TESTS\ncheck.hidden({call})\n### END HIDDEN TESTS\n"
    assert graded(built(*ALL))[f"{name}-check"].source == hidden + f"check({call})"


COMMON = {"schema_version": 3, "task": False}
METADATA = {
    "scale": {"cell_type": "code", "grade": False, "solution": True, "locked": False},
    "scale-check": {"cell_type": "code", "grade": True, "solution": False, "locked": True, "points": 2.5},
    "why-question": {"cell_type": "markdown", "grade": False, "solution": False, "locked": True},
    "why": {"cell_type": "markdown", "grade": True, "solution": True, "locked": False, "points": 3.0},
}


@pytest.mark.parametrize("grade_id", METADATA)
def test_cells_have_nbgraders_metadata(grade_id):
    cell = graded(built(*ALL))[grade_id]
    assert cell.metadata.nbgrader == {**COMMON, **METADATA[grade_id], "grade_id": grade_id}
    assert cell.cell_type == METADATA[grade_id]["cell_type"]


def test_question_is_locked_and_its_model_answer_is_removable():
    cells = graded(built(*ALL))
    assert cells["why-question"].source == "**Question (3 points).** Why does it work?"
    assert cells["why"].source == "### BEGIN SOLUTION\nBecause $x$.\n### END SOLUTION"
    assert not any("One point per reason." in cell.source for cell in cells.values())


# For each error: the master, and part of the message, including the line of the cell that is wrong, if there is one.
WRONG = {
    "an unknown exercise": ((*ALL, placeholder("scael")), "rules.md:42: rules has no `scael` for the tag `exercise`"),
    "an unknown question": (
        (*ALL, placeholder("who", "written")),
        "rules.md:42: rules has no `who` for the tag `written`",
    ),
    "a question as an exercise": ((*ALL, placeholder("why")), "rules.md:42: rules has no `why` for the tag `exercise`"),
    "an exercise as a question": (
        (IMPORTS, placeholder("scale", "written")),
        "rules.md:12: rules has no `scale` for the",
    ),
    "missing exercises": ((IMPORTS, placeholder("scale")), "`back` has no placeholder in the notebook"),
    "an exercise named twice": (
        (*ALL, placeholder("scale")),
        "rules.md:42: `scale` already has a placeholder, on line 16.",
    ),
    "a line that makes a cell vanish": (
        (*ALL[:-1], '+++ {"tags": ["demo"]}', "The end."),
        'rules.md:40: a line like +++ {"..."} makes the cell after it vanish: use tags on code cells instead',
    ),
}


@pytest.mark.parametrize(("parts", "message"), WRONG.values(), ids=WRONG)
def test_master_that_cannot_be_built_raises_with_the_reason(parts, message):
    with pytest.raises(DefinitionError) as caught:
        built(*parts)
    assert message in str(caught.value)


def test_cell_break_is_allowed():
    assert len(built(*ALL[:-1], "+++", "The end.").cells) == len(built(*ALL).cells)


CHANGES = {
    "different prose": (IMPORTS, "# Another title", *ALL[2:]),
    "a new first cell": (DEMO.replace("x", "y"), *ALL),
    "one cell fewer": ALL[:-1],
    "a different order": (IMPORTS, *ALL[5:], *ALL[1:5]),
}


@pytest.mark.parametrize("parts", CHANGES.values(), ids=CHANGES)
def test_cell_ids_do_not_depend_on_other_cells(parts):
    """Otherwise each build would change every cell, and a student's cells would lose their place."""
    before, after = ({c.source: c.id for c in built(*p).cells} for p in (ALL, parts))
    kept = set(before) & set(after)
    assert len(kept) >= 7
    assert {source: before[source] for source in kept} == {source: after[source] for source in kept}


def test_equal_cells_get_different_valid_ids():
    book = built(DEMO, *ALL, DEMO)
    validate(book)
    ids = [cell.id for cell in book.cells]
    assert len(set(ids)) == len(ids)


def test_cell_id_does_not_depend_on_the_solution():
    class Rewritten(Scale):
        def reference(x, factor=2.0, *, offset=None):
            """Scale an array."""
            return x * factor

    rewritten = Assignment("rules", {"scale": Rewritten, "back": Back}, {"why": WHY})
    before, after = (graded(built(*ALL, assignment=a))["scale"] for a in (ASSIGNMENT, rewritten))
    assert (before.id, before.source != after.source) == (after.id, True)

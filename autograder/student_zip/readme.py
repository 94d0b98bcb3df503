"""The README.txt in the zip: what to submit by when, and the lines to paste in Colab, in Kaggle, and on a laptop."""

from collections.abc import Mapping

START = """\
Before you start, paste the lines for your editor into a new cell at the top of the notebook, and run that cell. Then
write each function in its cell, and run the `check` below it. When you are done, submit the notebook,
{notebook}, and nothing else.

Colab: upload the notebook (File > Upload notebook). Click the folder on the left, and drag the zip into the list of
files, without unpacking it. After a long break, Colab no longer has that file: drag it there again, and run the cell
again.

    {colab[0]}
    {colab[1]}

Kaggle: import the notebook (File > Import Notebook), and upload the zip (Add Input > Upload > New Dataset).

    {kaggle[0]}
    {kaggle[1]}

VS Code or JupyterLab, on your own computer: unpack the zip, and open the notebook in its folder. You need Python 3.11
or newer.

    {laptop[0]}

If NumPy, Matplotlib, IPython, tqdm, and threadpoolctl are installed, these lines need no network.
"""


COURSE = """\
The course has one folder for each assignment. Work through them in this order:

{listed}

The names and lines below are those for {first}. For the other assignments, change that name.

"""


def lines_to_paste(archive: str, wheel: str, assignment: str | None = None) -> dict[str, tuple[str, ...]]:
    """Return the lines that install gradlab and put ``checks.npz`` into the kernel's folder, keyed by where they run.

    Parameters
    ----------
    archive : str
        The name of the zip file.
    wheel : str
        The name of the wheel in it.
    assignment : str, optional
        The assignment to work on, if the zip has several.
    """
    checks = f"'*/{assignment}/*.npz'" if assignment else "'*.npz'"
    install = f"%pip install --quiet {wheel}"
    return {
        # No notebook is unpacked: next to the kernel, it would only be an old copy of the open one.
        "colab": (f"!unzip -joq {archive} {checks} '*.whl'", install),
        # Kaggle unpacks the zip, into a folder whose path depends on the user's name and on the dataset's title.
        "kaggle": (f"!cp $(find /kaggle/input -path {checks} -o -path '*.whl') .", install),
        "laptop": (f"%pip install --quiet ../{wheel}" if assignment else install,),
    }


def assignment_readme(assignment: str, due: str, wheel: str) -> str:
    """Return the README.txt for a zip with one assignment. `due` is the due date, or ""."""
    lines = lines_to_paste(f"{assignment}.zip", wheel)
    title = f"{assignment}, due {due}" if due else assignment
    return f"{title}\n\n{START.format(notebook=f'{assignment}.ipynb', **lines)}"


def course_readme(due: Mapping[str, str], archive: str, wheel: str) -> str:
    """Return the README.txt for a zip with the whole course.

    Parameters
    ----------
    due : mapping
        The assignments' due dates, or "" for those that have none, keyed by assignment, in the order of the course.
    archive, wheel : str
        The names of the zip file and of the wheel in it.
    """
    width, first = max(map(len, due)), next(iter(due))
    listed = "\n".join(f"    {name:<{width}}  {f'due {date}' if date else ''}".rstrip() for name, date in due.items())
    lines = lines_to_paste(archive, wheel, first)
    return f"{COURSE.format(listed=listed, first=first)}{START.format(notebook=f'{first}.ipynb', **lines)}"

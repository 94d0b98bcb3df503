"""What a check does only in a notebook: find the kernel, record its cells, and explain two errors in one line each."""

import sys
import traceback
from types import TracebackType
from typing import Any

from .bindings import assigned_names
from .history import record_runs

NOT_WRITTEN = "not written yet"  # the message of the error that an unwritten function raises

_awaited: dict[str, str] = {}  # unwritten functions, keyed by the names that cells could not set without them


def kernel_shell() -> Any:
    """Return the shell of a notebook's kernel, or None in a terminal or a script."""
    ipython = sys.modules.get("IPython")  # a kernel has imported it, and nothing else needs it
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if hasattr(shell, "kernel") else None


def a_person_runs_this_cell() -> bool:
    """Return whether the cell was started in JupyterLab or a similar program, where a person could be asked for input.

    nbgrader and nbconvert execute notebooks without allowing input.
    """
    return bool(_request().get("allow_stdin"))


def cell_starts_with_check() -> bool:
    """Return whether the running cell's first line of code calls `check`."""
    lines = (line.strip() for line in _request().get("code", "").splitlines())
    return next((line for line in lines if line and not line.startswith("#")), "").startswith("check(")


def _request() -> dict[str, Any]:
    """Return the content of the request that runs the current cell, or an empty dict outside a notebook."""
    shell = kernel_shell()
    request = shell.kernel.get_parent("shell") if shell is not None else {}
    content: dict[str, Any] = request.get("content", {})
    return content


def explain_errors(shell: Any) -> None:
    """Show one line instead of a traceback if a cell needs a function that is not written or not defined yet."""
    shell.set_custom_exc((NameError, NotImplementedError), _handle)


def _handle(
    shell: Any, kind: type[Exception], error: Exception, trace: TracebackType, tb_offset: int | None = None
) -> None:
    last = traceback.extract_tb(trace)[-1]
    if isinstance(error, NameError) and (last.line or "").startswith("check(") and error.name:
        # Print to stderr, so that nbgrader's Validate counts the cell as failed.
        print(f"`{error.name}` is not defined yet: run the cell above first.", file=sys.stderr)
    elif isinstance(error, NotImplementedError) and str(error) == NOT_WRITTEN:
        print(f"This cell needs `{last.name}`, which is not written yet. Come back to it later.")
        _go_on(last.name)
    elif isinstance(error, NameError) and error.name in _awaited:
        function = _awaited[error.name]
        print(
            f"This cell needs `{error.name}`, from a cell that needs `{function}`, which is not written yet. "
            "Come back to it later."
        )
        _go_on(function)
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def _go_on(awaited: str) -> None:
    """Let the notebook continue with the next cell, although this one failed because the function `awaited` is missing.

    IPython has no option for this: it passes the error to this handler, but has already recorded it in the cell's
    result.
    """
    _awaited.update(dict.fromkeys(assigned_names(_request().get("code", "")), awaited))
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_name == "run_code" and hasattr(frame.f_locals.get("result"), "error_in_exec"):
            frame.f_locals["result"].error_in_exec = None
            return


if (_shell := kernel_shell()) is not None:
    explain_errors(_shell)
    record_runs(_shell)

"""Find the part of a demo cell that grading runs: its imports and functions, which take little time."""

import ast
import functools
import hashlib
from collections.abc import Collection


def graded_source(source: str, demo_cells: Collection[str]) -> str:
    """Return the part of a cell that grading runs.

    Parameters
    ----------
    source : str
    demo_cells : collection of str
        The digests of the demo cells. All other cells run in full.
    """
    return definitions(source) if cell_digest(source) in demo_cells else source


@functools.lru_cache(maxsize=256)  # grading asks about the same released cells for each submission
def definitions(source: str) -> str:
    """Return the imports and functions of a demo cell. Functions with decorators or computed defaults are left out."""
    return "\n\n".join(ast.unparse(node) for node in ast.parse(source).body if _costs_nothing(node))


def _costs_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef):
        defaults = [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
        return not node.decorator_list and all(isinstance(default, ast.Constant) for default in defaults)
    return isinstance(node, (ast.Import, ast.ImportFrom))


def cell_digest(source: str) -> str:
    """Return a short digest of a cell's source, ignoring whitespace at its ends."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]

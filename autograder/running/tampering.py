"""Detect whether a notebook replaced parts of Python, NumPy, IPython, or gradlab. No verdict depends on the findings.

Feedback names the parts that were replaced. Detection runs in the student's process, so the student's code can evade
it. Verdicts are reached in another process, whose own copies of these parts no submission can replace.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

import numpy as np

import gradlab.checks.compare
import gradlab.checks.decide
import gradlab.checks.notebook
import gradlab.checks.run

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell  # which judges would otherwise import for nothing

WATCHED: dict[str, tuple[object, str]] = {
    "np.allclose": (np, "allclose"),
    "np.isclose": (np, "isclose"),
    "np.array_equal": (np, "array_equal"),
    "np.linalg.norm": (np.linalg, "norm"),
    "np.testing.assert_allclose": (np.testing, "assert_allclose"),
    "np.testing.assert_array_equal": (np.testing, "assert_array_equal"),
    "float": (builtins, "float"),
    "isinstance": (builtins, "isinstance"),
    "gradlab's comparison": (gradlab.checks.compare, "compare"),
    "gradlab's comparison of runs": (gradlab.checks.decide, "compare"),
    "gradlab's runner": (gradlab.checks.run, "run_case"),
    "gradlab's check": (gradlab.checks.notebook.Check, "__call__"),
}
TRANSFORMED = "the text of cells before they run"
# The only names that may be reported: anything else that a student's process sends could leak hidden data.
NAMES = (*WATCHED, TRANSFORMED)
ORIGINALS = {name: getattr(owner, attribute) for name, (owner, attribute) in WATCHED.items()}


def detect(shell: InteractiveShell) -> list[str]:
    """Return the names, from `NAMES`, of the parts that were replaced."""
    replaced = [
        name for name, (owner, attribute) in WATCHED.items() if getattr(owner, attribute, None) is not ORIGINALS[name]
    ]
    if shell.ast_transformers or len(shell.input_transformers_post) or _has_custom_transforms(shell):
        replaced.append(TRANSFORMED)
    return replaced


def _has_custom_transforms(shell: InteractiveShell) -> bool:
    manager = shell.input_transformer_manager
    own_module = "IPython.core.inputtransformer2"
    transforms = [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]
    return any(getattr(transform, "__module__", own_module) != own_module for transform in transforms)

"""What a notebook did to the tools around it. Told in the feedback; no verdict depends on it.

It is found in the student's process, so code that means to hide can hide. Verdicts are reached elsewhere and do
not use anything that is looked at here.
"""

import builtins

import numpy as np

import gradlab.checks.compare
import gradlab.checks.decide
import gradlab.checks.notebook
import gradlab.checks.run

WATCHED = {
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
# Everything that can be told: what comes from a student's process is told only if it is one of these.
NAMES = (*WATCHED, TRANSFORMED)
ORIGINALS = {name: getattr(owner, attribute) for name, (owner, attribute) in WATCHED.items()}


def found(shell):
    """What was replaced, as names out of `NAMES`."""
    replaced = [
        name for name, (owner, attribute) in WATCHED.items() if getattr(owner, attribute, None) is not ORIGINALS[name]
    ]
    if shell.ast_transformers or len(shell.input_transformers_post) or _own_cleanup(shell):
        replaced.append(TRANSFORMED)
    return replaced


def _own_cleanup(shell):
    manager = shell.input_transformer_manager
    ours = ("IPython.core.inputtransformer2",)
    transforms = [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]
    return any(getattr(transform, "__module__", ours[0]) not in ours for transform in transforms)

"""Say which cases fail, if possible by what sets their inputs apart from those of all other cases."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .words import series

MOST_LISTED = 3  # cases or features that are named one by one
SETTINGS = ("config", "_param")  # suffixes of the names of settings dicts
KINDS = ("mode", "missing", "given", "precision", "axes")  # of features; those that say the most come first
SWEPT = object()  # stands for an argument whose value changes from call to call within a case


class Feature(NamedTuple):
    """What can set a case apart: ``before + name + after`` follows "the cases", as in "without `rho` in `config`"."""

    kind: str
    before: str
    name: str = ""
    after: str = ""


def which_cases(
    labels: Sequence[str],
    inputs: Sequence[dict[str, Any]],
    failing: Sequence[int],
    parameters: Collection[str] | None = None,
) -> str:
    """Return a sentence about the cases that fail.

    Parameters
    ----------
    labels : sequence of str
        The labels of all cases.
    inputs : sequence of dict
        The inputs of all cases.
    failing : sequence of int
        The indices of the cases that fail, at least one.
    parameters : collection of str, optional
        The names of the parameters of the student's function. Inputs with other names go to the driver, so students do
        not know them. By default, students are assumed to know all inputs.
    """
    if len(failing) == len(labels):
        return "Every case fails." if len(labels) > 1 else "The case fails."
    if parameters is not None:
        inputs = [_known(given, parameters) for given in inputs]
    keys, arguments = settings_keys(inputs), {name for given in inputs for name in given}
    features = [set(_features(given, keys, arguments)) for given in inputs]
    shared = set.intersection(*(features[i] for i in failing))
    passing = [i for i in range(len(labels)) if i not in failing]
    distinct = _told(feature for feature in shared if not any(feature in features[i] for i in passing))
    if len(failing) == 1:
        return f'Only the case "{labels[failing[0]]}" fails.' + (f" It is the only one {distinct}." if distinct else "")
    if distinct:
        return f"Only the cases {distinct} fail."
    if len(passing) < len(failing) and len(passing) <= MOST_LISTED:
        noun, verb = ("cases", "pass") if len(passing) > 1 else ("case", "passes")
        return f"Only the {noun} {_listed(labels, passing)} {verb}."
    if len(failing) <= MOST_LISTED:
        return f"Only the cases {_listed(labels, failing)} fail."
    return f"{len(failing)} of {len(labels)} cases fail."


def settings_keys(inputs: Sequence[dict[str, Any]]) -> dict[str, set[str]]:
    """Return the keys that each settings dict has in any case, keyed by the dict's name.

    Students know settings by name, whereas the keys of other dicts are chosen by the case.
    """
    found: dict[str, set[str]] = {}
    for given in inputs:
        for name, value in given.items():
            if isinstance(value, dict) and name.endswith(SETTINGS):
                found.setdefault(name, set()).update(value)
    return found


def _known(given: dict[str, Any], parameters: Collection[str]) -> dict[str, Any]:
    """Return the inputs that students know: those that their function gets, and settings."""
    swept = {given["over"]: SWEPT} if "over" in given else {}
    return swept | {name: value for name, value in given.items() if name in parameters or name.endswith(SETTINGS)}


def _listed(labels: Sequence[str], numbers: Sequence[int]) -> str:
    return series([f'"{labels[i]}"' for i in numbers])


def _told(distinct: Iterable[Feature]) -> str:
    """Say what sets the failing cases apart.

    If several features say equally much, any of them may be the reason, so name them all, or none if there are too
    many.
    """
    by_form: dict[Feature, list[str]] = {}
    for feature in sorted(distinct):
        by_form.setdefault(feature._replace(name=""), []).append(feature.name)
    few = {form: names for form, names in by_form.items() if len(names) <= MOST_LISTED}
    if not few:
        return ""
    form = min(few, key=lambda form: (KINDS.index(form.kind), form))
    return f"{form.before}{series(few[form], 'or')}{form.after}"


def _features(inputs: dict[str, Any], keys: dict[str, set[str]], arguments: set[str]) -> Iterator[Feature]:
    """Yield what can set a case's inputs apart from those of other cases.

    `keys` holds, for each settings dict, all keys that it has in any case, keyed by the input's name. `arguments` holds
    the names of the inputs in all cases.
    """
    yield from (Feature("missing", "with the default ", f"`{name}`") for name in arguments - set(inputs) - set(keys))
    for name in keys:
        given = value if isinstance(value := inputs.get(name), dict) else {}
        inside = f" in `{name}`"
        yield from (Feature("missing", "without ", f"`{key}`", inside) for key in keys[name] - set(given))
        yield from (Feature("given", "with ", f"`{key}`", inside) for key in given)
        yield from _features(given, {}, set())
    for name, value in inputs.items():
        if name in keys:
            continue
        if isinstance(value, (str, bool)):
            yield Feature("mode", f"with `{name}` = {value!r}")
        elif value is None:
            yield Feature("missing", "without ", f"`{name}`")
        elif isinstance(value, np.ndarray):
            if value.dtype == np.float32:
                yield Feature("precision", "in float32")
            yield Feature("axes", f"where `{name}` has {value.ndim} {'axis' if value.ndim == 1 else 'axes'}")

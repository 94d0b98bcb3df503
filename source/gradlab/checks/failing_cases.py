"""Say which cases fail, if possible by what sets their inputs apart from those of all other cases."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from .words import series

Feature = tuple[str, str]

MOST_LISTED = 3  # cases that are named one by one
SETTINGS = ("config", "_param")  # suffixes of the names of settings dicts


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
        inputs = [{name: value for name, value in given.items() if _is_known(name, parameters)} for given in inputs]
    keys, arguments = _keys(inputs), {name for given in inputs for name in given}
    features = [set(_features(given, keys, arguments)) for given in inputs]
    shared = set.intersection(*(features[i] for i in failing))
    passing = [i for i in range(len(labels)) if i not in failing]
    distinct = [feature for feature in shared if not any(feature in features[i] for i in passing)]
    if len(failing) == 1:
        return f'Only the case "{labels[failing[0]]}" fails.' + _because(distinct)
    if distinct:
        return f"Only the cases {min(distinct, key=_rank)[1]} fail."
    if len(passing) < len(failing) and len(passing) <= MOST_LISTED:
        noun, verb = ("cases", "pass") if len(passing) > 1 else ("case", "passes")
        return f"Only the {noun} {_listed(labels, passing)} {verb}."
    if len(failing) <= MOST_LISTED:
        return f"Only the cases {_listed(labels, failing)} fail."
    return f"{len(failing)} of {len(labels)} cases fail."


def _is_known(name: str, parameters: Collection[str]) -> bool:
    return name in parameters or name.endswith(SETTINGS)


def _listed(labels: Sequence[str], numbers: Sequence[int]) -> str:
    return series([f'"{labels[i]}"' for i in numbers])


def _because(distinct: Sequence[Feature]) -> str:
    return f" It is the only one {min(distinct, key=_rank)[1]}." if distinct else ""


def _rank(feature: Feature) -> tuple[int, str]:
    """Rank features by how much they say. Ties are broken by their text, so that the result is always the same."""
    return ("mode", "missing", "given", "precision", "axes").index(feature[0]), feature[1]


def _features(inputs: dict[str, Any], keys: dict[str, set[str]], arguments: set[str]) -> Iterator[Feature]:
    """Yield what can set a case's inputs apart from those of other cases, as phrases that follow "the cases".

    `keys` holds, for each settings dict, all keys that it has in any case, keyed by the input's name. `arguments` holds
    the names of the inputs in all cases.
    """
    yield from (("missing", f"with the default `{name}`") for name in arguments - set(inputs) - set(keys))
    for name in keys:
        given = value if isinstance(value := inputs.get(name), dict) else {}
        yield from (("missing", f"without `{key}` in `{name}`") for key in keys[name] - set(given))
        yield from (("given", f"with `{key}` in `{name}`") for key in given)
        yield from _features(given, {}, set())
    for name, value in inputs.items():
        if name in keys:
            continue
        if isinstance(value, (str, bool)):
            yield "mode", f"with `{name}` = {value!r}"
        elif value is None:
            yield "missing", f"without `{name}`"
        elif isinstance(value, np.ndarray):
            if value.dtype == np.float32:
                yield "precision", "in float32"
            yield "axes", f"where `{name}` has {value.ndim} {'axis' if value.ndim == 1 else 'axes'}"


def _keys(inputs: Sequence[dict[str, Any]]) -> dict[str, set[str]]:
    """Return the keys of settings, which students know by name. The keys of other dicts are chosen by the case."""
    found: dict[str, set[str]] = {}
    for given in inputs:
        for name, value in given.items():
            if isinstance(value, dict) and name.endswith(SETTINGS):
                found.setdefault(name, set()).update(value)
    return found

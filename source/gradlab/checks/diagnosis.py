"""Say in one or two sentences where an answer goes wrong, even if no known mistake explains it.

A diagnosis names cases, outputs and steps, but never a number of a case, so feedback on hidden cases shows it too.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .details import NUMBERED
from .outcome import PROBLEMS, Outcome

Feature = tuple[str, str]


def diagnose(labels: Sequence[str], inputs: Sequence[dict[str, Any]], outcomes: Sequence[Outcome]) -> str:
    """Locate what is wrong.

    Parameters
    ----------
    labels : sequence of str
        The labels of the cases.
    inputs : sequence of dict
        The inputs of the cases.
    outcomes : sequence of Outcome
        The verdicts on the cases.

    Returns
    -------
    str
        Empty only if all cases pass.
    """
    failing = [number for number, outcome in enumerate(outcomes) if not outcome.passed]
    if not failing:
        return ""
    sentences = [_which_cases(labels, inputs, failing), _which_outputs([outcomes[i] for i in failing])]
    return " ".join(filter(None, sentences))


def _which_cases(labels: Sequence[str], inputs: Sequence[dict[str, Any]], failing: Sequence[int]) -> str:
    """Say which cases fail, by what sets their inputs apart from those of all other cases if possible."""
    if len(failing) == len(labels):
        return "Every case fails." if len(labels) > 1 else "The case fails."
    keys = _keys(inputs)
    features = [set(_features(given, keys)) for given in inputs]
    shared = set.intersection(*(features[i] for i in failing))
    passing = [features[i] for i in range(len(labels)) if i not in failing]
    distinct = [feature for feature in shared if not any(feature in other for other in passing)]
    if len(failing) == 1:
        return f'Only the case "{labels[failing[0]]}" fails.' + _because(distinct)
    if distinct:
        return f"Only the cases {min(distinct, key=_rank)[1]} fail."
    return f"{len(failing)} of {len(labels)} cases fail."


def _because(distinct: Sequence[Feature]) -> str:
    return f" It is the only one {min(distinct, key=_rank)[1]}." if distinct else ""


def _rank(feature: Feature) -> tuple[int, str]:
    """Rank features by how much they say. Ties are broken by their text, so that the result is always the same."""
    return ("mode", "missing", "given", "precision", "axes").index(feature[0]), feature[1]


def _features(inputs: dict[str, Any], keys: dict[str, set[str]]) -> Iterator[Feature]:
    """Yield what can set a case's inputs apart from those of other cases, as a phrase that follows "the cases".

    `keys` holds all keys that a dict among the inputs has in any case, keyed by the input's name.
    """
    for name in keys:
        given = inputs.get(name) or {}
        yield from (("missing", f"without `{key}` in `{name}`") for key in keys[name] - set(given))
        yield from (("given", f"with `{key}` in `{name}`") for key in given)
        yield from _features(given, {})
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
    found: dict[str, set[str]] = {}
    for given in inputs:
        for name, value in given.items():
            if isinstance(value, dict):
                found.setdefault(name, set()).update(value)
    return found


def _which_outputs(outcomes: Sequence[Outcome]) -> str:
    """Say which outputs are right and wrong in the failing cases, and how they are wrong."""
    kinds = Counter(outcome.problem.kind for outcome in outcomes if outcome.problem)
    if kinds and sum(kinds.values()) == len(outcomes) and len(kinds) == 1 and not _findings(outcomes):
        (kind,) = kinds
        return f"In each of them: {PROBLEMS[kind]}." if len(outcomes) > 1 else f"The reason: {PROBLEMS[kind]}."
    parts = [part for outcome in outcomes for part in outcome.parts]
    wrong = list(dict.fromkeys(part.output for part in parts if not part.passed))
    right = [name for name in dict.fromkeys(part.output for part in parts) if name not in wrong]
    sentences = []
    if right and wrong and not any(NUMBERED.fullmatch(name) for name in (*right, *wrong)):
        sentences.append(f"{_names(right)} {'is' if len(right) == 1 else 'are'} right.")
    for finding, names, cases in _findings(outcomes):
        subject = f"{'each of ' if len(names) > 1 else ''}{_names(names)} " if names else ""
        where = f"in {cases} of the {len(outcomes)} failing cases, " if cases < len(outcomes) else ""
        sentence = f"{where}{subject[:1].lower()}{subject[1:]}{finding}"
        sentences.append(f"{sentence[:1].upper()}{sentence[1:]}.")
    if wrong and not _findings(outcomes) and not any(NUMBERED.fullmatch(name) for name in wrong):
        sentences.append(f"{_names(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong.")
    return " ".join(sentences)


def _findings(outcomes: Sequence[Outcome]) -> list[tuple[str, list[str], int]]:
    """Return the two most common findings, each with the outputs for which it was made, and in how many cases."""
    if any(outcome.parts for outcome in outcomes):
        found = [
            (part.finding, part.output, number)
            for number, outcome in enumerate(outcomes)
            for part in outcome.parts
            if not part.passed and part.finding
        ]
    else:
        found = [(outcome.finding, "", number) for number, outcome in enumerate(outcomes) if outcome.finding]
    common = [finding for finding, _ in Counter(finding for finding, _, _ in found).most_common(2)]
    common = [finding for finding in common if not any(o != finding and o.startswith(finding) for o in common)]
    return [
        (
            finding,
            list(dict.fromkeys(name for text, name, _ in found if text == finding and name)),
            len({number for text, _, number in found if text == finding}),
        )
        for finding in common
    ]


def _names(names: Sequence[str]) -> str:
    shown = ["The result" if name in ("result", "values") else f"`{name}`" for name in names[:4]]
    if len(names) > 4:
        shown.append(f"{len(names) - 4} more outputs")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))

"""Say in one or two sentences where an answer goes wrong, even if no known mistake explains it.

A diagnosis names cases, outputs and steps, but never a number of a case, so feedback on hidden cases shows it too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .details import NUMBERED
from .outcome import PROBLEMS, Outcome

Feature = tuple[str, str]

MOST_LISTED = 3  # the most cases or numbered outputs named one by one
SETTINGS = ("config", "_param")  # endings of the names of settings dicts
STOPPED = ("error", "too_slow", "no_memory", "crashed")
PLURALS = {
    "is": "are",
    "has": "have",
    "lacks": "lack",
    "comes": "come",
    "differs": "differ",
    "starts": "start",
    "never changes": "never change",
}


def diagnose(labels: Sequence[str], inputs: Sequence[dict[str, Any]], outcomes: Sequence[Outcome]) -> str:
    """Say where an answer goes wrong.

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
    """Say which cases fail, if possible by what sets their inputs apart from those of all other cases."""
    if len(failing) == len(labels):
        return "Every case fails." if len(labels) > 1 else "The case fails."
    keys, arguments = _keys(inputs), {name for given in inputs for name in given}
    features = [set(_features(given, keys, arguments)) for given in inputs]
    shared = set.intersection(*(features[i] for i in failing))
    passing = [i for i in range(len(labels)) if i not in failing]
    distinct = [feature for feature in shared if not any(feature in features[i] for i in passing)]
    if len(failing) == 1:
        return f'Only the case "{labels[failing[0]]}" fails.' + _because(distinct)
    if distinct:
        return f"Only the cases {min(distinct, key=_rank)[1]} fail."
    if len(failing) <= MOST_LISTED:
        return f"Only the cases {_listed(labels, failing)} fail."
    if len(passing) <= MOST_LISTED:
        return f"All cases but {_listed(labels, passing)} fail."
    return f"{len(failing)} of {len(labels)} cases fail."


def _listed(labels: Sequence[str], numbers: Sequence[int]) -> str:
    return _series([f'"{labels[i]}"' for i in numbers])


def _because(distinct: Sequence[Feature]) -> str:
    return f" It is the only one {min(distinct, key=_rank)[1]}." if distinct else ""


def _rank(feature: Feature) -> tuple[int, str]:
    """Rank features by how informative they are, then by their text, so that the result is always the same."""
    return ("mode", "missing", "given", "precision", "axes").index(feature[0]), feature[1]


def _features(inputs: dict[str, Any], keys: dict[str, set[str]], arguments: set[str]) -> Iterator[Feature]:
    """Yield what can set a case's inputs apart from those of other cases, as a phrase that follows "the cases".

    `keys` holds all keys that a dict of settings has in any case, keyed by the input's name; `arguments` holds the
    names of all inputs of any case.
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
    """Return the keys of settings, which students know by name. The keys of other dicts differ from case to case."""
    found: dict[str, set[str]] = {}
    for given in inputs:
        for name, value in given.items():
            if isinstance(value, dict) and name.endswith(SETTINGS):
                found.setdefault(name, set()).update(value)
    return found


def _which_outputs(outcomes: Sequence[Outcome]) -> str:
    """Say which outputs are right and wrong in the failing cases, and how they are wrong."""
    kinds = Counter(outcome.problem.kind for outcome in outcomes if outcome.problem)
    findings = _findings(outcomes)
    if kinds and sum(kinds.values()) == len(outcomes) and len(kinds) == 1 and not findings:
        (kind,) = kinds
        return f"In each of them: {PROBLEMS[kind]}." if len(outcomes) > 1 else f"The reason: {PROBLEMS[kind]}."
    parts = [part for outcome in outcomes for part in outcome.parts]
    wrong = list(dict.fromkeys(part.output for part in parts if not part.passed))
    right = [name for name in dict.fromkeys(part.output for part in parts) if name not in wrong]
    many = any(NUMBERED.fullmatch(name) for name in (*right, *wrong)) and len(right) + len(wrong) > MOST_LISTED
    sentences = []
    if right and wrong and not many:
        sentences.append(f"{_subject(right)} {'is' if len(right) == 1 else 'are'} right.")
    sentences += [_sentence(*finding, len(outcomes)) for finding in findings]
    if wrong and not findings and not many:
        sentences.append(f"{_subject(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong.")
    sentences += [f"In some cases: {PROBLEMS[kind]}." for kind in kinds if kind in STOPPED]
    return " ".join(sentences)


def _sentence(finding: str, outputs: Sequence[str], count: int, of: int) -> str:
    """Return a finding as a sentence, which says how many of the failing cases have it unless all do."""
    clause = f"{_subject(outputs)} {_plural(finding) if len(outputs) > 1 else finding}" if outputs else finding
    if count < of:
        clause = f"in {count} of the {of} failing cases, {clause.replace('The result', 'the result', 1)}"
    return f"{clause[:1].upper()}{clause[1:]}."


def _plural(finding: str) -> str:
    """Make the verbs of a finding about one output plural."""
    finding = finding.replace(": there it does ", ": there they do ")
    for singular, plural in PLURALS.items():
        finding = re.sub(rf"^{singular}\b", plural, finding).replace(
            f": there it {singular} ", f": there they {plural} "
        )
    return finding


def _findings(outcomes: Sequence[Outcome]) -> list[tuple[str, list[str], int]]:
    """Return the two most common findings, each with the outputs that it is about and its number of cases."""
    cases = [
        {(part.finding, part.output) for part in outcome.parts if not part.passed and part.finding}
        or ({(outcome.finding, "")} if outcome.finding and not outcome.parts else set())
        for outcome in outcomes
    ]
    counted = Counter(finding for case in cases for finding in sorted({finding for finding, _ in case}))
    common = [finding for finding, _ in counted.most_common(2)]
    common = [finding for finding in common if not any(o != finding and o.startswith(finding) for o in common)]
    outputs = dict.fromkeys(part.output for outcome in outcomes for part in outcome.parts)
    return [
        (finding, [name for name in outputs if any((finding, name) in case for case in cases)], counted[finding])
        for finding in common
    ]


def _subject(names: Sequence[str]) -> str:
    shown = ["The result" if name in ("result", "values") else f"`{name}`" for name in names[:4]]
    if len(names) > 4:
        more = len(names) - 4
        shown.append(f"{more} more output{'s' if more > 1 else ''}")
    return _series(shown)


def _series(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

"""Say in a few sentences where an answer goes wrong, even if no known mistake explains it.

A diagnosis names cases, outputs, and steps, but no number from a case, so feedback on hidden cases shows it too.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

from ..drivers._rows import ANSWERS, ROWS
from .details import NUMBERED
from .failing_cases import which_cases
from .outcome import PROBLEMS, Outcome, Part
from .words import series

MOST_LISTED = 3  # outputs that are named one by one
STOPPED = {
    "error": "it stopped with an error",
    "too_slow": "it took too long",
    "no_memory": "it took too much memory",
    "crashed": "the process died",
}
PLURALS = {
    "is": "are",
    "has": "have",
    "lacks": "lack",
    "comes": "come",
    "differs": "differ",
    "starts": "start",
    "never changes": "never change",
    "hardly changes": "hardly change",
}


def diagnose(
    labels: Sequence[str],
    inputs: Sequence[dict[str, Any]],
    outcomes: Sequence[Outcome],
    driver: str = "",
    parameters: Collection[str] | None = None,
    some_uncounted: bool = False,
) -> str:
    """Say where an answer goes wrong.

    Parameters
    ----------
    labels : sequence of str
        The labels of the cases.
    inputs : sequence of dict
        The inputs of the cases.
    outcomes : sequence of Outcome
        The verdicts on the cases.
    driver : str, optional
        The name of the driver, which says whether its outputs are separate answers.
    parameters : collection of str, optional
        The names of the parameters of the student's function, which students know. By default, students are
        assumed to know all inputs.
    some_uncounted : bool
        Whether there are also cases worth no points, which are not among these.

    Returns
    -------
    str
        Empty only if all cases pass.
    """
    failing = [number for number, outcome in enumerate(outcomes) if not outcome.passed]
    if not failing:
        return ""
    which = _which_answers if driver in ANSWERS else _which_outputs
    outputs = _unless_stopped([outcomes[i] for i in failing], which)
    cases = which_cases(labels, _as_passed(inputs, driver), failing, parameters)
    if some_uncounted:
        cases = f"Among the cases worth points, {cases[0].lower()}{cases[1:]}"
    return " ".join(filter(None, [cases, outputs]))


def _as_passed(inputs: Sequence[dict[str, Any]], driver: str) -> list[dict[str, Any]]:
    """Return the inputs as the student's function gets them: if an input has one row per call, only the first row."""
    stacked = ROWS[driver].stacked if driver in ROWS else ()
    return [given | {name: given[name][0] for name in stacked if len(given.get(name, ()))} for given in inputs]


def _unless_stopped(failing: Sequence[Outcome], which: Callable[[Sequence[Outcome], str], str]) -> str:
    """Say in how many failing cases the function was stopped, and what is wrong in the others, as `which` says it."""
    kinds = [outcome.problem.kind if outcome.problem and outcome.problem.kind in STOPPED else "" for outcome in failing]
    rest = [outcome for outcome, kind in zip(failing, kinds, strict=True) if not kind]
    if len(rest) in (0, len(failing)):
        return which(failing, "failing cases")
    counts = Counter(kind for kind in kinds if kind)
    stopped = [f"In {count} of the {len(failing)} failing cases, {STOPPED[kind]}." for kind, count in counts.items()]
    said = which(rest, "others")
    if said and not said.startswith("In "):
        said = f"In the other{'' if len(rest) == 1 else 's'}, {said[0].lower()}{said[1:]}"
    return " ".join([*stopped, said]).strip()


def _which_outputs(outcomes: Sequence[Outcome], group: str) -> str:
    """Say which outputs are right and which are wrong in a group of failing cases, and how."""
    findings = _findings(outcomes)
    if not findings and (problem := _problem_of_all(outcomes, group)):
        return problem
    parts = [part for outcome in outcomes for part in outcome.parts]
    wrong = list(dict.fromkeys(part.output for part in parts if not part.passed))
    right = [name for name in dict.fromkeys(part.output for part in parts) if name not in wrong]
    many = any(NUMBERED.fullmatch(name) for name in (*right, *wrong)) and len(right) + len(wrong) > MOST_LISTED
    said = {name for _, outputs, _ in findings for name in outputs} or set(wrong)
    all_others = len(right) > MOST_LISTED and said >= set(wrong)
    sentences = []
    if right and wrong and not many and not all_others:
        sentences.append(f"{_subject(right)} {'is' if len(right) == 1 else 'are'} right.")
    sentences += _sentences(findings, len(outcomes), group)
    if wrong and not findings and not many:
        always, often = _wrong_how_often(parts)
        always = always if always or often else wrong
        sentences += [_wrong(names, when) for names, when in ((always, ""), (often, " in many failing cases")) if names]
    if wrong and all_others and not many:
        sentences.append("All other outputs are right.")
    return " ".join(sentences)


def _wrong_how_often(parts: Sequence[Part]) -> tuple[list[str], list[str]]:
    """Return the outputs that are wrong in all failing cases that have them, and those wrong in at least half."""
    seen = Counter(part.output for part in parts)
    failed = Counter(part.output for part in parts if not part.passed)
    often = [name for name in seen if failed[name] and 2 * failed[name] >= seen[name]]
    return [name for name in often if failed[name] == seen[name]], [name for name in often if failed[name] < seen[name]]


def _wrong(outputs: Sequence[str], when: str) -> str:
    return f"{_subject(outputs)} {'is' if len(outputs) == 1 else 'are'} wrong{when}."


def _which_answers(outcomes: Sequence[Outcome], group: str) -> str:
    """Say how separate answers are wrong. Their names mean nothing outside their case, so none is named."""
    parts = [part for outcome in outcomes for part in outcome.parts]
    findings = _findings(outcomes)
    if not findings:
        # The table counts the answers that are right, and says that the others are wrong.
        wrong_words = all(outcome.problem and outcome.problem.kind == "wrong_word" for outcome in outcomes)
        return "" if wrong_words else _problem_of_all(outcomes, group)
    sentences = _sentences([finding for finding in findings if not finding[1]], len(outcomes), group)
    for finding, outputs, _ in findings:
        if not outputs:
            continue
        if all(part.finding == finding for part in parts):
            sentences.append(f"Every answer {finding}.")
        else:
            sentences.append(f"Some answers {_plural(finding)}.")
    return " ".join(sentences)


def _problem_of_all(outcomes: Sequence[Outcome], group: str) -> str:
    """Return a sentence about the kind of problem that all outcomes share, or an empty string."""
    kinds = {outcome.problem.kind if outcome.problem else "" for outcome in outcomes}
    kind = kinds.pop()
    if kinds or not kind:
        return ""
    if group == "others":
        return f"In the other{'s' if len(outcomes) > 1 else ''}: {PROBLEMS[kind]}."
    return f"In each failing case: {PROBLEMS[kind]}." if len(outcomes) > 1 else f"The reason: {PROBLEMS[kind]}."


def _sentences(findings: Sequence[tuple[str, list[str], int]], of: int, group: str) -> list[str]:
    """Return the findings as sentences, which say how many cases of a group have them unless all do."""
    always = [_clause(finding, outputs) for finding, outputs, count in findings if count == of]
    parts = [(count, _clause(finding, outputs)) for finding, outputs, count in findings if count < of]
    shares = [f"{count} of the {of} {group}" if not i else f"{count}" for i, (count, _) in enumerate(parts)]
    inside = [clause.replace("The result", "the result", 1) for _, clause in parts]
    sometimes = "; ".join(f"in {share}, {clause}" for share, clause in zip(shares, inside, strict=True))
    return [f"{clause[:1].upper()}{clause[1:]}." for clause in (*always, sometimes) if clause]


def _clause(finding: str, outputs: Sequence[str]) -> str:
    """Return a finding as a clause. A property's finding, which is not about certain outputs, already is one."""
    if not outputs:
        return finding
    return f"{_subject(outputs)} {_plural(finding) if len(outputs) > 1 else finding}"


def _plural(finding: str) -> str:
    """Make the verbs of a finding about one output plural."""
    finding = finding.replace(": there it does ", ": there they do ")
    for singular, plural in PLURALS.items():
        finding = re.sub(rf"^{singular}\b", plural, finding).replace(
            f": there it {singular} ", f": there they {plural} "
        )
    return re.sub(r"^are the (.*) of what it should be$", r"are the \1s of what they should be", finding)


def _findings(outcomes: Sequence[Outcome]) -> list[tuple[str, list[str], int]]:
    """Return up to two findings, each with the outputs for which it was made most often, and the number of cases.

    A finding is returned if it was made in at least half of the cases. If there is none, the most common finding is
    returned, unless it was made only once: a finding about one of several cases says little about the mistake.
    """
    cases = [
        {
            (finding, part.output)
            for part in outcome.parts
            if not part.passed and part.finding
            for finding in _with_stem(part.finding)
        }
        or {(finding, "") for finding in _with_stem(outcome.finding) if finding and not outcome.parts}
        for outcome in outcomes
    ]
    pairs = Counter(pair for case in cases for pair in sorted(case))
    counted = Counter[str]()
    for (finding, _), count in pairs.items():
        counted[finding] = max(counted[finding], count)
    for finding, count in list(counted.items()):
        # Keep only the stem if it holds in more cases, and only the whole finding otherwise.
        for stem in _with_stem(finding)[1:]:
            del counted[finding if counted[stem] > count else stem]
    often = [finding for finding, count in counted.most_common(2) if 2 * count >= len(outcomes)]
    common = often or [finding for finding, count in counted.most_common(1) if count > 1]
    outputs = dict.fromkeys(part.output for outcome in outcomes for part in outcome.parts)
    return [
        (finding, [name for name in outputs if pairs[finding, name] == counted[finding]], counted[finding])
        for finding in common
    ]


def _with_stem(finding: str) -> tuple[str, ...]:
    """Return a finding and, if it contains a colon or semicolon, also the part before that."""
    stem = re.split("[:;] ", finding)[0]
    return (finding,) if stem == finding else (finding, stem)


def _subject(names: Sequence[str]) -> str:
    numbers = [match[1] for name in names if (match := NUMBERED.fullmatch(name))]
    if numbers and len(numbers) == len(names):
        return f"Value{'s' if len(numbers) > 1 else ''} {series(numbers)} of the returned tuple"
    shown = ["The result" if name in ("result", "values") else f"`{name}`" for name in names[:4]]
    if len(names) > 4:
        more = len(names) - 4
        shown.append(f"{more} more output{'s' if more > 1 else ''}")
    return series(shown)

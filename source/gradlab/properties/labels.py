"""Diagnoses: each of many instances gets a word from a given list, and enough of the words must be right."""

import math
from collections import Counter
from dataclasses import replace

from ..checks.outcome import Outcome, Reached
from ._returned import Case, Returned, verdict, wrong_names


def diagnoses_correctly(case: Case, returned: Returned) -> Outcome:
    """Check that every answer is a word from a list, and that enough of the answers are correct.

    Parameters
    ----------
    case : Case
        Its ``truth`` has ``labels``: ndarray (T,) of str, the right word for each instance; ``allowed``: ndarray (L,)
        of str, the words on the list; and ``share``: float, the fraction of words that must be right.
    returned : dict
        ``{"result 1": word, ..., "result T": word}``.

    Returns
    -------
    Outcome
        The verdict, which says how many words are right, and names the two words that are confused most often.
    """
    right, allowed = case.truth["labels"].tolist(), set(case.truth["allowed"].tolist())
    names = [f"result {i}" for i in range(1, len(right) + 1)]
    problem = wrong_names(returned, names, f"a word for each of {len(names)} instances")
    if problem:
        return problem
    answers = [returned[name] for name in names]
    if not all(isinstance(word, str) for word in answers):
        return Outcome.failed("wrong_type", "expected a word for each instance")
    if not set(answers) <= allowed:
        return verdict(f"an answer is not one of {', '.join(sorted(allowed))}")
    confused = Counter((truth, word) for truth, word in zip(right, answers, strict=True) if truth != word)
    needed = round(case.truth["share"] * len(right), 6)  # the product may be slightly above a whole number
    count = len(right) - confused.total()
    reached = Reached(f"{count} of {len(right)}", str(math.ceil(needed)), "named correctly", (count,))
    if count >= needed:
        return Outcome(True, reached=reached)
    # Report the most frequent confusion. Ties are broken alphabetically, so the same fault gives the same sentence.
    truth, word = min(confused, key=lambda pair: (-confused[pair], pair))
    return replace(verdict(f"{truth!r} is mistaken for {word!r}"), reached=reached)

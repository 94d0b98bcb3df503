"""Diagnoses: a word out of a stated list for each of many instances, of which a stated share must be right."""

from collections import Counter

from ..checks.outcome import Outcome


def diagnoses_correctly(case, returned):
    """Words out of a list, nearly all of them the right ones.

    Parameters
    ----------
    case : has ``truth``
        ``labels``: ndarray (T,) of text, the right word for each instance. ``allowed``: ndarray (L,) of text, the
        list. ``share``: float, the share that must be right.
    returned : dict
        ``{"result 1": word, ..., "result T": word}``.

    Returns
    -------
    Outcome
        With the commonest confusion, in words of the list.
    """
    right, allowed = case.truth["labels"].tolist(), set(case.truth["allowed"].tolist())
    names = [f"result {i}" for i in range(1, len(right) + 1)]
    if set(returned) != set(names):
        return Outcome.failed("wrong_names", f"expected a word for each of {len(names)} instances")
    said = [returned[name] for name in names]
    if not all(isinstance(word, str) for word in said):
        return Outcome.failed("wrong_type", "expected a word for each instance")
    if not set(said) <= allowed:
        return Outcome(False, finding=f"an answer is none of {', '.join(sorted(allowed))}")
    confused = Counter((truth, word) for truth, word in zip(right, said, strict=True) if truth != word)
    needed = round(case.truth["share"] * len(right), 6)  # 0.7 * 10 is more than 7 in binary
    if len(right) - confused.total() >= needed:
        return Outcome(True)
    # The most frequent; among equals the first in the alphabet, so that the same fault gives the same sentence.
    truth, word = min(confused, key=lambda pair: (-confused[pair], pair))
    return Outcome(False, finding=f"what is {truth!r} is called {word!r}")

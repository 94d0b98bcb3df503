"""What a text says, as a set of fragments: its words with at least four letters, and all runs of three words."""

import itertools
import re

from .syntax import MOST_FRAGMENTS, Fragment, number

WORD = re.compile(r"\w+")
SHORTEST = 4  # letters of a word that counts on its own
RUN = 3  # words


def prose_fragments(text: str) -> list[Fragment]:
    """Return the fragments of a text. Case, punctuation, and the order of sentences don't count."""
    words = list(itertools.islice(WORD.finditer(text), MOST_FRAGMENTS))
    found = [
        Fragment(number("word", match[0].casefold()), match.start(), match.end())
        for match in words
        if len(match[0]) >= SHORTEST
    ]
    for start in range(len(words) - RUN + 1):
        run = words[start : start + RUN]
        key = number("words", *(match[0].casefold() for match in run))
        found.append(Fragment(key, run[0].start(), run[-1].end()))
    return found[:MOST_FRAGMENTS]

"""Text that students may have chosen, made safe to show.

A terminal obeys control characters: they move the cursor, change colors, and set the window's title. Bidirectional
controls change the order in which text is displayed, so that a name or a line of a log reads like a different one.
"""

import logging
import re

# Control characters (except for newline and tab), bidirectional controls, Unicode's line separators, and surrogates.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")

# Letters and marks that are invisible: two names that differ only in these look the same.
INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def clean(text: str) -> str:
    """Remove unsafe characters from an output. A lone surrogate, which UTF-8 cannot encode, becomes "?"."""
    return UNSAFE.sub(lambda match: "?" if "\ud800" <= match[0] <= "\udfff" else "", text)


def escape(text: str) -> str:
    r"""Write unsafe characters as escape sequences, such as ``\x1b`` and ``\u202e``. Newlines and tabs are kept."""
    return UNSAFE.sub(_escaped, text)


def quoted(name: str) -> str:
    """Return a name in quotation marks and on one line, with every invisible character escaped."""
    return INVISIBLE.sub(_escaped, repr(name))


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


class EscapedRecord(logging.LogRecord):
    """A log record whose message contains no unsafe characters, even where it quotes text from students."""

    def getMessage(self) -> str:
        return escape(super().getMessage())

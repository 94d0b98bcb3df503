"""Neither outputs nor logs contain characters that control a terminal or change the order of the text."""

import logging
import sys
import unicodedata

import pytest

from autograder.grading.cell_outputs import cell_outputs
from autograder.safe_text import EscapedRecord, clean, escape, quoted

# Unicode's property Bidi_Control.
BIDI = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
CONTROLS = {*map(chr, range(32)), *map(chr, range(127, 160)), *map(chr, range(0xD800, 0xE000)), "\u2028", "\u2029"}
UNSAFE = BIDI | CONTROLS - {"\n", "\t"}


def test_list_of_control_characters_is_complete():
    every = map(chr, range(sys.maxunicode + 1))
    assert {c for c in every if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} == CONTROLS


@pytest.mark.parametrize("character", sorted(UNSAFE - {c for c in UNSAFE if "\ud801" <= c <= "\udffe"}), ids=ascii)
def test_unsafe_character_is_removed_or_escaped(character):
    assert clean(f"a{character}b") in ("ab", "a?b")
    assert escape(f"a{character}b") == f"a{character.encode('unicode_escape').decode()}b"
    assert quoted(f"a{character}b").isprintable()


def test_all_lone_surrogates_are_replaced():
    halves = "".join(map(chr, range(0xD800, 0xE000)))
    assert clean(halves) == "?" * len(halves)
    assert escape(halves).isascii()


@pytest.mark.parametrize("text", ["", "two\nlines\t", "naïve Ünïcode 李明 مريم", "👩‍💻 می‌خواهم", r"\x1b"])
def test_harmless_text_is_unchanged(text):
    assert clean(text) == escape(text) == text


def test_outputs_are_cleaned_everywhere():
    bad = "a\x1b[31m\x9b\u202e\u2066\u200fb"
    items = [
        {"stream": "stdout", "text": bad},
        {"error": bad, "value": bad, "traceback": [bad]},
        {"display": {"text/plain": bad}},
        {"result": {"text/plain": bad}},
    ]
    shown = str(cell_outputs(items))
    assert shown.count("a[31mb") == 6
    assert shown.isprintable()


def test_log_record_escapes_what_it_quotes():
    record = EscapedRecord("x", logging.INFO, "x.py", 1, "No notebooks in %s\n", ("\x1b[31m\u202e\udcff",), None)
    assert record.getMessage() == "No notebooks in \\x1b[31m\\u202e\\udcff\n"

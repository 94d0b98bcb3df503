"""The file that a search resumes from: one line of JSON per trial, added when the trial finishes."""

import json
from collections import Counter
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from ..typing import Config
from .trial import TrialOutcome, plain

OUTCOME = ("result", "error", "seconds")
_BEGIN = b'{"config": '

Key = tuple[str, int]  # a configuration as canonical JSON, and the index of the repeat


class Record:
    """A file with the trials of given configurations, to which new trials are added.

    A configuration is identified by its contents. If a search lists the same configuration twice, ``repeat``
    distinguishes the two trials.

    Parameters
    ----------
    path : path
        The file, which is created if it does not exist.
    configurations : list of dict

    Attributes
    ----------
    done : dict of int to tuple
        The (result, error, seconds) of each trial in the file, keyed by the index of its configuration.

    Raises
    ------
    TypeError
        If a configuration contains a value that JSON cannot represent.
    ValueError
        If the file was not written by a search.
    """

    def __init__(self, path: str | PathLike[str], configurations: Sequence[Config]) -> None:
        self.path = Path(path).absolute()  # an objective that runs in this process may change the working directory
        self.keys = _keys(configurations)
        found = self._read()
        self.done = {number: found[key] for number, key in enumerate(self.keys) if key in found}

    def add(self, number: int, outcome: TrialOutcome) -> None:
        """Add the finished trial of configuration `number` to the file."""
        config, repeat = self.keys[number]
        fields = {"repeat": repeat, **dict(zip(OUTCOME, outcome, strict=True))}
        with open(self.path, "a", encoding="ascii", newline="\n") as file:
            file.write(f'{{"config": {config}, {json.dumps(fields)[1:]}\n')

    def _read(self) -> dict[Key, TrialOutcome]:
        """Return the outcomes in the file, keyed by trial; if several lines describe a trial, the last one counts."""
        with open(self.path, "a+b") as file:
            file.seek(0)
            *lines, tail = file.read().split(b"\n")
            found = dict(self._trial(number, line) for number, line in enumerate(lines, start=1))
            if not (tail.startswith(_BEGIN) or _BEGIN.startswith(tail)):
                raise ValueError(self._not_a_trial(len(lines) + 1))
            # Drop an incomplete last line: the search was stopped while it was writing that line.
            file.truncate(sum(len(line) + 1 for line in lines))
        return found

    def _trial(self, number: int, line: bytes) -> tuple[Key, TrialOutcome]:
        try:
            fields: dict[str, Any] = json.loads(line)
            key = _canonical(fields["config"]), int(fields["repeat"])
            result, error, seconds = (fields[name] for name in OUTCOME)
        except (ValueError, TypeError, KeyError):
            raise ValueError(self._not_a_trial(number)) from None
        return key, (result, error, seconds)

    def _not_a_trial(self, line: int) -> str:
        return f"{self.path} must be a file that a search wrote. Line {line} is not a trial: choose another file."


def _keys(configurations: Sequence[Config]) -> list[Key]:
    seen: Counter[str] = Counter()
    keys = []
    for config in configurations:
        try:
            text = _canonical(plain(config))
        except TypeError as error:
            raise TypeError(
                f"{error} The configurations of a search with a file are limited to these types: to choose a function, "
                "for example, use its name and let the objective look it up."
            ) from None
        keys.append((text, seen[text]))
        seen[text] += 1
    return keys


def _canonical(config: Any) -> str:
    return json.dumps(config, sort_keys=True)

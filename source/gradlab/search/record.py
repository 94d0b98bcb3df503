"""The file that a search is resumed from: one line of JSON a trial, added when it is finished."""

import json
from collections import Counter
from pathlib import Path

from .trial import plain

OUTCOME = ("result", "error", "seconds")
_BEGIN = b'{"config": '


class Record:
    """What a file tells of some configurations, and where new trials are added to it.

    A configuration is known by its contents. Where it stands twice in a search, to be tried twice, the second
    is told from the first by its ``repeat``.

    Parameters
    ----------
    path : path
        Made if it is not there.
    configurations : list of dict

    Attributes
    ----------
    done : dict of int to tuple
        result, error and seconds of the trials on file, by the number of their configuration.

    Raises
    ------
    TypeError
        If a configuration holds what JSON cannot.
    ValueError
        If the file is of another kind.
    """

    def __init__(self, path, configurations):
        self.path = Path(path).absolute()  # an objective that runs here may change the folder
        self.keys = _keys(configurations)
        found = self._read()
        self.done = {number: found[key] for number, key in enumerate(self.keys) if key in found}

    def add(self, number, outcome):
        """Add the trial of configuration `number`."""
        config, repeat = self.keys[number]
        fields = {"repeat": repeat, **dict(zip(OUTCOME, outcome, strict=True))}
        with open(self.path, "a", encoding="ascii", newline="\n") as file:
            file.write(f'{{"config": {config}, {json.dumps(fields)[1:]}\n')

    def _read(self):
        """result, error and seconds by key; of several lines about one trial the last counts."""
        with open(self.path, "a+b") as file:
            file.seek(0)
            *lines, tail = file.read().split(b"\n")
            found = dict(self._trial(number, line) for number, line in enumerate(lines, start=1))
            if not (tail.startswith(_BEGIN) or _BEGIN.startswith(tail)):
                raise ValueError(self._other_kind(len(lines) + 1))
            # Whoever wrote the last line was stopped in the middle of it.
            file.truncate(sum(len(line) + 1 for line in lines))
        return found

    def _trial(self, number, line):
        try:
            fields = json.loads(line)
            return (_canonical(fields["config"]), int(fields["repeat"])), tuple(fields[name] for name in OUTCOME)
        except (ValueError, TypeError, KeyError):
            raise ValueError(self._other_kind(number)) from None

    def _other_kind(self, line):
        return f"{self.path} must be a file that a search wrote. Line {line} is no trial: give another file."


def _keys(configurations):
    seen, keys = Counter(), []
    for config in configurations:
        try:
            text = _canonical(plain(config))
        except TypeError as error:
            raise TypeError(
                f"{error} A search with a file needs such configurations: give the name of a function, say, and let "
                "the objective look it up."
            ) from None
        keys.append((text, seen[text]))
        seen[text] += 1
    return keys


def _canonical(config):
    return json.dumps(config, sort_keys=True)

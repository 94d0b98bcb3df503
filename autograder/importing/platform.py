"""The platforms from which submissions are imported, and for which grades are exported."""

from enum import StrEnum


class Platform(StrEnum):
    """Where a download comes from."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    FOLDER = "folder"

"""Makes downloads like those of the platforms, according to the platforms' documentation and source code."""

import io
import json
import struct
import zipfile
from datetime import UTC, datetime

from autograder.catalogue import assignments


def notebook(text="", assignment="update_rules"):
    """Return a notebook with an answer cell for each exercise; `text` makes it different from others."""
    cells = [
        {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": name}}, "source": f"# {text}", "outputs": []}
        for name in assignments()[assignment].exercises
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def zipped(files, time=(2026, 10, 16, 21, 59, 0)):
    """Return a zip. `files` are pairs: a name or a `ZipInfo`, and the content. `time` is for those with a name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, time)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def member(name, time=(2026, 10, 16, 21, 59, 0), mode=0, utc=None):
    """Return the entry for a file in a zip, with a Unix mode and, if `utc` is given, its time in UTC."""
    info = zipfile.ZipInfo(name, time)
    info.external_attr = mode << 16
    if utc:
        info.extra = struct.pack("<HHBi", 0x5455, 5, 1, int(datetime(*utc, tzinfo=UTC).timestamp()))
    return info


def gradescope(submissions, folder="assignment_123_export/"):
    """Return a Gradescope export. `submissions` are (number, submitters, time, files); a submitter has three fields."""
    lines, files = ["---"], []
    for number, submitters, time, contents in submissions:
        lines += [f"submission_{number}:", "  :submitters:"]
        for name, sid, email in submitters:
            lines += [f"  - :name: {name}", f"    :sid: '{sid}'", f"    :email: {email}"]
        lines += ["  :created_at: !ruby/object:ActiveSupport::TimeWithZone", f"    utc: &{number} {time} Z"]
        lines += ["    zone: !ruby/object:ActiveSupport::TimeZone", "      name: Etc/UTC", f"    time: *{number}"]
        lines += ["  :score: 0.0", "  :status: processed", "  :history: []"]
        files += [(f"{folder}submission_{number}/{name}", content) for name, content in contents]
    return zipped([*files, (f"{folder}submission_metadata.yml", "\n".join(lines) + "\n")])

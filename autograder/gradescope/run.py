"""Grade one submission in a Gradescope container, and write the results, whatever happens.

Gradescope starts a container for each submission and throws it away afterward. Everything that must stay secret is
below ``/autograder``, which only root may enter. The student's process runs in the strongest tier of the sandbox that
holds in the container, and if none does, nothing runs.
"""

import json
import os
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder import catalogue
from autograder.grading.job import Job, read_result
from autograder.grading.judge_process import JudgeProcess
from autograder.notebooks.canonical import read_released
from autograder.paths import build_folder, font_cache, secret_file
from autograder.running.settings import Settings, zygote_settings
from autograder.running.zygote_host import ZygoteHost
from autograder.safe_text import escape
from autograder.sandbox import Tier, Unavailable, strongest_tier
from autograder.sandbox.container import SHARED, close, existing, hide

from .memory import memory_for_students
from .results import Results, failure, graded_results, write
from .submission import Found, find_notebook

SUBMISSION_SECONDS = 300.0  # by default, Gradescope stops a container after ten minutes, and the judge needs time, too
UNFINISHED = (
    "Grading was stopped before it was finished, most likely because it took too long or needed too much memory. "
    "Submit again, and tell your instructor if it happens twice."
)
REFUSED = (
    "Nothing was graded, because this container cannot confine students' code ({}). This is not your fault: please "
    "tell your instructor."
)
UNAVAILABLE = f"{Unavailable.__name__}: "  # how the judge's error begins if a child could not be confined
FAILED = "Nothing was graded, because the autograder failed. This is not your fault: please tell your instructor."


@dataclass(frozen=True)
class Container:
    """Where things are in a container.

    Attributes
    ----------
    base : Path
        The folder ``/autograder``. Gradescope puts the zip's files into ``source``, the submission into ``submission``,
        and data about it into ``submission_metadata.json``, and reads ``results/results.json``.
    """

    base: Path

    @property
    def course(self) -> Path:
        return self.base / "source"

    @property
    def released(self) -> Path:
        (notebook,) = (self.course / "release").glob("*.ipynb")
        return notebook

    @property
    def shared(self) -> list[str]:
        """The folders in which all users may create files. ``setup.sh`` lists those in the image."""
        listed = build_folder(self.course) / "shared_folders"
        return existing([*SHARED, *(listed.read_text().splitlines() if listed.exists() else [])])

    @property
    def submission(self) -> Path:
        return self.base / "submission"

    @property
    def metadata(self) -> Path:
        return self.base / "submission_metadata.json"

    @property
    def results(self) -> Path:
        return self.base / "results" / "results.json"


def run(container: Container) -> None:
    """Grade the submission, and write the results. An error becomes a result with zero points and one sentence."""
    write(container.results, failure(UNFINISHED))
    try:
        found = grade(container)
    except Unavailable as reason:
        print(escape(str(reason)))
        found = failure(REFUSED.format(reason))
    except Exception as error:
        print(described(error))
        found = failure(FAILED)
    write(container.results, found)


def grade(container: Container) -> Results:
    """Grade the submission, and return the results.

    Raises
    ------
    Unavailable
        If this container cannot confine students' code.
    """
    started = time.monotonic()
    host = start_zygote(container)
    try:
        return grade_with(host, container, started)
    finally:
        host.close()


def start_zygote(container: Container) -> ZygoteHost:
    """Hide everything secret, and start a zygote whose children use the strongest tier of the sandbox."""
    hide(container.base)
    tier = strongest_tier({Tier.LANDLOCK: lambda: None, Tier.CONTAINER: lambda: close(container.shared)})
    print(f"Students' code is confined by the tier {tier}.")
    return ZygoteHost(settings(container, tier), cache=font_cache(container.course))


def settings(container: Container, tier: Tier) -> Settings:
    """Return the zygote's settings. They list what a child must fail to read and to write before it runs a cell."""
    chosen = zygote_settings(container.course, tier=tier, memory=memory_for_students())
    secret = [str(secret_file(container.course)), str(container.released)]
    closed = [str(container.results.parent), *container.shared]
    return chosen | {"forbidden": [*chosen["forbidden"], *secret], "unwritable": closed}


def grade_with(host: ZygoteHost, container: Container, started: float, **options: Any) -> Results:
    """Grade the submission with a zygote's children. The `options` are fields of a `Job`."""
    assignment = catalogue.assignments()[container.released.stem]
    found = find_notebook(container.submission, read_released(container.released), container.released.name)
    job = asdict(Job(**_job(container, found) | options))
    outcome = JudgeProcess(job, host=host).result()
    if "stopped" in outcome:
        outcome = JudgeProcess(job, outcome["stopped"], host).result()
    if "result" not in outcome:
        reason = outcome.get("error") or outcome["stopped"]
        raise Unavailable(reason.removeprefix(UNAVAILABLE)) if reason.startswith(UNAVAILABLE) else RuntimeError(reason)
    graded = read_result(outcome["result"])
    for name, verdict in graded["verdicts"].items():
        print(f"{name}: seed {verdict.get('seed', 'none')}")
    return graded_results(graded, assignment, found.note, time.monotonic() - started)


def _job(container: Container, found: Found) -> dict[str, Any]:
    return {
        "course": str(container.course),
        "released": str(container.released),
        "submitted": str(found.path),
        "result": str(build_folder(container.course) / "result.json"),
        "assignment": container.released.stem,
        "student": student(container.metadata),
        "submission_seconds": SUBMISSION_SECONDS,
        "fresh": True,
    }


def student(metadata: Path) -> str:
    """Return the Gradescope IDs of the students who submitted, such as "7+12", or "" if they are not known.

    Hidden cases depend on this text, and nothing else does.
    """
    try:
        users = json.loads(metadata.read_bytes())["users"]
        return "+".join(sorted(str(int(user["id"])) for user in users))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return ""


def described(error: Exception) -> str:
    """Return an error as one line for the instructor, with the place where it was raised."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(str(error).split())
    return escape(f"{type(error).__name__}: {text} ({os.path.basename(place.filename)}, line {place.lineno})")

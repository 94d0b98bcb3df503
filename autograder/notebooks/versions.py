"""What an assignment's notebooks in ``build/`` were made from, so that an outdated one is noticed.

``build/records/<id>.json`` has the digests of what the last build read, the digest of what the last
``nbgrader generate_assignment`` read, and the id of every release. Digests of source code are the same on every
machine, whereas the numbers in ``checks.npz`` may differ by rounding.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.atomic import write_text
from autograder.paths import record_file
from autograder.sources import code_digest, dependencies, digest, modules_in, source_digest

CHANGED = {
    "master": "its master has changed since the last build",
    "exercises": "its exercises have changed since the last build",
    "builder": "the code that builds notebooks has changed since the last build",
}

USED_BY_EXERCISES = (
    "autograder.exercises.",
    "autograder.data",
    "gradlab.drivers.",
    "gradlab.oracles.",
    "gradlab.properties.",
)
BUILDER = (*modules_in("autograder.notebooks"), "gradlab.checks.packing", "gradlab.checks.store")
READS_SUBMISSIONS = {f"autograder.notebooks.{name}" for name in ("canonical", "intake", "mismatch", "rounding")}


def build_inputs(course: Path | str, assignment: str) -> dict[str, str]:
    """Return the digests of what a build of an assignment reads, keyed as in `CHANGED`."""
    exercises = dependencies(modules_in(f"autograder.exercises.{assignment}"), USED_BY_EXERCISES)
    return {
        "master": digest((Path(course) / "assignments" / assignment / f"{assignment}.md").read_bytes()),
        "exercises": source_digest(exercises),
        "builder": code_digest(module for module in BUILDER if module not in READS_SUBMISSIONS),
    }


def record_build(course: Path | str, assignment: str, inputs: Mapping[str, str]) -> None:
    """Record what an assignment's notebooks were built from."""
    _update(course, assignment, {"build": dict(inputs)})


def changed_since_build(course: Path | str, assignment: str) -> list[str] | None:
    """Return what has changed since the last build, as phrases from `CHANGED`. Return None if no build is recorded."""
    built = _read(course, assignment).get("build")
    if built is None:
        return None
    return [CHANGED[name] for name, value in build_inputs(course, assignment).items() if built.get(name) != value]


def record_release(course: Path | str, assignment: str, source: Path, release: str) -> None:
    """Record that the release with the id `release` was generated from the files in the folder `source`."""
    ids = [*(each for each in releases(course, assignment) if each != release), release]
    _update(course, assignment, {"generated_from": _folder_digest(source), "releases": ids})


def is_generated_from(course: Path | str, assignment: str, source: Path) -> bool:
    """Return whether the last release was generated from the current files in the folder `source`."""
    return bool(_read(course, assignment).get("generated_from") == _folder_digest(source))


def releases(course: Path | str, assignment: str) -> list[str]:
    """Return the ids of all releases of an assignment that have been generated so far, with the latest last."""
    return list(_read(course, assignment).get("releases", []))


def release_id(notebook: Mapping[str, Any]) -> str:
    """Return the id of a release, which depends on the text of its cells and on their points."""
    cells = [
        [cell["cell_type"], cell["source"], cell["metadata"].get("nbgrader", {}).get("points")]
        for cell in notebook["cells"]
    ]
    return digest(json.dumps(cells))


def _folder_digest(folder: Path) -> str:
    """Return a digest of the files in a folder, except for those that Jupyter or Python put there."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    kept = {name: path for name, path in sorted(files.items()) if not re.search(r"(^|/)(\.|__pycache__/)", name)}
    return digest(*(part for name, path in kept.items() for part in (name, path.read_bytes())))


def _read(course: Path | str, assignment: str) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(record_file(course, assignment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record


def _update(course: Path | str, assignment: str, changes: Mapping[str, Any]) -> None:
    write_text(record_file(course, assignment), json.dumps(_read(course, assignment) | dict(changes), indent=1))

"""List which of our files end up in an image, by reading its Dockerfile, without a container engine.

    python deploy/images/contents.py deploy/images/student.Dockerfile

This script supports only what our Dockerfiles use. It refuses any other line, because such a line could add any file.
"""

import fnmatch
import re
import shlex
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"pip", "sed", "useradd", "install", "rm", "chown"}  # among these, only pip adds our files to the image
BUILD = "python -m build --wheel --no-isolation --outdir /wheel /gradlab"


def contents(dockerfile, context=ROOT):
    """Find our files in the image that `dockerfile` describes.

    Parameters
    ----------
    dockerfile : path
    context : path
        The folder from which the image is built, with its ``.dockerignore``.

    Returns
    -------
    dict of str to bytes
        The contents of the files, keyed by path in the image. Files from a wheel are under ``site-packages``.

    Raises
    ------
    ValueError
        If the Dockerfile has an unknown instruction, option, or command, if a file to copy is missing, or if
        ``.dockerignore`` has an unknown pattern.
    """
    stages, context = {}, Path(context)
    for words in instructions(Path(dockerfile).read_text(encoding="utf-8")):
        name, arguments = words[0], words[1:]
        if name == "FROM":
            files = stages[arguments[2] if arguments[1:2] == ["AS"] else ""] = {}
        elif name == "COPY":
            copy(arguments, files, stages, context)
        elif name == "RUN":
            run(arguments, files)
        elif name not in ("ARG", "USER", "WORKDIR", "CMD"):
            raise ValueError(f"unknown instruction {name} in the line: {' '.join(words)}")
    return stages[""]


def instructions(text):
    """Split a Dockerfile into instructions, each a list of words."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [line.split() for line in joined.splitlines() if line.strip()]


def copy(arguments, files, stages, context):
    """Apply one COPY instruction to `files`."""
    *sources, target = [a for a in arguments if not a.startswith("--")]
    (origin,) = [a for a in arguments if a.startswith("--")] or [None]
    if origin is not None and not origin.startswith("--from="):
        raise ValueError(f"COPY may have no option except --from. Got an unsupported option: {origin}")
    if origin is not None:
        inside = stages[origin.removeprefix("--from=")]
        files |= {path.replace(sources[0], target, 1): data for path, data in inside.items() if is_in(path, sources[0])}
        return
    everything = files_in(context)
    for source in sources:
        found = {name: data for name, data in everything.items() if is_in(name, source)}
        if not found:
            raise ValueError(f"COPY {source}: there is no such file in the build context")
        for name, path in found.items():
            below = name.removeprefix(source).lstrip("/") if source != "." else name
            into = PurePosixPath(target) / (below or (PurePosixPath(name).name if target.endswith("/") else ""))
            files[str(into)] = path.read_bytes()


def run(arguments, files):
    """Apply one RUN instruction to `files`. The instruction either builds our wheel or runs some of `PROGRAMS`."""
    if " ".join(arguments) == BUILD:
        files |= built({path: data for path, data in files.items() if is_in(path, "/gradlab")})
        return
    text = " ".join(arguments)
    if re.search(r"[;|`<>&]|\$\(", text.replace("&&", "")):
        raise ValueError(f"RUN must contain only commands joined by &&, but has unsupported shell syntax: {text}")
    for command in text.split("&&"):
        program, *words = shlex.split(command)
        if program not in PROGRAMS:
            raise ValueError(f"RUN must use only {sorted(PROGRAMS)}. Got an unknown command: {command.strip()}")
        if program == "rm":
            for path in [path for path in files if any(is_in(path, word) for word in words)]:
                del files[path]
        if program == "pip":
            for path in [path for path in files if "/wheel/*.whl" in words and is_in(path, "/wheel")]:
                files[path.replace("/wheel", "site-packages", 1)] = files.pop(path)


def built(files):
    """Build a wheel from `files` and return the files in it, under ``/wheel``."""
    with tempfile.TemporaryDirectory() as scratch:
        for path, data in files.items():
            place = Path(scratch) / path.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        command = [sys.executable, *BUILD.split()[1:-2], f"{scratch}/wheel", f"{scratch}/gradlab"]
        subprocess.run(command, check=True, capture_output=True)
        (wheel,) = Path(scratch, "wheel").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return {f"/wheel/{name}": archive.read(name) for name in archive.namelist()}


def files_in(context):
    """Return the files that ``.dockerignore`` lets into the build context, keyed by name.

    The last pattern that matches applies.
    """
    patterns = [line for line in (context / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for pattern in patterns:
        if not re.fullmatch(r"\*|!?[\w.]+|\*\*/[\w.]+", pattern):
            raise ValueError(f"patterns in .dockerignore must look like *, !name, or **/name. Got {pattern}.")
    files = {}
    for top in sorted(context.iterdir()):
        if not ignored(PurePosixPath(top.name), patterns):
            for path in [top] if top.is_file() else sorted(top.rglob("*")):
                name = path.relative_to(context)
                if path.is_file() and not ignored(PurePosixPath(name.as_posix()), patterns):
                    files[name.as_posix()] = path
    return files


def ignored(name, patterns):
    """Return whether ``.dockerignore`` keeps the file `name` out of the build context."""
    verdict = False
    for pattern in patterns:
        anywhere = pattern.startswith("**/")
        parts = name.parts if anywhere else name.parts[:1]
        if any(fnmatch.fnmatchcase(part, pattern.lstrip("!").removeprefix("**/")) for part in parts):
            verdict = not pattern.startswith("!")
    return verdict


def is_in(path, folder):
    return folder == "." or path == folder or path.startswith(folder.rstrip("/") + "/")


if __name__ == "__main__":
    print("\n".join(sorted(contents(sys.argv[1]))))

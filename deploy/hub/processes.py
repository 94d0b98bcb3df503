"""Find a hub's processes, even if their parent has ended: each has the hub's state folder in its environment.

A process id from a file or a database is not enough: once that process has ended, the id may belong to another process.
"""

from collections.abc import Iterable
from pathlib import Path

import psutil


def running(state: Path) -> dict[psutil.Process, str]:
    """Find this user's processes that belong to the hub in the folder `state`.

    Returns
    -------
    dict of psutil.Process to str
        The role of each process: "hub", "proxy", "service", or "server of <name>". Processes that these have started,
        such as kernels, are not included.
    """
    found = {}
    for process in psutil.process_iter():
        environment = environment_of(process)
        if environment.get("GRADLAB_HUB") == str(state) and (kind := role(process, environment)):
            found[process] = kind
    return found


def environment_of(process: psutil.Process) -> dict[str, str]:
    """Return the environment of a process, or an empty dict if it has ended or belongs to another user."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def role(process: psutil.Process, environment: dict[str, str]) -> str:
    """Return the role of a process, or "" if it has no role in a hub."""
    try:
        command = process.cmdline()
    except psutil.Error:
        return ""
    if command[1:3] == ["-m", "jupyterhub"]:
        return "hub"
    if any(part.endswith("configurable-http-proxy") for part in command[:2]):
        return "proxy"
    if command[1:4] == ["-m", "autograder", "watch"]:
        return "service"
    if command[1:3] != ["-m", "jupyterhub.singleuser"]:
        return ""
    return "service" if environment.get("JUPYTERHUB_SERVICE_NAME") else f"server of {environment['JUPYTERHUB_USER']}"


def is_server(pid: int, state: Path, user: str) -> bool:
    """Return whether the process `pid` is this user's server, started by the hub in the folder `state`."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return False
    environment = environment_of(process)
    return environment.get("GRADLAB_HUB") == str(state) and role(process, environment) == f"server of {user}"


def kill(processes: Iterable[psutil.Process]) -> None:
    """Kill processes and wait until they have ended, for at most 10 seconds."""
    processes = list(processes)
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=10)

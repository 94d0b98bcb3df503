"""The processes of a hub, whoever their parent is by now: each carries the hub's state folder in its environment.

A number in a file or a database says little after a kill: by then it may be another process's.
"""

import psutil


def running(state):
    """The processes of this user that belong to the hub in the folder `state`.

    Returns
    -------
    dict of psutil.Process to str
        "hub", "proxy", "service" or "server of <name>". What these have started, kernels for instance, is not told.
    """
    found = {}
    for process in psutil.process_iter():
        environment = environment_of(process)
        if environment.get("GRADLAB_HUB") == str(state) and (kind := role(process, environment)):
            found[process] = kind
    return found


def environment_of(process):
    """Its environment; empty where it has ended or is another user's."""
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def role(process, environment):
    """What it is for the hub; nothing where it is not the hub's own."""
    try:
        command = process.cmdline()
    except psutil.Error:
        return ""
    if command[1:3] == ["-m", "jupyterhub"]:
        return "hub"
    if any(part.endswith("configurable-http-proxy") for part in command[:2]):
        return "proxy"
    if command[1:3] != ["-m", "jupyterhub.singleuser"]:
        return ""
    return "service" if environment.get("JUPYTERHUB_SERVICE_NAME") else f"server of {environment['JUPYTERHUB_USER']}"


def is_server(pid, state, user):
    """Whether the process with this number is the server of a hub's user."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return False
    environment = environment_of(process)
    return environment.get("GRADLAB_HUB") == str(state) and role(process, environment) == f"server of {user}"


def kill(processes):
    """Kill processes, and return when they have ended."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(processes, timeout=10)

"""`make hub`: prepare a course and a class under build/hub, start JupyterHub, say where everything is.

Started again after it was killed it goes on where it was: whoever was logged in still is, and servers that survived
keep their open notebooks.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from nbgrader.api import Gradebook
from traitlets.config import Config

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

import processes  # noqa: E402

from autograder import catalogue  # noqa: E402
from autograder.demo.course import create_course  # noqa: E402
from autograder.notebooks.build import build  # noqa: E402
from autograder.plugin.config import configure  # noqa: E402
from autograder.sandbox.privileges import hide_and_die_with_parent  # noqa: E402

STATE = Path(os.environ.get("GRADLAB_HUB", ROOT / "build" / "hub")).resolve()
PROXY = ROOT / "build" / "proxy"
PORT = int(os.environ.get("GRADLAB_HUB_PORT", "8000"))
PORTS = range(PORT, PORT + 4)  # the proxy, the hub, the proxy's API, the formgrader
GRADERS = ("instructor", "assistant")
# Other students than these two can be named in the environment.
STUDENTS = dict.fromkeys(os.environ.get("GRADLAB_HUB_STUDENTS", "").split(), ("", "")) or {
    "ada": ("Ada", "Lovelace"),
    "grace": ("Grace", "Hopper"),
}
STARTED = time.monotonic()

SAYS = """
JupyterHub is at http://127.0.0.1:{port}, for this machine only. Stop it with Ctrl-C.

{people}

Each logs in from a browser window of its own: a private window, another browser. The graders see the formgrader at
once. Students choose Assignment List in the menu Nbgrader. docs/hub.md goes through it step by step.

This is a demonstration: all servers run as one Unix user ({user}) and keep people apart by HTTP only; whoever runs
code or opens a terminal in one can read everything. For a class, see deploy/README.md.
The class lives in {state}; delete that folder to begin anew.
"""


def main(assignments):
    """Run a hub with a course of these assignments until it is stopped; returns the exit code."""
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    problem = take_over(os.open(STATE, os.O_RDONLY)) or missing()
    if problem:
        print(problem, file=sys.stderr)
        with suppress(OSError):  # a class lives there
            STATE.rmdir()
        return 1
    install_proxy()
    lay_out_course(assignments)
    return serve(people())


def take_over(folder):
    """Stop what is left of a hub that was killed; returns why that cannot be, if one is running.

    Students' servers go on, and the hub finds them again, unless they know it by another port. The descriptor `folder`
    of `STATE` stays open, and locked, as long as this process lives.
    """
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return f"A hub is running in {STATE} already. Stop it first, with Ctrl-C where it was started."
    api = f"http://127.0.0.1:{PORT + 1}/hub/api"
    left = processes.running(STATE)
    # The hub goes first, as it would start the others anew.
    stop = [process for kind in ("hub", "proxy", "service") for process, role in left.items() if role == kind]
    servers = [process for process, role in left.items() if role.startswith("server of ")]
    stop += [server for server in servers if processes.environment_of(server).get("JUPYTERHUB_API_URL") != api]
    processes.kill(stop)
    (STATE / "proxy.pid").unlink(missing_ok=True)  # the hub would end whatever has that number by now
    return ""


def missing():
    """Why the hub cannot start here, with what to do; nothing where it can."""
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            return (
                f"{command} is needed for JupyterHub's proxy and is not installed. Install Node.js 18 or newer, for "
                "instance with: sudo apt-get install nodejs npm"
            )
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return (
                    f"Port {port} is taken, and the hub needs {PORTS[0]} to {PORTS[-1]}. Stop what uses it, which may "
                    f"be another hub, or choose other ports: make hub PORT={PORT + 1000}"
                )
    return ""


def say(text):
    """Tell what is being done, and how long it has taken so far."""
    print(f"[{time.monotonic() - STARTED:3.0f} s] {text}", flush=True)


def install_proxy():
    """The proxy, from npm, as deploy/hub/package-lock.json pins it."""
    lock = HERE / "package-lock.json"
    installed = PROXY / "installed.json"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    say("installing JupyterHub's proxy with npm")
    PROXY.mkdir(parents=True, exist_ok=True)
    for path in (HERE / "package.json", lock):
        shutil.copyfile(path, PROXY / path.name)
    subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"], cwd=PROXY, check=True
    )
    shutil.copyfile(lock, installed)


def people():
    """Everybody's password, made once, and a home each."""
    path = STATE / "passwords.json"
    passwords = {name: secrets.token_urlsafe(9) for name in (*GRADERS, *STUDENTS)}
    if path.exists():
        passwords |= json.loads(path.read_text())
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(passwords))
    unfinished.replace(path)
    for name in ("course", *passwords):
        (STATE / "homes" / name).mkdir(parents=True, exist_ok=True)
    return passwords


def lay_out_course(assignments):
    """A course with these assignments, once; what a class did in it stays."""
    course = STATE / "course"
    if course.exists():
        return
    unfinished = create_course(ROOT, STATE / "course.part")
    for name in assignments:
        shutil.copytree(ROOT / "assignments" / name, unfinished / "assignments" / name)
    configure(Config(), unfinished)  # makes the exchange, before several processes want to
    say(f"building {len(assignments)} assignments")
    with ProcessPoolExecutor(max_workers=os.cpu_count(), initializer=hide_and_die_with_parent) as pool:
        building = {pool.submit(build, unfinished, name): name for name in assignments}
        for number, built in enumerate(as_completed(building), start=1):
            built.result()
            say(f"built {building[built]}, {number} of {len(assignments)}")
    with Gradebook(f"sqlite:///{unfinished / 'build' / 'gradebook.db'}", "demo") as gradebook:
        for name, (first, last) in STUDENTS.items():
            gradebook.add_student(name, first_name=first, last_name=last)
    unfinished.rename(course)


def serve(passwords):
    """Run the hub until it is told to stop."""
    say("starting JupyterHub")
    environment = os.environ | {
        "GRADLAB_HUB": str(STATE),
        "GRADLAB_HUB_PORT": str(PORT),
        "GRADLAB_HUB_GRADERS": " ".join(GRADERS),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "jupyterhub_config.py")]
    with open(STATE / "hub.log", "ab") as log:
        hub = subprocess.Popen(command, cwd=STATE, env=environment, stdout=log, stderr=log, start_new_session=True)
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: hub.terminate())
    if answers(hub):
        say("ready")
        names = "\n".join(f"    {name:<12} password {password}" for name, password in passwords.items())
        print(SAYS.format(port=PORT, people=names, user=f"uid {os.geteuid()}", state=STATE), flush=True)
    code = hub.wait()
    if code in (0, -signal.SIGTERM):
        processes.kill(processes.running(STATE))
        say("stopped")
        return 0
    print(f"The hub stopped with code {code}; its last words are in {STATE / 'hub.log'}.", file=sys.stderr)
    return 1


def answers(hub):
    """Wait until the hub shows its login page; False if it ended before."""
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/hub/login", timeout=10):
                return True
        except (URLError, OSError):
            try:
                hub.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            return False


if __name__ == "__main__":
    # A shell's background jobs ignore this signal, by which the hub stops servers; they would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:] or list(catalogue.assignments())))
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}: what it said stands above.")

"""`make hub`: prepare a course and a class in build/hub, start JupyterHub, and print the address and the passwords.

If the hub was killed, run this script again: everyone is still logged in, and servers that survived keep their open
notebooks.
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
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

import processes  # noqa: E402

STATE = Path(os.environ.get("GRADLAB_HUB", ROOT / "build" / "hub")).resolve()
PROXY = ROOT / "build" / "proxy"


def first_port(text: str) -> int:
    """Return the first of the hub's four ports, or end the program with a sentence if `text` is not a valid port."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65532):
        sys.exit(f"PORT must be a number from 1 to 65532, as in: make hub PORT=9000. Got {text!r}.")
    return int(text)


PORT = first_port(os.environ.get("GRADLAB_HUB_PORT", "8000"))
PORTS = range(PORT, PORT + 4)  # for the proxy, the hub, the proxy's API, and the formgrader, in this order
LOCK_SECONDS = 5  # to wait for what is left of a hub that was killed
GRADERS = ("instructor", "assistant")
# If the environment variable lists names, they replace these two students.
STUDENTS = dict.fromkeys(os.environ.get("GRADLAB_HUB_STUDENTS", "").split(), ("", "")) or {
    "ada": ("Ada", "Lovelace"),
    "grace": ("Grace", "Hopper"),
}
STARTED = time.monotonic()

WELCOME = """
JupyterHub is at http://127.0.0.1:{port}, for this machine only. Stop it with Ctrl-C.

{people}

Use a separate browser window for each person: a private window, or another browser. Graders see the formgrader first.
Students choose Nbgrader > Assignment List in the menu bar. docs/hub.md shows every step.

This is a demonstration: all servers run as one Unix user ({user}) and keep people apart by HTTP only. Anyone who runs
code or opens a terminal in any server can read everything. For a real class, see deploy/README.md.
The class is stored in {state}. To start over, delete that folder.
"""


def main(assignments: list[str]) -> int:
    """Run a hub for a course with these assignments until the hub is stopped, and return the exit code.

    If `assignments` is empty, the course has all of them. An existing course is kept, with the work of its class.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    problem = take_over(os.open(STATE, os.O_RDONLY)) or unknown_assignment(assignments) or missing_requirement()
    if problem:
        print(problem, file=sys.stderr)
        with suppress(OSError):  # raised if the folder is not empty, because it holds a class
            STATE.rmdir()
        return 1
    install_proxy()
    if not (STATE / "course").exists():
        from new_course import lay_out_course  # takes longer to import than anything else takes to start

        lay_out_course(STATE, assignments, STUDENTS, say)
    return serve(people())


def take_over(folder: int) -> str:
    """Stop what is left of a hub that was killed. Return an error message if a hub is still running, otherwise "".

    Students' servers keep running, and the new hub finds them again. Only those that expect the hub on another port
    are stopped. `folder` is a descriptor of `STATE`; it stays open and locked as long as this process lives.
    """
    if not lock(folder):
        return f"A hub is already running in {STATE}. Stop it first: press Ctrl-C where you started it."
    api = f"http://127.0.0.1:{PORT + 1}/hub/api"
    remaining = processes.running(STATE)
    # Kill the hub first, because it would restart the proxy and the service.
    stop = [process for kind in ("hub", "proxy", "service") for process, role in remaining.items() if role == kind]
    servers = [process for process, role in remaining.items() if role.startswith("server of ")]
    stop += [server for server in servers if processes.environment_of(server).get("JUPYTERHUB_API_URL") != api]
    processes.kill(stop)
    (STATE / "proxy.pid").unlink(missing_ok=True)  # otherwise the hub would kill the process that has that id now
    return ""


def lock(folder: int) -> bool:
    """Lock a folder, and return whether that succeeded.

    If `start.py` was killed while it was building the course, the processes that were building share its lock until
    they have ended, which takes them a moment.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)


def unknown_assignment(names: list[str]) -> str:
    """Return an error message if an assignment does not exist, otherwise ""."""
    known = sorted(folder.name for folder in (ROOT / "assignments").iterdir() if folder.is_dir())
    unknown = [name for name in names if name not in known]
    return f"There is no assignment {unknown[0]!r}. The assignments are {', '.join(known)}." if unknown else ""


def missing_requirement() -> str:
    """Return the reason why the hub cannot start here and what to do about it, or "" if it can start."""
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            return (
                f"{command} is needed for JupyterHub's proxy and is not installed. Install Node.js 18 or newer, for "
                "example with: sudo apt-get install nodejs npm"
            )
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return (
                    f"Port {port} is taken, and the hub needs {PORTS[0]} to {PORTS[-1]}. Stop the program that uses it "
                    f"(perhaps another hub), or choose other ports: make hub PORT={PORT + 1000}"
                )
    return ""


def say(text: str) -> None:
    """Print a progress message, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:3.0f} s] {text}", flush=True)


def install_proxy() -> None:
    """Install the proxy from npm, in the version that deploy/hub/package-lock.json pins."""
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


def people() -> dict[str, str]:
    """Create missing passwords and home folders for everyone. Return the passwords, keyed by user name."""
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


def serve(passwords: dict[str, str]) -> int:
    """Run the hub until it is stopped, and return the exit code."""
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
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: hub.terminate())
    if wait_for_login_page(hub):
        say("ready")
        names = "\n".join(f"    {name:<12} password {password}" for name, password in passwords.items())
        print(WELCOME.format(port=PORT, people=names, user=f"uid {os.geteuid()}", state=STATE), flush=True)
    code = hub.wait()
    if code in (0, -signal.SIGTERM):
        processes.kill(processes.running(STATE))
        say("stopped")
        return 0
    print(f"The hub stopped with code {code}. The end of {STATE / 'hub.log'} says why.", file=sys.stderr)
    return 1


def wait_for_login_page(hub: subprocess.Popen[bytes]) -> bool:
    """Wait until the hub shows its login page and return True, or return False if the hub ends before that."""
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
    # The hub stops servers with SIGINT. If a shell started this process in the background, the signal is ignored, and
    # the servers would inherit this setting.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error} The command's output is above.")

"""`make hub`: prepare a course and a class under build/hub, start JupyterHub, say where everything is."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from nbgrader.api import Gradebook

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from autograder import catalogue  # noqa: E402
from autograder.demo.course import lay_out  # noqa: E402

STATE = ROOT / "build" / "hub"
PORT = int(os.environ.get("GRADLAB_HUB_PORT", "8000"))
PORTS = range(PORT, PORT + 4)  # the proxy, the hub, the proxy's API, the formgrader
PEOPLE = ("instructor", "ada", "grace")

SAYS = """
JupyterHub is at http://127.0.0.1:{port} for this machine only. Stop it with Ctrl-C.

{people}

Students: menu Nbgrader, Assignment List. Instructor: http://127.0.0.1:{port}/services/gradlab/formgrader
All servers run as one Unix user ({user}): people are kept apart by HTTP only, and whoever opens a terminal sees
everything. It is a demonstration; for a class see deploy/README.md. Everything lies in {state}.
"""


def main():
    problem = missing()
    if problem:
        sys.exit(problem)
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    install_proxy()
    passwords = people()
    lay_out_course()
    return serve(passwords)


def missing():
    """Why the hub cannot start here, with what to do; nothing where it can."""
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            return (
                f"{command} is needed for JupyterHub's proxy and is not installed: install Node.js 20 or newer, for "
                "instance with apt-get install nodejs npm."
            )
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return (
                    f"port {port} is taken; the hub needs {PORTS[0]} to {PORTS[-1]}. Stop what uses it, or choose "
                    "others: make hub PORT=9000."
                )
    return ""


def install_proxy():
    """The proxy, from npm, as deploy/hub/package-lock.json pins it."""
    if (STATE / "node_modules" / ".bin" / "configurable-http-proxy").exists():
        return
    print("installing JupyterHub's proxy")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, STATE / name)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=STATE, check=True)


def people():
    """Everybody's password, made once."""
    path = STATE / "passwords.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({name: secrets.token_urlsafe(9) for name in PEOPLE}))
    passwords = json.loads(path.read_text())
    for name in passwords:
        (STATE / "homes" / name).mkdir(parents=True, exist_ok=True)
    return passwords


def lay_out_course():
    """A course of its own with every assignment, once; what a class did in it stays."""
    course = STATE / "course"
    if course.exists():
        return
    print("laying out a course with every assignment")
    unfinished = STATE / "course.part"
    lay_out(ROOT, unfinished, *catalogue.assignments())
    with Gradebook(f"sqlite:///{unfinished / 'build' / 'gradebook.db'}", "demo") as gradebook:
        for name in PEOPLE[1:]:
            gradebook.add_student(name, first_name=name.title())
    unfinished.rename(course)


def serve(passwords):
    """Run the hub until it is told to stop."""
    environment = os.environ | {
        "GRADLAB_HUB": str(STATE),
        "GRADLAB_HUB_PORT": str(PORT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "jupyterhub_config.py")]
    with open(STATE / "hub.log", "ab") as log:
        hub = subprocess.Popen(command, cwd=STATE, env=environment, stdout=log, stderr=log, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: hub.terminate())
    names = "\n".join(f"    {name:<12} password {password}" for name, password in passwords.items())
    user = f"uid {os.geteuid()}"
    print(SAYS.format(port=PORT, people=names, user=user, state=STATE), flush=True)
    try:
        code = hub.wait()
    except KeyboardInterrupt:
        print("stopping")
        hub.terminate()
        code = hub.wait()
    if code not in (0, -signal.SIGTERM):
        print(f"the hub stopped with code {code}; its last words are in {STATE / 'hub.log'}", file=sys.stderr)
    return 0 if code in (0, -signal.SIGTERM) else 1


if __name__ == "__main__":
    sys.exit(main())

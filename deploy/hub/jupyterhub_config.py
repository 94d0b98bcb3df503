"""JupyterHub on this machine, for a trial class. `start.py` prepares the course and the class, and starts the hub.

All servers run as the user who started the hub: only HTTP keeps people apart.
"""

import json
import os
import shlex
import sys
from pathlib import Path
from secrets import compare_digest

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from tornado.web import RedirectHandler

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import processes  # noqa: E402

PROXY = HERE.parents[1] / "build" / "proxy"
STATE = Path(os.environ["GRADLAB_HUB"])
PORT = int(os.environ["GRADLAB_HUB_PORT"])
PASSWORDS = json.loads((STATE / "passwords.json").read_text())
GRADERS = os.environ["GRADLAB_HUB_GRADERS"].split()
STUDENTS = [name for name in PASSWORDS if name not in GRADERS]
FORMGRADER = "/services/gradlab/formgrader"
SERVER = [sys.executable, "-m", "jupyterhub.singleuser", *(["--allow-root"] if os.geteuid() == 0 else [])]


class OwnPasswords(Authenticator):
    """Authenticates with one password per person, from a file that only the user who started the hub can read."""

    allow_all = True  # everyone who has a password can log in

    async def authenticate(self, handler, data):
        password = PASSWORDS.get(data["username"])
        correct = password is not None and compare_digest(password.encode(), data["password"].encode())
        return data["username"] if correct else None


class OwnServers(SimpleLocalProcessSpawner):
    """Spawns local servers, which the hub recognizes after a restart.

    The hub stores their process ids. After a restart, such an id may belong to an unrelated process, which the hub
    would kill if `load_state` did not check.
    """

    def load_state(self, state):
        super().load_state(state)
        if self.pid and not processes.is_server(self.pid, STATE, self.user.name):
            self.pid = 0


def first_page(handler):
    """Return the first page after login: the formgrader for graders, JupyterLab for students."""
    user = handler.current_user
    return FORMGRADER if user and user.name in GRADERS else ""


c = get_config()  # noqa: F821 - JupyterHub defines it

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.authenticator_class = OwnPasswords
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [str(PROXY / "node_modules" / ".bin" / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

# Everyone may use their own server and nothing else. Graders may also use the formgrader, several at a time.
c.JupyterHub.load_groups = {"graders": {"users": GRADERS}, "students": {"users": STUDENTS}}
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self"]},
    {"name": "grader", "groups": ["graders"], "scopes": ["access:services!service=gradlab"]},
]
c.JupyterHub.default_url = first_page
c.JupyterHub.template_vars = {
    "announcement_login": "This is a demonstration. The terminal where make hub runs shows the names and passwords."
}

# The course's own server shows the formgrader in a browser tab. JupyterLab would show it in a frame, which hubs forbid.
c.JupyterHub.services = [
    {
        "name": "gradlab",
        "url": f"http://127.0.0.1:{PORT + 3}",
        "command": [*SERVER, "--ServerApp.default_url=/formgrader"],
        "cwd": str(STATE / "course"),
        "environment": {
            "HOME": str(STATE / "homes" / "course"),
            "PATH": os.environ["PATH"],
            "GRADLAB_HUB": str(STATE),
            "JUPYTER_CONFIG_PATH": str(HERE / "course"),
        },
        "oauth_no_confirm": True,
    }
]
# With `make hub WATCH="update_rules --attempts 3"`, this assignment is graded as soon as students submit.
if WATCH := shlex.split(os.environ.get("GRADLAB_HUB_WATCH", "")):
    course_service = c.JupyterHub.services[0]
    c.JupyterHub.services.append(
        {
            "name": "watch",
            "command": [sys.executable, "-m", "autograder", "watch", *WATCH],
            "cwd": course_service["cwd"],
            "environment": course_service["environment"] | {"PYTHONPATH": str(HERE.parents[1])},
        }
    )
# In a browser tab, the formgrader's links to files lack the path of its server. Add that path.
FILES = {"url": "/services/gradlab/{0}/{1}", "permanent": False}
c.JupyterHub.extra_handlers = [(r"/(tree|notebooks|edit)/(.*)", RedirectHandler, FILES)]

c.JupyterHub.spawner_class = OwnServers
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")
c.Spawner.cmd = SERVER
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # seconds; starting a whole class at once takes longer
c.Spawner.default_url = "/lab"
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "VIRTUAL_ENV"]
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(HERE / "student"), "GRADLAB_HUB": str(STATE)}

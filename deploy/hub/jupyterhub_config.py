"""A JupyterHub on this machine, to try a class on. `start.py` prepares what it needs and starts it.

Everybody's server runs as whoever started the hub: people are kept apart by HTTP only.
"""

import json
import os
import sys
from pathlib import Path
from secrets import compare_digest

from jupyterhub.auth import Authenticator

HERE = Path(__file__).resolve().parent
STATE = Path(os.environ["GRADLAB_HUB"])
PORT = int(os.environ["GRADLAB_HUB_PORT"])
PASSWORDS = json.loads((STATE / "passwords.json").read_text())
INSTRUCTORS = ["instructor"]
STUDENTS = [name for name in PASSWORDS if name not in INSTRUCTORS]
SERVER = [sys.executable, "-m", "jupyterhub.singleuser", *(["--allow-root"] if os.geteuid() == 0 else [])]


class OwnPasswords(Authenticator):
    """A password a person, out of a file that only whoever started the hub can read."""

    allow_all = True  # whoever has a password

    async def authenticate(self, handler, data):
        password = PASSWORDS.get(data["username"])
        right = password is not None and compare_digest(password.encode(), data["password"].encode())
        return data["username"] if right else None


c = get_config()  # noqa: F821 - JupyterHub defines it

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.JupyterHub.db_url = f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.authenticator_class = OwnPasswords
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [str(STATE / "node_modules" / ".bin" / "configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")

c.JupyterHub.load_groups = {"instructors": {"users": INSTRUCTORS}, "students": {"users": STUDENTS}}
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self"]},
    {"name": "instructor", "groups": ["instructors"], "scopes": ["access:services!service=gradlab"]},
]

# The formgrader, in a tab of its own: in JupyterLab it would be framed, which current hubs forbid.
c.JupyterHub.services = [
    {
        "name": "gradlab",
        "url": f"http://127.0.0.1:{PORT + 3}",
        "command": [*SERVER, "--ServerApp.default_url=/formgrader"],
        "cwd": str(STATE / "course"),
        "environment": {"HOME": str(STATE / "homes" / "instructor"), "PATH": os.environ["PATH"]},
        "oauth_no_confirm": True,
    }
]

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")
c.Spawner.cmd = SERVER
c.Spawner.default_url = "/lab"
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "VIRTUAL_ENV"]
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(HERE / "student"), "GRADLAB_HUB": str(STATE)}

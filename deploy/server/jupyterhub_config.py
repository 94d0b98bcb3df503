"""JupyterHub for a class on one server: everyone is a Unix user, systemd sets limits, and the group `graders` grades.

`install` copies this file to /etc/gradlab, and puts the hub's secrets into /etc/gradlab/hub.env. Restart the hub
whenever you change this file, and whenever somebody joins or leaves `graders`. Servers keep running during a restart.
"""

import grp
import os
import pwd
import re
import sys
from pathlib import Path

from tornado.web import HTTPError, RequestHandler

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import courses  # noqa: E402
from login_names import read_logins, unix_name  # noqa: E402

VENV = Path(sys.executable).parent
COURSES = courses.read_courses(HERE / "courses")
STATE = Path("/var/lib/jupyterhub")
CULL_AFTER = 2 * 60 * 60  # seconds without activity

c = get_config()  # noqa: F821 - JupyterHub defines it

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # behind nginx, which provides HTTPS
c.JupyterHub.hub_bind_url = "http://127.0.0.1:8081"
c.JupyterHub.db_url = os.environ.get("GRADLAB_HUB_DB") or f"sqlite:///{STATE / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.cleanup_servers = False  # servers survive a restart of the hub
c.ConfigurableHTTPProxy.should_start = False  # systemd starts it, as its own unit
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:8001"


def name_of_unix_user(info):
    """Return the name of the Unix user for a university login."""
    claim = os.environ.get("OAUTH_USERNAME_CLAIM", "preferred_username")
    try:
        return unix_name(str(info[claim]))
    except KeyError:
        raise HTTPError(500, f"The university's reply has no {claim}. Set OAUTH_USERNAME_CLAIM in hub.env.") from None
    except ValueError as reason:
        raise HTTPError(403, str(reason)) from None


c.Authenticator.username_pattern = r"[a-z][a-z0-9._-]{0,31}\Z"
if os.environ.get("OAUTH_CLIENT_ID"):  # in hub.env, with oauthenticator's other OAUTH_ variables
    c.JupyterHub.authenticator_class = "oauthenticator.generic.LocalGenericOAuthenticator"
    c.LocalAuthenticator.create_system_users = True
    c.LocalAuthenticator.add_user_cmd = ["useradd", "--create-home", "--key", "HOME_MODE=0700", "--groups", "students"]
    c.Authenticator.allowed_users = set(read_logins(HERE / "students"))
    c.GenericOAuthenticator.username_claim = name_of_unix_user
else:
    c.JupyterHub.authenticator_class = "pam"
    c.LocalAuthenticator.allowed_groups = {"students", *(course.group for course in COURSES)}


def keep_home_private(spawner):
    """Make sure that nobody else can read a student's home folder, however it was created."""
    person = pwd.getpwnam(spawner.user.name)
    home = os.open(person.pw_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(home).st_uid != person.pw_uid or person.pw_uid < 1000:
            raise PermissionError(f"{person.pw_dir} must belong to {person.pw_name}, a user with uid 1000 or higher.")
        os.fchmod(home, 0o700)
    finally:
        os.close(home)


c.JupyterHub.spawner_class = "systemd"
c.Spawner.pre_spawn_hook = keep_home_private
c.Spawner.cmd = [str(VENV / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 1.0
c.Spawner.environment = {"PATH": f"{VENV}:/usr/bin:/bin", "JUPYTER_CONFIG_PATH": "/etc/gradlab/student"}
c.SystemdSpawner.default_shell = "/bin/bash"
c.SystemdSpawner.slice = "gradlab.slice"
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.unit_extra_properties = {"UMask": "0077", "TasksMax": "256", "ProtectProc": "invisible"}

# The graders of a course share one formgrader, which runs as the Unix user who owns the course. It needs its own
# browser tab: in JupyterLab, it would be in a frame, which stays blank.
c.JupyterHub.services = [
    *(courses.service(course, VENV) for course in COURSES),
    {"name": "metrics", "api_token": os.environ["GRADLAB_METRICS_TOKEN"]},  # Prometheus reads /hub/metrics with it
    {
        "name": "cull",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={CULL_AFTER}"],
    },
]


class ToFormgrader(RequestHandler):
    """Redirects the formgrader's links to files, which lack the path of a course's formgrader in a browser tab."""

    def get(self, kind, path):
        origin = re.search(r"/services/([a-z0-9]+)/", self.request.headers.get("Referer", ""))
        names = [course.name for course in COURSES]
        course = origin[1] if origin and origin[1] in names else names[0]
        self.redirect(f"/services/{course}/{kind}/{path}")


c.JupyterHub.extra_handlers = [(r"/(tree|notebooks|edit)/(.*)", ToFormgrader)]
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self"]},
    *(courses.role(course, grp.getgrnam(course.group).gr_mem) for course in COURSES),
    {"name": "metrics", "services": ["metrics"], "scopes": ["read:metrics"]},
    {
        "name": "cull",
        "services": ["cull"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]

"""A user of the hub without a browser, who calls the APIs of the hub and of a JupyterLab server directly."""

import json
import uuid

import requests
import websocket

from .running import PATIENCE

COURSE = "demo"


class Refused(Exception):
    """The hub, a server, or a kernel answered with an error or a redirect."""


class Person:
    """A user who is logged in with a token that the hub issued in exchange for a password.

    Parameters
    ----------
    hub : Hub
    name : str
    """

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.session = requests.Session()
        credentials = {"username": name, "password": hub.passwords[name]}
        token = self.ask("POST", f"/hub/api/users/{name}/tokens", {"auth": credentials})["token"]
        self.session.headers["Authorization"] = f"token {token}"
        self.channels = {}

    def ask(self, method, path, body=None):
        """Send a request and return the content of the response.

        A `path` with a leading slash is a path on the hub. Any other path is a path on this person's server.

        Raises
        ------
        Refused
            If the response is an error or a redirect.
        """
        path = path if path.startswith("/") else f"/user/{self.name}/{path}"
        data = None if body is None else json.dumps(body)
        answer = self.session.request(method, self.hub.url + path, data=data, timeout=PATIENCE, allow_redirects=False)
        if not answer.ok or answer.is_redirect:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def start_server(self):
        """Start this person's server if it isn't running, and wait until it is ready."""
        if not self.ask("GET", f"/hub/api/users/{self.name}")["servers"]:
            self.ask("POST", f"/hub/api/users/{self.name}/server")
        path = f"{self.hub.url}/hub/api/users/{self.name}/server/progress"
        with self.session.get(path, stream=True, timeout=PATIENCE) as stream:
            events = [line.removeprefix(b"data: ") for line in stream.iter_lines() if line.startswith(b"data: ")]
        if not events or not json.loads(events[-1]).get("ready"):
            raise Refused(f"{self.name}'s server did not start. Last event: {events[-1:]}")

    def assignments(self):
        """Return the entries of the Assignment List: assignments that are released, fetched, or submitted."""
        return self.ask("GET", f"assignments?course_id={COURSE}")["value"]

    def fetch(self, assignment):
        return self._act("fetch", assignment)

    def submit(self, assignment):
        return self._act("submit", assignment)

    def _act(self, action, assignment):
        answer = self.ask("POST", f"assignments/{action}", {"course_id": COURSE, "assignment_id": assignment})
        if not answer["success"]:
            raise Refused(answer["value"])
        return answer["value"]

    def open(self, assignment):
        """Return the notebook of an assignment, as JupyterLab reads it."""
        return self.ask("GET", f"api/contents/{assignment}/{assignment}.ipynb")["content"]

    def save(self, assignment, notebook):
        body = {"type": "notebook", "format": "json", "content": notebook}
        self.ask("PUT", f"api/contents/{assignment}/{assignment}.ipynb", body)

    def move(self, folder, to):
        self.ask("PATCH", f"api/contents/{folder}", {"path": to})

    def start_kernel(self, assignment):
        """Start a kernel for a notebook, connect to the kernel, and return its id."""
        path = f"{assignment}/{assignment}.ipynb"
        body = {"type": "notebook", "name": path, "path": path, "kernel": {"name": "python3"}}
        kernel = self.ask("POST", "api/sessions", body)["kernel"]["id"]
        self.connect(kernel)
        return kernel

    def connect(self, kernel):
        url = f"{self.hub.url.replace('http', 'ws', 1)}/user/{self.name}/api/kernels/{kernel}/channels"
        headers = [f"Authorization: {self.session.headers['Authorization']}"]
        self.channels[kernel] = websocket.create_connection(url, timeout=PATIENCE, header=headers)

    def run(self, kernel, source):
        """Run a cell, and return its outputs as MIME bundles. Printed text has the type ``text/plain``.

        Raises
        ------
        Refused
            If the cell raises an exception.
        """
        message_id = uuid.uuid4().hex
        message = {
            "channel": "shell",
            "header": {
                "msg_id": message_id,
                "msg_type": "execute_request",
                "username": "",
                "session": "",
                "version": "5",
            },
            "parent_header": {},
            "metadata": {},
            "content": {"code": source},
        }
        self.channels[kernel].send(json.dumps(message))
        outputs, waiting = [], {"execute_reply", "idle"}
        while waiting:
            answer = json.loads(self.channels[kernel].recv())
            if answer["parent_header"].get("msg_id") != message_id:
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "error":
                raise Refused("\n".join(content["traceback"]))
            if kind == "stream":
                outputs.append({"text/plain": content["text"]})
            outputs += [content["data"]] if kind in ("execute_result", "display_data") else []
            waiting -= {kind, content.get("execution_state") if kind == "status" else None}
        return outputs

    def leave(self):
        """Close all connections; the server and its kernels keep running."""
        for channel in self.channels.values():
            channel.close()
        self.session.close()


def browser_session(hub, name):
    """Log in on the hub's login page, and return the session, which has the same cookies as a browser."""
    session = requests.Session()
    session.get(f"{hub.url}/hub/login", timeout=PATIENCE)
    form = {"username": name, "password": hub.passwords[name], "_xsrf": session.cookies["_xsrf"]}
    session.post(f"{hub.url}/hub/login?next=/hub/home", data=form, timeout=PATIENCE, allow_redirects=False)
    return session


def is_logged_in(hub, session):
    return session.get(f"{hub.url}/hub/home", timeout=PATIENCE, allow_redirects=False).status_code == 200


def find_cell(notebook, grade_id):
    """Return the cell with this ``grade_id``: the answer to an exercise, or its check."""
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)

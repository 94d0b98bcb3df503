"""A person at a hub, by its own API and that of their JupyterLab server: what a browser does for them, without one."""

import json
import uuid

import requests
import websocket

PATIENCE = 120  # seconds until an answer is given up
COURSE = "demo"


class Refused(Exception):
    """The hub or a server answered with an error."""


class Person:
    """Logged in with their password, from which the hub makes a token.

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
        """The answer to one request; `path` is the hub's, or one of this person's server if it has no leading slash."""
        path = path if path.startswith("/") else f"/user/{self.name}/{path}"
        data = None if body is None else json.dumps(body)
        answer = self.session.request(method, self.hub.url + path, data=data, timeout=PATIENCE, allow_redirects=False)
        if not answer.ok or answer.is_redirect:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def start_server(self):
        """Start this person's server, unless it runs, and return when it is ready."""
        if not self.ask("GET", f"/hub/api/users/{self.name}")["servers"]:
            self.ask("POST", f"/hub/api/users/{self.name}/server")
        path = f"{self.hub.url}/hub/api/users/{self.name}/server/progress"
        with self.session.get(path, stream=True, timeout=PATIENCE) as events:
            told = [line.removeprefix(b"data: ") for line in events.iter_lines() if line.startswith(b"data: ")]
        if not told or not json.loads(told[-1]).get("ready"):
            raise Refused(f"the server of {self.name} did not start: {told[-1:]}")

    def assignments(self):
        """What the Assignment List shows: assignments that are released or fetched, and those submitted."""
        return self.ask("GET", f"assignments?course_id={COURSE}")["value"]

    def fetch(self, assignment):
        return self._act("fetch", assignment)

    def submit(self, assignment):
        return self._act("submit", assignment)

    def _act(self, action, assignment):
        said = self.ask("POST", f"assignments/{action}", {"course_id": COURSE, "assignment_id": assignment})
        if not said["success"]:
            raise Refused(said["value"])
        return said["value"]

    def open(self, assignment):
        """The notebook of an assignment, as JupyterLab reads it."""
        return self.ask("GET", f"api/contents/{assignment}/{assignment}.ipynb")["content"]

    def save(self, assignment, notebook):
        body = {"type": "notebook", "format": "json", "content": notebook}
        self.ask("PUT", f"api/contents/{assignment}/{assignment}.ipynb", body)

    def move(self, folder, to):
        self.ask("PATCH", f"api/contents/{folder}", {"path": to})

    def start_kernel(self, assignment):
        """A kernel for a notebook, and the connection to it; returns the kernel's id."""
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
        """Run a cell; returns its outputs as MIME bundles, printed text as ``text/plain``.

        Raises
        ------
        Refused
            If it raises an exception.
        """
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "execute_request",
            "username": "",
            "session": "",
            "version": "5",
        }
        message = {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": {"code": source},
        }
        self.channels[kernel].send(json.dumps(message | {"content": {"code": source}}))
        outputs, waiting = [], {"execute_reply", "idle"}
        while waiting:
            answer = json.loads(self.channels[kernel].recv())
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
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
        """Close all connections; server and kernels go on."""
        for channel in self.channels.values():
            channel.close()
        self.session.close()


def browser(hub, name):
    """A session that is logged in by the hub's own page, as a browser is: by cookies."""
    session = requests.Session()
    session.get(f"{hub.url}/hub/login", timeout=PATIENCE)
    form = {"username": name, "password": hub.passwords[name], "_xsrf": session.cookies["_xsrf"]}
    session.post(f"{hub.url}/hub/login?next=/hub/home", data=form, timeout=PATIENCE, allow_redirects=False)
    return session


def is_logged_in(hub, session):
    return session.get(f"{hub.url}/hub/home", timeout=PATIENCE, allow_redirects=False).status_code == 200


def cell(notebook, grade_id):
    """The cell of an exercise, or of its check."""
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)

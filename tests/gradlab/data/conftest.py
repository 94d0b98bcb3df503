"""A file server on loopback that breaks connections when told to, and files in the official formats."""

import hashlib
import http.server
import re
import threading

import pytest

from gradlab.data.fetch import OfficialFile


class FileServer(http.server.ThreadingHTTPServer):
    """Serves `files` by name.

    Attributes
    ----------
    files : dict of str to bytes
    ranges : bool
        Whether it can begin in the middle of a file.
    breaks : list of int
        After how many bytes the connections to come break off, one by one; later ones do not.
    asked : list of tuple
        Every request's file name and Range header.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.ranges, self.breaks, self.asked = {}, True, [], []
        self.silent = threading.Event()

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"

    def official(self, name, content):
        """Serve `content`, and say that it is the official file of that name."""
        self.files[name] = content
        return OfficialFile(name, len(content), hashlib.sha256(content).hexdigest(), (self.url(name),))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name, wanted = self.path.removeprefix("/"), self.headers.get("Range")
        self.server.asked.append((name, wanted))
        if name == "silence":
            self.server.silent.wait()
            return
        if name not in self.server.files:
            self.send_error(404)
            return
        content = self.server.files[name]
        begin = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.server.ranges else 0
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        end = begin + self.server.breaks.pop(0) if self.server.breaks else len(content)
        self.wfile.write(content[begin:end])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with FileServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.silent.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def offline(monkeypatch):
    """An address where nobody answers."""
    monkeypatch.setenv("no_proxy", "*")
    server = FileServer()
    url = server.url("data.bin")
    server.server_close()
    return url

"""A file server on the loopback interface that can deliberately break connections."""

import hashlib
import http.server
import re
import threading

import pytest

from gradlab.data.fetch import OfficialFile


class FileServer(http.server.ThreadingHTTPServer):
    """An HTTP server for files.

    Attributes
    ----------
    files : dict of str to bytes
        The contents of the files, keyed by name.
    ranges : bool
        Whether the server supports range requests.
    breaks : list of int
        The number of bytes after which each of the next connections breaks. Later connections don't break.
    requests : list of tuple
        The file name and Range header of every request.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.ranges, self.breaks, self.requests = {}, True, [], []
        self.closing = threading.Event()

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"

    def official(self, name, content):
        """Serve `content`, and return its description as an official file of that name."""
        self.files[name] = content
        return OfficialFile(name, len(content), hashlib.sha256(content).hexdigest(), (self.url(name),))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name, requested = self.path.removeprefix("/"), self.headers.get("Range")
        self.server.requests.append((name, requested))
        if name == "silence":
            self.server.closing.wait()
            return
        if name not in self.server.files:
            self.send_error(404)
            return
        content = self.server.files[name]
        begin = int(re.fullmatch(r"bytes=(\d+)-", requested)[1]) if requested and self.server.ranges else 0
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
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def offline(monkeypatch):
    """A URL at which no server listens."""
    monkeypatch.setenv("no_proxy", "*")
    server = FileServer()
    url = server.url("data.bin")
    server.server_close()
    return url

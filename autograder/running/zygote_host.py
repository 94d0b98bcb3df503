"""The judge's side of students' processes: starts the zygote, asks for children, talks to them within limits."""

import contextlib
import json
import os
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.paths import ROOT
from autograder.sandbox import Unavailable

from .watch import WOULD_NOT_STOP, Died, Limit, Watch
from .wire import LENGTH, WireError, decode, encode, frame_length

BOOT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from autograder.running import zygote
sys.path.remove(sys.argv[1])
zygote.main(int(sys.argv[2]), json.loads(sys.argv[3]))
"""
GRACE = 1.0  # seconds between asking code to stop and killing its process


@dataclass(frozen=True)
class Reply:
    """What a child answered, and whether it had to be interrupted to answer."""

    values: dict
    interrupted: bool


class ZygoteHost:
    """One zygote, from which any number of threads may have children.

    Parameters
    ----------
    settings : dict
        As for `autograder.running.zygote.main`.
    cache : path
        A folder for matplotlib's font list, so that it is made once.
    """

    def __init__(self, settings, cache):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        Path(cache).mkdir(parents=True, exist_ok=True)
        # Nothing of this process's environment goes along: it may hold tokens.
        environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(cache),
            "MPLCONFIGDIR": str(cache),
            "MPLBACKEND": "agg",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        } | {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-c", BOOT, str(ROOT), str(theirs.fileno()), json.dumps(settings)],
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
            cwd="/",
        )
        theirs.close()
        self._control = ours
        self._lock = threading.Lock()
        self._ready = False

    def spawn(self, scratch):
        """A new child in the folder `scratch`.

        Raises
        ------
        Unavailable
            If the child could not be confined.
        """
        ours, theirs = socket.socketpair()
        with self._lock:
            self._wait_until_ready()
            request = json.dumps({"do": "spawn", "scratch": str(scratch)}).encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
            theirs.close()
            pid = self._answer()["pid"]
        handle = Handle(self, pid, ours, scratch)
        hello = handle.hello()
        if hello.get("ready") is not True:
            handle.close()
            raise Unavailable(hello.get("unavailable", "the sandboxed process did not start"))
        return handle

    def reap(self, pid):
        with self._lock:
            self._control.send(json.dumps({"do": "reap", "pid": pid}).encode())
            return self._answer()

    def close(self):
        self._control.close()
        self._process.wait()

    def _wait_until_ready(self):
        if not self._ready:
            self._answer()
            self._ready = True

    def _answer(self):
        message = self._control.recv(1 << 16)
        if not message:
            raise Unavailable(f"the zygote ended with status {self._process.wait()}")
        return json.loads(message)


class Handle:
    """One child: ask it, within limits; close it, whatever state it is in."""

    def __init__(self, zygote_host, pid, channel, scratch):
        self._host = zygote_host
        self.pid = pid
        self._scratch = scratch
        self._channel = channel
        self._buffer = bytearray()

    def hello(self):
        """The child's first message: that it is confined and ready, or why it could not be confined."""
        deadline = time.monotonic() + 60
        try:
            frame = self._frame(lambda: time.monotonic() > deadline)
        except Died:
            frame = None
        return {} if frame is None else decode(frame)

    def ask(self, request, limit, on_call=None):
        """Send a request and wait for its answer.

        Parameters
        ----------
        request : dict
            ``{"do": ..., ...}``; it gets a fresh id, which the answer must carry.
        limit : Limit
        on_call : callable, optional
            ``on_call(case, name, arguments) -> value``, for the child's calls of oracles.

        Returns
        -------
        Reply

        Raises
        ------
        Died
        """
        request_id = secrets.randbits(62)
        watch = Watch(self.pid, self._scratch, limit)
        try:
            self._send({"id": request_id, **request})
            while True:
                frame = self._frame(watch.over)
                if frame is None:
                    watch = self._interrupt(watch)
                    continue
                values = decode(frame)
                if type(values) is not dict or values.pop("id", None) != request_id:
                    raise WireError("an answer to something that was not asked")
                if "call" not in values:
                    return Reply(values, watch.interrupted)
                self._send({"id": request_id, **_answer_call(on_call, values)})
        except WireError:
            self.kill()
            raise Died("the process sent something that is not an answer") from None
        except OSError:
            self.kill()
            raise Died("the process died") from None
        except Died:
            self.kill()
            raise

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self):
        """End the child and everything in it; returns its exit status, processor time and peak memory."""
        self._channel.close()
        self.kill()
        return self._host.reap(self.pid)

    def _interrupt(self, watch):
        if watch.interrupted:
            raise Died(WOULD_NOT_STOP)
        os.kill(self.pid, signal.SIGINT)
        return Watch(self.pid, self._scratch, Limit(GRACE, GRACE), interrupted=True)

    def _send(self, message):
        self._channel.settimeout(10)
        self._channel.sendall(encode(message))

    def _frame(self, over):
        """The next frame's body, or None if `over` says so first."""
        size = LENGTH.size
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            wait = 0.01
            while True:
                if len(self._buffer) >= LENGTH.size:
                    size = LENGTH.size + frame_length(self._buffer[: LENGTH.size])
                    if len(self._buffer) >= size:
                        body = bytes(self._buffer[LENGTH.size : size])
                        del self._buffer[:size]
                        return body
                if selector.select(wait):
                    part = self._channel.recv(1 << 20)
                    if not part:
                        raise Died("the process died")
                    self._buffer += part
                else:
                    wait = min(2 * wait, 0.2)
                if over():
                    return None


def _answer_call(on_call, values):
    try:
        arguments = values["arguments"]
        ordered = [arguments[str(i)] for i in range(len(arguments))]
        return {"value": on_call(values["case"], values["call"], ordered)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}

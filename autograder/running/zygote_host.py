"""The judge's side of the zygote: it starts the zygote, and has the zygote fork and reap children."""

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from autograder.paths import ROOT
from autograder.sandbox import Unavailable
from autograder.sandbox.kernel import StrPath

from .child_host import ChildHost
from .settings import Settings

BOOT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from autograder.running import zygote
sys.path.remove(sys.argv[1])
zygote.main(int(sys.argv[2]), json.loads(sys.argv[3]))
"""


class ZygoteConnection:
    """A connection to the zygote, which any number of threads may share.

    When the last process that holds the connection closes it or ends, the zygote kills the connection's children.

    Parameters
    ----------
    control : socket
        A Unix socket of type SEQPACKET, connected to the zygote.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lock = threading.Lock()

    def spawn(self, scratch: StrPath) -> ChildHost:
        """Return a new child that works in the folder `scratch`.

        Raises
        ------
        Unavailable
            If the zygote has ended, or if the child could not be confined.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._request({"do": "spawn", "scratch": str(scratch)}, theirs)["pid"]
        child = ChildHost(pid, ours, scratch, self.reap)
        child.wait_until_ready()
        return child

    def reap(self, pid: int) -> dict[str, Any]:
        """Wait for a child to end, and return its exit status, CPU seconds, and peak memory in bytes."""
        return self._request({"do": "reap", "pid": pid})

    def close(self) -> None:
        self._control.close()

    def _request(self, request: dict[str, Any], given: socket.socket | None = None) -> dict[str, Any]:
        with self._lock:
            data = json.dumps(request).encode()
            socket.send_fds(self._control, [data], [given.fileno()] if given else [])
            return self._answer()

    def _answer(self) -> dict[str, Any]:
        message = self._control.recv(1 << 16)
        if not message:
            raise Unavailable("the zygote has ended")
        answer: dict[str, Any] = json.loads(message)
        return answer


class ZygoteHost(ZygoteConnection):
    """Starts a zygote, and is the first connection to it.

    Parameters
    ----------
    settings : dict
        The settings for `autograder.running.zygote.main`.
    cache : path
        A folder in which Matplotlib keeps its list of fonts, so that the list is built only once.
    """

    def __init__(self, settings: Settings, cache: StrPath) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(ours)
        Path(cache).mkdir(parents=True, exist_ok=True)
        # The zygote inherits nothing from this process's environment, which may contain tokens.
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
        self._ready = False

    def connect(self) -> ZygoteConnection:
        """Return another connection, for a judge's process."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._request({"do": "connect"}, theirs)
        return ZygoteConnection(ours)

    def has_ended(self) -> bool:
        """Return whether the zygote has ended, for example because the system ran out of memory and killed it."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the zygote."""
        super().close()
        self._process.wait()

    def _answer(self) -> dict[str, Any]:
        if not self._ready:
            super()._answer()  # the first message says that the zygote is ready
            self._ready = True
        return super()._answer()

"""The judge's side of one child: it sends requests, enforces limits on each request, and trusts no reply."""

import contextlib
import os
import secrets
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograder.sandbox import Unavailable
from autograder.sandbox.kernel import StrPath

from .watchdog import WOULD_NOT_STOP, Died, Limit, Watchdog
from .wire import LENGTH, Value, WireError, decode, encode, frame_length

OnCall: TypeAlias = Callable[[Value, Value, list[Value]], object]

GRACE = 1.0  # seconds between interrupting the student's code and killing its process
START_TIMEOUT = 60.0  # seconds for a child to confine itself
SEND_TIMEOUT = 10.0  # seconds for a child to accept a message


@dataclass(frozen=True)
class Reply:
    """A child's answer, and whether the child had to be interrupted first."""

    values: dict[str, Value]
    interrupted: bool


class ChildHost:
    """One child process, which answers requests within limits and can be closed in any state.

    Parameters
    ----------
    pid : int
    channel : socket
        A socket that is connected to the child.
    scratch : path
        The child's scratch folder, whose size is limited.
    reap : callable
        ``reap(pid) -> dict`` waits for the child to end, and returns its exit status and the resources that it used.
    """

    def __init__(
        self, pid: int, channel: socket.socket, scratch: StrPath, reap: Callable[[int], dict[str, Any]]
    ) -> None:
        self.pid = pid
        self._channel = channel
        self._scratch = scratch
        self._reap = reap
        self._buffer = bytearray()

    def wait_until_ready(self) -> None:
        """Wait for the child's first message, which says that the child is confined or why it cannot be confined.

        Raises
        ------
        Unavailable
            If the child could not be confined. In that case, the child has been closed.
        """
        deadline = time.monotonic() + START_TIMEOUT
        try:
            frame = self._next_frame(lambda: time.monotonic() > deadline)
        except Died:
            frame = None
        message = None if frame is None else decode(frame)
        values = message if isinstance(message, dict) else {}
        if values.get("ready") is not True:
            self.close()
            raise Unavailable(values.get("unavailable", "the sandboxed process did not start"))

    def ask(self, request: dict[str, Any], limit: Limit, on_call: OnCall | None = None) -> Reply:
        """Send a request and wait for the reply.

        Parameters
        ----------
        request : dict
            ``{"do": ..., ...}``. This method adds a fresh id, which the reply must carry.
        limit : Limit
        on_call : callable, optional
            ``on_call(case, name, arguments) -> value`` evaluates an oracle that the child calls.

        Returns
        -------
        Reply

        Raises
        ------
        Died
            If the child died, or was killed because it violated the protocol or its limits.
        """
        request_id = secrets.randbits(62)
        watchdog = Watchdog(self.pid, self._scratch, limit)
        try:
            self._send({"id": request_id, **request})
            while True:
                frame = self._next_frame(watchdog.time_is_up)
                if frame is None:
                    watchdog = self._interrupt(watchdog)
                    continue
                values = decode(frame)
                if not isinstance(values, dict) or values.pop("id", None) != request_id:
                    raise WireError("the reply's id must be the id of the request")
                if "call" not in values:
                    return Reply(values, watchdog.interrupted)
                self._send({"id": request_id, **_answer_call(on_call, values)})
        except WireError:
            self.kill()
            raise Died("the process sent an invalid reply") from None
        except OSError:
            self.kill()
            raise Died("the process died") from None
        except Died:
            self.kill()
            raise

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> dict[str, Any]:
        """Kill the child, and return its exit status, CPU seconds, and peak memory in bytes."""
        self._channel.close()
        self.kill()
        return self._reap(self.pid)

    def _interrupt(self, watchdog: Watchdog) -> Watchdog:
        if watchdog.interrupted:
            raise Died(WOULD_NOT_STOP)
        os.kill(self.pid, signal.SIGINT)
        return Watchdog(self.pid, self._scratch, Limit(GRACE, GRACE), interrupted=True)

    def _send(self, message: dict[str, Any]) -> None:
        self._channel.settimeout(SEND_TIMEOUT)
        self._channel.sendall(encode(message))

    def _next_frame(self, time_is_up: Callable[[], bool]) -> bytes | None:
        """Return the next frame's body, or None if time runs out first."""
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
                if time_is_up():
                    return None


def _answer_call(on_call: OnCall | None, values: dict[str, Value]) -> dict[str, object]:
    """Return the answer to a child's call to an oracle: a value or, if anything goes wrong, an error message."""
    try:
        if on_call is None:
            raise TypeError("this request has no oracles")
        arguments = values["arguments"]
        if not isinstance(arguments, dict):
            raise TypeError("the arguments must be a dict")
        ordered = [arguments[str(i)] for i in range(len(arguments))]
        return {"value": on_call(values["case"], values["call"], ordered)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}

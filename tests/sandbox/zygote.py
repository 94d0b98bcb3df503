"""Fork one child per request line. The child confines itself if requested, runs code, and reports the outcome.

A request is JSON: ``confined``, ``landlock`` (the version to simulate, or null), ``policy``, ``world`` (names for the
code), ``before`` (code to run before confining) and ``code``, which leaves its answer in ``value``.
"""

import ctypes
import importlib
import json
import os
import select
import sys

from autograder.sandbox import Policy, confine, landlock

SECONDS = 240  # the time limit for a child, which is below pytest's time limit for a test


def call(x86_64, aarch64, *arguments):
    """Make a system call, given its number on each architecture. Raise OSError if the call fails."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    number = {"x86_64": x86_64, "aarch64": aarch64}[os.uname().machine]
    if number is None:
        raise NotImplementedError("no such system call on this machine")
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in (number, *arguments)]
    result = library.syscall(*wide)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def child(request):
    names = {**request["world"], "call": call}
    try:
        exec(request["before"], names)
        if request["landlock"]:
            landlock.abi = lambda: request["landlock"]
        if request["confined"]:
            policy = Policy(**request["policy"])
            policy.prepare()
            confine(policy)
        exec(request["code"], names)
    except BaseException as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        return {"error": kinds, "errno": getattr(error, "errno", None), "text": str(error)}
    return {"value": names.get("value")}


def serve(line):
    receive, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receive)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 0)
        os.dup2(nowhere, 1)
        answer = json.dumps(child(json.loads(line))).encode()
        os.write(send, answer)
        os._exit(0)
    os.close(send)
    answer = bytearray()
    while ready := select.select([receive], [], [], SECONDS)[0]:
        part = os.read(receive, 1 << 16)
        answer += part
        if not part:
            break
    if not ready:
        os.kill(pid, 9)
    os.close(receive)
    _, status = os.waitpid(pid, 0)
    return {**json.loads(answer or "{}"), "signal": os.WTERMSIG(status), "core": os.WCOREDUMP(status)}


for module in sys.argv[1:]:
    importlib.import_module(module)
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(serve(line)), flush=True)

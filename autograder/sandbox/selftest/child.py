"""The child that runs a probe: it confines itself in one of several ways, tries some acts, and reports as JSON.

python -c "from autograder.sandbox.selftest.child import main; main()" < request.json
"""

import json
import os
import sys

from autograder.sandbox import landlock, privileges
from autograder.sandbox.confinement import Policy, confine

from . import acts

NOBODY = 65534


def main():
    """Answer one request, ``{"way", "acts", "world"}`` on standard input, with ``{"problem", "succeeded"}``.

    `succeeded` lists the acts that were not refused; `problem` says why nothing could be tried, or is None.
    """
    request = json.load(sys.stdin)
    world = request["world"]
    try:
        WAYS[request["way"]](world)
    except (RuntimeError, OSError) as error:
        answer = {"problem": str(error), "succeeded": []}
    else:
        answer = {"problem": None, "succeeded": _succeeded(request["acts"], world)}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


def _succeeded(names, world):
    succeeded = []
    for name in names:
        try:
            getattr(acts, name)(world)
        except (OSError, MemoryError):
            continue
        succeeded.append(name)
    return succeeded


def _confined(world, **changes):
    wanted = ("readable", "scratch", "memory_bytes", "file_bytes", "open_files")
    policy = Policy(**{name: world[name] for name in wanted}, **changes)
    policy.prepare()
    confine(policy)


def _as_another_user(world):
    if not privileges.may_become(NOBODY):
        raise OSError("this process cannot become another user")
    _confined(world, uid=NOBODY)


def _by_landlock_alone(world):
    privileges.gain_none()
    landlock.restrict(world["readable"], world["scratch"])


def _for_a_second(world):
    _confined(world, cpu_seconds=1)
    while True:
        pass


WAYS = {
    "free": lambda world: None,
    "confined": _confined,
    "as another user": _as_another_user,
    "by Landlock alone": _by_landlock_alone,
    "for a second": _for_a_second,
}

"""The child that a probe runs: it confines itself in one of several ways, tries acts, and reports the results as JSON.

Usage: python -c "from autograder.sandbox.selftest.child import main; main()" < request.json
"""

import json
import os
import sys
import time
from typing import Any, NoReturn

from autograder.sandbox import landlock, privileges
from autograder.sandbox.confinement import Policy, confine
from autograder.sandbox.container import existing
from autograder.sandbox.tiers import Tier

from . import acts
from .acts import Context

NOBODY = 65534
SECONDS_TO_EXCEED_THE_LIMIT = 3.0


def main() -> NoReturn:
    """Read a request, ``{"confinement", "acts", "context"}``, and write the answer, ``{"problem", "succeeded"}``.

    `succeeded` lists the acts that were not refused. `problem` says why no act could be tried, or is None.
    """
    request = json.load(sys.stdin)
    context = request["context"]
    answer: dict[str, Any]
    try:
        CONFINEMENTS[request["confinement"]](context)
    except (RuntimeError, OSError) as error:
        answer = {"problem": str(error), "succeeded": []}
    else:
        answer = {"problem": None, "succeeded": _try_acts(request["acts"], context)}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()
    os._exit(0)


def _try_acts(names: list[str], context: Context) -> list[str]:
    succeeded = []
    for name in names:
        try:
            getattr(acts, name)(context)
        except (OSError, MemoryError):
            continue
        succeeded.append(name)
    return succeeded


def _none(context: Context) -> None:
    pass


def _full(context: Context, **changes: Any) -> None:
    fields = ("readable", "scratch", "memory_bytes", "file_bytes", "open_files")
    policy = Policy(**{name: context[name] for name in fields}, forbidden=[context["outside_file"]], **changes)
    policy.prepare()
    confine(policy)


def _as_another_user(context: Context) -> None:
    if not privileges.can_become(NOBODY):
        raise OSError("this process cannot become another user")
    _full(context, uid=NOBODY)


def _container(context: Context) -> None:
    """Confine this process as in a throw-away container, in which `outside` and the parent process stay secret."""
    _full(context, uid=NOBODY, tier=Tier.CONTAINER, unwritable=existing())


def _landlock_only(context: Context) -> None:
    privileges.set_no_new_privs()
    landlock.restrict(context["readable"], context["scratch"])


def _one_second(context: Context) -> None:
    """Confine this process with a limit of one second of CPU time, then try to use more."""
    _full(context, cpu_seconds=1)
    while time.process_time() < SECONDS_TO_EXCEED_THE_LIMIT:
        pass


CONFINEMENTS = {
    "none": _none,
    "full": _full,
    "as another user": _as_another_user,
    "container": _container,
    "Landlock only": _landlock_only,
    "one second": _one_second,
}

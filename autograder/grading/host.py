"""The zygote that all jobs in this process share. Students' processes are forked from it."""

from pathlib import Path

from autograder.paths import font_cache
from autograder.running.settings import zygote_settings
from autograder.running.zygote_host import ZygoteHost

_hosts: dict[tuple[str, bool], ZygoteHost] = {}


def zygote_host(course: str, confine: bool) -> ZygoteHost:
    """Return the host of a course's zygote, and start the zygote if it isn't running.

    Starting a zygote takes longer than grading a submission, so it is kept. If it was killed, the submissions it was
    running are not graded, but those that follow get a new zygote.
    """
    host = _hosts.get((course, confine))
    if host is None or host.has_ended():
        host = ZygoteHost(zygote_settings(Path(course), confine), cache=font_cache(course))
        _hosts[course, confine] = host
    return host

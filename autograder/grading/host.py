"""The zygote that all of a course's jobs share in this process. Students' processes are forked from this zygote."""

from pathlib import Path

from autograder.paths import font_cache
from autograder.running.settings import zygote_settings
from autograder.running.zygote_host import ZygoteHost

_hosts: dict[tuple[str, bool], ZygoteHost] = {}


def zygote_host(course: str, confine: bool) -> ZygoteHost:
    """Return the host of a course's zygote, and start the zygote if it isn't running.

    Starting a zygote takes longer than grading a submission, so one zygote serves all submissions. If it is killed, the
    submissions being graded get no verdict, and the next one gets a new zygote.
    """
    host = _hosts.get((course, confine))
    if host is None or host.has_ended():
        host = ZygoteHost(zygote_settings(Path(course), confine), cache=font_cache(course))
        _hosts[course, confine] = host
    return host


def close_zygotes() -> None:
    """End all zygotes that this process has started, and wait until they have ended."""
    while _hosts:
        _hosts.popitem()[1].close()

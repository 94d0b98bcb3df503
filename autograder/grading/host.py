"""The zygote that all jobs of a course share in this process. Students' processes are forked from this zygote."""

import functools
from pathlib import Path

from autograder.paths import font_cache
from autograder.running.settings import zygote_settings
from autograder.running.zygote_host import ZygoteHost


@functools.cache
def zygote_host(course: str, confine: bool) -> ZygoteHost:
    """Return the host of a course's zygote. The host is cached, because starting a zygote takes time."""
    return ZygoteHost(zygote_settings(Path(course), confine), cache=font_cache(course))

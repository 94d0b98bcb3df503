"""What a student's Python has to read, and whether that gives away more than it should."""

import importlib.util
import os
import site
import stat
import sys
import sysconfig
import zoneinfo
from pathlib import Path

from .kernel import Unavailable
from .privileges import may_become

SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
TIME = ("/etc/localtime", *zoneinfo.TZPATH)
PICTURES = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/matplotlib", "/etc/matplotlibrc")
DEVICES = ("/dev/zero", "/dev/urandom")


def readable_paths():
    """Files and folders that Python and its packages read after the start, as real paths that exist.

    They are the standard library, the site-packages, shared libraries, time zones, fonts and gradlab with its
    data: nothing from the search path as such, for that has the course's root on it.
    """
    wanted = [*SYSTEM_LIBRARIES, *TIME, *PICTURES, *DEVICES, *_python(), *_libraries(), *_gradlab()]
    return _outermost({os.path.realpath(path) for path in wanted if os.path.exists(path)})


def refuse_if_readable(paths, secrets):
    """Make sure that no secret folder is, or lies in, what a student's process may read.

    Raises
    ------
    Unavailable
        Naming the folder, where it lies, and what to do.
    """
    for secret in map(_real, secrets):
        for path in map(_real, paths):
            if secret.is_relative_to(path):
                raise Unavailable(
                    f"{secret} must stay secret, but lies in {path}, which students' code may read. "
                    "Move the course's folder out of it, or use a Python installed elsewhere."
                )


def can_drop_to(uid, paths):
    """Whether this process may become user `uid`, and that user could reach and read all of `paths`.

    Looks at the modes of each path and of every folder above it, as given and as resolved. Paths that do not
    exist do not count; neither do access control lists.
    """
    return may_become(uid) and all(
        _may(uid, path, stat.S_IROTH | (stat.S_IXOTH if os.path.isdir(path) else 0))
        and all(_may(uid, folder, stat.S_IXOTH) for folder in _folders_above(path))
        for path in paths
        if os.path.exists(path)
    )


def _python():
    names = sysconfig.get_paths()
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    dynamic = [sysconfig.get_config_var("DESTSHARED") or ""]
    return [names["stdlib"], names["purelib"], names["platlib"], *dynamic, *site.getsitepackages(), *user]


def _libraries():
    given = [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if os.path.isabs(path)]
    return [os.path.join(sys.base_prefix, folder) for folder in ("lib", "lib64")] + given


def _gradlab():
    spec = importlib.util.find_spec("gradlab")
    packages = [Path(path) for path in spec.submodule_search_locations] if spec else []
    beside = [package.parents[1] / "data" for package in packages if package.parent.name == "source"]
    return [*packages, *beside]


def _outermost(paths):
    return sorted(path for path in paths if not any(str(above) in paths for above in Path(path).parents))


def _real(path):
    return Path(os.path.realpath(path))


def _folders_above(path):
    return {*Path(os.path.abspath(path)).parents, *_real(path).parents}


def _may(uid, path, bits_for_others):
    found = os.stat(path)
    if found.st_uid == uid:
        bits_for_others <<= 6
    elif found.st_gid == uid:
        bits_for_others <<= 3
    return found.st_mode & bits_for_others == bits_for_others

"""The paths that a student's Python has to read, and a check that none of them contains a secret folder."""

import importlib.util
import os
import site
import stat
import sys
import sysconfig
import zoneinfo
from collections.abc import Iterable
from pathlib import Path

from .kernel import StrPath, Unavailable
from .privileges import can_become

SYSTEM_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
TIME_ZONES = ("/etc/localtime", *zoneinfo.TZPATH)
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/matplotlib", "/etc/matplotlibrc")
DEVICES = ("/dev/zero", "/dev/urandom")


def readable_paths() -> list[str]:
    """Return the files and folders that Python and its packages read after startup, as real paths that exist.

    These are the standard library, site-packages, shared libraries, time zones, fonts, two devices, and gradlab with
    its data. Python's search path itself is not included, because it contains the course's root.
    """
    wanted: list[StrPath] = [*SYSTEM_LIBRARIES, *TIME_ZONES, *FONTS, *DEVICES, *_python(), *_libraries(), *_gradlab()]
    return _outermost({os.path.realpath(path) for path in wanted if os.path.exists(path)})


def refuse_if_readable(paths: Iterable[StrPath], secrets: Iterable[StrPath]) -> None:
    """Make sure that no secret folder is, or lies inside, a path that a student's process may read.

    Raises
    ------
    Unavailable
        If a secret folder is readable. The message names the folder and the readable path that contains it, and says
        what to do.
    """
    readable = [_real(path) for path in paths]
    for secret in map(_real, secrets):
        for path in readable:
            if secret.is_relative_to(path):
                raise Unavailable(
                    f"{secret} must stay secret, but it is inside {path}, which students' code may read. "
                    "Move the course's folder somewhere else, or use a Python installed somewhere else."
                )


def can_drop_to(uid: int, paths: Iterable[StrPath]) -> bool:
    """Return whether this process can become user `uid` and that user can read every existing path in `paths`."""
    return can_become(uid) and are_readable_by(uid, paths)


def are_readable_by(uid: int, paths: Iterable[StrPath]) -> bool:
    """Return whether user `uid` can reach and read every existing path in `paths`."""
    return all(is_readable_by(uid, path) for path in paths if os.path.exists(path))


def is_readable_by(uid: int, path: StrPath, top: StrPath = "/") -> bool:
    """Return whether user `uid` could reach and read `path`.

    Checks the modes of the path and of every folder above it up to `top`, both for the path as given and for the path
    with links resolved. Ignores access control lists.
    """
    folders = [folder for folder in _folders_above(path) if folder.is_relative_to(top)]
    bits = stat.S_IROTH | (stat.S_IXOTH if os.path.isdir(path) else 0)
    return _permits(uid, path, bits) and all(_permits(uid, folder, stat.S_IXOTH) for folder in folders)


def _python() -> list[str]:
    names = sysconfig.get_paths()
    user = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    dynamic = [sysconfig.get_config_var("DESTSHARED") or ""]
    return [names["stdlib"], names["purelib"], names["platlib"], *dynamic, *site.getsitepackages(), *user]


def _libraries() -> list[str]:
    from_environment = [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if os.path.isabs(path)]
    return [os.path.join(sys.base_prefix, folder) for folder in ("lib", "lib64")] + from_environment


def _gradlab() -> list[Path]:
    spec = importlib.util.find_spec("gradlab")
    locations = spec.submodule_search_locations if spec else None
    packages = [Path(path) for path in locations or ()]
    data = [package.parents[1] / "data" for package in packages if package.parent.name == "source"]
    return [*packages, *data]


def _outermost(paths: set[str]) -> list[str]:
    return sorted(path for path in paths if not any(str(above) in paths for above in Path(path).parents))


def _real(path: StrPath) -> Path:
    return Path(os.path.realpath(path))


def _folders_above(path: StrPath) -> set[Path]:
    return {*Path(os.path.abspath(path)).parents, *_real(path).parents}


def _permits(uid: int, path: StrPath, bits_for_others: int) -> bool:
    """Return whether a path's mode gives these bits to `uid`, who may be the path's owner, in its group, or neither."""
    status = os.stat(path)
    if status.st_uid == uid:
        bits_for_others <<= 6
    elif status.st_gid == uid:
        bits_for_others <<= 3
    return status.st_mode & bits_for_others == bits_for_others

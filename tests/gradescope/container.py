"""A separate root folder with Gradescope's ``/autograder``, and a way to run programs in it as in a container.

The container has its own mounts, processes, and network; Docker's capabilities; and no setuid programs that matter. It
shares the machine's kernel; with ``landlock=False``, `without_landlock.py` hides Landlock. Only root can make such a
container.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
ETC = ("ld.so.cache", "passwd", "group", "nsswitch.conf")
CAPABILITIES = (
    *("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service"),
    *("net_raw", "sys_chroot", "mknod", "audit_write", "setfcap"),
)
NAMESPACES = ("unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child")
# In the container's own mount namespace: mount the machine's folders on the empty ones in the root, and enter the root.
START = """\
set -e
cd "$1"; shift
mount --make-rprivate /
mount --bind . .
cd "$PWD"
for folder in {bound}; do mount --bind "$folder" ".$folder"; mount -o remount,bind,ro ".$folder"; done
mount -t tmpfs -o mode=755 tmpfs dev
mkdir -m 1777 dev/shm dev/mqueue
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "dev/${{device%:*}}" c 1 "${{device#*:}}"
done
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t proc proc proc
exec chroot . setpriv --bounding-set=-all,{capabilities} --inh-caps=-all "$@"
"""
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "TOKEN": "a token of the platform's harness",
}


class Container:
    """A container that has been set up from an autograder's zip.

    Parameters
    ----------
    root : Path
        A new folder.
    archive : Path
        The zip.
    """

    def __init__(self, root, archive):
        self.root, self.base = root, root / "autograder"
        for folder in ("etc", "proc", "dev", "root", "run", "opt", "autograder/submission", "autograder/results"):
            (root / folder).mkdir(parents=True)
        for folder in ("tmp", "var/tmp", "run/lock", "var/crash"):
            (root / folder).mkdir(parents=True)
            (root / folder).chmod(0o1777)
        root.chmod(0o755)
        for name in ETC:
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", root / "etc")
        self._lay_out_system()
        source = self.base / "source"
        subprocess.run(["unzip", "-q", str(archive), "-d", str(source)], check=True)
        shutil.copy(source / "run_autograder", self.base)
        self._set_up(source)

    def _lay_out_system(self):
        """Make a place for each of the machine's system folders that is to be mounted, and copy links to folders."""
        self.bound = []
        for folder in filter(os.path.exists, (*SYSTEM, sys.base_prefix)):
            if os.path.islink(folder):
                (self.root / folder[1:]).symlink_to(os.readlink(folder))
            elif not any(Path(folder).is_relative_to(other) for other in self.bound):
                (self.root / folder[1:]).mkdir(parents=True, exist_ok=True)
                self.bound.append(folder)

    def _set_up(self, source):
        """Do what ``setup.sh`` does, but without the network: install gradlab, and link the packages that it needs."""
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(self.root / "opt/gradlab")], check=True)
        packages = self.root / "opt/gradlab" / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
        for name in required("gradlab"):
            for file in importlib.metadata.files(name):
                link(file.locate(), packages / file)
        (wheel,) = source.glob("gradlab-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
        (source / "build" / "shared_folders").write_text("/var/crash\n/tmp\n")
        subprocess.run(["chmod", "--recursive", "go-rwx", str(source)], check=True)

    def submit(self, files):
        """Replace the submission with these files, given by name, and delete its results."""
        shutil.rmtree(self.base / "submission")
        shutil.rmtree(self.base / "results")
        for folder in ("submission", "results"):
            (self.base / folder).mkdir()
        for name, content in files.items():
            path = self.base / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        users = [{"id": 7, "email": "ada@example.edu", "name": "Ada"}]
        metadata = {"id": 1, "created_at": "2026-11-29T12:00:00.000000-08:00", "users": users}
        (self.base / "submission_metadata.json").write_text(json.dumps(metadata))

    def run(self, *command, landlock=True, capabilities=CAPABILITIES):
        """Run a command in the container, and return what `subprocess.run` returns."""
        script = START.format(bound=" ".join(self.bound), capabilities=",".join(f"+{name}" for name in capabilities))
        hiding = [] if landlock else ["/opt/gradlab/bin/python", "/without_landlock.py"]
        shutil.copy(HERE / "without_landlock.py", self.root)
        return subprocess.run(
            [*NAMESPACES, "bash", "-c", script, "bash", str(self.root), *hiding, *command],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def grade(self, **options):
        """Run ``run_autograder``, and return the results and what it printed."""
        done = self.run("/autograder/run_autograder", **options)
        return json.loads((self.base / "results" / "results.json").read_text()), done.stdout


def required(package):
    """Return the names of all packages that a package needs to be imported, directly or indirectly."""
    found, left = set(), [package]
    while left:
        for requirement in importlib.metadata.requires(left.pop()) or ():
            name = re.match(r"[\w.-]+", requirement)[0].lower()
            if "extra ==" not in requirement and name not in found and installed(name):
                found.add(name)
                left.append(name)
    return found


def installed(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:  # a package that other platforms need
        return None


def link(file, target):
    """Link a file of a package, unless it is a script outside the packages or a compiled file that does not exist."""
    if ".." in target.parts or not os.path.exists(file):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except OSError:  # another file system
        shutil.copy(file, target)

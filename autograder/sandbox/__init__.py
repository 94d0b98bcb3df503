"""The walls around a student's code: one call in a freshly forked child, and there is no way back.

    policy = Policy(readable=readable_paths(), scratch=folder)
    policy.prepare()                  # in the process that forks, once
    if os.fork() == 0:
        confine(policy)               # or Unavailable, and nothing of the student's runs

Landlock says which files exist for the child (`landlock`), seccomp which requests the kernel answers
(`syscall_allowlist`, `seccomp`), resource limits how much it may use (`limits`), and its capabilities, and where
possible root's uid, are gone (`privileges`). The required tier is Landlock ABI 1 and seccomp: Linux 5.13 or
later on x86-64 or aarch64, no privileges needed. `probe` tries it all and tells what holds here.

What it leaves to the process that forks: to close its descriptors in the child before, to stop a child that
waits or fills its scratch folder with files, and to keep names, sizes and times of files elsewhere (no more
can be learned of them) from telling anything. For root that cannot become another user threads are not limited.
"""

from .confinement import Policy, confine
from .kernel import Unavailable
from .paths import can_drop_to, readable_paths, refuse_if_readable
from .selftest import Protection, probe

__all__ = [
    "Policy",
    "Protection",
    "Unavailable",
    "can_drop_to",
    "confine",
    "probe",
    "readable_paths",
    "refuse_if_readable",
]

"""The sandbox for students' code: one call in a freshly forked child, and there is no way back.

    policy = Policy(readable=readable_paths(), scratch=folder)
    policy.prepare()                  # once, in the process that forks
    if os.fork() == 0:
        confine(policy)               # or it raises Unavailable, and no student code may run

Landlock decides which files the child can see (`landlock`), seccomp decides which system calls the kernel answers
(`syscall_allowlist`, `seccomp`), and resource limits cap what it can use (`limits`). It loses its capabilities and,
where possible, root's uid (`privileges`). The required tier is Landlock ABI 1 plus seccomp: Linux 5.13 or later on
x86-64 or aarch64, with no privileges needed. `probe` tries all of this out and reports what holds on this machine.

Three jobs remain for the process that forks: close its descriptors in the child first, kill a child that hangs or
fills its scratch folder with files, and make sure that the names, sizes and times of files elsewhere give nothing
away, because the child can still look those up. When the child has to stay root, its threads are not limited.
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

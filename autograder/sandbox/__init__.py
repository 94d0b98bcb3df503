"""The sandbox for students' code: one call confines a freshly forked child permanently.

    policy = Policy(readable=readable_paths(), scratch=folder)
    policy.prepare()                  # once, in the process that forks
    if os.fork() == 0:
        confine(policy)               # if it raises Unavailable, no student code may run

Landlock controls which files the child can open (`landlock`), seccomp controls which system calls the kernel carries
out (`syscall_allowlist`, `seccomp`), and resource limits cap the resources that the child can use (`limits`). The child
loses its capabilities and, where possible, root's uid (`privileges`). The sandbox needs no privileges, but it does need
Landlock (ABI 1 or later) and seccomp, which Linux 5.13 and later offer on x86-64 and aarch64. `probe` tries every
protection and reports which ones hold on this machine.

In a container that is thrown away after one submission, a second tier does without Landlock: see `tiers`.
`strongest_tier` returns the first tier, of those that the caller allows, whose protections all hold here. Everything
but the Gradescope autograder allows only the first tier.

Three jobs remain for the process that forks. First, it must close its own descriptors in the child. Second, it must
kill a child that hangs or fills its scratch folder with files. Third, it must make sure that the names, sizes, and
times of other files reveal nothing secret, because the child can still look them up. If the child has to stay root, the
sandbox does not limit the number of its threads.
"""

from .confinement import Policy, confine
from .kernel import Unavailable
from .paths import can_drop_to, readable_paths, refuse_if_readable
from .selftest import Protection, probe, required_protections, strongest_tier
from .tiers import Tier

__all__ = [
    "Policy",
    "Protection",
    "Tier",
    "Unavailable",
    "can_drop_to",
    "confine",
    "probe",
    "readable_paths",
    "refuse_if_readable",
    "required_protections",
    "strongest_tier",
]

"""Run a program as if the kernel had no Landlock: ``python without_landlock.py PROGRAM [ARGUMENT]...``

A system call filter refuses Landlock's calls, as older kernels do.
"""

import errno
import os
import sys

sys.path.insert(0, "/autograder/source")
from autograder.sandbox import bpf, privileges, seccomp, syscalls

CALLS = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
MISSING = bpf.ret(seccomp.ERROR | errno.ENOSYS)

machine = os.uname().machine
refused = [step for name in CALLS for step in bpf.for_call(syscalls.number(name, machine), [MISSING])]
privileges.set_no_new_privs()
seccomp.apply(bpf.assemble([bpf.load(bpf.NUMBER), *refused, bpf.ret(seccomp.ALLOW)]))
sys.path.pop(0)
os.execv(sys.argv[1], sys.argv[1:])

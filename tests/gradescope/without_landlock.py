"""Run a program for which the kernel has no Landlock: ``python without_landlock.py PROGRAM [ARGUMENT]...``

A filter of system calls refuses Landlock's calls as older kernels do.
"""

import ctypes
import errno
import os
import sys

sys.path.insert(0, "/autograder/source")
from autograder.sandbox import bpf, kernel, privileges, seccomp, syscalls

CALLS = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
MISSING = bpf.ret(seccomp.ERROR | errno.ENOSYS)

machine = os.uname().machine
refused = [step for name in CALLS for step in bpf.for_call(syscalls.number(name, machine), [MISSING])]
code = bpf.assemble([bpf.load(bpf.NUMBER), *refused, bpf.ret(seccomp.ALLOW)])
buffer = ctypes.create_string_buffer(code, len(code))
privileges.set_no_new_privs()
kernel.system_call("seccomp", 1, 0, ctypes.byref(seccomp._Program(len(code) // 8, ctypes.addressof(buffer))))
sys.path.pop(0)
os.execv(sys.argv[1], sys.argv[1:])

"""The two tiers of the sandbox: ways to keep a student's process away from files.

Both tiers filter system calls, limit resources, and take away every capability. They differ in what controls access to
files:

- `LANDLOCK`: the kernel lets the process open only the listed files. This tier is safe on any machine.
- `CONTAINER`: the process runs as another user, so it can open what every user of the machine can open. This tier is
  safe only in a container that is thrown away after one submission, run by root, in which the `container` module has
  made everything secret readable only by root.
"""

import enum


class Tier(enum.StrEnum):
    """A tier of the sandbox. Only code that runs in a throw-away container may ask for `CONTAINER`."""

    LANDLOCK = "landlock"
    CONTAINER = "container"

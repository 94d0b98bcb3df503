"""The protections and their probes: the acts that the sandbox must refuse, and a few that it must allow."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.tiers import Tier


@dataclass(frozen=True)
class Protection:
    """One line of the output of ``python -m autograder doctor``.

    Attributes
    ----------
    name : str
        What is protected.
    holds : bool
    detail : str
        A sentence that says what was tried and what happened.
    required : bool
        Whether autograding refuses to run without this protection.
    """

    name: str
    holds: bool
    detail: str
    required: bool = True


@dataclass(frozen=True)
class Probe:
    """The acts that test one protection, how to try them, and what to say about the result.

    Attributes
    ----------
    name : str
    acts : tuple of str
        Names of functions in `acts`.
    success : str
        The detail to report if every act is refused or, with `must_succeed`, if every act succeeds.
    failure : str
        The detail to report otherwise. If empty, the detail is the child's problem or a list of the acts with the wrong
        result.
    confinement : str
        A key of `child.CONFINEMENTS`.
    """

    name: str
    acts: tuple[str, ...]
    success: str
    failure: str = ""
    confinement: str = "full"
    required: bool = True
    must_succeed: bool = False

    def evaluate(self, answer: dict[str, Any]) -> Protection:
        """Return the Protection, given the answer, ``{"problem", "succeeded"}``, of a child with this confinement."""
        wrong = [act for act in self.acts if (act in answer["succeeded"]) != self.must_succeed]
        could = "a submission cannot" if self.must_succeed else "a submission can"
        failure = self.failure or answer["problem"] or f"{could} {', '.join(wrong).replace('_', ' ')}"
        holds = not wrong and not answer["problem"]
        return Protection(self.name, holds, self.success if holds else failure, self.required)


PROBES = (
    Probe(
        "files",
        ("read_a_file", "list_a_folder", "write_a_file"),
        "nothing outside the allowed folders can be read, listed, or written, thanks to Landlock",
    ),
    Probe(
        "file attributes",
        ("change_a_mode", "truncate_a_file", "truncate_by_opening"),
        "no file outside the allowed folders can be truncated or have its mode changed",
    ),
    Probe(
        "network",
        ("connect_to_loopback", "open_a_unix_socket", "open_a_datagram_pair"),
        "no socket can be opened, not even to services on this host",
    ),
    Probe("processes", ("fork", "start_a_program"), "no process can be started, but threads can"),
    Probe(
        "other processes",
        ("signal_the_parent", "inspect_the_parent", "read_memory_of_the_parent"),
        "no other process can be signaled or inspected",
    ),
    Probe(
        "kernel",
        ("make_an_anonymous_file", "share_memory", "change_namespaces", "change_user"),
        "system calls that Python and NumPy do not need are refused",
    ),
    Probe("memory", ("allocate_too_much",), "a memory bomb ends in MemoryError"),
    Probe("file size", ("write_a_file_that_is_too_large",), "no file can grow beyond its limit"),
    Probe("descriptors", ("open_too_many_files",), "the number of open files is limited"),
    Probe("core files", ("leave_a_core_file",), "a crash leaves no core file"),
    Probe("normal work", ("work_in_scratch", "use_threads"), "the scratch folder and threads work", must_succeed=True),
    Probe(
        "tasks",
        ("start_more_tasks_than_allowed",),
        "a thread bomb hits a limit",
        failure="root's threads are not limited: grade as an ordinary user, or run submissions as a dedicated user",
        confinement="none",
        required=False,
    ),
    Probe(
        "another user",
        ("read_what_python_needs",),
        "submissions can run as a dedicated user",
        failure="submissions run as the grading user: a dedicated user needs root and a Python that everyone can read",
        confinement="as another user",
        required=False,
        must_succeed=True,
    ),
    Probe(
        "second layer",
        ("connect_to_loopback", "signal_the_parent", "truncate_a_file"),
        "Landlock alone would also stop TCP, signals, and truncation",
        failure="Landlock stops TCP, signals, and truncation only since ABI 6, so here only seccomp stops all three",
        confinement="Landlock only",
        required=False,
    ),
)

# The `CONTAINER` tier requires the same probes as `LANDLOCK`, apart from these two.
IN_A_CONTAINER = {
    "files": Probe(
        "files",
        ("read_a_file", "list_a_folder", "write_a_file", "write_to_a_shared_folder"),
        "root's files cannot be read, listed, or written, and no folder is open to everyone",
    ),
    "another user": Probe(
        "another user",
        ("read_what_python_needs",),
        "submissions run as a dedicated user",
        must_succeed=True,
    ),
}


def required_in(tier: Tier) -> list[Probe]:
    """Return the probes of the protections that grading in a tier requires."""
    if tier is Tier.LANDLOCK:
        return [p for p in PROBES if p.required]
    wanted = [IN_A_CONTAINER.get(p.name, p) for p in PROBES if p.required or p.name in IN_A_CONTAINER]
    return [dataclasses.replace(p, confinement="container") for p in wanted]

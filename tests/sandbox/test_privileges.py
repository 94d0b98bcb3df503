"""A confined process has lost root's privileges, even those whose use seccomp would refuse anyway."""

import os
import signal
import tempfile

import pytest

from autograder.sandbox import can_drop_to

# This user is not `nobody`, because limits on tasks are per user, and other submissions may be running as nobody.
USER = 65533
needs_root = pytest.mark.skipif(not can_drop_to(USER, []), reason="only root has privileges to drop")
DROPPED = """
from autograder.sandbox import privileges
privileges.set_no_new_privs()
privileges.drop(None, scratch)
value = privileges.capabilities()
"""
POWERS = {
    "chroot": "import os; os.chroot('/')",
    "become another user": "import os; os.setuid(65534)",
    "change the owner of a file": "import os; os.chown(outside_file, 65534, 65534)",
    "read a file that its owner may not read": "import os; os.chmod(outside_file, 0); open(outside_file)",
    "mount": "call(430, 430, b'tmpfs', 0)",
    "set the host name": "import os, socket; socket.sethostname(socket.gethostname())",
}


def test_no_capability_is_left(run):
    assert run(DROPPED, confined=False).value == 0


@needs_root
@pytest.mark.parametrize("power", POWERS)
def test_process_without_capabilities_lacks_root_privileges(power, run):
    assert run(POWERS[power], confined=False).error is None
    assert "PermissionError" in run(DROPPED + POWERS[power], confined=False).error


@pytest.fixture
def open_folder():
    """A folder that root owns and other users can pass through, with a scratch folder in it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        os.mkdir(f"{folder}/scratch")
        if not can_drop_to(USER, [f"{folder}/scratch"]):
            pytest.skip(f"{tempfile.gettempdir()} is closed to other users")
        yield folder


@needs_root
def test_root_permanently_becomes_another_user(run, open_folder):
    scratch = f"{open_folder}/scratch"
    code = f"import os; open({scratch!r} + '/f', 'w')\nvalue = [os.getresuid(), os.getresgid(), os.getgroups()]"
    outcome = run(f"open({scratch!r} + '/f', 'w'); {code}", readable=[], scratch=scratch, uid=USER)
    assert outcome.value == [[USER] * 3, [USER] * 3, []], outcome.text
    assert os.stat(f"{scratch}/f").st_uid == USER


@needs_root
def test_dedicated_users_thread_count_is_limited(run, open_folder):
    code = """
import threading
threading.stack_size(1 << 16)
stop = threading.Event()
for value in range(2000):
    threading.Thread(target=stop.wait, daemon=True).start()
"""
    assert run(code, confined=False).error is None
    outcome = run(code, readable=[], scratch=f"{open_folder}/scratch", uid=USER)
    assert "start new thread" in outcome.text


@needs_root
def test_user_without_access_to_readable_paths_is_refused(run, open_folder):
    os.mkdir(f"{open_folder}/closed", 0o700)
    os.mkdir(f"{open_folder}/closed/python")
    outcome = run("", readable=[f"{open_folder}/closed/python"], scratch=f"{open_folder}/scratch", uid=USER)
    assert outcome.error[0] == "Unavailable"
    assert "Permission denied" in outcome.text


@needs_root
def test_user_without_access_to_scratch_is_refused(run, open_folder):
    os.mkdir(f"{open_folder}/closed", 0o700)
    os.mkdir(f"{open_folder}/closed/scratch")
    outcome = run("", readable=[], scratch=f"{open_folder}/closed/scratch", uid=USER)
    assert outcome.error[0] == "Unavailable"
    assert f"must be a folder that uid {USER}" in outcome.text


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may inspect any process")
def test_hidden_process_cannot_be_inspected(run):
    """Two submissions that run as the same user cannot inspect each other, even without Landlock."""
    code = """
import os
from autograder.sandbox import privileges
ready, go = os.pipe(), os.pipe()
pid = os.fork()
if pid == 0:
    if hidden:
        privileges.hide_and_die_with_parent()
    os.write(ready[1], b"x")
    os.read(go[0], 1)
    os._exit(0)
os.read(ready[0], 1)
try:
    value = len(open(f"/proc/{pid}/environ", "rb").read())
finally:
    os.write(go[1], b"x")
    os.waitpid(pid, 0)
"""
    assert run("hidden = False" + code, confined=False).value > 0
    assert "PermissionError" in run("hidden = True" + code, confined=False).error


@pytest.mark.parametrize(("parent", "status"), [("os.getpid()", 0), (str(1 << 22), -signal.SIGKILL)])
def test_process_whose_parent_has_already_ended_is_killed(parent, status, run):
    """Process ids on Linux are below 1 << 22, so the second parent does not exist."""
    code = f"""
import os
from autograder.sandbox import privileges
parent = {parent}
pid = os.fork()
if pid == 0:
    privileges.hide_and_die_with_parent(parent)
    os._exit(0)
value = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""
    assert run(code, confined=False).value == status

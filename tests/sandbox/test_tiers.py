"""The first tier that holds is used, and only the Gradescope autograder allows the second one."""

import pytest

from autograder.paths import ROOT
from autograder.running.settings import zygote_settings
from autograder.sandbox import Policy, Tier, Unavailable, strongest_tier
from autograder.sandbox.container import close, existing, hide

CRASHES = "import os; os.abort()"


def test_later_tier_is_prepared_only_if_no_earlier_one_holds(environment):
    prepared = []
    allowed = {tier: lambda tier=tier: prepared.append(tier) for tier in (Tier.LANDLOCK, Tier.CONTAINER)}
    assert strongest_tier(allowed) is Tier.LANDLOCK
    assert prepared == [Tier.LANDLOCK]


def test_reason_is_given_for_each_tier(environment):
    with pytest.raises(Unavailable, match=r"in the tier landlock: .*; in the tier container: .*ended with status -6"):
        strongest_tier({Tier.LANDLOCK: lambda: None, Tier.CONTAINER: lambda: None}, CRASHES)


def test_container_tier_needs_another_user(environment, tmp_path):
    with pytest.raises(Unavailable, match="students' code must run as another user"):
        Policy([], tmp_path, uid=None, tier=Tier.CONTAINER).prepare()


def test_only_the_gradescope_autograder_uses_the_container_tier():
    sandbox, gradescope = ROOT / "autograder" / "sandbox", ROOT / "autograder" / "gradescope"
    users = {path for path in (ROOT / "autograder").rglob("*.py") if "Tier.CONTAINER" in path.read_text("utf-8")}
    assert {path for path in users if not path.is_relative_to(sandbox)} == {gradescope / "run.py"} | {
        ROOT / "autograder" / "running" / "settings.py"  # names the tier in a docstring
    }
    assert zygote_settings(ROOT)["tier"] is Tier.LANDLOCK


def test_child_that_can_write_to_a_closed_folder_is_refused(run, world):
    code = "from autograder.sandbox import Policy, confine\nconfine(Policy([], scratch, unwritable=[scratch]))"
    outcome = run(code, confined=False)
    assert outcome.error[0] == "Unavailable"
    assert outcome.text == f"The sandbox has no effect here: a confined process can still write to {world.scratch}."


def test_shared_folders_are_closed_and_secret_folders_are_hidden(tmp_path):
    shared, secret, link = tmp_path / "shared", tmp_path / "secret", tmp_path / "link"
    for folder in (shared, secret):
        folder.mkdir()
        folder.chmod(0o1777)
    link.symlink_to(shared)
    close([shared, tmp_path / "missing"])
    hide(secret)
    assert shared.stat().st_mode & 0o7777 == 0o1755
    assert secret.stat().st_mode & 0o7777 == 0o700
    assert existing([shared, link, tmp_path / "missing"]) == [str(shared)]

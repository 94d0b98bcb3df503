"""Build records survive other builds that run at the same time."""

import json
import os

from autograder.notebooks.versions import record_build
from autograder.paths import record_file


def test_two_builds_at_once_do_not_collide(tmp_path, monkeypatch):
    """The second build runs after the first has written its record, but before the first has put it in place."""
    replace = os.replace

    def second_build_comes_first(partial, path):
        monkeypatch.setattr(os, "replace", replace)
        record_build(tmp_path, "update_rules", {"code": "second"})
        replace(partial, path)

    monkeypatch.setattr(os, "replace", second_build_comes_first)
    record_build(tmp_path, "update_rules", {"code": "first"})
    assert list(record_file(tmp_path, "update_rules").parent.iterdir()) == [record_file(tmp_path, "update_rules")]
    assert json.loads(record_file(tmp_path, "update_rules").read_text())["build"] == {"code": "first"}

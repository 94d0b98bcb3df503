"""Files that are replaced in one step."""

import os

import pytest

from autograder.atomic import write_text


def test_content_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "file.json"
    for text in ("first", "łast", ""):
        write_text(path, text, durable=text == "łast")
        assert path.read_bytes() == text.encode()
        assert os.listdir(path.parent) == ["file.json"]


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_failure_keeps_the_old_content_and_leaves_nothing_else(function, tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    path.write_text("old")

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, function, full)
    with pytest.raises(OSError, match="no space"):
        write_text(path, "new", durable=True)
    assert os.listdir(tmp_path) == ["file.json"]
    assert path.read_text() == "old"

"""Other processes render the same feedback pages. If one page fails, the rest don't, and no process is left over."""

import os

import pytest
from traitlets.config import Config

from autograder.grading.pool import GradingError
from autograder.plugin import config as course_config
from autograder.plugin.feedback import FeedbackExporter
from autograder.plugin.page_pool import PagePool

from .conftest import hostile_notebook


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.environ["PATH"])
    monkeypatch.setenv("JUPYTER_PATH", "")
    config = Config()
    course_config.configure(config, tmp_path)
    return config


def page(number):
    """Return a page of the hostile notebook, with `number` as the score."""
    resources = {"nbgrader": {"notebook": "update_rules", "score": float(number), "max_score": 9.0}, "metadata": {}}
    return {"notebook": hostile_notebook(), "resources": resources}


def test_processes_render_the_same_pages_as_this_process(config):
    with PagePool(config, workers=0) as here, PagePool(config, workers=2) as elsewhere:
        pages = [here.submit(page(number)).result() for number in range(4)]
        futures = [elsewhere.submit(page(number)) for number in range(4)]
        assert [future.result() for future in futures] == pages
    assert len(set(pages)) == 4


def test_page_that_cannot_be_rendered_does_not_affect_the_remaining_pages(config):
    with PagePool(config, workers=1) as pool:
        bad = pool.submit({"notebook": {"cells": 3}, "resources": {}})
        good = pool.submit(page(1))
        with pytest.raises(GradingError, match="its page cannot be rendered"):
            bad.result()
        assert good.result().startswith("<!DOCTYPE html>")


def test_page_process_that_ends_early_causes_an_error_instead_of_a_hang(config):
    with PagePool(config, workers=1) as pool:
        pool.processes[0].process.kill()
        with pytest.raises(GradingError, match="the process that renders pages has ended"):
            pool.submit(page(1)).result()


def test_no_process_is_left_over(config):
    with PagePool(config, workers=2) as pool:
        processes = [process.process for process in pool.processes]
        pool.submit(page(1))
    assert all(process.returncode is not None for process in processes)


def test_page_process_ends_with_its_parent(config):
    """A page process sees the end of its input when its parent ends, for whatever reason."""
    with PagePool(config, workers=1) as pool:
        process = pool.processes[0].process
        process.stdin.close()
        assert process.wait() == 0


def test_setting_that_cannot_be_sent_is_refused_by_name(config):
    config.HTMLExporter.filters = {"shout": str.upper}
    with pytest.raises(GradingError, match=r"c\.HTMLExporter"):
        PagePool(config, workers=1)


def test_preprocessors_of_feedback_accept_its_settings_without_a_warning(config, caplog):
    exporter = FeedbackExporter(config=config)
    for name in config.GenerateFeedback.preprocessors:
        exporter.register_preprocessor(name, enabled=True)
    assert caplog.messages == []

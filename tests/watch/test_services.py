"""The hub and the server can run `watch` as a service, which is off by default."""

import configparser
import sys

import pytest
from traitlets.config.loader import PyFileConfigLoader

from autograder.paths import ROOT

HUB = ROOT / "deploy" / "hub"
SERVER = ROOT / "deploy" / "server"


@pytest.fixture
def services(tmp_path, monkeypatch):
    """``services(watch)``: return the services of `make hub WATCH=...`, keyed by name."""

    def services(watch):
        pytest.importorskip("jupyterhub", reason="JupyterHub is not installed. To install it, run: make hub")
        (tmp_path / "passwords.json").write_text("{}")
        monkeypatch.setattr("sys.path", [*sys.path])
        for name, value in {"": str(tmp_path), "_PORT": "8000", "_GRADERS": "tina", "_WATCH": watch}.items():
            monkeypatch.setenv(f"GRADLAB_HUB{name}", value)
        config = PyFileConfigLoader(str(HUB / "jupyterhub_config.py")).load_config()
        return {service["name"]: service for service in config.JupyterHub.services}

    return services


def test_hub_watches_nothing_by_default(services):
    assert "watch" not in services("")


def test_hub_watches_the_assignment_given_to_make_hub(services):
    found = services("update_rules --attempts 3")
    watch = found["watch"]
    assert watch["command"] == [sys.executable, "-m", "autograder", "watch", "update_rules", "--attempts", "3"]
    assert watch["cwd"] == found["gradlab"]["cwd"]
    assert watch["environment"]["PYTHONPATH"] == str(ROOT)


def test_server_has_a_unit_that_runs_as_the_grader_and_is_not_enabled():
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read(SERVER / "gradlab-watch@.service")
    assert unit["Service"]["User"] == "grader"
    assert unit["Service"]["ExecStart"] == "/opt/gradlab/venv/bin/python -m autograder watch %i $OPTIONS"
    install = (SERVER / "install").read_text()
    assert '"$HERE"/*.service' in install, "the unit is installed"
    assert "gradlab-watch" not in install, "it is switched on only by hand"

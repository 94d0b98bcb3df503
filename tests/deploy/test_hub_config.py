"""JupyterHub's configuration on one server: who may log in, under what name, and who may grade which course."""

import re
import shutil
import sys
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError
from traitlets.config.loader import PyFileConfigLoader

from autograder.paths import ROOT

SERVER = ROOT / "deploy" / "server"
GROUPS = {"graders": ["tina"], "graders-nlp": ["noam", "tina"], "students": ["ada"]}


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """``configured(files, **environment)``: load the configuration from a folder like /etc/gradlab."""
    for name in ("jupyterhub_config", "login_names", "courses"):
        shutil.copy(SERVER / f"{name}.py", tmp_path)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr("sys.path", [*sys.path])
    monkeypatch.setattr("grp.getgrnam", lambda name: SimpleNamespace(gr_mem=GROUPS[name]))
    monkeypatch.setenv("GRADLAB_METRICS_TOKEN", "0123456789abcdef" * 4)

    def load(files=(), **environment):
        for name, text in dict(files).items():
            (tmp_path / name).write_text(text)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return PyFileConfigLoader("jupyterhub_config.py", path=str(tmp_path)).load_config()

    yield load
    for name in ("login_names", "courses"):
        sys.modules.pop(name, None)


OAUTH = {"OAUTH_CLIENT_ID": "x"}
LOGINS = {"students": "ada.lovelace\nada@example.org\ntina\n"}


def test_university_logins_get_the_names_of_the_listed_unix_users(configured):
    config = configured(LOGINS, **OAUTH)
    name = config.GenericOAuthenticator.username_claim
    assert config.Authenticator.allowed_users == {"ada.lovelace", "ada-cfe00dde46", "tina"}
    for login in ("ada.lovelace", "Ada@Example.org", "tina"):
        assert name({"preferred_username": login}) in config.Authenticator.allowed_users
        assert re.match(config.Authenticator.username_pattern, name({"preferred_username": login}))


def test_login_that_equals_someone_elses_unix_name_is_not_allowed(configured):
    config = configured(LOGINS, **OAUTH)
    name = config.GenericOAuthenticator.username_claim({"preferred_username": "ada-cfe00dde46"})
    assert name not in config.Authenticator.allowed_users


def test_login_that_cannot_be_a_student_id_is_refused(configured):
    config = configured(LOGINS, **OAUTH)
    with pytest.raises(HTTPError, match="'a/b' cannot log in"):
        config.GenericOAuthenticator.username_claim({"preferred_username": "a/b"})


def test_different_claim_can_hold_the_login(configured):
    config = configured(LOGINS, **OAUTH, OAUTH_USERNAME_CLAIM="email")
    assert config.GenericOAuthenticator.username_claim({"email": "ada@example.org"}) == "ada-cfe00dde46"
    with pytest.raises(HTTPError, match="has no email"):
        config.GenericOAuthenticator.username_claim({"preferred_username": "ada"})


def services(config):
    return {service["name"]: service for service in config.JupyterHub.services}


def roles(config):
    return {role["name"]: role for role in config.JupyterHub.load_roles}


def test_server_has_one_course_by_default(configured):
    config = configured()
    assert list(services(config)) == ["gradlab", "metrics", "cull"]
    assert services(config)["gradlab"]["user"] == "grader"
    assert roles(config)["grader"] == {
        "name": "grader", "users": ["tina"], "scopes": ["access:services!service=gradlab"]
    }  # fmt: skip
    assert config.LocalAuthenticator.allowed_groups == {"students", "graders"}


def test_each_course_has_its_own_user_folder_port_and_graders(configured):
    config = configured({"courses": "nlp 8005\n"})
    gradlab, nlp = (services(config)[name] for name in ("gradlab", "nlp"))
    for key in ("url", "user", "cwd"):
        assert gradlab[key] != nlp[key]
    assert (nlp["user"], nlp["cwd"], nlp["url"]) == ("grader-nlp", "/srv/gradlab/nlp", "http://127.0.0.1:8005")
    assert roles(config)["grader-nlp"]["users"] == ["noam", "tina"]
    assert roles(config)["grader-nlp"]["scopes"] == ["access:services!service=nlp"]
    assert config.LocalAuthenticator.allowed_groups == {"students", "graders", "graders-nlp"}


def test_hub_knows_every_scope(configured):
    scopes = pytest.importorskip("jupyterhub.scopes", reason="install it with: make hub")
    for role in roles(configured({"courses": "nlp 8005\n"})).values():
        for scope in role["scopes"]:
            assert scope.partition("!")[0] in {*scopes.scope_definitions, "access:services"}, scope


@pytest.mark.parametrize(
    ("referer", "course"),
    [
        ("https://hub/services/nlp/formgrader", "nlp"),
        ("https://hub/services/gradlab/formgrader", "gradlab"),
        ("https://hub/services/evil/x", "gradlab"),
        ("", "gradlab"),
    ],
)
def test_links_to_files_lead_to_the_course_that_they_come_from(configured, referer, course):
    ((_, handler),) = configured({"courses": "nlp 8005\n"}).JupyterHub.extra_handlers
    sent = []
    request = SimpleNamespace(headers={"Referer": referer})
    handler.get(SimpleNamespace(request=request, redirect=sent.append), "tree", "source/hw1")
    assert sent == [f"/services/{course}/tree/source/hw1"]


def test_idle_servers_are_stopped_but_not_because_of_their_age(configured):
    command = services(configured())["cull"]["command"]
    assert "--timeout=7200" in command
    assert not any("max-age" in part for part in command)

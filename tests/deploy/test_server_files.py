"""The files for one server, as far as they can be checked without one: units, scripts, alerts, nginx."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from autograder.paths import ROOT

SERVER = ROOT / "deploy" / "server"
SCRIPTS = ["install", "add-course", "alert", "renewed-certificate", "set-quotas"]
UNITS = [path.name for path in SERVER.iterdir() if path.suffix in (".service", ".timer", ".slice")]


@pytest.mark.parametrize("name", SCRIPTS)
def test_shell_finds_no_syntax_error(name):
    shell = (SERVER / name).read_text().splitlines()[0].split()[-1].removeprefix("#!").rsplit("/", 1)[-1]
    subprocess.run([shell, "-n", SERVER / name], check=True)
    assert os.access(SERVER / name, os.X_OK)


def test_install_writes_the_configuration_and_keeps_secrets_when_it_runs_again(tmp_path):
    """Only the part of `install` that writes to /etc runs, and it writes to another folder."""
    text = (SERVER / "install").read_text()
    part = text[text.index('echo "writing the configuration"') : text.index('sed "s/HOSTNAME')]
    (tmp_path / "etc" / "gradlab").mkdir(parents=True)
    script = f"umask 022\nNAME=hub.example.edu HERE={SERVER} ROOT={ROOT}\n" + part.replace("/etc/", f"{tmp_path}/etc/")
    secrets = []
    for _ in range(2):
        subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True, stdout=subprocess.DEVNULL)
        secrets.append([(tmp_path / "etc" / "gradlab" / name).read_text() for name in ("hub.env", "tls/privkey.pem")])
    assert secrets[0] == secrets[1]
    assert re.fullmatch(r"CONFIGPROXY_AUTH_TOKEN=[0-9a-f]{64}\nGRADLAB_METRICS_TOKEN=[0-9a-f]{64}\n", secrets[0][0])
    modes = {path.relative_to(tmp_path).as_posix(): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes["etc/gradlab/hub.env"] == modes["etc/gradlab/proxy.env"] == 0o600
    assert modes["etc/gradlab/tls"] == 0o700
    assert modes["etc/letsencrypt/renewal-hooks/deploy/gradlab"] == modes["etc/gradlab/alert"] == 0o755
    assert modes["etc/gradlab/courses.py"] == modes["etc/gradlab/autograder/student_ids.py"] == 0o644


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    """The complaints of `systemd-analyze verify` about our units, in a root folder in which all programs exist."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    root = tmp_path_factory.mktemp("root")
    units = root / "etc" / "systemd" / "system"
    units.mkdir(parents=True)
    for name in UNITS:
        text = (SERVER / name).read_text()
        (units / name).write_text(text)
        for program in re.findall(r"^Exec\w+=(\S+)", text, re.MULTILINE):
            path = root / program.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o755)
    for target in ("multi-user", "network", "timers", "basic", "sysinit", "shutdown", "local-fs", "swap"):
        (units / f"{target}.target").write_text("[Unit]\n")
    names = [name.replace("@.", "@x.") for name in UNITS]
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", f"--root={root}", *names], capture_output=True, text=True
    )
    return run.stderr


def test_systemd_finds_nothing_wrong_with_our_units(verified):
    ours = [line for line in verified.splitlines() if any(name.split("@")[0].split(".")[0] in line for name in UNITS)]
    assert ours == []


def test_every_unit_that_can_fail_reports_it():
    for name in UNITS:
        if name.endswith(".service") and not name.startswith("gradlab-alert"):
            assert "\nOnFailure=gradlab-alert@%n.service\n" in (SERVER / name).read_text(), name


def test_hub_upgrades_its_database_with_the_commands_from_its_own_environment():
    """JupyterHub runs `alembic` by name, and stops if that is not on PATH."""
    text = (SERVER / "jupyterhub.service").read_text()
    upgrade = re.search(r"^ExecStartPre=(.*)/jupyterhub upgrade-db ", text, re.MULTILINE)
    path = re.search(r"^Environment=PATH=(.*)$", text, re.MULTILINE)
    assert path[1].split(":")[0] == upgrade[1]
    assert "alembic==" in (SERVER / "requirements.txt").read_text()


@pytest.fixture
def run_script(tmp_path):
    """``run_script(name, *arguments, fail=(), **environment)``: run a script with programs that only log their calls.

    The function returns the exit code, and what the programs were given as arguments and on standard input.
    """

    def run(name, *arguments, fail=(), **environment):
        programs = tmp_path / "bin"
        programs.mkdir()
        log = tmp_path / "log"
        log.touch()
        for program in ("nginx", "systemctl", "logger", "sendmail", "curl", "setquota", "hostname", "getent"):
            reads = "cat >> $LOG" if program in ("sendmail", "curl") else ""
            says = {"hostname": "echo hub1", "systemctl": "echo 'No space left'", "getent": "echo students:x:1:ada,bob"}
            lines = [
                "#!/bin/sh",
                f'echo "{program} $@" >> $LOG',
                reads,
                says.get(program, ""),
                f"exit {program in fail:d}",
            ]
            (programs / program).write_text("\n".join(lines))
            (programs / program).chmod(0o755)
        script = tmp_path / name
        script.write_text((SERVER / name).read_text().replace("/usr/sbin/sendmail", "sendmail"))
        done = subprocess.run(
            ["sh", script, *arguments],
            env={"PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin", "LOG": str(log), **environment},
            stdout=subprocess.DEVNULL,
        )
        return done.returncode, log.read_text()

    return run


def test_alert_is_logged_mailed_and_posted(run_script):
    code, log = run_script("alert", "gradlab-backup.service", ALERT_MAIL="ops@example.org", ALERT_URL="https://x/y")
    assert code == 0
    assert "logger --priority daemon.alert --tag gradlab gradlab-backup.service failed on hub1\n" in log
    assert "To: ops@example.org\nSubject: gradlab-backup.service failed on hub1\n\n" in log
    assert re.search(r"^curl .* https://x/y$", log, re.MULTILINE)
    assert log.count("No space left") == 2


def test_alert_without_addresses_is_only_logged(run_script):
    code, log = run_script("alert", "gradlab-backup.service")
    assert code == 0
    assert "sendmail" not in log
    assert "curl" not in log


def test_alert_that_cannot_be_mailed_is_still_posted_and_fails(run_script):
    code, log = run_script(
        "alert", "x.service", fail=("sendmail",), ALERT_MAIL="ops@example.org", ALERT_URL="https://x"
    )
    assert code == 1
    assert "curl" in log


@pytest.mark.parametrize(("fail", "reloaded"), [((), True), (("nginx",), False)])
def test_renewed_certificate_reloads_nginx_only_if_its_configuration_is_valid(run_script, fail, reloaded):
    _, log = run_script("renewed-certificate", fail=fail)
    assert ("systemctl reload nginx" in log) is reloaded


def test_quotas_are_set_for_the_class_or_for_the_given_users(run_script):
    code, log = run_script("set-quotas", "5G")
    assert (code, log.splitlines()[1:]) == (0, [f"setquota -u {name} 5G 5G 0 0 /home" for name in ("ada", "bob")])


def test_quota_is_set_for_one_named_user(run_script):
    code, log = run_script("set-quotas", "1G", "eve", QUOTA_FILESYSTEM="/")
    assert (code, log.splitlines()[-1]) == (0, "setquota -u eve 1G 1G 0 0 /")


def test_quota_that_cannot_be_set_is_an_error(run_script):
    assert run_script("set-quotas", "5G", "eve", fail=("setquota",))[0] == 1


def alert_rules():
    (group,) = yaml.safe_load((SERVER / "alerts.yml").read_text())["groups"]
    return group["rules"]


def test_alerts_use_metrics_that_the_hub_exports():
    pytest.importorskip("jupyterhub", reason="JupyterHub is not installed. To install it, run: make hub")
    script = "import jupyterhub.metrics, prometheus_client as p; print(p.generate_latest().decode())"
    exported = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    used = {name for rule in alert_rules() for name in re.findall(r"jupyterhub_\w+", rule["expr"])}
    assert len(used) >= 2
    for name in used:
        assert re.search(rf"^{name}\b", exported, re.MULTILINE), name


def test_alerts_watch_the_units_that_exist():
    (pattern,) = (
        re.search(r'name=~"([^"]*)", state', rule["expr"])[1] for rule in alert_rules() if "state=" in rule["expr"]
    )
    for name in UNITS:
        if name.endswith(".service"):
            assert re.fullmatch(pattern, name), name
    assert all(rule["annotations"]["summary"] for rule in alert_rules())


def test_nginx_accepts_the_configuration(tmp_path):
    if shutil.which("nginx") is None or os.geteuid() != 0:
        pytest.skip("needs nginx, and root to test it")
    text = (SERVER / "nginx.conf").read_text().replace("HOSTNAME", "hub.example.edu")
    text = text.replace("/etc/gradlab/tls", str(tmp_path))
    subject = ["-subj", "/CN=hub.example.edu", "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject], check=True, capture_output=True
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "\n".join(["access_log off;", *(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)])
    (tmp_path / "nginx.conf").write_text(f"events {{}}\npid {tmp_path}/pid;\nhttp {{\n{folders}\n{text}\n}}\n")
    subprocess.run(["nginx", "-t", "-q", "-c", tmp_path / "nginx.conf"], check=True)

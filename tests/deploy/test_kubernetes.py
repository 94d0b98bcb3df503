"""The Kubernetes files, tested without a cluster: the chart knows all keys, and KubeSpawner builds the manifests."""

import asyncio
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType, SimpleNamespace

import pytest
import yaml
from tornado.web import HTTPError
from traitlets.config import Config

from autograder.paths import ROOT
from autograder.student_ids import refusal

FOLDER = ROOT / "deploy" / "kubernetes"
VALUES = yaml.safe_load((FOLDER / "values.yaml").read_text())
OBJECTS = list(yaml.safe_load_all((FOLDER / "namespace.yaml").read_text()))
BACKUP = list(yaml.safe_load_all((FOLDER / "backup.yaml").read_text()))
READER = yaml.safe_load((FOLDER / "read-backups.yaml").read_text())
STUDENT = VALUES["singleuser"]

# Keys from the chart's own values.yaml that our values may use. None allows any value.
CHART = {
    "custom": None,
    "hub": {"config": None, "loadRoles": None, "extraConfig": None},
    "singleuser": {
        "image": {"name", "tag", "pullPolicy", "pullSecrets"},
        "cmd": None,
        "defaultUrl": None,
        "memory": {"limit", "guarantee"},
        "cpu": {"limit", "guarantee"},
        "startTimeout": None,
        "allowPrivilegeEscalation": None,
        "cloudMetadata": {"blockWithIptables", "ip"},
        "networkPolicy": {
            "enabled": None,
            "egress": None,
            "egressAllowRules": {
                "cloudMetadataServer",
                "dnsPortsCloudMetadataServer",
                "dnsPortsKubeSystemNamespace",
                "dnsPortsPrivateIPs",
                "nonPrivateIPs",
                "privateIPs",
            },
        },
        "storage": {"type", "capacity", "homeMountPath", "extraVolumes", "extraVolumeMounts", "dynamic", "static"},
        "initContainers": None,
    },
    "cull": {"enabled", "users", "timeout", "every", "maxAge", "concurrency", "removeNamedServers"},
    "proxy": {"https": {"enabled": None, "type": None, "hosts": None, "letsencrypt": {"contactEmail", "acmeServer"}}},
}


def unknown_keys(values, known, path=""):
    """Return the paths of the keys in `values` that the chart doesn't have."""
    if known is None or not isinstance(values, dict):
        return []
    wrong = [f"{path}{key}" for key in values if key not in known]
    below = known if isinstance(known, dict) else {}
    return wrong + [w for key in values for w in unknown_keys(values[key], below.get(key), f"{path}{key}.")]


def test_chart_knows_every_key():
    assert unknown_keys(VALUES, CHART) == []
    assert unknown_keys({"singleuser": {"networkPolicy": {"egressRules": 1}}}, CHART) == [
        "singleuser.networkPolicy.egressRules"
    ]


def test_student_servers_can_reach_only_the_hub_and_dns():
    allowed = STUDENT["networkPolicy"]["egressAllowRules"]
    assert [rule for rule, is_on in allowed.items() if is_on] == ["dnsPortsKubeSystemNamespace"]
    assert len(allowed) == 6
    assert STUDENT["networkPolicy"]["enabled"]


def test_objects_have_known_kinds_and_fields():
    kinds = [(o["apiVersion"], o["kind"]) for o in OBJECTS]
    assert kinds == [
        ("v1", "Namespace"),
        ("v1", "PersistentVolumeClaim"),
        ("v1", "PersistentVolumeClaim"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    ]
    for policy in OBJECTS[3:]:
        assert set(policy["spec"]) <= {"podSelector", "policyTypes", "ingress", "egress"}
        for direction in ("ingress", "egress"):
            assert (direction.title() in policy["spec"]["policyTypes"]) == (direction in policy["spec"])
            for rule in policy["spec"].get(direction, ()):
                assert set(rule) == {"to" if direction == "egress" else "from", "ports"}
    assert {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "PersistentVolumeClaim"} == {"exchange", "course"}


@pytest.mark.parametrize("manifest", [*OBJECTS, *BACKUP, READER], ids=lambda m: m["metadata"]["name"])
def test_kubernetes_client_knows_every_field(manifest):
    client = pytest.importorskip("kubernetes_asyncio.client", reason="install it with: make browser")

    async def round_trip():
        async with client.ApiClient() as api:
            read = api.deserialize(SimpleNamespace(data=json.dumps(manifest)), f"V1{manifest['kind']}")
            return api.sanitize_for_serialization(read)

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(round_trip())).result() == manifest


def test_backup_runs_with_least_privilege_and_mounts_what_the_graders_server_mounts(pod):
    (job,) = (o for o in BACKUP if o["kind"] == "CronJob")
    made = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = made["containers"]
    assert container["image"] == VALUES["custom"]["grader"]["image"]
    assert mounts(container) == {
        "/course/build": (None, False),
        "/exchange": ("exchange", True),
        "/backups": (None, False),
    }
    theirs = pod("grader")["spec"]
    assert made["securityContext"] == theirs["securityContext"]
    assert container["securityContext"] == theirs["containers"][0]["securityContext"]
    assert made["automountServiceAccountToken"] is False
    (reader,) = READER["spec"]["containers"]
    assert mounts(reader) == {"/backups": (None, True)}
    assert (reader["image"], reader["securityContext"]) == (container["image"], container["securityContext"])
    assert READER["spec"]["securityContext"] == made["securityContext"]


def test_backup_may_not_use_the_network_except_for_the_database():
    (isolated,) = (o["spec"] for o in BACKUP if o["kind"] == "NetworkPolicy")
    assert isolated["podSelector"]["matchLabels"] == {"gradlab/server": "backup"}
    assert (isolated["ingress"], isolated["egress"]) == ([], [])
    clients = [{"key": "gradlab/server", "operator": "In", "values": ["grader", "backup"]}]
    to, by = (o["spec"] for o in OBJECTS if o["kind"] == "NetworkPolicy")
    assert to["podSelector"]["matchExpressions"] == clients
    assert by["ingress"][0]["from"] == [{"podSelector": {"matchExpressions": clients}}]


def test_no_server_is_stopped_because_of_its_age():
    assert VALUES["cull"]["maxAge"] == 0
    assert VALUES["cull"]["timeout"] >= 3600


@pytest.mark.parametrize("login", ["ada", "ada.lovelace", "ada@example.org", "ada+lab@example.org", "o_h-1", "1815ada"])
def test_usual_logins_are_accepted(login):
    assert re.match(VALUES["hub"]["config"]["Authenticator"]["username_pattern"], login)


def test_every_accepted_login_can_be_a_student_id():
    pattern = re.compile(VALUES["hub"]["config"]["Authenticator"]["username_pattern"])
    characters = [chr(code) for code in range(0x250)]
    for login in [*characters, *(f"a{c}" for c in characters), *(f"a{c}b" for c in characters), "a" * 61]:
        if pattern.match(login):
            assert refusal(login) == "", login


@pytest.fixture
def pod(monkeypatch):
    """``pod(name)``: return the manifest of a user's pod as a dict.

    KubeSpawner builds the manifest, configured as the chart would configure it.
    """
    spawner = pytest.importorskip(
        "kubespawner", reason="KubeSpawner is not installed. To install it, run: pip install jupyterhub-kubespawner"
    )
    monkeypatch.setattr("kubespawner.spawner.load_config", lambda **_: None)  # there is no cluster
    monkeypatch.setattr("kubespawner.spawner.shared_client", lambda *_: None)
    chart = ModuleType("z2jh")
    chart.get_config = lambda key: VALUES["custom"][key.removeprefix("custom.")]
    monkeypatch.setitem(sys.modules, "z2jh", chart)
    config = Config()
    for section, values in VALUES["hub"]["config"].items():
        config[section].update(values)
    home = {"name": "home", "persistentVolumeClaim": {"claimName": "claim-{username}"}}
    storage = STUDENT["storage"]
    config.KubeSpawner.update(
        image=f"{STUDENT['image']['name']}:{STUDENT['image']['tag']}",
        uid=1000,
        fs_gid=100,
        allow_privilege_escalation=STUDENT["allowPrivilegeEscalation"],
        mem_limit=STUDENT["memory"]["limit"],
        cpu_limit=STUDENT["cpu"]["limit"],
        init_containers=STUDENT["initContainers"],
        volumes=[home, *storage["extraVolumes"]],
        volume_mounts=[{"name": "home", "mountPath": storage["homeMountPath"]}, *storage["extraVolumeMounts"]],
    )
    exec(VALUES["hub"]["extraConfig"]["grader"], {"c": config})

    def make(name):
        from kubernetes_asyncio.client import ApiClient

        async def manifest():
            kube = spawner.KubeSpawner(_mock=True, config=config)
            kube.user.name = name
            made = await kube.get_pod_manifest()
            made = kube.modify_pod_hook(kube, made)
            async with ApiClient() as api:
                return api.sanitize_for_serialization(made)

        # Use a new thread, because a browser test may have left an event loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(manifest())).result()

    make.config = config
    return make


def mounts(container):
    return {m["mountPath"]: (m.get("subPath"), m.get("readOnly", False)) for m in container["volumeMounts"]}


@pytest.mark.parametrize("name", ["ada", "ada.l@example.edu"])
def test_student_mounts_only_their_own_part_of_the_exchange(pod, name):
    made = pod(name)
    (server,) = made["spec"]["containers"]
    assert mounts(server) == {
        "/home/jovyan": (None, False),
        "/exchange/gradlab/outbound": ("exchange/gradlab/outbound", True),
        "/exchange/gradlab/inbound": (f"exchange/gradlab/inbound/{name}", False),
        "/exchange/gradlab/feedback": (f"exchange/gradlab/feedback/{name}", True),
    }
    assert {v["persistentVolumeClaim"]["claimName"] for v in made["spec"]["volumes"]} >= {"exchange"}
    assert "course" not in {v["name"] for v in made["spec"]["volumes"]}
    (folders,) = made["spec"]["initContainers"]
    made_folders = set(folders["command"][2:])
    assert made_folders == {f"/all/{sub}" for sub, _ in mounts(server).values() if sub}
    assert folders["image"] == server["image"] == "registry.example.edu/gradlab-student:1"


def test_grader_mounts_the_whole_exchange_and_the_course(pod):
    made = pod("grader")
    (server,) = made["spec"]["containers"]
    assert server["image"] == VALUES["custom"]["grader"]["image"]
    assert mounts(server) == {
        "/home/jovyan": (None, False),
        "/exchange": ("exchange", False),
        "/course/build": (None, False),
    }
    assert made["metadata"]["labels"]["gradlab/server"] == "grader"
    assert server["resources"]["limits"] == {"memory": "4Gi", "cpu": "2"}


@pytest.mark.parametrize("name", ["ada", "grader"])
def test_servers_run_with_least_privilege(pod, name):
    made = pod(name)["spec"]
    assert made["automountServiceAccountToken"] is False
    assert made["securityContext"]["runAsNonRoot"]
    for container in [*made["containers"], *made["initContainers"]]:
        context = container["securityContext"]
        assert context["runAsUser"] == 1000
        assert context["runAsNonRoot"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["resources"]["limits"]


def test_graders_share_a_server_and_nobody_can_log_in_as_its_user(pod):
    pod("ada")  # a student's pod can be created
    roles = VALUES["hub"]["loadRoles"]
    assert roles["graders-server"] == {
        "description": "What the graders' shared server may do",
        "users": ["grader"],
        "scopes": ["self"],
    }
    scopes = {"list:users!user=grader", "servers!user=grader", "access:servers!user=grader"}
    assert set(roles["graders"]["scopes"]) == scopes
    # A blocked user loses all roles, so the user's server could not talk to the hub.
    assert "blocked_users" not in VALUES["hub"]["config"]["Authenticator"]
    hook = pod.config.Authenticator.post_auth_hook
    assert hook(None, None, {"name": "ada"}) == {"name": "ada"}
    with pytest.raises(HTTPError, match="403"):
        hook(None, None, {"name": "grader"})

"""The image and the manifests that run it, read as a builder and a cluster read them.

``deploy/docker/check.sh`` builds the image for real and runs it on a read-only root without a network.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from indextts.ops.instance import END_WITHIN_S
from indextts.platform.config import Config

ROOT = Path(__file__).parents[2]
CACHE = "/opt/indextts-studio/cache_hub"


def stages() -> dict[str, list[tuple[str, str]]]:
    """The Dockerfile's stages by name, each with its instructions."""
    text = (ROOT / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found: dict[str, list[tuple[str, str]]] = {"": []}
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found[rest.split(" AS ")[1]] = []
        if word:
            found[[*found][-1]].append((word, rest))
    return found


def last(stage: str, word: str) -> str:
    return [rest for name, rest in stages()[stage] if name == word][-1]


@cache
def documents(path: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((ROOT / path).read_text(encoding="utf-8")))


def kind(name: str) -> dict[str, Any]:
    (found,) = [one for one in documents("deploy/kubernetes/studio.yaml") if one["kind"] == name]
    return found


def container() -> dict[str, Any]:
    (one,) = kind("Deployment")["spec"]["template"]["spec"]["containers"]
    assert isinstance(one, dict)
    return one


# ---------------------------------------------------------------------- the image


def test_what_is_built_comes_from_start_app_alone() -> None:
    runs = [rest for word, rest in stages()["built"] if word == "RUN"]
    assert "./start_app.sh set-up" in runs[-1]
    everything = (ROOT / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert "pip" not in everything and "requirements" not in everything, "a second list of steps"


def test_the_image_runs_as_a_user_of_its_own_and_has_no_tool_of_the_build() -> None:
    names = [*stages()]
    assert names[-1] == "studio" and len(names) > 2
    assert last("studio", "USER") == "10001:10001"
    assert last("studio", "COPY").startswith("--from=built ")
    assert "venv" not in " ".join(rest for word, rest in [*stages()["python"], *stages()["studio"]] if word == "RUN")
    assert last("studio", "VOLUME") == CACHE


def test_its_health_check_asks_whether_it_lives() -> None:
    check = last("studio", "HEALTHCHECK")
    words = json.loads(check.partition("CMD ")[2])
    assert words[:2] == [".venv/bin/python", "-c"] and "/healthz" in words[2]
    compile(words[2], "health", "exec")


def test_what_the_image_needs_is_let_in_and_what_a_developer_has_is_not() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    assert "*" in rules, "nothing but what is named"
    for rule in allowed:
        assert [*ROOT.glob(rule)], rule
    sources = (ROOT / "start_app.sh").read_text(encoding="utf-8") + (ROOT / "scripts" / "setup.sh").read_text("utf-8")
    needed = {"scripts", "indextts", "configs", "requirements", "requirements.txt", "start_app.sh"}
    needed |= {"LICENSE", "LICENSES"}  # what is owed to those whose data are in it
    assert needed <= set(allowed) and "requirements/*.txt" in sources
    assert not {"cache_hub", ".venv", "tests", ".git"} & set(allowed)


def test_an_empty_volume_is_filled_from_the_image_and_a_used_one_is_left_alone(tmp_path: Path) -> None:
    studio = tmp_path / "studio"
    (studio / "deploy" / "docker").mkdir(parents=True)
    entry = studio / "deploy" / "docker" / "entrypoint.sh"
    entry.write_text((ROOT / "deploy" / "docker" / "entrypoint.sh").read_text(encoding="utf-8"), encoding="utf-8")
    start = studio / "start_app.sh"
    start.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    start.chmod(0o755)
    for part in ("downloads/voice.whl", "models/embedded/voice.json", "numba/warm.json"):
        path = studio / "built" / part
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("the image's", encoding="utf-8")
    kept = studio / "cache_hub" / "numba" / "warm.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("its own", encoding="utf-8")
    (studio / "cache_hub" / "models" / "embedded.part").mkdir(parents=True)  # of a start that was killed
    command = ["sh", str(entry), "--host", "0.0.0.0"]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        assert done.stdout == "--foreground --host 0.0.0.0\n"
    assert (studio / "cache_hub" / "models" / "embedded" / "voice.json").read_text(encoding="utf-8") == "the image's"
    assert kept.read_text(encoding="utf-8") == "its own"
    assert not [*(studio / "cache_hub").rglob("*.part")]


@pytest.mark.parametrize("script", ["check.sh", "inside.sh", "entrypoint.sh"])
def test_its_scripts_are_whole_and_can_be_run(script: str) -> None:
    path = ROOT / "deploy" / "docker" / script
    assert os.access(path, os.X_OK)
    subprocess.run(["sh", "-n", str(path)], check=True)


# ---------------------------------------------------------------------- what runs it


def test_compose_gives_it_no_right_and_asks_for_keys() -> None:
    (compose,) = documents("deploy/docker/compose.yaml")
    studio = compose["services"]["studio"]
    assert (studio["read_only"], studio["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in studio["security_opt"]
    assert studio["environment"]["INDEXTTS_KEYS"].startswith("${INDEXTTS_KEYS:?")
    assert all(port.startswith("127.0.0.1:") for port in studio["ports"])
    assert [volume for volume in studio["volumes"] if volume.endswith(CACHE)]
    assert (ROOT / "deploy" / "docker" / studio["build"]["context"]).resolve() == ROOT
    assert float(studio["stop_grace_period"].removesuffix("s")) > END_WITHIN_S


def test_the_cluster_may_run_it_where_only_the_restricted_is_allowed() -> None:
    pod = kind("Deployment")["spec"]["template"]["spec"]
    whole, own = pod["securityContext"], container()["securityContext"]
    assert whole["runAsNonRoot"] and whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert f"{whole['runAsUser']}:{whole['runAsGroup']}" == last("studio", "USER")
    assert own == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert pod["terminationGracePeriodSeconds"] > END_WITHIN_S


def test_ready_and_alive_are_asked_apart() -> None:
    probes = {name: container()[name]["httpGet"]["path"] for name in container() if name.endswith("Probe")}
    assert probes == {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}


def test_the_manifest_fits_together_and_names_no_secret() -> None:
    pod = kind("Deployment")["spec"]["template"]
    labels = pod["metadata"]["labels"]
    assert kind("Service")["spec"]["selector"] == labels == kind("Deployment")["spec"]["selector"]["matchLabels"]
    (key,) = container()["env"]
    assert key["name"] == "INDEXTTS_KEYS" and "secretKeyRef" in key["valueFrom"]
    assert {one["kind"] for one in documents("deploy/kubernetes/studio.yaml")} == {
        "ConfigMap",
        "PersistentVolumeClaim",
        "Service",
        "Deployment",
    }
    volumes = {one["name"]: one for one in pod["spec"]["volumes"]}
    mounts = {one["mountPath"]: volumes[one["name"]] for one in container()["volumeMounts"]}
    assert mounts[CACHE]["persistentVolumeClaim"]["claimName"] == kind("PersistentVolumeClaim")["metadata"]["name"]
    assert mounts["/etc/indextts"]["configMap"]["name"] == kind("ConfigMap")["metadata"]["name"]
    options = container()["args"]
    assert shlex.join(options).startswith(last("studio", "CMD").translate(str.maketrans("", "", '[]",')))
    Config.model_validate(yaml.safe_load(kind("ConfigMap")["data"]["config.yaml"]))

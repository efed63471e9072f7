"""What a call's address says of it, and which voice it asks for."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from indextts.platform.config import Config
from indextts.server.cluster.calls import Call, rule_of, voice_key, voice_of
from indextts.voices.cloning.library import CloneLibrary
from tests.support.recordings import prepared


@pytest.mark.parametrize(
    ("method", "path", "group", "again", "same"),
    [
        ("POST", "/tts", "speech", True, False),
        ("POST", "/v1/audio/speech", "speech", True, True),
        ("POST", "/v1/jobs", "studio", False, False),
        ("DELETE", "/v1/projects/x", "studio", False, False),
        ("GET", "/v1/jobs/x/events", "studio", True, False),
        ("GET", "/audio/x.wav", "studio", True, True),
        ("POST", "/gradio_api/queue/join", "studio", False, False),
        ("GET", "/", "studio", True, False),
    ],
)
def test_only_what_changes_nothing_is_asked_twice(method: str, path: str, group: str, again: bool, same: bool) -> None:
    rule = rule_of(method, path)
    assert (rule.group, rule.again, rule.same) == (group, again, same)


def call(body: object) -> Call:
    scope = {"type": "http", "method": "POST", "path": "/tts", "headers": []}
    return Call.of(scope).with_body(body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.mark.parametrize(
    ("body", "voice"),
    [
        ({"text": "hi", "voice": "clone-1"}, "clone-1"),
        ({"input": "hi", "voice": {"id": "clone-2"}}, "clone-2"),
        ({"text": "hi", "settings": {"voice": "clone-3"}, "segments": []}, "clone-3"),
        ({"text": "my voice"}, ""),
        ({"voice": 7}, ""),
        (["voice"], ""),
        (b'{"voice": ', ""),
        (b'{"voice":' + b"[" * 100_000, ""),
        (b"", ""),
    ],
)
def test_the_voice_is_read_from_every_form_of_body(body: object, voice: str) -> None:
    assert voice_of(call(body)) == voice


def test_two_voices_of_the_same_recordings_are_one(tmp_path: Path) -> None:
    library = CloneLibrary(Config(cache_dir=tmp_path))
    low, high = prepared(3.0, 110.0), prepared(3.0, 330.0, 1)
    names = [
        library.add(name, recordings, consent="我同意").id
        for name, recordings in (("A", [low, high]), ("B", [high, low]), ("C", [low]))
    ]
    keys = [voice_key(name, library.get) for name in names]
    assert keys[0] == keys[1] != keys[2]
    assert voice_key("young_man", library.get) == voice_key("clone-99", library.get) == ""
    library.close()


def test_without_ray_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from deploy import ray_serve

    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr("indextts.server.cluster.serving.find_spec", lambda _: None)
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    assert ray_serve.main([]) == 1
    assert "pip install -r requirements/ray.txt" in told.getvalue()


def test_the_drivers_log_has_the_form_that_is_asked_for(tmp_path: Path) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text("log: {format: json}")
    script = """
import logging, sys
from deploy import ray_serve
from indextts.server.cluster import serving

def run(_):
    logging.getLogger("indextts.server.cluster.serving").warning("Serving at %s", "http://127.0.0.1:1")
    logging.getLogger("ray.serve").warning("Application %s is ready", "indextts")

serving.run = run
sys.exit(ray_serve.main(["--config", sys.argv[1]]))
"""
    # A process of its own: what a log does with a line belongs to the whole process.
    driver = subprocess.run([sys.executable, "-c", script, settings], capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in driver.stderr.splitlines()]
    assert [one["logger"] for one in told] == ["indextts.server.cluster.serving", "ray.serve"]


def test_ten_thousand_listeners_cost_what_was_measured_for_one() -> None:
    from benchmarks.listeners import Asked, Measured, computed

    one = Measured(0.06, 400, 8.0, 4.0, 6000, 1.0)

    def asked(listeners: int, fresh: float = 1.0) -> Asked:
        return Asked(listeners, fresh, 15.0, 1.0, 0.5, 16, 32.0, 1.0, 2000.0, 0.04)

    whole, half = computed(one, asked(10_000)), computed(one, asked(10_000, 0.5))
    assert whole["processes"] == 1200  # 600 cores of speech, each in use by half
    assert whole["machines"] == 75 and whole["heads_for_door_and_proxy"] == 2
    assert whole["requests_per_s"] == 666.7 and whole["commits_per_s"] == 10_000.0
    assert whole["gbit_per_s"] == 0.48 and whole["memory_gb"] == 468.8
    assert half["processes"] == whole["processes"] / 2
    assert half["requests_per_s"] == whole["requests_per_s"]
    until = whole["listeners_until_then"]
    assert computed(one, asked(until))["used_of_one"][whole["breaks_first"]] == pytest.approx(1.0, abs=0.01)

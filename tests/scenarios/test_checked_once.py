"""A request passes the gate once, whichever way it comes; a plan that was made here does not pass it at all."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.cli.main import main
from indextts.pipeline.pipeline import Pipeline
from indextts.plan import check, request
from indextts.platform.config import Config
from indextts.reading.emotion import names
from indextts.service.preload import Preloader
from indextts.studio.tabs.speak.actions import Actions
from tests.support.services import application, make_service
from tests.support.takes import generate, local_client
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService

ONCE = {"check_text": 1, "check_settings": 1, "parse_emotion": 1}
SHARES = {"happy": 0.6, "surprised": 0.3}
MIXED = "happy:0.6+surprised:0.3"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> WholeService:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return make_service(config, rate_limit="100000/minute")


@pytest.fixture
def calls(service: WholeService, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each check was called, wherever it was imported."""
    counted: Counter[str] = Counter()

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            counted[function.__name__] += 1
            return function(*arguments, **named)

        return call

    checks = (request.check_text, request.check_settings, names.parse_emotion, check.check_plan, check.settle)
    for function in checks:
        counter = counting(function)
        for module in [known for name, known in sys.modules.items() if name.startswith("indextts.")]:
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, counter)
    return counted


@pytest.fixture
def client(service: WholeService) -> TestClient:
    return TestClient(application(service, page=False))


def test_the_api_checks_a_request_once(client: TestClient, calls: Counter[str]) -> None:
    answer = client.post("/tts", json={"text": "你好。再见。", "emotion": SHARES})
    assert answer.json()["receipt"]["settings"]["emotion"] == MIXED and calls == ONCE


def test_an_answer_that_streams_is_of_a_request_checked_once(client: TestClient, calls: Counter[str]) -> None:
    assert client.post("/v1/audio/speech", json={"input": "你好。再见。", "voice": "baker"}).status_code == 200
    assert calls == ONCE


def test_the_page_checks_a_request_once(service: WholeService, calls: Counter[str]) -> None:
    actions = Actions(service, service.works)
    take = generate(actions, "你好。", emotion=SHARES)
    assert calls == ONCE
    [listed] = local_client(actions).get("/v1/jobs", params={"asked": True, "limit": 1}).json()["jobs"]
    assert listed["asked"]["emotion"] == MIXED, "the list of takes names the mixture"
    assert take.utterance.settings.emotion == MIXED


def test_say_checks_a_request_once(
    service: WholeService, calls: Counter[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Preloader, "shared", lambda config: service.preloader)
    assert main(["say", "你好。", "-o", str(tmp_path / "x.wav"), "--emotion", "surprised:0.3+happy:0.6"]) == 0
    assert calls == ONCE


def test_a_plan_from_outside_is_checked_once(client: TestClient, calls: Counter[str]) -> None:
    plan = client.post("/v1/plan", json={"text": "你好。", "emotion": "happy"}).json()
    assert calls == ONCE
    plan["settings"]["emotion"], plan["segments"][0]["emotion"] = "surprised:0.3+happy:0.6", "sad+sad"
    refused = client.post("/v1/render", json=plan)
    assert "segments[0].emotion" in refused.text
    calls.clear()
    plan["segments"][0]["emotion"] = ""
    spoken = client.post("/v1/render", json=plan)
    assert spoken.json()["receipt"]["settings"]["emotion"] == MIXED
    assert calls == {**ONCE, "check_plan": 1, "settle": 1}


def test_a_checked_request_is_taken_as_it_is(service: WholeService, calls: Counter[str]) -> None:
    pipeline: Pipeline = service.preloader.pipeline()
    checked = pipeline.check(request.SpeechRequest("你好。"))
    assert calls == ONCE
    list(pipeline.render(pipeline.analyse(checked)))
    assert calls == ONCE

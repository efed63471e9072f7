"""``/v1/forecast``: about how long a text takes, for each quality."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indextts.engines.registry import REGISTRY
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.router import EngineRouter
from indextts.platform.config import Config

TEXT = "今天天气很好，我们一起去公园走走。"


def test_a_voice_of_one_quality_has_one_forecast(client: TestClient) -> None:
    once, twice, slow = (
        client.post("/v1/forecast", json=body).json()
        for body in ({"text": TEXT}, {"text": TEXT * 2}, {"text": TEXT, "speed": 0.5})
    )
    assert once["qualities"] == {} and once["engine"] == "embedded" and once["seconds"] > 0
    assert twice["speech_s"] == pytest.approx(2 * once["speech_s"], rel=0.01) == pytest.approx(slow["speech_s"])


def test_each_quality_is_foreseen_and_the_one_that_is_asked_for(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EngineRouter, "paces", lambda self, engine: {"best": 20.0, "balanced": 15.0, "fast": 5.0})
    found = client.post("/v1/forecast", json={"text": TEXT, "quality": "fast"}).json()
    assert found["qualities"]["best"] == pytest.approx(4 * found["seconds"], rel=0.01)
    usual = client.post("/v1/forecast", json={"text": TEXT}).json()
    assert usual["seconds"] == usual["qualities"]["best"] > usual["qualities"]["balanced"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "text_empty"),
        ({"text": TEXT, "quality": "superb"}, "unknown_choice"),
        ({"text": TEXT, "qualities": "best"}, "invalid_value"),
    ],
)
def test_what_cannot_be_spoken_has_no_forecast(client: TestClient, body: dict[str, str], code: str) -> None:
    answer = client.post("/v1/forecast", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


def test_before_anything_was_measured_the_usual_shares_are_told(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    router = EngineRouter(config, Pool(config, REGISTRY))
    paces = router.paces("indextts2")
    assert paces["best"] == router.forecast.rtf("indextts2") > paces["balanced"] > paces["fast"] > 0
    assert router.paces("embedded") == {} == router.paces("nobody")

"""A call for commercial use alone: wherever that stands, nothing else is heard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from indextts.platform.config import Config
from tests.support.services import application, make_service

SAID = "?commercial=true"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", f"/tts{SAID}", {"json": {"text": "你好。"}}),
    ("POST", f"/tts/generate{SAID}", {"data": {"text": "你好。"}}),
    ("POST", f"/v1/jobs{SAID}", {"json": {"text": "你好。"}}),
    ("GET", f"/v1/audio/speech{SAID}&input=Hi.", {}),
    ("POST", f"/v1/audio/speech{SAID}", {"json": {"input": "Good evening.", "commercial": False}}),
    (
        "POST",
        f"/v1/audio/stream{SAID}",
        {"content": "晚上好。", "headers": {"Content-Type": "text/plain; charset=utf-8"}},
    ),
    ("GET", f"/tts{SAID}&text=早。", {}),
    ("POST", "/gpt-sovits/tts", {"json": {"text": "早。", "commercial": True}}),
    ("GET", "/v1/legado?text=天亮了&commercial=1", {}),
    ("POST", f"/elevenlabs/v1/text-to-speech/anyone{SAID}", {"json": {"text": "Hello."}}),
    ("POST", "/elevenlabs/v1/text-to-speech/anyone/stream", {"json": {"text": "Hello.", "commercial": True}}),
    ("POST", f"/elevenlabs/v1/text-to-speech/anyone/with-timestamps{SAID}", {"json": {"text": "Hello."}}),
    (
        "POST",
        "/cognitiveservices/v1?commercial=TRUE",
        {
            "content": "<speak version='1.0'>Hello.</speak>",
            "headers": {
                "Content-Type": "application/ssml+xml",
                "X-Microsoft-OutputFormat": "riff-24khz-16bit-mono-pcm",
            },
        },
    ),
]


@pytest.fixture
def client(tiny_config: Config) -> Iterator[TestClient]:
    with TestClient(application(make_service(tiny_config))) as client:
        yield client


@pytest.mark.parametrize(("method", "address", "sent"), CALLS, ids=lambda one: one if isinstance(one, str) else "")
def test_the_address_restricts_what_speaks(client: TestClient, method: str, address: str, sent: dict[str, Any]) -> None:
    answer = client.request(method, address, **sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not_commercial")
    open_to_all = address.replace("=true", "=false").replace("=1", "=0").replace("=TRUE", "=False")
    if "json" in sent:
        sent = {"json": sent["json"] | ({"commercial": False} if "commercial" in sent["json"] else {})}
    answer = client.request(method, open_to_all, **sent)
    assert answer.status_code in (200, 202), answer.text
    if "?" in address:
        wrong = client.request(method, address.partition("?")[0] + "?commercial=perhaps&text=a&input=a", **sent)
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid_value")

"""The studio as a tool for assistants: by the real client of the protocol, over HTTP, against a real server."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
import soundfile

from indextts.platform.config import Config
from indextts.platform.serving_config import AccessConfig
from indextts.server.assistants.offers import OFFERS
from indextts.sound.export.label import read_label
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.whole import WholeService

pytest.importorskip("mcp")

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

T = TypeVar("T")
MODES = ("legacy", "auto")
"""The protocol with sessions that most assistants speak, and the one without."""


@pytest.fixture(scope="module")
def url(service: WholeService) -> Iterator[str]:
    with serving(application(service, page=False)) as base:
        yield base


def asked(
    url: str, talk: Callable[[Client], Awaitable[T]], mode: str = "auto", headers: dict[str, str] | None = None
) -> T:
    async def work() -> T:
        async with httpx2.AsyncClient(headers=headers or {}, timeout=60) as http:
            transport = streamable_http_client(f"{url}/mcp", http_client=http)
            async with Client(transport, mode=mode) as client:
                return await talk(client)

    return asyncio.run(work())


def call(url: str, tool: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    return asked(url, lambda client: client.call_tool(tool, arguments), mode)


def facts(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    assert json.loads(result.content[-1].text) == found  # type: ignore[union-attr]
    return found


def error(result: CallToolResult) -> dict[str, Any]:
    assert result.is_error
    told: dict[str, Any] = result.structured_content["error"]
    assert result.content[0].text == f"{told['message']} {told['hint']}"  # type: ignore[union-attr]
    return told


@pytest.mark.parametrize("mode", MODES)
def test_four_tools_are_offered_with_schemas_that_say_what_may_be_given(url: str, mode: str) -> None:
    listed = asked(url, lambda client: client.list_tools(), mode).tools
    assert [tool.name for tool in listed] == ["say", "plan", "voices", "jobs"]
    for tool in listed:
        assert tool.description and len(tool.description) < 400
        assert tool.input_schema["additionalProperties"] is False
    say = listed[0].input_schema
    assert say["required"] == ["text"] and "happy" in say["properties"]["emotion"]["enum"]


def test_no_argument_of_any_tool_can_name_a_file() -> None:
    given = {name for offer in OFFERS for name in offer["inputSchema"]["properties"]}
    spoken = {"text", "voice", "emotion", "intensity", "speed", "pitch", "commercial", "format", "answer"}
    assert given == spoken | {"language", "engine", "action", "id", "title"}


@pytest.mark.parametrize("mode", MODES)
def test_a_sentence_is_said_and_its_sound_comes_with_its_address(url: str, mode: str, tmp_path: Path) -> None:
    result = call(url, "say", mode, text="你好，世界。", format="wav", emotion="happy", speed=1.2)
    said = facts(result)
    sound = base64.b64decode(result.content[0].data)  # type: ignore[union-attr]
    assert result.content[0].mime_type == "audio/wav"  # type: ignore[union-attr]
    samples, rate = soundfile.read(io.BytesIO(sound))
    assert samples.size / rate == pytest.approx(said["duration_s"], abs=0.01) and said["engine"] == "embedded"
    assert httpx.get(said["url"]).content == sound
    (tmp_path / "said.wav").write_bytes(sound)
    assert read_label(tmp_path / "said.wav") is not None, "it bears the label of generated speech"


def test_only_the_address_comes_where_that_is_asked_for(url: str) -> None:
    result = call(url, "say", text="你好。", answer="link")
    assert [block.type for block in result.content] == ["text"]
    said = facts(result)
    assert said["url"].startswith(url) and said["url"].endswith(".mp3") and said["url_lives_s"] > 0
    assert httpx.get(said["url"]).headers["content-type"] == "audio/mpeg"


def test_for_commercial_use_what_does_not_allow_it_is_refused_and_told_otherwise(url: str) -> None:
    """Here are only voices that do not allow it."""
    assert facts(call(url, "say", text="你好。"))["commercial"] == "no"
    assert facts(call(url, "say", text="你好。", commercial=False))["commercial"] == "no"
    for tool, more in {"say": {}, "plan": {}, "jobs": {"action": "create"}}.items():
        assert error(call(url, tool, text="你好。", commercial=True, **more))["code"] == "not_commercial", tool
    told = error(call(url, "say", text="你好。", commercial="yes"))
    assert told["code"] == "invalid_value" and "commercial" in told["message"]


def test_a_plan_tells_readings_breaks_and_doubts(url: str) -> None:
    planned = facts(call(url, "plan", text="重庆的银行。Hello!"))
    first = planned["sentences"][0]
    assert first["text"] == "重庆的银行。"
    assert first["reading"].startswith("chong2 qing4") and "yin2 hang2" in first["reading"] and "#" in first["reading"]
    assert all(isinstance(one["doubtful"], list) for one in planned["sentences"])
    assert planned["about_s"] > 0


def test_voices_can_be_narrowed_down(url: str) -> None:
    every = facts(call(url, "voices"))["voices"]
    assert {"id", "name", "about", "languages", "engine", "group", "licence"} == set(every[0])
    assert facts(call(url, "voices", language="ru"))["voices"] == []
    assert facts(call(url, "voices", engine="embedded", language="zh"))["voices"]


def test_a_job_goes_from_its_creation_to_its_sound(url: str) -> None:
    async def talk(client: Client) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
        made = facts(await client.call_tool("jobs", {"action": "create", "text": "你好。再见。", "title": "Two"}))
        for _ in range(600):
            state = facts(await client.call_tool("jobs", {"action": "state", "id": made["id"]}))
            if state["status"] == "done":
                break
            await asyncio.sleep(0.1)
        result = facts(await client.call_tool("jobs", {"action": "result", "id": made["id"], "format": "wav"}))
        listed = facts(await client.call_tool("jobs", {"action": "list"}))
        return made, state, result, listed

    made, state, result, listed = asked(url, talk)
    assert (state["status"], state["title"]) == ("done", "Two")
    samples, rate = soundfile.read(io.BytesIO(httpx.get(result["url"]).content))
    assert samples.size / rate == pytest.approx(state["duration_s"], abs=0.05)
    assert made["id"] in [one["id"] for one in listed["jobs"]]


def test_what_is_wrong_is_told_in_the_contracts_words(url: str, service: WholeService) -> None:
    assert error(call(url, "say", text="你好", voice="nobody-1"))["code"] == "unknown_choice"
    assert error(call(url, "say", text=7))["code"] == "invalid_value"
    assert error(call(url, "say", text="你好", speed=9))["code"] == "out_of_range"
    assert error(call(url, "say", text="你好", file="/etc/passwd"))["code"] == "invalid_value"
    assert error(call(url, "say", text="你好", format="pcm"))["code"] == "unknown_choice"
    assert error(call(url, "say", text="字" * (service.config.server.max_text_chars + 1)))["code"] == "text_too_long"
    assert error(call(url, "jobs", action="burn"))["code"] == "invalid_value"
    assert error(call(url, "jobs", action="state", id="../../etc"))["code"] == "no_job"
    assert "list" in error(call(url, "jobs", action="cancel", id="nope"))["hint"]
    assert error(call(url, "jobs", action="state"))["code"] == "invalid_value"
    assert error(call(url, "shell", text="ls"))["code"] == "invalid_value"
    chinese = asked(url, lambda client: client.call_tool("say", {"text": ""}), headers={"Accept-Language": "zh"})
    assert error(chinese)["code"] == "text_empty" and "文" in error(chinese)["message"]


def test_somebody_elses_job_is_not_there(service: WholeService, url: str) -> None:
    made = facts(call(url, "jobs", action="create", text="这是我的。"))
    stranger = {"X-Forwarded-For": "203.0.113.9"}  # not this machine's person any more
    seen = asked(url, lambda client: client.call_tool("jobs", {"action": "state", "id": made["id"]}), headers=stranger)
    assert error(seen)["code"] == "no_job"


@pytest.mark.parametrize("mode", MODES)
def test_a_call_that_is_cancelled_frees_the_processor(config: Config, held: HeldEngine, mode: str) -> None:
    service = make_service(config, held)
    held.hold()

    async def talk(client: Client) -> None:
        saying = asyncio.create_task(client.call_tool("say", {"text": "你好，世界。"}))
        while not service.admission.busy:
            await asyncio.sleep(0.01)
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)
        ends = time.monotonic() + 30
        while service.admission.busy:
            assert time.monotonic() < ends, "it still speaks"
            await asyncio.sleep(0.02)

    with serving(application(service, page=False)) as base:
        try:
            asked(base, talk, mode)
        except* (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # the SDK's client trips over an answer that comes while it leaves
    service.close()


def test_the_rate_is_that_of_all_other_calls(config: Config) -> None:
    service = make_service(config, rate_limit="2/minute")
    with serving(application(service, page=False)) as base:

        async def talk(client: Client) -> list[CallToolResult]:
            return [await client.call_tool("plan", {"text": "好"}) for _ in range(3)]

        *good, refused = asked(base, talk)
        assert not any(one.is_error for one in good)
        assert error(refused)["code"] == "rate_limited" and error(refused)["retry_after_s"] > 0
    service.close()


@pytest.mark.parametrize("mode", MODES)
def test_who_needs_a_key_gets_in_with_one_alone_and_finds_the_jobs_of_that_key(
    config: Config, tmp_path: Path, mode: str
) -> None:
    access = AccessConfig(keys="always", local_needs_key=True, keys_file=str(tmp_path / "keys.yaml"))
    service = make_service(config.model_copy(update={"access": access}))
    keys = [{"Authorization": f"Bearer {service.keys.add(name)[1]}"} for name in ("anna", "bert")]
    with serving(application(service, page=False)) as base:
        refused = httpx.post(f"{base}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "key_needed")
        with pytest.raises(ExceptionGroup):
            call(base, "voices", mode)
        new = {"action": "create", "text": "你好。"}
        made = facts(asked(base, lambda client: client.call_tool("jobs", new), mode, keys[0]))
        look = {"action": "state", "id": made["id"]}
        assert facts(asked(base, lambda client: client.call_tool("jobs", look), mode, keys[0]))["id"] == made["id"]
        other = asked(base, lambda client: client.call_tool("jobs", look), mode, keys[1])
        assert error(other)["code"] == "no_job"
    service.close()


def test_other_websites_and_other_names_are_refused_before_anything_is_read(url: str) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for name, value in (("Origin", "https://evil.example"), ("Host", "evil.example")):
        answer = httpx.post(f"{url}/mcp", json=message, headers={name: value})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, f"{name.lower()}_not_allowed")


def test_one_address_answers_to_one_method_and_gradios_own_server_stays_closed(url: str) -> None:
    for method in ("GET", "DELETE", "PUT"):
        answer = httpx.request(method, f"{url}/mcp")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert answer.json()["error"]["code"] == "method_not_allowed"
    for path in ("/gradio_api/mcp/", "/gradio_api/mcp/sse", "/gradio_api/mcp/schema", "/mcp/x"):
        assert httpx.post(f"{url}{path}", json={}).status_code == 404
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    rubbish = httpx.post(f"{url}/mcp", content=b"{", headers=headers)
    assert rubbish.status_code == 400 and "error" in rubbish.json()


NO_IDS: list[Any] = [2.5, False, None, [], {"a": 1}]
NO_PARAMS: list[Any] = [[1], "a", []]


def message(**changes: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", **changes})


@pytest.mark.parametrize(
    "body",
    [
        *(message(id=one) for one in NO_IDS),
        *(message(jsonrpc=one) for one in (None, "1.0", 2)),
        *(message(params=one) for one in NO_PARAMS),
        *(f"[{one}]" for one in ("", message(), f"{message()},{message(id=2)}")),
        *(message(method=one) for one in (None, 7)),
        "{}", "7", "null", "{", '{"jsonrpc": "2.0", "id": 1}', '{"jsonrpc": "2.0", "result": {}}', "[" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_message_is_told_in_one_sentence(url: str, body: str) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    for language in ("en", "zh"):
        answer = httpx.post(f"{url}/mcp", content=body, headers={**headers, "Accept-Language": language})
        told = answer.json()
        assert answer.status_code == 400
        assert (told["jsonrpc"], told["id"], told["error"]["code"]) == ("2.0", None, -32600)
        assert len(told["error"]["message"]) < 200 and told["error"]["message"].endswith((".", "。"))
        assert "pydantic" not in answer.text


def test_what_is_a_message_is_answered(url: str) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json; charset=utf-8"}
    for number in (0, -3, "a", "", 10**9):
        answer = httpx.post(f"{url}/mcp", content=message(id=number, method="ping"), headers=headers)
        assert answer.status_code == 200 and answer.json()["id"] == number
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert httpx.post(f"{url}/mcp", json=note, headers=headers).status_code == 202


@pytest.mark.parametrize("kind", ["text/plain", "application/vnd.api+json", ""])
def test_another_type_is_refused_as_everywhere(url: str, kind: str) -> None:
    answer = httpx.post(f"{url}/mcp", content=message(), headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "wrong_type")


def test_without_its_package_the_address_says_how_to_get_it(
    service: WholeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    with serving(application(service, page=False)) as base:
        answer = httpx.post(f"{base}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert answer.status_code == 503 and "--with mcp" in answer.json()["error"]["hint"]

"""Pages of other websites that the operator allows: they may have speech with a key, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.serving_config import OpenAIConfig, ServerConfig
from indextts.server.origins import FILE, MOST_ALLOWED, SpeechOrigins, usual_origin
from tests.support.services import application, make_service

CHAT = "https://chat.example"
EXTENSION = "chrome-extension://kjhgfdsa"
OTHER = "https://other.example"
BODY = {"input": "你好，world。", "response_format": "wav"}
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-stainless-os"}


class Door:
    """One server, its key, and somebody's browser on its own machine."""

    def __init__(self, config: Config) -> None:
        self.service = make_service(config, rate_limit="100000/minute", origins=("https://page.example",))
        self.key = self.service.keys.add("reader")[1]
        config = self.service.config.model_copy(update={"openai": OpenAIConfig(origins=(CHAT,))})
        self.app = application(self.service, config, page=False)
        here = ("127.0.0.1", 50_000)
        self.client = TestClient(self.app, "http://127.0.0.1:7860", raise_server_exceptions=False, client=here)

    def ask(self, method: str, path: str, origin: str | None, *, key: bool = True, **more: Any) -> Any:
        headers = {"Accept-Language": "en", **({} if origin is None else {"Origin": origin}), **more.pop("headers", {})}
        if key:
            headers["Authorization"] = f"Bearer {self.key}"
        return self.client.request(method, path, headers=headers, **more)


@pytest.fixture(scope="module")
def door(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    own = tmp_path_factory.mktemp("cache_hub")
    (own / "models").symlink_to(config.models_path)
    door = Door(config.model_copy(update={"cache_dir": own}))
    yield door
    door.service.close()


@pytest.fixture
def extension(door: Door) -> Iterator[str]:
    """An origin that the operator has allowed on the page."""
    assert door.ask("POST", "/v1/system/origins", None, key=False, json={"origin": EXTENSION}).status_code == 200
    yield EXTENSION
    door.ask("DELETE", "/v1/system/origins", None, key=False, params={"origin": EXTENSION})


def opened(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control")}


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def states(door: Door) -> dict[str, str]:
    listed = door.ask("GET", "/v1/system/origins", None, key=False).json()["origins"]
    return {one["origin"]: one["state"] for one in listed}


# ---------------------------------------------------------------------- what is open


@pytest.mark.parametrize("origin", [CHAT, EXTENSION])
def test_a_page_of_an_allowed_origin_speaks_with_a_key(door: Door, extension: str, origin: str) -> None:
    before = door.ask("OPTIONS", "/v1/audio/speech", origin, key=False, headers=ASKED)
    assert before.status_code == 204 and opened(before)["access-control-allow-origin"] == origin
    assert "POST" in opened(before)["access-control-allow-methods"]
    assert opened(before)["access-control-allow-headers"] == ASKED["Access-Control-Request-Headers"]
    said = door.ask("POST", "/v1/audio/speech", origin, json=BODY, headers={"Sec-Fetch-Site": "cross-site"})
    assert said.status_code == 200 and said.content[:4] == b"RIFF"
    assert opened(said)["access-control-allow-origin"] == origin
    assert "X-Engine" in opened(said)["access-control-expose-headers"] and "Origin" in said.headers["vary"]
    assert "access-control-allow-credentials" not in said.headers
    assert door.ask("GET", "/v1/audio/voices", origin).json()["voices"]


def test_without_a_key_such_a_page_gets_a_sentence_that_it_can_read(door: Door) -> None:
    for headers in ({}, {"Authorization": "Bearer its_wrong"}, {"Cookie": "studio_owner=" + "a" * 43}):
        answer = door.ask("POST", "/v1/audio/speech", CHAT, key=False, json=BODY, headers=headers)
        assert (answer.status_code, code_of(answer)) in ((401, "key_needed"), (403, "key_wrong"))
        assert opened(answer)["access-control-allow-origin"] == CHAT
    said = door.ask("POST", "/v1/audio/speech", None, key=False, json=BODY)
    assert said.status_code == 200  # a program at this machine needs none, as before


def test_a_login_is_no_key_of_another_website(door: Door) -> None:
    logged_in = door.client.post("/login", data={"key": door.key}, headers={"Origin": "http://127.0.0.1:7860"})
    cookies = dict(logged_in.cookies) or dict(door.client.cookies)
    assert cookies
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    door.client.cookies.clear()
    answer = door.ask("POST", "/v1/audio/speech", CHAT, key=False, json=BODY, headers={"Cookie": cookie})
    assert (answer.status_code, code_of(answer)) == (401, "key_needed")


def test_the_key_may_stand_in_the_address_of_speech_alone(door: Door) -> None:
    query = {"input": "hello", "response_format": "wav", "key": door.key}
    said = door.ask("GET", "/v1/audio/speech", CHAT, key=False, params=query)
    assert said.status_code == 200 and said.content[:4] == b"RIFF"
    source = {"Referer": f"{CHAT}/", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    said = door.ask("GET", "/v1/audio/speech", None, key=False, params=query, headers=source)  # of an audio element
    assert said.status_code == 200 and said.headers["cross-origin-resource-policy"] == "cross-origin"
    for wrong in ({**query, "key": "its_wrong"}, {name: query[name] for name in ("input", "response_format")}):
        assert door.ask("GET", "/v1/audio/speech", CHAT, key=False, params=wrong).status_code in (401, 403)
    elsewhere = door.client.get(
        "/v1/voices", params={"key": door.key}, headers={"Host": "127.0.0.1", "X-Real-IP": "::"}
    )
    assert elsewhere.status_code == 401  # from beyond a proxy


def test_an_unforeseen_fault_is_heard_too(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(door.service), "stream", lambda *_, **__: 1 / 0)
    answer = door.ask("POST", "/v1/audio/speech", CHAT, json=BODY)
    assert answer.status_code == 500 and opened(answer)["access-control-allow-origin"] == CHAT


def test_an_address_of_the_page_behind_a_proxy_hears_what_it_shows_a_key_for(door: Door) -> None:
    page = "https://page.example"
    assert opened(door.ask("OPTIONS", "/v1/audio/speech", page, key=False, headers=ASKED))
    assert opened(door.ask("POST", "/v1/audio/speech", page, json=BODY))["access-control-allow-origin"] == page
    own = door.ask("POST", "/v1/audio/speech", page, key=False, json=BODY)
    assert own.status_code == 200 and not opened(own)


# ---------------------------------------------------------------------- what stays closed


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/v1/voices"), ("GET", "/v1/models"), ("POST", "/tts"), ("GET", "/v1/jobs"),
        ("POST", "/v1/projects"), ("GET", "/v1/system"), ("POST", "/v1/system/origins"), ("GET", "/metrics"),
        ("POST", "/gradio_api/queue/join"), ("GET", "/audio/x.wav"), ("GET", "/v1/audio"), ("GET", "/v1/audiobooks"),
        ("POST", "/mcp"),
    ],
)  # fmt: skip
def test_everything_else_is_closed_to_it_as_to_all(door: Door, method: str, path: str) -> None:
    for headers in ({}, ASKED):
        answer = door.ask("OPTIONS" if headers else method, path, CHAT, headers=headers)
        assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
        assert not opened(answer)


@pytest.mark.parametrize("origin", [OTHER, "null", "https://chat.example.evil", "http://chat.example", "file://", "x"])
def test_other_origins_get_nothing(door: Door, origin: str) -> None:
    for method, headers in (("POST", {}), ("OPTIONS", ASKED), ("GET", {})):
        answer = door.ask(method, "/v1/audio/speech", origin, headers=headers)
        assert (answer.status_code, code_of(answer)) == (403, "origin_not_allowed")
        assert not opened(answer)


def test_two_origins_at_once_are_nobodys(door: Door) -> None:
    answer = door.client.post("/v1/audio/speech", json=BODY, headers=[("Origin", CHAT), ("Origin", CHAT)])
    assert answer.status_code == 403 and not opened(answer)


def test_a_name_that_leads_here_opens_nothing_for_it(door: Door) -> None:
    answer = door.ask("POST", "/v1/audio/speech", CHAT, json=BODY, headers={"Host": "chat.example"})
    assert (answer.status_code, code_of(answer)) == (403, "host_not_allowed") and not opened(answer)


# ---------------------------------------------------------------------- what the operator sees and does


def test_a_refused_origin_is_seen_allowed_and_forgotten(door: Door) -> None:
    door.ask("DELETE", "/v1/system/origins", None, key=False, params={"origin": OTHER})
    for _ in range(2):
        assert door.ask("POST", "/v1/audio/speech", OTHER, json=BODY).status_code == 403
    door.ask("POST", "/tts", "https://attack.example", json=BODY)  # what asks for something else is not told
    told = door.ask("GET", "/v1/system/origins", None, key=False).json()["origins"]
    assert (told[0]["origin"], told[0]["state"], told[0]["times"]) == (OTHER, "refused", 2)
    assert states(door).get(CHAT) == "configured" and "https://attack.example" not in states(door)
    door.ask("POST", "/v1/system/origins", None, key=False, json={"origin": OTHER + ":443"})
    assert states(door)[OTHER] == "allowed"
    assert door.ask("POST", "/v1/audio/speech", OTHER, json=BODY).status_code == 200
    door.ask("DELETE", "/v1/system/origins", None, key=False, params={"origin": OTHER})
    assert OTHER not in states(door)
    assert door.ask("POST", "/v1/audio/speech", OTHER, json=BODY).status_code == 403
    door.ask("DELETE", "/v1/system/origins", None, key=False, params={"origin": OTHER})
    assert OTHER not in states(door)


def test_only_who_looks_after_the_server_decides(door: Door) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = door.ask(method, "/v1/system/origins", None, json={"origin": OTHER})
        assert (answer.status_code, code_of(answer)) == (403, "system_forbidden")  # a plain key


@pytest.mark.parametrize(
    "origin", ["null", "chat.example", "https://", "https://a b", "https://a/b", "javascript:x", ""]
)
def test_what_is_no_origin_is_told_in_a_sentence(door: Door, origin: str) -> None:
    answer = door.ask("POST", "/v1/system/origins", None, key=False, json={"origin": origin})
    assert (answer.status_code, code_of(answer)) == (422, "bad_origin")
    assert "chrome-extension://" in answer.json()["error"]["hint"]


def test_processes_share_what_was_allowed_and_a_restart_keeps_it(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    first, second = SpeechOrigins(config), SpeechOrigins(config)
    first.allow(EXTENSION)
    second._file._looked = -10.0  # half a second later
    assert second.allows(EXTENSION) and SpeechOrigins(config).allows(EXTENSION)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / FILE).write_text("origins: 5")
    second._file._looked = -10.0
    assert second.allows(EXTENSION)  # a file that cannot be read changes nothing
    with pytest.raises(StudioError, match=FILE):
        SpeechOrigins(config).allow(EXTENSION)


def test_neither_list_grows_without_end(tmp_path: Path) -> None:
    origins = SpeechOrigins(Config(cache_dir=tmp_path))
    for number in range(1_000):
        origins.refuse(f"https://x{number}.example")
    listed = origins.listed()
    assert len(listed) == 20 and listed[0].origin == "https://x999.example"
    origins._write(tuple(f"https://x{number}.example" for number in range(MOST_ALLOWED)))
    with pytest.raises(StudioError, match=str(MOST_ALLOWED)):
        SpeechOrigins(Config(cache_dir=tmp_path)).allow(CHAT)


@pytest.mark.parametrize("origin", [EXTENSION, "app://obsidian.md", "https://chat.example", "capacitor://localhost"])
def test_the_configuration_names_origins_of_any_scheme(tmp_path: Path, origin: str) -> None:
    for named in (
        {"server": ServerConfig.model_validate({"origins": [origin]})},
        {"openai": OpenAIConfig.model_validate({"origins": [origin]})},
    ):
        assert SpeechOrigins(Config(cache_dir=tmp_path, **named)).allows(origin)


@pytest.mark.parametrize("origin", ["chat.example", "https://", "https://a/b", "null"])
def test_the_configuration_names_nothing_else(origin: str) -> None:
    with pytest.raises(ValueError, match="origin without a path"):
        ServerConfig.model_validate({"origins": [origin]})


@given(st.text(max_size=60))
@example("https://[::1]:80")
@example("HTTPS://A.B:443")
def test_the_usual_form_is_its_own(text: str) -> None:
    usual = usual_origin(text)
    if usual is not None:
        assert usual_origin(usual) == usual and "://" in usual
        assert not set(usual) & set(" \r\n\t/\\,;\"'<>") - {"/"}

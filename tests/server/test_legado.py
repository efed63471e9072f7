"""Legado (阅读): what the app imports, what it asks for, and whose voices answer."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.books.model import Chapter, Manuscript, Quotation
from indextts.model.errors import StudioError
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.platform.serving_config import DoorsConfig
from indextts.server.doors.phones import Phones, reachable
from indextts.service.owner import owner_of_key
from tests.support.services import application, make_service
from tests.support.waiting import until
from tests.support.whole import WholeService

SPEAK = "/v1/legado"
ENGLISH = {"Accept-Language": "en"}
TEXT = """天黑了，老人推开门。
“你来了。”老人说。
“我来了，”小明笑着说，“路上下雪。”
两人坐下。
“喝茶。”老人说。
外面很静。"""


class Phone:
    """A server that listens to the network, its operator, and a phone."""

    def __init__(self, config: Config, **doors: bool) -> None:
        self.service: WholeService = make_service(config, host="0.0.0.0", rate_limit="100000/minute")
        changed = self.service.config.model_copy(update={"doors": DoorsConfig(**doors)})
        self.app = application(self.service, changed, page=False)
        here = ("127.0.0.1", 50_000)
        self.operator = TestClient(self.app, "http://127.0.0.1:7860", client=here, headers=ENGLISH)
        self.phone = TestClient(self.app, "http://testserver:7860", client=("192.0.2.9", 50_000), headers=ENGLISH)

    def code(self, **wish: str) -> dict[str, str]:
        answer = self.operator.post("/v1/system/phone", json=wish)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def imported(self, code: dict[str, str]) -> dict[str, Any]:
        """What the app gets at the address in the code."""
        parts = urlsplit(code["source"])
        answer = self.phone.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
        return dict(answer.json())

    def read(self, source: dict[str, Any], text: str, speed: int = 10) -> Any:
        """What the app asks for a paragraph, as its rules are filled in there."""
        url = source["url"].replace("{{java.encodeURI(speakText)}}", quote_plus(text))
        url = url.replace("{{speakSpeed}}", str(speed))
        assert "{{" not in url
        parts = urlsplit(url)
        return self.phone.get(f"{parts.path}?{parts.query}", headers=json.loads(source["header"] or "{}"))


@pytest.fixture(scope="module")
def phone(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    own = tmp_path_factory.mktemp("cache_hub")
    (own / "models").symlink_to(config.models_path)
    phone = Phone(config.model_copy(update={"cache_dir": own}))
    yield phone
    phone.service.close()


@pytest.fixture(scope="module")
def source(phone: Phone) -> dict[str, Any]:
    return phone.imported(phone.code())


def seconds(answer: Any) -> float:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "audio/mpeg"  # what the app takes for a sound
    samples, rate = soundfile.read(io.BytesIO(answer.content))
    return len(samples) / float(rate)


# ---------------------------------------------------------------------- importing


def test_the_code_says_where_how_and_with_which_key(phone: Phone) -> None:
    code = phone.code(voice="default")
    assert code["link"].startswith("legado://import/httpTTS?src=")
    (inner,) = parse_qs(urlsplit(code["link"]).query)["src"]
    assert inner == code["source"] and inner.startswith(code["address"])
    host = urlsplit(inner).hostname
    assert host and not host.startswith("127.") and host != "0.0.0.0" and urlsplit(inner).port == 7860
    (secret,) = parse_qs(urlsplit(inner).query)["key"]
    found = phone.service.keys.match(secret)
    assert found is not None and found.name == code["key"] and not found.admin
    source = phone.imported(code)
    assert json.loads(source["header"]) == {"Authorization": f"Bearer {secret}"} and secret not in source["url"]
    assert re.fullmatch(source["contentType"], "audio/mpeg") and isinstance(source["id"], int)
    assert {"name", "url", "concurrentRate", "lastUpdateTime"} <= set(source)


def test_every_code_has_a_key_of_its_own(phone: Phone) -> None:
    first, second = phone.code(), phone.code()
    assert first["key"] != second["key"]
    phone.service.keys.remove(first["key"])
    source = phone.imported(second)
    answer = phone.phone.get(urlsplit(first["source"]).path + "?" + urlsplit(first["source"]).query)
    assert answer.status_code == 403 and answer.json()["error"]["code"] == "key_wrong"
    assert seconds(phone.read(source, "你好。")) > 0.3


@pytest.mark.parametrize("wish", [{}, {"voice": "default"}])
def test_a_new_code_inherits_nothing_from_one_that_was_voided(phone: Phone, wish: dict[str, str]) -> None:
    project = phone.operator.post("/v1/projects", json={"text": "好。", "name": "秘密"}).json()["id"]
    names = set()
    for _ in range(3):
        bound = phone.code(project=project)
        assert "秘密" in phone.imported(bound)["name"]
        phone.service.keys.remove(bound["key"])
        new = phone.code(**wish)
        assert "秘密" not in phone.imported(new)["name"]
        phone.service.keys.remove(new["key"])
        names |= {bound["key"], new["key"]}
    assert len(names) == 6
    # A key's works are found under its name again.
    assert len({owner_of_key(name) for name in names}) == 6


def test_only_who_looks_after_the_server_makes_codes(phone: Phone) -> None:
    key = phone.service.keys.add("reader")[1]
    answer = phone.phone.post("/v1/system/phone", json={}, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "system_forbidden")


def test_a_server_that_no_phone_reaches_says_so(config: Config) -> None:
    service = make_service(config)
    with TestClient(application(service, page=False), "http://127.0.0.1:7860", client=("127.0.0.1", 1)) as here:
        before = len(service.keys.all())
        answer = here.post("/v1/system/phone", json={}, headers=ENGLISH)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "only_here")
        assert "--host 0.0.0.0" in answer.json()["error"]["hint"] and len(service.keys.all()) == before


@pytest.mark.parametrize(
    ("host", "asked", "place"),
    [
        ("0.0.0.0", "studio.example", ""), ("192.168.1.5", "127.0.0.1", "192.168.1.5:80"), ("::", "192.168.1.5", ""),
        ("[fd00::5]", "localhost", "[fd00::5]:80"), ("fd00::5", "[::1]", "[fd00::5]:80"),
    ],
)  # fmt: skip
def test_the_address_is_the_one_that_a_phone_knows(host: str, asked: str, place: str) -> None:
    assert reachable(host, asked, 80) == place


def test_a_wrong_voice_or_book_is_told(phone: Phone) -> None:
    for wish, status in (({"voice": "nobody"}, 422), ({"book": "x" * 22}, 404), ({"cast": "x"}, 422)):
        answer = phone.operator.post("/v1/system/phone", json=wish)
        assert answer.status_code == status and answer.json()["error"]["message"]


# ---------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "text",
    [
        "天黑了。", 'He said "wait" & left = 5%.', "“走吧。”他说。", "[pause 3s] 与 <行|xing2> 是原文",
        "A：你好\nB：再见",        "100% + 20 = ?", "　　段首有空格。",
    ],
)  # fmt: skip
def test_a_paragraph_is_read_as_it_stands(phone: Phone, source: dict[str, Any], text: str) -> None:
    answer = phone.read(source, text)
    assert 0.3 < seconds(answer) < 20


@pytest.mark.parametrize("text", ["……", "* * *", "  ", "——", "。"])
def test_what_has_no_words_is_a_short_silence_so_that_reading_goes_on(
    phone: Phone, source: dict[str, Any], text: str
) -> None:
    answer = phone.read(source, text)
    assert 0.1 < seconds(answer) < 1.0
    assert float(np.abs(soundfile.read(io.BytesIO(answer.content))[0]).max()) < 1e-3


def test_the_apps_speed_is_ours(phone: Phone, source: dict[str, Any]) -> None:
    text = "清晨的阳光照进小镇，老人推开窗。"
    plain, slow, fast = (seconds(phone.read(source, text, speed)) for speed in (10, 5, 20))
    assert slow > 1.6 * plain and fast < 0.65 * plain
    beyond = phone.read(source, text, 50)
    assert "2 was taken" in beyond.headers["X-IndexTTS-Warning"] and seconds(beyond) < 0.65 * plain


def test_the_format_may_be_another_one(phone: Phone, source: dict[str, Any]) -> None:
    header = json.loads(source["header"])
    for name, kind in (("wav", "audio/wav"), ("aac", "audio/aac"), ("opus", "audio/ogg")):
        answer = phone.phone.get(SPEAK, params={"text": "你好。", "format": name}, headers=header)
        assert answer.status_code == 200 and answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"text": "好", "speed": "fast"}, 422),
        ({"text": "好", "format": "midi"}, 422),
        ({"text": "a" * 10_001}, 413),
    ],
)
def test_an_error_is_never_taken_for_a_sound(
    phone: Phone, source: dict[str, Any], fields: dict[str, str], status: int
) -> None:
    answer = phone.phone.get(SPEAK, params=fields, headers=json.loads(source["header"]))
    assert answer.status_code == status and answer.headers["content-type"] == "application/json"
    assert answer.json()["error"]["message"]


def test_an_unknown_voice_reads_with_the_default_one_and_says_so(phone: Phone, source: dict[str, Any]) -> None:
    answer = phone.read({**source, "url": source["url"].replace("voice=default", "voice=gone")}, "你好。")
    assert seconds(answer) > 0.3 and "gone" in answer.headers["X-IndexTTS-Warning"]


def test_without_a_key_the_network_gets_nothing(phone: Phone) -> None:
    for path in (f"{SPEAK}?text=hello", f"{SPEAK}/source"):
        answer = phone.phone.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "key_needed")


def test_the_door_can_be_closed(config: Config) -> None:
    shut = Phone(config, legado=False)
    for answer in (
        shut.operator.get(SPEAK, params={"text": "好"}),
        shut.operator.get(f"{SPEAK}/source"),
        shut.operator.post("/v1/system/phone", json={}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    shut.service.close()


# ---------------------------------------------------------------------- by character


@pytest.fixture(scope="module")
def book(phone: Phone) -> str:
    """A book of this machine's person, with two characters."""

    def said(words: str, who: str) -> Quotation:
        return Quotation(TEXT.index(words) - 1, TEXT.index(words) + len(words) + 1, who)

    quotations = (
        said("你来了。", "老人"),
        said("我来了，", "小明"),
        said("路上下雪。", "小明"),
        said("喝茶。", "老人"),
    )
    chapter = Chapter("第一章", TEXT, quotations=quotations)
    works = phone.service.works
    made = works.books.create("local", Manuscript("雪夜", (chapter,), language="zh"))
    voices = [voice.id for voice in phone.service.voices() if "zh" in voice.languages]
    works.casts.change("local", made.id, roles={"老人": {"voice": voices[1]}, "小明": {"voice": voices[2]}})
    return str(made.id)


@pytest.fixture
def asked(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests that are spoken for a phone."""
    seen: list[Any] = []
    stream = type(phone.service).stream

    def noting(self: WholeService, request: Any, **more: Any) -> Any:
        seen.append(request)
        return stream(self, request, **more)

    monkeypatch.setattr(type(phone.service), "stream", noting)
    return seen


def roles(request: Any) -> dict[str, str]:
    """The character of each quotation."""
    return {request.text[span.start : span.end]: span.name for span in request.roles}


def test_a_paragraph_of_the_book_is_spoken_by_its_characters(phone: Phone, book: str, asked: list[Any]) -> None:
    source = phone.imported(phone.code(book=book))
    assert "雪夜" in source["name"]
    for paragraph in TEXT.split("\n"):
        assert seconds(phone.read(source, f"　　{paragraph}")) > 0.3  # as the app indents it
    assert [roles(one) for one in asked] == [
        {}, {"“你来了。”": "老人"}, {"“我来了，”": "小明", "“路上下雪。”": "小明"}, {}, {"“喝茶。”": "老人"}, {},
    ]  # fmt: skip
    assert len({span.voice for one in asked for span in one.roles}) == 2


def test_what_has_no_words_does_not_stop_the_book(phone: Phone, book: str) -> None:
    source = phone.imported(phone.code(book=book))
    for paragraph in ("……", "* * *", "“……”"):
        assert 0.1 < seconds(phone.read(source, paragraph)) < 1.0


def test_another_edition_is_spoken_by_the_cast_that_it_names(phone: Phone, book: str, asked: list[Any]) -> None:
    source = phone.imported(phone.code(book=book))
    for paragraph in ("雪停了。", "“天亮了。”小明说道。", "“该走了。”老人站起来说。", "“等等我！”一个陌生人喊道。"):
        phone.read(source, paragraph)
    assert [list(roles(one).values()) for one in asked[:3]] == [[], ["小明"], ["老人"]]
    assert set(roles(asked[3]).values()) <= {"小明", "老人"}  # nobody is added to the cast


def test_what_comes_next_is_spoken_ahead(phone: Phone, book: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead: list[str] = []
    monkeypatch.setattr(
        phone.app.state.phones, "prepare", lambda all_of_them: ahead.extend(one.text for one in all_of_them)
    )
    source = phone.imported(phone.code(book=book))
    phone.read(source, TEXT.split("\n")[1])
    assert ahead == TEXT.split("\n")[2:4]


def memory(phone: Phone, outcome: str) -> int:
    """Sentences that were looked for in memory, with this outcome."""
    told = phone.operator.get("/metrics").text
    found = re.search(rf'^indextts_cache_total\{{cache="memory",outcome="{outcome}"\}} (\S+)$', told, re.M)
    assert found is not None, told
    return int(float(found[1]))


@pytest.mark.parametrize("failure", [StudioError("not_found"), OSError("disk"), MemoryError(), KeyError("voice")])
def test_what_cannot_be_spoken_ahead_does_not_end_it(tmp_path: Path, failure: Exception) -> None:
    spoken: list[str] = []

    def speak(request: SpeechRequest) -> None:
        spoken.append(request.text)
        if request.text == "一":
            raise failure

    phones = Phones(Config(cache_dir=tmp_path), speak)
    for text in "一二":
        phones.prepare([SpeechRequest(text)])
        until(partial(spoken.__contains__, text))


def test_it_is_spoken_ahead_to_its_end(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("夜里下了大雪。", "“到了。”老人说，“进去吧。”他敲了敲门。")
    made = phone.service.works.books.create("local", Manuscript("门", (Chapter("", "\n".join(lines)),), language="zh"))
    source = phone.imported(phone.code(book=made.id))
    spoken, kind = threading.Event(), type(phone.service)
    speak = kind.speak_ahead

    def noting(self: WholeService, request: Any, **more: Any) -> Iterator[Any]:
        yield from speak(self, request, **more)
        if request.text == lines[1]:
            spoken.set()

    until(phone.app.state.phones._ahead.empty)  # of the tests before
    monkeypatch.setattr(kind, "speak_ahead", noting)
    with phone.service.admission.turn(Cancel(client="somebody")):  # it waits behind other work, and is not left out
        assert seconds(phone.read(source, lines[0])) > 0.3
    assert spoken.wait(60)
    hits, misses = memory(phone, "hit"), memory(phone, "miss")
    assert seconds(phone.read(source, lines[1])) > 0.3
    assert memory(phone, "hit") >= hits + 3 and memory(phone, "miss") == misses


def test_a_book_that_is_gone_is_told(phone: Phone) -> None:
    made = phone.service.works.books.create("local", Manuscript("去", (Chapter("", "好。"),), language="zh"))
    source = phone.imported(phone.code(book=made.id))
    phone.service.works.delete_book("local", made.id)
    answer = phone.read(source, "好。")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_book")


# ---------------------------------------------------------------------- by the speakers of a project

SCRIPT = """天黑了。
小明：你好，我来了。
还带了[pause 0.2s]一本书。

老人: [happy]进来吧。[/happy]
屋里很暖和。"""


@pytest.fixture(scope="module")
def project(phone: Phone) -> str:
    """A project of this machine's person: two speakers, a narrator, and a word of its own."""
    voices = [voice.id for voice in phone.service.voices() if "zh" in voice.languages]
    made = phone.operator.post(
        "/v1/projects",
        json={
            "name": "雪夜对白",
            "text": SCRIPT,
            "settings": {"speed": 1.2, "voice": voices[0], "sampling_steps": 4, "open": {"what": "the page's own"}},
            "speakers": {"小明": voices[1], "老人": voices[2]},
            "dictionary": [{"word": "一本书", "kind": "text", "reading": "三本书"}],
        },
    )
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_a_line_of_the_project_is_spoken_as_it_is_there(phone: Phone, project: str, asked: list[Any]) -> None:
    source = phone.imported(phone.code(project=project))
    assert "雪夜对白" in source["name"]
    lines = ["天黑了。", "小明：你好，我来了。", "你好，我来了。", "　　还带了一本书。", "“进来吧。”", "屋里很暖和。"]
    for line in lines:
        assert seconds(phone.read(source, line)) > 0.3
    plans = [phone.service.analyse(one) for one in asked]
    voices = phone.service.works.projects.get("local", project).speakers or {}
    spoken = [{segment.voice or plan.settings.voice for segment in plan.segments} for plan in plans]
    narrator = plans[0].settings.voice
    assert spoken == [{who} for who in (narrator, *[voices["小明"]] * 3, voices["老人"], voices["老人"])]
    assert {one.settings.speed for one in asked} == {1.2} and all("小明" not in one.text for one in plans[:1])
    assert "小明" not in "".join(token.text for plan in plans for segment in plan.segments for token in segment.tokens)
    assert [one.word for one in asked[3].words] == ["一本书"] and plans[4].segments[0].emotion == "happy"


def test_another_text_is_spoken_by_the_speakers_that_it_names(phone: Phone, project: str, asked: list[Any]) -> None:
    source = phone.imported(phone.code(project=project))
    for paragraph in ("“天亮了。”小明说道。", "老人：今天不去。", "“等等我！”一个陌生人喊道。", "王五：我也去。"):
        phone.read(source, paragraph)
    assert [roles(one) for one in asked[:2]] == [{"“天亮了。”": "小明"}, {"今天不去。": "老人"}]
    voices = phone.service.works.projects.get("local", project).speakers or {}
    assert [one.voice for one in (*asked[0].roles, *asked[1].roles)] == [voices["小明"], voices["老人"]]
    assert set(roles(asked[2]).values()) <= {"小明", "老人"} and asked[3].text == "王五：我也去。"


def test_the_projects_next_lines_are_spoken_ahead(phone: Phone, project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead: list[Any] = []
    monkeypatch.setattr(phone.app.state.phones, "prepare", ahead.extend)
    source = phone.imported(phone.code(project=project))
    phone.read(source, "天黑了。")
    assert [one.text for one in ahead] == ["小明：你好，我来了。", "小明：还带了[pause 0.2s]一本书。"]


def test_a_change_of_the_project_is_heard(phone: Phone, asked: list[Any]) -> None:
    made = phone.operator.post("/v1/projects", json={"text": "A：好。\nB：再见。"}).json()
    source = phone.imported(phone.code(project=made["id"]))
    phone.read(source, "B：再见。")
    first = asked[0].speakers["B"]
    other = next(one.id for one in phone.service.voices() if "zh" in one.languages and one.id != first)
    changed = phone.operator.patch(f"/v1/projects/{made['id']}", json={"speakers": {"A": first, "B": other}})
    assert changed.status_code == 200
    phone.read(source, "B：再见。")
    plans = [phone.service.analyse(one) for one in asked]
    spoken = [{segment.voice or plan.settings.voice for segment in plan.segments} for plan in plans]
    assert first != "default" and spoken == [{first}, {other}]


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [({"project": "x" * 22}, 404, "no_project"), ({"project": "PROJECT", "book": "BOOK"}, 422, "invalid_value")],
)
def test_a_wrong_project_is_told(
    phone: Phone, project: str, book: str, wish: dict[str, str], status: int, code: str
) -> None:
    body = {name: {"PROJECT": project, "BOOK": book}.get(value, value) for name, value in wish.items()}
    answer = phone.operator.post("/v1/system/phone", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_project_that_is_gone_is_told(phone: Phone) -> None:
    made = phone.operator.post("/v1/projects", json={"text": "好。"}).json()
    source = phone.imported(phone.code(project=made["id"]))
    assert phone.operator.delete(f"/v1/projects/{made['id']}").status_code == 204
    answer = phone.read(source, "好。")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_project")


# ---------------------------------------------------------------------- kept


def from_store(phone: Phone) -> int:
    """Sentences that were taken from the disk."""
    told = phone.operator.get("/metrics").text
    found = re.search(r'^indextts_cache_total\{cache="store",outcome="hit"\} (\S+)$', told, re.M)
    assert found is not None, told
    return int(float(found[1]))


@pytest.mark.night
@pytest.mark.parametrize("what", ["book", "project"])
def test_what_was_read_answers_from_the_disk_after_a_restart(config: Config, tmp_path: Path, what: str) -> None:
    (tmp_path / "models").symlink_to(config.models_path)
    own = config.model_copy(update={"cache_dir": tmp_path})
    before = Phone(own)
    works = before.service.works
    if what == "book":
        made = works.books.create("local", Manuscript("雪夜", (Chapter("第一章", TEXT),), language="zh")).id
    else:
        made = works.projects.create("local", text=SCRIPT).id
    source = before.imported(before.code(**{what: made}))
    line = (TEXT if what == "book" else SCRIPT).split("\n")[0]
    first = before.read(source, line)
    until(lambda: len(list((tmp_path / "works" / "sounds").glob("*/*.flac"))) >= 3)
    before.service.close()
    # Nothing is spoken ahead now, so that what comes from the disk is what was asked for.
    after = Phone(own.model_copy(update={"server": own.server.model_copy(update={"speaks_ahead": False})}))
    again = after.read(source, line)
    assert seconds(again) > 0.3 and again.content == first.content
    assert from_store(after) == 1
    ahead = 2 if what == "book" else 1  # sentences of the second line
    answer = after.read(source, (TEXT if what == "book" else SCRIPT).split("\n")[1])  # it was spoken ahead
    assert seconds(answer) > 0.3 and from_store(after) == 1 + ahead
    after.service.close()

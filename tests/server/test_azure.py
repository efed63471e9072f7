"""Azure's REST calls for speech: documents as its programs send them, the list of voices, and keys."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from indextts.engines.base import Voice
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.serving_config import DoorsConfig
from indextts.reading.markup import parse
from indextts.server.doors.azure import _same_name
from indextts.server.doors.azure_ssml import read_ssml
from tests.support.services import application, make_service

SPEAK = "/cognitiveservices/v1"
TOLD = "X-IndexTTS-Warning"
NAMES = 'xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="http://www.w3.org/2001/mstts"'


def document(inside: str) -> bytes:
    return f'<speak version="1.0" {NAMES} xml:lang="zh-CN">{inside}</speak>'.encode()


@pytest.fixture(scope="module")
def client(config: Config) -> Iterator[TestClient]:
    service = make_service(config, rate_limit="100000/minute")
    with TestClient(application(service, page=False), raise_server_exceptions=False) as client:
        client.headers.update({"Accept-Language": "en", "Content-Type": "application/ssml+xml"})
        yield client
    service.close()


def read(inside: str) -> tuple[str, tuple[str, ...]]:
    found = read_ssml(document(inside), lambda name: {"zh-CN-YunxiNeural": "zm_yunxi"}.get(name, ""))
    return found.text.removeprefix("<speak>").removesuffix("</speak>"), found.left_out


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<voice name="zh-CN-YunxiNeural">你好。</voice>', '<voice name="zm_yunxi">你好。</voice>'),
        ('<voice name="zh-CN-NobodyNeural">你好。</voice>', "你好。"),
        ('<mstts:express-as style="cheerful" styledegree="2">好</mstts:express-as>', "[happy]好[/happy]"),
        ('<mstts:express-as style="sad">a &lt; b</mstts:express-as>', "[sad]a &lt; b[/sad]"),
        ('<mstts:express-as style="newscast">x</mstts:express-as>', "x"),
        ('<prosody rate="+20.00%" pitch="+0Hz">x</prosody>', '<prosody rate="+20.00%">x</prosody>'),
        ('<prosody rate="default" pitch="medium" volume="+0%">x</prosody>', "x"),
        ('<prosody pitch="+50Hz">x</prosody>', '<prosody pitch="+3.86st">x</prosody>'),
        ('<prosody pitch="-2st" volume="50" contour="(0%,+20Hz)">x</prosody>',
         '<prosody pitch="-2st" volume="-6.02dB">x</prosody>'),
        ('<prosody volume="+20">x</prosody>', '<prosody volume="+20%">x</prosody>'),
        ('a<break time="500ms"/>b', 'a<break time="500ms"></break>b'),
        ('<phoneme alphabet="ipa" ph="tə">to</phoneme>', "to"),
        ('<sub alias="世界卫生组织">WHO</sub>', '<sub alias="世界卫生组织">WHO</sub>'),
        ('<mstts:silence type="Sentenceboundary" value="200ms"/>好<bookmark mark="x"/>', "好"),
        ('<p><s>一。</s><s>二。</s></p>', "<p><s>一。</s><s>二。</s></p>"),
        ('<audio src="x.wav">听不到</audio>', "听不到"),
        ('<prosody pitch="600Hz" rate="slow">x</prosody>', '<prosody rate="slow">x</prosody>'),
        ('<prosody rate="1.5x" pitch="120%" volume="loudest">x</prosody>', "x"),
    ],
)  # fmt: skip
def test_a_document_is_read_in_the_studios_words(inside: str, text: str) -> None:
    found, _ = read(inside)
    assert found == text
    parse(f"<speak>{found}</speak>")  # which the studio reads


def test_what_is_left_out_is_named() -> None:
    _, left = read(
        '<mstts:viseme type="x"/><prosody contour="c" rate="+5%">x</prosody><mstts:express-as style="newscast">y'
        '</mstts:express-as><phoneme alphabet="ipa" ph="t">z</phoneme><prosody pitch="600Hz">a</prosody>'
    )
    assert left == ("mstts:viseme", "prosody contour", "style newscast", "phoneme", "prosody pitch")


@pytest.mark.parametrize(
    "text", ["见[pause]好", "[pause 500ms]", "[happy]好。[/happy]", "a[[b]]>c", "[/sad]", "[happy 0.5]x", "]]&gt;["]
)
def test_brackets_in_a_document_are_text(text: str) -> None:
    found, _ = read(f'<mstts:express-as style="sad">{text}</mstts:express-as>'.replace("]]>", "]]&gt;"))
    marked = parse(f"<speak>{found}</speak>")
    assert marked.text == text.replace("&gt;", ">") and not marked.pauses


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"<speak>", b"<html/>", b"<speak><a></speak>", b"\xff\xfe", b"<speak>&nope;</speak>",
        b'<!DOCTYPE speak [<!ENTITY a "b">]><speak>&a;</speak>', b"<speak>" + b"<p>" * 50 + b"</p>" * 50 + b"</speak>",
    ],
)  # fmt: skip
def test_what_is_no_document_is_told_in_a_sentence(client: TestClient, data: bytes) -> None:
    answer = client.post(SPEAK, content=data)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert "SSML" in answer.json()["error"]["message"]
    chinese = client.post(SPEAK, content=data, headers={"Accept-Language": "zh"}).json()["error"]["message"]
    assert not re.search("[a-z]{4}", chinese.replace("speak", "")), chinese


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: document(text)))
def test_no_document_does_anything_but_be_read_or_refused(data: bytes) -> None:
    try:
        found = read_ssml(data, lambda _: "")
    except StudioError as error:
        assert error.code in ("malformed", "bad_markup")
    else:
        assert found.text.startswith("<speak>") and found.text.endswith("</speak>")


@pytest.mark.parametrize("inside", ["今天天气很好。", "The weather is nice.", "中英 mixed 的一句。"])
@pytest.mark.parametrize(
    ("output", "rate", "kind"),
    [
        ("riff-24khz-16bit-mono-pcm", 24_000, "audio/wav"), ("riff-22050hz-16bit-mono-pcm", 22_050, "audio/wav"),
        ("audio-24khz-48kbitrate-mono-mp3", 24_000, "audio/mpeg"), ("ogg-16khz-16bit-mono-opus", 16_000, "audio/ogg"),
    ],
)  # fmt: skip
def test_a_program_of_azure_speaks(client: TestClient, inside: str, output: str, rate: int, kind: str) -> None:
    body = document(f'<voice name="zh-CN-XiaoxiaoNeural"><prosody rate="+10.00%">{inside}</prosody></voice>')
    answer = client.post(SPEAK, content=body, headers={"X-Microsoft-OutputFormat": output, "User-Agent": "x"})
    assert answer.status_code == 200 and answer.headers["content-type"] == kind, answer.text
    samples, found = soundfile.read(io.BytesIO(answer.content))
    assert len(samples) / found > 0.5 and (found == rate or kind == "audio/ogg")
    assert "zh-CN-XiaoxiaoNeural" in answer.headers[TOLD]  # the tiny voice of these tests has no such name


def test_raw_sound_and_the_usual_format(client: TestClient) -> None:
    raw = client.post(SPEAK, content=document("好。"), headers={"X-Microsoft-OutputFormat": "raw-16khz-16bit-mono-pcm"})
    assert raw.headers["content-type"] == "audio/pcm" and len(raw.content) > 8_000 and TOLD not in raw.headers
    assert client.post(SPEAK, content=document("好。")).headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize(
    ("headers", "inside", "code"),
    [
        ({"X-Microsoft-OutputFormat": "raw-8khz-8bit-mono-mulaw"}, "x", "invalid_value"),
        ({"X-Microsoft-OutputFormat": "raw-99999khz-16bit-mono-pcm"}, "x", "invalid_value"),
        ({"Content-Type": "application/json"}, "x", "wrong_type"),
        ({}, '<sub alias="a"><break/></sub>', "bad_markup"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_gets_a_sentence(
    client: TestClient, headers: dict[str, str], inside: str, code: str
) -> None:
    answer = client.post(SPEAK, content=document(inside), headers=headers)
    assert 400 <= answer.status_code < 500 and answer.json()["error"]["code"] == code


RANGES = [
    ("rate", ["-80%", "-100%", "0", "0.2", "0%", ".01"], ["+350%", "4.5", "900%", "99999999"]),
    ("pitch", ["-80%", "-190Hz", "-13st"], ["+150%", "+9999Hz", "+12.5st", "+500000%"]),
    ("volume", ["-100%", "-99.9%", "-40dB"], ["+500%", "+20DB", "+12.5dB"]),
]


@pytest.mark.parametrize(("name", "low", "high"), RANGES)
def test_a_value_beyond_the_bounds_is_the_nearest_and_that_is_told(
    client: TestClient, name: str, low: list[str], high: list[str]
) -> None:
    ends = {"rate": ("25%", "400%"), "pitch": ("-12st", "+12st"), "volume": ("-24dB", "+12dB")}[name]
    for values, end in zip((low, high), ends, strict=True):
        sounds = set()
        for value in (end, *values):
            answer = client.post(SPEAK, content=document(f'<prosody {name}="{value}">好。</prosody>'))
            assert answer.status_code == 200, (value, answer.text)
            sounds.add(answer.content)
            assert (value == end) is (TOLD not in answer.headers), value
            assert value == end or f"prosody {name}" in answer.headers[TOLD]
        assert len(sounds) == 1
    answer = client.post(SPEAK, content=document(f'<prosody {name}="+0.123456789%">好。</prosody>'))
    assert answer.status_code == 200 and TOLD not in answer.headers


@pytest.mark.parametrize(
    ("inside", "text", "told"),
    [
        ('好<break time="75s"/>', '好<break time="60s"></break>', "break time 75s (60s)"),
        ('好<break time="1200"/>', "好<break></break>", "break time"),
        ('<lang xml:lang="fr-FR">bon</lang>', "bon", "lang xml:lang"),
        ('<say-as interpret-as="poem">5 号</say-as>', "5 号", "say-as interpret-as"),
        ('<emphasis level="huge">好</emphasis>', "<emphasis>好</emphasis>", "emphasis level"),
    ],
)
def test_what_the_studio_has_not_is_told(inside: str, text: str, told: str) -> None:
    read = read_ssml(document(inside), lambda _: "")
    assert read.text == f"<speak>{text}</speak>" and [*read.left_out, *read.changed] == [told]


@pytest.mark.parametrize("before", ["", "你好，<b>世界</b>。", '<prosody pitch="+20Hz">高</prosody>'])
def test_what_is_refused_is_named_as_the_document_has_it(client: TestClient, before: str) -> None:
    tag = '<sub alias = "世界" >'
    body = document(f"{before}{tag}<break/>世</sub>")
    error = client.post(SPEAK, content=body).json()["error"]
    found = re.search(r"“(.*)” at character (\d+)", error["message"])
    assert error["code"] == "bad_markup" and found
    assert found[1] in (tag, "<break/>") and body.decode()[int(found[2]) - 1 :].startswith(found[1])


def voice(name: str) -> Voice:
    return Voice(name, name, name, "kokoro", ("zh",), "Apache-2.0")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("zh-CN-XiaoxiaoNeural", "zf_xiaoxiao"), ("zh-CN-XiaoxiaoMultilingualNeural", "zf_xiaoxiao"),
        ("zh-CN-YunxiNeural", "zm_yunxi"), ("zm_yunxi", "zm_yunxi"), ("en-US-JennyNeural", ""), ("", ""), ("yunxi", ""),
    ],
)  # fmt: skip
def test_azures_names_are_the_natural_voices_of_that_name(name: str, found: str) -> None:
    assert _same_name(name, [voice("zf_xiaoxiao"), voice("zm_yunxi"), voice("af_heart")]) == found


def test_the_list_of_voices(client: TestClient) -> None:
    listed: list[dict[str, Any]] = client.get("/cognitiveservices/voices/list").json()
    assert listed and {one["Locale"] for one in listed} <= {"zh-CN", "en-US"}
    body = document(f'<voice name="{listed[1]["ShortName"]}">你好。</voice>')
    assert TOLD not in client.post(SPEAK, content=body).headers


def test_azures_key_and_its_token_are_ours(config: Config) -> None:
    service = make_service(config, host="0.0.0.0")
    key = service.keys.add("azure")[1]
    with TestClient(application(service, page=False), client=("192.0.2.9", 5)) as client:
        typed = {"Content-Type": "application/ssml+xml"}
        assert client.post(SPEAK, content=document("好。"), headers=typed).status_code == 401
        token = client.post("/sts/v1.0/issueToken", headers={"Ocp-Apim-Subscription-Key": key}).text
        for shown in ({"Ocp-Apim-Subscription-Key": key}, {"Authorization": f"Bearer {token}"}):
            assert client.post(SPEAK, content=document("好。"), headers={**typed, **shown}).status_code == 200
    service.keys.remove("azure")
    service.close()


def test_the_door_can_be_closed(config: Config) -> None:
    service = make_service(config)
    shut = service.config.model_copy(update={"doors": DoorsConfig(azure=False)})
    with TestClient(application(service, shut, page=False)) as client:
        listed, token = "/cognitiveservices/voices/list", "/sts/v1.0/issueToken"
        for method, path in (("POST", SPEAK), ("GET", listed), ("POST", token)):
            assert client.request(method, path).json()["error"]["code"] == "not_found"
    service.close()

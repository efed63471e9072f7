"""Bad input gives one clear sentence and the contract's status, and the server goes on."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import message

JSON = {"Content-Type": "application/json"}


def check_error(response: Any, status: int, code: str) -> dict[str, str]:
    """The contract's form, and the error in it."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error", "request_id"}
    assert set(body["error"]) == {"code", "message", "hint"}
    assert body["error"]["code"] == code
    assert body["error"]["message"] and body["error"]["hint"]
    assert body["request_id"] == response.headers["x-request-id"]
    return dict(body["error"])


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "text_empty"),
        (" \n\t　", 422, "text_empty"),
        ("。，！？……—“”", 422, "text_unspeakable"),
        ("😀🎉👍🏽", 422, "text_unspeakable"),
        ("你好\0", 422, "text_invalid"),
        ("a" * 20_001, 413, "text_too_long"),
    ],
)
def test_texts(client: TestClient, text: str, status: int, code: str) -> None:
    check_error(client.post("/tts", json={"text": text}), status, code)
    check_error(client.post("/tts/generate", data={"text": text}), status, code)
    spoken = client.post("/v1/audio/speech", json={"input": text, "model": "tts-1"})
    if code == "text_unspeakable":  # whoever sends sentence by sentence goes on
        assert spoken.status_code == 200
    else:
        check_error(spoken, status, code)
    check_error(client.post("/v1/plan", json={"text": text}), status, code)


@pytest.mark.night
def test_three_megabytes(client: TestClient) -> None:
    text = "好" * 1_000_000
    body = json.dumps({"text": text}, ensure_ascii=False).encode()
    check_error(client.post("/tts", content=body, headers=JSON), 413, "body_too_large")
    check_error(
        client.post("/tts", content=iter([body[:200_000], body[200_000:]]), headers=JSON), 413, "body_too_large"
    )
    check_error(client.post("/v1/audio/speech", content=body, headers=JSON), 413, "body_too_large")
    check_error(client.post("/tts/generate", data={"text": text}), 413, "body_too_large")
    check_error(client.post("/tts/generate", files={"text": (None, text)}), 413, "body_too_large")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("emotion", "furious", "unknown_choice"),
        ("emotion", 3, "unknown_choice"),
        ("emotion", ["happy"], "bad_emotion"),
        ("emotion", {"happy": 1.2}, "bad_emotion"),
        ("emotion", "happy:0+sad:0", "bad_emotion"),
        ("emotion", {"jolly": 0.5}, "unknown_choice"),
        ("loudness", 3, "out_of_range"),
        ("peak", 0.5, "out_of_range"),
        ("voice", "../../etc/passwd", "unknown_choice"),
        ("engine", "festival", "unknown_choice"),
        ("vocoder", "worldvoc", "unknown_choice"),
        ("format", "aac", "unknown_choice"),
        ("format", {}, "unknown_choice"),
        ("speed", 0.49, "out_of_range"),
        ("speed", 2.01, "out_of_range"),
        ("speed", "1", "out_of_range"),
        ("speed", True, "out_of_range"),
        ("intensity", -0.1, "out_of_range"),
        ("intensity", 1.1, "out_of_range"),
        ("pitch", 12.5, "out_of_range"),
        ("energy", -13, "out_of_range"),
        ("seed", -1, "out_of_range"),
        ("seed", 1.5, "out_of_range"),
        ("seed", 10**400, "out_of_range"),
        ("text", 5, "invalid_value"),
        ("sampling", {"beam": 1}, "invalid_value"),
        ("sampling", 3, "invalid_value"),
        ("emotion_text", 3, "invalid_value"),
        ("emotion_reference", "a.wav", "invalid_value"),
        ("sped", 1.0, "invalid_value"),
    ],
)
def test_values(client: TestClient, field: str, value: Any, code: str) -> None:
    error = check_error(client.post("/tts", json={"text": "你好", field: value}), 422, code)
    assert field in error["message"] or code == "bad_emotion"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none(client: TestClient, number: str) -> None:
    body = f'{{"text": "你好", "speed": {number}}}'.encode()
    check_error(client.post("/tts", content=body, headers=JSON), 422, "out_of_range")
    check_error(client.post("/tts/generate", data={"text": "你好", "speed": number}), 422, "out_of_range")


@pytest.mark.parametrize(("path", "field"), [("/tts", "text"), ("/v1/audio/speech", "input")])
@pytest.mark.parametrize("name", ["1", "1.0", "fast", ""])
def test_a_number_in_quotes_is_shown_in_quotes(client: TestClient, path: str, field: str, name: str) -> None:
    error = check_error(client.post(path, json={field: "hi", "speed": name}), 422, "out_of_range")
    assert f"not “{name}”." in error["message"]


def test_lone_surrogates(client: TestClient) -> None:
    body = b'{"text": "\\u4f60\\ud83d\\u597d"}'
    error = check_error(client.post("/tts", content=body, headers=JSON), 422, "text_invalid")
    assert "U+D83D" in error["message"] and "2" in error["message"]
    body = b'{"text": "hi", "voice": "\\ud83d", "\\udc00": 1}'
    check_error(client.post("/tts", content=body, headers=JSON), 422, "invalid_value")
    body = b'{"text": "hi", "voice": "\\ud83d"}'
    check_error(client.post("/tts", content=body, headers=JSON), 422, "unknown_choice")
    body = b'{"text": "hi", "emotion_text": "glad\\ud83d"}'
    for path in ("/tts", "/v1/plan", "/v1/jobs"):
        check_error(client.post(path, content=body, headers=JSON), 422, "invalid_value")


@pytest.mark.parametrize("voice", ['"\\ud83d"', '"nobody"'])
def test_a_cast_begins_with_a_voice_that_there_is(client: TestClient, voice: str) -> None:
    body = f'{{"text": "A: hi\\nB: yo", "voice": {voice}}}'.encode()
    check_error(client.post("/v1/voices/cast", content=body, headers=JSON), 422, "unknown_choice")


@pytest.mark.parametrize(
    ("body", "english", "chinese"),
    [
        (b'{"text": "\xc4\xe3\xba\xc3"}', "it is not UTF-8.", "不是 UTF-8 编码。"),
        (b'{"text": "hi", "speed": ' + b"1" * 5_000 + b"}", "a number in it is too long.", "其中有过长的数字。"),
    ],
)
def test_what_json_cannot_hold_is_told_in_plain_words(
    client: TestClient, body: bytes, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        headers = JSON | {"accept-language": language}
        assert words in check_error(client.post("/tts", content=body, headers=headers), 400, "malformed")["message"]


def test_a_form_that_cannot_be_read_is_told_in_the_caller_s_language(client: TestClient) -> None:
    headers = {"content-type": "multipart/form-data", "accept-language": "zh"}
    error = check_error(client.post("/tts/generate", content=b"text=hi", headers=headers), 400, "malformed")
    assert "表单的格式有误。" in error["message"]


FOREIGN = [
    ("今天下雨，我们在家看书。", "gb18030"),
    ("明日も雨が降るでしょう。", "shift_jis"),
    ("Übermorgen geht's los.", "latin-1"),
    ("hello 你好 world", "big5"),
]


@pytest.mark.parametrize(("text", "encoding"), FOREIGN)
def test_text_in_another_encoding_is_refused_rather_than_silent(client: TestClient, text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    form, escaped = {"content-type": "application/x-www-form-urlencoded"}, quote(raw)
    for path, name in (("/tts/generate", "text"), ("/v1/audio/speech", "input")):
        check_error(client.post(path, content=f"{name}={escaped}".encode(), headers=form), 400, "malformed")
        check_error(client.post(path, content=f"{name}=".encode() + raw, headers=form), 400, "malformed")
        error = check_error(client.post(path, files={name: (None, raw)}), 400, "malformed")
        assert "UTF-8" in error["message"]
    for method, path in (
        ("GET", f"/v1/audio/speech?input={escaped}"),
        ("POST", f"/audio_query?speaker=0&text={escaped}"),
        ("POST", f"/v1/text-to-speech/default?output_format={escaped}"),
        ("GET", f"/v1/lexicon/reading?word={escaped}"),
    ):
        check_error(client.request(method, path, json={"text": "a"} if method == "POST" else None), 400, "malformed")


def test_a_form_may_name_the_encoding_of_its_text(client: TestClient) -> None:
    def sent(charset: str) -> Any:
        body = b'--a\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xc4\xe3\xba\xc3\r\n--a--\r\n'
        kind = f"multipart/form-data; boundary=a; charset={charset}"
        return client.post("/tts/generate", content=body, headers={"content-type": kind})

    assert sent("gb18030").status_code == 200
    for unknown in ("utf-8", "no-such-encoding", "hex"):
        check_error(sent(unknown), 400, "malformed")


@pytest.mark.parametrize("path", ["/v1/legado", "/tts", "/gpt-sovits/tts", "/gpt-sovits"])
@pytest.mark.parametrize("text", ["今天下雨，我们在家看书。", "hello 朋友 & friends = 100%", "朱镕基读㐂和𠮷"])
def test_programs_that_write_gb18030_are_heard_and_told(client: TestClient, path: str, text: str) -> None:
    wanted, foreign = (client.get(f"{path}?speed=10&text={quote_plus(text.encode(one))}") for one in ("utf-8", "gbk"
                       if "𠮷" not in text else "gb18030"))  # fmt: skip
    assert wanted.status_code == foreign.status_code == 200 and wanted.content == foreign.content
    assert "GB18030" in foreign.headers["x-indextts-warning"] and "GB18030" not in str(wanted.headers)


def test_what_is_neither_or_cut_off_in_the_middle_is_refused_there_too(client: TestClient) -> None:
    cut = "今天下雨，我们在家看书".encode()[:-1]
    for raw in (b"\xff\xfe", b"caf\xe9 au lait", cut, cut + b"A"):
        error = check_error(client.get(f"/v1/legado?text={quote(raw)}"), 400, "malformed")
        assert "UTF-8" in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"[1]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"text": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
)
def test_malformed_json(client: TestClient, body: bytes) -> None:
    check_error(client.post("/tts", content=body, headers=JSON), 400, "malformed")


def test_content_types(client: TestClient) -> None:
    body = b'{"text": "hi"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "appl", ""):
        check_error(client.post("/tts", content=body, headers={"Content-Type": kind}), 415, "wrong_type")
    check_error(client.post("/tts", content=body), 415, "wrong_type")
    check_error(client.post("/tts/generate", json={"text": "hi"}), 415, "wrong_type")
    assert client.post("/tts", content=body, headers={"Content-Type": "Application/JSON; charset=utf-8"}).is_success
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for address in ("/tts/generate", "/v1/books"):
        told = check_error(client.post(address, content=b' {"input": "hi"}', headers=form), 415, "wrong_type")
        assert "application/json" in told["message"]


def test_broken_forms(client: TestClient) -> None:
    for kind, body in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=abc", b"garbage"),
        ("multipart/form-data; boundary=abc", b'--abc\r\nContent-Disposition: form-data; name="text"\r\n\r\n'),
    ):
        response = client.post("/tts/generate", content=body, headers={"Content-Type": kind})
        assert response.status_code in (400, 422)
        assert response.json()["error"]["code"] in ("malformed", "text_empty")


def test_addresses_and_methods(client: TestClient) -> None:
    for path in (
        "/nothing",
        "/v1/nothing",
        "/audio/x.wav",
        "/audio/..%2f..%2fetc%2fpasswd",
        "/tts/",
        "/v1/models/gpt-5",
    ):
        check_error(client.get(path), 404, "not_found")
    check_error(client.get("/v1/render"), 405, "method_not_allowed")
    check_error(client.put("/tts"), 405, "method_not_allowed")
    response = client.post("/healthz")
    check_error(response, 405, "method_not_allowed")
    assert "GET" in response.headers["allow"]
    check_error(client.request("BREW", "/tts"), 405, "method_not_allowed")
    options = client.options("/tts")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, POST")


def test_references_are_refused_in_words(client: TestClient) -> None:
    files = [("reference", ("me.wav", b"RIFF", "audio/wav")), ("reference", ("me2.wav", b"RIFF", "audio/wav"))]
    check_error(client.post("/tts/generate", data={"text": "你好"}, files=files), 422, "cloning_unavailable")
    data = {"text": "你好", "engine": "embedded"}
    check_error(client.post("/tts/generate", data=data, files=files), 422, "cloning_unsupported")


def test_openai_values(client: TestClient) -> None:
    def post(**changes: Any) -> Any:
        return client.post("/v1/audio/speech", json={"input": "你好", "model": "tts-1", "voice": "alloy", **changes})

    check_error(post(response_format="midi"), 422, "invalid_value")
    check_error(post(stream_format="tcp"), 422, "invalid_value")
    check_error(post(voice={"id": 7}), 422, "unknown_choice")
    check_error(post(voice={}), 422, "invalid_value")
    check_error(post(speed=4.1), 422, "out_of_range")
    check_error(post(return_timing="often"), 422, "invalid_value")
    check_error(post(input=None, instructions=5), 422, "invalid_value")
    check_error(post(input=["a"]), 422, "invalid_value")


def test_bad_plans(client: TestClient) -> None:
    for plan in ("{}", "[]", '{"text": 3}', "nonsense"):
        check_error(client.post("/v1/render", content=plan.encode(), headers=JSON), 422, "bad_plan")
    good = client.post("/v1/plan", json={"text": "你好"}).json()
    good["segments"][0]["tokens"][0]["pitch_shift"] = 1e9
    check_error(client.post("/v1/render", json=good), 422, "bad_plan")


def test_sentences_follow_the_reader(client: TestClient) -> None:
    def message(**headers: str) -> str:
        return check_error(client.post("/tts", json={"text": ""}, headers=headers), 422, "text_empty")["message"]

    english, chinese = (StudioError("text_empty").localise(language)[0] for language in ("en", "zh"))
    assert message() == english
    assert message(**{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}) == chinese
    assert message(**{"Accept-Language": "zh", "Cookie": "a=b; indextts_lang=en"}) == english
    assert message(**{"Accept-Language": "en", "Cookie": "indextts_lang=zh-CN"}) == chinese


def test_still_speaks_afterwards(client: TestClient) -> None:
    assert client.post("/tts", json={"text": "还好吗？"}).is_success


# Any JSON at all, biased to the fields that exist.
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["happy", "default", "baker", "wav", "mp3", "embedded", "neural", "griffin_lim", "ü", "", "\ud800"]
    )
)
_ANY = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6
)
_FIELDS = (
    "text",
    "engine",
    "voice",
    "emotion",
    "intensity",
    "speed",
    "pitch",
    "energy",
    "format",
    "vocoder",
    "prosody",
    "seed",
    "loudness",
    "peak",
    "emotion_reference",
    "emotion_text",
    "sampling",
)
_SPEECH_FIELDS = ("input", "model", "voice", "response_format", "speed", "instructions", "stream_format")
_FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check_any_answer(response: Any) -> None:
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        code = response.json()["error"]["code"]
        check_error(response, message(code).status, code)


@_FUZZ
@given(st.dictionaries(st.sampled_from(_FIELDS), _ANY, max_size=5) | _ANY)
def test_fuzz_tts(client: TestClient, body: Any) -> None:
    check_any_answer(client.post("/tts", content=json.dumps(body).encode(), headers=JSON))


@_FUZZ
@given(st.dictionaries(st.sampled_from(_SPEECH_FIELDS), _ANY, max_size=5))
def test_fuzz_speech(client: TestClient, body: Any) -> None:
    check_any_answer(client.post("/v1/audio/speech", content=json.dumps(body).encode(), headers=JSON))


@_FUZZ
@given(st.binary(max_size=200), st.sampled_from(["application/json", "multipart/form-data; boundary=b", "a/b", ""]))
def test_fuzz_bytes(client: TestClient, body: bytes, kind: str) -> None:
    for path in ("/tts", "/tts/generate", "/v1/audio/speech", "/v1/plan", "/v1/render"):
        check_any_answer(client.post(path, content=body, headers={"Content-Type": kind}))


@_FUZZ
@given(st.data())
def test_fuzz_plans(client: TestClient, data: st.DataObject) -> None:
    plan = client.post("/v1/plan", json={"text": "你好 world 12。"}).json()
    token = data.draw(st.sampled_from([token for part in plan["segments"] for token in part["tokens"]]))
    place = data.draw(st.sampled_from([plan, plan["settings"], plan["segments"][0], token]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(_ANY)
    check_any_answer(client.post("/v1/render", content=json.dumps(plan).encode(), headers=JSON))

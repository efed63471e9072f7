"""What ``/openapi.json`` says is what the server does: tried with requests made from it, good ones and bad ones."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from PIL import Image
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.transport.serialization import Binary

from indextts.model.settings import SAMPLING
from indextts.plan.request import is_speakable
from indextts.platform.config import Config
from indextts.server import field_schemas as shapes
from indextts.voices.cloning.exchange import MEDIA_TYPE
from indextts.voices.design import BOUNDS
from indextts.voices.names import NO_TEXT
from tests.support.recordings import speech, wav
from tests.support.services import application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice

RECORDING = wav(speech(3.5, 180.0))
ENTRIES: list[dict[str, Any]] = [
    {"word": "重庆", "reading": "chong2 qing4"},
    {"word": "银行", "reading": "yin2 hang2", "kind": "pinyin", "lang": "zh"},
    {"word": "GIF", "reading": "JH IH1 F", "kind": "arpabet", "lang": "en"},
    {"word": "km/h", "reading": "公里每小时", "kind": None},
]
"""What no schema can say: a reading has to fit its word."""
STORY = "天黑了。\n“你好，”老人说。\n天亮了。"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
EXAMPLES = 6
"""For each call and kind."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    config = Config(cache_dir=tmp_path_factory.mktemp("schema"))
    make_tiny_voice(config.models_path)
    service = make_service(config, rate_limit="100000/minute", max_text_chars=200)
    with serving(application(service, page=False)) as address:
        yield address


@pytest.fixture(scope="module")
def made(url: str) -> dict[str, Any]:
    """What the calls need that only the server can make: a plan, a voice's file, ids of what is there."""
    with httpx.Client(base_url=url, timeout=60) as client:
        form = {"name": "老王", "consent": "本人的声音"}
        clone = client.post("/v1/clones", data=form, files={"reference": ("a.wav", RECORDING)}).json()["id"]
        project = client.post("/v1/projects", json={"text": "你好。"}).json()["id"]
        book = client.post("/v1/books", json={"text": STORY}).json()["id"]
        return {
            "url": url,
            "project": project,
            "book": book,
            "packed": client.get(f"/v1/projects/{project}/export").content,
            "plan": client.post("/v1/plan", json={"text": "你好。"}).json(),
            "file": client.get(f"/v1/clones/{clone}/export").content,
            "clone": clone,
            "voice": client.post("/v1/voices", json={"name": "船长"}).json()["id"],
            "job": client.post("/v1/jobs", json={"text": "你好。"}).json()["id"],
            "entry": client.post("/v1/lexicon", json={"word": "长安", "reading": "chang2 an1"}).json()["id"],
        }


@pytest.fixture(scope="module")
def schema(url: str, made: dict[str, Any]) -> Any:
    """The description, and how to make what its words alone cannot say: files, days that were."""
    schemathesis.openapi.media_type(MEDIA_TYPE, st.just(made["file"]))
    for kind in ("image/jpeg", "image/png", "image/webp"):
        schemathesis.openapi.media_type(kind, st.just(picture()))
    schemathesis.openapi.media_type("text/csv", st.just("word,reading\n重庆,chong2 qing4\n".encode()))
    schemathesis.openapi.media_type("text/plain", st.just("你好。今天".encode()))
    for kind in ("application/jsonl", "application/x-ndjson"):
        schemathesis.openapi.media_type(kind, st.just('{"text": "你好。今天"}\n'.encode()))
    schemathesis.openapi.format("date", st.dates(date(1990, 1, 1), date(2020, 1, 1)).map(date.isoformat))
    # 413 is a refusal too: what is generated is now and then longer than the longest text.
    statuses = [str(status) for status in (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429)]
    checks = {"negative_data_rejection": {"expected-statuses": statuses}}
    config = SchemathesisConfig.from_dict({"checks": checks})
    return schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)


def fitting(case: Any, made: dict[str, Any], number: int) -> None:
    """Make a good request one that means something: things that are there, readings of the word, a plan."""
    path, body, entry = case.operation.path, case.body, ENTRIES[number % len(ENTRIES)]
    for holder in (case.query, body, body.get("settings") if isinstance(body, dict) else None):
        if isinstance(holder, dict):
            holder.pop("commercial", None)  # no engine is here that may be used so, …
            if path.startswith("/v1/voices"):
                holder.pop("mix", None)  # … and no natural voice
    for begin, of, name in (
        ("/v1/lexicon", "entry_id", "entry"),
        ("/v1/voices", "voice", "voice"),
        ("/v1/clones", "voice", "clone"),
        ("/v1/jobs", "job", "job"),
        ("/v1/projects", "project", "project"),
        ("/v1/books", "book", "book"),
    ):
        if path.startswith(begin) and of in (case.path_parameters or {}) and case.method != "DELETE":
            case.path_parameters[of] = made[name]
    if path.startswith("/v1/jobs") and isinstance(body, dict):
        if "plan" in body:
            body["plan"] = made["plan"]
        if body.get("title") == "" and case.method == "PATCH":
            body["title"] = "x"
        for name in ("project", "before", "keep_fixes"):
            body.pop(name, None)  # ids of what is there alone
        if "edit" in body:
            edit = {"action": "pitch", "segment": 0, "token": 0, "value": 1}
            body |= {"before": made["job"], "edit": edit}
    if path == "/v1/projects/import":
        if isinstance(body, dict):
            body["file"] = Binary(made["packed"])
        else:
            case.body = Binary(made["packed"])
    elif path.startswith("/v1/projects") and isinstance(body, dict):
        body.pop("revision", None)  # of what is there alone
        if "dictionary" in body:
            body["dictionary"] = [entry]
    if path.startswith("/v1/books") or "multipart" in (case.media_type or ""):
        fitting_book(case, made, entry)
    if path == "/v1/jobs/{job}/result" and (case.query or {}).get("format") in ("m4b", "m4a", "zip", "epub"):
        case.query["format"] = "wav"  # of books alone
    if path.endswith("{voice}/restore"):
        gone = case.path_parameters.get("voice", "none")
        httpx.delete(made["url"] + path.replace("{voice}/restore", gone), params={"restorable": True})
    if path == "/v1/render":
        case.body = made["plan"]
    elif path == "/v1/lexicon/reading":
        case.query["word"] = entry["word"]
    elif path == "/v1/lexicon/import" and case.media_type == "application/json":
        case.body = {"entries": [entry]} if number % 2 else [entry]
    elif path.startswith("/v1/lexicon") and isinstance(body, dict):
        if body.get("kind") != "text" or "reading" not in body:
            case.body = {**{key: body[key] for key in ("note", "enabled", "replace") if key in body}, **entry}
    elif path.startswith(("/v1/clones", "/v1/voices/nearest")) and isinstance(body, dict):
        if "weights" in body:
            body["weights"] = None if case.method == "PATCH" else ""
        if "reference" in body:
            body["reference"] = [Binary(RECORDING)]
        if "file" in body:
            body["file"] = Binary(made["file"])
    elif path == "/v1/system/phone" and isinstance(body, dict):
        case.body = {"book": body.get("book", "")}  # a voice that there is, and characters of one work
    elif path == "/v1/clones/import":
        case.body = Binary(made["file"])


def picture() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (6, 8), "navy").save(into, "PNG")
    return into.getvalue()


def fitting_book(case: Any, made: dict[str, Any], entry: dict[str, Any]) -> None:
    """The same of a book: a file that is one, places in its text, people who speak in it."""
    path, body = case.operation.path, case.body
    for name, there in (("number", 1), ("place", "chime" if "/music" in path else 0)):
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = there
    if "/music" in path and case.method == "PUT":
        case.body = Binary(wav(speech(1.0)))
    if path.endswith(("/split", "/speak")):
        httpx.patch(f"{made['url']}/v1/books/{made['book']}/chapters/1", json={"text": STORY, "on": True})
    if not isinstance(body, dict):
        return
    for name in ("revision", "address", "rename", "join", "quotations", "fixes"):
        body.pop(name, None)  # of what is there alone
    if path == "/v1/books" and case.media_type == "application/json":
        body.setdefault("text", "你好。")
    if path in ("/v1/books", "/v1/jobs") and "file" in body:
        body["file"] = Binary(STORY.encode())
        for name in ("cast", "subtitles"):
            body.pop(name, None)  # JSON in a field of a form
    if "words" in body:
        body["words"] = [entry]
    if path.endswith("/split"):
        body["at"] = 5
    if path.endswith("/files"):
        body["chapter"] = None


def operations(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_what_the_description_allows_is_taken_and_what_it_bars_is_refused(
    schema: Any, made: dict[str, Any], mode: GenerationMode
) -> None:
    wrong: list[str] = []
    tried: Counter[str] = Counter()
    bodies: list[str] = []
    described = httpx.get(f"{made['url']}/openapi.json").json()

    def call(case: Any) -> None:
        tried[case.operation.label] += 1
        if mode is GenerationMode.POSITIVE:
            fitting(case, made, tried[case.operation.label])
        elif is_good_form(case, described):
            return
        bodies.append(str(case.body)[:1000])
        case.call_and_validate(timeout=60)

    for operation in operations(schema):
        try:
            run_examples(operation, mode, call)
        except (FailureGroup, Exception) as error:
            wrong.append(f"{operation.label}: {told(error)}\n{bodies[-1:]}")
    assert not wrong, "\n\n".join(wrong)
    assert sum(tried.values()) > 100


def is_good_form(case: Any, described: dict[str, Any]) -> bool:
    """Whether a form that was meant to be wrong is right: one of several ways is barred, another one fits.

    Schemathesis does not look at the whole again where a file is in it. What has no form on the wire is not sent.
    """
    if case.media_type not in FORMS or not isinstance(case.body, dict):
        return False
    asked = described["paths"][case.operation.path][case.method.lower()]["requestBody"]["content"][case.media_type]
    form = {name: written(value) for name, value in case.body.items() if value is not None and value != {}}
    return jsonschema_rs.is_valid({"components": described["components"], **asked["schema"]}, form)


def written(value: Any) -> Any:
    if isinstance(value, list):
        return [written(one) for one in value]
    return "x" if isinstance(value, bytes | Binary) else value


def told(error: BaseException) -> str:
    """What was found, each with its request, not its whole body."""
    found = getattr(error, "exceptions", [error])
    return "\n".join(str(one)[:2000] for one in found)


def run_examples(operation: Any, mode: GenerationMode, call: Callable[[Any], None]) -> None:
    every = list(HealthCheck)
    # The same examples each time: ``benchmarks.soak`` tries new ones by the thousand.
    limits = settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=every, derandomize=True)
    with suppress(Unsatisfiable):  # a call without a body or a parameter has no bad form
        limits(given(case=operation.as_strategy(generation_mode=mode))(call))()


def test_every_error_is_described_in_the_form_of_the_contract(url: str) -> None:
    described = httpx.get(f"{url}/openapi.json").json()
    assert "HTTPValidationError" not in described["components"]["schemas"]
    for path, verbs in described["paths"].items():
        for verb, operation in verbs.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    shape = answer["content"]["application/json"]["schema"]
                    assert shape == {"$ref": "#/components/schemas/ErrorBody"}, (verb, path, status)
            assert "500" in operation["responses"]


def test_a_call_in_a_wrong_way_is_told_all_right_ways(url: str) -> None:
    described = httpx.get(f"{url}/openapi.json").json()["paths"]
    for path, verbs in described.items():
        address = url + path.replace("{entry_id}", "1").replace("{voice}", "x").replace("{name}", "x").replace(
            "{sha256}", "x"
        ).replace("{job}", "x").replace("{number}", "0").replace("{project}", "x").replace("{book}", "x").replace(
            "{place}", "0"
        )
        for method, status in (("TRACE", 405), ("OPTIONS", 204)):
            answer = httpx.request(method, address)
            named = {one.strip().lower() for one in answer.headers["allow"].split(",")}
            undescribed = {"get"} if path == "/tts" else set()  # GPT-SoVITS's clients ask so
            assert answer.status_code == status and named - {"head", "options"} - undescribed == set(verbs), path


def test_the_voices_that_there_are_stand_in_the_description(url: str, made: dict[str, Any]) -> None:
    described = httpx.get(f"{url}/openapi.json").json()["paths"]["/tts"]["post"]
    voice = described["requestBody"]["content"]["application/json"]["schema"]["properties"]["voice"]
    names = voice["anyOf"][0]["anyOf"][0]["enum"]
    assert {"default", "baker", made["voice"]} <= set(names)


IN_TEXTS = [(shapes.WRITTEN[name], bounds, 0.01) for name, bounds in BOUNDS.items()]
IN_TEXTS += [(row.written, row.bounds, 1 if row.kind is int else 0.01) for row in SAMPLING.values() if row.bounds]


@pytest.mark.parametrize(("written", "bounds", "step"), IN_TEXTS)
def test_numbers_in_texts_are_described_by_their_bounds(written: str, bounds: tuple[float, float], step: float) -> None:
    pattern = re.compile(written)
    low, high = bounds
    for ticks in range(math.floor((low - 1) / step), math.ceil((high + 1) / step) + 1):
        number = round(ticks * step, 2)
        assert bool(pattern.fullmatch(f"{number:g}")) == (low <= number <= high), number


def test_what_is_no_text_is_described_as_the_names_of_voices_have_it() -> None:
    barred = re.compile(f"[{shapes.NO_TEXT}]")
    for code in range(0x110000):
        char = chr(code)
        if char.isspace() or 0xD800 <= code <= 0xDFFF or unicodedata.category(char) == "Cn":
            continue  # white space becomes spaces, surrogates are not in JSON
        assert bool(barred.fullmatch(char)) == (unicodedata.category(char) in NO_TEXT), hex(code)


def test_what_can_be_said_is_described_as_texts_are_checked() -> None:
    signs = re.compile(
        shapes.text(emoji=False)["pattern"].rpartition("[")[2].replace(r"\p{L}\p{N}", "")[:-1].join("[]")
    )
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char)[0] not in "LNC":
            assert bool(signs.fullmatch(char)) == is_speakable(char), hex(code)

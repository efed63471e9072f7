"""Whatever a file from outside holds, reading it takes memory and room in proportion to what such a file may have."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from indextts.plan.editing_file import FORMAT as EDITS_FORMAT
from indextts.reading.lexicon.entry import MAX_ENTRIES
from indextts.reading.lexicon.files import MAX_FILE_BYTES as DICTIONARY_BYTES
from indextts.voices.cloning.exchange import MAX_FILE_BYTES as VOICE_BYTES
from indextts.works.projects.exchange import FORMAT, KIND, MAX_JOB_BYTES
from indextts.works.projects.take_form import MAX_REST_BYTES, MAX_TOLD_BYTES, Keys, Segments, Take
from tests.tiers import by_night

BESIDE = 60.0
"""Megabytes that reading may take beyond what such a file, or a part of it, may have."""
Ask = Callable[[str, bytes], dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    folder = tmp_path_factory.mktemp("outside")
    program = [sys.executable, "-m", "tests.support.outside_reader", str(folder)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None and reader.stdout is not None
        commands, answers = reader.stdin, reader.stdout

        def ask(kind: str, data: bytes) -> dict[str, Any]:
            path = folder / "file"
            path.write_bytes(data)
            commands.write(f"{kind} {path}\n")
            commands.flush()
            line = answers.readline()
            assert line, f"the reader ended: {reader.wait(10)}"
            answer: dict[str, Any] = json.loads(line)
            return answer

        # What is imported at the first time is no file's fault.
        assert ask("project", project([take(1)]))["code"] == ""
        yield ask
        commands.close()


def take(number: int, **fields: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": f"{number:022}", "kind": "speech", "title": "", "request": {"text": "x", "settings": {}}, "format": "wav",
        "before": None, "state": "done", "segments_total": 0, "segments_done": 0, "duration_s": 0.0, "engine": "",
        "reason": None, "stages": [], "cached": 0, "warnings": [], "error": None, "keys": [], "favourite": False,
        "kept": False, "created": 1.0, "started": None, "updated": 1.0, "work_s": 0.0, "plan": None, "segments": [],
    }  # fmt: skip
    return {**whole, **fields}


def project(takes: list[dict[str, Any]], **raw: bytes) -> bytes:
    """A file with these takes; ``raw`` are parts as they are, ``job`` that of the first take."""
    parts = {f"jobs/{one['id']}.json": json.dumps(one, ensure_ascii=False).encode() for one in takes}
    if "job" in raw:
        parts[f"jobs/{1:022}.json"] = raw["job"]
    if "editor" in raw:
        parts["editor.bin"] = raw["editor"]
    listed = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in parts.items()}
    manifest = {"kind": KIND, "format": FORMAT, "sample_rate": 24_000, "project": {"text": ""}, "parts": listed}
    return archive({**parts, "project.json": raw.get("manifest", json.dumps(manifest).encode())})


def archive(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def backup(names: Iterator[str]) -> bytes:
    out = io.BytesIO()
    about = {"form": 1, "version": "1", "made": "", "sounds": True, "models": True}
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.USTAR_FORMAT, compresslevel=1) as file:
        for name, data in (("BACKUP.json", json.dumps(about).encode()), *((name, b"") for name in names)):
            head = tarfile.TarInfo(name)
            head.size = len(data)
            file.addfile(head, io.BytesIO(data))
    return out.getvalue()


def nested() -> bytes:
    return b"[" + b"[]," * 5_000_000 + b"[]]"


def numbers() -> bytes:
    return b"[" + b"300," * 5_000_000 + b"300]"


def keyed() -> bytes:
    return b"{" + b",".join(b'"%d":1' % number for number in range(1_000_000)) + b"}"


def in_take(field: str, content: bytes) -> bytes:
    whole = json.dumps(take(1)).encode()
    old = json.dumps({field: take(1)[field]}).encode()[1:-1]
    assert old in whole
    return project([take(1)], job=whole.replace(old, b'"%s": %s' % (field.encode(), content)))


def edits(content: bytes) -> bytes:
    head = b'{"format":%d,"take":"","made":false,"segments":' % EDITS_FORMAT
    return zlib.compress(head + content + b"}")


WHERE: list[tuple[str, str, Callable[[bytes], bytes], int]] = [
    *(
        (f"take {field}", "project", partial(in_take, field), MAX_JOB_BYTES)
        for field in ("segments", "keys", "plan", "stages", "warnings", "request")
    ),
    ("manifest", "project", lambda content: project([], manifest=content), 2**24),
    ("parts", "project", lambda content: project([], manifest=b'{"parts":' + content + b"}"), 2**24),
    ("edits", "edits", edits, 2**26),
    ("voice", "voice", lambda content: archive({"manifest.json": content}), VOICE_BYTES),
    ("dictionary", "json", lambda content: content[: DICTIONARY_BYTES - 2] + content[-1:], DICTIONARY_BYTES),
]
HOSTILE: list[tuple[str, str, Callable[[], bytes], int]] = [
    *(
        (f"{name} {content.__name__}", kind, lambda put=put, content=content: put(content()), allowed)
        for name, kind, put, allowed in WHERE
        for content in (nested, numbers, keyed)
    ),
    ("one letter", "project", lambda: project([take(1)], editor=zlib.compress(b"a" * 2**26)), MAX_JOB_BYTES),
    ("long edits", "project", lambda: project([take(1)], editor=edits(b"1" * 2**27)), MAX_JOB_BYTES),
    ("cells", "csv", lambda: b"word,reading\n" + b"," * (DICTIONARY_BYTES - 100), DICTIONARY_BYTES),
    ("lines", "csv", lambda: b"word,reading\n" + b'"\n",' * (DICTIONARY_BYTES // 5), DICTIONARY_BYTES),
    (
        "signs",
        "csv",
        lambda: b"word,reading\nx," + "\U0001f600".encode() * (DICTIONARY_BYTES // 4 - 10),
        DICTIONARY_BYTES,
    ),
]
BEFORE_THE_NIGHT = {f"{name} {('nested', 'numbers', 'keyed')[number % 3]}" for number, (name, *_) in enumerate(WHERE)}
"""One kind of content for each place; the first and the last kinds of files that are no JSON."""
BEFORE_THE_NIGHT |= {"one letter", "cells"}


@pytest.mark.parametrize(
    ("kind", "made", "allowed"),
    [
        pytest.param(*row, id=name, marks=() if name in BEFORE_THE_NIGHT else pytest.mark.night)
        for name, *row in HOSTILE
    ],
)
def test_what_would_take_many_times_its_size_is_refused_before_it_does(
    ask: Ask, kind: str, made: Callable[[], bytes], allowed: int
) -> None:
    answer = ask(kind, made())
    codes = {"project": "bad_project_file", "voice": "bad_voice_file", "edits": "bad_editor"}
    assert answer["code"] == codes.get(kind, "bad_import")
    assert answer["peak"] <= allowed / 2**20 + BESIDE, answer


@pytest.mark.parametrize(
    ("kind", "made", "said"),
    by_night(
        [
            ("backup", lambda: backup(f"{number:090}" for number in range(10_001)), "more than 10000 names"),
            ("voice", lambda: archive({f"{number:x}": b"" for number in range(60_000)}), "not a voice's file"),
            ("project", lambda: archive({f"{number:x}": b"" for number in range(60_001)}), "more than 60000 parts"),
        ]
    ),
    ids=["backup", "voice", "project"],
)
def test_names_are_counted_before_all_of_them_are_kept(
    ask: Ask, kind: str, made: Callable[[], bytes], said: str
) -> None:
    answer = ask(kind, made())
    assert said in answer["said"] and answer["peak"] <= BESIDE, answer


def unbounded(form: Any, rest: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """The places in a JSON schema where a value may be of any kind or of any size."""
    if "$ref" in form:
        yield from unbounded(rest[form["$ref"].rpartition("/")[2]], rest, at)
    elif "anyOf" in form:
        for one in form["anyOf"]:
            yield from unbounded(one, rest, at)
    elif "enum" in form or "const" in form or form.get("type") in ("boolean", "null"):
        return
    elif form.get("type") == "string":
        if "maxLength" not in form and "{" not in form.get("pattern", ""):
            yield at
    elif form.get("type") in ("integer", "number"):
        if not {"minimum", "maximum"} <= form.keys():
            yield at
    elif form.get("type") == "array":
        if "maxItems" not in form:
            yield at
        for one in (form.get("items"), *form.get("prefixItems", ())):
            if one:
                yield from unbounded(one, rest, f"{at}[]")
    elif form.get("type") == "object":
        if form.get("additionalProperties") is False:
            for name, one in form["properties"].items():
                yield from unbounded(one, rest, f"{at}.{name}")
        elif "maxProperties" not in form:
            yield at
        else:
            yield from unbounded(form["additionalProperties"], rest, f"{at}{{}}")
    else:
        yield at


@pytest.mark.parametrize("form", [Take, Segments, Keys], ids=["take", "segments", "keys"])
def test_every_field_of_a_take_has_a_type_a_length_and_a_count(form: Any) -> None:
    schema = TypeAdapter(form).json_schema()
    assert list(unbounded(schema, schema.get("$defs", {}))) == []


def largest(form: Any, rest: Mapping[str, Any], draw: Callable[[st.SearchStrategy[Any]], Any], most: int) -> Any:
    """A value at the bounds of its schema, with no more than ``most`` of anything."""
    if "$ref" in form:
        return largest(rest[form["$ref"].rpartition("/")[2]], rest, draw, most)
    if "anyOf" in form:
        return largest(draw(st.sampled_from(form["anyOf"])), rest, draw, most)
    if "enum" in form or "const" in form:
        return draw(st.sampled_from(form.get("enum") or [form["const"]]))
    match form.get("type"):
        case "boolean":
            return draw(st.booleans())
        case "null":
            return None
        case "string" if "pattern" in form:
            return "" if "?" in form["pattern"] else "A" * 22
        case "string":
            return draw(st.sampled_from(["x", "天", "\U0001f600", "\x01", '"'])) * min(most, form["maxLength"])
        case "integer":
            return form["maximum"]
        case "number":
            return float(form["maximum"]) if form["maximum"] < 1e12 else 1e11
        case "array" if "prefixItems" in form:
            return [largest(one, rest, draw, most) for one in form["prefixItems"]]
        case "array":
            return [largest(form["items"], rest, draw, most)] * min(most, form["maxItems"])
        case _ if form.get("additionalProperties") is False:
            return {name: largest(one, rest, draw, most) for name, one in form["properties"].items()}
        case _:
            one = largest(form["additionalProperties"], rest, draw, most)
            return {f"n{number}": one for number in range(min(most, form["maxProperties"]))}


@pytest.mark.night
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), most=st.sampled_from([10, 100, 2_000, 200_000]), count=st.sampled_from([1, 30]))
def test_takes_at_their_bounds_are_read_in_little_memory_and_shown_in_few_bytes(
    ask: Ask, data: st.DataObject, most: int, count: int
) -> None:
    schema = TypeAdapter(Take).json_schema()
    field = data.draw(st.sampled_from(sorted(schema["properties"])))
    value = largest(schema["properties"][field], schema.get("$defs", {}), data.draw, most)
    if field == "id":
        value = f"{1:022}"
    file = project([take(number + 1, **({} if field == "id" else {field: value})) for number in range(count)])
    answer = ask("project", file)
    assert answer["peak"] <= MAX_JOB_BYTES / 2**20 + BESIDE, (field, answer)
    # Chinese and signs are escaped where a column holds JSON: at most twelve bytes for four.
    assert answer["grown"] <= count * (3 * MAX_REST_BYTES / 2**20) + 1, (field, answer)
    assert answer["listed"] <= count * (3 * MAX_TOLD_BYTES + 4_000), (field, answer)
    assert answer["code"] in ("", "bad_project_file"), (field, answer)


def test_a_take_with_the_longest_text_and_a_whole_dictionary_is_taken(ask: Ask) -> None:
    words = [{"word": f"word {number}", "reading": "说", "kind": "text"} for number in range(1_000)]
    answer = ask("project", project([take(1, request={"text": "天" * 200_000, "settings": {}, "words": words})]))
    assert answer["code"] == "" and answer["peak"] <= BESIDE


def test_a_take_whose_fields_are_allowed_one_by_one_and_not_all_together_is_refused(ask: Ask) -> None:
    words = [{"word": f"word {number}", "reading": "说", "kind": "text", "note": "😀" * 200} for number in range(1_000)]
    for text, code in (("😀" * 200_000, "bad_project_file"), ("x", "")):
        answer = ask("project", project([take(1, request={"text": text, "settings": {}, "words": words})]))
        assert answer["code"] == code


@pytest.mark.night
def test_takes_that_are_allowed_one_by_one_and_not_all_together_are_refused(ask: Ask) -> None:
    request = {"text": "天" * 200_000, "settings": {}}
    answer = ask("project", project([take(number + 1, request=request) for number in range(70)]))
    assert answer["code"] == "bad_project_file" and answer["grown"] == 0


@pytest.mark.night
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_dictionary_of_as_many_entries_as_there_may_be_is_read(ask: Ask, kind: str) -> None:
    note = "，,说" * 60
    if kind == "json":
        fixed = {"reading": "说", "kind": "text", "note": note}
        rows = [{"word": f"word {number}", **fixed} for number in range(MAX_ENTRIES)]
        data = json.dumps(rows, ensure_ascii=False).encode()
    else:
        data = b"word,reading,kind,note\n" + b"".join(
            f'word {number},说,text,"{note}"\n'.encode() for number in range(MAX_ENTRIES)
        )
    answer = ask(kind, data)
    assert answer["code"] == "" and answer["peak"] <= DICTIONARY_BYTES / 2**20 + BESIDE, answer

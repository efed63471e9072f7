"""``/v1/lexicon``: the dictionary over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal, get_args

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from indextts.model.errors import StudioError
from indextts.model.fields import OneLine, Schema
from indextts.model.utterance import Lang, Settings
from indextts.plan.request import SpeechRequest
from indextts.reading.lexicon import Entry
from indextts.reading.lexicon.entry import (
    COLUMNS,
    KINDS,
    MAX_ENTRIES,
    MAX_NOTE,
    MAX_READING,
    MAX_WORD,
    from_fields,
    reading_of,
)
from indextts.reading.lexicon.lexicon import FileFormat
from indextts.reading.phonemes.printed import typed
from indextts.server import field_schemas as shapes
from indextts.server.calls import limit_light_rate, with_service
from indextts.server.errors import refusals
from indextts.server.field_schemas import one_of, or_null, with_note
from indextts.server.parsing import check_fields, content_type, invalid, read_json
from indextts.server.schemas import body_of
from indextts.service.service import SpeechService

_ERRORS: Final = refusals(400, 413, 415, missing="No such entry", conflict="The word is there already")

router = APIRouter(prefix="/v1/lexicon", tags=["lexicon"], dependencies=[Depends(limit_light_rate)], responses=_ERRORS)

_TYPES: Final[dict[FileFormat, str]] = {"csv": "text/csv", "json": "application/json"}


_READING: Final = (
    "Pinyin for Chinese; for English IPA, `like: that`, or ARPAbet; with the kind `text` anything to say instead."
)
_PARTS: Final[Mapping[str, Schema]] = {
    "word": OneLine(MAX_WORD, needed=True).schema(),
    "reading": with_note(OneLine(MAX_READING, needed=True).schema(), _READING),
}
_OTHERS: Final[Mapping[str, Schema]] = {
    "kind": with_note(or_null(one_of(*KINDS)), "Found out unless given."),
    "lang": with_note(or_null(one_of(*get_args(Lang))), "Follows from the rest; if given, it must agree."),
    "enabled": {"type": "boolean"},
    "note": OneLine(MAX_NOTE).schema(),
}
_KINDS: Final[Sequence[Schema]] = (
    {"required": ["kind"], "properties": {"kind": one_of("text"), "lang": {"type": "null"}}},
    {"properties": {"reading": {"format": "reading-of-the-word"}}},
)
"""A text to say instead may be any; sounds must be such, and as many as the word needs."""
_REPLACE: Final[Schema] = {"type": "boolean", "description": "Take the place of the word's entry instead of refusing."}
_ENTRY: Final[Schema] = {**shapes.strict_fields(_PARTS, _OTHERS), "anyOf": _KINDS}
_NEW_ENTRY: Final[Schema] = {
    **shapes.strict_fields(_PARTS, {**_OTHERS, "replace": _REPLACE}),
    "anyOf": _KINDS,
    "example": {"word": "重庆", "reading": "chong2 qing4"},
}
_CHANGE: Final[Schema] = {
    **shapes.strict_fields({}, {**_PARTS, **_OTHERS}),
    "anyOf": _KINDS,
    "example": {"reading": "chong2 qing4"},
}
ENTRIES: Final[Schema] = {"type": "array", "items": _ENTRY, "maxItems": MAX_ENTRIES}
_FILES: Final[Mapping[str, Schema]] = {
    _TYPES["csv"]: {"type": "string", "format": "binary", "description": f"A header, then rows: {', '.join(COLUMNS)}."},
    _TYPES["json"]: {"anyOf": [shapes.strict_fields({"entries": ENTRIES}, {}), ENTRIES]},
}
_CONTENT: Final[dict[str, Any]] = {kind: {"schema": schema} for kind, schema in _FILES.items()}
_EXPORT: Final[dict[str, Any]] = {"description": "The file", "content": _CONTENT}


class EntryAnswer(BaseModel):
    """A stored entry."""

    id: int
    word: str
    reading: str
    kind: Literal["pinyin", "arpabet", "text"]
    lang: Literal["zh", "en"]
    enabled: bool
    note: str


class ListedEntry(EntryAnswer):
    """An entry of the list."""

    printed: str
    """Its reading as a dictionary prints it: pinyin with tone marks, English in the IPA between slashes."""


class LexiconAnswer(BaseModel):
    """Some of the entries."""

    entries: list[ListedEntry]
    total: int
    """How many fit the search, on all pages."""
    offset: int
    limit: int


class WordReading(BaseModel):
    """How a word alone is read."""

    reading: str
    """As an entry has it; empty where the word is not read by one kind of sounds alone."""
    printed: str


class ImportAnswer(BaseModel):
    """What an import did."""

    added: int
    changed: int
    removed: int


@router.get("")
async def entries(
    request: Request,
    search: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> LexiconAnswer:
    """Entries in the order of their words; ``search`` looks in word, reading and note."""
    found = await with_service(request, lambda service: service.lexicon.page(search=search, offset=offset, limit=limit))
    return LexiconAnswer(entries=[_listed(e) for e in found.entries], total=found.total, offset=offset, limit=limit)


@router.post("", status_code=201, openapi_extra=body_of(_NEW_ENTRY))
async def add(request: Request) -> EntryAnswer:
    """Add an entry."""
    fields = _known(await read_json(request), "replace")
    replace = fields.pop("replace", False)
    if not isinstance(replace, bool):
        raise invalid("replace", "it should be true or false.", "应是 true 或 false。")
    added = await with_service(request, lambda service: service.lexicon.add(from_fields(fields), replace=replace))
    return _answer(added)


@router.get("/reading")
async def reading(
    request: Request, word: Annotated[str, Query(min_length=1, max_length=MAX_WORD + MAX_READING)]
) -> WordReading:
    """How a word alone is read, to begin an entry with; a part may be marked with its reading (``<曾|zeng1>国强``)."""

    def work(service: SpeechService) -> str:
        plan = service.analyse(SpeechRequest(word, Settings(prosody="rules")))
        tokens = [token for segment in plan.segments for token in segment.tokens if token.kind != "punctuation"]
        return reading_of(tokens) or ""

    found = await with_service(request, work)
    shown = typed(found)
    return WordReading(reading=found, printed=shown) if shown != found else WordReading(reading="", printed="")


@router.get("/export", response_class=Response, responses={200: _EXPORT})
async def export_file(request: Request, format: FileFormat = "csv") -> Response:
    """All entries as a file that ``import`` takes."""
    data = await with_service(request, lambda service: service.lexicon.export_file(format))
    headers = {"Content-Disposition": f'attachment; filename="lexicon.{format}"'}
    return Response(data, media_type=_TYPES[format], headers=headers)


@router.post("/import", openapi_extra={"requestBody": {"required": True, "content": _CONTENT}})
async def import_file(request: Request, replace: bool = False) -> ImportAnswer:
    """Take over a CSV or JSON file, all of it or nothing; with ``replace``, what is not in it is removed."""
    data = await request.body()
    received = content_type(request)
    file_format = next((name for name, kind in _TYPES.items() if kind == received), None)
    if file_format is None:
        raise StudioError("wrong_type", expected=" or ".join(_TYPES.values()), received=received[:60] or "nothing")
    done = await with_service(
        request, lambda service: service.lexicon.import_file(data=data, file_format=file_format, replace=replace)
    )
    return ImportAnswer(**asdict(done))


@router.get("/{entry_id:int}")
async def entry(request: Request, entry_id: int) -> EntryAnswer:
    """One entry."""
    return _answer(await with_service(request, lambda service: service.lexicon.get(entry_id)))


@router.put("/{entry_id:int}", openapi_extra=body_of(_CHANGE))
async def change(request: Request, entry_id: int) -> EntryAnswer:
    """Change an entry; fields that are left out stay as they are."""
    fields = _known(await read_json(request), "id")
    if fields.pop("id", entry_id) != entry_id:
        raise invalid("id", "it is not the entry of this address.", "与此地址的条目不符。")

    def work(service: SpeechService) -> Entry:
        old = service.lexicon.get(entry_id).as_json()
        old.pop("lang")
        if "reading" in fields:
            old.pop("kind")
        return service.lexicon.update(entry_id, from_fields({**old, **fields}))

    return _answer(await with_service(request, work))


@router.delete("/{entry_id:int}", status_code=204)
async def remove(request: Request, entry_id: int) -> Response:
    """Delete an entry."""
    await with_service(request, lambda service: service.lexicon.remove(entry_id))
    return Response(status_code=204)


def _known(fields: Mapping[str, Any], *others: str) -> dict[str, Any]:
    check_fields(fields, sorted({*COLUMNS, *others}))
    return dict(fields)


def _listed(stored: Entry) -> ListedEntry:
    printed = stored.reading if stored.kind == "text" else typed(stored.reading)
    return ListedEntry(id=stored.id, **stored.as_json(), printed=printed)


def _answer(stored: Entry) -> EntryAnswer:
    return EntryAnswer(id=stored.id, **stored.as_json())

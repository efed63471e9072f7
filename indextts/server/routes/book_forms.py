"""A form with the file of a book, as ``/v1/books`` and ``/v1/jobs`` take it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, get_args

from starlette.datastructures import UploadFile
from starlette.requests import Request

from indextts.books.model import BookForm
from indextts.model.fields import OneLine, Schema
from indextts.model.settings import SETTINGS
from indextts.server.calls import in_thread
from indextts.server.field_schemas import EMOTION_WAYS, one_of, strict_fields, with_note
from indextts.server.parsing import FORM_TYPES, check_fields, invalid, numbers_from_text, read_form
from indextts.server.schemas import GENERATE_FORM
from indextts.works.books.book_contents import MAX_LINE

_FILE: Final[Schema] = {
    "type": "string",
    "format": "binary",
    "description": "TXT, Markdown, EPUB, FB2, DOCX, PDF with text, subtitles, LRC, JSON script.",
}
_FIELDS: Final[Mapping[str, Schema]] = {
    "title": OneLine(MAX_LINE).schema(),
    "author": OneLine(MAX_LINE).schema(),
    "format": with_note(one_of(*get_args(BookForm), ""), "m4b unless given; wav of subtitles."),
    "cast": {"type": "string", "description": "JSON: roles by the characters' names, as in the JSON body."},
    "subtitles": {"type": "string", "description": "JSON: what of subtitles is said, as in the JSON body."},
    **{name: GENERATE_FORM["properties"][name] for name in SETTINGS},
}
FORM_BODY: Final[dict[str, Any]] = {
    FORM_TYPES[0]: {"schema": {**strict_fields({"file": _FILE}, _FIELDS), "anyOf": EMOTION_WAYS}}
}
"""A file with what is to be made of it; the usual settings as in ``/tts/generate``."""


async def read_book_form(request: Request) -> tuple[str, bytes, dict[str, Any]]:
    """The one file of a form, its name, and the other fields as a book has them."""
    form = await read_form(request)
    try:
        files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
        if len(files) != 1 or files[0][0] != "file":
            raise invalid("file", "it should be one file.", "应是一个文件。")
        text = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        check_fields(text, sorted(_FIELDS))
        file = files[0][1]
        data = await in_thread(request, file.file.read)
        return file.filename or "", data, _of_form(text)
    finally:
        await form.close()


def _of_form(text: dict[str, str]) -> dict[str, Any]:
    plain = numbers_from_text(text)
    given: dict[str, Any] = {name: plain[name] for name in ("title", "author") if name in plain}
    if "format" in plain:
        given["options"] = {"format": plain["format"]}
    if settings := {name: value for name, value in plain.items() if name in SETTINGS}:
        given["settings"] = settings
    for name in ("cast", "subtitles"):
        if written := plain.get(name):
            try:
                given[name] = json.loads(written)
            except (ValueError, RecursionError) as error:
                raise invalid(name, "it should be JSON.", "应是 JSON。") from error
    return given

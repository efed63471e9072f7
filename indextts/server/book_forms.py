"""A form with the file of a book, as ``/v1/books`` and ``/v1/jobs`` take it."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from indextts.model.settings import SETTINGS
from indextts.server import book_fields as fields
from indextts.server.calls import in_thread
from indextts.server.parsing import check_fields, invalid, numbers_from_text, read_form


async def read_book_form(request: Request) -> tuple[str, bytes, dict[str, Any]]:
    """The one file of a form, its name, and the other fields as a book has them."""
    form = await read_form(request)
    try:
        files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
        if len(files) != 1 or files[0][0] != "file":
            raise invalid("file", "it should be one file.", "应是一个文件。")
        text = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        check_fields(text, sorted(fields.FORM["properties"].keys() - {"file"}))
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
    if cast := plain.get("cast"):
        try:
            given["cast"] = json.loads(cast)
        except (ValueError, RecursionError) as error:
            raise invalid("cast", "it should be JSON.", "应是 JSON。") from error
    return given

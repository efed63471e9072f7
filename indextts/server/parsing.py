"""Reading what a client sent: JSON and forms, with the contract's status for each way in which they can be wrong."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from indextts.model.errors import StudioError, printable
from indextts.model.errors import invalid as invalid
from indextts.model.fields import M, check
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import SETTINGS, numbers_of, parse_sampling
from indextts.model.utterance import Settings
from indextts.plan.request import FORMATS, SpeechRequest, check_choice
from indextts.platform.storage.files import writing
from indextts.server.encodings import NOT_UTF8, is_utf8

FORM_TYPES: Final = ("multipart/form-data", "application/x-www-form-urlencoded")

SPEECH_FIELDS: Final = ("text", "format", "speakers", *SETTINGS)
"""What the calls that speak a text take."""
NOT_TEXT: Final = ("it should be a string.", "应是文字。")
"""What to say of a value that is no text."""
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}
"""How an address says yes and no, in small letters."""


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object in the body.

    Raises :class:`StudioError` ``wrong_type`` (415), ``malformed`` (400) or ``body_too_large`` (413).
    """
    return parse_json(await read_raw_json(request))


async def read_model(request: Request, model: type[M]) -> M:
    """The same as ``model`` has it. Raises :class:`StudioError` with what is wrong with it, too."""
    return check(model, await read_json(request))


def parse_json(raw: bytes) -> dict[str, Any]:
    """The JSON object in ``raw``. Raises :class:`StudioError` ``malformed``."""
    try:
        data = json.loads(raw)
    except RecursionError as error:
        raise StudioError("malformed", reason=Bilingual("it is nested too deeply.", "嵌套太深。")) from error
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        reason = Bilingual(
            f"invalid JSON at line {line}, column {column}.", f"第 {line} 行第 {column} 列不是有效的 JSON。"
        )
        raise StudioError("malformed", reason=reason) from error
    except UnicodeDecodeError as error:
        raise StudioError("malformed", reason=NOT_UTF8) from error
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise StudioError("malformed", reason=Bilingual("a number in it is too long.", "其中有过长的数字。")) from error
    if not isinstance(data, dict):
        raise StudioError(
            "malformed", reason=Bilingual("the body should be a JSON object.", "内容应是一个 JSON 对象。")
        )
    return data


async def read_raw_json(request: Request) -> bytes:
    """The body of a JSON call, unparsed. Raises :class:`StudioError` ``wrong_type`` or ``body_too_large``."""
    # The body first: a refusal that leaves it unread reaches some clients as a broken connection.
    raw = await request.body()
    kind = content_type(request)
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise StudioError(
            "wrong_type", expected="application/json", received=printable(kind, 60) or "a body without a type"
        )
    return raw


class _Known(MultiPartParser):
    """Reads a form up to a file that does not begin as it should: the rest of that is not waited for.

    Starlette's own reads text as Latin-1 where it is not in the form's encoding, or that is none that is known.
    """

    beginning: bytes = b""
    refusal: StudioError | None = None

    def on_part_end(self) -> None:
        if self._current_part.file is None:
            if self._charset == "latin-1":
                self._charset = "utf-8"
            try:
                self._current_part.data.decode(self._charset)
            except (UnicodeDecodeError, LookupError) as error:
                raise StudioError("malformed", reason=NOT_UTF8) from error
        super().on_part_end()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part, refusal = self._current_part, self.refusal
        if refusal and part.file is not None and not any(part is other for other, _ in self._file_parts_to_write):
            first = data[start : min(end, start + len(self.beginning))]
            if not part.file.size and not self.beginning.startswith(first):
                raise refusal
        super().on_part_data(data, start, end)


async def read_form(request: Request, begins: tuple[bytes, StudioError] | None = None) -> FormData:
    """The form in the body, with or without files; each file begins as ``begins`` has it, or that refusal is raised.

    Raises :class:`StudioError` ``wrong_type`` (415), ``malformed`` (400), ``body_too_large`` (413) or ``disk_full``.
    """
    kind = content_type(request)
    if kind not in FORM_TYPES:
        await request.body()
        raise StudioError(
            "wrong_type", expected=" or ".join(FORM_TYPES), received=printable(kind, 60) or "a body without a type"
        )
    largest = request.app.state.config.server.max_body_bytes
    try:
        # Files lie in the system's temporary folder, without a name, until the form is done with.
        with writing(Path(tempfile.gettempdir())):
            if kind == FORM_TYPES[1]:
                if not is_utf8(await request.body()):
                    raise StudioError("malformed", reason=NOT_UTF8)
                fields = await request.form(max_fields=64, max_part_size=largest)
                if next(iter(fields), "").lstrip().startswith("{"):
                    # What curl makes of -d '{…}' without a header.
                    raise StudioError("wrong_type", expected="application/json", received=kind)
                return fields
            most: dict[str, Any] = {"max_files": 16, "max_fields": 64, "max_part_size": largest}
            form = _Known(request.headers, request.stream(), **most)
            if begins is not None:
                form.beginning, form.refusal = begins
            return await form.parse()
    except (MultiPartException, HTTPException) as error:
        reason = error.message if isinstance(error, MultiPartException) else error.detail
        if "maximum size" in reason:
            raise StudioError("body_too_large", limit=largest) from error
        raise StudioError("malformed", reason=_of_form(reason)) from error
    except UnicodeDecodeError as error:
        raise StudioError("malformed", reason=NOT_UTF8) from error
    except ValueError as error:
        raise StudioError("malformed", reason=_of_form(error)) from error


def speech_request(fields: Mapping[str, Any], default_format: str = "wav") -> tuple[SpeechRequest, str]:
    """The request and the audio format that ``fields`` ask for; what is absent or null takes its default.

    Values are checked later, by the service; raises :class:`StudioError` for unknown names, a text that is not
    text, and an unknown format.
    """
    check_fields(fields, SPEECH_FIELDS)
    given = {name: value for name, value in fields.items() if value is not None}
    text = given.pop("text", "")
    if not isinstance(text, str):
        raise invalid("text", *NOT_TEXT)
    audio_format = given.pop("format", default_format)
    check_choice("format", audio_format, FORMATS)
    speakers = given.pop("speakers", None)
    if "sampling" in given:
        given["sampling"] = parse_sampling(given["sampling"], given.get("quality"))
    return SpeechRequest(text, Settings(**numbers_of(SETTINGS, given)), speakers), str(audio_format)


def restricted(request: Request, wanted: SpeechRequest, fields: Mapping[str, Any] | None = None) -> SpeechRequest:
    """``wanted``, for commercial use alone where the address says ``commercial=true``, or ``fields`` do.

    All calls that speak heed it, other programs' calls too: whoever asks for it must not hear anything else. Raises
    :class:`StudioError` for what is neither true nor false.
    """
    for given in ((fields or {}).get("commercial"), request.query_params.get("commercial")):
        commercial = _TRUTHS.get(str(given).lower())
        if given not in (None, "") and commercial is None:
            raise invalid("commercial", "it should be true or false.", "应是 true 或 false。")
        if commercial:
            wanted = replace(wanted, settings=replace(wanted.settings, commercial=True))
    return wanted


def check_fields(fields: Iterable[str], known: Collection[str]) -> None:
    """Raises :class:`StudioError` ``invalid_value`` where one of ``fields`` is not ``known``."""
    for name in fields:
        if name not in known:
            names = ", ".join(known)
            chinese = f"此接口没有这个字段，可用的有 {names}。"
            raise invalid(printable(name, 60), f"this call has no such field, but {names}.", chinese)


def numbers_from_text(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Form fields, where everything is text, with numbers, true and false as such; empty ones left out.

    What is none of these stays text: the check that follows names it.
    """
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in SETTINGS and SETTINGS[name].is_number and isinstance(value, str):
            try:
                values[name] = SETTINGS[name].kind(value)
            except ValueError:
                values[name] = value
        elif name in SETTINGS and SETTINGS[name].kind is bool and isinstance(value, str):
            values[name] = _TRUTHS.get(value.lower(), value)
        elif name == "speakers" and isinstance(value, str) and value:
            try:
                values[name] = json.loads(value)
            except (ValueError, RecursionError) as error:
                raise invalid(name, "it should be JSON.", "应是 JSON。") from error
        else:
            values[name] = value
        if values[name] == "" and name != "text":
            del values[name]
    return values


def number_of(field: str, value: object, low: float = -1e300, high: float = 1e300) -> float:
    """``value``, from ``low`` to ``high``. Raises :class:`StudioError` ``invalid_value`` where it is no such number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    english = f" from {low:g} to {high:g}" if high < 1e300 else f" from {low:g} on" if low > -1e300 else ""
    chinese = f" {low:g} 到 {high:g} 的" if high < 1e300 else f"不小于 {low:g} 的" if low > -1e300 else ""
    raise invalid(field, f"it should be a number{english}.", f"应为{chinese}数字。")


def rate_of(field: str, value: object, rates: Collection[int]) -> int:
    """``value``, one of ``rates`` in Hz. Raises :class:`StudioError` ``invalid_value`` where it is none of them."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value in rates:
        return int(value)
    listed = ", ".join(map(str, rates))
    raise invalid(field, f"it should be one of {listed}.", f"可选 {listed}。")


def content_type(request: Request) -> str:
    """The type of the body, in small letters and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _of_form(reason: object) -> Bilingual:
    return Bilingual(" ".join(str(reason).split())[:200], "表单的格式有误。")

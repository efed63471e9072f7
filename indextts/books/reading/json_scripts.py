"""Scripts as JSON, which name their speakers line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from indextts.books.model import MAX_CHAPTERS, Chapter, Quotation
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import MAX_PARAGRAPHS, bad_script, too_large
from indextts.books.reading.tidy import as_text, clean, has_surrogates, is_speakable
from indextts.voices.labels import is_narrator

_MOST: Final = 8 << 20
_MOST_NAME: Final = 40
_SPEAKER: Final = ("speaker", "name", "character", "role")
_TEXT: Final = ("text", "line", "content")


def read_script(name: str, text: str) -> Draft:
    """A script as JSON. Raises :class:`StudioError` ``book_script`` with the place of what is wrong."""
    if len(text) > _MOST or text.count("{") + text.count("[") > 150_000 or text.count(",") > 600_000:
        too_large(name, "the script has too many lines", "脚本行数过多")
    try:
        given = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        bad_script(name, "it is no JSON", "它不是有效的 JSON")
    draft = Draft()
    if isinstance(given, list):
        given = {"chapters": [{"lines": given}]}
    if not isinstance(given, dict):
        bad_script(name, "it is neither a list nor an object", "它既不是列表也不是对象")
    draft.title = _words(name, given, "title", "")
    draft.author = _words(name, given, "author", "")
    draft.metadata = {
        key: _words(name, given, key, "") for key in ("publisher", "date", "description", "translator", "series")
    }
    chapters = given.get("chapters", [given])
    if not isinstance(chapters, list) or not chapters:
        bad_script(name, "“chapters” is no list of chapters", "“chapters”不是章节列表")
    if len(chapters) > MAX_CHAPTERS:
        too_large(name, f"it has {len(chapters)} chapters", f"共有 {len(chapters)} 章")
    for number, chapter in enumerate(chapters, 1):
        draft.add(_chapter(name, chapter, number, own_title="chapters" in given))
    return draft


def _chapter(name: str, given: object, number: int, *, own_title: bool) -> Chapter:
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, dict):
        bad_script(name, f"chapter {number} is no object", f"第 {number} 章不是对象")
    title = _words(name, given, "title", f"chapter {number}") if own_title else ""
    on = given.get("on", True)
    if not isinstance(on, bool):
        bad_script(
            name, f"“on” of chapter {number} is neither true nor false", f"第 {number} 章的“on”不是 true 或 false"
        )
    if "lines" not in given:
        text = _words(name, given, "text", f"chapter {number}")
        if not text and not title:
            bad_script(
                name, f"chapter {number} has neither “text” nor “lines”", f"第 {number} 章既没有“text”也没有“lines”"
            )
        return Chapter(title, as_text(clean(text).split("\n")), on=on)
    lines = given["lines"]
    if not isinstance(lines, list) or len(lines) > MAX_PARAGRAPHS:
        bad_script(name, f"“lines” of chapter {number} is no list", f"第 {number} 章的“lines”不是列表")
    written: list[str] = []
    quotations: list[Quotation] = []
    at = 0
    for place, line in enumerate(lines, 1):
        speaker, text = _line(name, line, f"line {place} of chapter {number}", f"第 {number} 章第 {place} 行")
        if not text:
            continue
        if speaker and is_speakable(text):
            quotations.append(Quotation(at, at + len(text), speaker, source="file"))
        written.append(text)
        at += len(text) + 1
    return Chapter(title, "\n".join(written), on=on, quotations=tuple(quotations))


def _line(name: str, given: object, where: str, where_zh: str) -> tuple[str, str]:
    """The speaker, empty for the narrator, and what is said."""
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, dict):
        bad_script(name, f"{where} is no object", f"{where_zh}不是对象")
    text = next((given[key] for key in _TEXT if key in given), None)
    speaker = next((given[key] for key in _SPEAKER if given.get(key) is not None), "")
    if not isinstance(text, str) or not isinstance(speaker, str):
        bad_script(
            name, f"{where} needs “text”, and “speaker” has to be a name", f"{where_zh}需要“text”，“speaker”应是名字"
        )
    if has_surrogates(text) or has_surrogates(speaker):
        bad_script(name, f"{where} holds half a character", f"{where_zh}有不完整的字符")
    speaker = " ".join(clean(speaker).split())
    if len(speaker) > _MOST_NAME:
        bad_script(
            name,
            f"the name in {where} is longer than {_MOST_NAME} characters",
            f"{where_zh}的名字超过 {_MOST_NAME} 个字符",
        )
    return "" if is_narrator(speaker) else speaker, as_text(clean(text).split("\n"))


def _words(name: str, given: Mapping[str, Any], key: str, where: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or has_surrogates(value):
        place = f" of {where}" if where else ""
        bad_script(name, f"“{key}”{place} is no text", f"“{key}”不是文字")
    return value

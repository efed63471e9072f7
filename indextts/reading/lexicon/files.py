"""The dictionary as a file: CSV with a header, or JSON. Reading is strict, and names each row that is wrong."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any, Final, cast

from indextts.model.errors import StudioError, because
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage import bounded
from indextts.platform.storage.bounded import BoundsError
from indextts.reading.lexicon.entry import (
    COLUMNS,
    MAX_ENTRIES,
    MAX_NOTE,
    MAX_READING,
    MAX_WORD,
    EntryDraft,
    from_fields,
    key_of,
)

_bad = partial(because, "bad_import")
_NEEDED: Final = ("word", "reading")

MAX_FILE_BYTES: Final = 16 * 1024 * 1024
_PIECE: Final = 2**16
_MAX_VALUES: Final = MAX_ENTRIES * (len(COLUMNS) + 2)
_MAX_ROW_CHARS: Final = 16 * (MAX_WORD + MAX_READING + MAX_NOTE)
"""Of a row of a CSV file, with room for white space and marks."""
_DELIMITERS: Final = (",", ";", "\t")
"""Spreadsheets write semicolons where the comma parts decimals, and tabs into what they call Unicode text."""
_MAX_TOLD: Final = 5  # Rows that one error names.

_COLUMNS: Final = {
    column: name
    for name, columns in {
        "word": (
            "word", "words", "term", "entry", "headword",
            "词", "词语", "单词", "词条", "生词", "字词", "术语", "詞", "詞語", "單詞",
        ),
        "reading": (
            "reading", "read as", "pronunciation", "pinyin", "ipa", "phonetic", "phonetics",
            "读法", "读音", "拼音", "发音", "注音", "音标", "讀法", "讀音", "發音",
        ),
        "kind": ("kind", "type", "类型", "种类"),
        "lang": ("lang", "language", "语言", "语种"),
        "enabled": ("enabled", "active", "启用"),
        "note": ("note", "notes", "comment", "comments", "remark", "remarks", "备注", "说明", "注释"),
    }.items()
    for column in columns
}  # fmt: skip
"""Columns as the page, spreadsheets and lists of words name them."""
_KINDS: Final = {
    "拼音": "pinyin", "英文读音": "arpabet", "替换文字": "text", "自动判断": "",
    "english sounds": "arpabet", "replacement text": "text", "detect": "",
}  # fmt: skip
"""Kinds as the page names them."""
_TRUTH: Final = dict.fromkeys(("", "1", "true", "yes", "是"), True) | dict.fromkeys(("0", "false", "no", "否"), False)


def read_csv(data: bytes) -> list[EntryDraft]:
    """The entries of a CSV file; row 1 tells what parts the cells: a comma, a semicolon or a tab.

    It is the header; where it has the name of no column, it is a word, its reading and a note, as those that follow. If
    these have sounds and it has none, its names are unknown, and it is no word.

    Raises :class:`StudioError` ``bad_import``.
    """
    data = _utf8(data)
    rows = _Lines(data)
    first = data[:_PIECE].partition(b"\n")[0]
    reader = csv.reader(rows, delimiter=max(_DELIMITERS, key=lambda sign: first.count(sign.encode())), strict=True)
    try:
        first_row = next(reader, [])
        header = [_COLUMNS.get(name.strip().lower(), name.strip().lower()) for name in first_row]
        if not _is_header(first_row, header):
            header = list(COLUMNS) if len(header) == len(COLUMNS) else ["word", "reading", "note"]
            made = _drafts(_csv_rows(chain([first_row], reader), header, rows, 1))
            sounds = [one.kind != "text" for one in made]
            if sounds and not sounds[0] and 2 * sum(sounds) >= len(sounds):
                raise _bad(
                    f"row 1 looks like a header: name its columns {', '.join(_NEEDED)}, or add such a row above it",
                    f"第 1 行像是表头：请把列名改为 {'、'.join(_NEEDED)}，或在上方加上这样一行",
                )
            return made
        _check_columns(header)
        rows.next_row()
        return _drafts(_csv_rows(reader, header, rows, 2))
    except csv.Error as error:
        raise _bad(f"line {reader.line_num}: {error}", f"第 {reader.line_num} 行：{error}") from error


def read_json(data: bytes) -> list[EntryDraft]:
    """The entries of ``{"entries": [{"word": …, "reading": …}, …]}``, or of the list alone.

    Raises :class:`StudioError` ``bad_import``.
    """
    data = _utf8(data)
    try:
        content = bounded.read_json(data.removeprefix(codecs.BOM_UTF8), values=_MAX_VALUES, tables=MAX_ENTRIES + 2)
    except BoundsError as error:
        match error.kind:
            case "form":
                why = str(error.__cause__)[:100]
                raise _bad(f"it is not JSON ({why})", f"不是有效的 JSON（{why}）") from error
            case "depth":
                raise _bad("it is nested too deeply", "嵌套过深") from error
            case "count":
                raise _bad(
                    f"it has more than {MAX_ENTRIES} entries, or more in them than entries have",
                    f"超过 {MAX_ENTRIES} 条，或条目中有多余的内容",
                ) from error
    if isinstance(content, dict) and set(content) == {"entries"}:
        content = content["entries"]
    if not isinstance(content, list):
        raise _bad(
            'it should be {"entries": [{"word": …, "reading": …}]}', '应为 {"entries": [{"word": …, "reading": …}]}'
        )
    return _drafts(_json_rows(content))


def write_csv(entries: Iterable[EntryDraft]) -> bytes:
    """UTF-8 with a mark at its beginning, by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in entries:
        fields = entry.as_json()
        truth = {True: "true", False: "false"}
        writer.writerow([_as_text(truth.get(fields[name], fields[name])) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def write_json(entries: Iterable[EntryDraft]) -> bytes:
    """One entry a line."""
    lines = ",\n".join(json.dumps(entry.as_json(), ensure_ascii=False) for entry in entries)
    return f'{{"entries": [\n{lines}\n]}}\n'.encode()


_FORMULA: Final = "=+-@\t\r＝＋－＠"  # Signs with which a cell begins that a spreadsheet would compute.
_QUOTE: Final = "'"  # A spreadsheet takes what stands behind it for text.


def _as_text(cell: str) -> str:
    """``cell`` with an apostrophe before it where a spreadsheet would compute it, or would drop its own."""
    return _QUOTE + cell if cell[:1] in (*_FORMULA, _QUOTE) and cell else cell


def _as_written(cell: str) -> str:
    """The cell that :func:`_as_text` was given; others stay as they are."""
    return cell[1:] if cell[:1] == _QUOTE and cell[1:2] in (*_FORMULA, _QUOTE) and cell[1:] else cell


class _Lines:
    """The lines of a CSV file, which refuse to be a row that no entry needs: cells take many times what they are."""

    def __init__(self, data: bytes) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")
        self._row = 1
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_MAX_ROW_CHARS + 1):
            self._taken += len(line)
            if self._taken > _MAX_ROW_CHARS:
                number = self._row
                raise _bad(
                    f"row {number}: it has more than {_MAX_ROW_CHARS} characters",
                    f"第 {number} 行：超过 {_MAX_ROW_CHARS} 个字符",
                )
            yield line

    def next_row(self) -> None:
        """Begin to count anew: what was read so far was a row."""
        self._row += 1
        self._taken = 0


def _csv_rows(
    reader: Iterable[list[str]], header: list[str], lines: _Lines, first: int
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, row in enumerate(reader, start=first):
        lines.next_row()
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            raise _bad(f"row {number}: it has more cells than the header", f"第 {number} 行：单元格多于表头")
        fields: dict[str, Any] = dict(zip(header, map(_as_written, row), strict=False))
        enabled = fields.get("enabled", "").strip().lower()
        if "enabled" in fields:
            fields["enabled"] = _TRUTH.get(enabled, enabled)
        kind = fields.get("kind", "").strip().lower()
        fields["kind"] = _KINDS.get(kind, kind) or None
        fields["lang"] = fields.get("lang", "").strip().lower() or None
        yield number, fields


def _json_rows(content: list[Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, item in enumerate(content, start=1):
        if not isinstance(item, dict):
            raise _bad(f"row {number}: it should be an object", f"第 {number} 行：应为对象")
        unknown = sorted(set(item) - {*COLUMNS, "id"})
        if unknown:
            raise _bad(
                f"row {number}: unknown field {unknown[0][:40]!r}", f"第 {number} 行：未知字段 {unknown[0][:40]!r}"
            )
        yield number, item


def _drafts(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[EntryDraft]:
    drafts: list[EntryDraft] = []
    seen: dict[str, int] = {}
    wrong: list[tuple[int, str, str]] = []
    for number, fields in rows:
        try:
            made = from_fields(fields)
        except StudioError as error:
            wrong.append((number, *_short(error)))
        else:
            first = seen.setdefault(key_of(made.word), number)
            if first != number:
                wrong.append(
                    (number, f"“{made.word}” is already in row {first}", f"“{made.word}”已在第 {first} 行出现")
                )
            drafts.append(made)
        if len(drafts) > MAX_ENTRIES:
            raise _bad(*_too_many())
        if len(wrong) > _MAX_TOLD:
            break
    if wrong:
        more = len(wrong) > _MAX_TOLD
        told = wrong[:_MAX_TOLD]
        raise _bad(
            "; ".join(f"row {number}: {en}" for number, en, _ in told) + ("; and more" if more else ""),
            "；".join(f"第 {number} 行：{zh}" for number, _, zh in told) + ("；等等" if more else ""),
        )
    return drafts


def _short(error: StudioError) -> tuple[str, str]:
    """What is wrong with one row, in both languages, without the lists of what there is."""
    details = error.details
    reason = cast(Bilingual, details["reason"])
    en, zh = reason.en.partition("; available: ")[0], reason.zh.partition("；可用的有")[0]
    if error.code == "bad_reading":
        return f"“{details['word']}” {en}", f"“{details['word']}”{zh}"
    return en, zh


def _is_header(row: list[str], header: list[str]) -> bool:
    """Whether row 1 names columns, as ``header`` has them; a word among their names may also be one to say."""
    if len(row) < 2 or {*_NEEDED} <= {*header}:
        return True
    with suppress(StudioError):
        if from_fields({"word": row[0], "reading": row[1]}).kind != "text":
            return False
    return not {*header}.isdisjoint(COLUMNS)


def _check_columns(header: list[str]) -> None:
    for name in _NEEDED:
        if name not in header:
            raise _bad(f"row 1 has no column {name}", f"第 1 行缺少列 {name}")
    for name in header:
        if name not in COLUMNS or header.count(name) > 1:
            shown = name[:40]
            raise _bad(
                f"row 1: the column “{shown}” is not one of {', '.join(COLUMNS)}, each at most once",
                f"第 1 行：列“{shown}”不在 {'、'.join(COLUMNS)} 之中，或重复出现",
            )


def _too_many() -> tuple[str, str]:
    return f"it has more than {MAX_ENTRIES} entries", f"超过 {MAX_ENTRIES} 条"


def _utf8(data: bytes) -> bytes:
    """``data`` in UTF-8: spreadsheets in Chinese still write GB 18030, and what they call Unicode text is UTF-16."""
    if len(data) > MAX_FILE_BYTES:
        raise _bad(f"it is larger than {MAX_FILE_BYTES} bytes", f"超过 {MAX_FILE_BYTES} 字节")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _recoded(data, "utf-16")
    try:
        return _recoded(data, "utf-8")
    except StudioError:
        with suppress(StudioError):
            return _recoded(data, "gb18030")
        raise


def _recoded(data: bytes, encoding: str) -> bytes:
    """A piece at a time: as a whole it may take four times its bytes."""
    decoder = codecs.getincrementaldecoder(encoding)()
    out = bytearray()
    foreign = rare = 0
    for begin in range(0, len(data) + 1, _PIECE):
        try:
            text = decoder.decode(data[begin : begin + _PIECE], begin + _PIECE > len(data))
        except UnicodeDecodeError as error:
            raise _not_text(out.count(b"\n") + error.object.count(b"\n", 0, error.start) + 1) from error
        out += text.encode()
        if encoding == "gb18030":
            foreign += sum(char > "\x7f" for char in text)
            rare += len(text) - len(text.encode("gb2312", "ignore").decode("gb2312"))
    if 2 * rare > foreign:  # of a Western encoding, whose letters in pairs are rare characters
        raise _not_text(1)
    return bytes(out)


def _not_text(line: int) -> StudioError:
    return _bad(
        f"line {line} is not UTF-8 text; save the file as “CSV UTF-8”",
        f"第 {line} 行不是 UTF-8 文本；请另存为“CSV UTF-8”",
    )

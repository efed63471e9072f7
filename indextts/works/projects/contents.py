"""What a project may hold, as it is given and as it is stored; and the name of a project that was given none."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeGuard

from pydantic import Field

from indextts.model.errors import StudioError
from indextts.model.fields import (
    LATER,
    NO_LINE,
    FieldRule,
    Flag,
    Given,
    OneLine,
    Schema,
    Text,
    Whole,
    absent,
)
from indextts.model.settings import NO_TEXT, SAMPLED, SETTINGS
from indextts.reading.lexicon.entry import COLUMNS, EntryDraft, from_fields, key_of

MAX_NAME: Final = 120
MAX_TEXT: Final = 200_000
"""Characters of a text that is worked on; how many are spoken at once is another matter."""
MAX_WORDS: Final = 1_000
"""Entries of a project's own dictionary."""
MAX_VALUES: Final = 64
"""Of a table."""
MAX_LABEL: Final = 64

_SETTING: Final = "[A-Za-z_][A-Za-z0-9_]{0,63}"
_VALUE: Final = Text(1_000)
_NUMBER: Final = (int, float)
_KINDS: Final[Mapping[Any, tuple[Any, str, str]]] = {
    bool: (bool, "true or false", " true 或 false"),
    str: (str, "a text", "文字"),
    **dict.fromkeys(_NUMBER, (_NUMBER, "a number", "数字")),
}
_OF_A_KIND: Final = {name: _KINDS[row.kind] for name, row in {**SETTINGS, **SAMPLED}.items() if row.kind in _KINDS}
"""Settings of a request whose values are single ones: what each is, in Python and in words."""
_TITLE_WIDTH: Final = 24
"""Of Chinese characters; of others two go into the room of one."""
_READ_AT_MOST: Final = 2_000
"""Characters that a title is looked for in."""
_HTML_BLOCKS: Final = re.compile(r"(?i)</?(?:p|br|hr|div|li|h[1-6]|tr|td|script|section|article)\b[^<>\n]*>")
_READ_SO: Final = re.compile(r"<([^<>|]*)\|[^<>]*>")
_TAGS: Final = re.compile(r"(?m:^ {0,3}#{1,6}[ \t]+(?=\S))|\[/?[^\[\]\n]{1,40}\]|</?[A-Za-z][^<>\n]*>")
_CUE_LINES: Final = 6
"""Lines among which the first time of subtitles stands."""
_NO_WORDS: Final = re.compile(r"\d+$|.*-->|WEBVTT|(?:Kind|Language|NOTE):?\s")
"""What nobody says of subtitles: numbers of cues, times, the head."""
_HALF_A_WORD: Final = re.compile(r"(?<=[^A-Za-z0-9'’-])[A-Za-z0-9'’-]+$")
_SENTENCE: Final = re.compile(r"[^。！？!?；;…\n]*[。！？!?；;…]?")


class _Settings(FieldRule):
    """Names and plain values, or tables of these. What they mean is the page's, but a setting of a request is of its
    kind; whether it can be spoken with is checked then.
    """

    def check(self, value: Any, context: Any) -> dict[str, Any]:
        if not _is_table(value) or not all(_is_single(one) or _is_table(one, flat=True) for one in value.values()):
            raise self.refuse("it should be a table of names and plain values.", "应是名称与简单值的表。")
        for name, (kind, english, chinese) in _OF_A_KIND.items():
            one = value.get(name)
            if one is not None and (not isinstance(one, kind) or (isinstance(one, bool) and kind is not bool)):
                raise self.refuse(f"“{name}” should be {english}.", f"“{name}”应是{chinese}。")
        return dict(value)

    def schema(self) -> Schema:
        number = {"type": "number", "exclusiveMinimum": -(2**53), "exclusiveMaximum": 2**53}
        kinds = {bool: {"type": "boolean"}, str: _VALUE.schema(), _NUMBER: number}
        none = {"type": "null"}
        known = {name: {"anyOf": [kinds[kind], none]} for name, (kind, *_) in _OF_A_KIND.items()}
        return {**_table(*kinds.values(), none, _table(*kinds.values(), none)), "properties": known}


class _Speakers(FieldRule):
    """Labels and voices."""

    def check(self, value: Any, context: Any) -> dict[str, str]:
        if isinstance(value, Mapping) and len(value) <= MAX_VALUES:
            labels = all(map(_is_label, value))
            if labels and all(isinstance(voice, str) and _is_single(voice) for voice in value.values()):
                return dict(value)
        raise self.refuse("it should be a table of labels and voices.", "应是标签与音色的表。")

    def schema(self) -> Schema:
        labels = OneLine(MAX_LABEL, needed=True).schema()
        size = {"maxProperties": MAX_VALUES}
        return {"type": "object", "propertyNames": labels, "additionalProperties": _VALUE.schema(), **size}


class _Words(FieldRule):
    """Entries of a dictionary, each word once."""

    def check(self, value: Any, context: Any) -> list[dict[str, Any]]:
        tables = isinstance(value, Sequence) and not isinstance(value, str)
        if not tables or not all(isinstance(one, Mapping) for one in value):
            raise self.refuse("it should be a list of entries.", "应是词条列表。")
        if len(value) > MAX_WORDS:
            raise self.refuse(f"it holds at most {MAX_WORDS} entries.", f"最多 {MAX_WORDS} 条。")
        if not all(one.keys() <= set(COLUMNS) for one in value):
            names = ", ".join(COLUMNS)
            raise self.refuse(f"an entry has no other fields than {names}.", f"词条只能有 {names}。")
        words: dict[str, EntryDraft] = {}
        for draft in map(from_fields, value):
            if words.setdefault(key_of(draft.word), draft) is not draft:
                raise StudioError("entry_exists", word=draft.word)
        return [draft.as_json() for draft in words.values()]

    def schema(self) -> Schema:
        return {LATER: "entries", "maxItems": MAX_WORDS}


Words = Annotated[list[dict[str, Any]], _Words(), Field(description="Entries that come before those of `/v1/lexicon`.")]


class ProjectContents(Given):
    """What a person works on."""

    name: Annotated[str, OneLine(MAX_NAME), Field(description="Empty: called by its text.")] = ""
    text: Annotated[str, Text(MAX_TEXT)] = ""
    settings: Annotated[
        dict[str, Any],
        _Settings(),
        Field(description="As the page shows them, all of them; what is spoken is checked then."),
    ] = Field(default_factory=dict)
    speakers: Annotated[dict[str, str], _Speakers()] | None = None
    dictionary: Words = Field(default_factory=list)


class ProjectChange(ProjectContents):
    """A change of a project."""

    favourite: Flag = absent
    revision: Annotated[
        int,
        Whole(1),
        Field(description="The one that contents are to be written over: 409 where another window was faster."),
    ] = absent


def title_of(text: str) -> str:
    """The default name of a text: its beginning, without marks."""
    lines = [line for line in map(str.strip, plain_of(text).splitlines()) if line]
    if any("-->" in line for line in lines[:_CUE_LINES]):
        lines = [line for line in lines if not _NO_WORDS.match(line)] or lines
    first = next(iter(lines), "")
    sentence = " ".join((_SENTENCE.match(first) or [first])[0].split()) or first
    shorter = sentence.rstrip("。；;")
    if _width(shorter) <= _TITLE_WIDTH:
        return shorter
    return shortened(sentence, _TITLE_WIDTH, _width)


def plain_of(text: str) -> str:
    """The beginning of a text without marks, those of HTML too."""
    parted = _HTML_BLOCKS.sub("\n", text[:_READ_AT_MOST])
    return html.unescape(_TAGS.sub("", _READ_SO.sub(r"\1", parted)))


def shortened(text: str, most: int, size: Callable[[str], float] = len) -> str:
    """``text``, or its beginning with “…” where it is longer than ``most``: not the half of a word in letters."""
    cut = text
    while size(cut) > most - (cut is not text):
        cut = cut[:-1]
    if cut is text:
        return text
    cut = _HALF_A_WORD.sub("", cut) if text[len(cut)].isalnum() else cut
    return f"{cut.rstrip(' ,，、')}…"


def _width(text: str) -> float:
    """How much room it takes, in Chinese characters."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def _is_table(value: object, *, flat: bool = False) -> TypeGuard[Mapping[str, Any]]:
    if not isinstance(value, Mapping) or len(value) > MAX_VALUES or not all(map(_is_setting, value)):
        return False
    return not flat or all(map(_is_single, value.values()))


def _is_setting(name: object) -> bool:
    return isinstance(name, str) and re.fullmatch(_SETTING, name) is not None


def _is_single(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _VALUE.most and not NO_TEXT.search(value)
    # Not-a-number is below nothing.
    return value is None or isinstance(value, bool) or (isinstance(value, (int, float)) and abs(value) < 2**53)


def _is_label(label: object) -> bool:
    return isinstance(label, str) and len(label) <= MAX_LABEL and bool(label.strip()) and not NO_LINE.search(label)


def _table(*values: Schema) -> Schema:
    return {
        "type": "object",
        "maxProperties": MAX_VALUES,
        "propertyNames": {"pattern": f"^{_SETTING}$"},
        "additionalProperties": {"anyOf": list(values)},
    }

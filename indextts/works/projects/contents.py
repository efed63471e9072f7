"""What a project may hold, checked before it is stored; and the name of a project that was given none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.reading.lexicon.entry import COLUMNS, EntryDraft, from_fields, key_of

MAX_NAME: Final = 120
MAX_TEXT: Final = 200_000
"""Characters of a text that is worked on; how many are spoken at once is another matter."""
MAX_WORDS: Final = 1_000
"""Entries of a project's own dictionary."""

MAX_VALUES: Final = 64
"""Of a table."""
SETTING: Final = "[A-Za-z_][A-Za-z0-9_]{0,63}"
"""What the name of a setting is, as a regular expression."""
MAX_LABEL: Final = 64

_LINE: Final = re.compile(r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]*")
_LONGEST_VALUE: Final = 1_000
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
_TITLE_CHARS: Final = 24
_READ_AT_MOST: Final = 2_000
"""Characters that a title is looked for in."""
_READ_SO: Final = re.compile(r"<([^<>|]*)\|[^<>]*>")
_TAGS: Final = re.compile(r"\[/?[^\[\]\n]{1,40}\]|</?[A-Za-z][^<>\n]*>")
_SENTENCE: Final = re.compile(r"[^。！？!?；;…\n]*[。！？!?；;…]?")


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The contents of a project as they are stored. Raises :class:`StudioError` with the first thing that is wrong."""
    done: dict[str, Any] = {}
    for name, value in fields.items():
        match name:
            case "name":
                done[name] = _name(value)
            case "text":
                done[name] = _text(value)
            case "settings":
                done[name] = _settings(value)
            case "speakers":
                done[name] = None if value is None else _speakers(value)
            case "dictionary":
                done[name] = _dictionary(value)
            case _:
                raise wrong(name, "a project has no such part.", "项目没有这一项。")
    return done


def title_of(text: str) -> str:
    """The default name of a text: its beginning, without marks."""
    plain = _TAGS.sub("", _READ_SO.sub(r"\1", text[:_READ_AT_MOST]))
    first = next((line for line in map(str.strip, plain.splitlines()) if line), "")
    sentence = " ".join((_SENTENCE.match(first) or [first])[0].split()) or first
    sentence = sentence.rstrip("。；;") if len(sentence) <= _TITLE_CHARS + 1 else sentence
    return sentence if len(sentence) <= _TITLE_CHARS else f"{sentence[: _TITLE_CHARS - 1].rstrip()}…"


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME or not _LINE.fullmatch(value):
        english = f"it should be a line of at most {MAX_NAME} characters."
        raise wrong("name", english, f"应为不超过 {MAX_NAME} 个字的一行文字。")
    return " ".join(value.split())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise wrong("text", "it should be a string.", "应是文字。")
    if len(value) > MAX_TEXT:
        raise StudioError("text_too_long", length=len(value), limit=MAX_TEXT)
    for place, char in enumerate(value):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise StudioError("text_invalid", what=f"U+{ord(char):04X}", position=place + 1)
    return value


def _settings(value: object) -> dict[str, Any]:
    """Names and plain values, or tables of these. What they mean is the page's; what is spoken is checked then."""
    if not _is_table(value) or not all(_is_single(one) or _is_table(one, flat=True) for one in value.values()):
        raise wrong("settings", "it should be a table of names and plain values.", "应是名称与简单值的表。")
    return dict(value)


def _is_table(value: object, *, flat: bool = False) -> TypeGuard[Mapping[str, Any]]:
    if not isinstance(value, Mapping) or len(value) > MAX_VALUES or not all(map(_is_setting, value)):
        return False
    return not flat or all(map(_is_single, value.values()))


def _is_setting(name: object) -> bool:
    return isinstance(name, str) and re.fullmatch(SETTING, name) is not None


def _is_single(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_VALUE and not _NO_TEXT.search(value)
    # Not-a-number is below nothing.
    return value is None or isinstance(value, bool) or (isinstance(value, (int, float)) and abs(value) < 2**53)


def _speakers(value: object) -> dict[str, str]:
    if isinstance(value, Mapping) and len(value) <= MAX_VALUES:
        labels = all(map(_is_label, value))
        if labels and all(isinstance(voice, str) and _is_single(voice) for voice in value.values()):
            return dict(value)
    raise wrong("speakers", "it should be a table of labels and voices.", "应是标签与音色的表。")


def _is_label(label: object) -> bool:
    if not isinstance(label, str) or len(label) > MAX_LABEL:
        return False
    return bool(label.strip()) and _LINE.fullmatch(label) is not None


def _dictionary(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, Mapping) for one in value):
        raise wrong("dictionary", "it should be a list of entries.", "应是词条列表。")
    if len(value) > MAX_WORDS:
        raise wrong("dictionary", f"it holds at most {MAX_WORDS} entries.", f"最多 {MAX_WORDS} 条。")
    drafts = [from_fields(table("dictionary", fields, COLUMNS)) for fields in value]
    words: dict[str, EntryDraft] = {}
    for draft in drafts:
        if words.setdefault(key_of(draft.word), draft) is not draft:
            raise StudioError("entry_exists", word=draft.word)
    return [draft.as_json() for draft in drafts]


def table(name: str, value: object, known: Sequence[str] = ()) -> Mapping[str, Any]:
    """``value``, which should be a table, with no other names than those ``known`` where they are given."""
    if not isinstance(value, Mapping):
        raise wrong(name, "it should be a table of names and values.", "应是名称与值的表。")
    for key in value:
        if known and key not in known:
            names = ", ".join(known)
            raise wrong(
                name, f"it has no “{printable(key)}”; available: {names}.", f"没有“{printable(key)}”，有 {names}。"
            )
    return value


def wrong(field: str, english: str, chinese: str) -> StudioError:
    return StudioError("invalid_value", field=field, reason=Bilingual(english, chinese))

"""Azure's SSML in the studio's own words.

    read = read_ssml(document, voice_of)
    read.text       # "<speak><voice name='zf_xiaoxiao'>[happy]你好。[/happy]</voice></speak>"
    read.left_out   # ["mstts:viseme"]

What the studio's SSML has stays as it is (:mod:`indextts.reading.markup`); styles become emotions; values beyond its
bounds become the nearest; what it lacks is left out, its text is spoken, and its name is told.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from indextts.model.errors import StudioError, because, printable
from indextts.reading.emotion.instructions import read_instructions
from indextts.reading.markup import parse, values
from indextts.reading.markup.tags import ATTRIBUTES, snippet

_UNHEARD: Final = frozenset(
    {"bookmark", "mark", "lexicon", "meta", "metadata", "viseme", "backgroundaudio", "audioduration"}
)
"""Elements whose text is no text to be spoken."""
_ALPHABETS: Final = frozenset({"pinyin", "x-pinyin", "py", "arpabet", "x-arpabet", "cmu-arpabet", "x-cmu"})
_BASE_HZ: Final = 200.0
"""The voice that a change of pitch in Hz is counted from."""
_MOST_DEPTH: Final = 40
_RELATIVE: Final = re.compile(r"([+-])\s*(\d{1,4}(?:\.\d+)?)\s*(%|st|hz)?", re.IGNORECASE)
_MEANINGS: Final[Mapping[str, Callable[[str], object]]] = {
    "rate": values.rate, "pitch": values.pitch, "volume": values.volume, "time": values.seconds,
    "strength": partial(values.named, "strength", table=values.STRENGTHS), "level": values.level,
    "interpret-as": values.say_as, "xml:lang": values.language,
}  # fmt: skip
"""What the studio makes of an attribute."""
_ENDS: Final = {
    "rate": ("25%", "400%", ("%", "")),
    "pitch": ("-12st", "+12st", ("%", "st")),
    "volume": ("-24dB", "+12dB", ("%", "db")),
    "time": ("0s", f"{values.MAX_PAUSE_S:g}s", ("s", "ms")),
}
"""The least and the most that it takes, and the units."""
_WRITTEN: Final = re.compile(r"([+-]?)(\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})\s*([a-z%]{0,2})", re.IGNORECASE)
_NOTHING_WITHOUT: Final = {"voice": {"name"}, "prosody": {"rate", "pitch", "volume"}, "say-as": {"interpret-as"},
                           "lang": {"xml:lang"}}  # fmt: skip
_ABSOLUTE: Final = re.compile(r"\d{1,3}(?:\.\d+)?")


@dataclass(frozen=True)
class AzureText:
    """What a document says."""

    text: str
    """In the studio's SSML."""
    left_out: tuple[str, ...]
    """Elements and attributes that were not used."""
    changed: tuple[str, ...]
    """Values that became the nearest."""


def read_ssml(document: bytes, voice_of: Callable[[str], str]) -> AzureText:
    """Read ``document``; ``voice_of`` gives the voice for a name, empty for none.

    Raises :class:`StudioError` ``malformed`` where it is no SSML, and ``bad_markup`` with a tag of the document's own.
    """
    parser = expat.ParserCreate()
    reader = _Reader(voice_of, parser)
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        raise _malformed(
            f"it is not well-formed at line {line}, column {column}", f"第 {line} 行第 {column} 列格式有误"
        ) from error
    except ValueError as error:  # its encoding is none that is known
        raise _malformed("its encoding is not known; use UTF-8", "编码未知，请用 UTF-8") from error
    text = "".join(reader.out)
    try:
        parse(text)
    except StudioError as error:
        at = reader.places[bisect(reader.places, (int(str(error.details["position"])), 0)) - 1][1]
        written, position = document[at:].decode("utf-8", "replace"), len(document[:at].decode("utf-8", "replace"))
        tag, reason = printable(snippet(written, 0), 60), error.details["reason"]
        raise StudioError("bad_markup", position=position + 1, tag=tag, reason=reason) from error
    return AzureText(text, *(tuple(dict.fromkeys(told)) for told in (reader.left_out, reader.changed)))


class _Reader:
    def __init__(self, voice_of: Callable[[str], str], parser: expat.XMLParserType) -> None:
        self.out: list[str] = []
        self.left_out: list[str] = []
        self.changed: list[str] = []
        self.places: list[tuple[int, int]] = []
        """Where in what goes out an element begins, and at which byte of the document."""
        self._length = 0
        self._parser = parser
        self._voice_of = voice_of
        self._ends: list[str] = []
        """What closes each element that is open."""
        self._unheard = 0

    def doctype(self, *_: object) -> None:
        raise _malformed("document types are not accepted", "不接受文档类型")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._ends) >= _MOST_DEPTH:
            raise _malformed("it is nested too deeply", "嵌套太深")
        if not self._ends and name != "speak":
            raise _malformed("it should begin with <speak>", "应以 <speak> 开头")
        local = name.rpartition(":")[2]
        if self._unheard or local in _UNHEARD:
            self._unheard += 1
            self._ends.append("")
            self.left_out.append(name)
            return
        opened, closed = self._tags(name, local, attributes)
        self.places.append((self._length + 1, self._parser.CurrentByteIndex))
        self._write(opened)
        self._ends.append(closed)

    def end(self, _: str) -> None:
        self._write(self._ends.pop())
        self._unheard = max(0, self._unheard - 1)

    def data(self, text: str) -> None:
        if not self._unheard:
            self._write(escape(text).replace("[", "<![CDATA[[]]>"))  # text is text, and no mark of the studio's

    def _write(self, text: str) -> None:
        self.out.append(text)
        self._length += len(text)

    def _tags(self, name: str, local: str, attributes: Mapping[str, str]) -> tuple[str, str]:
        """What opens and closes an element in the studio's words; nothing where there is no such thing."""
        if local == "express-as":
            return self._style(attributes)
        if name not in ATTRIBUTES:
            self.left_out.append(name)
            return "", ""
        kept = {key: value for key, value in attributes.items() if key in ATTRIBUTES[name]}
        if name == "speak":
            return "<speak>", "</speak>"
        self.left_out += [
            f"{name} {key}" for key in attributes if key not in kept and ":" not in key and key != "xmlns"
        ]
        if name == "voice":
            kept = {"name": found} if (found := self._voice_of(attributes.get("name", ""))) else {}
        elif name == "prosody":
            kept = {key: _change(key, value) for key, value in kept.items()}
        elif name == "phoneme" and attributes.get("alphabet", "").lower() not in _ALPHABETS:
            self.left_out.append("phoneme")
            return "", ""
        kept = {key: self._nearest(name, key, value) for key, value in kept.items()}
        kept = {key: value for key, value in kept.items() if value or key not in _MEANINGS}
        if name in _NOTHING_WITHOUT and _NOTHING_WITHOUT[name].isdisjoint(kept):
            return "", ""
        written = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        return f"<{name}{written}>", f"</{name}>"

    def _nearest(self, name: str, key: str, value: str) -> str:
        """A value that the studio has: this one, or the end of its bounds; empty where it is none, which is told."""
        meaning = _MEANINGS.get(key)
        if meaning is None or not value:
            return value
        with suppress(values.BadValueError):
            meaning(value)
            return value
        low, high, units = _ENDS.get(key, ("", "", ()))
        found = _WRITTEN.fullmatch(value.strip())
        sign, number, unit = (found[1], float(found[2]), found[3].lower()) if found else ("", 0.0, "?")
        if unit not in units or (key == "pitch" and not sign):
            self.left_out.append(f"{name} {key}")
            return ""
        with suppress(values.BadValueError):  # it has more digits than the studio reads
            meaning(shorter := f"{sign}{number:.4f}{unit}")
            return shorter
        below = sign == "-" or (key == "rate" and not sign and number < (100.0 if unit else 1.0))
        nearest = low if below else high
        self.changed.append(f"{name} {key} {value} ({nearest})")
        return nearest

    def _style(self, attributes: Mapping[str, str]) -> tuple[str, str]:
        style = attributes.get("style", "")
        emotion = read_instructions(style.replace("-", " ")).emotion
        if not emotion:
            self.left_out.append(f"style {style}")
            return "", ""
        return f"[{emotion}]", f"[/{emotion}]"


def _malformed(english: str, chinese: str) -> StudioError:
    return because("malformed", f"the SSML cannot be read: {english}.", f"无法读取 SSML：{chinese}。")


def _change(name: str, value: str) -> str:
    """A value of ``prosody`` as the studio writes it; empty where it changes nothing or cannot be said."""
    value = value.strip()
    if value in ("default", "medium") or ((found := _RELATIVE.fullmatch(value)) and float(found[2]) == 0):
        return ""
    if found and name == "rate" and not found[3]:  # what follows a sign without a unit is a percentage
        return f"{found[1]}{found[2]}%"
    if found and name == "pitch" and (found[3] or "hz").lower() == "hz":
        hz = float(f"{found[1]}{found[2]}")
        return f"{12 * math.log2(max(1 + hz / _BASE_HZ, 1e-3)):+.2f}st"
    if found and name == "volume" and not found[3]:
        return f"{found[1]}{found[2]}%"
    if name == "volume" and _ABSOLUTE.fullmatch(value):  # from 0 to 100
        return f"{20 * math.log10(max(float(value), 6.4) / 100):+.2f}dB"
    if name == "volume" and value == "silent":
        return "-24dB"
    return value

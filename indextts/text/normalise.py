"""The spoken form of sentences, with every character's place in the written text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from indextts.text import chars, fst, rules, sentences
from indextts.utterance import Change, Lang

_Add = Callable[[str, int, int, tuple[Change, ...], Lang], None]


@dataclass
class Spoken:
    """A sentence as it is said. ``starts``, ``ends``, ``changes`` and ``langs`` run along ``text``.

    Offsets are those of the written text; the characters of one rewriting share its whole span.
    """

    lang: Lang
    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    changes: list[tuple[Change, ...]] = field(default_factory=list)
    langs: list[Lang] = field(default_factory=list)


def speak(text: str, *, lang: Lang | None = None) -> Iterator[Spoken]:
    """The sentences of a written text in their spoken form. ``lang`` fixes the language of all."""
    cleaned = chars.clean(text)
    for sentence in sentences.split(cleaned.text, lang=lang):
        yield _sentence(sentence, cleaned, text)


def normalise_line(line: str, lang: Literal["zh", "en", "auto"] = "auto") -> str:
    """The spoken form of one line, on one line."""
    flat = re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", line)
    parts: list[str] = []
    for spoken in speak(flat, lang=None if lang == "auto" else lang):
        if parts and not chars.is_hanzi(spoken.text[:1]) and parts[-1][-1:].isascii():
            parts.append(" ")
        parts.append(_tidy(spoken.text))
    return "".join(parts).strip()


def _sentence(sentence: sentences.Sentence, cleaned: chars.Cleaned, written: str) -> Spoken:
    text = sentence.text
    simple = text
    if any("\u4e00" <= char <= "\u9fff" and fst.is_traditional(char) for char in text):
        simple = fst.simplify(text)
    spoken = Spoken(sentence.lang)
    pieces: list[str] = []

    def add(said: str, start: int, end: int, changes: tuple[Change, ...], lang: Lang) -> None:
        # What has been put in must not grow together with letters beside it.
        if pieces and _grows(pieces[-1][-1:]) and _grows(said[:1]):
            names = {change.rule for change in (*changes, *spoken.changes[-1])}
            said = said if names <= {"character"} else f" {said}"
        pieces.append(said)
        spoken.starts.extend([start] * len(said))
        spoken.ends.extend([end] * len(said))
        spoken.changes.extend([changes] * len(said))
        spoken.langs.extend([lang] * len(said))

    def keep(first: int, last: int) -> None:
        for index in range(first, last):
            place = sentence.start + index
            start, end = cleaned.starts[place], cleaned.ends[place]
            char = simple[index]
            add(char, start, end, _folding(written[start:end], text[index], char), sentence.lang)

    done = 0
    for rewrite in _rewrites(simple, sentence.lang):
        keep(done, rewrite.start)
        start = cleaned.starts[sentence.start + rewrite.start]
        end = cleaned.ends[sentence.start + rewrite.end - 1]
        if rewrite.rule == "digits" and rewrite.end - rewrite.start >= 16:
            _spell(rewrite, sentence.start, cleaned, add)
        else:
            change = Change(written[start:end], re.sub(r" +", " ", rewrite.spoken).strip(), rewrite.rule)
            add(rewrite.spoken, start, end, (change,), rewrite.lang)
        done = rewrite.end
    keep(done, len(simple))
    spoken.text = "".join(pieces)
    return spoken


def _grows(char: str) -> bool:
    return chars.is_latin(char) or char == "'"


def _spell(rewrite: rules.Rewrite, offset: int, cleaned: chars.Cleaned, add: _Add) -> None:
    """An endless number: each digit is a rewriting of its own, so that the cost stays linear."""
    spoken = rewrite.spoken.split() if rewrite.lang == "en" else list(rewrite.spoken)
    for place, said in enumerate(spoken, start=offset + rewrite.start):
        change = Change(cleaned.text[place], said, rewrite.rule)
        piece = f"{said} " if rewrite.lang == "en" else said
        add(piece, cleaned.starts[place], cleaned.ends[place], (change,), rewrite.lang)


def _rewrites(text: str, lang: Lang) -> list[rules.Rewrite]:
    """The rewritings of a sentence, English clauses inside a Chinese one by the English rules."""
    if lang == "en":
        return rules.find(text, "en")
    stretches = sentences.english_stretches(text)
    if not stretches:
        return rules.find(text, "zh")
    found: list[rules.Rewrite] = []
    done = 0
    for start, end in [*stretches, (len(text), len(text))]:
        for first, last, side in ((done, start, "zh"), (start, end, "en")):
            for r in rules.find(text[first:last], "zh" if side == "zh" else "en"):
                found.append(rules.Rewrite(r.start + first, r.end + first, r.spoken, r.rule, r.lang))
        done = end
    return found


def _folding(was: str, plain: str, became: str) -> tuple[Change, ...]:
    """The change of one character by folding or simplification, if a reader would see one."""
    if was == became or not became.strip():
        return ()
    if plain != became:
        return (Change(was, became, "traditional"),)
    return (Change(was, became, "character"),) if chars.is_spoken(became) else ()


def _tidy(text: str) -> str:
    """Spaces as a person would set them around what has been put in."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" (?=[,.!?;:，。！？；：、)])", "", text)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text).strip()

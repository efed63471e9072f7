r"""Fountain, the plain form of screenplays: each scene a chapter, what people say theirs, how they say it left out.

is_fountain("INT. HOUSE - DAY\n\nTOM (V.O.)\nIt rained.\n")      # by its form, whatever the file is called
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from indextts.books.model import MAX_CHAPTERS, Chapter, Quotation
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import too_large
from indextts.books.reading.tidy import clean, is_speakable, joined, without
from indextts.platform.tables import pattern_of
from indextts.voices.labels import is_narrator

_SCENE: Final = pattern_of(__file__, "fountain_scene", "forms.yaml")
_WHERE: Final = {"INT": "Interior", "EXT": "Exterior", "EST": "Exterior"}
_NUMBER: Final = re.compile(r"\s*#[\w.\-]{1,10}#\s*$")
_FIELD: Final = re.compile(r"(?P<key>[A-Za-z][A-Za-z ]{1,20}):\s*(?P<value>.*)")
_CUE: Final = pattern_of(__file__, "fountain_cue", "forms.yaml")
_TRANSITION: Final = re.compile(r"[^a-z]{2,40}TO:|FADE (?:IN|OUT)[.:]?|>[^<]*")
_MANNER: Final = re.compile(r"[(（][^()（）]{1,200}[)）]")
_TITLED: Final = {"title": "title", "author": "author", "authors": "author"}
_FEWEST: Final = 2  # scenes, and lines that name who speaks, of a text that is taken for a screenplay by its form


def is_fountain(head: str) -> bool:
    """Whether a text that begins with ``head`` is a screenplay."""
    lines = head.split("\n")
    scenes = sum(bool(line[:1].isupper() and line[:3].isupper() and _SCENE.fullmatch(line.strip())) for line in lines)
    return scenes >= _FEWEST and sum(_is_cue(lines, at) for at in range(len(lines))) >= _FEWEST


def read_fountain(name: str, text: str) -> Draft:
    """The scenes of a screenplay. Raises :class:`StudioError` ``book_too_large`` for more than a book has."""
    draft = Draft()
    lines = _without_title_page(
        clean(without(without(text.lstrip("\ufeff"), "/*", "*/"), "[[", "]]")).split("\n"), draft
    )
    scene = Scene("")
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if heading := _heading(lines, at):
            draft.add(scene.chapter())
            scene = Scene(heading)
            if len(draft.chapters) > MAX_CHAPTERS:
                too_large(name, f"it has more than {MAX_CHAPTERS:,} scenes", f"场景超过 {MAX_CHAPTERS:,} 个")
        elif match := _CUE.fullmatch(line) if _is_cue(lines, at) else None:
            speaker = _name(match["forced"] or match["name"])
            said = ""
            while at + 1 < len(lines) and lines[at + 1].strip():
                at += 1
                # A line may begin with how it is said, and end with it.
                said = joined(said, " ".join(_plain(_MANNER.sub(" ", lines[at])).split()))
            scene.say("" if is_narrator(speaker) else speaker, said)
        elif line and not _TRANSITION.fullmatch(line) and not re.match(r"={1,3}(?:\s|$)|={3,}$|#", line):
            scene.say("", _plain(line.strip("><") if line[0] == ">" else line))
        at += 1
    draft.add(scene.chapter())
    return draft


class Scene:
    """A chapter that is still being read."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._lines: list[str] = []
        self._quotations: list[Quotation] = []
        self._size = 0

    def say(self, speaker: str, said: str) -> None:
        """What a person says, or the narrator, whose name is empty."""
        if not said:
            return
        if speaker and is_speakable(said):
            self._quotations.append(Quotation(self._size, self._size + len(said), speaker, source="file"))
        self._lines.append(said)
        self._size += len(said) + 1

    def chapter(self) -> Chapter:
        return Chapter(self._title, "\n".join(self._lines), level=2, quotations=tuple(self._quotations))


def _without_title_page(lines: list[str], draft: Draft) -> list[str]:
    """The lines below the fields at the top; title and author go into ``draft``."""
    if not lines or not _FIELD.fullmatch(lines[0].strip()) or _TRANSITION.fullmatch(lines[0].strip()):
        return lines
    end = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    key = ""
    for line in lines[:end]:
        match = _FIELD.fullmatch(line) if line[:1].strip() else None
        key = _TITLED.get(match["key"].casefold(), "") if match else key
        value = _plain((match["value"] if match else line).strip())
        if key and value:
            setattr(draft, key, f"{getattr(draft, key)} {value}".strip())
    return lines[end:]


def _heading(lines: Sequence[str], at: int) -> str:
    """The name of the scene that a line begins; empty for any other line."""
    match = _SCENE.fullmatch(_NUMBER.sub("", lines[at].strip()))
    if not match or (at and lines[at - 1].strip()):
        return ""
    where = (match["where"] or "").upper()
    place = _name(_plain(match["forced"] or match["rest"]))
    return f"{_WHERE.get(where, 'Interior and exterior')}: {place}" if where else place


def _is_cue(lines: Sequence[str], at: int) -> bool:
    """Whether a line names who says the next one."""
    line = lines[at].strip()
    alone = (not at or not lines[at - 1].strip()) and at + 1 < len(lines) and bool(lines[at + 1].strip())
    return bool(line) and alone and _CUE.fullmatch(line) is not None and not _TRANSITION.fullmatch(line)


def _name(written: str) -> str:
    """``TOM'S MOTHER`` as people write it: ``Tom's Mother``."""
    name = written.strip()
    return re.sub(r"(?<=\w)['’]S\b", "’s", name.title()) if name.isupper() else name


def _plain(line: str) -> str:
    """Without the marks of stress, of lyrics and of a forced action."""
    line = line.strip().removeprefix("!").removeprefix("~").strip()
    for _ in range(3):
        line = pattern_of(__file__, "fountain_marked", "forms.yaml").sub(r"\2", line)
    return re.sub(r"\\([*_@!>.~])", r"\1", line)

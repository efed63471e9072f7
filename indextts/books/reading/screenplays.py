"""Chinese screenplays as text: scenes by place and time of day, actions behind a triangle, people with a colon.

read_screenplay(["1-1 日 外 渡口", "人物：老杜", "△大雪。", "老杜（OS）：他骗人。"])
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from indextts.books.reading.draft import Draft
from indextts.books.reading.fountain import Scene
from indextts.platform.tables import pattern_of
from indextts.voices.labels import is_narrator, names_a_person

_WHERE_WORD: Final = re.compile("内外|[内外]景?|室[内外]")
_APART: Final = re.compile(r"[\s/／·,，、.．—–－:：-]+")
ACTION: Final = re.compile(r"[△▲▵◬]\s?(?P<text>.*)")
_LINE: Final = pattern_of(__file__, "screenplays_line", "forms.yaml")
_MANNER: Final = re.compile(r"[（(【][^（()）【】]{1,40}[)）】]")
_LONGEST: Final = 40
_FEWEST: Final = 2
"""Scenes, actions, and lines that name who speaks, of a text that is taken for a screenplay by its form."""


def is_screenplay(lines: Sequence[str]) -> bool:
    """Whether ``lines`` are a screenplay."""
    written = [line.strip() for line in lines if line.strip()]
    scenes = sum(_is_scene(line) for line in written)
    actions = sum(ACTION.match(line) is not None for line in written)
    names = [match["name"] for line in written if (match := _LINE.fullmatch(line))]
    if scenes < _FEWEST:  # one scene, or a piece of it
        people = sum(names_a_person(name) for name in names)
        return actions >= _FEWEST <= people and people * 2 > len(names)
    return len(names) >= _FEWEST and (actions >= _FEWEST or len(names) * 2 >= len(written) - scenes)


def read_screenplay(lines: Sequence[str]) -> Draft:
    """The scenes of ``lines``, for which :func:`is_screenplay` holds; fields of a scene (人物：) are left out."""
    draft = Draft()
    scene = Scene("")
    for line in (line.strip() for line in lines):
        episode = pattern_of(__file__, "screenplays_episode", "forms.yaml").fullmatch(line) if line else None
        if episode:
            draft.title = draft.title or episode["title"] or ""
            if episode["name"]:
                draft.add(scene.chapter())
                draft.add(Scene(episode["name"]).chapter().changed(level=1))
                scene = Scene("")
        elif line and _is_scene(line):
            draft.add(scene.chapter())
            scene = Scene(line)
        elif match := ACTION.fullmatch(line):
            scene.say("", match["text"])
        elif line and not pattern_of(__file__, "screenplays_field", "forms.yaml").fullmatch(line):
            match = _LINE.fullmatch(line)
            name = match["name"] if match else ""
            said = " ".join(_MANNER.sub(" ", match["said"]).split()) if match else line
            scene.say("" if is_narrator(name) else name, said)
    draft.add(scene.chapter())
    return draft


def _is_scene(line: str) -> bool:
    """Whether a line says where and at what time of day a scene is."""
    if len(line) > _LONGEST or re.search("[。！？“”]", line):
        return False
    words = [word for word in _APART.split(line) if word]
    if any(pattern_of(__file__, "screenplays_both_word", "forms.yaml").fullmatch(word) for word in words):
        return len(words) > 1
    when = any(pattern_of(__file__, "screenplays_when_word", "forms.yaml").fullmatch(word) for word in words)
    return when and any(_WHERE_WORD.fullmatch(word) for word in words) and len(words) > 2

"""Printed plays: who is in them, and speeches without colons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.draft import Draft
from indextts.books.reading.headings import heading
from indextts.books.reading.tidy import as_text, is_chinese, lines_of
from indextts.platform.tables import pattern_of
from indextts.voices.labels import names_a_person

_PLAY_ZH: Final = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4}(?:[、/／&＆和与同及][\u4e00-\u9fff]{2,4}){0,3}"
    r"|[\u4e00-\u9fff](?: [\u4e00-\u9fff])?) "
    r"(?![（(\[【][^\n)）\]】]{1,30}.\s?[:：])(?P<said>\S.*)"
)
_DONE: Final = re.compile(r"[（(\[［〔][^（()）\[\]［］〔〕]{1,60}[)）\]］〕][.。]? ?")
_PLAY_BEGINS: Final = 60  # lines of a play without a person who speaks
_LEAST_OF_PLAY: Final = 4
_MOST_ENTRY: Final = 100  # characters of a line that tells who somebody in a play is
ABOVE: Final = 16  # lines of titles, and of who is in it, that may stand above the first speech
LABEL: Final = pattern_of(__file__, "scripts_label", "forms.yaml")
_LISTED: Final = re.compile(r"\s*(?:[,，:：—–(（…·]|\.{2,}|\s[-‐]|\s{2,}|(?<=[\u4e00-\u9fff])\s).*")
"""What stands behind a name in a list of who is in a play."""
AND: Final = re.compile(r"\s*[&＆/／、，,]\s*|\s+(?i:and)\s+|(?<=[\u4e00-\u9fff])[和与同及](?=[\u4e00-\u9fff])")


def cast_list(lines: Sequence[str]) -> range:
    """Where in ``lines`` a word and the list below it tell who is in a play."""
    is_word = pattern_of(__file__, "cast_list").fullmatch
    begin = next((row for row, line in enumerate(lines) if is_word(line)), len(lines))
    top = end = begin + 1 + (lines[begin + 1 : begin + 2] == [""])
    names = set[str]()
    while end < len(lines) and 0 < len(lines[end]) <= _MOST_ENTRY and lines[end][0] not in "(（[［〔【△":
        label, first = LABEL.match(lines[end]), lines[top]
        is_told = lines[end][-1] in "。！？.!?" and first[-1] not in "。.；;"
        if is_told or heading(lines[end]) or (label and (label["label"] in names or not LABEL.match(first))):
            break
        names.add(label["label"] if label else "")
        end += 1
    return range(begin, min(end, len(lines)))


def listed_people(chapters: Sequence[Chapter]) -> set[str]:
    """Who is in a play as its own list tells, in the forms in which they may stand before what they say."""
    rows = ((lines := [one.title, *one.text.split("\n")], cast_list(lines)) for one in chapters)
    names = {
        name
        for lines, listed in rows
        for line in lines[listed.start + 1 : listed.stop]
        for name in AND.split(_LISTED.sub("", line))
    }
    return {form for name in names - {""} for form in (name, name.title(), name.upper())}


def take_cast(draft: Draft) -> None:
    """Who is in a play, as a list below a word for it tells, goes to a part that is not spoken."""
    listed = list[str]()
    for at, chapter in enumerate(draft.chapters):
        lines = [chapter.title, *chapter.text.split("\n")]
        rows = cast_list(lines)
        if rows:
            listed += lines[rows.start : rows.stop]
            title = chapter.title if rows.start or rows.stop < len(lines) else ""
            text = as_text([*lines[1 : rows.start], *lines[max(1, rows.stop) :]])
            draft.chapters[at] = chapter.changed(title=title, text=text)
    title = "人物表" if is_chinese("".join(listed)) else "Characters"
    draft.chapters = [one for one in draft.chapters if not listed or one.text or heading(one.title)]
    draft.add(Chapter(title, as_text(listed), "front", on=False), first=True)


def as_dialogue(chapters: list[Chapter]) -> tuple[list[Chapter], set[str]]:
    """The ``chapters`` of a printed play with colons behind the names of its people, and these: ``ANNA. It is cold.``.

    The name may stand alone above the speech. Chinese plays have a gap there, and brackets before what is done:
    ``阿青 走吧。``, ``〔敲门声。``.
    """
    forms = (pattern_of(__file__, f"play{form}") for form in ("", "_bracketed", "_corners", "_dashed"))
    for pattern in (*forms, _PLAY_ZH):
        lines = above = 0
        people: Counter[str] = Counter()
        for line in (line for one in chapters if one.kind == "body" for line in lines_of(one.text) if line):
            if pattern_of(__file__, "cast_list").fullmatch(line):
                people.clear()  # a gap in it is no speech
            if match := pattern.fullmatch(line):
                people[match["name"]] += 1
            above += not people
            if above > _PLAY_BEGINS:
                break
            silent = (match and not match["said"]) or pattern_of(__file__, "enters").match(line)
            lines += not silent and (len(people) > 0 or above > ABOVE)
        for name in [one for one in people if _first(one, people) != one]:
            people[_first(name, people)] += people.pop(name)
        regular = [name for name, count in people.items() if count > 1]
        if not any(names_a_person(_called(name, pattern)) for name in regular):
            continue
        turns = sum(people[name] for name in regular)
        # A bailiff says one thing and goes; a gap behind a word is enough for that where he is listed above.
        begins = "".join("\n" + one.text.replace(" ", "") for one in chapters) if pattern is _PLAY_ZH and people else ""
        known = {
            one for one in people if people[one] > 1 or not begins or begins.count("\n" + one.replace(" ", "")) > 1
        }
        rare = len(known) - len(regular)
        are_few = len(people) - rare <= turns // 2 if pattern is _PLAY_ZH else rare <= turns
        if len(regular) > 1 and are_few and turns >= _LEAST_OF_PLAY and (turns + rare) * 2 >= lines:
            made = [_with_colons(one, pattern, known) if one.kind == "body" else one for one in chapters]
            return made, {_called(one, pattern) for one in known}
    return chapters, set()


def _called(name: str, pattern: re.Pattern[str]) -> str:
    return name.replace(" ", "") if pattern is _PLAY_ZH else name.replace(".", "").title()


def _first(name: str, people: Collection[str]) -> str:
    """The first of several of the ``people`` who say something together: of 秀英、老者, ``MRS. HALE and TOBY``."""
    parts = AND.split(name)
    return parts[0] if {*parts} <= {*people} else name


def _with_colons(chapter: Chapter, pattern: re.Pattern[str], people: Collection[str]) -> Chapter:
    lines: list[str] = []
    speaker, listed = "", False
    for line in chapter.text.split("\n"):
        match = pattern.fullmatch(line)
        if pattern_of(__file__, "cast_list").fullmatch(line):
            listed = True
        elif not line or line[-1] in "。！？.!?…’”)）]］" or heading(line):
            listed = False
        if listed:
            lines.append(line)
        elif match and (name := _first(match["name"], people)) in people:
            speaker = f"{_called(name, pattern)}{'：' if pattern is _PLAY_ZH else ': '}"
            if match["said"]:
                lines.append(speaker + _DONE.sub("", match["said"]))
                speaker = ""
        elif pattern_of(__file__, "enters").match(line) or (line and "」" in pattern.pattern[-9:]):
            lines.append(f"旁白：{line.strip('〔〕［］[]_ ')}")
        else:
            lines.append(speaker + _DONE.sub("", line) if speaker and line else line)
            speaker = "" if line else speaker
    return chapter.changed(text="\n".join(lines))

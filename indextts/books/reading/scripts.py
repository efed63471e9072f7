"""Dialogues in plain text, which name their speakers."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

from indextts.books.casting.lexicon import either, words
from indextts.books.model import Chapter, Quotation
from indextts.books.reading.chats import CLOCK, is_chat, is_chat_of_a_day, read_chat
from indextts.books.reading.draft import Draft
from indextts.books.reading.headings import stands_alone
from indextts.books.reading.paragraphs import runs_on
from indextts.books.reading.plain import read_plain
from indextts.books.reading.plays import ABOVE, AND, LABEL, as_dialogue, cast_list, listed_people, take_cast
from indextts.books.reading.screenplays import ACTION, is_screenplay, read_screenplay
from indextts.books.reading.tidy import as_text, is_chinese, joined, lines_of
from indextts.books.reading.transcripts import NAME, is_transcript, read_transcript, talk, told, without_sounds
from indextts.platform.tables import members, pattern_of
from indextts.reading.text.zh.traditional import simplified
from indextts.voices.directions import cue, quiet
from indextts.voices.labels import FOR_PEOPLE, is_field, is_narrator, is_person, is_role, may_be_new, names_a_person
from indextts.voices.leads import undressed
from indextts.voices.turns import find_turns

_LOOKED_AT: Final = 8000  # characters of a text by whose form it is taken for a talk or a screenplay
_MOST_NAME: Final = 40
_QUIZ: Final = re.compile(
    "答案|解析|题|answer|explanation", re.IGNORECASE
)  # Beside these, letters are what may be chosen
_LABELLED: Final = re.compile(rf"(?:\*\*)?(?P<name>{NAME})(?: said|\s?说)?\s?[:：](?:\*\*)?")
"""Who speaks below, on a line of its own: ``You said:``, ``HOST:``."""
_MOST_PEOPLE: Final = 8
_SHORT: Final = 60  # lines of a text in which somebody may say one thing only
_FEWEST_TURNS: Final = 2  # turns of each person of a talk that is known by the lines of their names
_MANNER: Final = re.compile(r"(?<=\S)\s?[（(\[【［〔]([^（()）\[\]【】［］〔〕]*)[)）\]】］〕]$")
_CALLED: Final = pattern_of(__file__, "scripts_called", "forms.yaml")
"""A name of somebody behind what he is here: not how he speaks."""
_OPENS: Final = "（([〔【［△▲"
_DIRECTION: Final = re.compile(
    r"[*_]{0,2}[（(\[〔【［][^（()）\[\]〔〕【】［］]{1,200}[)）\]〕】］][*_]{0,2}|[〔［△▲][^〔〕［］]{1,600}[〕］]?"
)
"""What is done, on a line of its own; printed plays close no bracket there."""
_QUOTED: Final = re.compile('[*_]{0,2}[“「『"‘]')


def read_lines(name: str, lines: list[str]) -> Draft:
    """A talk with times, a screenplay, or any other text as a file of plain text has it; ``lines`` is emptied."""
    carried = Draft()
    carried.carry(lines)
    return carried.with_marks_in(_read_lines(name, lines))


def _read_lines(name: str, lines: list[str]) -> Draft:
    sizes = accumulate(len(line) + 1 for line in lines)
    beginning = lines[: next((at for at, size in enumerate(sizes) if size > _LOOKED_AT), len(lines)) + 1]
    if is_chat(beginning) and is_chat(lines):
        return read_chat(lines)
    if is_transcript(beginning) and is_transcript(lines):
        return read_transcript(lines)
    if is_chat_of_a_day(beginning) and is_chat_of_a_day(lines):
        return read_chat(lines, CLOCK)
    if _is_labelled(beginning) and _is_labelled(lines):
        return _read_labelled(lines)
    if is_screenplay(beginning):
        return read_screenplay(lines)
    return with_speakers(read_plain(name, lines))


def _is_labelled(lines: Sequence[str]) -> bool:
    """Whether in ``lines`` a few people speak in turn below lines that say nothing but their names."""
    written = [line.strip() for line in lines if line.strip()]
    names = [match["name"] if (match := _LABELLED.fullmatch(line)) else "" for line in written]
    people = Counter(name for name in names if name)
    tags = (
        below for line, below in pairwise(written) if _LABELLED.fullmatch(line) and _is_told(line.strip(":：* "), below)
    )
    if sum(1 for _ in tags) * 2 > sum(people.values()):
        return False
    are_few = 1 < len(people) <= _MOST_PEOPLE
    if not are_few or sum(people.values()) * 8 < len(names):
        return False
    if min(people.values()) < _FEWEST_TURNS and not _are_known(written, names):
        return False
    # Every name has something below it.
    return not _fields([name for name in names if name]) and not any(
        one and other for one, other in pairwise([*names, "?"])
    )


def _are_known(written: Sequence[str], names: Sequence[str]) -> bool:
    """Whether all ``names`` of a short text are known as people, and nobody signs it, as letters."""
    if not any(names[:3]) or len(written) > _SHORT:
        return False
    # Each with all that is below it on one line, as most scripts are written.
    beside = "".join(f"\n{name}: " if name else f"{line} " for line, name in zip(written, names, strict=True))
    turns = find_turns(beside[beside.index("\n") + 1 :], ())
    signed = any(is_person(one) for one, name in zip(written, names, strict=True) if not name)
    return not signed and [turn.label for turn in turns] == [name for name in names if name]


def _read_labelled(lines: Sequence[str]) -> Draft:
    """The talk of ``lines``, for which :func:`_is_labelled` holds; what stands above it is the narrator's."""
    said: list[tuple[str, str]] = []
    speaker = ""
    for line in (line.strip() for line in lines):
        if match := _LABELLED.fullmatch(line):
            speaker = "" if is_narrator(match["name"]) else match["name"]
        elif line:
            said.append((speaker, line))
    draft = Draft()
    draft.add(talk(said))
    return draft


def with_speakers(draft: Draft) -> Draft:
    """``draft`` with the labels of a dialogue taken out of its text, if it is one."""
    draft.chapters = [_undressed(one) if one.kind == "body" else one for one in draft.chapters]
    draft.chapters, people = as_dialogue(draft.chapters)
    people |= listed_people(draft.chapters)
    sounds: list[str] = []
    is_script = _may_be_dialogue([chapter for chapter in draft.chapters if chapter.kind == "body"])
    for at, chapter in enumerate(draft.chapters):
        if chapter.kind == "body":
            text, left_out = without_sounds(chapter.text, is_script=is_script)
            sounds += left_out
            draft.chapters[at] = chapter if text is chapter.text else chapter.changed(text=text)
    draft.warnings += told(sounds)
    body = [chapter for chapter in draft.chapters if chapter.kind == "body"]
    if not is_script:
        return draft
    labels = _labels(body, people)
    if labels:
        take_cast(draft)
        body = [chapter for chapter in draft.chapters if chapter.kind == "body"]
    names = _names_of_roles(body) if labels else {}
    together = _together(body, labels)
    labels |= dict.fromkeys(together, "")
    names |= {label: names.get(first, first) for label, first in together.items()}
    sounds = [line for one in body for line in lines_of(one.text) if labels and cue(line) == "heard"]
    draft.warnings += told(sounds)
    for at, chapter in enumerate(draft.chapters):
        if labels and chapter.kind == "body":
            lines = [line for line in chapter.text.split("\n") if cue(line) != "heard"]
            draft.chapters[at] = _spoken(chapter.changed(text=as_text(lines)), labels, names)
    return draft


def _undressed(chapter: Chapter) -> Chapter:
    """``chapter`` with nothing but a name and a colon for the labels of a dialogue in a list or in brackets."""
    if undressed(beginning := chapter.text[:_LOOKED_AT])[0] == simplified(beginning):
        return chapter
    turns = find_turns(chapter.text, ())
    if len(turns) * 2 < sum(map(bool, lines_of(chapter.text))):
        return chapter
    pieces, at = list[str](), 0
    for turn in turns:
        label = chapter.text[turn.start : turn.begin]
        pieces += (chapter.text[at : turn.start], label if LABEL.match(label + "·") else f"{turn.label}: ")
        at = turn.begin
    return chapter.changed(text="".join((*pieces, chapter.text[at:])))


@functools.cache
def _telling() -> re.Pattern[str]:
    """What a Chinese clause ends with that tells of somebody who speaks: 笑着说, 点点头, 叹了口气."""
    verb, after = (f"{either('zh', 'verbs')}|{either('zh', 'adverbs')}", either("zh", "after_verb"))
    return re.compile(rf".(?:(?:{verb}|气|地)(?:{after}){{0,2}}(?<!云|称))$")


def _is_told(label: str, said: str) -> bool:
    """Whether a narrator tells by ``label`` who speaks, before a quotation: 老陈说：“走吧。”, not 赵云：“走！”."""
    label = _bare(label)
    if not _QUOTED.match(said) or is_person(label):
        return False
    parts = label.casefold().split()
    return _telling().search(label) is not None or (len(parts) > 1 and not words("en", "verbs").isdisjoint(parts))


def _label(line: str) -> re.Match[str] | None:
    """What stands before the colon of a ``line`` and may be a name."""
    match = LABEL.match(line)
    return None if match and _is_told(match["label"], line[match.end() :]) else match


def _talk(chapters: Sequence[Chapter]) -> list[str]:
    """The lines of ``chapters`` but for who is in a play, and what is done in it, from the first label on.

    Above it titles may stand.
    """
    lines: list[str] = []
    for chapter in chapters:
        own = [chapter.title, *chapter.text.split("\n")]
        listed = cast_list(own)
        lines += [
            line for at, line in enumerate(own) if at and line and at not in listed and not _DIRECTION.fullmatch(line)
        ]
    return lines[next((at for at, line in enumerate(lines[:ABOVE]) if _label(line)), 0) :]


def _may_be_dialogue(chapters: Sequence[Chapter]) -> bool:
    """Whether half of the lines have something like a name before a colon."""
    lines = _talk(chapters)
    return sum(_label(line) is not None for line in lines) * 2 >= len(lines)


def _labels(chapters: Sequence[Chapter], people_of_play: Container[str]) -> dict[str, str]:
    """What stands before the colons of a dialogue; nothing for a text that is none."""
    lines = [line for line in _talk(chapters) if cue(line) != "heard"]
    written = [match["label"] for line in lines if (match := _label(line))]
    fields = _fields([_bare(label) for label in written])
    # A newspaper is nobody, but for one that asks.
    asks = Counter(_bare(match["label"]) for line in lines if line[-1] in "?？" and (match := _label(line)))
    times = Counter(map(_bare, written))
    asking = (one for one in fields if 1 < asks[one] > times[one] // 2 and not (is_field(one) or _QUIZ.search(one)))
    fields -= {*asking, *(one for one in fields if one in people_of_play)}
    fields |= {match["label"] for line in lines[:2] if (match := _label(line)) and stands_alone(line)}
    found = [label for label in written if _bare(label) not in fields]
    people = Counter(map(_bare, found))
    alone = all(map(is_narrator, people))
    is_play = sum(one in people_of_play for one in people) > 1
    others = len(lines) - len(written if is_play else found)  # where and when a play is set is none of it
    if len(found) < 2 or len(found) < others or (len(people) < 2 and not alone):
        return {}
    # Four lines of which somebody speaks two; fewer only by people and letters that are known as such.
    if not (alone or is_play) and (len(found) < 4 or max(people.values()) < 2):
        sure = find_turns("\n".join(chapter.text for chapter in chapters)[:20_000], ())
        if len(sure) * 2 < len(lines):
            return {}
        return {turn.label: "" for turn in sure if turn.label not in fields}
    return dict.fromkeys((*found, *map(_bare, found), *(_MANNER.sub("", one) for one in found)), "")


def _bare(label: str) -> str:
    """Who is meant, without how it is said."""
    return _MANNER.sub("", label).strip("*《》〈〉【】「」『』[]")


def _together(chapters: Sequence[Chapter], labels: Container[str]) -> dict[str, str]:
    """Labels of several who say something together, with the first of them: 秀英、老者：, ``Tom & Anna:``."""
    found: dict[str, str] = {}
    for line in (line for chapter in chapters for line in lines_of(chapter.text)):
        label, colon, _ = line[: 2 * _MOST_NAME].replace("：", ":").partition(":")
        parts = AND.split(label := _bare(label.strip("* ")))
        if colon and len(parts) > 1 and all(part in labels for part in parts):
            found[label] = parts[0]
    return found


def _names_of_roles(chapters: Sequence[Chapter]) -> dict[str, str]:
    """Names of those who are called by what they do here (``HOST (Mia):``): by the label, and by the role alone."""
    found: dict[str, set[str]] = {}
    for line in (line for chapter in chapters for line in lines_of(chapter.text)):
        label = line.partition("：" if "：" in line[:_MOST_NAME] else ":")[0].strip("* ") if line else ""
        manner = _MANNER.search(label)
        may_be = manner and (manner[1][0].isascii() or is_person(manner[1]) or may_be_new(manner[1]))
        if manner and is_role(_bare(label)) and _CALLED.fullmatch(manner[1]) and may_be:
            found.setdefault(_bare(label), set()).add(manner[1])
            found[label] = {manner[1]}
    return {label: names.pop() for label, names in found.items() if len(names) == 1}


def _fields(labels: Sequence[str]) -> set[str]:
    """Labels that are no people: those of quizzes, word lists and tables.

    Words for things are none, and a noun for people or things (队员, 负责人) is somebody only where it comes twice and
    not always before the same one, as the fields of a record do. Questions and answers alone are nobody's.
    """
    after: dict[str, set[str]] = {label: set() for label in labels}
    for label, following in pairwise(labels):
        after[label].add(following)
    times = Counter(labels)
    people = {label for label in after if names_a_person(label, once=times[label] == 1)}
    turns = [at for at, label in enumerate(labels) if label in people and times[label] > 1]
    among = labels[turns[0] : turns[-1]] if len({labels[at] for at in turns}) > 1 else ()  # a guard comes on once
    somebody = {label for label in after if times[label] > 1 < len(after[label])}.union(among)
    fields = {
        label for label in after if not (FOR_PEOPLE.search(label) and not is_field(label) and label in somebody)
    } - people
    if _QUIZ.search("\n".join(fields)):
        fields |= {label for label in after if len(label) == 1}
    left = {label.casefold() for label in after if label not in fields}
    return set(after) if left <= members(__file__, "asked") else fields


def _spoken(chapter: Chapter, labels: Mapping[str, str], names: Mapping[str, str]) -> Chapter:
    pieces: list[str] = []
    quotations: list[Quotation] = []
    at = size = 0
    lines = pairwise(chapter.text.split("\n"))
    room = max((len(one) for one, below in lines if not LABEL.match(below) and _goes_on(one, below)), default=0)
    for turn in find_turns(chapter.text, (), labels):
        before = chapter.text[at : turn.start]
        said = chapter.text[turn.begin : turn.end].rstrip()
        label = re.split("[:：]", chapter.text[turn.start : turn.begin])[0].strip("* ")
        speaker = names.get(label) or names.get(_bare(label)) or _bare(turn.label)
        at = turn.begin + len(said)
        own, below = _own_words(_whole(chapter.text[turn.start : at], room)[turn.begin - turn.start :])
        size += len(before)
        if own and not is_narrator(speaker):
            quotations.append(Quotation(size, size + len(own), speaker, source="file"))
        pieces += (before, own, below)
        size += len(own) + len(below)
    pieces.append(chapter.text[at:])
    return chapter.changed(text="".join(pieces), quotations=tuple(quotations))


def _goes_on(line: str, below: str) -> bool:
    """Whether a sentence of a speech goes on from a ``line`` to the one ``below``."""
    return bool(line and below) and below[0] not in _OPENS and runs_on(line, below)


def _whole(said: str, room: int) -> str:
    """A speech whose lines were broken where they had no ``room`` for the next word; of 0 none was.

    Its first line may have had a word of how it is said.
    """
    lines = said.split("\n")
    found = lines[:1]
    is_torn = any(map(_goes_on, lines, lines[1:]))
    for at, below in enumerate(lines[1:]):
        word = below[:1] if is_chinese(below[:1]) else f" {below.partition(' ')[0]}"
        is_full = (is_torn and not at) or 0 < room < len(lines[at] + word)
        is_broken = _goes_on(lines[at], below) or (is_full and below and below[0] not in _OPENS)
        found[-1:] = [joined(found[-1], below)] if is_broken else [found[-1], below]
    return "\n".join(found)


def _own_words(said: str) -> tuple[str, str]:
    """What a person says, without how, and what the narrator tells below it: what is done, who made an interview."""
    lines = said.split("\n")
    known = (_DIRECTION, ACTION, pattern_of(__file__, "made_by"), pattern_of(__file__, "curtain"))
    told = (at for at, line in enumerate(lines) if at and any(one.fullmatch(line) for one in known))
    end = next(told, len(lines))
    own = "\n".join(line for one in lines[:end] if (line := quiet(one, how=True).strip()))
    return own, "".join(f"\n{line.strip('（）()[]〔〕【】*_△▲▵◬ ')}" for line in lines[end:])

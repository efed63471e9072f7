"""The turns of a dialogue: which lines of a text name their speaker, and what each of these says.

    find_turns(text, voices)  # of “小明：走吧。”, and “小红：好。” below it: [DialogueTurn("小明", 0, 3, 7), …]

Lines may name their speaker: ``A：你吃了吗？``, ``青年男声：还没有。``, ``小明：走吧。`` Such a label stands at the
beginning of a line, with a colon (``:`` or ``：``) after it: a single letter, the name or id of a voice, or a person.
Only where at least two lines begin so, and two different people where they are people, are they taken for labels. A
name that nobody knows (小北, ``Idris``) is one where most lines have a label and most of these names return, and where
every line has one and behind each something is said to somebody. How it is said may follow it: ``小明（笑）：``. A
caller can name others (``speakers``), and then one line with such a one is enough, or turn labels off with none at all.
What follows belongs to that speaker until the next label or an empty line; everything else to the request's voice. The
label itself is not spoken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from indextts.platform.tables import pattern_of
from indextts.reading.text.blocks import fences
from indextts.voices import Voice, leads
from indextts.voices.directions import cue, in_one_form
from indextts.voices.labels import (
    FOR_PEOPLE,
    NAME,
    is_hardly_a_word,
    is_no_word,
    is_party,
    is_person,
    is_role,
    is_whole,
    looks_named,
    may_be_new,
    may_return,
    names_a_person,
    spoken,
)
from indextts.voices.leads import key_of, undressed
from indextts.voices.names import MAX_LABEL

_CLOCK: Final = re.compile(r"(\d{1,2}(?::\d\d){1,2})(?:[.,]\d+)?")
_LABEL: Final = re.compile(
    rf"[^\S\n]*+(?:\*\*)?(?P<label>[^\s:：*][^\n:：*]{{0,{MAX_LABEL - 1}}}?)(?:\*\*)?[^\S\n]*+"
    # How it is said: 小明（笑）, Mary [laughing].
    r"(?:(?P<manner>（[^（）\n:：]{1,20}）|\([^()\n:：]{1,30}\)|[\[【［〔][^\W\d_][^\[\]【】［］〔〕\d\n:：]{0,29}[\]】］〕])(?:\*\*)?[^\S\n]*+)?"
    # No drive of a computer (C:\), no address (http://), no two colons (A::B), no time of day (5:50).
    r"[:：](?![:：/\\]|(?<=\d[:：])[0-5]\d)(?:\*\*)?[^\S\n]*+"
)
_LATEST_S: Final = 300  # Where a transcript begins; later times are those of a schedule
_ROUND: Final = 5  # Minutes of which the times of a schedule are multiples, and those of a chat not
_LABELLED_SHARE: Final = 2 / 3  # Of the lines of a text that has labels which nobody knows
_EMPTY_LINE: Final = re.compile(r"\n[^\S\n]*(?=\n)")
LETTER: Final = re.compile(r"[A-Z]")
_SPOKEN_SO: Final = re.compile(r"\W*\w\W*(?:[\[【［〔（]|(?<=\s)\()(?:[\u4e00-\u9fff]|[^\W\d_]{2})")  # A (male)
_TELLS: Final = re.compile("[笑叫哭喊回追反插补]?(?:[说问答喊叫骂]?道|说|讲|问|答|喊|叫|答复|回答|补充|充)$")
_AND: Final = re.compile(r"\s*[&＆+＋/／、，,]\s*|\s+and\s+|\s*[和与跟及]\s*")
_Found = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """``text[start:end]`` is spoken by ``label``, of which ``text[start:begin]`` tells; that is not spoken."""

    label: str
    start: int
    begin: int
    end: int


def find_turns(text: str, voices: Sequence[Voice], speakers: Mapping[str, str] | None = None) -> list[DialogueTurn]:
    """The parts of a text that have a speaker, from left to right and apart; none where it is no dialogue."""
    if (speakers is not None and not speakers) or not re.search("[:：】\\]］]", text):
        return []
    given = {key_of(label): label for label in speakers or {}}
    plain, items = undressed(text, given)
    names = ids_by_name(voices)
    found = list(_labelled(plain, given, names))
    if not _are_said(plain, [one for one in found if one[1] in items]):
        found = [one for one in found if one[1] not in items or one[0] in given.values()]
    strangers = _strangers(plain, found, given, names) - _unknown_people(plain)
    found = [one for one in found if one[0] not in strangers]
    people = {label for label, _, _ in found if label not in given.values() and not _is_sure(label, names)}
    others = {label for label, _, _ in found} - people - {*given.values()}
    # One person alone may as well be the subject of a list; who answers one that is known is not.
    if len(people) == 1 and not (others and is_person(*people)):
        found = [one for one in found if one[0] not in people]
    if len(found) < (1 if any(label in given.values() for label, _, _ in found) else 2):
        return []
    turns, stops = list[DialogueTurn](), [*(start for _, start, _ in found[1:]), len(text)]
    for (label, start, begin), stop in zip(found, stops, strict=True):
        empty, at = _EMPTY_LINE.search(text, begin, stop), plain.find(label, start, begin)
        as_written = text[at : at + len(label)] if at >= 0 and label not in given.values() else label
        turns.append(DialogueTurn(as_written, start, begin, empty.start() if empty else stop))
    return turns


def ids_by_name(voices: Sequence[Voice]) -> dict[str, str]:
    """Ids by what the voices are called. An id goes before a name."""
    names = {key_of(name): voice.id for voice in voices for name in (voice.name_zh, voice.name_en)}
    return names | {key_of(voice.id): voice.id for voice in voices}


def _unknown_people(text: str) -> frozenset[str]:
    """Labels that may be names, of a text whose every line has one of a person, where they all talk."""
    said: dict[str, str] = {}
    for line in text.split("\n"):
        match = _LABEL.match(line)
        written = in_one_form(match["label"]) if match else ""
        if line.strip() and not (is_person(written) or may_be_new(written)):
            return frozenset()
        if match:
            said[written] = f"{said.get(written, '')}\n{line[match.end() :]}"
    new = {one for one in said if not is_person(one)}
    return frozenset(new) if all(spoken().search(said[one]) for one in new) else frozenset()


def _labelled(text: str, given: Mapping[str, str], names: Mapping[str, str]) -> Iterator[_Found]:
    """Each label, as ``given`` has it if it is there, with the beginning of its line and the place after its colon.

    What has the form of a name is among them, whether it is known as a person or not. What several of those say
    together (``Tom & Anna``) is a line of the first.
    """
    found = list(_before_colons(text))
    told = {label for label, _, _ in found if (verb := _TELLS.search(label)) and is_person(label[: verb.start()])}
    if len(told) > 1:  # 林冲道：“走！” and 武松道：“好！” are sentences of a story; one alone may be a name.
        found = [one for one in found if one[0] not in told or key_of(one[0]) in given]
    known = {key_of(label): label for label, _, _ in found if _may_be(label, names)} | {**given}
    for label, start, begin in found:
        key, parts = key_of(label), [*map(key_of, _AND.split(label))]
        several = len(parts) > 1 and key not in given and known.keys() >= {*parts}
        if several or key in known:
            yield known[parts[0] if several else key], start, begin


def _before_colons(text: str) -> Iterator[_Found]:
    """What stands at the beginning of a line, and what follows the colon behind it."""
    at, recorded = 0, _is_recorded(text)
    fenced = fences(text)[::-1]
    while at < len(text):
        timed = _recorded().match(text, at) if recorded else None
        match = timed or _LABEL.match(text, at)
        line_end = text.find("\n", timed.end() if timed else at) % (len(text) + 1)  # the text's end where there is none
        if fenced and fenced[-1].start <= line_end:  # Code has keys, not labels.
            line_end = fenced.pop().end
        elif match:
            written = in_one_form((timed["then"] or timed["alone"] or timed["name"]) if timed else match["label"])
            if timed or not (match["manner"] and LETTER.fullmatch(written)) or _SPOKEN_SO.match(match[0]):
                yield written, at, match.end()  # but for mathematics: P(A)
        at = line_end + 1


def _may_be(label: str, names: Mapping[str, str]) -> bool:
    """Whether it has the form of a name, whether it is known as a person or not."""
    return _is_sure(label, names) or is_person(label) or NAME.fullmatch(label) is not None


def _are_said(text: str, items: Sequence[_Found]) -> bool:
    """Whether ``items`` of a list are what people say to each other, and not what is told of them."""
    lines = [text[begin : text.find("\n", begin) % (len(text) + 1)] for _, _, begin in items]
    talking = sum(1 for line in lines if spoken().search(line))
    returns = len({label for label, _, _ in items}) < len(items)
    return talking * 2 >= len(lines) or (talking > 0 and returns and all(map(is_whole, lines)))


def _recorded() -> re.Pattern[str]:
    return pattern_of(leads.__file__, "recorded", "leads.yaml")


def _is_recorded(text: str) -> bool:
    """Whether it is the transcript of a recording, with times that go on from its beginning, or a chat: with dates, or
    with times of day that are no round ones, beside what people say.
    """
    found = [(one["since"] or one["above"] or one["at"], one.end()) for one in _recorded().finditer(text)]
    clocks = [_CLOCK.findall(stamp)[-1] for stamp, _ in found]
    if sum(clock != stamp for clock, (stamp, _) in zip(clocks, found, strict=True)) > 1:
        return True
    times = [sum(int(part) * 60**place for place, part in enumerate(one.split(":")[::-1])) for one in clocks]
    if times != sorted(times) or times[:1] == times[-1:]:
        return False
    lines = [text[end : text.find("\n", end) % (len(text) + 1)] for _, end in found]
    odd = sum(clock.count(":") > 1 or int(clock.partition(":")[2]) % _ROUND > 0 for clock in clocks)
    is_chat = odd * 2 >= len(times) and sum(is_whole(line) or bool(spoken().search(line)) for line in lines) == len(
        lines
    )
    return (len(times) > 2 and times[0] <= _LATEST_S) or is_chat


def _strangers(
    text: str, found: Sequence[_Found], given: Mapping[str, str], names: Mapping[str, str]
) -> frozenset[str]:
    """Those labels that are no speakers: nobody knows them, and they do not take turns with those who are known.

    They do where the text is hardly more than lines with labels, and most of them return. 优点 and 缺点 return as
    well: one at least must be known, or look like a name, or be no word where each of them talks to somebody; or none
    is a word, and they say whole sentences by turns. Whoever says one thing in between is somebody by the same rule
    as in books: :func:`names_a_person`.
    """
    times = Counter(label for label, _, _ in found)
    known = {label for label in times if label in given.values() or _is_sure(label, names) or is_person(label)}
    ends = [text.find("\n", begin) % (len(text) + 1) for _, _, begin in found]
    talking = {one for (one, _, begin), end in zip(found, ends, strict=True) if spoken().search(text, begin, end)}
    numbered = {one for one in known - {*given.values()} if one[-1].isdigit() and not _is_sure(one, names)}
    if not any(times[one] > 1 or one in talking for one in numbered):  # Patient 1: fever
        known -= numbered
    unknown = frozenset(times.keys() - known)
    turning = {label for label in unknown if times[label] > 1 and (may_return(label) or is_role(label))}
    anchored = any(times[label] > 1 and (label in known or looks_named(label)) for label in known | turning)
    anchored |= turning <= talking and any(is_no_word(one) or is_party(one) or is_role(one) for one in turning)
    ours = known | turning
    lines_of = [(one, text[begin:end]) for (one, _, begin), end in zip(found, ends, strict=True) if one in ours]
    by_turns = all(one != other for (one, _), (other, _) in pairwise(lines_of)) and all(map(is_hardly_a_word, turning))
    anchored = anchored or (by_turns and all(is_whole(line) for _, line in lines_of))
    places = [start for one, start, _ in found if one in ours]
    rare = {
        one for (one, start, begin), end in zip(found, ends, strict=True)
        if one in unknown - turning and (names_a_person(one, once=True) or FOR_PEOPLE.search(one))
        and (places[:1] < [start] < places[-1:] or is_hardly_a_word(one) or is_whole(text[begin:end]))
        and not cue(text[start:end].strip())
    }  # fmt: skip
    kept, more = (sum(times[label] for label in labels) for labels in (ours, rare))
    lines = sum(1 for line in text.split("\n") if line.strip())
    lines -= sum(text.count("\n", start, begin) for _, start, begin in found)
    dialogue = anchored and kept >= 4 and len(ours) > 1 and kept + more >= lines * _LABELLED_SHARE
    return unknown - turning - rare if dialogue else unknown


def _is_sure(label: str, names: Mapping[str, str]) -> bool:
    """Whether it can be nothing but a label: a letter, or a voice."""
    return key_of(label) in names or LETTER.fullmatch(label) is not None

"""The text of a plan, changed line by line: said otherwise, added, removed, moved, split, merged.

    fresh = service.read_line(SpeechRequest("今天天气很好。", plan.settings), lines.around(plan, 3, 4))
    plan = lines.rewritten(plan, 3, [fresh])

Each answers with another plan, as :mod:`indextts.plan.versions` does; sentences that are not named stay the same
objects. The text is always what the sentences' own texts make together.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token, Utterance
from indextts.plan import versions
from indextts.plan.alignment import transfer
from indextts.plan.carrying import says_more
from indextts.plan.check import MAX_SYMBOLS
from indextts.plan.parts import Around
from indextts.plan.pauses import last_spoken, pause_after
from indextts.plan.versions import Plan, Sentence, Version
from indextts.platform.config import PauseConfig
from indextts.reading.phonemes.annotate import refresh
from indextts.reading.text.segment import STRONG

_NEIGHBOURS: Final = 6
"""Sentences on either side that are looked at when one is read: more than the networks see."""
_NEW_LINES: Final = frozenset("\n\r\v\f\x85\u2028\u2029")


def line(plan: Plan, index: int) -> tuple[int, int]:
    """From which sentence to which the line goes that ``index`` is in: pieces of one long number are one line.

    Raises :class:`StudioError` ``nothing_read``.
    """
    if not 0 <= index < len(plan.sentences):
        raise StudioError("nothing_read")
    first, last = index, index + 1
    while first and plan.sentences[first].segment.start < 0:
        first -= 1
    while last < len(plan.sentences) and plan.sentences[last].segment.start < 0:
        last += 1
    return first, last


def line_text(plan: Plan, index: int) -> str:
    """The text of that line, to be changed."""
    first, last = line(plan, index)
    between = [sentence.body + sentence.tail for sentence in plan.sentences[first : last - 1]]
    return "".join(between) + plan.sentences[last - 1].body


def around(plan: Plan, first: int, last: int) -> Around:
    """What stands before the sentence ``first``, and from the sentence ``last`` on."""
    before = plan.sentences[max(0, first - _NEIGHBOURS) : first]
    after = plan.sentences[last : last + _NEIGHBOURS]
    base = replace(plan.base, text="")
    return Plan(base, before).utterance(), Plan(base, after).utterance()


def rewritten(plan: Plan, index: int, fresh: Sequence[Utterance]) -> Plan:
    """The line ``index`` said as ``fresh``: what was read for its new text, in one utterance or in several lines.

    What is unchanged within it keeps what a person made of it, in every version. Raises :class:`StudioError`
    ``sentence_locked``.
    """
    first, last = line(plan, index)
    old = plan.sentences[first:last]
    _check_open(old)
    new, pause_s = _sentences_of(fresh)
    if len(fresh) == 1 and len(new) > 1 and len(old) == 1 and _ends_within(old[0].segment) and _alike(new):
        new = [_fused(new)]
    unused = [*old]
    done: list[Sentence] = []
    changed = []
    for sentence in new:
        alike = (one for one in unused if one.body == sentence.body and not says_more(sentence.segment, one.segment))
        same = next(alike, None)
        if same is not None:
            unused.remove(same)
            done.append(replace(same, lead=sentence.lead, tail=sentence.tail))
        else:
            changed.append(len(done))
            done.append(sentence)
    for place, sentence in zip(changed, _inheriting(old, [done[place] for place in changed]), strict=True):
        done[place] = sentence
    done[0] = replace(done[0], lead=old[0].lead + done[0].lead)
    done[-1] = replace(done[-1], tail=done[-1].tail + old[-1].tail)
    plan = _with_pause_before(plan, first, pause_s)
    return _spliced(plan, first, last, done)


def added(plan: Plan, index: int, fresh: Utterance) -> Plan:
    """``fresh`` as new lines before the sentence ``index``, with the speaker of that place."""
    sentences = plan.sentences
    if not 0 <= index <= len(sentences):
        raise StudioError("nothing_read")
    new, pause_s = _sentences_of([fresh])
    neighbour = sentences[max(index - 1, 0)]
    voice = neighbour.segment.voice
    new = [_all_versions(one, lambda segment: replace(segment, voice=segment.voice or voice)) for one in new]
    if index:
        ends = neighbour.tail
        alone = index == 1 or not _NEW_LINES.isdisjoint(sentences[index - 2].tail)
        own_line = alone and (len(sentences) > 1 or bool(ends)) and (bool(ends) or index > 1)
        between = (ends or "\n") if own_line else "" if not _NEW_LINES.isdisjoint(ends) else ends
        plan = _spliced(plan, index - 1, index, [replace(neighbour, tail=between)] if between != ends else [neighbour])
        new[-1] = replace(new[-1], tail=new[-1].tail + ends)
    elif len(sentences) > 1 and not _NEW_LINES.isdisjoint(sentences[0].tail):
        new[-1] = replace(new[-1], tail="\n")
    return _spliced(_with_pause_before(plan, index, pause_s), index, index, new)


def removed(plan: Plan, index: int) -> Plan:
    """Without that line. Raises :class:`StudioError` ``sentence_locked``, or ``last_line`` for the only one."""
    first, last = line(plan, index)
    old = plan.sentences[first:last]
    _check_open(old)
    if len(old) == len(plan.sentences):
        raise StudioError("last_line")
    following = plan.sentences[last : last + 1]
    if following and old[0].lead and not following[0].lead and _voice(following[0]) == _voice(old[0]):
        plan = _spliced(plan, last, last + 1, [replace(following[0], lead=old[0].lead)])
    if first and not _NEW_LINES.isdisjoint(old[-1].tail) and _NEW_LINES.isdisjoint(plan.sentences[first - 1].tail):
        plan = _spliced(plan, first - 1, first, [replace(plan.sentences[first - 1], tail=old[-1].tail)])
    return _spliced(plan, first, last, [])


def moved(plan: Plan, index: int, to: int) -> Plan:
    """That line at the place ``to`` among the others; spaces and ends of paragraphs stay where they were."""
    first, last = line(plan, index)
    if not 0 <= to <= len(plan.sentences) - (last - first):
        raise StudioError("nothing_read")
    ones = [plan.sentences[begin:end] for begin, end in lines_of(plan)]
    mine = ones.pop(next(place for place, one in enumerate(ones) if one[0] is plan.sentences[first]))
    sizes = itertools.accumulate((len(one) for one in ones), initial=0)
    place = next((number for number, begin in enumerate(sizes) if begin >= to), len(ones))
    tails = [plan.sentences[end - 1].tail for _, end in lines_of(plan)]
    ones.insert(place, mine)
    sentences: list[Sentence] = []
    for one, tail in zip(ones, tails, strict=True):
        end = one[-1] if one[-1].tail == tail else replace(one[-1], tail=tail)
        sentences += [*one[:-1], end]
    beside = {(id(one.segment), one.tail, id(after.segment)) for one, after in itertools.pairwise(plan.sentences)}
    for number, (before, after) in enumerate(itertools.pairwise(sentences)):
        if (id(before.segment), before.tail, id(after.segment)) not in beside:
            sentences[number] = _apart(before, after)
    return replace(plan, sentences=tuple(sentences))


def merged(plan: Plan, index: int) -> Plan:
    """That line and the next one as one sentence, in the versions of the first.

    Raises :class:`StudioError` ``sentence_locked``, ``nothing_read`` for the last line, ``line_too_long``.
    """
    first, middle = line(plan, index)
    _, last = line(plan, middle)
    old = plan.sentences[first:last]
    _check_open(old)
    lead = old[0].lead
    parts = [replace(old[0], lead=""), *(replace(one, lead="") for one in old[1:])]
    return _spliced(plan, first, last, [replace(_fused(parts), lead=lead, named=old[0].named, cast=old[0].cast)])


def lines_of(plan: Plan) -> list[tuple[int, int]]:
    """All lines: from which sentence to which each goes."""
    begins = [place for place, sentence in enumerate(plan.sentences) if not place or sentence.segment.start >= 0]
    return [*itertools.pairwise([*begins, len(plan.sentences)])]


def found(plan: Plan, what: str) -> list[int]:
    """The first sentence of each line in which that stands."""
    return [first for first, _ in lines_of(plan) if what and what in line_text(plan, first)]


def silence(plan: Plan, index: int, table: PauseConfig) -> float:
    """Seconds of silence after a sentence."""
    sentence, following = plan.sentences[index], plan.sentences[index + 1 : index + 2]
    if not following:
        return sentence.segment.pause_after_s or 0.0
    here = replace(sentence.segment, start=0, end=len(sentence.segment.text))
    around_it = sentence.segment.text + sentence.tail + following[0].text
    return pause_after(here, replace(plan.base, text=around_it), table)


def _check_open(sentences: Sequence[Sentence]) -> None:
    if any(sentence.locked for sentence in sentences):
        raise StudioError("sentence_locked")


def _voice(sentence: Sentence) -> str:
    return sentence.segment.voice


def _sentences_of(fresh: Sequence[Utterance]) -> tuple[list[Sentence], float]:
    """The sentences of all of them, and the silence before the first."""
    sentences: list[Sentence] = []
    pause_s = 0.0
    for utterance in fresh:
        part = versions.opened(utterance)
        if not sentences:
            pause_s = utterance.pause_before_s
            own = [replace(part.sentences[0], lead=part.base.text + part.sentences[0].lead), *part.sentences[1:]]
        else:
            own = [*part.sentences]
            ended = replace(sentences[-1], tail=sentences[-1].tail + part.base.text)
            sentences[-1] = _apart(_paused(ended, utterance.pause_before_s), own[0])
        sentences += own
    return sentences, pause_s


def _inheriting(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Sentence]:
    """``new`` in all versions of the first of ``old``, with what a person made of these."""
    if not new:
        return []
    said: list[list[Version]] = [[] for _ in new]
    for version in old[0].versions:
        segments = [copy.deepcopy(sentence.segment) for sentence in new]
        transfer([version.segment, *(sentence.segment for sentence in old[1:])], segments)
        for kept, segment in zip(said, segments, strict=True):
            kept.append(Version(version.name, segment))
    first = old[0]
    return [
        replace(one, versions=tuple(kept), chosen=first.chosen, named=first.named, cast=first.cast)
        for one, kept in zip(new, said, strict=True)
    ]


def _all_versions(sentence: Sentence, change: Callable[[Segment], Segment]) -> Sentence:
    return replace(sentence, versions=tuple(replace(v, segment=change(v.segment)) for v in sentence.versions))


def _paused(sentence: Sentence, seconds: float) -> Sentence:
    if not seconds:
        return sentence
    return _all_versions(sentence, lambda segment: replace(segment, pause_after_s=seconds))


def _with_pause_before(plan: Plan, index: int, seconds: float) -> Plan:
    """The silence that was asked for before a line, as silence after the one before it."""
    if not seconds:
        return plan
    if not index:
        return replace(plan, base=replace(plan.base, pause_before_s=seconds))
    before = plan.sentences[index - 1]
    return _spliced(plan, index - 1, index, [before if before.locked else _paused(before, seconds)])


def _spliced(plan: Plan, first: int, last: int, new: Sequence[Sentence]) -> Plan:
    sentences = [*plan.sentences[:first], *new, *plan.sentences[last:]]
    for edge in {first, first + len(new)}:
        if 0 < edge < len(sentences):
            sentences[edge - 1] = _apart(sentences[edge - 1], sentences[edge])
    return replace(plan, sentences=tuple(sentences))


def _apart(one: Sentence, after: Sentence) -> Sentence:
    """``one`` so that its words do not touch those of the next, and a speaker's label begins a line."""
    gap = joint(one.text, after.text)
    if after.lead.strip() and _NEW_LINES.isdisjoint(one.tail):
        gap = "\n"
    return replace(one, tail=one.tail + gap) if gap else one


def joint(before: str, after: str) -> str:
    """What must stand between two texts so that they are two: a space where words are parted by spaces."""
    touching = before[-1:] and after[:1] and before[-1:].isascii() and after[:1].isascii()
    return " " if touching and not before[-1].isspace() and after[0].isalnum() else ""


# ---------------------------------------------------------------------- several segments as one


def _ends_within(segment: Segment) -> bool:
    """Whether a sentence ends within it: it was made of two."""
    ended = False
    for token in segment.tokens:
        if token.kind == "punctuation":
            ended = ended or token.text in STRONG
        elif ended:
            return True
    return False


def _alike(sentences: Sequence[Sentence]) -> bool:
    """Whether one voice with one emotion can say them without a silence of its own between them."""
    first = sentences[0].segment
    same = all((one.segment.voice, one.segment.emotion) == (first.voice, first.emotion) for one in sentences)
    return same and all(one.segment.pause_after_s is None for one in sentences[:-1])


def _fused(sentences: Sequence[Sentence]) -> Sentence:
    """As one sentence, in the versions of the first; the others are as they were chosen."""
    first, others = sentences[0], sentences[1:]
    body, parts = first.body, [0]
    for before, one in zip(sentences[:-1], others, strict=True):
        glued = one.segment.start < 0
        gap = before.tail if _NEW_LINES.isdisjoint(before.tail) else ""
        gap = gap if glued or gap else joint(body, one.body)
        body += gap
        parts.append(len(body))
        body += one.body
    said = []
    for version in first.versions:
        segments = [versions.unpredicted(one) for one in (version.segment, *(other.segment for other in others))]
        for segment, by in zip(segments, parts, strict=True):
            versions.shift(segment, by)
        said.append(Version(version.name, _one(segments, body)))
    if sum(len(token.phones) for token in said[0].segment.tokens) > MAX_SYMBOLS // 2:
        raise StudioError("line_too_long")
    return replace(first, versions=tuple(said), body=body, tail=sentences[-1].tail)


def _one(segments: Sequence[Segment], body: str) -> Segment:
    first, last = segments[0], segments[-1]
    tokens: list[Token] = []
    for segment in segments:
        words = 1 + max((token.word for token in tokens), default=-1)
        end = last_spoken(segment)
        if end is not None and segment is not last:
            end.break_after = min(max(end.break_after, 1), 3)
        for token in segment.tokens:
            token.word += words
        tokens += segment.tokens
    spoken = first.spoken
    for segment in segments[1:]:
        spoken += joint(spoken, segment.spoken) + segment.spoken
    one = replace(
        last,
        text=body,
        start=first.start,
        end=last.end,
        spoken=spoken,
        tokens=tokens,
        emotion=first.emotion,
        emotion_source=first.emotion_source,
        emotion_probability=first.emotion_probability,
        intensity=first.intensity,
        voice=first.voice,
        voice_source=first.voice_source,
        seed=first.seed,
    )
    refresh(one)
    return one

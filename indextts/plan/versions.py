"""A plan as the editor holds it: sentences, each in several versions of which one is chosen, and some of them locked.

Everything here is a value: an operation returns another plan and shares with the old one what it did not change. So
whatever is done can be undone, and two plans are compared by looking at what is not the same object.

    plan = opened(utterance)
    plan = edited(plan, Shift(0, 3, "pitch_shift", 2.0))
    utterance = plan.utterance()          # the chosen versions, to be spoken or saved
"""

from __future__ import annotations

import copy
import functools
import hashlib
import sys
from dataclasses import dataclass, replace
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.settings import MAX_SEED
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.plan.edits import Edit, VoiceEdit, apply
from indextts.plan.request import is_speakable

_SENTENCE_BYTES: Final = 300
_VERSION_BYTES: Final = 300
_SEGMENT_BYTES: Final = 1000
_TOKEN_BYTES: Final = 900
_PHONE_BYTES: Final = 250
"""What the objects of a plan take, measured in plans that were spoken."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Version:
    """One way of saying a sentence."""

    name: str
    """Its own within the sentence: ``A``, ``B`` …"""
    segment: Segment
    """Without times; never changed in place. Its places count from where its sentence begins, not the whole text."""

    @functools.cached_property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return bytes_of(self.segment) + _VERSION_BYTES

    @functools.cached_property
    def mark(self) -> str:
        """:func:`mark_of` its segment."""
        return mark_of(self.segment)


@dataclass(frozen=True)
class Sentence:
    """A sentence's versions, and its part of the text."""

    versions: tuple[Version, ...]
    chosen: int = 0
    locked: bool = False
    named: int = 1
    """How many names were given so far: none is given twice."""
    lead: str = ""
    """What stands before it and is not said, such as the label of its speaker."""
    body: str = ""
    """Its own text."""
    tail: str = ""
    """What parts it from the next one: a space, the end of a paragraph, or nothing."""
    cast: bool = False
    """Whether its voice was chosen for it alone."""

    @property
    def segment(self) -> Segment:
        return self.version.segment

    @property
    def version(self) -> Version:
        """The chosen one."""
        return self.versions[self.chosen]

    @property
    def text(self) -> str:
        """All of the text that is its own."""
        return self.lead + self.body + self.tail


@dataclass(frozen=True)
class Plan:
    """All sentences, and what holds for all of them."""

    base: Utterance
    """The settings and whatever else an utterance carries. Its segments are empty, and its text is only what stands
    before the first sentence: the rest is the sentences' own."""
    sentences: tuple[Sentence, ...]

    @property
    def settings(self) -> Settings:
        """Those of the whole text."""
        return self.base.settings

    @functools.cached_property
    def _settings_mark(self) -> str:
        return hashlib.sha256(Utterance("", self.settings).to_json().encode()).hexdigest()

    @property
    def text(self) -> str:
        """The whole text."""
        return self.base.text + "".join(sentence.text for sentence in self.sentences)

    def utterance(self) -> Utterance:
        segments, at = [], len(self.base.text)
        for sentence in self.sentences:
            segments.append(copy.deepcopy(sentence.segment))
            shift(segments[-1], at + len(sentence.lead))
            at += len(sentence.text)
        return replace(self.base, text=self.text, segments=segments, stage="phonemes")

    def shared(self) -> Utterance:
        """The chosen versions to look at, not to change."""
        return replace(self.base, segments=[sentence.segment for sentence in self.sentences])

    def alone(self, segment: Segment) -> Utterance:
        """One sentence as an utterance of its own, with nothing around it."""
        only = replace(copy.deepcopy(segment), pause_after_s=None)
        shift(only, -only.start)
        text = only.text if any(map(is_speakable, only.text)) else self.text  # a sign that is said by its name
        return replace(self.base, text=text, segments=[only], pause_before_s=0.0, stage="phonemes")

    def signature(self, said: Segment | Version) -> str:
        """Equal for what sounds the same: the segment and the settings, not the silence after it."""
        return self._settings_mark + (said.mark if isinstance(said, Version) else mark_of(said))


def mark_of(segment: Segment) -> str:
    """Equal for segments that sound the same with the same settings."""
    bare = replace(segment, voice_source="", pause_after_s=None, pause_source="")
    return hashlib.sha256(Utterance("", segments=[bare]).to_json().encode()).hexdigest()


def shift(segment: Segment, by: int) -> None:
    """Let all its places in the text count from elsewhere, in place."""
    segment.start, segment.end = segment.start + by, segment.end + by
    for token in segment.tokens:
        token.start, token.end = token.start + by, token.end + by


def bytes_of(segment: Segment) -> int:
    """Approximate bytes of a segment as objects."""
    phones = sum(len(token.phones) for token in segment.tokens)
    return _SEGMENT_BYTES + 4 * len(segment.text) + len(segment.tokens) * _TOKEN_BYTES + phones * _PHONE_BYTES


def weight(plan: Plan, seen: set[int] | None = None) -> int:
    """Approximate bytes of a plan, without what is in ``seen`` already; what it has is added there, by identity."""
    seen = set() if seen is None else seen
    size = sys.getsizeof(plan.sentences)
    for sentence in plan.sentences:
        if id(sentence) in seen:
            continue
        seen.add(id(sentence))
        fresh = [version for version in sentence.versions if id(version) not in seen]
        seen.update(map(id, fresh))
        size += _SENTENCE_BYTES + sum(version.nbytes for version in fresh)
    return size


def opened(utterance: Utterance) -> Plan:
    """The plan of an utterance that has readings, one version a sentence."""
    text, segments = utterance.text, utterance.segments
    head, lead = _parted(text[: segments[0].start]) if segments else (text, "")
    sentences, reach = [], len(head + lead)
    for segment, after in zip(segments, [*segments[1:], None], strict=True):
        own = untimed(segment)
        # A number that is too long for one segment is the text of two: the second one has what is left of it.
        begin = reach
        reach = max(begin, own.end)
        shift(own, -begin)
        gap = text[reach : max(reach, after.start)] if after is not None else text[reach:]
        tail, following = _parted(gap) if after is not None else (gap, "")
        body = text[begin:reach]
        sentences.append(Sentence((Version("A", own),), lead=lead, body=body, tail=tail))
        lead, reach = following, reach + len(gap)
    return Plan(replace(utterance, text=head, segments=[], stage="phonemes"), tuple(sentences))


def _parted(gap: str) -> tuple[str, str]:
    """What stands between two sentences: the first one's part of it, and the second one's, which is on its line."""
    line = max(gap.rfind(mark) for mark in "\n\r\u2028\u2029") + 1
    return (gap[:line], gap[line:]) if line else (gap, "")


def untimed(segment: Segment) -> Segment:
    """A copy without the times of any sound."""
    segment = copy.deepcopy(segment)
    segment.start_s = segment.end_s = None
    for token in segment.tokens:
        token.start_s = token.end_s = None
    return segment


def edited(plan: Plan, edit: Edit) -> Plan:
    """The chosen version of the edit's sentence changed, and what follows from that for its tones.

    Raises :class:`StudioError` ``sentence_locked``, or ``unknown_symbol`` for a reading that the voice cannot say.
    """
    sentence = _unlocked(plan, edit.segment)
    segment = apply(plan.shared(), [edit]).segments[edit.segment]
    cast = bool(edit.voice) if isinstance(edit, VoiceEdit) else sentence.cast
    return _put(plan, edit.segment, replace(_with_segment(sentence, sentence.chosen, segment), cast=cast))


def read_again(plan: Plan, index: int) -> Plan:
    """Another version of a sentence, with a seed that no version of it has had, chosen.

    Raises :class:`StudioError` ``sentence_locked``.
    """
    sentence = _unlocked(plan, index)
    used = [version.segment.own(plan.settings).seed for version in sentence.versions]
    segment = unpredicted(sentence.segment)
    segment.seed = (max(used) + 1) % (MAX_SEED + 1)
    return _put(plan, index, _added(sentence, segment))


def all_read_again(plan: Plan) -> Plan:
    """The same for every sentence that is not locked."""
    for index, sentence in enumerate(plan.sentences):
        if not sentence.locked:
            plan = read_again(plan, index)
    return plan


def kept(plan: Plan, index: int) -> Plan:
    """The chosen version put aside as it is: a copy of it is chosen, for what comes next.

    Raises :class:`StudioError` ``sentence_locked``.
    """
    sentence = _unlocked(plan, index)
    return _put(plan, index, _added(sentence, copy.deepcopy(sentence.segment)))


def chosen(plan: Plan, index: int, version: int) -> Plan:
    """Another version chosen. Raises :class:`StudioError` ``sentence_locked`` or ``nothing_read``."""
    return _put(plan, index, replace(_unlocked(plan, index, version), chosen=version))


def dropped(plan: Plan, index: int, version: int) -> Plan:
    """Without that version; if it was the chosen one, its neighbour is.

    Raises :class:`StudioError` ``sentence_locked``, ``nothing_read``, or ``last_version`` for the only one.
    """
    sentence = _unlocked(plan, index, version)
    if len(sentence.versions) == 1:
        raise StudioError("last_version")
    versions = sentence.versions[:version] + sentence.versions[version + 1 :]
    place = min(sentence.chosen - (version < sentence.chosen), len(versions) - 1)
    return _put(plan, index, replace(sentence, versions=versions, chosen=place))


def locked(plan: Plan, index: int, yes: bool) -> Plan:
    """A sentence locked, or open again."""
    return _put(plan, index, replace(_sentence(plan, index), locked=yes))


def with_settings(plan: Plan, settings: Settings) -> Plan:
    """Other settings for the whole text; what is locked keeps the voice, emotion, strength and seed that it had."""

    def pin(segment: Segment) -> Segment:
        own = segment.own(plan.settings)
        return replace(segment, emotion=own.emotion, intensity=own.intensity, voice=own.voice, seed=own.seed)

    sentences = plan.sentences
    if settings != plan.settings:
        sentences = tuple(
            replace(one, versions=tuple(replace(v, segment=pin(v.segment)) for v in one.versions))
            if one.locked
            else one
            for one in sentences
        )
    return Plan(replace(plan.base, settings=settings), sentences)


def adopted(plan: Plan, utterance: Utterance) -> Plan | None:
    """What was changed elsewhere in the same text, taken over sentence by sentence; ``None`` if it is another one."""
    if utterance.text != plan.text or len(utterance.segments) != len(plan.sentences):
        return None
    if utterance.settings != plan.settings:
        return None
    sentences = []
    for sentence, fresh in zip(plan.sentences, opened(utterance).sentences, strict=True):
        same = fresh.segment == sentence.segment
        sentences.append(sentence if same else _with_segment(sentence, sentence.chosen, fresh.segment))
    return replace(plan, sentences=tuple(sentences))


def settled(plan: Plan, index: int, version: int, spoken: Segment) -> Plan:
    """What the voice predicted for a version written down in it, so that the next edit changes that and nothing else.

    ``spoken`` is that version's segment as it came back from the voice.
    """
    sentence, segment = plan.sentences[index], untimed(spoken)
    before = sentence.versions[version].segment
    segment.pause_after_s = before.pause_after_s
    shift(segment, before.start - segment.start)
    return plan if segment == before else _put(plan, index, _with_segment(sentence, version, segment))


def unpredicted(segment: Segment) -> Segment:
    """A copy whose pitch and lengths the voice is to predict anew."""
    segment = copy.deepcopy(segment)
    for token in segment.tokens:
        for phone in token.phones:
            phone.frames = phone.f0 = phone.energy = None
    return segment


def _added(sentence: Sentence, segment: Segment) -> Sentence:
    version = Version(_name(sentence.named), segment)
    versions = (*sentence.versions, version)
    return replace(sentence, versions=versions, chosen=len(versions) - 1, named=sentence.named + 1)


def _name(number: int) -> str:
    """``A`` to ``Z``, then ``AA``, ``AB`` …"""
    name = ""
    while number >= 0:
        name = _LETTERS[number % len(_LETTERS)] + name
        number = number // len(_LETTERS) - 1
    return name


def _with_segment(sentence: Sentence, version: int, segment: Segment) -> Sentence:
    versions = list(sentence.versions)
    versions[version] = replace(versions[version], segment=segment)
    return replace(sentence, versions=tuple(versions))


def _put(plan: Plan, index: int, sentence: Sentence) -> Plan:
    return replace(plan, sentences=(*plan.sentences[:index], sentence, *plan.sentences[index + 1 :]))


def _sentence(plan: Plan, index: int) -> Sentence:
    if not 0 <= index < len(plan.sentences):
        raise StudioError("nothing_read")
    return plan.sentences[index]


def _unlocked(plan: Plan, index: int, version: int = 0) -> Sentence:
    """The sentence, if it may be changed and has that version."""
    sentence = _sentence(plan, index)
    if sentence.locked:
        raise StudioError("sentence_locked")
    if not 0 <= version < len(sentence.versions):
        raise StudioError("nothing_read")
    return sentence

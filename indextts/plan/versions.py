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

from indextts.errors import StudioError
from indextts.plan.edits import Edit, apply
from indextts.utterance.model import Segment, Settings, Utterance
from indextts.utterance.settings import MAX_SEED

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
    """Without times; never changed in place."""

    @functools.cached_property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return bytes_of(self.segment) + _VERSION_BYTES


@dataclass(frozen=True)
class Sentence:
    """A sentence's versions."""

    versions: tuple[Version, ...]
    chosen: int = 0
    locked: bool = False
    named: int = 1
    """How many names were given so far: none is given twice."""

    @property
    def segment(self) -> Segment:
        return self.versions[self.chosen].segment


@dataclass(frozen=True)
class Plan:
    """All sentences, and what holds for all of them."""

    base: Utterance
    """The text, the settings and whatever else an utterance carries; its segments are empty."""
    sentences: tuple[Sentence, ...]

    @property
    def settings(self) -> Settings:
        """Those of the whole text."""
        return self.base.settings

    def utterance(self) -> Utterance:
        segments = [copy.deepcopy(sentence.segment) for sentence in self.sentences]
        return replace(self.base, segments=segments, stage="phonemes")

    def shared(self) -> Utterance:
        """The chosen versions to look at, not to change."""
        return replace(self.base, segments=[sentence.segment for sentence in self.sentences])

    def alone(self, segment: Segment) -> Utterance:
        """One sentence as an utterance of its own, with nothing around it."""
        only = replace(copy.deepcopy(segment), pause_after_s=None)
        return replace(self.base, segments=[only], pause_before_s=0.0, stage="phonemes")

    def signature(self, segment: Segment) -> str:
        """Equal for what sounds the same: the segment and the settings, not the silence after it."""
        bare = Utterance("", self.settings, [replace(segment, pause_after_s=None)], stage="phonemes")
        return hashlib.sha256(bare.to_json().encode()).hexdigest()


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
    base = replace(utterance, segments=[], stage="phonemes")
    return Plan(base, tuple(Sentence((Version("A", untimed(segment)),)) for segment in utterance.segments))


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
    return _put(plan, edit.segment, _with_segment(sentence, sentence.chosen, segment))


def read_again(plan: Plan, index: int) -> Plan:
    """Another version of a sentence, with a seed that no version of it has had, chosen.

    Raises :class:`StudioError` ``sentence_locked``.
    """
    sentence = _unlocked(plan, index)
    used = [version.segment.own(plan.settings).seed for version in sentence.versions]
    segment = copy.deepcopy(sentence.segment)
    segment.seed = (max(used) + 1) % (MAX_SEED + 1)
    for token in segment.tokens:
        for phone in token.phones:
            phone.frames = phone.f0 = phone.energy = None  # to be predicted anew
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
    if utterance.text != plan.base.text or len(utterance.segments) != len(plan.sentences):
        return None
    if utterance.settings != plan.settings:
        return None
    sentences = []
    for sentence, segment in zip(plan.sentences, utterance.segments, strict=True):
        new = untimed(segment)
        same = new == sentence.segment
        sentences.append(sentence if same else _with_segment(sentence, sentence.chosen, new))
    return replace(plan, sentences=tuple(sentences))


def settled(plan: Plan, index: int, version: int, spoken: Segment) -> Plan:
    """What the voice predicted for a version written down in it, so that the next edit changes that and nothing else.

    ``spoken`` is that version's segment as it came back from the voice.
    """
    sentence, segment = plan.sentences[index], untimed(spoken)
    before = sentence.versions[version].segment
    segment.pause_after_s = before.pause_after_s
    return plan if segment == before else _put(plan, index, _with_segment(sentence, version, segment))


def changed_places(before: Plan, after: Plan) -> list[int] | None:
    """Which sentences are not the same in both; ``None`` where the plans cannot be compared like that."""
    if len(before.sentences) != len(after.sentences) or before.settings != after.settings:
        return None
    pairs = enumerate(zip(before.sentences, after.sentences, strict=True))
    return [index for index, (one, other) in pairs if one is not other]


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

"""What is being edited: one plan with its history, and the sounds that were made of its sentences.

A browser keeps the id of its own, so that a reload loses nothing; the server keeps the rest in memory, the least used
going first.
"""

from __future__ import annotations

import functools
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from indextts.errors import StudioError
from indextts.i18n.messages import Both
from indextts.plan import versions as sentences
from indextts.plan.history import History
from indextts.plan.recording import from_own_start
from indextts.plan.versions import Plan
from indextts.run import Cancel
from indextts.studio.kept import MEGABYTE, Kept
from indextts.studio.tabs.speak.takes import Take
from indextts.utterance.model import Segment, Utterance

MAX_BYTES: Final = 256 * MEGABYTE
"""Of all plans that the process remembers for all pages together, where the configuration says nothing else."""

_SESSION_BYTES: Final = 5000
"""Of what is edited beside its plans and sounds."""

_HEARD_BYTES: Final = 700
"""Of a sound's name and signature."""


@dataclass(frozen=True)
class Heard:
    """A sentence as the voice said it."""

    segment: Segment
    """With its predictions, and its times counted from its own start."""
    audio: str = ""
    """Name of its sound among the outputs; empty while it was only heard within a whole take."""
    engine: str = ""
    """Of a sound that is not the sentence's own: the engine that spoke it instead …"""
    reason: Both | None = None
    """… and why."""

    @functools.cached_property
    def nbytes(self) -> int:
        """Memory that it takes, about. What its segment shares with a plan is counted in both places."""
        return sentences.bytes_of(self.segment) + _HEARD_BYTES


class EditSession:
    """One plan that is being edited. :attr:`lock` is held by whoever looks at or changes more than one thing."""

    def __init__(self, take: Take) -> None:
        self.id = secrets.token_urlsafe(16)
        self.lock = threading.RLock()
        self.revision = 0
        """Counts everything that changes what a page shows."""
        self.made = False
        """Whether that take was put together here."""
        self.take_id = take.id
        """The take that the plan was last put together as, or that it was opened from."""
        utterance = take.utterance
        self._history = History(sentences.opened(utterance))
        self._assembled = self._history.present
        self._sounds: OrderedDict[str, Heard] = OrderedDict()
        self._cancel: Cancel | None = None
        self.learn(utterance)

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self._history.present

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a step can be made again."""
        return self._history.can_redo

    @property
    def assembled(self) -> bool:
        """Whether the take sounds like the plan."""
        return sounds_like(self._assembled, self.plan)

    # ------------------------------------------------------------------ steps

    def step(self, change: Callable[[Plan], Plan], most: int | None = None) -> None:
        """One thing done, that can be undone.

        Raises :class:`StudioError` ``edit_full`` where the plan would take more than ``most`` bytes for it.
        """
        plan = change(self.plan)
        if most is not None and most < sentences.weight(plan) > sentences.weight(self.plan):
            raise StudioError("edit_full")
        self._history.do(plan)
        self.revision += 1

    def undo(self) -> None:
        """The last step taken back."""
        self._history.undo()
        self.revision += 1

    def redo(self) -> None:
        """The step that was taken back last, made again."""
        self._history.redo()
        self.revision += 1

    # ------------------------------------------------------------------ memory

    def nbytes(self, most: int) -> int:
        """Memory that it takes, about. Where that is more than ``most``, what was heard longest ago goes, then the
        steps that were done longest ago: never the plan as it is.
        """
        seen: set[int] = set()

        def new(plan: Plan) -> int:
            """Bytes of ``plan`` that no plan before it has had: states share what they have in common."""
            return sentences.weight(plan, seen)

        total = _SESSION_BYTES + new(self.plan) + (0 if self._assembled is self.plan else new(self._assembled))
        sounds = sum(heard.nbytes for heard in self._sounds.values())
        while self._sounds and total + sounds > most:
            sounds -= self._sounds.popitem(last=False)[1].nbytes
        return total + sounds + self._history.shorten(new, most - total - sounds)

    # ------------------------------------------------------------------ sounds

    def heard(self, segment: Segment) -> Heard | None:
        """How that segment was said with the plan's settings, if it was."""
        return self.known(self.plan.signature(segment))

    def known(self, signature: str) -> Heard | None:
        """What was said for a segment of that signature."""
        return self._sounds.get(signature)

    def remember(self, signature: str, heard: Heard) -> None:
        """Keep what was said for a segment of that signature."""
        self._sounds[signature] = heard
        self._sounds.move_to_end(signature)

    def settle(self, index: int, version: int, heard: Heard) -> None:
        """Write down in the plan what the voice predicted: no step of anybody's, and known by its new signature."""
        plan = sentences.settled(self.plan, index, version, heard.segment)
        if plan is self.plan:
            return
        if self._assembled is self.plan:
            self._assembled = plan
        self._history.amend(plan)
        self.remember(plan.signature(plan.sentences[index].versions[version].segment), heard)

    def learn(self, utterance: Utterance) -> None:
        """The times of a take's sentences."""
        plan = sentences.opened(utterance)
        for sentence, segment in zip(plan.sentences, utterance.segments, strict=True):
            if segment.start_s is None or segment.end_s is None:
                continue
            signature = plan.signature(sentence.segment)
            known = self._sounds.get(signature)
            self.remember(signature, replace(known or Heard(segment), segment=from_own_start(segment)))

    def put_together(self, take: Take, plan: Plan) -> None:
        """``take`` is how ``plan`` sounds; the plan may have been changed since."""
        self.take_id, self._assembled = take.id, plan
        for index, segment in enumerate(take.utterance.segments):
            sentence = plan.sentences[index]
            signature = plan.signature(sentence.segment)
            known = self._sounds.get(signature)
            heard = replace(known or Heard(segment), segment=from_own_start(segment))
            self.remember(signature, heard)
            if index < len(self.plan.sentences) and self.plan.sentences[index] is sentence:
                self.settle(index, sentence.chosen, heard)

    def follow(self, take: Take) -> bool:
        """Take over what was changed on the other tab in the take of this plan; whether that could be done."""
        if take.id == self.take_id:
            return True
        if take.before != self.take_id or not self.assembled:
            return False
        utterance = take.utterance
        plan = sentences.adopted(self.plan, utterance)
        if plan is None:
            return False
        self.learn(utterance)
        self.step(lambda _: plan)
        self.take_id, self._assembled = take.id, self.plan
        return True

    # ------------------------------------------------------------------ one sentence at a time

    def begin(self) -> Cancel:
        """A sentence is about to be spoken; one that still was is not waited for any more."""
        if self._cancel is not None:
            self._cancel.cancel()
        self._cancel = Cancel()
        return self._cancel


def sounds_like(one: Plan, other: Plan) -> bool:
    """Whether two plans ask for the same sound: neither locks, nor versions that are not chosen, nor what the voice
    predicted for it count.
    """
    if one.base != other.base or len(one.sentences) != len(other.sentences):
        return False
    pairs = zip(one.sentences, other.sentences, strict=True)
    return all(a.segment is b.segment or _decided(a.segment) == _decided(b.segment) for a, b in pairs)


def _decided(segment: Segment) -> Segment:
    """Without phones: they follow from readings and breaks, and what they hold beside comes from the voice."""
    return replace(segment, tokens=[replace(token, phones=[]) for token in segment.tokens])


class EditStore:
    """All plans that are being edited in this process; thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.room = max_bytes // 2
        """Bytes that one plan may take with all its steps, so that it does not drive out all others."""
        self._kept: Kept[EditSession] = Kept(max_bytes)

    @property
    def nbytes(self) -> int:
        """Memory that they take now, about."""
        return self._kept.nbytes

    def add(self, session: EditSession) -> None:
        """Remember ``session``, forgetting the least used when there is no room; those of open pages go last."""
        self._kept.put(session.id, session, self._weight(session))

    def weigh(self, session: EditSession) -> None:
        """To be called after each change of ``session``: it may have grown."""
        self._kept.resize(session.id, self._weight(session))

    def _weight(self, session: EditSession) -> int:
        with session.lock:
            return session.nbytes(self.room)

    def find(self, session_id: object) -> EditSession | None:
        """The one of that id; ``None`` where it is unknown or forgotten."""
        return self._kept.get(session_id, renew=True) if isinstance(session_id, str) else None

    def get(self, session_id: object) -> EditSession:
        """The same. Raises :class:`StudioError` ``editor_gone``."""
        session = self.find(session_id)
        if session is None:
            raise StudioError("editor_gone")
        return session

    def show(self, page: str, session_id: str) -> None:
        """The open page of that name edits this plan now."""
        self._kept.show(page, session_id)

    def leave(self, page: str) -> None:
        """That page was closed."""
        self._kept.leave(page)

"""What is being edited: one plan with its history, and how its sentences were said so far.

    session = EditSession(utterance, take_id)
    session.step(lambda plan: edited(plan, Shift(0, 3, "pitch_shift", 2.0)))
    session.undo()

No samples are kept here: those of sentences are in the segment cache and in files.
"""

from __future__ import annotations

import functools
import math
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Final, Generic, Protocol, TypeVar

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language
from indextts.model.utterance import Segment, Utterance
from indextts.plan import versions
from indextts.plan.carrying import carried
from indextts.plan.comparing import sounds_like
from indextts.plan.segment_cache import from_own_start
from indextts.plan.versions import Plan, Version
from indextts.platform.lru import Lru
from indextts.platform.run import Cancel

State = TypeVar("State")

MAX_STEPS: Final = 2000
"""Steps that can be undone; the states share what they have in common, so a step costs what it changed."""

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
    reason: Bilingual | None = None
    """… and why."""

    @functools.cached_property
    def nbytes(self) -> int:
        """Approximate memory in bytes. What its segment shares with a plan is counted in both places."""
        return versions.bytes_of(self.segment) + _HEARD_BYTES


class History(Generic[State]):
    """The present state, and the ways back and forth from it."""

    def __init__(self, present: State, *, most: int = MAX_STEPS) -> None:
        self.present = present
        """Set to replace it without a step that could be undone."""
        self._most = most
        self._past: list[State] = []
        self._future: list[State] = []

    @classmethod
    def of(cls, past: Sequence[State], present: State, future: Sequence[State]) -> History[State]:
        """With a way back and forth already; the last of ``future`` is what comes next."""
        history = cls(present)
        history._past, history._future = [*past], [*future]
        return history

    @property
    def past(self) -> list[State]:
        """What was, the last one last."""
        return [*self._past]

    @property
    def future(self) -> list[State]:
        """What was taken back, the next one last."""
        return [*self._future]

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def do(self, state: State) -> None:
        """A step: ``state`` is the present now. A state that equals the present is no step."""
        if state == self.present:
            return
        self._past.append(self.present)
        del self._past[: -self._most]
        self._future.clear()
        self.present = state

    def shorten(self, size: Callable[[State], int], most: int) -> int:
        """Forget the steps done longest ago, so that the others take ``most`` bytes; what those take now.

        ``size`` says what a state takes that none has had for which it was asked before. Steps that were taken back
        are forgotten where even they are too many.
        """
        total = 0
        for states in (self._future, self._past):
            for kept, state in enumerate(reversed(states)):
                more = size(state)
                if total + more > most:
                    del states[: len(states) - kept]
                    break
                total += more
        return total

    def undo(self) -> None:
        """The state before the last step; nothing at the beginning."""
        if self._past:
            self._future.append(self.present)
            self.present = self._past.pop()

    def redo(self) -> None:
        """The state that was undone last; nothing if there is none."""
        if self._future:
            self._past.append(self.present)
            self.present = self._future.pop()


class EditSession:
    """One plan that is being edited. Hold :attr:`lock` to look at or change more than one thing."""

    def __init__(self, utterance: Utterance, take_id: str, owner: str = "") -> None:
        """``utterance`` is what was spoken as the take of that id, and ``owner`` whose it is: nobody else's."""
        self.owner = owner
        self.id = secrets.token_urlsafe(16)
        self.lock = threading.RLock()
        self.revision = 0
        """Counts everything that changes what a page shows."""
        self.made = False
        """Whether that take was put together here."""
        self.take_id = take_id
        """The take that the plan was last put together as, or that it was opened from."""
        self.history = History(versions.opened(utterance))
        self._assembled = self._opened = self.history.present
        self.home: tuple[str, str] | None = None
        """Whose it is, and the project that it is kept in."""
        self.beside: Plan | None = None
        """What it is heard beside."""
        self._sounds: Lru[str, Heard] = Lru(math.inf)
        self._cancel: Cancel | None = None
        self._learn(self.plan, utterance)

    @classmethod
    def resumed(cls, history: History[Plan], assembled: Plan, take_id: str, *, made: bool) -> EditSession:
        """One that goes on where another has ended; the take with that id sounds like ``assembled``."""
        session = cls(assembled.utterance(), take_id)
        session.history, session._assembled, session.made = history, assembled, made
        session._opened = history.present
        return session

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self.history.present

    @property
    def assembled_plan(self) -> Plan:
        """How the plan was when it was last put together."""
        return self._assembled

    @property
    def before(self) -> Plan:
        """What the plan is compared with: how it was when it was opened here, or taken over."""
        return self._opened

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
        if most is not None and most < versions.weight(plan) > versions.weight(self.plan):
            raise StudioError("edit_full")
        self.history.do(plan)
        self.revision += 1

    def undo(self) -> None:
        """The last step taken back."""
        self.history.undo()
        self.revision += 1

    def redo(self) -> None:
        """The step that was taken back last, made again."""
        self.history.redo()
        self.revision += 1

    # ------------------------------------------------------------------ memory

    def nbytes(self, most: int) -> int:
        """Approximate memory in bytes. Where that is more than ``most``, what was heard longest ago goes, then the
        steps that were done longest ago: never the plan as it is.
        """
        seen: set[int] = set()

        def new(plan: Plan) -> int:
            """Bytes of ``plan`` that no plan before it has had: states share what they have in common."""
            return versions.weight(plan, seen)

        total = _SESSION_BYTES + new(self.plan)
        for plan in (self._assembled, self._opened, self.beside):
            total += 0 if plan is None or plan is self.plan else new(plan)
        self._sounds.bound = most - total
        self._sounds.make_room(0)
        self._sounds.bound = math.inf
        total += self._sounds.size
        return total + self.history.shorten(new, most - total)

    # ------------------------------------------------------------------ sounds

    def heard(self, segment: Segment | Version) -> Heard | None:
        """How that segment was said with the plan's settings, if it was."""
        return self.known(self.plan.signature(segment))

    def known(self, signature: str) -> Heard | None:
        """What was said for a segment of that signature."""
        return self._sounds.peek(signature)

    def remember(self, signature: str, heard: Heard) -> None:
        """Keep what was said for a segment of that signature."""
        self._sounds.put(signature, heard, heard.nbytes)

    def spoken(self, plan: Plan, index: int, segment: Segment, heard: Heard) -> None:
        """A version ``segment`` of sentence ``index`` was said like this; the plan may be another than ``plan`` now."""
        self.remember(plan.signature(segment), heard)
        if self.plan.settings != plan.settings:
            return
        all_of_it = enumerate(self.plan.sentences)
        here = [(index, self.plan.sentences[index])] if index < len(self.plan.sentences) else []
        for where, sentence in (*here, *all_of_it):  # it may have been moved
            for place, version in enumerate(sentence.versions):
                if version.segment is segment:
                    self._settle(where, place, heard)
                    return

    def put_together(self, take_id: str, utterance: Utterance, plan: Plan) -> None:
        """A take with that ``utterance`` is how ``plan`` sounds; the plan may have been changed since."""
        self.take_id, self._assembled, self.made = take_id, plan, True
        now = {id(sentence): place for place, sentence in enumerate(self.plan.sentences)}
        for index, heard in self._learn(plan, utterance).items():
            sentence = plan.sentences[index]
            if id(sentence) in now:
                self._settle(now[id(sentence)], sentence.chosen, heard)

    def follow(self, take_id: str, before: str, utterance: Utterance) -> bool:
        """Take over what was changed elsewhere in this plan's take, ``before``; whether that could be done."""
        plan = versions.adopted(self.plan, utterance) if before == self.take_id and self.assembled else None
        if plan is None:
            return False
        self._learn(plan, utterance)
        self.step(lambda _: plan)
        self.take_id, self._assembled = take_id, self.plan
        return True

    def carry(self, take_id: str, utterance: Utterance) -> int:
        """Go on with another take's plan, in one step; how many of its sentences keep what was made of them."""
        fresh = versions.opened(utterance)
        plan, count = carried(self.plan, fresh)
        self._learn(fresh, utterance)
        self.step(lambda _: plan)
        self.take_id, self._assembled, self._opened, self.made = take_id, fresh, fresh, False
        return count

    def _learn(self, plan: Plan, utterance: Utterance) -> dict[int, Heard]:
        """How the sentences of ``plan`` were said in the take with that ``utterance``, by their places."""
        learnt = {}
        for index, segment in enumerate(utterance.segments):
            if segment.start_s is None or segment.end_s is None:
                continue
            signature = plan.signature(plan.sentences[index].version)
            known = self._sounds.peek(signature) or Heard(segment)
            learnt[index] = replace(known, segment=from_own_start(segment))
            self.remember(signature, learnt[index])
        return learnt

    def _settle(self, index: int, version: int, heard: Heard) -> None:
        """Write down in the plan what the voice predicted: no step to undo; known by its new signature."""
        plan = versions.settled(self.plan, index, version, heard.segment)
        if plan is self.plan:
            return
        if self._assembled is self.plan:
            self._assembled = plan
        self.history.present = plan
        self.remember(plan.signature(plan.sentences[index].versions[version].segment), heard)

    # ------------------------------------------------------------------ one sentence at a time

    def begin(self, cancel: Cancel) -> None:
        """A sentence is about to be spoken, stopped by ``cancel``; one that still was is not waited for any more."""
        if self._cancel is not None:
            self._cancel.cancel()
        self._cancel = cancel


class EditorDesk(Protocol):
    """The page's editor, as ``/v1/editor`` asks it: of an ``owner``'s plans, and as if there were no others.

    Everything blocks, and raises :class:`StudioError`.
    """

    def load(self, sent: Mapping[str, Any], language: Language, owner: str = ...) -> dict[str, Any]:
        """A plan that was being edited, or that is kept in a project, or a take opened as one."""

    def look(self, plan: str, page: str, language: Language, places: str = "", owner: str = ...) -> dict[str, Any]:
        """That plan, all of it, or those sentences; the open page of that name shows it from now on."""

    def text(self, plan: str, owner: str = ...) -> str:
        """Its text, with marks."""

    def compare(self, plan: str, sent: Mapping[str, Any], owner: str = ...) -> dict[str, Any]:
        """What it is heard beside, and which sentences belong together."""

    def change(self, plan: str, sent: Mapping[str, Any], language: Language, owner: str = ...) -> dict[str, Any]:
        """One step, and what it changed."""

    def speak(
        self, plan: str, sent: Mapping[str, Any], language: Language, cancel: Cancel, owner: str = ...
    ) -> dict[str, Any]:
        """The sound of one sentence."""

    def line(
        self, plan: str, revision: int, place: int, audio_format: str, cancel: Cancel, owner: str = ...
    ) -> tuple[bytes, str]:
        """The sound of one sentence as a file, and a name for it."""

    def lines(
        self, plan: str, revision: int, audio_format: str, cancel: Cancel, owner: str = ...
    ) -> tuple[IO[bytes], str]:
        """The sounds of all sentences in an archive, and a name for it."""

    def file(self, plan: str, revision: int, owner: str = ...) -> tuple[str, str]:
        """The plan as JSON, and a name for its file."""

    def close(self) -> None:
        """Keep what was not kept yet."""

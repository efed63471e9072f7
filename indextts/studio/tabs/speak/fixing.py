"""The page's events around what was read: change one thing about it, take that back, remember a reading.

Each answers to the popover through the part ``fixed``, under the number that it sent along.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from indextts.errors import StudioError
from indextts.i18n.messages import Language
from indextts.plan.edits import Edit, Fix, edit_from
from indextts.run import Cancel, Progress
from indextts.studio import panels
from indextts.studio.answers import sentence
from indextts.studio.session import Session
from indextts.studio.strings import say
from indextts.studio.tabs.speak.actions import Actions, Update, Work
from indextts.studio.tabs.speak.fixes import Spoken, new_pause, sentence_with, spliced, word_around
from indextts.studio.tabs.speak.reading_html import pinyin
from indextts.studio.tabs.speak.takes import PackedPlan, Take
from indextts.utterance.model import Utterance

UNDO_S: Final = 10.0
"""How long a fix can be taken back by its button, in seconds; the page's script counts the same."""


class Fixing:
    """Changes of single sentences, over the page's actions."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def fix(
        self,
        event: Mapping[str, Any],
        session: Session,
        language: Language,
        tab: str = "",
        client: str = "",
    ) -> AsyncIterator[Update]:
        """Change one thing about the shown take, as ``event`` says, and speak its sentence again."""
        number = event.get("number")
        edits: list[Edit] = []

        def prepare(cancel: Cancel) -> Work:
            take = self._shown(session, event)
            utterance = take.utterance
            edits.append(edit_from(event, utterance))
            self._actions.service.check_rate(client)
            cancel.client = client
            return lambda on_progress: self._make(take, utterance, edits[0], cancel, on_progress)

        def made(take: Take) -> Update:
            session.replace(take.before, take.id)
            edit, utterance = edits[0], take.utterance
            sentence = utterance.segments[edit.segment]
            word = word_around(sentence, edit.token) if isinstance(edit, Fix) else None
            remember = None if word is None else {"word": word[0], "reading": pinyin(word[1])}
            answer = {"number": number, "take": take.id, "undo_s": UNDO_S, "remember": remember}
            notice = panels.finished(say("fix_done", language, elapsed=f"{take.elapsed_s:.2f}"), take, language)
            return {**self._actions.show(take, session, language), "notice": notice, "fixed": answer}

        def failed(error: StudioError) -> Update:
            return {"notice": panels.idle(), "fixed": _refusal(number, error, language)}

        yield {"fixed": {"number": number, "cancelled": True}}
        async for update in self._actions.run(prepare, made, failed, session, language, tab):
            yield update

    def undo(self, event: Mapping[str, Any], session: Session, language: Language) -> Update:
        """The take before the last fix, as it was."""
        number = event.get("number")
        try:
            take = self._shown(session, event)
            before = self._actions.store.get(take.before)
            if before is None or not before.audio.exists():
                raise StudioError("take_gone")
        except StudioError as error:
            return {"fixed": _refusal(number, error, language)}
        session.replace(take.id, before.id)
        return {
            **self._actions.show(before, session, language),
            "notice": panels.quiet(say("fix_undone", language)),
            "fixed": {"number": number, "take": before.id, "undone": True},
        }

    def _shown(self, session: Session, event: Mapping[str, Any]) -> Take:
        take = self._actions.store.get(str(event.get("take", "")))
        if take is None or take.id not in session.takes:
            raise StudioError("take_gone")
        return take

    def _make(
        self, take: Take, utterance: Utterance, edit: Edit, cancel: Cancel, on_progress: Callable[[Progress], None]
    ) -> Take:
        """Speak the sentence, put it between the others, save. Blocks."""
        began = time.monotonic()
        service = self._actions.service
        part = service.render(sentence_with(utterance, edit), cancel=cancel, on_progress=on_progress)
        try:
            spoken = spliced(take, edit.segment, part, new_pause(utterance, edit, service.config.pauses))
        except FileNotFoundError:
            spoken = self._anew(utterance, edit, cancel, on_progress)
        saved = service.outputs.save(spoken.wav, "wav")
        return replace(
            take,
            id=Take.new_id(),
            before=take.id,
            audio=saved.path,
            duration_s=spoken.duration_s,
            elapsed_s=time.monotonic() - began,
            plan=PackedPlan(spoken.utterance),
            engine=spoken.part.engine,
            fallback=spoken.part.fallback,
            reason=spoken.part.reason,
            stages=tuple((stage.name, stage.seconds) for stage in spoken.part.stages),
            rtf=spoken.part.rtf,
            cached=spoken.part.cached,
            warnings=spoken.part.warnings,
        )

    def _anew(
        self, utterance: Utterance, edit: Edit, cancel: Cancel, on_progress: Callable[[Progress], None]
    ) -> Spoken:
        """Everything spoken again, where the sound of the other sentences has been cleaned up."""
        import copy

        from indextts.audio.encode import encode

        segments = copy.deepcopy(utterance.segments)
        segments[edit.segment] = sentence_with(utterance, edit).segments[0]
        whole = replace(utterance, segments=segments)
        speech = self._actions.service.render(whole, cancel=cancel, on_progress=on_progress)
        wav = encode(speech.samples, speech.sample_rate, "wav")
        return Spoken(wav, speech.utterance, speech.duration_s, speech)


def _refusal(number: object, error: StudioError, language: Language) -> dict[str, Any]:
    return {"number": number, "error": sentence(error, language)}

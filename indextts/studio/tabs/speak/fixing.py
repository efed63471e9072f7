"""The page's events around what was read: change one thing about it, take that back, remember a reading.

Each answers to the popover through the part ``fixed``, under the number that it sent along.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any, Final

from indextts.errors import StudioError
from indextts.i18n.messages import Language
from indextts.lexicon.entry import word_around
from indextts.plan.edits import Edit, Fix, apply, edit_from
from indextts.run import Cancel
from indextts.studio import panels
from indextts.studio.session import Session
from indextts.studio.strings import say
from indextts.studio.tabs.speak.actions import Actions, Update, Work, sentence
from indextts.studio.tabs.speak.reading_html import pinyin
from indextts.studio.tabs.speak.takes import Take

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
            take, service = self._shown(session, event), self._actions.service
            utterance = take.plan.copy()
            edits.append(edit_from(event, utterance))
            service.check_rate(client)
            cancel.client = client
            speak = partial(service.render, apply(utterance, edits), cancel=cancel, recording=take.recording)
            return lambda on_progress: self._actions.make(
                partial(speak, on_progress=on_progress), take.request, take.id
            )

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


def _refusal(number: object, error: StudioError, language: Language) -> dict[str, Any]:
    return {"number": number, "error": sentence(error, language)}

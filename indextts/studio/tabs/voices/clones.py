"""The part of the voices' tab with the cloned ones: what its script asks for here.

Recordings and files go to ``/v1/clones`` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from indextts.engines.registry import can_clone
from indextts.i18n.messages import Language
from indextts.studio.answers import Answer, Sent
from indextts.studio.strings import say
from indextts.studio.tabs.dictionary.tab import UNDO_S, Undos

if TYPE_CHECKING:
    from indextts.service.service import SpeechService
    from indextts.voices.cloning.voice import ClonedVoice


_SLACK_S: Final = 20.0


class Clones:
    """Answers about the cloned voices of one service; ``undos`` are those of the tab."""

    def __init__(self, service: SpeechService, undos: Undos) -> None:
        self._service = service
        self._library = service.clones
        self._undos = undos
        self.actions: dict[str, Callable[[Sent, Language, str], Answer]] = {
            "clones": lambda sent, language, client: self._rows(language),
            "clone_rename": self._rename,
            "clone_remove": self._remove,
        }
        """By the names under which the script asks."""

    def _rows(self, language: Language) -> Answer:
        clones = [_row(one, language) for one in reversed(self._library.voices())]
        return {"clones": clones, "installed": can_clone(self._service.config)}

    def _rename(self, sent: Sent, language: Language, client: str) -> Answer:
        before = self._library.get(str(sent.get("id")))
        made = self._library.rename(before.id, sent.get("name") or "")
        return self._done("clone_renamed", language, made, lambda: self._library.rename(before.id, before.name))

    def _remove(self, sent: Sent, language: Language, client: str) -> Answer:
        gone = self._library.remove(str(sent.get("id")), kept_s=UNDO_S + _SLACK_S)
        return self._done("clone_removed", language, gone, lambda: self._library.restore(gone))

    def _done(self, key: str, language: Language, voice: ClonedVoice, back: Callable[[], object]) -> Answer:
        undo = {"undo": self._undos.add(back), "undo_s": UNDO_S}
        return {"said": say(key, language, name=voice.name), "id": voice.id, **undo, **self._rows(language)}


def _row(voice: ClonedVoice, language: Language) -> Answer:
    seconds = f"{sum(one.seconds for one in voice.references):.1f}"
    count = len(voice.references)
    key = "clone_about_one" if count == 1 else "clone_about"
    about = [say(key, language, count=count, seconds=seconds)]
    if voice.group:
        about.insert(0, say(f"clone_group_{voice.group}", language))
        about.append(f"{voice.pitch_hz:.0f} Hz")
    consent = say("clone_consented", language, consent=voice.consent, date=voice.consent_date)
    return {
        "id": voice.id,
        "name": voice.name,
        "tags": list(voice.tags),
        "about": " · ".join(about),
        "consent": consent,
    }

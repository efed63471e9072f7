"""The tab with the voices: what its script asks for, and what it is answered.

Everything that changes something can be undone: by the name that the answer gives, for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from indextts.i18n.messages import Language
from indextts.request import SpeechRequest
from indextts.run import Cancel
from indextts.studio.answers import Answer, Sent, answered, chosen
from indextts.studio.strings import say
from indextts.studio.tabs.dictionary.tab import UNDO_S, Undos
from indextts.studio.tabs.voices.clones import Clones
from indextts.utterance.model import Settings
from indextts.voices.design import BOUNDS, design
from indextts.voices.dialogue import cast_of, find_turns

if TYPE_CHECKING:
    from indextts.service.service import SpeechService
    from indextts.voices.own import OwnVoice


SLIDERS: Final = ("tract", "pitch", "range")
"""The numbers that the tab offers; a voice keeps the others that it has."""


class Voices:
    """Answers the tab's script over one service."""

    def __init__(self, service: SpeechService) -> None:
        self._service = service
        self._family = service.family
        self._undos = Undos()
        self._actions: dict[str, Callable[[Sent, Language, str], Answer]] = {
            "list": lambda sent, language, client: {},
            "hear": self._hear,
            "add": self._add,
            "change": self._change,
            "remove": self._remove,
            "undo": self._undo,
            "cast": self._cast,
            **Clones(service, self._undos).actions,
        }

    def answer(self, sent: Sent, language: Language, client: str = "") -> Answer:
        """What was done, or why not (``error``), and the voices that the tab should show now.

        ``client`` is the address that asks.
        """
        return answered(
            sent,
            language,
            lambda: chosen(self._actions, sent)(sent, language, client),
            lambda: {"voices": self._rows(language)},
        )

    def _rows(self, language: Language) -> list[Answer]:
        chinese = language == "zh"
        rows = [
            {
                "id": one.id,
                "name": one.name_zh if chinese else one.name_en,
                "about": one.description_zh if chinese else one.description_en,
                "own": False,
                **asdict(one.design),
            }
            for one in self._family.named
        ]
        rows += [
            {"id": one.id, "name": one.name, "about": "", "own": True, **asdict(one.design)}
            for one in self._family.own()
        ]
        return rows

    def _done(self, key: str, language: Language, voice: OwnVoice, back: Callable[[], object]) -> Answer:
        undo = {"undo": self._undos.add(back), "undo_s": UNDO_S}
        return {"said": say(key, language, name=voice.name), "id": voice.id, **undo}

    # ------------------------------------------------------------------ what can be asked

    def _hear(self, sent: Sent, language: Language, client: str) -> Answer:
        """A sample, of a voice that there is or of one that is being made: the name of its audio."""
        from indextts.audio.encode import encode

        self._service.check_rate(client)
        voice = str(sent["id"]) if sent.get("id") else design(_numbers(sent)).inline()
        request = SpeechRequest(say("voice_sample", language), Settings(voice=voice))
        speech = self._service.speak(request, cancel=Cancel(client=client))
        saved = self._service.outputs.save(encode(speech.samples, speech.sample_rate, "wav"), "wav")
        return {"audio": f"/audio/{saved.name}"}

    def _add(self, sent: Sent, language: Language, client: str) -> Answer:
        made = self._family.add(sent.get("name"), _numbers(sent))
        return self._done("voice_saved", language, made, lambda: self._family.remove(made.id))

    def _change(self, sent: Sent, language: Language, client: str) -> Answer:
        before = self._family.get(str(sent.get("id")))
        made = self._family.change(before.id, sent.get("name"), _numbers(sent))
        return self._done("voice_changed", language, made, lambda: self._family.restore(before))

    def _remove(self, sent: Sent, language: Language, client: str) -> Answer:
        gone = self._family.remove(str(sent.get("id")))
        return self._done("voice_removed", language, gone, lambda: self._family.restore(gone))

    def _undo(self, sent: Sent, language: Language, client: str) -> Answer:
        self._undos.take(str(sent.get("undo")))()
        return {"said": say("entry_undone", language)}

    def _cast(self, sent: Sent, language: Language, client: str) -> Answer:
        """Who would speak which lines of a text: labels with their voices, in the order of the text."""
        text = str(sent.get("text") or "")[: self._service.config.server.max_text_chars]
        voices = self._service.voices()
        first = str(sent.get("voice") or voices[0].id)
        first = voices[0].id if first == Settings().voice else first
        cast = cast_of(find_turns(text, voices), voices, first=first)
        return {"cast": [{"label": label, "voice": voice} for label, voice in cast.items()]}


def _numbers(sent: Sent) -> dict[str, Any]:
    return {name: sent[name] for name in BOUNDS if sent.get(name) is not None}

"""What the page's buttons do. Each method is one event; it takes what Gradio sends and returns what changes.

Errors that a person can be told appear in the notice, in the reader's language; anything else is logged under an
id and shown as ``internal`` with that id.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from indextts import sound
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language, caller_language
from indextts.model.settings import settings_of
from indextts.model.utterance import Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform.memory import is_short, shortage
from indextts.platform.run import Cancel
from indextts.studio.takes import ShownTake, TakeStore

if TYPE_CHECKING:
    from indextts.service.service import SpeechService
    from indextts.works.works import Works

log = logging.getLogger(__name__)

DOWNLOADS: Final = ("wav", "flac", "mp3", "opus")
SUBTITLES: Final = ("srt", "vtt", "lrc", "json", "apkg")


def language_of(request: gr.Request | None) -> Language:
    """The language of the page that sent ``request``."""
    return "en" if request is None else caller_language(request.headers)


def left_of(request: gr.Request | None) -> Cancel | None:
    """What is pulled when the client no longer waits for the answer to ``request``, where the server looks for that."""
    state = getattr(None if request is None else request.request, "state", None)
    left = getattr(state, "left", None)
    return left if isinstance(left, Cancel) else None


def sent_with(event: gr.EventData) -> dict[str, Any]:
    """What the page's script sent along."""
    data = getattr(event, "sent", None)
    return data if isinstance(data, dict) else {}


def explained(error: BaseException, language: Language) -> StudioError:
    """``error`` as something that can be shown; what was not foreseen goes to the log under an id."""
    if isinstance(error, StudioError):
        return error
    if is_short(error):
        log.error("Out of memory", exc_info=error)
        return shortage()
    request_id = secrets.token_hex(8)
    log.error("Request %s of the page failed (%s)", request_id, language, exc_info=error)
    return StudioError("internal", request_id=request_id)


def sentence(error: StudioError, language: Language) -> str:
    """What happened and what to do, in one line."""
    message, hint = error.localise(language)
    return f"{message} {hint}" if language == "en" else message + hint


class Actions:
    """The page's events over one service and its works."""

    def __init__(self, service: SpeechService, works: Works) -> None:
        self.service = service
        self.works = works
        self.store = TakeStore(works)
        self._leaving: list[Callable[[str], None]] = []

    @property
    def folder(self) -> Path:
        return self.service.outputs.folder

    def leave(self, tab: str) -> None:
        """The page of that name was closed: what it showed may go. Its runs go on, and are found again."""
        for tell in self._leaving:
            tell(tab)

    def on_leave(self, tell: Callable[[str], None]) -> None:
        """Call ``tell`` with the name of each page that is closed."""
        self._leaving.append(tell)

    def speak_plan(self, utterance: Utterance, owner: str, before: ShownTake | None) -> str:
        """Begin a job that speaks a plan, made from the take ``before``; its id. Raises what is wrong with it."""
        job = self.works.jobs.start(owner, utterance, live=True, before=None if before is None else before.id)
        return job.id

    # ------------------------------------------------------------------ the API

    async def synthesize(
        self, text: str, settings: dict[str, Any], language: Language, client: str = "", left: Cancel | None = None
    ) -> str:
        """For Gradio's clients: the path of a wav file. Raises :class:`gradio.Error` with the sentence to show.

        The work ends when ``left`` is pulled, or this is cancelled.
        """
        cancel = Cancel(client=client)
        if left is not None:
            left.on_cancel(cancel.cancel)
        try:
            if left is not None:
                left.check()
            with self.service.rate.counted(client):
                return await asyncio.to_thread(self._spoken, request_of(text, settings), cancel)
        except Exception as error:
            message, hint = explained(error, language).localise(language)
            raise gr.Error(f"{message} {hint}", print_exception=False) from error
        finally:
            cancel.cancel()

    def _spoken(self, request: SpeechRequest, cancel: Cancel) -> str:
        speech = self.service.speak(request, cancel=cancel)
        wav = sound.labelled(self.service.config.label, speech.samples, speech.sample_rate, "wav")
        return str(self.service.outputs.save(wav, "wav").path)


def request_of(text: object, settings: dict[str, Any]) -> SpeechRequest:
    """The page's values as a request. Raises :class:`StudioError` where the text is something else than text."""
    if text is not None and not isinstance(text, str):
        reason = Bilingual("it should be a string.", "应是文字。")
        raise StudioError("invalid_value", field=Bilingual("text", "文字"), reason=reason)
    return SpeechRequest(text or "", settings_of(settings))


def file_stem(text: str) -> str:
    """A file name from the text's beginning without its marks, safe on every system."""
    from indextts.reading.markup import parse

    with suppress(StudioError):  # what is no mark stays as it was written
        text = parse(text).text
    kept = "".join(char if char.isalnum() else " " for char in text[:200])
    return "-".join(kept.split())[:24].strip("-") or "speech"

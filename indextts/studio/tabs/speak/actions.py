"""What the page's buttons do. Each method is one event; it takes what Gradio sends and returns what changes.

Errors that a person can be told appear in the notice, in the reader's language; anything else is logged under an
id and shown as ``internal`` with that id.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from indextts.errors import StudioError
from indextts.i18n.language import caller_language
from indextts.i18n.messages import Bilingual, Language
from indextts.request import SpeechRequest
from indextts.run import Cancel, Progress
from indextts.runtime.memory import is_short, shortage
from indextts.studio import panels
from indextts.studio.form import settings_of
from indextts.studio.session import Session, in_thread
from indextts.studio.strings import say
from indextts.studio.tabs.speak import engines
from indextts.studio.tabs.speak.reading_html import reading_html
from indextts.studio.tabs.speak.takes import Take, TakeStore
from indextts.utterance.model import Settings

if TYPE_CHECKING:
    from indextts.pipeline import Speech
    from indextts.service.service import SpeechService

log = logging.getLogger(__name__)

Update = dict[str, Any]
"""What changes on the page, by the name of the part."""

Work = Callable[[Callable[[Progress], None]], Take]
"""Makes a take, telling its progress. Blocks."""

DOWNLOADS: Final = ("wav", "flac", "mp3", "opus")
SUBTITLES: Final = ("srt", "vtt", "lrc", "json")


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
    """The page's events over one service and one store of takes."""

    def __init__(self, service: SpeechService, store: TakeStore) -> None:
        self.service = service
        self.store = store
        self._going: dict[str, set[Cancel]] = {}
        self._leaving: list[Callable[[str], None]] = [store.leave]

    @property
    def folder(self) -> Path:
        return self.service.outputs.folder

    # ------------------------------------------------------------------ generate

    async def generate(
        self,
        text: str,
        length: float,
        settings: dict[str, Any],
        session: Session,
        language: Language,
        tab: str = "",
        client: str = "",
        speakers: Any = None,
    ) -> AsyncIterator[Update]:
        """One run: yields the notice while it goes on, then the result, or what went wrong.

        ``length`` is the text's, told apart because too long a text is not sent; ``tab`` names the open page,
        ``client`` is the address that asks; ``speakers`` are the voices of a dialogue's labels.
        """
        limit = self.service.config.server.max_text_chars

        def prepare(cancel: Cancel) -> Work:
            if length > limit:
                raise StudioError("text_too_long", length=int(length), limit=limit)
            request = replace(request_of(text, settings), speakers=speakers)
            self.service.check_rate(client)
            cancel.client = client
            speak = partial(self.service.speak, request, cancel=cancel)
            return lambda on_progress: self.make(partial(speak, on_progress=on_progress), request)

        def made(take: Take) -> Update:
            session.remember(take)
            return {**self.show(take, session, language), "notice": panels.done(take, language)}

        def failed(error: StudioError) -> Update:
            return {"notice": panels.failure(error, language)}

        async for update in self.run(prepare, made, failed, session, language, tab):
            yield update

    async def run(
        self,
        prepare: Callable[[Cancel], Work],
        made: Callable[[Take], Update],
        failed: Callable[[StudioError], Update],
        session: Session,
        language: Language,
        tab: str,
    ) -> AsyncIterator[Update]:
        """Do what ``prepare`` returns in a thread and yield what to show: progress, then ``made`` or ``failed``.

        A cancelled run only says so: the page stays as it was. ``prepare`` and ``made`` have a thread too: plans are
        opened and drawn there, which is long for a long text.
        """
        cancel = session.begin()
        session.page = tab
        yield {"notice": panels.busy(say("busy_start", language), 0.0), "running": True}
        try:
            with self.going(tab, cancel):
                work = await asyncio.to_thread(prepare, cancel)
                async for step in in_thread(work, cancel):
                    if isinstance(step, Progress):
                        yield {"notice": panels.progress(step, language)}
                    else:
                        self.store.add(step)
                        yield await asyncio.to_thread(made, step)
        except StudioError as error:
            if error.code == "cancelled":
                yield {"notice": panels.quiet(say("cancelled", language))}
            else:
                yield failed(error)
        except Exception as error:
            yield failed(explained(error, language))
        finally:
            session.end(cancel)
        yield {"running": False}

    @contextmanager
    def going(self, tab: str, cancel: Cancel) -> Iterator[None]:
        """Within this, work goes on for the open page ``tab``, which ends when that is closed."""
        runs = self._going.setdefault(tab, set())
        runs.add(cancel)
        try:
            yield
        finally:
            runs.discard(cancel)
            if not runs and self._going.get(tab) is runs:
                del self._going[tab]

    def make(self, speak: Callable[[], Speech], request: SpeechRequest | None = None, before: str = "") -> Take:
        """Speak, encode, save: a take of ``request``, made from the take ``before``. Blocks."""
        from indextts.audio.encode import encode

        began, speech = time.monotonic(), speak()
        saved = self.service.outputs.save(encode(speech.samples, speech.sample_rate, "wav"), "wav")
        if request is not None:
            request = replace(request, settings=replace(request.settings, emotion=speech.utterance.settings.emotion))
        return Take.of(speech, request, saved.path, elapsed_s=time.monotonic() - began, before=before)

    def cancel(self, session: Session) -> None:
        """Stop the run that is going on.

        Only the run's own event speaks in the notice: two answers on two ways could arrive in either order.
        """
        session.stop()

    def leave(self, tab: str) -> None:
        """The page was closed: its runs end, and what it showed may go."""
        for cancel in [*self._going.get(tab, ())]:
            cancel.cancel()
        for tell in self._leaving:
            tell(tab)

    def on_leave(self, tell: Callable[[str], None]) -> None:
        """Call ``tell`` with the name of each page that is closed."""
        self._leaving.append(tell)

    def alive(self, sent: Mapping[str, Any], session: Session, language: Language, tab: str) -> Update:
        """Whether anything is still worked on for that page, which waits for an answer.

        Where nothing is, and the page has been told so before (``lost``), its run has ended on a way that was cut off:
        then it gets its buttons back, and the last take that was made.
        """
        working = bool(self._going.get(tab))
        update: Update = {"alive": {"number": sent.get("number"), "working": working}}
        if working or not sent.get("lost"):
            return update
        notice = panels.quiet(say("run_lost", language))
        take = self.store.get(session.shown)
        shown = self.show(take, session, language) if take is not None else {}
        update["alive"]["lost"] = True
        return {**shown, "notice": notice, "edit_notice": panels.idle(), "running": False, **update}

    # ------------------------------------------------------------------ results

    def show(self, take: Take, session: Session, language: Language) -> Update:
        session.shown = take.id
        self.store.show(session.page, take.id)
        utterance = take.utterance  # held, so that it is opened once for all that is drawn of it
        return {
            "player": str(take.audio) if take.audio.exists() else None,
            "reading": panels.result_head(take, language) + reading_html(utterance, language),
            "timings": panels.timings(take, language),
            "takes": self._list(session, language),
        }

    def _list(self, session: Session, language: Language) -> str:
        return panels.takes_list(self.store.known(session.takes), language, shown=session.shown)

    def restore_session(self, ids: object, shown: object, session: Session, language: Language) -> Update:
        """After a reload: the takes that this browser made and that still exist, the last shown one in the player."""
        known = self.store.known(ids if isinstance(ids, list) else [])
        session.takes = [take.id for take in known]
        current = next((take for take in known if take.id == shown), known[0] if known else None)
        return self.show(current, session, language) if current else {}

    def take(self, action: str, take_id: str, session: Session, language: Language) -> Update:
        """A button of the list of takes: play it again or bring its text back (``wav``: see :meth:`download`)."""
        take = self.store.get(take_id)
        if take is None or take_id not in session.takes:
            return {"notice": panels.quiet(say("take_gone", language))}
        if action == "restore":
            return {"text": take.request.text}
        gone = not take.audio.exists()
        return {
            **self.show(take, session, language),
            "notice": panels.quiet(say("take_gone", language)) if gone else panels.idle(),
        }

    def download(self, audio_format: str, take_id: str, session: Session, language: Language) -> Update:
        """A take in another format, or its subtitles: the file, and the name it gets on the reader's disk."""
        take = self.store.get(take_id or session.shown)
        if take is None or take.id not in session.takes:
            return {"notice": panels.quiet(say("take_gone", language))}
        try:
            if audio_format in SUBTITLES:
                path = self._subtitles(take, audio_format)
            else:
                path = take.audio if audio_format == "wav" else self._converted(take.audio, audio_format)
        except FileNotFoundError:
            return {"notice": panels.quiet(say("take_gone", language))}
        except Exception as error:
            return {"notice": panels.failure(explained(error, language), language)}
        name = f"{file_stem(take.request.text)}.{audio_format}"
        return {"file": str(path), "file_name": name, "notice": panels.idle()}

    def converting(self, audio_format: str, language: Language) -> Update:
        """What to show while :meth:`download` works."""
        return {"notice": panels.busy(say("busy_convert", language, format=audio_format), 0.5)}

    def _subtitles(self, take: Take, form: str) -> Path:
        from indextts.export.subtitles import Subtitles

        return self.service.outputs.save(Subtitles.of(take.utterance).render(form).encode(), form).path

    def _converted(self, wav: Path, audio_format: str) -> Path:
        import soundfile

        from indextts.audio.encode import encode

        with wav.open("rb") as file:
            samples, sample_rate = soundfile.read(file, dtype="float32")
        data = encode(samples, sample_rate, audio_format, self.service.config.audio.resampler)
        return self.service.outputs.save(data, audio_format).path

    # ------------------------------------------------------------------ the voice

    def voices(self, language: Language, chosen: object = None, engine: object = None) -> Update:
        """The engines, the voices of the chosen one and what the chosen voice may be used for, once they are there.

        Where ``chosen``, the one in the page's list, is there no more, the default one takes its place.
        """
        name = engine if isinstance(engine, str) else Settings().engine
        update: Update = {}
        try:
            if not engines.is_usable(name, self.service):
                name = update["engine"] = Settings().engine  # never another one in its place without a word
            voices = engines.voices_of(name, self.service.voices())
            rows = engines.speakers(name, self.service, language)
        except StudioError:
            return {}  # still loading: the page asks again, and the header says so
        if chosen is not None and chosen not in [row["id"] for row in rows if not row["lacks"]]:
            update["voice"] = Settings().voice
        speaker = next((voice for voice in voices if voice.id == chosen), voices[0] if voices else None)
        return {
            **update,
            "lists": {"engine": engines.listed(self.service, language), "voice": rows},
            "engine_note": engines.note(name, self.service, language, speaker),
            "licence": panels.licence(speaker, language) if speaker else "",
        }

    # ------------------------------------------------------------------ the API

    async def synthesize(
        self, text: str, settings: dict[str, Any], language: Language, client: str = "", left: Cancel | None = None
    ) -> str:
        """For Gradio's clients: the path of a wav file. Raises :class:`gradio.Error` with the sentence to show.

        The work ends when ``left`` is pulled, or this is cancelled.
        """
        cancel, audio = Cancel(client=client), ""
        if left is not None:
            left.on_cancel(cancel.cancel)
        try:
            if left is not None:
                left.check()
            self.service.check_rate(client)
            request = request_of(text, settings)
            speak = partial(self.service.speak, request, cancel=cancel)
            async for step in in_thread(lambda _: self.make(speak, request), cancel):
                audio = str(step.audio) if isinstance(step, Take) else audio
        except Exception as error:
            message, hint = explained(error, language).localise(language)
            raise gr.Error(f"{message} {hint}", print_exception=False) from error
        return audio


def request_of(text: object, settings: dict[str, Any]) -> SpeechRequest:
    """The page's values as a request. Raises :class:`StudioError` where the text is something else than text."""
    if text is not None and not isinstance(text, str):
        reason = Bilingual("it should be a string.", "应是文字。")
        raise StudioError("invalid_value", field=Bilingual("text", "文字"), reason=reason)
    return SpeechRequest(text or "", settings_of(settings))


def file_stem(text: str) -> str:
    """A file name from the text's beginning without its marks, safe on every system."""
    from indextts.markup import parse

    with suppress(StudioError):  # what is no mark stays as it was written
        text = parse(text).text
    kept = "".join(char if char.isalnum() else " " for char in text[:200])
    return "-".join(kept.split())[:24].strip("-") or "speech"

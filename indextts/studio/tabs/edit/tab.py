"""The editor's tab: what its script asks for, and what it is answered.

Plans and their changes are answered at once, and the sound of one sentence when it is made: ``/v1/editor`` asks for
these. The sound of the whole is a job, which :meth:`Editor.whole` begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, NamedTuple

from indextts.errors import StudioError
from indextts.i18n.messages import Language
from indextts.plan import versions
from indextts.plan.editing import EditSession, Heard
from indextts.plan.edits import Emotion, Speaker, edit_from
from indextts.plan.versions import Plan
from indextts.request import check_settings
from indextts.run import Cancel
from indextts.studio import panels
from indextts.studio.kept import MEGABYTE, Kept
from indextts.studio.strings import say
from indextts.studio.tabs.edit.view import plan_view
from indextts.studio.tabs.speak.actions import Actions, explained, file_stem, sentence
from indextts.studio.tabs.speak.takes import Take
from indextts.utterance.model import Settings
from indextts.utterance.settings import EMOTIONS

Answer = dict[str, Any]
Sent = Mapping[str, Any]

MAX_BYTES: Final = 256 * MEGABYTE
"""Of all plans that the process remembers for all pages together, where the configuration says nothing else."""
MAX_PAGE_NAME: Final = 64
"""Characters that are kept of an open page's name: Gradio's have fewer."""
MOST_MADE: Final = 32
"""Plans that are remembered while they are spoken as a whole."""
_SETTINGS: Final = ("voice", "emotion", "intensity")
"""What can be chosen here for the whole text: what every sentence can also have for itself."""
_WHOLE_SETTINGS: Final = ("speed", "pitch", "energy")
"""What goes for every sentence: it cannot be chosen while one is locked."""
_NOT_BORROWED: Final[dict[str, Any]] = {"emotion_reference": "", "emotion_text": ""}
"""A chosen emotion takes the place of a recording's or a description's."""


class _Wish(NamedTuple):
    """A version of a sentence that is to be heard, in the plan as it was then."""

    edit: EditSession
    plan: Plan
    place: int
    version: int
    cancel: Cancel


class EditStore(Kept[EditSession]):
    """All plans that are being edited in this process; thread-safe.

    A browser keeps the id of its own, so that a reload loses nothing. The least used plan is forgotten first.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(max_bytes)
        self.room = max_bytes // 2
        """Bytes that one plan may take with all its steps, so that it does not drive out all others."""

    def add(self, session: EditSession) -> None:
        """Remember ``session``, forgetting the least used when there is no room; those of open pages go last."""
        with session.lock:
            size = session.nbytes(self.room)
        self.put(session.id, session, size)

    def weigh(self, session: EditSession) -> None:
        """To be called after each change of ``session``: it may have grown."""
        with session.lock:
            size = session.nbytes(self.room)
        self.resize(session.id, size)

    def find(self, session_id: object) -> EditSession | None:
        """The one of that id; ``None`` where it is unknown or forgotten."""
        return self.get(session_id, renew=True) if isinstance(session_id, str) else None

    def asked(self, session_id: object) -> EditSession:
        """The same. Raises :class:`StudioError` ``editor_gone``."""
        session = self.find(session_id)
        if session is None:
            raise StudioError("editor_gone")
        return session


class Editor:
    """Answers the tab's script over the page's actions; a :class:`indextts.plan.editing.Desk`."""

    def __init__(self, actions: Actions, store: EditStore | None = None) -> None:
        self._actions = actions
        self.store = EditStore(actions.service.config.cache.edits_mb * MEGABYTE) if store is None else store
        self._making: dict[str, tuple[EditSession, Plan]] = {}
        """What the jobs that speak a whole plan speak, by their ids."""
        actions.on_leave(self.store.leave)

    # ------------------------------------------------------------------ at once

    def load(self, sent: Sent, language: Language) -> Answer:
        """The plan that a browser was editing (``plan``), or the shown take (``take``) opened as one.

        ``other`` is a take that waits, because the plan was changed; ``anew`` opens it. ``empty`` where there is none.
        """
        page, take = str(sent.get("page") or ""), self._actions.store.get(str(sent.get("take") or ""))
        known = None if sent.get("anew") else self.store.find(sent.get("plan"))
        if known is not None:
            with known.lock:
                if take is None or take.id == known.take_id or known.follow(take.id, take.before, take.utterance):
                    return self._whole(known, page, language)
                if known.history.can_undo:
                    return {**self._whole(known, page, language), "other": take.id}
        if take is None:
            return {"empty": True}
        return self._whole(self._opened(take), page, language)

    def look(self, plan: str, page: str, language: Language) -> Answer:
        """All of a plan, as it is now."""
        edit = self.store.asked(plan)
        with edit.lock:
            return self._whole(edit, page, language)

    def _opened(self, take: Take) -> EditSession:
        """A take's plan, to be edited from now on."""
        opened = EditSession(take.utterance, take.id)
        self.store.add(opened)
        return opened

    @contextmanager
    def _held(self, plan: str, revision: object) -> Iterator[EditSession]:
        """A plan that no other thread changes within this.

        Raises :class:`StudioError` ``edited_elsewhere`` where the page that asks knows another revision of it.
        """
        edit = self.store.asked(plan)
        with edit.lock:
            if revision != edit.revision:
                raise StudioError("edited_elsewhere")
            yield edit

    def file(self, plan: str, revision: int) -> tuple[str, str]:
        """The plan as JSON, indented where it is small enough to be opened again, and a name for its file."""
        with self._held(plan, revision) as edit:
            utterance = edit.plan.utterance()
        text = utterance.to_json(indent=1)
        if len(text.encode()) > self._actions.service.config.server.max_plan_bytes:
            text = utterance.to_json()
        return text, f"{file_stem(utterance.text)}.plan.json"

    def change(self, plan: str, sent: Sent, language: Language) -> Answer:
        """One step, which ``sent`` describes, and the sentences that it changed."""
        with self._held(plan, sent.get("revision")) as edit:
            before = edit.plan
            if (action := sent.get("action")) in ("undo", "redo"):
                edit.undo() if action == "undo" else edit.redo()
            else:
                edit.step(lambda plan: self._changed(plan, sent), self.store.room)
            self.store.weigh(edit)
            places = versions.changed_places(before, edit.plan)
            return plan_view(edit, self._actions.service.config.pauses, language, places)

    def _changed(self, plan: Plan, sent: Sent) -> Plan:
        index, version = (value if isinstance(value := sent.get(name), int) else -1 for name in ("segment", "version"))
        match sent.get("action"):
            case "again":
                return versions.read_again(plan, index)
            case "all_again":
                return versions.all_read_again(plan)
            case "keep":
                return versions.kept(plan, index)
            case "choose":
                return versions.chosen(plan, index, version)
            case "drop":
                return versions.dropped(plan, index, version)
            case "lock":
                return versions.locked(plan, index, bool(sent.get("value")))
            case "settings":
                wanted = {name: sent[name] for name in (*_SETTINGS, *_WHOLE_SETTINGS) if name in sent}
                if "emotion" in wanted:
                    wanted |= _NOT_BORROWED
                settings = replace(plan.settings, **wanted)
                self._check(settings)
                if not wanted.keys().isdisjoint(_WHOLE_SETTINGS) and any(one.locked for one in plan.sentences):
                    raise StudioError("locked_sentences")
                return versions.with_settings(plan, settings)
        edit, settings = edit_from(sent, plan.shared()), plan.settings
        if isinstance(edit, Emotion) and edit.emotion:
            intensity = settings.intensity if edit.intensity is None else edit.intensity
            self._check(replace(settings, emotion=edit.emotion, intensity=intensity, **_NOT_BORROWED))
        elif isinstance(edit, Speaker) and edit.voice:
            self._check(replace(settings, voice=edit.voice))
        return versions.edited(plan, edit)

    def _check(self, settings: Settings) -> None:
        check_settings(settings, voices=[voice.id for voice in self._actions.service.voices()])

    def _whole(self, edit: EditSession, page: str, language: Language) -> Answer:
        """Everything that a page needs that knows nothing yet; from now on that page shows this plan."""
        self.store.show(page[:MAX_PAGE_NAME], edit.id)
        self.store.weigh(edit)
        voices = self._actions.service.voices()
        names = [[voice.id, voice.name_zh if language == "zh" else voice.name_en] for voice in voices]
        emotions = [[name, say(f"emotion_{name}", language)] for name in EMOTIONS]
        view = plan_view(edit, self._actions.service.config.pauses, language)
        return {**view, "voices": names, "emotions": emotions}

    # ------------------------------------------------------------------ one sentence

    def speak(self, plan: str, sent: Sent, language: Language, cancel: Cancel) -> Answer:
        """The sound of one version of a sentence, made if it is not there. A later wish for a sound ends this one."""
        wish = self._wish(plan, sent, cancel)
        return self._heard(wish, self._spoken(*wish), language)

    def _wish(self, plan_id: str, sent: Sent, cancel: Cancel) -> _Wish:
        """What is to be spoken; the wish before ends. Waits while another thread changes the plan."""
        edit = self.store.asked(plan_id)
        with edit.lock:
            edit.begin(cancel)
            plan, index, version = edit.plan, sent.get("segment"), sent.get("version")
            if not isinstance(index, int) or not 0 <= index < len(plan.sentences):
                raise StudioError("nothing_read")
            sentence = plan.sentences[index]
            place = version if isinstance(version, int) and 0 <= version < len(sentence.versions) else -1
            return _Wish(edit, plan, index, sentence.chosen if place < 0 else place, cancel)

    def _heard(self, wish: _Wish, heard: Heard, language: Language) -> Answer:
        edit, index = wish.edit, wish.place
        with edit.lock:
            self.store.weigh(edit)
            still = index < len(edit.plan.sentences)
            view = plan_view(edit, self._actions.service.config.pauses, language, [index] if still else [])
        answer = {**view, "audio": heard.audio, "segment": index}
        if heard.reason is not None:
            answer["told"] = panels.fell_back(heard.engine, heard.reason, language)
        return answer

    def _spoken(self, edit: EditSession, plan: Plan, index: int, version: int, cancel: Cancel) -> Heard:
        """Speak and save; what is known already is not spoken again. Blocks."""
        from indextts.audio.encode import encode

        service = self._actions.service
        segment = plan.sentences[index].versions[version].segment
        signature = plan.signature(segment)
        with edit.lock:
            known = edit.known(signature)
        if known is not None and known.audio and service.outputs.find(known.audio):
            return known
        speech = service.render(plan.alone(segment), cancel=cancel)
        said = speech.utterance.segments[0]
        saved = service.outputs.save(encode(speech.samples, speech.sample_rate, "wav"), "wav")
        heard = Heard(said, saved.name)
        if speech.fallback:
            # Heard now, but not the sound of this sentence: its own engine may be back the next time.
            return replace(heard, engine=speech.engine, reason=speech.reason)
        with edit.lock:
            edit.spoken(plan, index, segment, heard)
        return heard

    # ------------------------------------------------------------------ all of it

    def whole(self, sent: Sent, owner: str, language: Language, client: str = "") -> Answer:
        """Make a take of a plan, under the number that was sent along; the script follows the ``job`` and, when that is
        done, asks again with its id: from then on it is the plan's own take. Blocks.

        Sentences that were spoken before are not spoken again.
        """
        number = sent.get("number")
        try:
            edit = self.store.asked(sent.get("id"))
            if "job" in sent:
                return {"number": number, **self._put_together(edit, str(sent["job"]), owner, language)}
            self._actions.service.check_rate(client)
            with edit.lock:
                plan = edit.plan
            before = self._actions.store.get(edit.take_id, owner)
            job = self._actions.speak_plan(plan.utterance(), owner, before)
            self._making[job] = (edit, plan)
            while len(self._making) > MOST_MADE:
                del self._making[next(iter(self._making))]
            return {"number": number, "job": job}
        except Exception as error:
            return {"number": number, "error": sentence(explained(error, language), language)}

    def _put_together(self, edit: EditSession, job: str, owner: str, language: Language) -> Answer:
        take = self._actions.store.asked(job, owner)
        plan = self._making.pop(job, (edit, edit.plan))[1]
        utterance = take.utterance
        with edit.lock:
            edit.put_together(take.id, utterance, plan)
            self.store.weigh(edit)
            return plan_view(edit, self._actions.service.config.pauses, language)

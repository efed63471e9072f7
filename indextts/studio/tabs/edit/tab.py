"""The editor's tab: what its script asks for, and what it is answered.

Plans and their changes are answered at once, and the sound of one sentence when it is made: ``/v1/editor`` asks for
these. The sound of the whole is a job, which :meth:`Editor.whole` begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import IO, Any, Final, NamedTuple

from indextts import sound
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language
from indextts.model.settings import EMOTIONS
from indextts.plan import lines, versions
from indextts.plan.carrying import matched
from indextts.plan.comparing import same_sound, sounds_like
from indextts.plan.editing import EditSession, Heard
from indextts.plan.versions import Plan
from indextts.plan.writing import written
from indextts.platform.run import Cancel
from indextts.service.owner import LOCAL
from indextts.studio import panels
from indextts.studio.kept import MEGABYTE, Kept
from indextts.studio.strings import say
from indextts.studio.tabs.edit.changes import Changes, Sent
from indextts.studio.tabs.edit.files import archive, encoded, line_name
from indextts.studio.tabs.edit.keeping import Keeper
from indextts.studio.tabs.edit.view import MOST, plan_view
from indextts.studio.tabs.speak.actions import Actions, explained, file_stem, sentence
from indextts.voices import Voice

Answer = dict[str, Any]

MAX_BYTES: Final = 256 * MEGABYTE
"""Of all plans that the process remembers for all pages together, where the configuration says nothing else."""
MAX_PAGE_NAME: Final = 64
"""Characters that are kept of an open page's name: Gradio's have fewer."""
MOST_MADE: Final = 32
"""Plans that are remembered while they are spoken as a whole."""


MOST_HOMES: Final = 1000


def _plain(value: object) -> str:
    """A name that was sent, fit to be looked up."""
    return value if isinstance(value, str) and value.isascii() else ""


def _near_first(voices: Sequence[Voice], language: Language) -> list[Voice]:
    """Among those of one engine, the ones that speak ``language`` best first, as in the page's other lists."""
    near = sorted(voices, key=lambda one: one.languages[:1] != (language,))
    kinds = [(one.engine, one.group == "own") for one in voices]
    waiting = {kind: [one for one in near if (one.engine, one.group == "own") == kind] for kind in kinds}
    return [waiting[kind].pop(0) for kind in kinds]


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

    def find(self, session_id: object, owner: str) -> EditSession | None:
        """The one of that id; ``None`` where it is unknown, forgotten, or of another ``owner``."""
        session = self.get(session_id, renew=True) if isinstance(session_id, str) else None
        return None if session is None or session.owner != owner else session

    def asked(self, session_id: object, owner: str) -> EditSession:
        """The same. Raises :class:`StudioError` ``editor_gone``."""
        session = self.find(session_id, owner)
        if session is None:
            raise StudioError("editor_gone")
        return session


class Editor:
    """Answers the tab's script over the page's actions; a :class:`indextts.plan.editing.EditorDesk`."""

    def __init__(self, actions: Actions, store: EditStore | None = None) -> None:
        self._actions = actions
        self._changes = Changes(actions.service, actions.works)
        self.store = EditStore(actions.service.config.cache.edits_mb * MEGABYTE) if store is None else store
        self._making: dict[str, tuple[EditSession, Plan]] = {}
        """What the jobs that speak a whole plan speak, by their ids."""
        works, limit = actions.works, actions.service.config.server.max_text_chars
        self._keeper = Keeper(lambda: works.projects, limit)
        self._homes: dict[tuple[str, str], str] = {}
        """Which plan is open of each project."""
        actions.on_leave(self.store.leave)

    # ------------------------------------------------------------------ at once

    def load(self, sent: Sent, language: Language, owner: str = LOCAL) -> Answer:
        """The plan that a browser was editing (``plan``), else the one that is kept in the ``project``, else the shown
        take (``take``) opened as one.

        ``other`` is a take that waits, because the plan was changed; ``anew`` goes on with it, and ``kept`` is how many
        of its sentences keep what was made of them. ``empty`` where there is none.
        """
        page, take = str(sent.get("page") or ""), self._actions.store.get(_plain(sent.get("take")), owner)
        home = (owner, project) if (project := _plain(sent.get("project"))) else None
        known, told = self._found(sent, owner, home, language)
        if known is not None:
            with known.lock:
                if sent.get("anew") and take is not None and take.id != known.take_id:
                    count = known.carry(take.id, take.utterance)
                    return {**self._whole(known, page, language), "kept": count}
                if take is None or take.id == known.take_id or known.follow(take.id, take.before, take.utterance):
                    return self._whole(known, page, language)
                if known.history.can_undo:
                    return {**self._whole(known, page, language), "other": take.id}
        if take is None:
            return {"empty": True}
        opened = EditSession(take.utterance, take.id, owner)
        self.store.add(opened)
        opened.home = None if told else home  # what could not be read stays where it is
        answer = self._whole(opened, page, language)
        return {**answer, "told": told} if told else answer

    def _found(
        self, sent: Sent, owner: str, home: tuple[str, str] | None, language: Language
    ) -> tuple[EditSession | None, str]:
        """The plan that is gone on with, and what is wrong with what was kept of it."""
        known = self.store.find(sent.get("plan"), owner)
        if home is None:
            return known, ""
        if known is not None and (known.home == home or (known.home is None and self._keeper.free(home))):
            known.home = home
            return known, ""
        open_ = self.store.find(self._homes.get(home), owner)
        if open_ is not None and open_.home == home:
            return open_, ""
        if "plan" not in sent and sent.get("anew"):
            return None, ""
        try:
            kept = self._keeper.opened(*home)
        except StudioError as error:
            return (known, "") if error.code == "no_project" else (None, sentence(error, language))
        if kept is not None:
            self.store.add(kept)
        return kept, ""

    def look(self, plan: str, page: str, language: Language, places: str = "", owner: str = LOCAL) -> Answer:
        """All of a plan, as it is now; or the sentences ``places`` (``3,4,5``), in full."""
        edit = self.store.asked(plan, owner)
        with edit.lock:
            if places:
                wanted = [int(place) for place in places.split(",")[:MOST] if place.isascii() and place.isdigit()]
                return self._view(edit, wanted)
            return self._whole(edit, page, language)

    @contextmanager
    def _held(self, plan: str, revision: object, owner: str) -> Iterator[EditSession]:
        """A plan that no other thread changes within this.

        Raises :class:`StudioError` ``edited_elsewhere`` where the page that asks knows another revision of it.
        """
        edit = self.store.asked(plan, owner)
        with edit.lock:
            if revision != edit.revision:
                raise StudioError("edited_elsewhere")
            yield edit

    def file(self, plan: str, revision: int, owner: str = LOCAL) -> tuple[str, str]:
        """The plan as JSON, indented where it is small enough to be opened again, and a name for its file."""
        with self._held(plan, revision, owner) as edit:
            utterance = edit.plan.utterance()
        text = utterance.to_json(indent=1)
        if len(text.encode()) > self._actions.service.config.server.max_plan_bytes:
            text = utterance.to_json()
        return text, f"{file_stem(utterance.text)}.plan.json"

    def text(self, plan: str, owner: str = LOCAL) -> str:
        """The plan's text, with marks for what a person has decided."""
        edit = self.store.asked(plan, owner)
        with edit.lock:
            now = edit.plan
        return written(now)

    def compare(self, plan: str, sent: Sent, owner: str = LOCAL) -> Answer:
        """What the plan is heard beside: another take, or how it was before it was edited here; and which sentences
        say the same.
        """
        edit, take = self.store.asked(plan, owner), self._actions.store.get(_plain(sent.get("take")), owner)
        table = self._actions.service.config.pauses
        with edit.lock:
            other = edit.before if take is None else versions.opened(take.utterance)
            now, edit.beside = edit.plan, other
        pairs = matched([one.body for one in other.sentences], [one.body for one in now.sentences])
        said = [
            {"text": one.body, "silence": round(lines.silence(other, place, table), 3)}
            for place, one in enumerate(other.sentences)
        ]
        same = [
            sounds_like(other, now) or (other.settings == now.settings
            and same_sound(other.sentences[a].segment, now.sentences[b].segment))
            for a, b in pairs
        ]  # fmt: skip
        return {"sentences": said, "pairs": [[*pair, alike] for pair, alike in zip(pairs, same, strict=True)]}

    def change(self, plan: str, sent: Sent, language: Language, owner: str = LOCAL) -> Answer:
        """One step, which ``sent`` describes, and the sentences that it changed."""
        with self._held(plan, sent.get("revision"), owner) as edit:
            if edit.home is None and (project := _plain(sent.get("project"))):
                edit.home = self._keeper.free((owner, project))
            before = edit.plan
            if (action := sent.get("action")) in ("undo", "redo"):
                edit.undo() if action == "undo" else edit.redo()
            else:
                edit.step(lambda plan: self._changes.made(plan, sent, edit.home), self.store.room)
            self._after(edit)
            return self._view(edit, before=before)

    def _whole(self, edit: EditSession, page: str, language: Language) -> Answer:
        """Everything that a page needs that knows nothing yet; from now on that page shows this plan."""
        self.store.show(page[:MAX_PAGE_NAME], edit.id)
        self._after(edit)
        voices = _near_first(self._actions.service.voices(), language)
        names = [[voice.id, voice.name_zh if language == "zh" else voice.name_en] for voice in voices]
        emotions = [[name, say(f"emotion_{name}", language)] for name in EMOTIONS]
        gone = {one.id: one.name for one in self._actions.service.family.removed()}
        return {**self._view(edit), "voices": names, "gone": gone, "emotions": emotions}

    def _after(self, edit: EditSession) -> None:
        """To be called when it was changed: it may have grown, and is to be kept."""
        self.store.weigh(edit)
        if edit.home is None:
            return
        self._homes[edit.home] = edit.id
        while len(self._homes) > MOST_HOMES:
            del self._homes[next(iter(self._homes))]
        self._keeper.changed(edit)

    def close(self) -> None:
        """Keep what was not kept yet."""
        self._keeper.close()

    def _view(self, edit: EditSession, places: Iterable[int] | None = None, before: Plan | None = None) -> Answer:
        return plan_view(edit, self._actions.service.config.pauses, places, before)

    # ------------------------------------------------------------------ one sentence

    def speak(self, plan: str, sent: Sent, language: Language, cancel: Cancel, owner: str = LOCAL) -> Answer:
        """The sound of one version of a sentence, made if it is not there. A later wish for a sound ends this one."""
        wish = self._wish(self.store.asked(plan, owner), sent, cancel)
        return self._heard(wish, self._spoken(*wish), language)

    def _wish(self, edit: EditSession, sent: Sent, cancel: Cancel) -> _Wish:
        """What is to be spoken; the wish before ends. Waits while another thread changes the plan."""
        with edit.lock:
            edit.begin(cancel)
            index, version = sent.get("segment"), sent.get("version")
            plan = edit.beside if sent.get("beside") and edit.beside is not None else edit.plan
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
            view = self._view(edit, [index] if still else [])
        answer = {**view, "audio": heard.audio, "segment": index}
        if heard.reason is not None:
            answer["told"] = panels.fell_back(heard.engine, heard.reason, language)
        return answer

    def _spoken(self, edit: EditSession, plan: Plan, index: int, version: int, cancel: Cancel) -> Heard:
        """Speak and save; what is known already is not spoken again. Blocks."""
        service = self._actions.service
        segment = plan.sentences[index].versions[version].segment
        signature = plan.signature(segment)
        with edit.lock:
            known = edit.known(signature)
        if known is not None and known.audio and service.outputs.find(known.audio):
            return known
        speech = service.render(plan.alone(segment), cancel=cancel)
        said = speech.utterance.segments[0]
        wav = sound.labelled(service.config.label, speech.samples, speech.sample_rate, "wav")
        saved = service.outputs.save(wav, "wav")
        heard = Heard(said, saved.name)
        if speech.fallback:
            # Heard now, but not the sound of this sentence: its own engine may be back the next time.
            return replace(heard, engine=speech.engine, reason=speech.reason)
        with edit.lock:
            edit.spoken(plan, index, segment, heard)
        return heard

    # ------------------------------------------------------------------ as files

    def line(
        self, plan: str, revision: int, place: int, audio_format: str, cancel: Cancel, owner: str = LOCAL
    ) -> tuple[bytes, str]:
        """The sound of one line in that format, and a name for its file."""
        edit, now = self._as_now(plan, revision, owner)
        if not 0 <= place < len(now.sentences):
            raise StudioError("nothing_read")
        return self._line(edit, now, place, audio_format, cancel), line_name(
            place, now.sentences[place].body, audio_format
        )

    def lines(
        self, plan: str, revision: int, audio_format: str, cancel: Cancel, owner: str = LOCAL
    ) -> tuple[IO[bytes], str]:
        """The sounds of all lines in an archive, which the caller closes, and a name for it."""
        edit, now = self._as_now(plan, revision, owner)
        sounds = (
            (
                line_name(place, one.body, audio_format),
                partial(self._line, edit, now, place, audio_format, cancel),
            )
            for place, one in enumerate(now.sentences)
        )
        return archive(sounds, cancel), f"{file_stem(now.text)}.zip"

    def _as_now(self, plan: str, revision: int, owner: str) -> tuple[EditSession, Plan]:
        with self._held(plan, revision, owner) as edit:
            return edit, edit.plan

    def _line(self, edit: EditSession, plan: Plan, place: int, audio_format: str, cancel: Cancel) -> bytes:
        service = self._actions.service
        heard = self._spoken(edit, plan, place, plan.sentences[place].chosen, cancel)
        path = service.outputs.find(heard.audio)
        if path is None:
            raise StudioError("not_found")
        return encoded(path, audio_format, service.config.audio.resampler)

    # ------------------------------------------------------------------ all of it

    def whole(self, sent: Sent, owner: str, language: Language, client: str = "") -> Answer:
        """Make a take of a plan, under the number that was sent along; the script follows the ``job`` and, when that is
        done, asks again with its id: from then on it is the plan's own take. Blocks.

        Sentences that were spoken before are not spoken again.
        """
        number = sent.get("number")
        try:
            edit = self.store.asked(sent.get("id"), owner)
            if "job" in sent:
                return {"number": number, **self._put_together(edit, str(sent["job"]), owner, language)}
            with self._actions.service.rate.counted(client):
                with edit.lock:
                    plan = edit.plan
                before = self._actions.store.get(edit.take_id, owner)
                job = self._actions.speak_plan(plan.utterance(), owner, before)
            self._making[job] = (edit, plan)
            while len(self._making) > MOST_MADE:
                del self._making[next(iter(self._making))]
            return {"number": number, "job": job}
        except Exception as error:
            told = self._actions.service.family.named_in(explained(error, language))
            return {"number": number, "error": sentence(told, language)}

    def _put_together(self, edit: EditSession, job: str, owner: str, language: Language) -> Answer:
        take = self._actions.store.asked(job, owner)
        plan = self._making.pop(job, (edit, edit.plan))[1]
        utterance = take.utterance
        with edit.lock:
            edit.put_together(take.id, utterance, plan)
            self._after(edit)
            return self._view(edit)

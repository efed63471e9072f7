"""One step of the editor: what the page's script asked for, done to the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Settings, Utterance
from indextts.plan import lines, versions
from indextts.plan.edits import Emotion, VoiceEdit, edit_from
from indextts.plan.request import SpeechRequest, check_settings
from indextts.plan.versions import Plan

if TYPE_CHECKING:
    from indextts.service.service import SpeechService
    from indextts.works.works import Works

Sent = Mapping[str, Any]
_Home = tuple[str, str] | None

MAX_PARTS: Final = 50
"""Lines that one line can be split into at once."""
_SETTINGS: Final = ("voice", "emotion", "intensity")
"""What can be chosen here for the whole text: what every sentence can also have for itself."""
_WHOLE_SETTINGS: Final = ("speed", "pitch", "energy")
"""What goes for every sentence: it cannot be chosen while one is locked."""
_NOT_BORROWED: Final[dict[str, Any]] = {"emotion_reference": "", "emotion_text": ""}
"""A chosen emotion takes the place of a recording's or a description's."""


class Changes:
    """Makes another plan of a plan; the service reads what is written anew."""

    def __init__(self, service: SpeechService, works: Works) -> None:
        self._service = service
        self._works = works

    def made(self, plan: Plan, sent: Sent, home: _Home = None) -> Plan:
        """``plan`` after the step that ``sent`` describes; ``home`` is the project whose words are known, and whose
        it is. Raises :class:`StudioError`.
        """
        changed = self._of_text(plan, sent, home) or self._of_sound(plan, sent)
        limit = self._service.config.server.max_text_chars
        if changed is not plan and len(text := changed.text) > limit and len(text) > len(plan.text):
            raise StudioError("text_too_long", length=len(text), limit=limit)
        return changed

    # ------------------------------------------------------------------ text

    def _of_text(self, plan: Plan, sent: Sent, home: _Home) -> Plan | None:
        """A step that changes what is said; nothing where it is another one."""
        index = _number(sent, "segment")
        match sent.get("action"):
            case "text":
                parts = [sent["text"]] if isinstance(sent.get("text"), str) else sent.get("text")
                if not isinstance(parts, list) or not 1 <= len(parts) <= MAX_PARTS:
                    raise _no_text()
                return self._rewritten(plan, index, [_text(part) for part in parts], home)
            case "add":
                fresh = self._read(plan, _text(sent.get("text")), index, index, home)
                return lines.added(plan, index, fresh)
            case "remove":
                return lines.removed(plan, index)
            case "move_line":
                return lines.moved(plan, index, _number(sent, "to"))
            case "merge":
                return lines.merged(plan, index)
            case "replace":
                return self._replaced(plan, sent, home)
        return None

    def _rewritten(self, plan: Plan, index: int, parts: list[str], home: _Home) -> Plan:
        first, last = lines.line(plan, index)
        if parts == [lines.line_text(plan, index).strip()]:
            return plan
        fresh = [self._read(plan, part, first, last, home) for part in parts]
        return lines.rewritten(plan, index, fresh)

    def _replaced(self, plan: Plan, sent: Sent, home: _Home) -> Plan:
        """What is found said otherwise: in all lines that are not locked, or the ``nth`` time in one line."""
        what, by = sent.get("find"), sent.get("replace")
        if not isinstance(what, str) or not isinstance(by, str) or not what:
            raise _no_text()
        if "segment" in sent:
            first, nth = lines.line(plan, _number(sent, "segment"))[0], _number(sent, "nth")
            pieces = lines.line_text(plan, first).split(what)
            if not 0 <= nth < len(pieces) - 1:
                raise StudioError("nothing_read")
            head, rest = what.join(pieces[: nth + 1]), what.join(pieces[nth + 1 :])
            return self._rewritten(plan, first, [_text(head + by + rest)], home)
        for place in reversed(lines.found(plan, what)):
            first, last = lines.line(plan, place)
            if not any(sentence.locked for sentence in plan.sentences[first:last]):
                text = lines.line_text(plan, place).replace(what, by)
                text = text.strip()
                plan = self._rewritten(plan, place, [text], home) if text else lines.removed(plan, place)
        return plan

    def _read(self, plan: Plan, text: str, first: int, last: int, home: _Home) -> Utterance:
        words = self._works.projects.words(*home) if home is not None else ()
        request = SpeechRequest(text, plan.settings, speakers={}, words=words)
        return self._service.read_line(request, lines.around(plan, first, last))

    # ------------------------------------------------------------------ sound

    def _of_sound(self, plan: Plan, sent: Sent) -> Plan:
        index, version = _number(sent, "segment"), _number(sent, "version")
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
                return self._with_settings(plan, sent)
        edit, settings = edit_from(sent, plan.shared()), plan.settings
        if isinstance(edit, Emotion) and edit.emotion:
            intensity = settings.intensity if edit.intensity is None else edit.intensity
            self._check(replace(settings, emotion=edit.emotion, intensity=intensity, **_NOT_BORROWED))
        elif isinstance(edit, VoiceEdit) and edit.voice:
            self._check(replace(settings, voice=edit.voice))
        return versions.edited(plan, edit)

    def _with_settings(self, plan: Plan, sent: Sent) -> Plan:
        wanted = {name: sent[name] for name in (*_SETTINGS, *_WHOLE_SETTINGS) if name in sent}
        if "emotion" in wanted:
            wanted |= _NOT_BORROWED
        settings = replace(plan.settings, **wanted)
        self._check(settings)
        if not wanted.keys().isdisjoint(_WHOLE_SETTINGS) and any(one.locked for one in plan.sentences):
            raise StudioError("locked_sentences")
        return versions.with_settings(plan, settings)

    def _check(self, settings: Settings) -> None:
        check_settings(settings, voices=[voice.id for voice in self._service.voices()])


def _number(sent: Sent, name: str) -> int:
    value = sent.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _no_text()
    return value.strip()


def _no_text() -> StudioError:
    reason = Bilingual("it should be a string.", "应是文字。")
    return StudioError("invalid_value", field=Bilingual("text", "文字"), reason=reason)

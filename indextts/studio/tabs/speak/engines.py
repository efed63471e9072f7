"""Which engine speaks: the choices with what is installed, and a line about the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indextts.engines.registry import missing_packages
from indextts.engines.registry import title as known_title
from indextts.model import settings
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language
from indextts.model.utterance import Settings
from indextts.models.catalogue import load_catalogue
from indextts.studio.strings import STRINGS, say, say_known, text_of

if TYPE_CHECKING:
    from indextts.engines.base import Voice
    from indextts.models.store import ModelState
    from indextts.service.service import SpeechService

Row = dict[str, str]

ABSENT: Final = "absent"
"""The state of an engine whose model is not installed."""


def choices() -> tuple[str, ...]:
    """The engines that can be asked for, the one of a plain request first."""
    return tuple(dict.fromkeys((Settings().engine, *settings.ENGINES)))


def state_of(name: str, service: SpeechService) -> str:
    """``absent``, ``idle``, ``loading``, ``ready`` or ``error``; empty where the choice is left open."""
    return service.health().engines.get(name, ABSENT) if name in settings.ENGINES else ""


def listed(service: SpeechService, language: Language) -> list[Row]:
    """The choices as the page's list shows them; without those that are not here and cannot be fetched."""
    fetched = load_catalogue(service.config.catalogue_path)
    rows: list[Row] = []
    for name in choices():
        ready = is_usable(name, service)
        if ready or name in fetched or state_of(name, service) != ABSENT:
            about = say_known(f"engine_about_{name}", language, "")
            rows.append(_row(name, title(name, language), about, lacks="" if ready else say("engine_lacks", language)))
    return rows


def is_usable(name: str, service: SpeechService) -> bool:
    """Whether the engine ``name`` is installed with all that it needs; always so where the choice is left open."""
    return name not in settings.ENGINES or (state_of(name, service) != ABSENT and not missing_packages(name))


def speakers(name: str, service: SpeechService, language: Language) -> list[Row]:
    """The voices of an engine as the page's list shows them, then cloned voices that nothing here can speak yet.

    The first one has the id of the default voice, and stays chosen under that whatever is added later; ``voice`` is its
    own. Where the default voice follows the text's language, it has a row of its own before them.
    """
    voices = voices_of(name, service.voices())
    first = voices[0].engine if voices else ""
    rows = [_speaker(voice, language, first) for voice in voices]
    other = next((one for one in voices if one.engine == first and one.languages[:1] != voices[0].languages[:1]), None)
    if other is not None:
        names = [one.name_zh if language == "zh" else one.name_en for one in (voices[0], other)]
        both = say("voice_by_language", language, name=names[0], other=names[1])
        rows.insert(0, _row(Settings().voice, both, say("voice_by_language_about", language), engine=first))
    elif rows:
        rows[0] |= {"id": Settings().voice, "voice": rows[0]["id"]}
    else:
        rows = [_row(Settings().voice, say("voice_default_absent", language), "")]
    known = {voice.id for voice in service.voices()}
    try:
        clones = service.clones.voices()
    except StudioError:
        clones = []  # their own tab tells why
    silent = [clone for clone in clones if clone.id not in known]
    return rows + [
        _row(
            clone.id,
            say("voice_mine", language, name=clone.name),
            "",
            lacks=say("voice_lacks", language),
            group="clone",
            sample=f"/v1/clones/{clone.id}/preview",
        )
        for clone in silent
    ]


def _speaker(voice: Voice, language: Language, first: str) -> Row:
    """A person's own stand apart, as do those of other engines than the ``first``."""
    name = voice.name_zh if language == "zh" else voice.name_en
    if voice.engine != first:
        name = say("voice_of_engine", language, name=name, engine=title(voice.engine, language))
    if voice.group == "own":
        name = say("voice_mine", language, name=name)
    about = voice.about_zh if language == "zh" else voice.about_en
    return _row(voice.id, name, about, group=voice.group, engine=voice.engine)


def _row(key: str, name: str, about: str, *, lacks: str = "", **more: str) -> Row:
    """One line of a list: ``lacks`` says, where it cannot be chosen, what is missing."""
    return {"id": key, "name": name, "about": about, "lacks": lacks, **more}


def title(name: str, language: Language) -> str:
    return say_known(f"engine_{name}", language, known_title(name).of(language))


def voices_of(name: str, voices: list[Voice]) -> list[Voice]:
    """Those that an engine has; all of them where the choice is left open."""
    return [voice for voice in voices if voice.engine == name] if name in settings.ENGINES else voices


def note(name: str, service: SpeechService, language: Language, speaker: Voice | None = None) -> str:
    """A line under the list: what is missing and where to get it; nothing to read for an engine that is ready.

    ``speaker`` is the chosen voice: its engine speaks where the choice is left open. For the page's script the line has
    that engine's name and, where it is known, its pace (seconds of work for each second of speech).
    """
    speaks = speaker.engine if speaker else name
    facts = {"engine": speaks, **_pace(speaks, service)}
    data = "".join(f' data-{key}="{text_of(value)}"' for key, value in facts.items())
    return f"<div{data}>{_told(name, service, language, silent=speaker is None)}</div>"


def _pace(speaks: str, service: SpeechService) -> dict[str, str]:
    router: Any = getattr(service, "router", None)
    if router is None or speaks not in router.pool.registry or state_of(speaks, service) == ABSENT:
        return {}  # of one that is absent, another one speaks in its place
    return {"pace": f"{router.forecast.rtf(speaks):g}"}


def _told(name: str, service: SpeechService, language: Language, *, silent: bool) -> str:
    """``silent`` says that the engine has no voice yet."""
    state = state_of(name, service)
    model = _model(name, service) if state == ABSENT else None
    if state == ABSENT and (model is None or not model.installed):
        return _line(_absent(model, language), say("engine_get", language))
    packages = missing_packages(name) if state else []
    if packages:
        return _line(say("engine_packages", language, packages=", ".join(packages)), say("engine_get", language))
    if silent and state in ("idle", "ready"):
        return _line(say("engine_no_voice", language), say("engine_clone", language), "#/voices")
    key = f"engine_is_{state}"
    if key not in STRINGS:
        return ""
    why: Bilingual | None = getattr(service.health(), "reasons", {}).get(name)
    reason = "" if why is None else why.zh if language == "zh" else f" {why.en}"
    return _line(say(key, language) + reason)


def size(count: float, language: Language) -> str:
    """Bytes, for a person."""
    if count < 1e9:
        return say("megabytes", language, value=f"{count / 1e6:.0f}")
    return say("gigabytes", language, value=f"{count / 1e9:.1f}")


def _model(name: str, service: SpeechService) -> ModelState | None:
    from indextts.models import store

    return next((one for one in store.list_models(service.config, hashes=False) if one.name == name), None)


def _absent(model: ModelState | None, language: Language) -> str:
    if model is None:
        return say("engine_is_absent", language)
    return say("engine_size", language, size=size(model.bytes, language), licence=model.licence)


def _line(text: str, link: str = "", to: str = "#/models") -> str:
    more = f' <a href="{to}" class="text-link">{text_of(link)}</a>' if link else ""
    return f'<p class="hint">{text_of(text)}{more}</p>'

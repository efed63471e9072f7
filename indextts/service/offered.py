"""What there is to speak with: voices, the engines that speak them, and cloned voices that none of them can speak."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from indextts.engines.registry import REGISTRY, missing_packages, title
from indextts.model import settings
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language
from indextts.models.catalogue import load_catalogue
from indextts.service.service import SpeechService


def told(service: SpeechService, language: Language) -> dict[str, Any]:
    """All of it, as ``/v1/audio/voices`` answers."""
    in_chinese = language == "zh"
    voices = [
        {
            "id": voice.id,
            "name": voice.name_zh if in_chinese else voice.name_en,
            "engine": voice.engine,
            "languages": list(voice.languages),
            "licence": voice.licence,
            "group": voice.group,
            "description": voice.about_zh if in_chinese else voice.about_en,
        }
        for voice in service.voices()
    ]
    return {"voices": voices, "engines": engines(service, language), "silent": silent(service)}


def engines(service: SpeechService, language: Language) -> list[dict[str, Any]]:
    """Each engine that can be named: what it lacks, whether that can be fetched, and its pace where it is known, in
    seconds of work for each second of speech.
    """
    health, fetched = service.health(), load_catalogue(service.config.catalogue_path)
    rows = []
    for name in settings.ENGINES:
        state, info = health.engines.get(name, "absent"), REGISTRY.get(name)
        row: dict[str, Any] = {
            "id": name,
            "name": title(name).of(language),
            "state": state,
            "lacks": missing_packages(name),
            "in_store": name in fetched,
            "accented": [] if info is None else [*info.accented],
        }
        if state != "absent" and name in service.router.pool.registry:
            row["pace"] = round(service.router.forecast.rtf(name), 4)
        if name in health.reasons:
            row["reason"] = health.reasons[name].of(language)
        rows.append(row)
    return rows


def silent(service: SpeechService) -> list[dict[str, str]]:
    """A person's cloned voices that no engine here can speak."""
    known = {voice.id for voice in service.voices()}
    with suppress(StudioError):  # whoever lists the clones themselves is told why
        return [{"id": one.id, "name": one.name} for one in service.clones.voices() if one.id not in known]
    return []

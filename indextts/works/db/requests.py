"""What a job was asked for, as it stands in the database."""

from __future__ import annotations

import functools
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from indextts.model.utterance import Settings, Utterance
from indextts.plan.fixes import Fixes
from indextts.plan.request import DirectionSpan, ReadingSpan, RoleSpan, SpeechRequest
from indextts.reading.lexicon.entry import from_fields


def kept_request(request: SpeechRequest) -> dict[str, Any]:
    """As it stands in the database."""
    speakers = None if request.speakers is None else dict(request.speakers)
    kept = {
        "text": request.text,
        "settings": _settings_form().dump_python(request.settings),
        "speakers": speakers,
        "words": [word.as_json() for word in request.words],
    }
    if request.literal:
        kept |= {
            "literal": True,
            "roles": [asdict(role) for role in request.roles],
            "fixes": [asdict(fix) for fix in request.fixes],
        }
    if request.directions:
        kept["directions"] = [asdict(one) for one in request.directions]
    if request.language is not None:
        kept["language"] = request.language
    if request.people:
        kept["people"] = [name.as_json() for name in request.people]
    if request.fixed is not None:
        kept["fixed"] = request.fixed.plan.to_json()
    return kept


def request_of(kept: dict[str, Any]) -> SpeechRequest:
    """What :func:`kept_request` wrote."""
    return SpeechRequest(
        kept["text"],
        _settings_form().validate_python(kept["settings"]),
        kept["speakers"],
        words=tuple(from_fields(fields) for fields in kept.get("words", ())),
        literal=kept.get("literal", False),
        roles=tuple(RoleSpan(**role) for role in kept.get("roles", ())),
        fixes=tuple(ReadingSpan(**fix) for fix in kept.get("fixes", ())),
        directions=tuple(DirectionSpan(**one) for one in kept.get("directions", ())),
        language=kept.get("language"),
        people=tuple(from_fields(fields) for fields in kept.get("people", ())),
        fixed=Fixes(Utterance.from_json(kept["fixed"])) if kept.get("fixed") else None,
    )


@functools.cache
def _settings_form() -> Any:
    return TypeAdapter(Settings)

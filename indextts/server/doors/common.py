"""What the doors share: whether one is open, and what a client's voice and speed become here."""

from __future__ import annotations

import math
from typing import Final

from starlette.requests import HTTPConnection, Request

from indextts.model.errors import StudioError, printable
from indextts.model.settings import SETTINGS
from indextts.server.calls import service_of
from indextts.voices.mixture import check_voice

SPEEDS: Final = SETTINGS["speed"].bounds or (1.0, 1.0)
"""The speeds that sound natural."""


def check_open(request: HTTPConnection, door: str) -> None:
    """Raises :class:`StudioError` ``not_found`` where the configuration has closed it."""
    if not getattr(request.app.state.config.doors, door):
        raise StudioError("not_found")


def known_voice(request: Request, voice: str, told: dict[str, str]) -> str:
    """The voice where there is such a one, by its id or its name; else the default one, which is told."""
    voices = service_of(request).voices()
    named = {name: one.id for one in voices for name in (one.name_en.lower(), one.name_zh)}
    try:
        return check_voice(named.get(voice.lower(), voice) or "default", ("default", *(one.id for one in voices)))
    except StudioError:
        told["voice"] = f'voice "{printable(voice)}" is not here: spoken by the default voice'
        return "default"


def natural_speed(factor: float, told: dict[str, str]) -> float:
    """A speed, 1 being normal, within what sounds natural; what is changed is told."""
    natural = min(max(factor, SPEEDS[0]), SPEEDS[1]) if math.isfinite(factor) else 1.0
    if natural != factor:
        told["speed"] = f"speed {factor:g} would not sound natural: {natural:g} was taken"
    return natural

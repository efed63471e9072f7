"""The tables that a configuration names, read before anything is made or replaced for it."""

from __future__ import annotations

from indextts.engines.delivery import load_delivery, load_emotions
from indextts.platform.config import Config
from indextts.service.access_keys import Keys
from indextts.voices.catalogue import load_voices


def check(config: Config) -> None:
    """Read what a server needs to speak, and the keys; a running server is better than one that cannot start.

    Raises :class:`StudioError` ``bad_config`` or ``bad_keys`` with what is wrong.
    """
    load_emotions(config.emotions_path)
    load_delivery(config.delivery_path)
    load_voices(config.voices_path)
    Keys(config)

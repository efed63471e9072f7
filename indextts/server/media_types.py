"""The formats of audio and of subtitles, and how HTTP calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AUDIO_TYPES: Final[Mapping[str, str]] = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "pcm": "audio/pcm",
}

SUBTITLE_TYPES: Final[Mapping[str, str]] = {
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "lrc": "text/plain",
    "json": "application/json",
}

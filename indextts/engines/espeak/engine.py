"""espeak-ng's library as an engine: the written text of a segment goes in, its sound comes out."""

from __future__ import annotations

import base64
import ctypes
import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np

from indextts.engines.base import Samples, Voice
from indextts.engines.espeak.info import NAME, PREFIX, voices
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.edges import speech_bounds

PACKAGE: Final = "espeakng-loader"

_MEND: Final = f"python -m pip install --force-reinstall --no-deps {PACKAGE}"


def content_hash(files: Iterable[Path]) -> str:
    """One SHA-256 over the files' contents, each of which is what pip's list of the package says.

    They are a few megabytes, so that they are read at every opening.

    Raises :class:`StudioError` ``model_corrupt`` with the first that is not, or that the list does not have.
    """
    known = _recorded()
    whole = hashlib.sha256()
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).digest()
        if known.get(file.resolve()) != digest:
            mend = Bilingual(f"Run “{_MEND}”.", f"请运行 “{_MEND}”。")
            raise StudioError("model_corrupt", model=PACKAGE, file=file.name, mend=mend)
        whole.update(digest)
    return whole.hexdigest()


def _recorded() -> dict[Path, bytes]:
    """The hashes that pip has verified and written down."""
    try:
        listed = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        listed = []
    return {
        Path(str(file.locate())).resolve(): base64.urlsafe_b64decode(file.hash.value + "=")
        for file in listed
        if file.hash is not None and file.hash.mode == "sha256"
    }


_SYNCHRONOUS: Final = 2
_UTF8: Final = 1
_RATE, _PITCH = 1, 3
"""The library's numbers of two of its parameters."""
_WORDS_PER_MINUTE: Final = 165
_UNITS_PER_SEMITONE: Final = 6.5
"""Measured; the library's pitch ends about seven semitones from its middle."""
_BUFFER_MS: Final = 200

_OnSound = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakEngine:
    """The library has one state for the whole process: one segment at a time."""

    name: Final = NAME
    level_lufs: Final = -19.0

    def __init__(self, library: Any, sample_rate: int, listed: list[Voice], version: str) -> None:
        """``library`` is initialised; ``sample_rate`` is what it said then."""
        self._library = library
        self.sample_rate = sample_rate
        self._voices = listed
        self._version = version
        self._lock = threading.Lock()

    def voices(self) -> list[Voice]:
        return list(self._voices)

    def loudness_shift(self, settings: Settings) -> float:
        return settings.energy

    def pause_factor(self, settings: Settings) -> float:
        return 1.0 / settings.speed

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """The library's version, and the hash of its own content and its data's."""
        return {"espeak-ng": self._version}

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        """See :class:`indextts.engines.base.Engine`; a token's time is its share of the letters."""
        own = segment.own(settings)
        if all(own.voice != voice.id for voice in self._voices):
            raise StudioError("no_voice", voice=own.voice)
        with run.stage("acoustic"), self._lock:
            chinese = any(token.lang == "zh" and token.phones for token in segment.tokens)
            language = own.voice.removeprefix(PREFIX) if own.voice != NAME else "cmn" if chinese else "en-us"
            pcm = self._say(segment.text, language, own.speed, own.pitch, run.beat)
        with run.stage("vocoder"):
            audio = pcm.astype(np.float32) / np.float32(32768.0)
            begin, end = speech_bounds(audio, self.sample_rate)
            _set_times(segment, (end - begin) / self.sample_rate)
        return audio[begin:end]

    def _say(self, text: str, language: str, speed: float, pitch: float, beat: Callable[[], None]) -> np.ndarray:
        pieces: list[np.ndarray] = []
        stopped: list[StudioError] = []

        def heard(samples: Any, count: int, events: object) -> int:
            try:
                beat()
            except StudioError as error:
                stopped.append(error)  # an exception must not pass through C: it is raised after the call
                return 1
            if samples and count:
                pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
            return 0

        callback = _OnSound(heard)
        library = self._library
        if library.espeak_SetVoiceByName(language.encode()):
            raise StudioError("voice_stumbled", reason=f"espeak-ng has no voice for “{language}”")
        library.espeak_SetParameter(_RATE, round(_WORDS_PER_MINUTE * speed), 0)
        library.espeak_SetParameter(_PITCH, round(np.clip(50 + pitch * _UNITS_PER_SEMITONE, 0, 99)), 0)
        library.espeak_SetSynthCallback(callback)
        data = text.encode("utf-8", "ignore").replace(b"\0", b"")
        failed = library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
        if stopped:
            raise stopped[0]
        if failed or not pieces:
            raise StudioError("voice_stumbled", reason="espeak-ng returned nothing")
        return np.concatenate(pieces)


def _set_times(segment: Segment, seconds: float) -> None:
    letters = [len(token.text) if token.phones else 0 for token in segment.tokens]
    ends = np.cumsum([0, *letters]) * seconds / max(1, sum(letters))
    for token, begin, end in zip(segment.tokens, ends, ends[1:], strict=False):
        if token.phones:
            token.start_s, token.end_s = float(begin), float(end)


def load(config: Config) -> EspeakEngine:
    """Open the library, once its content is known to be what was installed.

    Raises :class:`StudioError` ``model_corrupt`` or ``engine_failed``, and :class:`ModuleNotFoundError`.
    """
    import espeakng_loader

    path, data = Path(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    content = content_hash([path, *sorted(file for file in data.rglob("*") if file.is_file())])
    library = ctypes.CDLL(str(path))
    library.espeak_Info.restype = ctypes.c_char_p
    rate = library.espeak_Initialize(_SYNCHRONOUS, _BUFFER_MS, str(data).encode(), 0)
    if rate <= 0:
        raise StudioError("engine_failed", reason="espeak-ng could not be initialised.")
    version = (library.espeak_Info(None) or b"").decode()
    return EspeakEngine(library, rate, voices(config), f"{version} {content}")

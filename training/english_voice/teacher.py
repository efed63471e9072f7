"""The teacher: Debian's ``flite`` with its voice slt (CMU Arctic), through its shared library.

The library tells of an utterance what its command prints and more: every segment with its end, its syllable's stress,
its word, and the pitch that was spoken. Only training needs it (``apt-get install flite``).
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.english_input import FUNCTION_WORDS, EnglishWord
from indextts.reading.phonemes.symbols import VOWELS

_ASKED: Final = {b"int_f0_target_mean": 240.0, b"int_f0_target_stddev": 58.0, b"duration_stretch": 1.1}
"""Pitch and pace of the voice that its pupil speaks with. The library keeps these very names, not copies of them."""
_LIBRARIES: Final = ("libflite.so.1", "libflite_cmulex.so.1", "libflite_usenglish.so.1", "libflite_cmu_us_slt.so.1")
_MOST_CHARACTERS: Final = 400


class _Wave(c.Structure):
    _fields_ = (
        ("type", c.c_char_p),
        ("rate", c.c_int),
        ("size", c.c_int),
        ("channels", c.c_int),
        ("at", c.POINTER(c.c_short)),
    )


class _Track(c.Structure):
    _fields_ = (
        ("type", c.c_char_p),
        ("count", c.c_int),
        ("channels", c.c_int),
        ("times", c.POINTER(c.c_float)),
        ("frames", c.POINTER(c.POINTER(c.c_float))),
    )


class _Utterance(c.Structure):
    _fields_ = (("features", c.c_void_p), ("functions", c.c_void_p), ("relations", c.c_void_p), ("pool", c.c_void_p))


class _Voice(c.Structure):
    _fields_ = (("name", c.c_char_p), ("features", c.c_void_p))


@dataclass(frozen=True)
class Lesson:
    """One text as the teacher says it."""

    words: tuple[EnglishWord, ...]
    ends_s: tuple[float, ...]
    """Of every phone of the words in turn, a pause being one."""
    samples: npt.NDArray[np.float32]
    sample_rate: int
    pitch: npt.NDArray[np.float32]
    """Hz every 5 ms, 0 where there is none."""


@dataclass
class _Segment:
    name: str
    end: float
    stressed: bool
    word: str
    begins_word: bool


class Teacher:
    """One voice of the library, opened. Not thread-safe."""

    def __init__(self) -> None:
        loaded = [c.CDLL(name, mode=c.RTLD_GLOBAL) for name in _LIBRARIES]
        flite, voice = loaded[0], loaded[-1]
        signatures = {
            "flite_synth_text": (c.c_void_p, (c.c_char_p, c.c_void_p)),
            "utt_relation": (c.c_void_p, (c.c_void_p, c.c_char_p)),
            "relation_head": (c.c_void_p, (c.c_void_p,)),
            "item_next": (c.c_void_p, (c.c_void_p,)),
            "flite_ffeature_string": (c.c_char_p, (c.c_void_p, c.c_char_p)),
            "flite_ffeature_float": (c.c_float, (c.c_void_p, c.c_char_p)),
            "utt_wave": (c.POINTER(_Wave), (c.c_void_p,)),
            "get_param_val": (c.c_void_p, (c.c_void_p, c.c_char_p, c.c_void_p)),
            "val_track": (c.POINTER(_Track), (c.c_void_p,)),
            "delete_utterance": (None, (c.c_void_p,)),
            "flite_feat_set_float": (None, (c.c_void_p, c.c_char_p, c.c_float)),
        }
        for called, (result, arguments) in signatures.items():
            function = getattr(flite, called)
            function.restype, function.argtypes = result, arguments
        voice.register_cmu_us_slt.restype = c.c_void_p
        flite.flite_init()
        self._flite = flite
        self._voice = voice.register_cmu_us_slt(None)
        features = c.cast(self._voice, c.POINTER(_Voice)).contents.features
        for name, value in _ASKED.items():
            flite.flite_feat_set_float(features, name, value)

    def say(self, text: str) -> Lesson | None:
        """``text`` said, or nothing if it is too long or its parts do not fit together."""
        if not text.isascii() or len(text) > _MOST_CHARACTERS:
            return None
        utterance = self._flite.flite_synth_text(text.encode(), self._voice)
        if not utterance:
            return None
        try:
            said = _said(list(self._segments(utterance)))
            wave = self._flite.utt_wave(utterance).contents
            samples = np.ctypeslib.as_array(wave.at, (wave.size,)).astype(np.float32) / 32768.0
            features = c.cast(utterance, c.POINTER(_Utterance)).contents.features
            track = self._flite.val_track(self._flite.get_param_val(features, b"param_track", None)).contents
            pitch = np.array([track.frames[at][0] for at in range(track.count)], np.float32)
            return None if said is None else Lesson(*said, samples, int(wave.rate), pitch)
        finally:
            self._flite.delete_utterance(utterance)

    def _segments(self, utterance: int) -> Iterator[_Segment]:
        flite = self._flite
        item = flite.relation_head(flite.utt_relation(utterance, b"Segment"))

        def told(name: bytes) -> str:
            return str(flite.flite_ffeature_string(item, name).decode())

        while item:
            opens = told(b"R:SylStructure.parent.position_type") in ("initial", "single")
            yield _Segment(
                told(b"name"),
                float(flite.flite_ffeature_float(item, b"end")),
                told(b"R:SylStructure.parent.stress") == "1",
                told(b"R:SylStructure.parent.parent.name"),
                opens and told(b"syl_initial") == "1",
            )
            item = flite.item_next(item)


def _said(segments: list[_Segment]) -> tuple[tuple[EnglishWord, ...], tuple[float, ...]] | None:
    """Words and ends of phones; nothing if a phone is not one of ours."""
    words: list[EnglishWord] = []
    phones: list[str] = []
    name = ""

    def close() -> None:
        if phones:
            words.append(EnglishWord(tuple(phones), name.lower() in FUNCTION_WORDS))
            phones.clear()

    for place, segment in enumerate(segments):
        base = segment.name.upper()
        if base == "PAU":
            close()
            words.append(EnglishWord((), ends=place in (0, len(segments) - 1)))
            continue
        if segment.begins_word:
            close()
        name = segment.word
        if base == "AX":
            phones.append("AH0")
        elif base in VOWELS:
            # The schwa has a name of its own: an AH that the teacher says is none.
            phones.append(f"{base}{1 if segment.stressed or base == 'AH' else 0}")
        else:
            phones.append(base)
    close()
    return tuple(words), tuple(segment.end for segment in segments)

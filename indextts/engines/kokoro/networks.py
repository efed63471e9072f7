"""Kokoro's three graphs in onnxruntime: text, melody, sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.kokoro.controls import Curves, counted
from indextts.engines.kokoro.graph_files import MELODY_FILE, SOUND_FILE, TEXT_FILE
from indextts.platform.onnx import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from indextts.engines.kokoro.voices import Style

Floats = npt.NDArray[np.float32]

SAMPLE_RATE: Final = 24_000
SAMPLES: Final = 600
"""Samples of a frame."""


_MOST_LANES: Final = 2
"""Each takes some 100 MB for the buffers of its own sentence."""


@dataclass(frozen=True)
class EncodedText:
    """What the first graph makes of a line of T symbols."""

    durations: Floats
    """Frames of each symbol before rounding, ``[T + 2]``."""
    prosody: Floats
    spoken: Floats


class KokoroNetworks:
    """The three graphs, loaded. Thread-safe."""

    def __init__(self, text: Path, melody: Path, sound: Path, *, threads: int) -> None:
        self._text = open_session(text, arena=True)
        self._melody = open_session(melody, arena=True)
        self._sound = open_session(sound, threads=threads, spin=False, arena=True)
        self.lanes = min(threads, _MOST_LANES)
        """Segments that may be synthesised side by side."""
        self._lane = self._sound
        if self.lanes > 1:
            self._lane = open_session(sound, threads=threads // self.lanes, spin=False, arena=True)

    def text(self, ids: list[int], style: Style) -> EncodedText:
        """What is said of a line of symbols' ids, ``[T + 2]``, in ``style`` ``[1, 256]``."""
        # A cut of an older kind takes the speed as well, and has whole frames after the durations.
        durations, *_, prosody, spoken = _run(self._text, np.array([ids], np.int64), style, np.ones(1, np.float32))
        return EncodedText(durations[0], prosody, spoken)

    def melody(self, said: EncodedText, frames: npt.NDArray[np.int64], style: Style) -> Curves:
        """F0, energy and aligned features for ``frames`` ``[T + 2]`` of each symbol."""
        f0, energy, aligned = _run(self._melody, frames, said.prosody, said.spoken, style)
        return Curves(aligned[0], f0[0], energy[0])

    def sound(self, curves: Curves, style: Style, *, left_out: tuple[int, int] = (0, 0), whole: bool = True) -> Floats:
        """The samples of ``curves``, 600 for each frame, at 24 kHz; by all threads where ``whole``, else by a lane's.

        Both give the same samples. ``left_out``: frames of silence before and after ``curves``, for their level.
        """
        session = self._sound if whole else self._lane
        # A cut of an older kind has no input for what is left out.
        given = (curves.aligned[None], curves.f0[None], curves.energy[None], style, counted(curves.frames, *left_out))
        (samples,) = _run(session, *given)
        return samples.reshape(-1)


def _run(session: InferenceSession, *given: npt.NDArray[np.generic]) -> list[Floats]:
    """All outputs of a graph in their order, for its inputs in theirs."""
    made: list[Floats] = session.run(None, dict(zip((one.name for one in session.get_inputs()), given, strict=False)))
    return made


def open_networks(paths: dict[str, Path], threads: int) -> KokoroNetworks:
    """The graphs at ``paths``, by their files' names."""
    return KokoroNetworks(paths[TEXT_FILE], paths[MELODY_FILE], paths[SOUND_FILE], threads=threads)

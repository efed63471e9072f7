"""AAC in ADTS frames, for clients of OpenAI's call that ask for it: written by PyAV, frame by frame as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from indextts.platform import importing

if TYPE_CHECKING:
    import av
else:
    av = importing.lazy("av")

_BITS_PER_S: Final = 96_000
"""Of mono at 24 kHz: what the encoder's own default would give two channels."""


class AacFile:
    """A file to which mono samples are written; what is ready goes into ``target`` at once."""

    def __init__(self, target: Any, sample_rate: int) -> None:
        self._rate = sample_rate
        self._written = 0
        self._container = av.open(target, "w", format="adts")
        self._stream = self._container.add_stream("aac", sample_rate)
        self._stream.layout = "mono"
        self._stream.bit_rate = _BITS_PER_S

    def write(self, samples: npt.NDArray[np.floating[Any]]) -> None:
        """Add ``samples`` (``[N]``, ±1)."""
        if not len(samples):
            return
        pcm = np.ascontiguousarray(samples, np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="fltp", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._written
        self._written += pcm.shape[1]
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what the encoder still holds."""
        self._container.mux(self._stream.encode(None))
        self._container.close()

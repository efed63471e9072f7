"""The sound of jobs as players take it: a stretch by itself, or the whole as a file."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Final

from indextts import sound
from indextts.platform import importing

if TYPE_CHECKING:
    import av

    from indextts.platform.config import Config
    from indextts.works.sounds.pcm import Pcm
else:
    av = importing.lazy("av")

FRAGMENT_TYPE: Final = 'audio/mp4; codecs="flac"'


def expect_listeners() -> None:
    """Import the player's encoders in a thread: it takes a moment, and 16 MB that other processes do not need."""
    threading.Thread(target=lambda: av.open, name="player", daemon=True).start()


def fragment(pcm: Pcm, rate: int) -> bytes:
    """FLAC in fragmented MP4, its times from 0: what a browser appends to what it has already."""
    file = io.BytesIO()
    options = {"movflags": "empty_moov+default_base_moof+frag_keyframe", "strict": "experimental"}
    with av.open(file, "w", format="mp4", options=options) as container:
        stream = container.add_stream("flac", rate)
        stream.layout = "mono"
        stream.format = "s16"
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        frame.pts = 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            if packet.size:  # the last one is empty, and would end the file wrongly
                container.mux(packet)
    return file.getvalue()


def encoded(pcm: Pcm, rate: int, form: str, config: Config) -> bytes:
    """A whole file with its label; ``fmp4`` is :func:`fragment`, a piece for the page's player and no file."""
    if form == "fmp4":
        return fragment(pcm, rate)
    from indextts.sound.encode import encode
    from indextts.works.sounds.pcm import floats

    label = sound.label_text(config.label, pcm.astype("<i2").tobytes())
    return encode(floats(pcm), rate, form, config.audio.resampler, label=label)

"""The three graphs that Kokoro is cut into: their files, and the values that pass between them.

The values have these names in every cut, whatever an export calls them, and stand in this order in its inputs and
outputs.
"""

from __future__ import annotations

from typing import Final

TEXT_FILE: Final = "text.onnx"
MELODY_FILE: Final = "melody.onnx"
SOUND_FILE: Final = "sound.onnx"
PROBE_FILE: Final = "probe_integers.onnx"
"""Beside a graph of the sound with products of bytes: tells whether they are right on this machine."""

TOKENS: Final = "tokens"
"""Numbers of the symbols, int64 ``[1, T + 2]``."""
STYLE: Final = "style"
"""The voice, ``[1, 256]``."""
DURATIONS: Final = "durations"
"""Frames of each token before speed and rounding, ``[1, T + 2]``."""
FRAMES: Final = "frames"
"""Whole frames of each token, int64 ``[T + 2]``."""
PROSODY: Final = "prosody"
"""Features of each token for F0 and energy, 640 of them."""
SPOKEN: Final = "spoken"
"""Features of each token for the sound, 512 of them."""
ALIGNED: Final = "aligned"
"""The same for each frame, ``[1, 512, F]``."""
PITCH: Final = "pitch"
"""F0 in Hz of each half frame, ``[1, 2 F]``; below 10 is unvoiced."""
ENERGY: Final = "energy"
"""Energy of each half frame in the model's own unit, ``[1, 2 F]``."""
LEFT_OUT: Final = "left_out"
"""How much more than itself each frame counts in means over time, ``[F]``, 0 on average: for silence left out."""
AUDIO: Final = "audio"
"""Samples at 24 kHz, 600 for each frame."""

TEXT_INPUTS: Final = (TOKENS, STYLE)
TEXT_OUTPUTS: Final = (DURATIONS, PROSODY, SPOKEN)
MELODY_INPUTS: Final = (FRAMES, PROSODY, SPOKEN, STYLE)
MELODY_OUTPUTS: Final = (PITCH, ENERGY, ALIGNED)
SOUND_INPUTS: Final = (ALIGNED, PITCH, ENERGY, STYLE)
SOUND_OUTPUTS: Final = (AUDIO,)

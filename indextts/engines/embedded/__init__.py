"""The default engine: a Mandarin voice in onnxruntime, FastSpeech 2 with a multi-band MelGAN."""

from indextts.engines.embedded.engine import BAKER, EmbeddedEngine, load

__all__ = ["BAKER", "EmbeddedEngine", "load"]

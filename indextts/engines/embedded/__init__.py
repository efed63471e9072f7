"""The default engine: a Mandarin voice in onnxruntime, FastSpeech 2 with a multi-band MelGAN."""

from indextts.engines.embedded.engine import LICENCE, EmbeddedEngine, load

__all__ = ["LICENCE", "EmbeddedEngine", "load"]

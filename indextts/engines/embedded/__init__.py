"""The default engine: a Mandarin voice in onnxruntime, FastSpeech 2 with a multi-band MelGAN."""

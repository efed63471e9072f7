"""The family of voices: one trained speaker, and every voice derived from it.

    family = VoiceFamily(config)
    family.design("deep_man")                        # a voice of configs/voices.yaml, or of a person's own
    family.design("design:tract=0.9,pitch=-3")       # one that is nowhere written down

:class:`indextts.voices.catalogue.VoiceFamily` is the one place where the id of a voice becomes numbers. What a
design does to the sound is in :mod:`indextts.engines.embedded.acoustic.tract`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from indextts.engines.indextts2.checkpoint.config import EncoderConfig, GptConfig
from indextts.engines.indextts2.reference.acoustics import Acoustics, Flow
from indextts.engines.indextts2.reference.conditioning import Conditioning
from indextts.engines.indextts2.reference.gpt import UnifiedVoice
from indextts.engines.indextts2.reference.sound import recording
from indextts.engines.indextts2.speech.decoding import Search
from indextts.engines.indextts2.speech.speaker import EncodedSpeaker, listen
from indextts.engines.indextts2.speech.synthesis import Callbacks, SynthesisedSegment, SynthesisParams, speak
from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from tests.support import tiny_networks

ENCODER = EncoderConfig(8, 8, 2, 1, 1.0)
STOP = tiny_networks.CODES + 1
SHORT = Search(num_beams=1, max_tokens=6, repetition_penalty=1.0)


class Networks:
    """A whole voice of tiny networks, in single precision."""

    def __init__(self, version: str) -> None:
        config = GptConfig(
            *(2, tiny_networks.WIDTH, 2, 20, 30, 40, tiny_networks.CODES + 2, 0, 1, tiny_networks.CODES, STOP, 4),
            condition_module=ENCODER,
            emo_condition_module=ENCODER,
            speaker="features" if version == "2.0" else "style",
        )
        self.encoders = tiny_networks.random(lambda: Conditioning(config)).float()
        self.voice = tiny_networks.random(lambda: UnifiedVoice(config)).float()
        # A start token has no sound, and a segment should have some codes.
        self.voice.mel_head.bias[tiny_networks.CODES :] = -1e4
        made = tiny_networks.acoustics(version)
        self.acoustics = Acoustics(
            made.codec.float(),
            None if made.projection is None else made.projection.float(),
            made.regulator.float(),
            made.flow.float(),
            made.vocoder.float(),
        )
        audio = np.random.default_rng(0).normal(scale=0.1, size=12000).astype(np.float32)
        self.features, self.mood = (torch.randn(1, 26, tiny_networks.HIDDEN) for _ in range(2))
        self.style = tiny_networks.campplus().float()
        if version == "2.5":  # the published width of a style is 192
            self.encoders.spk_emb_proj = torch.nn.Linear(tiny_networks.STYLE, tiny_networks.WIDTH)
        self.recording = recording(audio, 24000)

    def listen(self) -> EncodedSpeaker:
        return listen(
            self.recording,
            self.features,
            self.mood,
            encoders=self.encoders,
            style=self.style,
            acoustics=self.acoustics,
        )

    def say(
        self, seed: int = 0, params: SynthesisParams | None = None, callbacks: Callbacks | None = None, **more: Any
    ) -> SynthesisedSegment:
        speaker = self.listen()
        return speak(
            [5, 6, 7],
            speaker,
            params or SynthesisParams(speaker.own_emotion, SHORT, Flow(steps=3)),
            encoders=self.encoders,
            voice=self.voice,
            acoustics=self.acoustics,
            generator=torch.Generator().manual_seed(seed),
            callbacks=callbacks or Callbacks(),
            **more,
        )


@pytest.fixture(scope="module")
def networks() -> Networks:
    torch.manual_seed(0)
    return Networks("2.0")


@pytest.fixture(scope="module")
def networks_25() -> Networks:
    torch.manual_seed(0)
    return Networks("2.5")


def test_a_recording_becomes_a_speaker(networks: Networks) -> None:
    speaker = networks.listen()
    frames = networks.recording.full.size // 256
    assert speaker.prompt.mel.shape == (1, tiny_networks.BANDS, frames)
    assert speaker.prompt.condition.shape == (1, frames, tiny_networks.CONTENT)
    assert speaker.prompt.style.shape == (1, tiny_networks.STYLE)
    assert speaker.vectors.shape == (1, 4, tiny_networks.WIDTH)
    assert not torch.allclose(speaker.emotion, speaker.mood)
    assert torch.allclose(speaker.own_emotion, speaker.mood, atol=1e-5)
    assert torch.equal(speaker.with_emotion_of(speaker.mood, 0.0), speaker.emotion)


def test_a_speaker_can_be_kept_in_a_file(networks: Networks, tmp_path: Path) -> None:
    speaker = networks.listen()
    save_file(speaker.state(), tmp_path / "speaker.safetensors")
    again = EncodedSpeaker.of_state(load_file(tmp_path / "speaker.safetensors"))
    assert all(torch.equal(tensor, again.state()[name]) for name, tensor in speaker.state().items())
    assert torch.equal(again.prompt.condition, speaker.prompt.condition)


def test_a_segment_is_as_long_as_its_codes_say(networks: Networks) -> None:
    spoken = networks.say()
    assert len(spoken.codes) == 6 and not spoken.ended
    assert spoken.latent is not None and spoken.latent.shape == (1, 6, tiny_networks.WIDTH)
    assert spoken.condition.shape == (1, int(6 * 1.72), tiny_networks.CONTENT)
    assert spoken.mel.shape == (1, tiny_networks.BANDS, 10)
    assert spoken.samples.shape == (10 * networks.acoustics.vocoder.hop,)
    assert torch.isfinite(spoken.samples).all()


def test_the_seed_decides_everything_that_is_drawn(networks: Networks) -> None:
    first, again, other = networks.say(1), networks.say(1), networks.say(2)
    assert torch.equal(first.samples, again.samples)
    assert first.codes != other.codes or not torch.equal(first.samples, other.samples)


def test_a_stop_token_ends_the_segment_and_is_not_spoken(networks: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = "indextts.engines.indextts2.speech.writing"
    monkeypatch.setattr(f"{writing}.find_together", lambda *_args, **_more: [[3, 4, 5, STOP]])
    spoken = networks.say()
    assert spoken.ended and spoken.codes == [3, 4, 5, STOP]
    assert spoken.latent is not None and spoken.latent.shape[1] == 3
    assert spoken.mel.shape[2] == 5


@pytest.mark.parametrize("codes", [[STOP], [2, tiny_networks.CODES, 3]])
def test_codes_without_a_sound_are_said_to_be_so(
    codes: list[int], networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indextts.engines.indextts2.speech.writing.find_together", lambda *_args, **_more: [codes])
    with pytest.raises(StudioError) as caught:
        networks.say()
    assert caught.value.code == "voice_stumbled"
    assert "种子" in caught.value.localise("zh")[1]


def test_each_token_step_and_chunk_is_told(networks: Networks) -> None:
    tokens: list[int] = []
    steps: list[tuple[int, int]] = []
    chunks: list[torch.Tensor] = []
    callbacks = Callbacks(tokens.append, lambda done, total: steps.append((done, total)), chunks.append)
    spoken = networks.say(callbacks=callbacks)
    assert tokens == list(range(6))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert torch.equal(torch.cat(chunks), spoken.samples)


@pytest.mark.parametrize("when", [1, 4, 8, 20, 30])
def test_it_can_be_cancelled_anywhere(when: int, networks: Networks) -> None:
    cancel, asked = Cancel(), []

    def check() -> None:
        asked.append(1)
        if len(asked) == when:
            cancel.cancel()
        cancel.check()

    with pytest.raises(StudioError) as caught:
        networks.say(callbacks=Callbacks(check=check))
    assert caught.value.code == "cancelled"
    assert len(asked) == when


def test_emotion_changes_what_is_said(networks: Networks) -> None:
    other = torch.linspace(-2.0, 2.0, tiny_networks.WIDTH)[None]
    emotion = networks.listen().with_emotion_of(other, 1.0)
    plain, moved = networks.say(), networks.say(params=SynthesisParams(emotion, SHORT, Flow(steps=3)))
    assert plain.latent is not None and moved.latent is not None
    assert not torch.allclose(plain.latent, moved.latent)


def test_given_noise_is_used_and_fits_the_recording(networks: Networks) -> None:
    known = networks.listen().prompt.mel.shape[2]
    noise = torch.zeros(1, tiny_networks.BANDS, known + 10)
    first, again = networks.say(3, noise=noise), networks.say(3, noise=noise)
    assert torch.equal(first.mel, again.mel)
    assert not torch.equal(first.mel, networks.say(3).mel)


@pytest.mark.parametrize(("duration", "frames"), [(0.5, 10), (1.0, 20), (2.0, 41)])
def test_version_25_has_half_the_codes_no_latents_and_a_duration(
    duration: float, frames: int, networks_25: Networks
) -> None:
    speaker = networks_25.listen()
    assert speaker.vectors.shape == (1, 1, tiny_networks.WIDTH)
    spoken = networks_25.say(
        params=SynthesisParams(speaker.own_emotion, SHORT, Flow(steps=2), language=3, duration=duration)
    )
    assert spoken.latent is None
    # Six codes at 25 Hz are twelve rows at 50 Hz.
    assert spoken.mel.shape[2] == frames

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.acoustics import AcousticPrompt, Acoustics, Flow, noise_for
from tests.support import tiny_networks


def prompt(frames: int = 7) -> AcousticPrompt:
    generator = torch.Generator().manual_seed(1)
    shapes = ((1, tiny_networks.BANDS, frames), (1, frames, tiny_networks.CONTENT), (1, tiny_networks.STYLE))
    return AcousticPrompt(*(torch.randn(shape, dtype=torch.float64, generator=generator) for shape in shapes))


def latent(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.randn(1, count, tiny_networks.WIDTH, dtype=torch.float64, generator=generator)


@settings(max_examples=10)
@given(st.lists(st.integers(0, tiny_networks.CODES - 1), min_size=1, max_size=30), st.integers(0, 9))
def test_any_codes_become_frames_and_any_frames_samples(codes: list[int], known: int) -> None:
    networks = tiny_networks.acoustics()
    condition = networks.condition(codes, latent(len(codes)))
    frames = condition.shape[1]
    assert frames == max(1, int(len(codes) * 1.72))
    noise = noise_for(prompt(known), frames, torch.Generator())
    mel = networks.mel(condition, prompt(known), noise, Flow(steps=1))
    assert mel.shape == (1, tiny_networks.BANDS, frames)
    assert networks.samples(mel).shape == (frames * networks.vocoder.hop,)


def test_latents_are_added_to_what_the_codes_embed_as() -> None:
    networks = tiny_networks.acoustics()
    assert networks.projection is not None
    codes = [3, 1, 4, 1, 5]
    rows = networks.codec.embed(torch.tensor([codes])) + networks.projection(latent(5))
    expected = networks.regulator(rows, torch.tensor([8]))
    assert torch.allclose(networks.condition(codes, latent(5)), expected)
    with pytest.raises(ValueError, match="latents"):
        networks.condition(codes)


def test_version_2_hears_a_recording_through_its_codebook_and_version_25_as_it_is() -> None:
    features = torch.randn(1, 9, tiny_networks.HIDDEN, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    older, newer = tiny_networks.acoustics("2.0"), tiny_networks.acoustics("2.5")

    def straight(networks: Acoustics, rows: torch.Tensor) -> torch.Tensor:
        condition: torch.Tensor = networks.regulator(rows, torch.tensor([15]))
        return condition

    _, embedded = older.codec.quantize(features)
    assert torch.equal(older.prompt_condition(features, 15), straight(older, embedded))
    assert torch.equal(newer.prompt_condition(features, 15), straight(newer, features))


def test_a_seed_means_the_same_noise_and_another_seed_another() -> None:
    first, again, other = (noise_for(prompt(), 5, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert first.shape == (1, tiny_networks.BANDS, 12)
    assert first.dtype == torch.float64
    assert torch.equal(first, again) and not torch.equal(first, other)

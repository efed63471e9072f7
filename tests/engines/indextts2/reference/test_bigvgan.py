from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.bigvgan import Activation, BigVGAN, BigVGANConfig
from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from tests.support import tiny_networks

PUBLISHED = {
    "resblock": "1",
    "activation": "snakebeta",
    "snake_logscale": True,
    "num_mels": 80,
    "upsample_rates": [4, 4, 2, 2, 2, 2],
    "upsample_kernel_sizes": [8, 8, 4, 4, 4, 4],
    "upsample_initial_channel": 1536,
    "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
    "use_tanh_at_final": False,
    "use_bias_at_final": False,
}


def mel(frames: int, batch: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(frames)
    return torch.randn(batch, tiny_networks.BANDS, frames, dtype=torch.float64, generator=generator)


@settings(max_examples=25)
@given(st.integers(1, 90), st.integers(1, 100))
def test_in_chunks_it_says_what_it_says_as_a_whole(frames: int, chunk: int) -> None:
    vocoder, spoken = tiny_networks.vocoder(), mel(frames)
    whole = vocoder(spoken)
    parts = list(vocoder.chunks(spoken, chunk))
    assert whole.shape == (1, 1, frames * vocoder.hop)
    assert [part.shape[2] for part in parts[:-1]] == [chunk * vocoder.hop] * (len(parts) - 1)
    assert torch.allclose(torch.cat(parts, dim=2), whole, atol=1e-11)


def test_of_the_published_vocoder_a_chunk_sees_no_more_than_it_must() -> None:
    with torch.device("meta"):
        published = BigVGAN(BigVGANConfig())
    frames, rows = published.margins
    assert published.hop == 256
    assert frames <= 38 and rows <= 12 * published.config.rates[0]


def test_a_batch_is_each_of_its_own() -> None:
    vocoder, spoken = tiny_networks.vocoder(), mel(9, batch=3)
    together = vocoder(spoken)
    for index in range(3):
        assert torch.allclose(vocoder(spoken[index : index + 1])[0], together[index], atol=1e-11)


def test_samples_stay_within_full_scale() -> None:
    vocoder = tiny_networks.vocoder()
    loud = vocoder(mel(12) * 50.0)
    assert loud.abs().max() == 1.0


def test_a_level_passes_the_activation_as_the_snake_of_itself() -> None:
    activation = tiny_networks.random(lambda: Activation(3))
    level = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)[None, :, None].expand(1, 3, 40)
    alpha, beta = (activation.act[name].exp()[:, None] for name in ("alpha", "beta"))
    doubled = activation.upsample.filter.flatten()
    # With a filter whose taps add up to one a level is doubled in time to a level, odd and even taps apart.
    doubled[::2] = doubled[::2] / doubled[::2].sum() / 2
    doubled[1::2] = doubled[1::2] / doubled[1::2].sum() / 2
    expected = level + torch.sin(level * alpha) ** 2 / (beta + 1e-9)
    assert torch.allclose(activation(level), expected, atol=1e-9)


def test_a_run_that_is_cancelled_stops_within_a_chunk() -> None:
    vocoder, cancel, parts = tiny_networks.vocoder(), Cancel(), []
    with pytest.raises(StudioError, match="Cancelled"):
        for part in vocoder.chunks(mel(40), 10, cancel.check):
            parts.append(part)
            if len(parts) == 2:
                cancel.cancel()
    assert len(parts) == 2


def test_the_published_configuration_is_the_default() -> None:
    assert BigVGANConfig.read(PUBLISHED) == BigVGANConfig()


@pytest.mark.parametrize("change", [{"resblock": "2"}, {"activation": "snake"}, {"snake_logscale": False}])
def test_another_kind_of_vocoder_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(StudioError, match=r"config\.json"):
        BigVGANConfig.read({**PUBLISHED, **change})

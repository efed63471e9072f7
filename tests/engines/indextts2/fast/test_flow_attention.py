"""The attention of the flow that is laid out for a CPU answers as the plain one does."""

from __future__ import annotations

import pytest
import torch

from indextts.engines.indextts2.fast.packed_linear import PackedAttention
from indextts.engines.indextts2.reference.attention import Attention, Frames

WIDTH, HEADS = 16, 2


def attention() -> Attention:
    generator = torch.Generator().manual_seed(0)
    layer = Attention(WIDTH, HEADS).requires_grad_(False)
    for parameter in layer.parameters():
        parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.4)
    return layer


@pytest.mark.parametrize(("count", "first"), [(1, 0), (7, 6), (520, 0), (1100, 3)])
@pytest.mark.parametrize("shortened", [False, True])
def test_packed_it_answers_the_same(count: int, first: int, shortened: bool) -> None:
    plain, rows = attention(), torch.randn(2, count, WIDTH, generator=torch.Generator().manual_seed(count))
    lengths = torch.tensor([count, (count + 1) // 2]) if shortened else None
    frames = Frames.of(count, WIDTH // HEADS, rows, lengths)
    expected = plain(rows, frames, first)
    assert expected.shape == (2, count - first, WIDTH)
    assert torch.allclose(PackedAttention(plain)(rows, frames, first), expected, atol=1e-5)


def test_what_two_frames_are_to_each_other_goes_by_how_far_they_are_apart() -> None:
    plain, rows = attention(), torch.randn(1, 6, WIDTH, generator=torch.Generator().manual_seed(1))
    frames = Frames.of(9, WIDTH // HEADS, rows)
    later = Frames(frames.cos[3:], frames.sin[3:])
    early = Frames(frames.cos[:6], frames.sin[:6])
    # Every score depends on a difference of positions alone, so all may move by three.
    assert torch.allclose(plain(rows, early, 0), plain(rows, later, 0), atol=1e-5)
    assert not torch.allclose(plain(rows, early, 0), plain(rows.flip(1), early, 0).flip(1), atol=1e-3)

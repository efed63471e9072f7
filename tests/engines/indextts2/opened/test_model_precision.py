"""Each network computes with the numbers that are set for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT, Precision
from indextts.engines.indextts2.fast.packed_linear import can_be_half
from indextts.engines.indextts2.fast.packed_vocoder import PackedVocoder
from indextts.engines.indextts2.opened.model_cache import Modules

pytestmark = pytest.mark.skipif(not can_be_half(), reason="oneDNN multiplies no bfloat16 on this processor")


def modules(folder: Path, precision: Precision) -> Modules:
    return Modules(PublishedFolder(folder), device=torch.device("cpu"), precision=precision)


def test_a_recording_is_heard_in_bfloat16_almost_as_in_float32(checkpoint: Path) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.1, 24000).astype(np.float32)
    (exact,) = modules(checkpoint, EXACT).hear([noise])
    (near,) = modules(checkpoint, Precision(hearing="bfloat16")).hear([noise])
    apart = float((near - exact).norm() / exact.norm())
    assert near.dtype == torch.float32 and 1e-5 < apart < 0.03
    codec = modules(checkpoint, EXACT).acoustics().codec
    exact_codes, near_codes = (codec.quantize(features)[0] for features in (exact, near))
    assert (exact_codes == near_codes).float().mean() > 0.95


def test_the_vocoder_speaks_in_bfloat16_almost_as_in_float32(checkpoint: Path) -> None:
    mel = torch.randn(1, 80, 60, generator=torch.Generator().manual_seed(0))
    exact, near = (modules(checkpoint, precision).vocoder() for precision in (EXACT, Precision(vocoder="bfloat16")))
    assert isinstance(exact, PackedVocoder) and isinstance(near, PackedVocoder)
    sound, nearly = exact(mel), near(mel)
    apart = float((nearly - sound).norm() / sound.norm())
    assert nearly.dtype == torch.float32 and 1e-5 < apart < 0.05

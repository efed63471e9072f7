"""What a graphics card computes with, and that its networks are not laid out for a CPU. No card is needed for that."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks import indextts2, indextts2_card
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT, ON_CARD, Precision, PrecisionSetting
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.fast import accelerate
from indextts.engines.indextts2.fast.accelerate import lay_out
from indextts.engines.indextts2.fast.packed_linear import PackedLinear
from indextts.engines.indextts2.opened import pieces
from indextts.engines.indextts2.opened.card import products
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.opened.turns import Turns
from indextts.engines.indextts2.reference.acoustics import solve
from indextts.engines.indextts2.reference.dit import DiTConfig, load_dit
from indextts.engines.indextts2.tuning import PrecisionChooser
from indextts.engines.parity.runner import load
from indextts.platform.beats import no_beat

FIXTURES = Path(__file__).parents[3] / "fixtures"
ELSEWHERE = torch.device("meta")
"""A device that is no CPU, and is everywhere: it knows shapes, dtypes and devices, and no values."""


def in_force() -> tuple[str, str]:
    return torch.backends.cuda.matmul.fp32_precision, torch.backends.cudnn.conv.fp32_precision  # type: ignore[attr-defined]


@pytest.mark.parametrize(("tf32", "expected"), [(True, "tf32"), (False, "ieee")])
def test_a_card_rounds_products_only_where_it_may_and_only_meanwhile(tf32: bool, expected: str) -> None:
    before = in_force()
    with pytest.raises(KeyError), products(torch.device("cuda"), tf32=tf32):
        assert in_force() == (expected, expected)
        raise KeyError
    assert in_force() == before
    with products(torch.device("cpu"), tf32=tf32):
        assert in_force() == before


@pytest.mark.parametrize("setting", ["exact", "fast", "auto"])
def test_a_turn_on_a_card_computes_as_it_is_set(setting: PrecisionSetting, checkpoint: Path, tmp_path: Path) -> None:
    modules = Modules(PublishedFolder(checkpoint), device=torch.device("cuda"))
    PrecisionChooser(tmp_path, modules, 1, setting).settle(no_beat)
    near = setting != "exact"
    assert modules.precision == (ON_CARD if near else EXACT)
    with Turns(modules, 0, 300.0, lambda: None).one(no_beat):
        assert in_force() == (("tf32",) * 2 if near else ("ieee",) * 2)
    assert not list(tmp_path.iterdir()), "nothing is measured"


@pytest.mark.parametrize("setting", ["exact", "auto"])
def test_a_cpu_has_none_of_it(setting: PrecisionSetting, checkpoint: Path, tmp_path: Path) -> None:
    modules = Modules(PublishedFolder(checkpoint), device=torch.device("cpu"))
    PrecisionChooser(tmp_path, modules, 1, setting)
    before = in_force()
    with Turns(modules, 0, 300.0, lambda: None).one(no_beat):
        assert in_force() == before


@pytest.mark.parametrize("precision", [EXACT, ON_CARD], ids=str)
@torch.inference_mode()
def test_what_comes_after_the_codes_runs_where_it_is_and_nothing_of_it_stays_on_the_cpu(
    precision: Precision, checkpoint: Path
) -> None:
    modules = Modules(PublishedFolder(checkpoint), device=ELSEWHERE, half=True, precision=precision)
    acoustics = modules.acoustics()
    for network in (acoustics.flow, acoustics.vocoder, acoustics.regulator, acoustics.codec):
        assert not any(isinstance(layer, PackedLinear) for layer in network.modules())
        assert {value.device for value in network.state_dict().values()} == {ELSEWHERE}
    made = pieces.flow(modules, no_beat)()
    assert isinstance(made, torch.Tensor) and made.device == ELSEWHERE and made.dtype == torch.float32
    pieces.sound(modules, no_beat)()
    assert modules.voice().device == ELSEWHERE and modules.voice().final_norm.weight.dtype == torch.float16


def test_a_flow_of_16_bits_in_plain_layers_is_near_the_official_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a card has it: without oneDNN."""
    monkeypatch.setattr(accelerate, "pack", lambda *_: None)
    fixture = load(FIXTURES / "indextts2" / "cfm.json")
    weights = tensors(fixture.sibling("dit").state())
    network = load_dit(DiTConfig.read(fixture.about["config"]), weights, source="s2mel.pth")
    lay_out(network, "bfloat16")
    inputs = [torch.tensor(fixture.arrays[name]) for name in ("in.noise", "in.prompt", "in.style", "in.mu")]
    mel = solve(network, *inputs, lengths=torch.tensor(fixture.about["x_lens"]), steps=25, guidance=0.7)
    apart = (mel - torch.tensor(fixture.arrays["out.n25_cfg0.7"])).abs()
    assert 0.0 < float(apart.mean()) < 0.012 and float(apart.max()) < 0.25


def test_the_benchmark_says_that_nothing_was_run_and_its_rows_can_be(
    checkpoint: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert indextts2.main(["--device", "cuda"]) == 0
    assert capsys.readouterr().out == "not run: no card\n"
    monkeypatch.setattr(accelerate, "pack", lambda *_, **__: None)
    modules = Modules(PublishedFolder(checkpoint), device=torch.device("cpu"))
    voice = modules.voice()
    for code in (voice.config.start_mel_token, voice.config.stop_mel_token):
        voice.mel_head.bias[code] = -1e4
    figures = indextts2_card.spoken(voice, modules.acoustics(), seconds=0.2, count=3, steps=2)
    assert 0 < figures["first_sound_s"] < figures["all_s"] and figures["real_time_factor"] > 0

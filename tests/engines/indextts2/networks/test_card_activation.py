"""The activation that serves on a card says what the plain one says: on a card, or as Triton's interpreter runs it."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from indextts.engines.indextts2.networks import card_activation
from indextts.engines.indextts2.networks.bigvgan import Activation
from indextts.engines.indextts2.networks.card_activation import CardActivation, Kernel, fuse, triton_kernel
from tests.support import tiny_networks

triton = pytest.importorskip("triton", reason="Triton is not made for this system")
NAME = "indextts.engines.indextts2.networks.snake_triton"
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """What Triton makes of its source is decided when it is imported."""
    if DEVICE.type == "cpu":
        monkeypatch.setenv("TRITON_INTERPRET", "1")
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    found = triton_kernel()
    assert found is not None
    yield found
    sys.modules.pop(NAME, None)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("count", [1, 2, 3, 6, 40, 1024, 1025, 2500])
def test_an_activation_in_one_kernel_is_the_plain_one(kernel: Kernel, count: int, batch: int) -> None:
    plain = tiny_networks.random(lambda: Activation(5)).float().to(DEVICE)
    rows = 3.0 * torch.randn(batch, 5, count, generator=torch.Generator().manual_seed(count)).to(DEVICE)
    with torch.inference_mode():
        expected = plain(rows)
        for given in (rows, rows.mT.contiguous().mT):
            got = CardActivation(plain, kernel)(given)
            assert torch.allclose(got, expected, atol=1e-5 * float(expected.abs().max()))


def test_a_vocoder_with_it_says_the_same_in_chunks(kernel: Kernel) -> None:
    mel = torch.randn(1, tiny_networks.BANDS, 30, generator=torch.Generator().manual_seed(0)).to(DEVICE)
    plain, fused = (tiny_networks.vocoder().float().to(DEVICE) for _ in range(2))
    assert fuse(fused, kernel)
    assert not any(isinstance(layer, Activation) for layer in fused.modules())
    assert torch.allclose(torch.cat([*fused.chunks(mel, 7)], 2), plain(mel), atol=1e-5)


@pytest.mark.parametrize("ability", [80, 90])
def test_the_kernel_compiles_for_cards(ability: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """To machine code, by the compiler that comes with Triton; of no card, so that none is needed."""
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    source = importlib.import_module(NAME)
    backends = importlib.import_module("triton.backends.compiler")
    signature = dict.fromkeys(("rows", "out", "up", "down", "speeds", "heights"), "*fp32")
    signature |= {"channels": "i32", "total": "i32", "block": "constexpr"}
    ast = importlib.import_module("triton.compiler").ASTSource(
        fn=source._kernel, signature=signature, constexprs={"block": source._BLOCK}
    )
    made = triton.compile(ast, target=backends.GPUTarget("cuda", ability, 32))
    assert made.asm["cubin"]
    sys.modules.pop(NAME, None)


def refused(*_: Tensor) -> Tensor:
    raise RuntimeError("no compiler")


def off(rows: Tensor, *_: Any) -> Tensor:
    return rows


@pytest.mark.parametrize(("wrong", "reason"), [(refused, "no compiler"), (off, "is off by")])
def test_a_kernel_that_fails_or_differs_is_not_taken(
    wrong: Kernel, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    vocoder = tiny_networks.vocoder().float()
    before = [type(layer) for layer in vocoder.modules()]
    with caplog.at_level(logging.WARNING):
        assert not fuse(vocoder, wrong)
    assert [type(layer) for layer in vocoder.modules()] == before
    assert reason in caplog.text


def test_without_triton_nothing_is_said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, NAME, None)
    assert card_activation.triton_kernel() is None
    assert not fuse(tiny_networks.vocoder().float(), None) and not caplog.records

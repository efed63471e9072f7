"""What serves against recordings of the published networks, made with random weights."""

from __future__ import annotations

from typing import Any

import pytest

from indextts.engines.parity import runner as parity
from indextts.platform.config import Config
from tests.support.tiny_sambert import FIXTURES, fixture

pytest.importorskip("onnx")


@pytest.fixture(scope="module")
def results() -> list[parity.Result]:
    return list(parity.run_fixtures(FIXTURES, Config()))


def test_every_recorded_value_is_met(results: list[parity.Result]) -> None:
    assert [result for result in results if not result.ok] == []
    met = {result.fixture.partition("/")[0] for result in results}
    assert met == {file.name.partition(".")[0] for file in FIXTURES.iterdir()}


def test_graphs_and_runtime_are_compared_in_every_run(results: list[parity.Result]) -> None:
    compared = {result.fixture for result in results}
    for run in ("am_base/single", "am_base/long", "am_nsf_mas/single", "am_se/single"):
        assert {f"{run}/graph/frames", f"{run}/graph/mel", f"{run}/runtime/mel"} <= compared
    for run in ("voc_causal/T9", "voc_noncausal/T8", "voc_nsf_causal/T10", "voc_nsf_noncausal/T7"):
        assert {f"{run}/graph/wav", f"{run}/runtime/wav", f"{run}/runtime/wav in pieces"} <= compared
    assert any(name.endswith("/alt") for name in compared) and any("/folded/" in name for name in compared)


@pytest.mark.parametrize(
    ("factor", "whole", "noticed"), [(1.001, True, "wav"), (1.0, False, "wav in pieces")], ids=["sound", "edges"]
)
def test_a_fault_of_the_runtime_is_noticed(
    factor: float, whole: bool, noticed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indextts.engines.parity.sambert import vocoder
    from indextts.engines.sambert.runtime import Runtime

    real: Any = Runtime._chunk

    def broken(self: Runtime, inputs: dict[str, Any], begin: int, end: int, hop: int) -> Any:
        if whole:
            return factor * real(self, inputs, begin, end, hop)
        return real(self, {name: value[begin:end] for name, value in inputs.items()}, 0, end - begin, hop)

    monkeypatch.setattr(Runtime, "_chunk", broken)
    wrong = {what for what, error, bound in vocoder(fixture("voc_noncausal"), Config()) if error > bound}
    assert wrong and all("/runtime/" in what for what in wrong)
    assert any(noticed in what for what in wrong)


@pytest.mark.parametrize(
    ("weight", "change"),
    [
        ("text_encoder.ling_enc.fft.1.slf_attn.layer_norm.weight", 1.001),
        ("mel_decoder.mel_dec.pnca.0.pnca_attn.w_h_kv.weight", 1.001),
        ("mel_postnet.lstm.weight_hh_l0", 1.01),
        ("emo_tokenizer.weight", 1.001),
    ],
)
def test_a_weight_that_is_off_by_little_is_noticed(weight: str, change: float) -> None:
    from indextts.engines.parity.sambert import acoustic

    right = fixture("am_base")
    state = right.state()
    state[weight] = state[weight] * change

    class Changed(parity.Fixture):
        def state(self, prefix: str = "sd.") -> dict[str, parity.Array]:
            return state

    changed = Changed(right.path, right.about, right.arrays)
    assert any(error > tolerance for _, error, tolerance in acoustic(changed, Config()))

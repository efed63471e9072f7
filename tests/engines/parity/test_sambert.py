"""The networks against recordings of the published ones, made with random weights."""

from __future__ import annotations

from typing import Any

import pytest

from indextts.engines.parity import runner as parity
from indextts.platform.config import Config
from tests.support.tiny_sambert import FIXTURES, fixture

torch = pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def results() -> list[parity.Result]:
    return list(parity.run_fixtures(FIXTURES, Config()))


def test_every_recorded_value_is_met(results: list[parity.Result]) -> None:
    assert [result for result in results if not result.ok] == []
    met = {result.fixture.partition("/")[0] for result in results}
    assert met == {file.name.partition(".")[0] for file in FIXTURES.iterdir()}


def test_every_value_of_a_run_is_compared(results: list[parity.Result]) -> None:
    compared = {result.fixture for result in results}
    assert {"am_base/single/graph/mel", "am_se/single/graph/frames", "voc_causal/T9/graph/wav"} <= compared
    for name in ("am_base", "am_nsf_mas", "am_se", "voc_nsf_causal"):
        for array in fixture(name).arrays:
            run, kind, what = (*array.split("/"), "")[:3]
            if kind == "out":
                assert f"{name}/{run}/{what}" in compared or what.startswith("mask_h"), array


def test_what_serves_is_compared_too(results: list[parity.Result]) -> None:
    compared = {result.fixture for result in results}
    for run in ("am_base/single", "am_base/long", "am_nsf_mas/single", "am_se/single"):
        for what in ("mel", "wishes/frames", "wishes/mel", "intensity/mel", "neutral/mel"):
            assert f"{run}/runtime/{what}" in compared
    for run in ("voc_causal/T9", "voc_noncausal/T8", "voc_nsf_causal/T10", "voc_nsf_noncausal/T7"):
        assert {f"{run}/runtime/wav", f"{run}/runtime/wav in pieces"} <= compared


@pytest.mark.parametrize(
    ("method", "broken", "noticed"),
    [
        ("acoustic", lambda real: lambda self, units, controls=None, intensity=1.0: real(self, units, controls),
         "intensity"),
        ("acoustic", lambda real: lambda self, units, controls=None, intensity=1.0: real(self, units, None, intensity),
         "wishes"),
        ("_chunk", lambda real: lambda self, inputs, begin, end, hop: 1.001 * real(self, inputs, begin, end, hop),
         "wav"),
        ("_chunk", lambda real: lambda self, inputs, begin, end, hop: real(
            self, {name: value[begin:end] for name, value in inputs.items()}, 0, end - begin, hop), "wav in pieces"),
    ],
    ids=["intensity", "wishes", "sound", "edges"],
)  # fmt: skip
def test_a_fault_of_the_runtime_is_noticed(
    method: str, broken: Any, noticed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indextts.engines.parity import sambert as sambert_parity
    from indextts.engines.sambert.runtime import Runtime

    monkeypatch.setattr(Runtime, method, broken(getattr(Runtime, method)))
    compare, name = (
        (sambert_parity.acoustic, "am_base") if method == "acoustic" else (sambert_parity.vocoder, "voc_noncausal")
    )
    wrong = {what for what, error, tolerance in compare(fixture(name), Config()) if error > tolerance}
    assert wrong and all("/runtime/" in what for what in wrong)
    assert any(noticed in what for what in wrong)


def test_a_fault_in_how_padding_is_kept_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from indextts.engines.parity.sambert import acoustic
    from indextts.engines.sambert.networks.decoder import attend

    place = "indextts.engines.sambert.networks.acoustic.attend"
    monkeypatch.setattr(place, lambda q, k, v, forbidden: attend(q, k, v, None))
    wrong = {what for what, error, tolerance in acoustic(fixture("am_base"), Config()) if error > tolerance}
    assert "batch2/enc.text_hid" in wrong and all(what.startswith("batch2/") for what in wrong)


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

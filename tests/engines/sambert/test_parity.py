"""The networks against recordings of the published ones, made with random weights."""

from __future__ import annotations

import pytest

from indextts import parity
from indextts.config import Config
from tests.sambert import FIXTURES, fixture

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
            if kind == "out" and "batch" not in run:
                assert f"{name}/{run}/{what}" in compared or what.startswith("mask_h"), array


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
    from indextts.engines.sambert.parity import acoustic

    right = fixture("am_base")
    state = right.state()
    state[weight] = state[weight] * change

    class Changed(parity.Fixture):
        def state(self, prefix: str = "sd.") -> dict[str, parity.Array]:
            return state

    changed = Changed(right.path, right.about, right.arrays)
    assert any(error > tolerance for _, error, tolerance in acoustic(changed, Config()))

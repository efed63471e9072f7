"""The plain networks, part by part, against recordings of the published ones; and the runtime against them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tiny_sambert import fixture

torch = pytest.importorskip("torch")

from indextts.engines.parity.runner import Row  # noqa: E402
from tests.support import sambert_parts  # noqa: E402

ACOUSTIC = ("am_base", "am_nsf_mas", "am_se")
VOCODERS = ("voc_causal", "voc_noncausal", "voc_nsf_causal", "voc_nsf_noncausal")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def compared(name: str) -> list[Row]:
    return [*(sambert_parts.acoustic if name in ACOUSTIC else sambert_parts.vocoder)(fixture(name))]


def far(rows: list[Row]) -> set[str]:
    return {what for what, error, tolerance in rows if error > tolerance}


@pytest.mark.parametrize("name", [*ACOUSTIC, *VOCODERS])
def test_every_recorded_value_is_compared_and_met(name: str) -> None:
    rows = compared(name)
    assert far(rows) == set()
    seen = {what for what, *_ in rows}
    for array in fixture(name).arrays:
        run, kind, what = (*array.split("/"), "")[:3]
        assert kind != "out" or f"{run}/{what}" in seen or what.startswith("mask_h"), array


@pytest.mark.night
@pytest.mark.parametrize(
    ("broken", "noticed"),
    [
        (lambda real: lambda self, units, controls=None, intensity=1.0: real(self, units, controls), "intensity"),
        (lambda real: lambda self, units, controls=None, intensity=1.0: real(self, units, None, intensity), "wishes"),
    ],
    ids=["intensity", "wishes"],
)
def test_a_fault_of_the_runtime_is_noticed(broken: Any, noticed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from indextts.engines.sambert.runtime import Runtime

    monkeypatch.setattr(Runtime, "acoustic", broken(Runtime.acoustic))
    wrong = far(compared("am_base"))
    assert wrong and all("/runtime/" in what for what in wrong)
    assert any(noticed in what for what in wrong)


@pytest.mark.night
def test_a_fault_in_how_padding_is_kept_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.sambert_networks.decoder import attend

    place = "tests.support.sambert_networks.acoustic.attend"
    monkeypatch.setattr(place, lambda q, k, v, forbidden: attend(q, k, v, None))
    wrong = far(compared("am_base"))
    assert "batch2/enc.text_hid" in wrong and all(what.startswith("batch2/") for what in wrong)


def test_the_sizes_of_all_weights_are_those_of_the_networks() -> None:
    from indextts.engines.sambert.shapes import AcousticShape, VocoderShape, table_rows
    from indextts.engines.sambert.weights import acoustic_weights, checked_acoustic, vocoder_weights
    from tests.support.sambert_networks.acoustic import Sambert
    from tests.support.sambert_networks.vocoder import Generator

    def sizes(network: Any) -> dict[str, tuple[int, ...]]:
        return {name: tuple(held.shape) for name, held in network.state_dict().items()}

    for name in ACOUSTIC:
        recorded = fixture(name)
        shape = AcousticShape.from_params(recorded.about["config"])
        rows = table_rows(shape, checked_acoustic(shape, recorded.state()))
        assert acoustic_weights(shape, rows) == sizes(Sambert(shape, rows))
    for name in VOCODERS:
        generator = VocoderShape.from_params(fixture(name).about["params"])
        assert vocoder_weights(generator) == sizes(Generator(generator))

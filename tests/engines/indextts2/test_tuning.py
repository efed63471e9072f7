"""Which numbers each network computes with: as it is set, or as a measurement says, which here is a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from indextts.engines.indextts2 import tuning
from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import (
    EXACT,
    KeptChoices,
    Network,
    Precision,
    PrecisionSetting,
    quickest,
)
from indextts.engines.indextts2.engine import open_engine
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.tuning import PrecisionChooser, Processor, near_equal, this_processor
from indextts.platform.beats import no_beat
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config
from tests.support.cloned import Library

MODERN = Processor("Modern", ("avx2", "avx512_f", "avx512_bf16"))
PLAIN = Processor("Plain", ("avx2",))
QUICK = {"voice": 0.5, "flow": 0.3, "vocoder": 0.4, "hearing": 0.6}
"""Of near-equal numbers, where 32 bits take a second."""


class Table:
    """A clock that knows what each network takes, and who was asked."""

    def __init__(self, near: dict[str, float]) -> None:
        self.near = near
        self.asked: list[tuple[str, str]] = []

    def __call__(self, network: Network, numbers: str, work: Callable[[], float]) -> float:
        assert work() > 0, "the work is done"
        self.asked.append((network, numbers))
        return 1.0 if numbers == "float32" else self.near[network]


@pytest.fixture(autouse=True)
def _libraries_of_any_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is chosen depends on the processor that a test names, not on the one that it runs on."""
    monkeypatch.setattr(tuning, "can_lighten", lambda _: True)


@pytest.fixture
def modules(checkpoint: Path) -> Modules:
    return Modules(PublishedFolder(checkpoint), device=torch.device("cpu"))


def chooser(
    home: Path, modules: Modules, table: Table, setting: PrecisionSetting = "auto", processor: Processor = MODERN
) -> PrecisionChooser:
    return PrecisionChooser(home, modules, 1, setting, processor=processor, timed=table)


def test_what_is_faster_is_taken_and_the_rest_stays_exact(tmp_path: Path, modules: Modules) -> None:
    table = Table({**QUICK, "vocoder": 0.95, "hearing": 1.2})
    chooser(tmp_path, modules, table).settle(no_beat)
    assert modules.precision == Precision(voice="int8", flow="bfloat16")
    assert set(table.asked) == {
        *((network, "float32") for network in ("voice", "flow", "vocoder", "hearing")),
        *((network, "bfloat16") for network in ("flow", "vocoder", "hearing")),
        ("voice", "int8"),
    }


def test_a_tenth_is_what_it_takes(modules: Modules) -> None:
    near = Precision(flow="bfloat16", vocoder="bfloat16")
    times = {"flow": {"float32": 1.0, "bfloat16": 0.91}, "vocoder": {"float32": 1.0, "bfloat16": 0.9}}
    assert quickest(near, times) == Precision(vocoder="bfloat16")  # type: ignore[arg-type]


def test_a_processor_that_would_imitate_16_bits_is_not_asked_for_them(tmp_path: Path, modules: Modules) -> None:
    table = Table(QUICK)
    chooser(tmp_path, modules, table, processor=PLAIN).settle(no_beat)
    assert modules.precision == Precision(voice="int8")
    assert {network for network, _ in table.asked} == {"voice"}


@pytest.mark.parametrize("limit", ["AVX2", "AVX512_CORE_VNNI", "avx512_core"])
def test_a_limit_of_the_environment_counts_as_the_processors(limit: str) -> None:
    limited = replace(MODERN, limits=(f"ONEDNN_MAX_CPU_ISA={limit}",))
    assert MODERN.bfloat16 and not limited.bfloat16 and not PLAIN.bfloat16
    assert replace(MODERN, limits=("ONEDNN_MAX_CPU_ISA=AVX512_CORE_AMX",)).bfloat16
    assert this_processor({"ONEDNN_MAX_CPU_ISA": limit}).limits == (f"ONEDNN_MAX_CPU_ISA={limit}",)
    assert not this_processor({"ONEDNN_MAX_CPU_ISA": limit}).bfloat16


@pytest.mark.night
def test_the_choice_is_kept_and_measured_anew_on_another_machine(tmp_path: Path, checkpoint: Path) -> None:
    def opened(processor: Processor = MODERN, threads: int = 1) -> tuple[Table, Modules]:
        fresh, table = Modules(PublishedFolder(checkpoint), device=torch.device("cpu")), Table(QUICK)
        chosen = PrecisionChooser(tmp_path, fresh, threads, "auto", processor=processor, timed=table)
        chosen.settle(no_beat)
        return table, fresh

    first, modules = opened()
    assert first.asked
    again, same = opened()
    assert not again.asked and same.precision == modules.precision != EXACT
    assert opened(replace(MODERN, name="Another"))[0].asked
    assert opened(threads=2)[0].asked
    (tmp_path / "precision.json").write_text("[1", encoding="utf-8")
    assert opened()[0].asked, "a damaged file is none"


@pytest.mark.night
def test_the_choice_says_what_was_measured(tmp_path: Path, modules: Modules) -> None:
    chooser(tmp_path, modules, Table(QUICK)).settle(no_beat)
    choice = KeptChoices(tmp_path / "precision.json").last("auto", "indextts2")
    assert choice is not None and choice.processor == "Modern" and choice.threads == 1 and choice.at > 0
    assert choice.seconds["voice"] == {"float32": 1.0, "int8": 0.5}
    assert KeptChoices(tmp_path / "precision.json").last("fast") is None
    held = json.loads((tmp_path / "precision.json").read_text(encoding="utf-8"))
    (key,) = held
    held[key]["precision"]["flow"] = "float8"
    (tmp_path / "precision.json").write_text(json.dumps(held), encoding="utf-8")
    assert not [*KeptChoices(tmp_path / "precision.json").all()], "numbers that nobody knows"


def test_fast_takes_what_is_native_without_measuring_and_exact_takes_nothing(tmp_path: Path, modules: Modules) -> None:
    table = Table(QUICK)
    chooser(tmp_path, modules, table, "fast").settle(no_beat)
    assert modules.precision == near_equal(MODERN) == Precision("bfloat16", "int8", "bfloat16", "bfloat16")
    modules.compute_in(EXACT)
    chooser(tmp_path, modules, table, "fast", PLAIN).settle(no_beat)
    assert modules.precision == Precision(voice="int8")
    modules.compute_in(EXACT)
    chooser(tmp_path, modules, table, "exact").settle(no_beat)
    assert modules.precision == EXACT and not table.asked


@pytest.mark.night
def test_never_two_language_models_at_once(tmp_path: Path, modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    open_now: list[tuple[str, ...]] = []
    keep: Any = Modules._keep

    def watched(self: Modules, *given: object) -> object:
        found = keep(self, *given)
        open_now.append(self.loaded)
        return found

    monkeypatch.setattr(Modules, "_keep", watched)
    tuning.measure(modules, near_equal(MODERN), no_beat, Table(QUICK))
    assert open_now and all(len(names) == 1 for names in open_now), "one part at a time"
    assert modules.loaded == ()


@pytest.mark.night
def test_the_budget_counts_the_bytes_of_the_numbers_that_are_used(checkpoint: Path) -> None:
    def kept(precision: Precision, share: float) -> tuple[str, ...]:
        published = PublishedFolder(checkpoint)
        published.convert()
        files = [published.tensors(role) for role in ("gpt", "codec", "s2mel", "bigvgan")]
        every = sum(4 * tensor.numel() for file in files for tensor in file.values())
        small = Modules(published, device=torch.device("cpu"), budget_bytes=int(share * every), precision=precision)
        small.voice()
        small.acoustics()
        return small.loaded

    share = next(part / 100 for part in range(99, 0, -1) if kept(EXACT, part / 100) == ("acoustics",))
    assert kept(Precision(voice="int8"), share) == ("voice", "acoustics")
    assert kept(Precision(flow="bfloat16", vocoder="bfloat16"), share) == ("voice", "acoustics")


def test_it_can_be_stopped_while_it_measures(tmp_path: Path, modules: Modules) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chooser(tmp_path, modules, Table(QUICK)).settle(stop)
    assert not (tmp_path / "precision.json").exists()


def test_receipts_name_the_numbers_and_kept_sounds_are_not_taken_for_others(tmp_path: Path, checkpoint: Path) -> None:
    library = Library(tmp_path)
    voice = library.add((library.record(110.0), 1.0))

    def told(precision: str) -> dict[str, str]:
        own = IndexTts2Config.model_validate({"threads": 1, "precision": precision})
        config = Config(cache_dir=tmp_path, engines=EnginesConfig(indextts2=own))
        return dict(open_engine(config, library, checkpoint).fingerprints(voice))

    fast = told("fast")
    assert fast["indextts2 numbers"].startswith("hearing ") and "voice int8" in fast["indextts2 numbers"]
    assert "indextts2 numbers" not in told("exact"), "32 bits, as ever"
    assert "indextts2 numbers" not in told("auto"), "nothing was chosen yet"

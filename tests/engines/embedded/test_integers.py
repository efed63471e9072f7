"""Products of integers say what products of floats say."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.engines.embedded.info import INFO, folder
from indextts.engines.embedded.install.integers import IntegerGraph, on_grid, steps
from indextts.engines.embedded.install.recipe import write_voice
from indextts.engines.embedded.install.weights import Weights
from indextts.engines.embedded.networks import load_networks, open_networks
from indextts.engines.embedded.probe import in_integers
from indextts.engines.embedded.voice import NETWORKS
from indextts.engines.integers import INTO, OUT, ROWS, WEIGHT, integers_are_right, multiplies_integers
from indextts.engines.parity.runner import read_safetensors
from indextts.platform.config import Config
from indextts.platform.onnx import open_session
from indextts.reading.phonemes.symbols import SYMBOLS
from tests.support.integers import needs_integers
from tests.support.tiny_voice import gridded, tiny_acoustic, tiny_vocoder

FIXTURES = Path(__file__).parents[2] / "fixtures" / "embedded_voice"


def convolved(rows: np.ndarray, weight: np.ndarray, bias: np.ndarray, *, bounded: bool = False) -> np.ndarray:
    graph = IntegerGraph("one")
    made = graph.kept(graph.held(graph.input("x", ["L", rows.shape[1]])), weight, bias, bounded=bounded)
    graph.output(graph.rows(made), "y", ["L", weight.shape[0]])
    result: np.ndarray = open_session(graph.model().SerializeToString()).run(None, {"x": rows})[0]
    return result


def plain(rows: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    reach = weight.shape[2] // 2
    padded = np.pad(rows.astype(np.float64), ((reach, reach), (0, 0)))
    taps = (padded[tap : tap + len(rows)] @ weight[:, :, tap].T.astype(np.float64) for tap in range(weight.shape[2]))
    return np.asarray(sum(taps) + bias)


def drawn(seed: int, kernel: int, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    weight = gridded(random.standard_normal((6, 40, kernel)).astype(np.float32))
    return random.standard_normal((length, 40)).astype(np.float32), weight, random.standard_normal(6).astype(np.float32)


@needs_integers
@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("length", [1, 2, 7, 40])
def test_a_convolution_is_the_plain_one_to_fifteen_bits(kernel: int, length: int) -> None:
    rows, weight, bias = drawn(length, kernel, length)
    rows[0, 0] = 30.0  # one large value costs the others no more than its bits
    wanted = plain(rows, weight, bias)
    most = 30.0 / 127 / 254 * np.abs(weight).sum(axis=(1, 2)).max()
    assert np.abs(convolved(rows, weight, bias) - wanted).max() < most


@needs_integers
def test_behind_a_tanh_eight_bits_do() -> None:
    rows, weight, bias = drawn(3, 5, 30)
    wanted = plain(np.tanh(rows), weight, bias)
    off = convolved(np.tanh(rows), weight, bias, bounded=True) - wanted
    assert 20 * np.log10(wanted.std() / off.std()) > 40
    finer = convolved(np.tanh(rows), weight, bias) - wanted
    assert finer.std() < off.std() / 50


@needs_integers
def test_silence_is_the_bias() -> None:
    rows, weight, bias = drawn(1, 3, 9)
    assert np.allclose(convolved(0 * rows, weight, bias), bias, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e3))
def test_the_step_of_weights_is_found(seed: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    counts = random.integers(-127, 128, size=(5, 3, 4))
    counts[2] = 0
    sizes = (scale * random.uniform(0.5, 2.0, size=(5, 1, 1))).astype(np.float32)
    weight = (counts * sizes).astype(np.float32)
    found = steps(weight)
    assert found is not None
    whole = np.rint(weight / found[:, None, None])
    assert np.abs(whole).max() <= 127
    assert np.allclose(whole * found[:, None, None], weight, rtol=1e-4, atol=0)


def test_weights_of_more_bits_have_no_step() -> None:
    weight = np.random.default_rng(1).standard_normal((4, 30, 3)).astype(np.float32)
    assert steps(weight) is None
    with pytest.raises(ValueError, match="multiples"):
        convolved(np.ones((5, 30), np.float32), weight, np.zeros(4, np.float32))
    assert not on_grid(tiny_acoustic())


def whole_grid(weights: Weights) -> Weights:
    return {name: gridded(value) if value.ndim == 3 else value for name, value in weights.items()}


@needs_integers
def test_a_voice_in_integers_is_the_voice_in_floats(tmp_path: Path) -> None:
    acoustic = whole_grid(tiny_acoustic())
    write_voice(tmp_path, acoustic, tiny_vocoder(), SYMBOLS, sentences=("ni3 hao3",))
    paths = {path.name: path for path in tmp_path.iterdir()}
    floats, integers = (open_networks(paths, hop=300, max_frames=2048, integers=which) for which in (False, True))
    ids = np.array([1, 7, 30, 2, 8, 40, 1, 218], np.int64)
    said, near = (networks.acoustic.encode(ids) for networks in (floats, integers))
    for name in ("hidden", "durations", "f0", "energy"):
        wanted, got = getattr(said, name), getattr(near, name)
        assert not np.array_equal(wanted, got)
        assert np.abs(got - wanted).max() < 2e-3 * max(1.0, np.abs(wanted).max()), name
    frames = np.array([3, 0, 10, 1, 2, 4, 7, 1])
    mels = [networks.acoustic.decode(said.hidden, frames, said.f0, said.energy) for networks in (floats, integers)]
    assert np.abs(mels[1] - mels[0]).max() < 0.02 * mels[0].std()


@needs_integers
def test_the_published_voice_loses_nothing_that_is_heard(real_config: Config) -> None:
    exact, near = (load_networks(with_precision(real_config, setting)) for setting in ("exact", "auto"))
    if not near.integers:
        pytest.skip("this processor is not quicker with integers")
    for case in (read_safetensors(path) for path in sorted(FIXTURES.glob("*.safetensors"))):
        given_ones = (case["durations"], case["f0"], case["energy"])
        mels = [one.acoustic.decode(exact.acoustic.encode(case["ids"]).hidden, *given_ones) for one in (exact, near)]
        assert 20 * np.log10(mels[0].std() / (mels[1] - mels[0]).std()) > 60
        frames = [one.acoustic.encode(case["ids"]).durations for one in (exact, near)]
        assert np.abs(frames[1] - frames[0]).max() < 0.05


def with_precision(config: Config, setting: str) -> Config:
    embedded = config.engines.embedded.model_copy(update={"precision": setting})
    return config.model_copy(update={"engines": config.engines.model_copy(update={"embedded": embedded})})


def chosen(config: Config) -> bool:
    return in_integers(folder(config), config.engines.embedded.precision)


def test_exact_numbers_are_32_bits_and_told(real_config: Config) -> None:
    exact = with_precision(real_config, "exact")
    assert not chosen(exact) and not load_networks(exact).integers
    assert [part.numbers for part in INFO.computing(exact, "embedded")] == ["float32", "float32"]
    expected = "int8" if chosen(real_config) else "float32"
    assert [part.numbers for part in INFO.computing(real_config, "embedded")] == [expected, "float32"]


def test_a_voice_of_more_bits_has_no_integers(tiny_config: Config) -> None:
    assert not chosen(tiny_config)
    assert {path.name for path in (tiny_config.models_path / "embedded").glob("*.onnx")} == {*NETWORKS}


@needs_integers
def test_what_is_kept_of_one_kind_of_numbers_is_not_taken_for_the_other(real_config: Config) -> None:
    engines = (load(with_precision(real_config, setting)) for setting in ("exact", "auto"))
    kinds = [engine.fingerprints("baker")["numbers"] for engine in engines]
    assert kinds == ["floats", "integers" if chosen(real_config) else "floats"]


def test_the_same_numbers_are_chosen_on_a_busy_machine(real_config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whatever clock: where others have the processor, integers seem to take as long as floats."""
    on_an_idle_one = chosen(real_config)
    for clock in ("perf_counter", "monotonic", "process_time", "thread_time"):
        monkeypatch.setattr(f"time.{clock}", count(0.0).__next__)
    assert chosen(real_config) == on_an_idle_one


@pytest.mark.parametrize(
    ("told", "able"),
    [
        ("flags\t\t: fpu sse2 avx2 avx512f avx512_vnni\n", True),
        ("model name : x\nflags : avx2 avx_vnni\n\nflags : avx2 avx_vnni\n", True),
        ("flags : avx2 avx_vnni\n\nflags : avx2\n", False),
        ("flags : fpu sse2 avx2 avx512f avx512_vnni_other\n", False),
        ("Features\t: fp asimd asimddp sve\n", True),
        ("Features\t: fp asimd crc32\n", False),
        ("model name : avx512_vnni\n", False),
        ("", False),
    ],
)
def test_the_processor_tells_what_it_can(tmp_path: Path, told: str, able: bool) -> None:
    (tmp_path / "cpuinfo").write_text(told)
    assert multiplies_integers(tmp_path / "cpuinfo") == able


@pytest.mark.parametrize(("system", "machine", "able"), [("Darwin", "arm64", True), ("Darwin", "x86_64", False)])
def test_apple_has_no_such_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, able: bool
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert multiplies_integers(tmp_path / "none") == able


class Product:
    """A processor's way with a product: what comes out."""

    def __init__(self, result: int) -> None:
        self._result = result

    def run(self, _wanted: None, _given: dict[str, np.ndarray]) -> list[np.ndarray]:
        return [np.full((ROWS, OUT), self._result)]


@pytest.mark.parametrize(("result", "right"), [(255 * WEIGHT * INTO, True), (32767 * INTO // 2, False)])
def test_sums_that_overflow_in_16_bits_are_found(result: int, right: bool) -> None:
    product: Any = Product(result)
    assert integers_are_right(product) == right

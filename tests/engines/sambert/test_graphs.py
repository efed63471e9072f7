"""The graphs in onnxruntime against the networks that they were written from; the recordings are test_parity's."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from indextts.engines.sambert import runtime  # noqa: E402
from indextts.engines.sambert.export.acoustic import build_acoustic  # noqa: E402
from indextts.engines.sambert.export.vocoder import build_vocoder  # noqa: E402
from indextts.engines.sambert.shapes import AcousticShape, MemoryShape, SourceShape, VocoderShape  # noqa: E402
from indextts.engines.sambert.weights import folded_vocoder  # noqa: E402
from tests.support.sambert_networks.acoustic import Controls, Sambert  # noqa: E402
from tests.support.sambert_networks.vocoder import Generator  # noqa: E402
from tests.support.tiny_sambert import fixture, random_acoustic, random_vocoder  # noqa: E402

TOLERANCE = 2e-4


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def opened(model: Any) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def near(ours: np.ndarray, theirs: np.ndarray) -> bool:
    scale = max(1.0, float(np.abs(theirs).max()))
    return ours.shape == theirs.shape and float(np.abs(ours - theirs).max()) <= TOLERANCE * scale


@pytest.mark.parametrize("name", ["voc_nsf_causal", "voc_nsf_noncausal"])
def test_the_vocoder_graph_without_its_transposed_way_meets_the_recordings(name: str) -> None:
    recorded = fixture(name)
    shape = replace(VocoderShape.from_params(recorded.about["params"]), transposed=False)
    session = opened(build_vocoder(shape, folded_vocoder(shape, recorded.state())))
    wave = "alt/wav_without_transpose_branch"
    for run in sorted({key.partition("/")[0] for key in recorded.arrays if key.endswith(wave)}):
        mel = recorded.arrays[f"{run}/in/mel"][0].T
        assert shape.source is not None
        chance = recorded.arrays[f"{run}/in/phase"].ravel(), recorded.arrays[f"{run}/in/noise"][0]
        given_ = {"mel": np.ascontiguousarray(mel[:, : shape.mels])}
        given_["sines"] = runtime.sines(shape.source, mel, shape.hop, *chance)
        assert near(session.run(["audio"], given_)[0], recorded.arrays[f"{run}/{wave}"][0])


def acoustic_shape(heads: int, step: int, shift: int, layers: int, vectors: bool) -> AcousticShape:
    memory = MemoryShape(layers=2, kernel=7, width=10, inner=9, shifts=(0, 0), lstm=6)
    return AcousticShape(
        embedding=14, encoder_layers=layers, encoder_heads=heads, encoder_units=12, encoder_inner=10, text=6, speaker=5,
        emotion=4, predictor=memory, duration_prenet=(5, 7), duration_lstm=8, decoder_prenet=(9,) * layers,
        decoder_layers=layers, decoder_heads=heads, decoder_units=12, decoder_inner=16, frames_per_step=step, mels=7,
        postnet=replace(memory, shifts=(shift, 0)), speaker_vectors=vectors,
    )  # fmt: skip


@lru_cache(maxsize=64)
def pair(shape: AcousticShape) -> tuple[Sambert, Any]:
    weights = random_acoustic(shape, 11)
    return Sambert.from_state(shape, weights), opened(build_acoustic(shape, weights))


@settings(max_examples=25)
@given(
    st.builds(
        acoustic_shape,
        heads=st.sampled_from([1, 2, 3]),
        step=st.integers(1, 4),
        shift=st.integers(0, 4),
        layers=st.integers(1, 2),
        vectors=st.booleans(),
    ),
    st.integers(1, 24),
    st.integers(0, 2**31),
)
def test_graph_and_network_agree_at_any_size_with_any_wishes(shape: AcousticShape, count: int, seed: int) -> None:
    network, session = pair(shape)
    chance = np.random.default_rng(seed)
    units = np.stack([chance.integers(0, high, count) for high in (143, 7, 5, 5)], axis=1)
    rows = {"emotion": shape.emotion, "speaker": shape.speaker}
    given_ = {name: chance.standard_normal((count, width), np.float32) for name, width in rows.items()}
    given_ |= {name: chance.uniform(-1, 1, count).astype(np.float32) for name in ("pitch", "energy")}
    given_["length"] = chance.uniform(0.0, 2.0, count).astype(np.float32)
    mel, frames = session.run(["mel", "frames"], {"units": units, **given_})
    tensors = {name: torch.from_numpy(array)[None] for name, array in given_.items()}
    controls = Controls(*(tensors[name] for name in ("length", "pitch", "energy")))
    said = network(torch.from_numpy(units)[None], tensors["emotion"], tensors["speaker"], controls)
    assert frames.tolist() == said.frames.tolist()
    assert near(mel, said.mel.numpy())


def vocoder_shape(causal: bool, scales: tuple[int, ...], wider: int, bands: int, harmonics: int) -> VocoderShape:
    # A centred voice's kernels are as even or odd as its scales, or longer by one.
    return VocoderShape(
        mels=5, bands=bands, channels=16, kernel=7, scales=scales,
        kernels=tuple(2 * scale + (wider if not causal else 0) for scale in scales),
        block_kernels=(3, 5), block_dilations=((1, 3), (1, 2)), slope=0.1, causal=causal,
        source=SourceShape(harmonics, 16000) if harmonics else None,
    )  # fmt: skip


@settings(max_examples=25)
@given(
    st.builds(
        vocoder_shape,
        causal=st.booleans(),
        scales=st.sampled_from([(2,), (5, 2), (3, 2, 2), (10, 4)]),
        wider=st.integers(0, 1),
        bands=st.sampled_from([1, 4]),
        harmonics=st.sampled_from([0, 3]),
    ),
    st.integers(1, 20),
    st.integers(0, 2**31),
)
def test_vocoder_graph_and_network_agree_at_any_size(shape: VocoderShape, frames: int, seed: int) -> None:
    weights = random_vocoder(shape, 7)
    chance = np.random.default_rng(seed)
    given_ = {"mel": chance.standard_normal((frames, shape.mels), np.float32)}
    sines = None
    if shape.source:
        given_["sines"] = chance.standard_normal((shape.source.harmonics + 1, frames * shape.hop), np.float32)
        sines = torch.from_numpy(given_["sines"])[None]
    wave = Generator.from_state(shape, weights)(torch.from_numpy(given_["mel"].T.copy())[None], sines)
    assert near(opened(build_vocoder(shape, weights)).run(["audio"], given_)[0], wave[0].numpy())

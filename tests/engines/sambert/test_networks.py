"""The networks' own properties: what a cache, padding or a cut must not change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from indextts.engines.sambert import runtime  # noqa: E402
from indextts.engines.sambert.shapes import (  # noqa: E402
    AcousticShape,
    SourceShape,
    VocoderShape,
    fold,
)
from indextts.engines.sambert.weights import folded_vocoder  # noqa: E402
from indextts.model.errors import StudioError  # noqa: E402
from tests.support.sambert_networks.acoustic import Controls, Sambert  # noqa: E402
from tests.support.sambert_networks.decoder import band_masks  # noqa: E402
from tests.support.sambert_networks.vocoder import Generator  # noqa: E402
from tests.support.tiny_sambert import fixture, random_acoustic, random_vocoder  # noqa: E402

SHAPE = AcousticShape.from_params(fixture("am_base").about["config"])
CAUSAL = VocoderShape.from_params(fixture("voc_causal").about["params"])
CENTRED = VocoderShape.from_params(fixture("voc_noncausal").about["params"])


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def network(shape: AcousticShape = SHAPE, seed: int = 3) -> Sambert:
    return Sambert.from_state(shape, random_acoustic(shape, seed))


def some_units(count: int, seed: int = 0) -> tuple[Any, Any, Any]:
    chance = np.random.default_rng(seed)
    units = np.stack([chance.integers(0, high, count) for high in (143, 7, 5, 5)], axis=1)
    return (
        torch.from_numpy(units)[None],
        torch.from_numpy(chance.integers(0, 33, (1, count))),
        torch.zeros(1, count).long(),
    )


@settings(max_examples=20)
@given(st.integers(1, 30), st.integers(0, 6), st.integers(0, 2**31))
def test_steps_with_caches_say_what_all_steps_at_once_say(length: int, band: int, seed: int) -> None:
    decoder: Any = network().mel_decoder["mel_dec"]
    memory = torch.from_numpy(np.random.default_rng(seed).standard_normal((1, length, SHAPE.memory), np.float32))
    with torch.inference_mode():
        raw = decoder(memory, band)
        taught = decoder.teach(memory, raw.reshape(1, -1, SHAPE.mels), band)
    assert torch.allclose(raw, taught, atol=1e-5)


@given(st.integers(1, 12), st.integers(0, 12), st.integers(0, 12))
def test_a_step_always_sees_itself(length: int, back: int, ahead: int) -> None:
    not_past, not_memory = band_masks(length, back, ahead)
    assert not not_past.diagonal().any() and not not_memory.diagonal().any()
    assert int((~not_past).sum()) == sum(min(step, back) + 1 for step in range(length))


@settings(max_examples=20)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=4))
def test_padding_changes_no_sentence_of_a_batch(lengths: list[int]) -> None:
    encoder = network().text_encoder
    alone = [some_units(length, seed)[0] for seed, length in enumerate(lengths)]
    batch = torch.full((len(lengths), max(lengths), 4), 3)
    for row, units in zip(batch, alone, strict=True):
        row[: units.shape[1]] = units[0]
    with torch.inference_mode():
        together = encoder(batch, torch.tensor(lengths))
        for row, units in zip(together, alone, strict=True):
            assert torch.allclose(row[: units.shape[1]], encoder(units)[0], atol=2e-6)


def test_the_lengths_follow_their_factor_and_the_band_follows_them() -> None:
    model, units = network(), some_units(12)
    plain = model(*units)
    slow = model(*units, Controls(length=torch.full((1, 12), 2.0)))
    assert int(slow.frames.sum()) == pytest.approx(2 * int(plain.frames.sum()), abs=12)
    assert slow.band > plain.band


def test_something_is_said_even_where_every_length_is_none() -> None:
    weights = random_acoustic(SHAPE, 3, frames=0.0)
    weights["variance_adaptor.duration_predictor.fc.weight"][:] = 0
    said = Sambert.from_state(SHAPE, weights)(*some_units(5))
    assert said.frames.tolist() == [0, 0, 0, 0, 1]
    assert said.mel.shape == (1, SHAPE.mels) and bool(torch.isfinite(said.mel).all())


@pytest.mark.parametrize("shape", [CAUSAL, CENTRED], ids=["causal", "centred"])
def test_the_vocoders_reach_is_all_that_its_sound_hangs_on(shape: VocoderShape) -> None:
    generator = Generator.from_state(shape, random_vocoder(shape, 5))
    back, ahead = shape.reach
    frames = back + ahead + 30
    mel = torch.from_numpy(np.random.default_rng(1).standard_normal((1, shape.mels, frames), np.float32))
    whole = generator(mel)
    for place, seen in ((0, slice((back + 1) * shape.hop, None)), (-1, slice(0, (frames - ahead - 1) * shape.hop))):
        far = mel.clone()
        far[:, :, place] += 1.0
        changed = generator(far)
        assert torch.allclose(whole[:, :, seen], changed[:, :, seen], atol=2e-6)
        assert not torch.allclose(whole, changed, atol=1e-3)


def test_published_voices_reach_one_frame_further_than_was_measured() -> None:
    published = replace(CAUSAL, channels=256, scales=(10, 5, 2, 2), kernels=(20, 10, 4, 4))
    assert published.reach == (36, 0)
    assert replace(published, causal=False, kernels=(20, 11, 4, 4)).reach == (19, 19)


def test_weights_fold_whichever_way_they_are_named() -> None:
    state = fixture("voc_causal").state()
    right = folded_vocoder(CAUSAL, state)
    newer = {
        name.replace("weight_g", "parametrizations.weight.original0").replace(
            "weight_v", "parametrizations.weight.original1"
        ): array
        for name, array in state.items()
    }
    prefixed = {f"module.{name}": array for name, array in state.items()}
    for other in (newer, prefixed, right):
        folded = folded_vocoder(CAUSAL, other)
        assert all(np.array_equal(folded[name], right[name]) for name in right)


def test_folding_is_by_the_first_axis() -> None:
    direction = np.array([[[3.0, 4.0]], [[0.0, 2.0]]], np.float32)
    folded = fold(np.array([[[10.0]], [[1.0]]], np.float32), direction)
    assert folded.tolist() == [[[6.0, 8.0]], [[0.0, 1.0]]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda state: state.pop("mel_postnet.fc.bias"), "lack mel_postnet.fc.bias"),
        (lambda state: state.update({"more.weight": np.zeros(2)}), "unknown entries: more.weight"),
        (lambda state: state.update({"mel_postnet.fc.bias": np.zeros(2)}), r"do not fit its configuration: mel_p"),
    ],
)
def test_weights_that_do_not_fit_are_named(change: object, said: str) -> None:
    state = random_acoustic(SHAPE, 1)
    change(state)  # type: ignore[operator]
    with pytest.raises(StudioError, match=said) as raised:
        Sambert.from_state(SHAPE, state)
    assert raised.value.code == "voice_unusable"
    assert all(raised.value.localise("zh"))


def test_weights_of_training_alone_and_computed_ones_may_come_or_lack() -> None:
    state = fixture("am_nsf_mas").state()
    shape = AcousticShape.from_params(fixture("am_nsf_mas").about["config"])
    bare = {
        name: array
        for name, array in state.items()
        if "align_attention" not in name and "position_enc" not in name and "inv_timescales" not in name
    }
    assert len(bare) < len(state)
    first, second = (Sambert.from_state(shape, weights)(*some_units(6)).mel for weights in (state, bare))
    assert torch.equal(first, second)


def test_the_fundamental_begins_at_zero_and_the_pitch_is_what_was_asked() -> None:
    shape = SourceShape(harmonics=2, sample_rate=16000)
    mel = np.zeros((200, 12), np.float32)
    mel[:, -2], mel[:, -1] = 200.0, 1.0
    made = runtime.sines(shape, mel, 80, np.full(3, 2.0, np.float32), np.zeros((3, 16000), np.float32))
    assert abs(made[0, 0]) < 0.02 < abs(made[1, 0])
    for number, row in enumerate(made, start=1):
        assert int(np.abs(np.fft.rfft(row)).argmax()) == 200 * number
    mel[:, -1] = 0.0
    assert not runtime.sines(shape, mel, 80, np.zeros(3, np.float32), np.zeros((3, 16000), np.float32)).any()


@settings(max_examples=15)
@given(st.floats(-2, 2), st.floats(0, 1))
def test_voicing_is_all_or_nothing_and_pitch_has_a_floor(f0: float, voiced: float) -> None:
    mel = np.array([[0.5, f0, voiced]], np.float32)
    done = runtime.finish_mel(mel, runtime.PitchScale.between(730.0, 30.0))
    assert done[0, 2] == float(np.float32(voiced) >= 0.6) and done[0, 1] >= 30.0 and done[0, 0] == 0.5

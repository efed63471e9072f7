"""The English network's training: lessons, learning, and what is written of it."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from indextts.engines.embedded.acoustic.english_input import PHONES, SILENCE, EnglishWord, describe
from indextts.engines.embedded.acoustic.english_network import EnglishNetwork
from indextts.engines.embedded.networks import load_voice_data
from indextts.platform.config import Config
from indextts.platform.onnx import open_session
from training.english_voice import corpus, export, learning

WORDS = (SILENCE, EnglishWord(("DH", "AH0"), function=True), EnglishWord(("B", "ER1", "CH")), EnglishWord(()), SILENCE)


def test_a_phone_is_told_what_it_is_and_where_it_stands() -> None:
    phones, marks = describe(WORDS)
    assert [PHONES[number] for number in phones] == ["pau", "DH", "AX", "B", "ER", "CH", "pau", "pau"]
    assert marks[1:6, 0].tolist() == [0, 0, 1, 1, 1], "stress"
    assert marks[1:6, 1].tolist() == [1, 1, 0, 0, 0], "function words"
    assert marks[1:6, 9].tolist() == [0, 0, 1, 1, 1], "the last word of a phrase"
    _, amid = describe(WORDS[1:3], behind=2)
    assert amid[:, 9].tolist() == [0, 0, 0, 0, 0], "words of another language follow"


def lesson(rng: np.random.Generator) -> corpus.Example:
    phones, marks = describe(WORDS)
    frames = rng.integers(3, 9, len(phones))
    mel = np.repeat(phones[:, None] / 20.0 + np.linspace(0.0, 1.0, 80), frames, 0)
    mel = mel + 0.01 * rng.normal(size=mel.shape)
    pitch = np.full((len(phones), 3), 0.1)
    return corpus.Example(
        phones, marks, frames, pitch.astype(np.float32), np.ones((len(phones), 3), np.float32), mel.astype(np.float32)
    )


def test_what_is_learned_is_written_as_graphs_that_speak(real_config: Config, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    lessons = [lesson(rng) for _ in range(90)]
    corpus.write(tmp_path / "corpus" / "000.npz", lessons)
    kept = list(corpus.read(tmp_path / "corpus"))
    assert len(kept) == 90 and np.allclose(kept[7].mel, lessons[7].mel, atol=1e-2)
    assert (kept[7].frames == lessons[7].frames).all()
    learning.train(tmp_path / "corpus", tmp_path / "network", minutes=0.03)
    export.export(real_config, tmp_path / "network" / "checkpoint.pt", tmp_path / "corpus", tmp_path / "out")
    encoder, decoder = (open_session(tmp_path / "out" / name) for name in ("encoder.onnx", "decoder.onnx"))
    with np.load(tmp_path / "out" / "motion.npz") as stored:
        gains = stored["gains"]
    assert gains.shape == (17, 80) and np.isfinite(gains).all()
    network = EnglishNetwork(encoder, decoder, np.ones_like(gains))
    said = network.predict(*describe(WORDS))
    assert said.octaves.shape == (8, 3) and said.frames.min() > 0.0
    frames = np.full(8, 4)
    mel = network.mel(said, frames, np.zeros(8, np.float32))
    assert mel.shape == (32, 80) and np.isfinite(mel).all()
    timbre = export.mandarin_timbre(real_config)
    assert (mel >= timbre.floor - 1e-4).all()
    assert sum(path.stat().st_size for path in (tmp_path / "out").iterdir()) < 8e6


def test_the_teacher_tells_words_phones_and_times(real_config: Config) -> None:
    try:
        ctypes.CDLL("libflite_cmu_us_slt.so.1")
    except OSError:
        pytest.skip("flite is not installed")
    from training.english_voice.teacher import Teacher

    said = Teacher().say("The television, and a birch canoe.")
    assert said is not None
    spoken = [word.phones for word in said.words if word.phones]
    assert spoken[1] == ("T", "EH1", "L", "AH0", "V", "IH1", "ZH", "AH0", "N")
    assert [word.function for word in said.words if word.phones] == [True, False, True, True, False, False]
    made = corpus.example(said, load_voice_data(real_config))
    assert made is not None and made.frames.sum() == len(made.mel) and len(made.phones) == len(said.ends_s)
    assert 180.0 < 240.0 * 2.0 ** float(np.median(made.pitch)) < 300.0
    assert corpus.texts([], 3, ["water"], 0) == corpus.texts([], 3, ["water"], 0)

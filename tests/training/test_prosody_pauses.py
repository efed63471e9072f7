"""What is learned of pauses that do no harm, and how it is added to the network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest

from indextts.reading.prosody.lm import ASSETS
from training.prosody import export, pauses


def test_every_sentence_is_told_with_its_places_and_once_more_without_its_commas() -> None:
    found = list(pauses.sentences())
    assert len(found) > 10_000
    assert not any(mark in text for mark in pauses.MARKS for text, _ in found)
    assert all(max(ends, default=0) < len(text) for text, ends in found)
    assert {label for _, ends in found for label in ends.values()} == {0.5, 1.0}
    text, ends = found[1]
    commas = [place for place, sign in enumerate(found[0][0]) if sign == "，"]
    assert commas
    assert text == found[0][0].replace("，", "")
    assert commas[0] in ends


def test_the_mean_of_several_networks_is_one_network() -> None:
    random = np.random.default_rng(3)
    states = random.standard_normal((2400, 12)).astype(np.float32)
    labels = (states[:, 0] > 0).astype(np.float32)
    networks = [pauses.learn(states, labels, seed) for seed in (1, 2)]
    wide, bias, narrow, offset = pauses.joined(networks)
    import torch

    with torch.inference_mode():
        mean = sum(network(torch.from_numpy(states)).numpy() for network in networks) / 2
    said = np.maximum(states @ wide + bias, 0.0) @ narrow + offset
    assert np.allclose(said, mean, atol=1e-5)
    assert (((said[:, 0] > 0) == (labels > 0)).mean()) > 0.8


def test_what_was_learned_is_one_more_output_and_changes_none_of_the_others() -> None:
    lm = export.without_pauses(onnx.load(str(ASSETS / "lm.onnx")))
    assert [output.name for output in lm.graph.output] == ["answers", "gaps"]
    width = 512 + 512 + 384 + 512
    random = np.random.default_rng(5)
    parts = [random.standard_normal(shape).astype(np.float32) / 30 for shape in ((width, 8), (8,), (8, 1), (1,))]
    taught = export.with_pauses(export.with_pauses(lm, *parts), *parts)
    columns = random.integers(0, 40, (1, 9, 10)).astype(np.int32)
    given = {"columns": columns, "lengths": np.array([9], np.int32)}
    before, after = (onnxruntime.InferenceSession(model.SerializeToString()).run(None, given) for model in (lm, taught))
    assert len(after) == 3
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=False))
    states = onnxruntime.InferenceSession(export.with_states(lm).SerializeToString()).run([export.STATES], given)[0]
    wide, bias, narrow, offset = parts
    wanted = 1 / (1 + np.exp(-(np.maximum(states[:, 0] @ wide + bias, 0) @ narrow + offset)))
    assert after[2][0] == pytest.approx(wanted, abs=0.01)


def test_real_places_are_told_by_line_and_offset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row.split("\t") for row in pauses.JUDGED.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 2000
    said = {place.split(":")[1] for _, *places in rows for place in places}
    assert {"0", "0.5", "1"} <= said and all(0.0 <= float(place) <= 1.0 for place in said)
    (tmp_path / "judged.tsv").write_text("1\t2:0\t4:1\n", encoding="utf-8")
    (tmp_path / "lines.txt").write_text("第一行\n这是第二行的字\n", encoding="utf-8")
    monkeypatch.setattr(pauses, "JUDGED", tmp_path / "judged.tsv")
    assert list(pauses.judged(tmp_path / "lines.txt")) == [("这是第二行的字", {2: 0.0, 4: 1.0})]


def test_real_places_correct_the_network_and_ours_hold_it() -> None:
    random = np.random.default_rng(7)
    states = random.standard_normal((3000, 12)).astype(np.float32)
    own, real = ((states[:, 0] > 0).astype(np.float32), (states[:, 1] > 0).astype(np.float32))
    layers = pauses.joined([pauses.learn(states, own, 1)])

    def odds(parts: pauses.Layers) -> npt.NDArray[np.float32]:
        wide, bias, narrow, offset = parts
        said: npt.NDArray[np.float32] = (np.maximum(states @ wide + bias, 0.0) @ narrow + offset)[:, 0]
        return said

    corrected = pauses.corrected(layers, (states, own), (states, real))
    assert [part.shape for part in corrected] == [(12, 66), (66,), (66, 1), (1,)]
    before, after = (
        [((said > 0) == (label > 0)).mean() for label in (own, real)] for said in map(odds, (layers, corrected))
    )
    assert after[1] > before[1] + 0.1
    assert after[0] > 0.6


def test_english_pauses_are_one_more_output_that_posts_teach() -> None:
    random = np.random.default_rng(3)
    states = random.standard_normal((400, 9)).astype(np.float32)
    labels = (states[:, 0] + states[:, 4] > 0).astype(np.float32)
    factor, (slope, level) = pauses.learn_english(states, labels)
    said = (states[:, 1:] @ slope + level)[:, 0] + factor * states[:, 0]
    assert ((said > 0) == (labels > 0)).mean() > 0.8
    lm = onnx.load(str(ASSETS / "lm.onnx"))
    assert [output.name for output in lm.graph.output] == ["answers", "gaps", "pauses", "english"]
    places = [place.split(":")[1] for row in pauses.JUDGED_EN.open(encoding="utf-8") for place in row.split("\t")[1:]]
    assert len(places) > 1000
    assert {float(place) for place in places} == {0.0, 0.5, 0.85, 1.0}

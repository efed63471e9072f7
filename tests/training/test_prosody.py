"""The recipe of the prosody models from raw files to files that the product opens, on a tiny corpus made here."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Utterance
from indextts.platform.storage.assets import renew
from indextts.reading.prosody.causal import CausalProsody
from indextts.reading.prosody.decide import GAP
from indextts.reading.prosody.lm import LmProsody
from tests.support.segments import build_segments
from training.graph import save
from training.prosody.__main__ import main, train

pytest.importorskip("torch")

SUBJECTS = (("小猫", "n"), ("老师", "n"), ("我们", "r"), ("那位医生", "n"), ("邻居", "n"))
VERBS = ("喜欢", "看见", "正在寻找", "已经忘记", "想起了")
OBJECTS = ("红色的苹果", "新的房子", "一本旧书", "昨天的天气", "远方的朋友")
ENGLISH = ("the old man", "a green river", "my sister", "some bread", "the winter")


def write(path: Path, columns: str, rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(columns.split()), *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def zh_row(number: int, draw: random.Random) -> list[str]:
    parts = [draw.choice(SUBJECTS)[0], draw.choice(VERBS), draw.choice(OBJECTS)]
    if draw.random() < 0.5:
        parts[2] += "，"
        parts += [draw.choice(SUBJECTS)[0], draw.choice(VERBS), draw.choice(OBJECTS)]
    breaks = []
    for place, part in enumerate(parts):
        hanzi = part.rstrip("，")
        level = "3" if part.endswith("，") else "12"[place % 2]
        breaks.append("0" * (len(hanzi) - 1) + level + "0" * (len(part) - len(hanzi)))
    text, marks = "".join(parts) + "。", "".join(breaks)
    return [f"{number:06}", text, marks[:-1] + "40", " ".join("-" for _ in text)]


def en_row(number: int, draw: random.Random) -> list[str]:
    tokens = f"{draw.choice(ENGLISH)} saw {draw.choice(ENGLISH)} , and {draw.choice(ENGLISH)} slept .".split()
    spoken = [token.isalpha() for token in tokens]
    stress = ["-" if not said else "0" if len(token) < 4 else "2" for token, said in zip(tokens, spoken, strict=True)]
    ends = ["-" if not said else "2" if tokens[at + 1] in ",." else "0" for at, said in enumerate(spoken)]
    real = [" ".join("-" if mark == "-" else f"{mark}.10" for mark in marks) for marks in (stress, ends)]
    return [f"{number % 7}_1_{number:06}", " ".join(tokens), "".join(stress), "".join(ends), *real]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    draw = random.Random(3)
    for part, size in (("train", 80), ("dev", 12)):
        write(folder / f"zh_{part}.tsv", "id text breaks pinyin", [zh_row(number, draw) for number in range(size)])
        columns = "id tokens prominence boundary prominence_real boundary_real"
        write(folder / f"en_{part}.tsv", columns, [en_row(number, draw) for number in range(size)])
    lines = [zh_row(0, draw)[1] + draw.choice(("真的吗？", "太好了！", "", "😀")) for _ in range(60)]
    (folder / "zh_text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    emotion = folder / "emotion"
    write(emotion / "zh_train.tsv", "text emotion domain", [[f"今天{row}", "happy", "x"] for row in lines[:9]])
    write(emotion / "en_train.tsv", "text emotion", [[f"I like {draw.choice(ENGLISH)}!", "happy"] for _ in range(20)])
    return folder


def command(folder: Path, out: Path, *more: str) -> list[str]:
    places = {"--data": folder, "--text": folder, "--emotion": folder / "emotion", "--out": out}
    return [*(str(item) for pair in places.items() for item in pair), "--scale", "0.002", "--hidden", "16", "12", *more]


@pytest.fixture(scope="module")
def trained(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trained")
    main(command(corpora, out, "--until", "export"))
    return out


@pytest.mark.slow
def test_the_command_makes_models_that_the_product_opens(trained: Path) -> None:
    text = "小猫喜欢红色的苹果，my sister saw the winter。"
    for model in (LmProsody.open(trained / "assets"), CausalProsody.open(trained / "assets")):
        utterance = Utterance(text=text, segments=build_segments(text, max_syllables=36))
        model.annotate(utterance)
        sources = {token.break_source for segment in utterance.segments for token in segment.tokens}
        assert model.name in sources
        assert utterance.stage == "prosody"


@pytest.mark.slow
def test_what_was_made_is_not_made_again(corpora: Path, trained: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*.safetensors")}
    weights = (trained / "assets" / "lm.onnx").read_bytes()
    train(command(corpora, trained, "--until", "export"))
    assert before == {path: path.stat().st_mtime_ns for path in trained.rglob("*.safetensors")}
    assert (trained / "assets" / "lm.onnx").read_bytes() == weights


@pytest.mark.slow
def test_a_stage_that_was_stopped_goes_on_as_if_it_had_not_been(corpora: Path, trained: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    from training.prosody import fitting

    # The process dies in the middle of pretraining, just behind a checkpoint.
    class PowerCutError(Exception):
        pass

    first_save = fitting._save

    def save_and_die(*arguments: object) -> None:
        first_save(*arguments)  # type: ignore[arg-type]
        raise PowerCutError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "_save", save_and_die)
        patch.setattr(fitting, "_SAVE_EVERY", 0.0)
        with pytest.raises(PowerCutError):
            train(command(corpora, tmp_path, "--until", "pretrain"))
    assert (tmp_path / "pretrained0.pt").exists() and not (tmp_path / "pretrained0").exists()
    train(command(corpora, tmp_path, "--until", "pretrain"))
    again, straight = (load_file(folder / "pretrained0" / "model.safetensors") for folder in (tmp_path, trained))
    assert again.keys() == straight.keys()
    for name in straight:
        torch.testing.assert_close(again[name], straight[name])


@pytest.mark.slow
def test_predictions_have_the_columns_of_the_reference(corpora: Path, tmp_path: Path) -> None:
    for name, wanted in (("zh_dev", ["id", "text", "breaks"]), ("en_dev", ["id", "tokens", "prominence", "boundary"])):
        out = tmp_path / f"{name}.tsv"
        main(["predict", str(corpora / f"{name}.tsv"), "-o", str(out), "--model", "rules"])
        with out.open(encoding="utf-8", newline="") as file:
            said = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        with (corpora / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            real = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        assert list(said[0]) == wanted
        assert [row["id"] for row in said] == [row["id"] for row in real]
        column = wanted[-1]
        assert all(len(a[column]) == len(b[column]) for a, b in zip(said, real, strict=True))


@pytest.fixture(scope="module")
def taught(corpora: Path, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what was trained that knows of gaps too."""
    out = tmp_path_factory.mktemp("gaps")
    (out / "books").mkdir()
    book = "When it rained, the old man slept.\nHe saw bread, but no river.\n" * 9
    (out / "books" / "one.txt").write_text(book, encoding="utf-8")
    shutil.copytree(trained / "assets", out / "assets")
    places = {"--data": corpora, "--text": corpora, "--emotion": corpora / "emotion", "--english": out / "books"}
    more = {"--out": out, "--assets": out / "assets", "--steps": 6}
    from training.prosody import gaps

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gaps, "_OWN", 1)  # once is enough for six steps
        main(["gaps", *(str(item) for pair in (places | more).items() for item in pair)])
    return out


@pytest.mark.slow
def test_a_network_learns_where_marks_were_left_out_and_is_otherwise_as_before(trained: Path, taught: Path) -> None:
    from training.prosody.data import units_of

    flat = units_of("小猫喜欢红色的苹果我们看见新的房子。")
    before, after = (LmProsody.open(folder / "assets").answers(flat) for folder in (trained, taught))
    assert np.array_equal(before[:, :GAP], after[:, :GAP])
    assert not before[:, GAP].any() and (after[:, GAP] > 0).all()


@pytest.mark.slow
def test_gaps_are_learned_from_the_networks_own_layers_and_replaced_when_they_are_learned_again(taught: Path) -> None:
    import onnx
    import torch

    from indextts.reading.prosody.features import kinds_of
    from indextts.reading.prosody.windows import inputs, windows
    from training.prosody import export
    from training.prosody.data import units_of

    path = taught / "assets" / "lm.onnx"
    lm, about = onnx.load(str(path)), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    start = export.restored(lm, about["members"][0]).eval()
    again = export.with_gaps(lm, start)
    assert len(again.graph.node) == len(lm.graph.node)
    assert [output.name for output in again.graph.output] == ["answers", "gaps"]
    path.with_name("again").mkdir()
    for name in ("lm.json", "vocabulary.json"):
        shutil.copyfile(path.with_name(name), path.with_name("again") / name)
    save(again, path.with_name("again") / "lm.onnx")
    renew(path.with_name("again"))
    model = LmProsody.open(path.with_name("again"))
    flat = units_of("我们看见新的房子，小猫喜欢红色的苹果。")
    (window,) = windows(flat)
    columns, begin = inputs(model._vocabulary.fixed(flat.units), kinds_of(flat.units), window)
    with torch.inference_mode():
        wanted = torch.sigmoid(start(torch.from_numpy(columns[None].astype(np.int64)), torch.tensor([len(columns)])))
    assert np.allclose(model.answers(flat)[:, GAP], wanted[0, begin:].numpy(), atol=0.02)


@given(st.lists(st.sampled_from(["我们走", "下雨了", "iPhone15很好", "他说", "《书》"]), min_size=2, max_size=6))
def test_what_is_left_of_a_text_says_where_its_marks_were(parts: list[str]) -> None:
    from training.prosody.gaps import ZH_MARK, line, taken

    text = "，".join(parts) + "。"
    for seed in range(4):
        short, gone = taken(text, ZH_MARK, np.random.default_rng(seed))
        spelt = list(short)
        for place in reversed(gone):
            spelt.insert(place, "，")
        assert "".join(spelt) == text
        learned = line(text, ZH_MARK, np.random.default_rng(seed))
        assert learned.text == short
        assert [at + 1 for at, (label, _, _) in enumerate(learned.labels) if label] == gone


def test_only_what_parts_clauses_is_taken_away() -> None:
    from training.prosody.gaps import COMMA, EN_MARK, ZH_MARK, taken

    class Always:
        def random(self) -> float:
            return 0.5  # all marks go

    for text, marks, left in (
        ("好的，我用iPhone 15 Pro拍：挺好", ZH_MARK, "好的我用iPhone 15 Pro拍挺好"),
        ("天黑了 我们走吧", ZH_MARK, "天黑了我们走吧"),
        ("3：2，我们赢了，21：30回家", ZH_MARK, "3：2我们赢了21：30回家"),
        ("他用iPhone，iPad也行", ZH_MARK, "他用iPhone iPad也行"),
        ("连上电脑，Steam 会自动识别", COMMA, "连上电脑Steam 会自动识别"),
        ("Well, it cost 1,200 dollars -- too much; we left.", EN_MARK, "Well it cost 1,200 dollars too much we left."),
    ):
        assert taken(text, marks, Always())[0] == left  # type: ignore[arg-type]


def test_sentences_of_ours_that_are_kept_aside_are_not_learned_from(corpora: Path) -> None:
    from training.prosody import gaps
    from training.prosody.stages import Folders

    found = gaps.lines(Folders(corpora, corpora, corpora / "emotion", corpora), corpora / "none")

    def without_marks(name: str) -> set[str]:
        return {re.sub(r"\W", "", line.text) for line in found[name]}

    for language in ("zh", "en"):
        learned = without_marks(f"gaps_own_{language}")
        aside = without_marks(f"gaps_aside_{language}")
        assert len(learned) > 2000 and 8.5 < len(learned) / len(aside) < 9.5
        assert not learned & aside


def test_a_label_stands_behind_the_last_unit_that_its_word_became(corpora: Path) -> None:
    from training.prosody.data import Line, joined, read_line

    text, spans = joined(["He", "did", "n't", "see", "the", "well-known", "man", "."])
    assert text == "He didn't see the well-known man."
    labels = [[-1, -1, -1] for _ in text]
    for (start, end), boundary in zip(spans, (0, 0, 1, 0, 0, 2, 0, -1), strict=True):
        labels[start:end] = [[-1, boundary, 1]] * (end - start)
    read = read_line(Line(text, labels))
    said = {unit.text: int(label[1]) for unit, label in zip(read.flat.units, read.labels, strict=True)}
    assert said["didn't"] == 1
    assert (said["well"], said["known"]) == (0, 2)


def test_measured_f1_is_that_of_the_definition() -> None:
    from training.prosody.score import score

    real = [{"id": "1", "text": "一二三四，五。", "breaks": "0120040"}]
    said = [{"id": "1", "text": "一二三四，五。", "breaks": "0310040"}]
    found = score(real, said)
    assert found["PW"] == 100.0
    assert found["PPH"] == 0.0
    assert np.isclose(found["4-way"], 50.0)

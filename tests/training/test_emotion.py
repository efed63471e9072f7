"""The recipe of the emotion networks from raw files to files that the product opens, on a tiny corpus made here."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from indextts.model.utterance import Lang
from indextts.reading.emotion.classifier import EmotionClassifier
from training.emotion import data, export, measure, recipe, stages
from training.emotion.__main__ import main

FELT = {
    "zh": {
        "happy": ("开心", "真好", "哈哈"), "angry": ("气死", "混蛋", "滚"), "sad": ("难过", "想哭", "伤心"),
        "afraid": ("害怕", "吓人", "发抖"), "surprised": ("居然", "天哪", "什么"), "neutral": ("位于", "举行", "包括"),
    },
    "en": {
        "happy": ("love", "great", "thanks"), "angry": ("hate", "idiot", "damn"), "sad": ("sorry", "cry", "miss"),
        "afraid": ("scared", "fear", "worried"), "disgusted": ("gross", "eww", "vile"),
        "surprised": ("wow", "what", "really"), "neutral": ("table", "street", "number"),
    },
}  # fmt: skip
FILL = {"zh": ("今天", "我们", "这里", "那个", "人", "的"), "en": ("the", "we", "here", "that", "people", "of")}


def _text(lang: str, emotion: str, draw: random.Random) -> str:
    words = [draw.choice(FELT[lang][emotion]), *draw.choices(FILL[lang], k=4)]
    draw.shuffle(words)
    return ("" if lang == "zh" else " ").join(words)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("emotion")
    draw = random.Random(5)
    for lang, felt in FELT.items():
        for part, size in (("train", 30), ("dev", 6)):
            rows = ["text\temotion\tdomain"]
            for emotion in felt:
                for number in range(size):
                    both = ",sad" if lang == "en" and number == 0 and emotion != "sad" else ""
                    domain = "virus" if part == "train" and number % 5 == 0 else "usual"
                    rows.append(f"{_text(lang, emotion, draw)}\t{emotion}{both}\t{domain}")
            (folder / f"{lang}_{part}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "zh_more.txt").write_text("我们今天很开心\n\n那个人真难过\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assets(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    main(["--data", str(corpora), "--text", str(corpora), "--out", str(out), "--scale", "0.2"])
    return out / "assets"


def test_the_recipe_learns_and_the_product_reads_it(
    corpora: Path, assets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sorted(file.name for file in assets.iterdir()) == [
        f"{lang}.{kind}" for lang in ("en", "zh") for kind in ("json", "npz", "onnx")
    ]
    main(["score", "--data", str(corpora), "--assets", str(assets)])
    for line in capsys.readouterr().out.splitlines():
        assert float(line.split("macro-F1 ")[1].split()[0]) > 0.9


def test_predictions_are_written_for_any_file(corpora: Path, assets: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "in.tsv", tmp_path / "out.tsv"
    source.write_text("id\ttext\n1\t我们真难过\n2\twow people\n", encoding="utf-8")
    main(["predict", str(source), "-o", str(out), "--assets", str(assets)])
    header, *rows = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines()]
    assert header == ["text", "emotion", "confidence"]
    assert [row[:2] for row in rows] == [["我们真难过", "sad"], ["wow people", "surprised"]]
    assert all(0.0 < float(row[2]) <= 1.0 for row in rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_graph_says_what_the_networks_say(corpora: Path, tmp_path: Path, lang: Lang) -> None:
    texts = data.read(corpora / f"{lang}_train.tsv", lang)
    # Two networks, so that their mean is looked at too.
    budget = replace(stages.budget(lang, 0.1), networks=2)
    trained = recipe.train(texts, stages.unlabelled([corpora], lang), budget)
    # On texts this easy either kind may be left out, and the temperature is far from what it is on real ones.
    both = replace(trained.together, share=1.0, temperature=1.0)
    trained = replace(trained, together=both)
    export.save(trained, tmp_path)
    for other in ("zh", "en"):  # one network for both: the reader opens two
        for kind in ("onnx", "npz", "json"):
            (tmp_path / f"{other}.{kind}").write_bytes((tmp_path / f"{lang}.{kind}").read_bytes())
    reader = EmotionClassifier.open(tmp_path)
    asked = [*texts.texts[::20], "什么都不认识的字", "x", "zzz don't love that! not the street"]
    wanted = measure.probabilities(recipe.answers(trained, asked), trained.together.temperature)
    shares = np.array([reader.shares(text, lang) for text in asked])
    assert np.abs(shares - wanted).max() < 0.02, "eight bits"
    again = recipe.train(texts, stages.unlabelled([corpora], lang), budget)
    again = replace(again, together=both)
    assert np.array_equal(recipe.answers(again, asked), recipe.answers(trained, asked)), "seeded"


def test_labels_are_shares_and_wrong_ones_are_told(tmp_path: Path) -> None:
    path = tmp_path / "en.tsv"
    path.write_text('text\temotion\tdomain\nsay "hi\thappy,sad\treddit\nx\tangry\tvirus\n', encoding="utf-8")
    texts = data.read(path, "en")
    assert texts.labels.tolist() == [[0.5, 0, 0.5, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0]]
    assert texts.single.tolist() == [False, True] and texts.usual.tolist() == [True, False]
    assert (texts + texts.part(texts.single)).texts == ['say "hi', "x", "x"]
    path.write_text("text\temotion\tdomain\nx\tcalm\treddit\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 2: 'calm'"):
        data.read(path, "en")


def test_measures() -> None:
    wanted, said = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert measure.f1(wanted, said, 3).tolist() == pytest.approx([2 / 3, 0.8, 0.0])
    assert measure.macro_f1(wanted, said, 3) == pytest.approx((2 / 3 + 0.8) / 3)
    sure = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.9, 0.1]])
    assert measure.ece(sure, np.array([0, 0, 0, 1])) == pytest.approx(0.15)
    assert measure.ece(sure, np.array([0, 0, 0, 0])) == pytest.approx(0.1)


def test_temperature_threshold_and_offsets_mend_what_they_are_for() -> None:
    draw = np.random.default_rng(1)
    wanted = draw.integers(0, 3, 3000)
    honest = draw.normal(size=(3000, 3)) + 1.5 * np.eye(3)[wanted]
    assert measure.temperature(honest * 6.0, np.eye(3)[wanted]) > 2.0 * measure.temperature(honest, np.eye(3)[wanted])
    shares = measure.probabilities(honest)
    low, high = (measure.threshold(shares, wanted, 2, precision) for precision in (0.3, 0.9))
    assert 0.3 <= low < high <= 0.7
    leaning = honest + np.array([0.0, 0.0, 1.0])
    moved = leaning + measure.offsets(leaning, wanted)
    assert measure.macro_f1(wanted, moved.argmax(axis=1), 3) > measure.macro_f1(wanted, leaning.argmax(axis=1), 3)

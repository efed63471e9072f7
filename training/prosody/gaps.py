"""Learns where a writer left a mark out: from text whose inner marks were taken away.

What is learned are two more layers of LSTMs on the embeddings of the first member of ``lm.onnx``, from whose own layers
they start; :func:`training.prosody.export.with_gaps` adds them to that file.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from torch import Tensor
from torch.nn import functional

from indextts.platform.storage.assets import renew
from indextts.reading.prosody.features import COLUMNS, REACH, Vocabulary
from training.graph import save
from training.prosody import batches, data, export
from training.prosody.batches import Batch, Habits, Plans
from training.prosody.data import BREAK, Corpus, Line
from training.prosody.fitting import Schedule, fit, has_bf16
from training.prosody.learning import Numbers, in_batch
from training.prosody.modeling import GapModel
from training.prosody.stages import SEED, Folders, Texts

FOUND: Final = ("gaps_zh", "gaps_prose", "gaps_en")
CORPORA: Final = (*FOUND, "gaps_own_zh", "gaps_own_en")
ASIDE: Final = ("gaps_aside_zh", "gaps_aside_en")
"""Sentences of ours that are not learned from."""
_log = logging.getLogger("training")

ZH_MARK: Final = re.compile(r"(?<=[\w》」”）)])(?:\s*[，；,;：:—…~～]+\s*|\s+)(?=[\w《「“（(])")
EN_MARK: Final = re.compile(r"(?<=[A-Za-z)\"'])(?:\s*(?:[,;:—–]+|--|\s-\s)+\s*)(?=[A-Za-z(\"'])")
COMMA: Final = re.compile(r"(?<=[\w》」”）)])，(?=[\w《「“（(])")
_LATIN: Final = re.compile(r"[!-~]\s+[!-~]|[0-9].*[0-9]")
"""What a match is, with what stands around it, where it parts no clauses: two English words, two figures."""
_SOME: Final = 0.25
"""Share of the lines that keep half of their marks."""
_LONGEST: Final = 400
"""Characters of a line that is learned from."""
_PROSE: Final = 3
"""How often sentences of prose are shown for each time that a review is: there are few of them."""
_OWN: Final = 6
"""The same for sentences that were written for this."""
_HELD: Final = 50
"""One line in so many is kept for the report, …"""
_HELD_OWN: Final = 10
"""… and of those that were written for this."""
_NOT_ASKED: Final = -1
STEPS: Final = 5000


def taken(text: str, marks: re.Pattern[str], random: np.random.Generator) -> tuple[str, list[int]]:
    """``text`` without its inner ``marks``, or without half of them, and how far it goes before each that is gone."""
    share = 0.5 if random.random() < _SOME else 1.0
    parts: list[str] = []
    gone: list[int] = []
    size = begin = 0
    for match in marks.finditer(text):
        if _LATIN.fullmatch(text[match.start() - 1 : match.end() + 1]) or random.random() >= share:
            continue
        parts.append(text[begin : match.start()])
        size += match.start() - begin
        gone.append(size)
        begin = match.end()
        if text[match.start() - 1].isascii() and text[begin].isascii():
            parts.append(" ")
            size += 1
    return "".join([*parts, text[begin:]]), gone


def line(text: str, marks: re.Pattern[str], random: np.random.Generator) -> Line:
    """A line to learn from: in the column of breaks 1 where a mark was, 0 where none was."""
    short, gone = taken(text, marks, random)
    wanted = {place - 1 for place in gone}
    return Line(short, [(int(at in wanted), _NOT_ASKED, _NOT_ASKED) for at in range(len(short))])


def lines(folders: Folders, english: Path) -> dict[str, Iterator[Line]]:
    """All of :data:`CORPORA` and :data:`ASIDE`; a found line without a mark counts half as often. ``english`` is a
    folder with books, a line a sentence.
    """

    def told(name: str, texts: Iterable[str], marks: re.Pattern[str], bare: float = 0.5) -> Iterator[Line]:
        random = np.random.default_rng((SEED, 30, *name.encode()))
        for text in texts:
            if 0 < len(text) <= _LONGEST and (marks.search(text) or random.random() < bare):
                yield line(text, marks, random)

    own = {
        language: (Path(__file__).parent / f"sentences_{language}.txt").read_text("utf-8").splitlines()
        for language in ("zh", "en")
    }

    def learned(language: str) -> list[str]:
        return [text for number, text in enumerate(own[language]) if number % _HELD_OWN] * _OWN

    reviews = (each.text for each in data.unlabelled_zh(folders.text, folders.emotion))
    zh = [each.text for each in data.zh_lines(folders.data / "zh_train.tsv")]
    books = [text for path in sorted(english.glob("*.txt")) for text in path.read_text("utf-8").splitlines()]
    en = itertools.chain((each.text for each in data.unlabelled_en(folders.data, folders.emotion)), books)
    return {
        "gaps_zh": told("gaps_zh", reviews, ZH_MARK),
        "gaps_prose": told("gaps_prose", zh * _PROSE, ZH_MARK),
        "gaps_en": told("gaps_en", en, EN_MARK),
        "gaps_own_zh": told("gaps_own_zh", learned("zh"), COMMA, bare=1),
        "gaps_own_en": told("gaps_own_en", learned("en"), EN_MARK, bare=1),
        "gaps_aside_zh": told("gaps_aside_zh", own["zh"][::_HELD_OWN], COMMA, bare=1),
        "gaps_aside_en": told("gaps_aside_en", own["en"][::_HELD_OWN], EN_MARK, bare=1),
    }


def prepare(folders: Folders, english: Path, vocabulary: Vocabulary) -> None:
    """Read all of :func:`lines` as units and write them as arrays."""
    for name, found in lines(folders, english).items():
        target = folders.out / f"{name}.npz"
        if not target.exists():
            folders.out.mkdir(parents=True, exist_ok=True)
            corpus = data.corpus(map(data.read_line, found), vocabulary)
            corpus.save(target)
            _log.info("%s: %d lines", name, len(corpus))


def learn(folders: Folders, start: GapModel, steps: int) -> Path:
    """Train ``start`` on all arrays; answers with the network's folder. Its embeddings stay as they are."""
    target = folders.out / "gaps"
    if (target / "config.json").exists():
        return target
    texts = Texts(folders.out)
    for table in start.embeddings:
        table.requires_grad_(False)
    kept = {name: _kept(texts[name]) for name in CORPORA}
    plans = {
        name: Plans(batches.window_lengths(texts[name])[kept[name]], SEED, place)
        for place, name in enumerate(CORPORA, start=41)
    }
    order = [name for name in CORPORA for _ in range(len(plans[name]))]
    np.random.default_rng((SEED, 34)).shuffle(order)
    turns = np.cumsum([[name == one for name in CORPORA] for one in order], axis=0)

    def source(step: int) -> tuple[Batch, None]:
        random = np.random.default_rng((SEED, 35, step))
        epoch, place = divmod(step, len(order))
        name = order[place]
        number = epoch * len(plans[name]) + int(turns[place][CORPORA.index(name)]) - 1
        habits = in_batch(Habits(open_end=0.2), random)
        members = kept[name][plans[name].get(number)]
        return batches.collate([
            batches.labelled_example(texts[name], int(member), random, habits) for member in members
        ]), None  # fmt: skip

    schedule = Schedule(steps, 1.5e-3, SEED, bf16=has_bf16())
    if fit(start, source, _loss, schedule, folders.out / "gaps.pt", average=True):
        start.save_pretrained(target)
        for name, every in (*((name, _HELD) for name in FOUND), *((name, 1) for name in ASIDE)):
            _log.info("%s: %s", name, scores(start, texts[name], every))
    return target


def _kept(corpus: Corpus) -> Numbers:
    """The windows that are learned from."""
    return np.flatnonzero(_owners(corpus) % _HELD > 0)


def _owners(corpus: Corpus) -> Numbers:
    return np.searchsorted(corpus.offsets, corpus.windows[:, 1], side="right") - 1


def _asked(columns: Tensor, labels: Tensor) -> Tensor:
    """Where a unit is spoken and no mark stands behind it: there the next mark is near, at no distance."""
    behind = columns[:, :, COLUMNS.index("behind")]
    return (labels >= 0) & ~((behind > 0) & (behind % (REACH + 1) == 0))


def _loss(model: GapModel, batch: Batch, _: None) -> tuple[Tensor, dict[str, float]]:
    labels = batch.labels[:, :, BREAK]
    asked = _asked(batch.columns, labels)
    said = model(batch.columns, batch.lengths)[asked]
    lost = functional.binary_cross_entropy_with_logits(said, labels[asked].float())
    return lost, {"gaps": float(lost.detach())}


def scores(model: GapModel, corpus: Corpus, every: int) -> dict[str, float]:
    """Precision and recall, in percent, of what is at least so probable, in one line of so many."""
    model.eval()
    said, wanted = [], []
    with torch.inference_mode():
        for _, batch in batches.evaluation_batches(corpus, np.flatnonzero(_owners(corpus) % every == 0).tolist()):
            labels = batch.labels[:, :, BREAK]
            asked = _asked(batch.columns, labels)
            said.append(torch.sigmoid(model(batch.columns, batch.lengths))[asked].numpy())
            wanted.append(labels[asked].numpy() > 0)
    found, real = np.concatenate(said), np.concatenate(wanted)
    out: dict[str, float] = {}
    for cut in (0.3, 0.5, 0.7, 0.9):
        both = int((real & (found >= cut)).sum())
        out[f"precision {cut}"] = round(100 * both / max(1, int((found >= cut).sum())), 1)
        out[f"recall {cut}"] = round(100 * both / max(1, int(real.sum())), 1)
    return out


def ship(folders: Folders, english: Path, assets: Path, steps: int) -> None:
    """Learn, and add what was learned to ``lm.onnx`` of ``assets``."""
    path = assets / "lm.onnx"
    lm, config = onnx.load(str(path)), json.loads((assets / "lm.json").read_text(encoding="utf-8"))["members"][0]
    prepare(folders, english, Vocabulary.load(assets / "vocabulary.json"))
    torch.manual_seed(SEED)
    trained = GapModel.from_pretrained(learn(folders, export.restored(lm, config), steps))
    save(export.with_gaps(lm, trained.eval()), path)
    renew(assets)

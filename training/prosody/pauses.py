"""Learns where a slight pause does no harm between Chinese words, or beside words in letters among them.

From sentences of ours (``sentences_pauses.txt``, ``‖`` at every place where a newsreader could pause, ``¦`` where
readers disagreed), by a small network on what the layers of ``lm.onnx`` make of each unit; they stay as they are. Then
it is corrected by what readers said of places in real reviews and posts (``judged_pauses.tsv``: the line of
``zh_unlabelled.txt``, and for each offset 1 where a pause does no harm, 0 where it does, between them where they
doubted).
:func:`training.prosody.export.with_pauses` adds it to that file.

Of English posts the same was said of the pauses that the product made (``judged_pauses_en.tsv``: the line of
``en_train.tsv`` of the emotions); what is learned of them is another output.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional

from indextts.model.utterance import Utterance
from indextts.platform.storage.assets import renew
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody.cohesion import words_of
from indextts.reading.prosody.decide import Floats
from indextts.reading.prosody.features import Vocabulary, kinds_of
from indextts.reading.prosody.windows import flatten, inputs, windows
from indextts.reading.text.en import phrases
from indextts.reading.text.frontend import build_segments
from training.graph import save
from training.polyphones import SEED
from training.prosody import export
from training.prosody.data import WHOLE

SENTENCES: Final = Path(__file__).with_name("sentences_pauses.txt")
JUDGED: Final = SENTENCES.with_name("judged_pauses.tsv")
JUDGED_EN: Final = SENTENCES.with_name("judged_pauses_en.tsv")
MARKS: Final = {"‖": 1.0, "¦": 0.5}
"""How harmless a pause is at each mark."""
NETWORKS: Final = 3
"""Networks that are learned from other beginnings, and answer with the mean of their log-odds."""
_WIDTH: Final = 64
_EPOCHS: Final = 12
_BATCH: Final = 256
_RATE: Final = 2e-3
_OWN: Final = (15_000, 0.25)
"""Places of our sentences that are told again while real ones correct the network, and what they weigh together."""
_DECAY: Final = 0.05
_DECAY_EN: Final = (0.1, 1.0, 200.0)
"""What holds down the level of the English answer, what a gap's goodness counts for, and the states."""
_DOUBTFUL: Final = 0.3
"""What a place weighs of which readers were not sure."""
_STEPS: Final = 40

Layers = tuple[Floats, Floats, Floats, Floats]
"""Weights and biases of two layers: ``[W, H]``, ``[H]``, ``[H, 1]``, ``[1]``."""
_log = logging.getLogger("training")


def sentences() -> Iterator[tuple[str, dict[int, float]]]:
    """Each text, and how harmless a pause is at which offsets; then the same without its commas, as people write."""
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        unmarked = re.sub("(?<=[^0-9])[，；](?=[^ ])", "‖", line)
        for marked in [line, unmarked] if unmarked != line else [line]:
            text, ends = "", {}
            for sign in marked:
                if sign in MARKS:
                    ends[len(text.rstrip())] = MARKS[sign]
                else:
                    text += sign
            yield text, ends


def judged(text: Path, rows: Path | None = None) -> Iterator[tuple[str, dict[int, float]]]:
    """Lines of the file ``text``, and how harmless a pause is at the offsets of which readers said so."""
    lines = text.read_text(encoding="utf-8").split("\n")
    for row in (rows or JUDGED).read_text(encoding="utf-8").splitlines():
        number, *places = row.split("\t")
        line = lines[int(number)].partition("\t")[0].strip()
        yield line, {int(at): float(said) for at, said in (one.split(":") for one in places)}


def examples(
    lm: onnx.ModelProto,
    vocabulary: Vocabulary,
    told: Iterable[tuple[str, dict[int, float]]],
    *,
    every: bool = True,
    english: bool = False,
) -> tuple[Floats, Floats]:
    """The states at the end of each word that no mark follows ``[N, W]``; how harmless a pause is ``[N]``.

    Not ``every``: of the places alone of which it was ``told``; otherwise a pause does harm at all others. In
    ``english``, how good a gap is (:mod:`indextts.reading.text.en.phrases`) stands before its states.
    """  # fmt: skip
    session = onnxruntime.InferenceSession(export.with_states(lm).SerializeToString())
    rows, labels = [], []
    for text, ends in told:
        flat = flatten(Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=WHOLE)))
        fixed, kinds, words = vocabulary.fixed(flat.units), kinds_of(flat.units), words_of(flat.units)
        states: dict[int, Floats] = {}
        good = phrases.after(flat.tokens) if english else []
        for window in windows(flat):
            columns, begin = inputs(fixed, kinds, window)
            given = {"columns": columns[None], "lengths": np.array([len(columns)], np.int32)}
            said = session.run([export.STATES], given)[0][:, 0]
            states |= dict(zip(range(window.begin, window.end), said[begin:], strict=False))
        for word, following in pairwise(words):
            end = flat.tokens[word.last].end
            if "." not in (word.pos, following.pos) and (every or end in ends):
                before = [np.array([good[word.last] or 0.0], np.float32)] if english else []
                rows.append(np.concatenate([*before, states[word.last]]))
                labels.append(ends.get(end, 0.0))
    return np.stack(rows), np.array(labels, np.float32)


def learn(states: Floats, labels: Floats, seed: int) -> nn.Sequential:
    """One network, whose answer ``[N, 1]`` are log-odds."""
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Dropout(0.2), nn.Linear(states.shape[1], _WIDTH), nn.ReLU(), nn.Dropout(0.4), nn.Linear(_WIDTH, 1)
    )
    rows, wanted = torch.from_numpy(states), torch.from_numpy(labels)
    steps = -(-len(wanted) // _BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=_EPOCHS * steps)
    for _ in range(_EPOCHS):
        for part in torch.randperm(len(wanted)).split(_BATCH):
            lost = functional.binary_cross_entropy_with_logits(network(rows[part])[:, 0], wanted[part])
            optimiser.zero_grad()
            lost.backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def joined(networks: Sequence[nn.Sequential]) -> Layers:
    """Their mean as one network: weights and biases of its two layers."""
    layers = [[layer for layer in network if isinstance(layer, nn.Linear)] for network in networks]
    parts = (
        torch.cat([first.weight for first, _ in layers]).T, torch.cat([first.bias for first, _ in layers]),
        torch.cat([second.weight for _, second in layers], 1).T / len(networks),
        torch.stack([second.bias for _, second in layers]).mean(0),
    )  # fmt: skip
    wide, bias, narrow, offset = (part.detach().numpy() for part in parts)
    return wide, bias, narrow, offset


def corrected(layers: Layers, own: tuple[Floats, Floats], real: tuple[Floats, Floats]) -> Layers:
    """``layers`` with a linear correction of their log-odds as two more hidden units, one for what is above 0 and one
    for what is below; fitted to ``real`` places, states ``[N, W]`` and labels ``[N]``, and some of our ``own``.
    """
    wide, bias, narrow, offset = layers
    count, weight = _OWN
    drawn = np.random.default_rng(SEED).permutation(len(own[1]))[:count]
    mean, spread = real[0].mean(0), real[0].std(0) + 0.05
    sets = [
        (
            torch.from_numpy((states - mean) / spread),
            torch.from_numpy((np.maximum(states @ wide + bias, 0.0) @ narrow + offset)[:, 0]),
            torch.from_numpy(labels),
            share,
        )
        for states, labels, share in ((*real, 1.0), (own[0][drawn], own[1][drawn], weight))
    ]
    slope, level, trust = (torch.zeros(size, requires_grad=True) for size in (wide.shape[0], 1, 1))
    weights = [slope, level, trust]
    optimiser = torch.optim.LBFGS(weights, max_iter=_STEPS, history_size=10, line_search_fn="strong_wolfe")

    def lost() -> torch.Tensor:
        optimiser.zero_grad()
        total = _DECAY * (slope * slope).sum()
        for states, odds, labels, share in sets:
            said = states @ slope + level + odds * (1.0 + trust)
            total = total + share * functional.binary_cross_entropy_with_logits(said, labels)
        total.backward()
        return total

    optimiser.step(lost)
    by, added, factor = (part.detach().numpy() for part in (slope, level, 1.0 + trust))
    narrow = narrow * factor
    size = np.abs(narrow).max()  # as large as the others, so that few bits hold it
    line, start = (by / spread / size)[:, None], -(mean / spread) @ by / size
    return (
        np.hstack([wide, line, -line]).astype(np.float32), np.append(bias, [start, -start]).astype(np.float32),
        np.vstack([narrow, [[size], [-size]]]).astype(np.float32), (offset * factor + added).astype(np.float32),
    )  # fmt: skip


def learn_english(states: Floats, labels: Floats) -> tuple[float, tuple[Floats, Floats]]:
    """What the goodness of an English gap counts for, which stands before its ``states`` ``[N, 1 + W]``, and weights
    ``[W, 1]`` and bias ``[1]`` of the log-odds that a pause there does no harm.
    """
    mean, spread = states.mean(0), states.std(0) + 0.05
    mean[0], spread[0] = 0.0, 1.0
    rows = torch.from_numpy((states - mean) / spread)
    wanted = torch.from_numpy(labels)
    shares = torch.from_numpy(np.where(np.isin(labels, (0.0, 1.0)), 1.0, _DOUBTFUL).astype(np.float32))
    slope, level = torch.zeros(states.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    held = torch.tensor([_DECAY_EN[1], *[_DECAY_EN[2]] * (states.shape[1] - 1)])
    optimiser = torch.optim.LBFGS([slope, level], max_iter=4 * _STEPS, line_search_fn="strong_wolfe")

    def lost() -> torch.Tensor:
        optimiser.zero_grad()
        errors = functional.binary_cross_entropy_with_logits(rows @ slope + level, wanted, shares, reduction="sum")
        total = errors + 0.5 * ((held * slope * slope).sum() + _DECAY_EN[0] * (level * level).sum())
        total.backward()
        return total

    optimiser.step(lost)
    by, start = slope.detach().numpy() / spread, level.detach().numpy()
    return float(by[0]), (by[1:, None].astype(np.float32), (start - mean[1:] @ by[1:]).astype(np.float32))


def ship_english(assets: Path, posts: Path) -> None:
    """Learn from the places that were judged in the file ``posts``, and add that to ``lm.onnx`` of ``assets``."""
    path = assets / "lm.onnx"
    lm, vocabulary = onnx.load(str(path)), Vocabulary.load(assets / "vocabulary.json")
    bare = export.without_pauses(lm)
    states, labels = examples(bare, vocabulary, judged(posts, JUDGED_EN), every=False, english=True)
    factor, english = learn_english(states, labels)
    save(export.with_english(lm, *english), path)
    renew(assets)
    _log.info("%d places, a gap's goodness counts for %.2f: %s", len(labels), factor, path)


def ship(assets: Path, text: Path) -> None:
    """Learn, with the file ``text`` whose places were judged, and add what was learned to ``lm.onnx`` of ``assets``."""
    path = assets / "lm.onnx"
    lm, vocabulary = export.without_pauses(onnx.load(str(path))), Vocabulary.load(assets / "vocabulary.json")
    own, real = examples(lm, vocabulary, sentences()), examples(lm, vocabulary, judged(text), every=False)
    networks = [learn(*own, SEED + number) for number in range(NETWORKS)]
    save(export.with_pauses(lm, *corrected(joined(networks), own, real)), path)
    renew(assets)
    _log.info("%d places of ours, %d real ones: %s", len(own[1]), len(real[1]), path)

"""Makes the vocabulary that the prosody networks read: what the texts have often enough."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from indextts.reading.prosody.features import Unit, Vocabulary, runs, unit_key


def build(sentences: Iterable[Sequence[Unit]], least_unit: int, least_english: int, least_word: int) -> Vocabulary:
    """Count units and words of a text; what is rarer than the limits gets no place."""
    hanzi: Counter[str] = Counter()
    latin: Counter[str] = Counter()
    words: Counter[str] = Counter()
    poses: Counter[str] = Counter()
    for sentence in sentences:
        for unit in sentence:
            (latin if unit.kind == "word" else hanzi)[unit_key(unit)] += 1
        for run in runs(sentence):
            if sentence[run[0]].kind == "hanzi":
                poses[sentence[run[0]].pos] += 1
                words["".join(sentence[place].text for place in run)] += 1
    kept = {text: count for text, count in hanzi.items() if count >= least_unit}
    kept.update((text, count) for text, count in latin.items() if count >= least_english)
    return Vocabulary(
        sorted(kept, key=lambda text: (-kept[text], text)),
        [word for word, count in sorted(words.items(), key=lambda item: (-item[1], item[0]))
         if count >= least_word and len(word) > 1],
        [pos for pos, count in sorted(poses.items(), key=lambda item: (-item[1], item[0])) if count >= 20],
    )  # fmt: skip


def save(vocabulary: Vocabulary, path: Path) -> None:
    """Write what :meth:`Vocabulary.load` reads."""
    data = {"units": vocabulary.units, "words": vocabulary.words, "poses": vocabulary.poses}
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")

"""The recipe behind ``cohesion.npz`` learns from breaks and from compounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indextts.reading.prosody import cohesion
from training.prosody import cohesion as training

_SENTENCES = ("学校采购图书。", "工厂采购设备。", "医院采购药品。", "村里采购种子。")


def test_words_of_compounds_are_learned_to_be_close_and_subjects_to_be_loose(tmp_path: Path) -> None:
    lines = ["id\ttext\tbreaks\tpinyin"]
    for number, text in enumerate(_SENTENCES * 20):
        lines.append(f"{number}\t{text}\t0201040\t{' '.join(['a1'] * 6)} -")
    (tmp_path / "zh_train.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = training.examples(tmp_path / "zh_train.tsv", ["图书采购清单", "设备采购合同"] * 20)
    assert {gap.weight for gap in data if not gap.paused} == {1.0, training.SHARE}
    table = training.train(data)

    def loose(gap: training.Gap) -> float:
        return float(table[cohesion.rows(gap.words, gap.at)].sum())

    assert min(loose(gap) for gap in data if gap.paused) > 0.0 > max(loose(gap) for gap in data if not gap.paused)
    assert np.count_nonzero(table) < len(table)

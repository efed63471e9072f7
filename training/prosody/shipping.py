"""From trained networks to the files that the product opens, with thresholds fitted through the product's own code."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from indextts.platform.storage.assets import renew
from indextts.reading.prosody.causal import CausalProsody
from indextts.reading.prosody.lm import LmProsody
from training.graph import save
from training.prosody import data, export, export_causal, measure
from training.prosody.causal import CausalModel
from training.prosody.data import Corpus, Floats
from training.prosody.learning import opened
from training.prosody.stages import SEED, Folders, Texts

_log = logging.getLogger("training")
_PLAIN: Final = [0.5] * measure.LEVELS


def ship_lm(folders: Folders, members: Sequence[Path], assets: Path) -> None:
    """Write ``lm.onnx``, ``lm.json`` and ``vocabulary.json``."""
    assets.mkdir(parents=True, exist_ok=True)
    models = [opened(member) for member in members]
    save(export.bidirectional(models), assets / "lm.onnx")
    shutil.copyfile(folders.out / "vocabulary.json", assets / "vocabulary.json")
    about = {"members": [_plain(model.config.to_dict()) for model in models], "seed": SEED}
    _write(assets / "lm.json", {"thresholds": _PLAIN, **about})
    renew(assets)  # else they would not be opened where they are shipped
    cuts = _fitted(folders, LmProsody.open(assets))
    _write(assets / "lm.json", {"thresholds": cuts, **about})
    renew(assets)


def ship_causal(folders: Folders, trained: Path, assets: Path) -> None:
    """Write ``causal.onnx`` and ``causal.json``."""
    model: CausalModel = CausalModel.from_pretrained(trained)
    save(export_causal.causal(model.eval()), assets / "causal.onnx")
    about = {"config": _plain(model.config.to_dict()), "seed": SEED}
    _write(assets / "causal.json", {"thresholds": _PLAIN, **about})
    renew(assets)
    cuts = _fitted(folders, CausalProsody.open(assets))
    _write(assets / "causal.json", {"thresholds": cuts, **about})
    renew(assets)


def _fitted(folders: Folders, model: LmProsody | CausalProsody) -> list[float]:
    """Thresholds that suit the development sets; what is reported on these is a little flattered by it."""
    texts = Texts(folders.out)
    scores: list[tuple[Corpus, Floats]] = []
    for name, lines in (("zh_dev", data.zh_lines), ("en_dev", data.en_lines)):
        reads = [data.units_of(line.text) for line in lines(folders.data / f"{name}.tsv")]
        answers = [model.answers(flat)[:, : measure.LEVELS] for flat in reads if flat.units]
        scores.append((texts[name], np.concatenate(answers)))
    (zh, zh_scores), (en, en_scores) = scores
    cuts = measure.thresholds(zh, zh_scores, en, en_scores)
    _log.info("%s: thresholds %s, %s %s", model.name, cuts, measure.score_zh(zh, zh_scores, cuts),
              measure.score_en(en, en_scores, cuts))  # fmt: skip
    return cuts


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """What the product and the transformers class need to know of a network."""
    wanted: Sequence[str] = (
        "model_type", "sizes", "widths", "hidden", "layers", "hidden_size", "num_hidden_layers", "num_attention_heads",
        "intermediate_size",
    )  # fmt: skip
    return {name: config[name] for name in wanted if name in config}


def _write(path: Path, about: dict[str, Any]) -> None:
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")

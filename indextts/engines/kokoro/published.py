"""What an installed Kokoro was made of: the published graph, and the vocabulary that its weights were trained with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from indextts.engines.kokoro.spelling import SPELLINGS, V1_0, Spelling
from indextts.platform.storage.manifest import ModelFolder, corrupt

FILE: Final = "published.json"
_VOCABULARIES: Final = ("tokenizer.json", "config.json")
"""Files that have a model's vocabulary where it is published."""


@dataclass(frozen=True)
class Published:
    """The published files behind a cut."""

    spelling: Spelling
    graph: str = ""
    """Name of the graph's file; empty of a cut that was made before this was kept."""
    sha256: str = ""
    weights: str = ""
    """``float32``, ``float16`` or ``int8``."""

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """What decides the samples, for receipts."""
        known = {"published": self.sha256, "weights": self.weights}
        return {f"kokoro/{name}": value for name, value in known.items() if value}


def write_published(folder: Path, published: Published) -> None:
    """Keep it in ``folder``, which is being made."""
    told = {
        "vocabulary": dict(published.spelling.ids),
        "graph": published.graph,
        "sha256": published.sha256,
        "weights": published.weights,
    }
    (folder / FILE).write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")


def read_published(place: ModelFolder) -> Published:
    """What the model in ``place`` was made of; a cut that does not know it is of v1.0.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``, also for a vocabulary that is not known here.
    """
    if FILE not in place.digests():
        return Published(V1_0)
    told: Any = json.loads(place.read(FILE))
    spelling = next((one for one in SPELLINGS if one.ids == told["vocabulary"]), None)
    if spelling is None:
        raise corrupt(place.name, FILE)
    return Published(spelling, told["graph"], told["sha256"], told["weights"])


def vocabulary_in(folder: Path) -> Mapping[str, int] | None:
    """The vocabulary that lies beside a published graph, wherever in ``folder``; ``None`` where none does."""
    for name in _VOCABULARIES:
        for path in sorted(folder.rglob(name)):
            try:
                told: Any = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            for held in (told, told.get("model") if isinstance(told, dict) else None):
                vocabulary = held.get("vocab") if isinstance(held, dict) else None
                if isinstance(vocabulary, dict) and vocabulary:
                    return vocabulary
    return None

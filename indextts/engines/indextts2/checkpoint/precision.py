"""With which numbers each network of IndexTTS-2 computes, and what was chosen on this machine. Needs no PyTorch."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import write_file

Floats = Literal["float32", "bfloat16"]
Weights = Literal["float32", "bfloat16", "int8"]
Network = Literal["hearing", "voice", "flow", "vocoder"]
PrecisionSetting = Literal["exact", "fast", "auto"]

NETWORKS: Final[tuple[Network, ...]] = get_args(Network)
PARTS: Final[Mapping[Network, Bilingual]] = {
    "hearing": Bilingual("listening", "听录音"),
    "voice": Bilingual("language model", "语言模型"),
    "flow": Bilingual("flow", "声学流"),
    "vocoder": Bilingual("vocoder", "声码器"),
}
"""What they are called."""
WORTH: Final = 0.9
"""Other numbers are taken where they need at most this share of the time."""
KEPT: Final = "precision.json"
"""What was chosen, in the folder of what is kept."""


@dataclass(frozen=True)
class Precision:
    """Of each network; exact unless it is said."""

    hearing: Floats = "float32"
    """Of the semantic encoder, which listens to a recording."""
    voice: Weights = "float32"
    """Of the language model; ``int8`` is of its weights alone, one scale for each output channel or block."""
    flow: Floats = "float32"
    vocoder: Floats = "float32"

    def of(self, network: Network) -> str:
        return str(getattr(self, network))

    def having(self, numbers: Mapping[Network, str]) -> Precision:
        """The same but for some networks."""
        changed: dict[str, Any] = {network: numbers[network] for network in numbers}
        return replace(self, **changed)

    def __str__(self) -> str:
        """As receipts name it."""
        return ", ".join(f"{network} {self.of(network)}" for network in NETWORKS)

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> Precision:
        """From names and numbers. Raises ``ValueError`` for others than those that are known."""
        known: Mapping[str, tuple[str, ...]] = {
            network: get_args(Weights if network == "voice" else Floats) for network in NETWORKS
        }
        if set(held) != set(NETWORKS) or any(held[network] not in known[network] for network in NETWORKS):
            raise ValueError(held)
        return cls(**held)


EXACT: Final = Precision()
ON_CARD: Final = Precision(flow="bfloat16")
"""What a card computes with unless all is to be exact; there the language model has a setting of its own."""

Seconds = Mapping[Network, Mapping[str, float]]
"""What a piece of each network's work took, in each of the numbers that were tried."""


@dataclass(frozen=True)
class PrecisionChoice:
    """What a machine computes with, and why."""

    model: str
    processor: str
    threads: int
    setting: PrecisionSetting
    precision: Precision
    seconds: Seconds = field(default_factory=dict)
    """Empty where nothing had to be measured."""
    at: float = 0.0
    """When it was chosen, in seconds since 1970."""

    @classmethod
    def read(cls, held: Mapping[str, Any]) -> PrecisionChoice:
        """Raises ``KeyError``, ``TypeError`` or ``ValueError`` for what is none."""
        if set(held) != {one.name for one in fields(cls)}:
            raise ValueError(held)
        seconds = {name: {str(key): float(s) for key, s in own.items()} for name, own in held["seconds"].items()}
        return cls(**{**held, "precision": Precision.read(held["precision"]), "seconds": seconds})


def quickest(near: Precision, seconds: Seconds) -> Precision:
    """Of ``near``, what is clearly faster than 32 bits; those for the rest."""
    worth = [name for name, took in seconds.items() if took.get(near.of(name), math.inf) <= WORTH * took["float32"]]
    return EXACT.having({network: near.of(network) for network in worth})


class KeptChoices:
    """The file of what was chosen, by what it was chosen for; what was chosen last stands last."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, key: str) -> PrecisionChoice | None:
        return dict(self.all()).get(key)

    def put(self, key: str, choice: PrecisionChoice) -> None:
        kept = {name: asdict(one) for name, one in self.all() if name != key}
        whole = {**kept, key: asdict(replace(choice, at=round(time.time(), 1)))}
        write_file(self._path, json.dumps(whole, indent=1).encode())

    def all(self) -> Iterator[tuple[str, PrecisionChoice]]:
        """Those that can be read."""
        try:
            held = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        for key, one in held.items() if isinstance(held, dict) else ():
            try:
                yield key, PrecisionChoice.read(one)
            except (KeyError, TypeError, ValueError, AttributeError):
                continue

    def last(self, setting: PrecisionSetting, model: str = "") -> PrecisionChoice | None:
        """The last one for a setting, of ``model`` if that is given."""
        found = [one for _, one in self.all() if one.setting == setting and model in ("", one.model)]
        return found[-1] if found else None

"""Runs recorded inputs through this project's own modules and compares the outputs.

A fixture is ``name.json`` with its arrays beside it, in ``name.safetensors`` or ``name.io.safetensors``, and weights
among them or in ``name.state.safetensors``; some are the description alone, some ``name.io.safetensors`` alone. What it
exercises, its kind, is the description's ``module`` or ``kind``, else its name. For every value that it records there
is one :class:`Result`.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config

Array = npt.NDArray[Any]

_DTYPES: Final = {
    **{"BOOL": np.bool_, "U8": np.uint8, "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64},
    **{"F16": np.float16, "F32": np.float32, "F64": np.float64},
}
MIDWAY: Final = 5e-5
"""Allowed for mels and values in between, at values up to 1; in proportion above."""
GRAPH: Final = 2e-4
"""Allowed for the exported graphs in onnxruntime."""

_IO: Final = ".io.safetensors"
_STATE: Final = ".state.safetensors"

_INSTALL: Final = "./start_app.sh --with indextts2,sambert"
_MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "embedded": ("embedded_voice",),
    "indextts2.frontend": ("text", "qwen_emotion", "kaldi_fbank", "mel22k", "seamless_features"),
    "indextts2.networks": (
        *("w2vbert", "semantic_codec", "enhanced_codec_v25", "campplus", "emotion", "length_regulator"),
        *("dit", "cfm", "bigvgan", "gpt", "gpt_v25"),
    ),
    "indextts2.e2e": ("e2e",),
    "sambert": ("KanTtsSAMBERT", "HiFiGAN Generator", "text cases", "mel_frontend", "nsf_post", "pqmf"),
}
_FUNCTIONS: Final = {"KanTtsSAMBERT": "acoustic", "HiFiGAN Generator": "vocoder", "text cases": "text"}
_PLACES: Final = {
    kind: (f"indextts.engines.parity.{module}", _FUNCTIONS.get(kind, kind))
    for module, kinds in _MODULES.items()
    for kind in kinds
}
"""The module and function that compare a kind of fixture; imported when the kind is met."""


@dataclass(frozen=True)
class Result:
    """One comparison: the measured error and what is allowed (both in the unit that ``fixture`` names)."""

    fixture: str
    max_abs_err: float
    tolerance: float

    @property
    def ok(self) -> bool:
        return bool(self.max_abs_err <= self.tolerance)

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "ok": self.ok})


class Arrays(dict[str, Array]):
    """Arrays by name, half precision already widened to float32; a name that is missing is the file's fault."""

    def __init__(self, path: Path, arrays: Mapping[str, Array]) -> None:
        super().__init__(
            (name, array.astype(np.float32) if array.dtype == np.float16 else array) for name, array in arrays.items()
        )
        self.path = path

    def __missing__(self, name: str) -> Array:
        reason = Bilingual(f"there is no array “{name}” in it.", f"其中没有数组“{name}”。")
        raise StudioError("bad_file", path=self.path, reason=reason)


@dataclass(frozen=True)
class Fixture:
    """A recording: ``path`` is its description (or its arrays, where they come alone), ``about`` what that says."""

    path: Path
    about: Mapping[str, Any]
    arrays: Mapping[str, Array]

    @property
    def name(self) -> str:
        """The file's name without its endings."""
        return _name(self.path)

    @property
    def kind(self) -> str:
        return str(self.about.get("module") or self.about.get("kind") or self.name)

    def state(self, prefix: str = "sd.") -> dict[str, Array]:
        """The weights, float32: the file of their own where there is one, else the arrays that begin with ``prefix``.

        Raises :class:`StudioError` ``bad_file``.
        """
        alone = self.path.parent / f"{self.name}{_STATE}"
        if alone.is_file():
            return dict(_read(alone))
        return {name.removeprefix(prefix): array for name, array in self.arrays.items() if name.startswith(prefix)}

    def sibling(self, name: str) -> Fixture:
        """Another fixture of the same folder. Raises :class:`StudioError` ``bad_file``."""
        return load(self.path.parent / f"{name}.json")


Row = tuple[str, float, float]
"""What was compared, the error, and the tolerance."""
Runner = Callable[[Fixture, Config], Iterator[Row]]


def run_fixtures(folder: Path, config: Config) -> Iterator[Result]:
    """Compare every fixture in ``folder``.

    One that fails does not keep the others from being compared: what it raises, :class:`StudioError` ``bad_file`` where
    it cannot be read, is raised at the end.
    """
    found = sorted(folder.glob("*.json"))
    found += [path for path in sorted(folder.glob(f"*{_IO}")) if not path.with_name(f"{_name(path)}.json").exists()]
    if not found:
        reason = Bilingual("there are no fixtures in it.", "其中没有测试样本。")
        raise StudioError("bad_file", path=folder, reason=reason)
    failed: list[Exception] = []
    for path in found:
        try:
            fixture = load(path)
            for what, error_size, tolerance in runner(fixture)(fixture, config):
                yield Result(f"{fixture.name}/{what}", error_size, tolerance)
        except Exception as error:
            failed.append(error)
    if failed:
        raise failed[0]


def runner(fixture: Fixture) -> Runner:
    """What compares fixtures of this kind. Raises ``bad_file`` or ``dependency_missing``."""
    place = _PLACES.get(fixture.kind)
    if place is None:
        kind = fixture.kind
        reason = Bilingual(f"there is no module “{kind}” to compare.", f"没有可比较的模块“{kind}”。")
        raise StudioError("bad_file", path=fixture.path, reason=reason)
    module, function = place
    try:
        found: Runner = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        raise StudioError("dependency_missing", package=error.name or module, command=_INSTALL) from error
    return found


def load(path: Path) -> Fixture:
    """The fixture whose description, or whose arrays without one, is ``path``. Raises ``bad_file``."""
    name = _name(path)
    try:
        about = json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else {}
    except (OSError, ValueError) as error:
        raise StudioError("bad_file", path=path, reason=str(error)) from error
    if not isinstance(about, dict):
        raise StudioError("bad_file", path=path, reason=Bilingual("it is not a description.", "不是样本说明。"))
    files = [path.with_name(f"{name}{ending}") for ending in (".safetensors", _IO)]
    present = [file for file in files if file.is_file()]
    return Fixture(path, about, _read(present[0]) if present else Arrays(files[0], {}))


def read_safetensors(path: Path) -> dict[str, Array]:
    """The arrays of a ``.safetensors`` file (an eight-byte length, a JSON table, raw little-endian data)."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    table = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    arrays: dict[str, Array] = {}
    for name, entry in table.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(body[begin:end], _DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays


def largest(ours: Any, theirs: Array) -> float:
    """The largest absolute difference; beyond every tolerance where shapes differ or a value is not a number."""
    mine = np.asarray(ours)
    if mine.shape != theirs.shape:
        return sys.float_info.max
    if not mine.size:
        return 0.0
    error = float(np.abs(mine.astype(np.float64) - theirs.astype(np.float64)).max())
    return error if np.isfinite(error) else sys.float_info.max


def unequal(ours: Any, theirs: Any) -> float:
    """For what must be exact: 0.0 where the two are equal, else 1.0."""
    if isinstance(theirs, np.ndarray):
        return 0.0 if np.array_equal(np.asarray(ours), theirs) else 1.0
    return 0.0 if ours == theirs else 1.0


def near(what: str, ours: Any, theirs: Array, tolerance: float = MIDWAY) -> Row:
    """A row for values that may differ a little, in proportion to the largest where that is more than 1."""
    return what, largest(ours, theirs), tolerance * max(1.0, float(np.abs(theirs).max(initial=0.0)))


def same(what: str, ours: Any, theirs: Any) -> Row:
    """A row for what must be equal."""
    return what, unequal(ours, theirs), 0.0


def compared(arrays: Mapping[str, Array], found: Mapping[str, Any], tolerance: float, case: str = "") -> Iterator[Row]:
    """A row for each value and the recording ``out.…`` of its name, in ``case``: codes and places (int64) exactly."""
    for name, ours in found.items():
        theirs = arrays[f"out.{case}.{name}" if case else f"out.{name}"]
        what = f"{case}: {name}" if case else name
        yield same(what, ours, theirs) if theirs.dtype == np.int64 else (what, largest(ours, theirs), tolerance)


def _read(path: Path) -> Arrays:
    try:
        return Arrays(path, read_safetensors(path))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudioError("bad_file", path=path, reason=str(error)) from error


def _name(path: Path) -> str:
    for ending in (".json", _IO, _STATE, ".safetensors"):
        if path.name.endswith(ending):
            return path.name.removesuffix(ending)
    return path.stem

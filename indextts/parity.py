"""Runs recorded inputs through this project's own modules and compares the outputs.

A fixture is ``name.json`` (with ``module``) beside ``name.safetensors``. For every value that it records there is one
:class:`Result`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.config import Config
from indextts.errors import StudioError
from indextts.messages import Both

Arrays = Mapping[str, npt.NDArray[Any]]

_DTYPES: Final = {"I64": np.int64, "I32": np.int32, "F32": np.float32, "F64": np.float64}


@dataclass(frozen=True)
class Result:
    """One comparison: the measured error and what is allowed (both in the unit that ``fixture`` names)."""

    fixture: str
    max_abs_err: float
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether the error is within the tolerance."""
        return bool(self.max_abs_err <= self.tolerance)

    def to_json(self) -> str:
        """The line that the command prints."""
        return json.dumps(
            {
                "fixture": self.fixture,
                "max_abs_err": self.max_abs_err,
                "tolerance": self.tolerance,
                "ok": self.ok,
            }
        )


def run_fixtures(folder: Path, config: Config) -> Iterator[Result]:
    """Compare every fixture in ``folder``. Raises :class:`StudioError` ``bad_file`` for one that cannot be read."""
    found = sorted(folder.glob("*.json"))
    if not found:
        raise StudioError("bad_file", path=folder, reason=Both("there are no fixtures in it.", "其中没有测试样本。"))
    runners: dict[str, Callable[[Arrays], Iterator[tuple[str, float, float]]]] = {}
    for description in found:
        try:
            module = json.loads(description.read_text(encoding="utf-8"))["module"]
            arrays = read_safetensors(description.with_suffix(".safetensors"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StudioError("bad_file", path=description, reason=str(error)) from error
        if module != "embedded_voice":
            raise StudioError("bad_file", path=description, reason=_unknown(module))
        if module not in runners:
            runners[module] = _embedded_voice(config)
        for name, error_size, tolerance in runners[module](arrays):
            yield Result(f"{description.stem}/{name}", error_size, tolerance)


def _unknown(module: object) -> Both:
    return Both(f"there is no module “{module}” to compare.", f"没有可比较的模块“{module}”。")


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a ``.safetensors`` file (an eight-byte length, a JSON table, raw little-endian data)."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    table = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, entry in table.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            arrays[name] = np.frombuffer(body[begin:end], _DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays


def _embedded_voice(config: Config) -> Callable[[Arrays], Iterator[tuple[str, float, float]]]:
    from indextts.acoustic.controls import whole_frames
    from indextts.engines.embedded.engine import load_networks

    networks = load_networks(config)

    def compare(fixture: Arrays) -> Iterator[tuple[str, float, float]]:
        said = networks.acoustic.encode(fixture["ids"])
        off = np.abs(whole_frames(said.durations) - fixture["durations"])
        yield "durations: frames", float(off.max()), 1.0
        yield "durations: share of symbols off", float((off > 0).mean()), 0.15
        yield "f0: mean abs", float(np.abs(said.f0 - fixture["f0"]).mean()), 0.1
        yield "energy: mean abs", float(np.abs(said.energy - fixture["energy"]).mean()), 0.05
        mel = networks.acoustic.decode(said.hidden, fixture["durations"], fixture["f0"], fixture["energy"])
        yield "decoder_mel: mean abs", float(np.abs(mel - fixture["decoder_mel"]).mean()), 0.01
        expected = fixture["vocoder_audio"].astype(np.float64)
        difference = networks.vocoder(fixture["vocoder_mel"]) - expected
        # 20 dB signal-to-difference, written as a ratio of powers.
        yield "vocoder_audio: difference to signal", float((difference**2).sum() / (expected**2).sum()), 0.01

    return compare

"""IndexTTS-2 at its published size with random weights: this version beside another one, part by part.

    git worktree add ../before REVISION
    python -m benchmarks.indextts2 --against ../before --parts flow,vocoder,codes --precision auto

Each version runs in a process of its own, with the same weights and inputs by seed. Processor seconds count, of one
thread unless ``--threads`` says otherwise; every figure is a run, and nothing is extrapolated. ``--kept`` spares the
other version a second run. A sentence is as many mel frames as it lasts seconds, a page twelve sentences of 5 s. Beside
each ratio stands how near the results are.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from indextts.model import settings

FRAMES_PER_S: Final = 86.13
ROWS: Final = {"2s": (2, 1), "10s": (10, 1), "four": (5, 4), "page": (5, 12)}
"""Seconds of a sentence, and how many: four are what is written together."""
WORKER: Final = Path(__file__).parent / "workers" / "indextts2_stages.py"
DB: Final = 20.0 / math.log(10.0)
_RECORDING_S: Final = 6.0
_BEST: Final = {"beams": 3, "steps": 25, "prompt_s": 15.0}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the comparison of versions can be asked for."""
    parser.add_argument("--against", type=Path, help="the folder of another version; compares with it, part by part")
    parser.add_argument("--parts", default="flow,vocoder,codes", help="which parts are measured")
    parser.add_argument("--rows", default="2s,10s,page", help="which lengths are measured")
    parser.add_argument("--kept", type=Path, help="the folder for results of the other version, to compare with again")
    parser.add_argument("--precision", choices=("exact", "fast", "auto"), default="exact")
    parser.add_argument("--preset", choices=("best", "balanced", "fast"), default="best")


def compare(options: argparse.Namespace) -> int:
    """Measure both versions and print a table and what it is made of."""
    names = options.rows.split(",")
    rows = {name: (round(ROWS[name][0] * FRAMES_PER_S), ROWS[name][1]) for name in names}
    with tempfile.TemporaryDirectory() as folder:
        before, theirs = _before(options, _job(options, rows, "exact", "best"), Path(folder))
        here = Path(__file__).parents[1]
        after, ours = run(here, _job(options, rows, options.precision, options.preset), Path(folder, "after.pt"))
    table = [f"| {' | '.join(('part', *names))} |", "|---" * (len(names) + 1) + "|"]
    for part in options.parts.split(","):
        keys = [f"{part} {frames} {count}" for frames, count in rows.values()]
        cells = [_cell(key, before, after) + f"; {nearness(part, theirs[key], ours[key])}" for key in keys]
        table.append(f"| {part}, {after['numbers'][part]} | {' | '.join(cells)} |")
    totals = [_total(before, size) for size in rows.values()], [_total(after, size) for size in rows.values()]
    cells = [f"{old:.1f} s → {new:.1f} s: **{new / old:.2f}**" for old, new in zip(*totals, strict=True)]
    table.append(f"| together | {' | '.join(cells)} |")
    sys.stdout.write("\n".join(table) + "\n" + json.dumps({"before": before, "after": after}, indent=1) + "\n")
    return 0


def _before(
    options: argparse.Namespace, job: dict[str, Any], folder: Path
) -> tuple[dict[str, Any], dict[str, list[Tensor]]]:
    """What the other version tells of a job: run now, or kept from an earlier comparison."""
    if options.kept is None:
        return run(options.against, job, folder / "before.pt")
    name = hashlib.sha256(json.dumps([str(options.against.resolve()), job, _limits()]).encode()).hexdigest()[:16]
    told, out = options.kept / f"{name}.json", options.kept / f"{name}.pt"
    if not told.is_file():
        options.kept.mkdir(parents=True, exist_ok=True)
        told.write_text(json.dumps(run(options.against, job, out)[0]), encoding="utf-8")
    return json.loads(told.read_text(encoding="utf-8")), torch.load(out)


def _limits() -> dict[str, str]:
    """What the environment withholds from the processor."""
    return {name: os.environ[name] for name in ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA") if name in os.environ}


def run(folder: Path, job: dict[str, Any], out: Path) -> tuple[dict[str, Any], dict[str, list[Tensor]]]:
    """What the version in ``folder`` tells of a job, and what came out."""
    command = [sys.executable, str(WORKER), json.dumps(job), str(out)]
    told = subprocess.run(command, cwd=folder.resolve(), stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(told.stdout), torch.load(out)


def nearness(part: str, theirs: list[Tensor], ours: list[Tensor]) -> str:
    """How near results are: mels in decibels, samples as the noise beneath them, codes as how many are equal."""
    if any(one.shape != other.shape for one, other in zip(theirs, ours, strict=True)):
        return "of other lengths"
    one, other = (torch.cat([each.flatten().double() for each in all_of]) for all_of in (theirs, ours))
    apart = (one - other).abs()
    if part == "codes":
        return f"{float((apart == 0).double().mean()):.1%} of the codes equal"
    if part == "flow":
        return f"{float(apart.mean()) * DB:.2g} dB in the mean, at most {float(apart.max()):.2g} apart"
    noise = float((apart**2).sum())
    return f"noise at −{10 * math.log10(float((one**2).sum()) / noise):.0f} dB" if noise else "equal"


def _job(options: argparse.Namespace, rows: dict[str, tuple[int, int]], precision: str, preset: str) -> dict[str, Any]:
    sampling = getattr(settings, "QUALITIES", {}).get(preset)
    how = _BEST if sampling is None else {name: getattr(sampling, name) for name in _BEST}
    return {
        "parts": options.parts.split(","),
        "rows": list(rows.values()),
        "precision": precision,
        "prompt": round(min(_RECORDING_S, how["prompt_s"]) * FRAMES_PER_S),
        "steps": min(options.steps, how["steps"]),
        "beams": how["beams"],
        "threads": options.threads,
    }


def _cell(key: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    old, new = before["seconds"][key], after["seconds"][key]
    return f"{old:.1f} s → {new:.1f} s: **{new / old:.2f}**"


def _total(told: dict[str, Any], size: tuple[int, int]) -> float:
    ending = f" {size[0]} {size[1]}"
    seconds: dict[str, float] = told["seconds"]
    return sum(took for key, took in seconds.items() if key.endswith(ending))

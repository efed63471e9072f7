"""What a default set-up puts on the disk: each package over 20 MB with its reason, the rest, the models.

    python -m benchmarks.installation                          # of this environment: what requirements.txt names
    python -m benchmarks.installation --environment FOLDER     # of another one, all that is in it

Megabytes are millions of bytes of all files, byte code with them. To weigh a fresh set-up: copy the project's files
into an empty folder, run ``./start_app.sh set-up`` there, give ``--environment FOLDER/.venv --cache FOLDER/cache_hub``.
Exit status 1 when it is more than 700 MB.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from indextts.ops.packages import read_pins

MOST_MB: Final = 700.0
LARGE_MB: Final = 20.0
REASONS: Final = {
    "av": "FFmpeg: MP3, AAC, Opus, M4B, and whatever a person uploads",
    "gradio": "the page: 56 MB of it are its scripts",
    "onnxruntime": "runs every network of the default installation",
    "numpy": "arrays, with OpenBLAS",
    "pandas": "Gradio asks for it; the server does not import it",
    "pillow": "pictures: covers of books, plots; Gradio asks for it too",
    "onnx": "writes the embedded voice's networks when it is built",
    "pip": "came with the environment",
}
OF_THE_CACHE: Final = {
    "models": "the embedded voice, built",
    "downloads": "the package it is built from, kept so that it can be built again without the internet",
}


def measure(environment: Path, cache: Path, *, only_pinned: bool) -> dict[str, Any]:
    """Megabytes by package, of the interpreter's own files, and of the models."""
    wanted = {*read_pins(processes.ROOT / "requirements.txt"), "pip", "setuptools"} if only_pinned else None
    sites = sorted(environment.glob("lib/python*/site-packages"))
    packages: dict[str, float] = {}
    owned: set[Path] = set()
    for site in sites:
        for package in importlib.metadata.distributions(path=[str(site)]):
            name = package.name.lower().replace("_", "-").replace(".", "-")
            files = set(_files_of(package))
            owned |= files
            if wanted is None or name in wanted:
                packages[name] = packages.get(name, 0.0) + sum(file.stat().st_size for file in files) / 1e6
    every = {file for file in environment.rglob("*") if file.is_file() and not file.is_symlink()}
    kept = {part: _weight(cache / part) for part in OF_THE_CACHE}
    rest = 0.0 if wanted is not None else sum(file.stat().st_size for file in every - owned) / 1e6
    return {
        "packages_mb": dict(sorted(packages.items(), key=lambda item: -item[1])),
        "environment_rest_mb": rest,
        "cache_mb": kept,
        "total_mb": sum(packages.values()) + rest + sum(kept.values()),
    }


def _files_of(package: importlib.metadata.Distribution) -> Iterator[Path]:
    """A package's files, and the byte code that Python has made of them since."""
    for listed in package.files or ():
        file = Path(str(package.locate_file(listed)))
        if file.is_file():
            yield file
        if file.suffix == ".py":
            yield from (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc")


def _weight(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def table(found: dict[str, Any]) -> str:
    """Markdown: what is large, and why it is there."""
    packages: dict[str, float] = found["packages_mb"]
    large = {name: size for name, size in packages.items() if size > LARGE_MB}
    small = {name: size for name, size in packages.items() if size <= LARGE_MB}
    rows = [(name, size, REASONS.get(name, "NO REASON KNOWN")) for name, size in large.items()]
    rows.append((f"{len(small)} packages of at most {LARGE_MB:.0f} MB", sum(small.values()), ""))
    if found["environment_rest_mb"]:
        rows.append(("what belongs to no package", found["environment_rest_mb"], "byte code without a source"))
    rows += [(f"`cache_hub/{part}`", size, OF_THE_CACHE[part]) for part, size in found["cache_mb"].items()]
    rows.append(("**together**", found["total_mb"], f"at most {MOST_MB:.0f} MB"))
    lines = ["| what | MB | why |", "|---|---|---|"]
    return "\n".join(lines + [f"| {name} | {size:.0f} | {why} |" for name, size, why in rows])


def missed(found: dict[str, Any]) -> list[str]:
    """What is too large, or large without a reason."""
    faults = [f"the installation takes {found['total_mb']:.0f} MB"] if found["total_mb"] > MOST_MB else []
    large = [name for name, size in found["packages_mb"].items() if size > LARGE_MB]
    return faults + [f"{name} has no reason" for name in large if name not in REASONS]


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if it is too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.installation", description="What a set-up weighs.")
    parser.add_argument("--environment", type=Path, help="another one than this interpreter's")
    parser.add_argument("--cache", type=Path, default=processes.ROOT / "cache_hub", help="its cache_hub")
    parser.add_argument("--json", type=Path, help="also write all packages to this file")
    options = parser.parse_args(arguments)
    found = measure(options.environment or Path(sys.prefix), options.cache, only_pinned=options.environment is None)
    print(table(found))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    faults = missed(found)
    for fault in faults:
        print(f"target missed: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

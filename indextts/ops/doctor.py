"""What is installed, what is missing, and what to do about it. Works, and says so, where nothing is installed yet."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual, Language
from indextts.ops import instance, packages, port_owners
from indextts.runtime import paths as places

if TYPE_CHECKING:
    from indextts.config import Config

OLDEST: Final = (3, 11)
FREE_BYTES: Final = 500_000_000
"""Less than this on the disk of ``cache_hub/`` is worth a word."""

State = Literal["ok", "missing", "note"]
"""Fine; needed and not there; worth knowing."""


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

_SET_UP: Final = Bilingual(
    "Run ./start_app.sh, which installs what is missing.", "请运行 ./start_app.sh，它会补齐缺少的部分。"
)


def healthy(checks: Sequence[Check]) -> bool:
    """Whether nothing that is needed is missing."""
    return all(check.state != "missing" for check in checks)


def as_json(checks: Sequence[Check]) -> str:
    """For programs: ``{"ok", "checks": [{"name", "state", "detail", "fix"}]}``, in English."""
    rows = [
        {"name": check.name, "state": check.state, "detail": check.detail.en, "fix": check.fix.en} for check in checks
    ]
    return json.dumps({"ok": healthy(checks), "checks": rows}, ensure_ascii=False, indent=2)


def as_text(checks: Sequence[Check], language: Language) -> str:
    """For people: a line for each thing, what to do below it, and the verdict."""
    mark = {"ok": "✓", "missing": "✗", "note": "·"}
    lines: list[str] = []
    for check in checks:
        lines.append(f"{mark[check.state]} {check.name:<9} {check.detail.of(language)}")
        if check.fix.en:
            lines.append(f"  {'':<9} → {check.fix.of(language)}")
    good = Bilingual("Everything that is needed is there.", "所需的一切都已就绪。")
    bad = Bilingual("Something that is needed is missing.", "缺少必需的部分。")
    return "\n".join([*lines, "", (good if healthy(checks) else bad).of(language)])


def examine(config_path: str | None = None) -> Iterator[Check]:
    """Look at everything, in the order in which things depend on each other."""
    yield _python()
    yield _packages()
    try:
        from indextts.config import load_config

        config = load_config(config_path)
    except ImportError:
        return  # the packages' line says it
    except StudioError as error:
        yield _from_error("config", error)
        return
    yield Check("config", "ok", Bilingual("valid", "有效"))
    yield _cache(config)
    yield _library(config)
    yield _voice(config)
    yield _prosody(config)
    yield _numba(config)
    yield _port(config)
    yield _torch()


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    detail = Bilingual(f"Python {version} ({sys.executable})", f"Python {version}（{sys.executable}）")
    if sys.version_info[:2] < OLDEST:
        return Check(
            "python", "missing", detail, Bilingual("Python 3.11 or later is needed.", "需要 Python 3.11 或更高版本。")
        )
    return Check("python", "ok", detail)


def _packages() -> Check:
    requirements = places.requirements()
    wrong = packages.differences(requirements)
    count = len(packages.read_pins(requirements))
    if not wrong:
        return Check("packages", "ok", Bilingual(f"all {count} as pinned", f"{count} 个依赖包均与固定版本一致"))
    named = ", ".join(f"{item.name} {item.found or '-'} ≠ {item.wanted}" for item in wrong[:5])
    more = ", …" if len(wrong) > 5 else ""
    detail = Bilingual(
        f"{len(wrong)} of {count} are not as pinned: {named}{more}",
        f"{count} 个依赖包中有 {len(wrong)} 个与固定版本不符：{named}{more}",
    )
    return Check("packages", "missing", detail, _SET_UP)


def _cache(config: Config) -> Check:
    folder = config.cache_path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as probe:
            probe.write(b"probe")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        return Check(
            "cache",
            "missing",
            Bilingual(f"{folder} cannot be written: {error.strerror}", f"无法写入 {folder}：{error.strerror}"),
            Bilingual(
                "Give this user the right to write there, free some space, or set cache_dir.",
                "请授予写权限、清理空间，或修改 cache_dir 设置。",
            ),
        )
    free = shutil.disk_usage(folder).free
    detail = Bilingual(f"{folder} can be written, {free / 1e9:.1f} GB free", f"{folder} 可写，剩余 {free / 1e9:.1f} GB")
    if free < FREE_BYTES:
        return Check("cache", "note", detail, Bilingual("The disk is nearly full.", "磁盘空间即将用尽。"))
    return Check("cache", "ok", detail)


def _library(config: Config) -> Check:
    """The dictionary and one's own voices, which no set-up can build again."""
    from indextts.service.library_keeper import look_once

    path = config.library_path
    wrong = look_once(path)
    if wrong:
        told = {language: [error.localise(language) for error in wrong] for language in LANGUAGES}
        detail, fix = (
            Bilingual(*(" ".join(pair[part] for pair in told[language]) for language in LANGUAGES)) for part in (0, 1)
        )
        set_aside = all(error.code in ("library_restored", "library_begun_anew") for error in wrong)
        return Check("library", "note" if set_aside else "missing", detail, fix)
    if not path.exists():
        return Check("library", "ok", Bilingual("nothing stored yet", "尚未存入内容"))
    return Check("library", "ok", Bilingual(f"{path} is sound", f"{path} 完好"))


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
        names = ", ".join(wrong)
        command = "python -m indextts models pull embedded"
        return Check(
            "voice",
            "missing",
            Bilingual(f"not whole: {names}", f"不完整：{names}"),
            Bilingual(f"Run “{command}” to build it again.", f"请运行 “{command}” 重新生成。"),
        )
    size = sum(state.bytes for state in states) / 1e6
    return Check(
        "voice",
        "ok",
        Bilingual(
            f"{len(states)} files, {size:.0f} MB, hashes right", f"{len(states)} 个文件，{size:.0f} MB，哈希正确"
        ),
    )


def _prosody(config: Config) -> Check:
    name = config.prosody_name
    try:
        if isinstance(config.prosody, str):
            from indextts import prosody

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
        return Check("numba", "ok", Bilingual("functions are compiled", "函数已编译"))
    detail = Bilingual(
        "functions are not compiled: the first Griffin-Lim sentence will take many seconds",
        "函数尚未编译：首次使用 Griffin-Lim 会多等许多秒",
    )
    return Check("numba", "note", detail, _SET_UP)


def _port(config: Config) -> Check:
    host, port = config.server.host, config.server.port
    running = instance.read(places.home() / "cache_hub" / "run", port)
    if running is not None and running.alive:
        where, pid = running.address, running.pid
        return Check("port", "ok", Bilingual(f"{where} is this app (pid {pid})", f"{where} 即本程序（pid {pid}）"))
    reason = port_owners.problem(host, port)
    if reason is None:
        return Check("port", "ok", Bilingual(f"{port} is free", f"{port} 可用"))
    fix = Bilingual("Start with another one: ./start_app.sh --port N", "请换一个端口启动：./start_app.sh --port N")
    return Check("port", "note", Bilingual(reason, f"{port} 不可用：{reason}"), fix)


def _torch_versions() -> list[str]:
    return [name.partition("==")[2] for name in packages.installed() if name.startswith("torch==")]


def _torch() -> Check:
    versions = _torch_versions()
    if versions:
        return Check("torch", "ok", Bilingual(f"{versions[0]} (optional)", f"{versions[0]}（可选）"))
    detail = Bilingual("not installed; the embedded voice does not need it", "未安装；内置音色不需要它")
    return Check("torch", "note", detail)


def _not_installed(name: str, error: ImportError) -> Check:
    return Check(name, "missing", Bilingual(f"{error.name} is not installed", f"未安装 {error.name}"), _SET_UP)


def _from_error(name: str, error: StudioError) -> Check:
    return Check(name, "missing", *map(Bilingual, error.localise("en"), error.localise("zh")))

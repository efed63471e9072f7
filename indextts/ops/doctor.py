"""What is installed, what is missing, and what to do about it. Works, and says so, where nothing is installed yet."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Final

from indextts import __version__
from indextts.model.i18n.messages import Bilingual, Language
from indextts.ops import packages
from indextts.ops.findings import WORDS, Check, say, set_up
from indextts.platform import paths as places

if TYPE_CHECKING:
    from indextts.models.rights import Right
    from indextts.platform.config import Config

OLDEST: Final = (3, 11)


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
    lines += ["", WORDS["all_there" if healthy(checks) else "something_missing"][language]]
    if stops:
        lines += ["", WORDS["barred"][language]]
    for right in stops:
        told = {part: getattr(right, part).of(language) for part in ("name", "reason")}
        said = WORDS[f"commercial_{right.commercial}"][language]
        lines.append("· " + WORDS["barred_row"][language].format(kind=right.kind, id=right.id, said=said, **told))
        lines.append(f"  → {right.instead.of(language)}")
    return "\n".join(lines)


def barred(config_path: str | None = None) -> list[Right]:
    """The rows that stop commercial use of this installation; none where packages or settings are not in order."""
    checks = _checks()
    return checks.barred(config_path) if checks else []


def examine(config_path: str | None = None) -> Iterator[Check]:
    """Look at everything, in the order in which things depend on each other."""
    yield from _python_and_packages()
    if checks := _checks():
        yield from checks.of_installation(config_path)


def examine_here(config: Config) -> Iterator[Check]:
    """The same from within the server: what it has opened itself, such as its port, is not tried once more."""
    yield from _python_and_packages()
    if checks := _checks():
        yield from checks.of_server(config)


def _checks() -> ModuleType | None:
    """All that needs packages; nothing where one is missing, which their own line says."""
    try:
        from indextts.ops import checks
    except ImportError:
        return None
    return checks


def _python_and_packages() -> Iterator[Check]:
    named = f"IndexTTS Studio {__version__}"
    yield Check("version", "ok", Bilingual(named, named))
    yield _python()
    yield _packages()


def _python() -> Check:
    detail = say("python", version=".".join(map(str, sys.version_info[:3])), path=sys.executable)
    if sys.version_info[:2] < OLDEST:
        return Check("python", "missing", detail, say("python_old"))
    return Check("python", "ok", detail)


def _packages() -> Check:
    requirements = places.requirements()
    wrong = packages.differences(requirements)
    count = len(packages.read_pins(requirements))
    if not wrong:
        return Check("packages", "ok", say("packages", count=count))
    named = ", ".join(f"{item.name} {item.found or '-'} ≠ {item.wanted}" for item in wrong[:5])
    detail = say("packages_wrong", wrong=len(wrong), count=count, named=named + (", …" if len(wrong) > 5 else ""))
    return Check("packages", "missing", detail, set_up())

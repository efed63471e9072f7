"""The mistakes that are known: each set of readings passes but for those of ``data/known_mistakes.tsv``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).parent.parent / "data" / "known_mistakes.tsv"


def listed(name: str) -> dict[str, str]:
    """What is said instead, for each known mistake of the set ``name``."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {case: said for one, case, said in rows if one == name}


def only_known(name: str, wrong: Mapping[str, str], explain: Mapping[str, str] | None = None) -> None:
    """Refuse a mistake that is not listed for the set ``name``, and a listed one that is made no more.

    ``wrong`` is what is said by case; ``explain`` what should be said.
    """
    known = listed(name)
    fresh = {case: said for case, said in wrong.items() if known.get(case) != said}
    report = [f"{case}: {said}, not {(explain or {}).get(case, 'that')}" for case, said in fresh.items()]
    assert not report, f"wrong, and not listed in {FILE.name}:\n" + "\n".join(report)
    mended = sorted(known.keys() - wrong.keys())
    assert not mended, f"read right now: take it out of {FILE.name}:\n" + "\n".join(mended)

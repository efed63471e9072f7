"""The style sheets of Gradio's components as one: a browser would ask for each of two dozen by itself.

Gradio's script asks for a sheet only where no ``<link>`` in the page names it. So the page names them all, disabled,
which fetches nothing, and brings their contents in one file of its own. Which sheets a component needs stands in
Gradio's scripts as its bundler writes it; where that is written another way one day, none is found, and the browser
asks for each as before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

KINDS: Final = frozenset(
    ("accordion", "button", "checkbox", "column", "dropdown", "form", "html", "number", "plot", "row", "slider")
) | {"textbox"}
"""Of the components that the page shows."""

_FILES: Final = re.compile(r"__vite__mapDeps=.{0,80}?\(m\.f=\[([^\]]*)\]", re.DOTALL)
"""In a script: all files that what it imports later needs; parts of the script name them by number."""
_NUMBERS: Final = re.compile(r"__vite__mapDeps\(\[([\d,]*)\]\)")
_ELSEWHERE: Final = re.compile(r"url\((?!['\"]?data:)")


def sheets(assets: Path, kinds: Collection[str] = KINDS) -> dict[str, str]:
    """The sheets in the folder ``assets`` of a page with such components, by their names, with their contents."""
    named: dict[str, None] = {}
    for core in assets.glob("core-*.js"):
        script = core.read_text(encoding="utf-8")
        for kind in sorted(kinds):
            for part in re.findall(rf"[,{{]{kind}:\{{((?:\w+:\(\)=>.*?import\.meta\.url\),?)+)\}}", script):
                named |= dict.fromkeys(_needed(script, part))
    for entry in assets.glob("index-*.js") if named else ():
        script = entry.read_text(encoding="utf-8")
        needed = dict.fromkeys(_needed(script, script))
        for name in [one for one in needed if one.startswith("Index-") and one.endswith(".js")]:
            script = (assets / name).read_text(encoding="utf-8")
            needed |= dict.fromkeys(_needed(script, script))
        named |= needed
    found = {name: (assets / name).read_text(encoding="utf-8") for name in named if name.endswith(".css")}
    return {name: text for name, text in found.items() if not _ELSEWHERE.search(text)}


def _needed(script: str, part: str) -> Iterator[str]:
    """The files that what ``part`` of a script imports needs."""
    listed = _FILES.search(script)
    files = [] if listed is None else re.findall(r'"\./([^"]+)"', listed[1])
    for numbers in _NUMBERS.findall(part):
        for number in filter(None, numbers.split(",")):
            if int(number) < len(files):
                yield files[int(number)]

"""One script of all the page's modules, and one style sheet: a browser asks twice instead of fifty times.

A module becomes a function that is called once, in the order in which the modules need one another; what it exports is
what that returns. That takes the plain form in which the page's modules are written: ``import { a, b } from "./x.js";``
or ``import "./x.js";`` at their beginning, and ``export const a =``. Anything else is refused. Comments and indentation
stay behind.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

_IMPORT: Final = re.compile(r"^import (?:\{([^}]*)\} from )?\"(\.[^\"]+)\";\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export const ([\w$]+)", re.MULTILINE)
_UNREAD: Final = re.compile(r"^[ \t]*//.*\n|^[ \t]+", re.MULTILINE)
"""What a browser does not need: a fifth of what would be sent."""
_OPEN: Final = re.compile(r"^[^`\n]*`(?:[^`\n]*`[^`\n]*`)*[^`\n]*$", re.MULTILINE)
"""A line in which a template begins that ends on another one, where indentation would count."""
_MEDIA: Final = re.compile(r"@media[^{]*")
_PIXELS: Final = re.compile(r"(?<![\w.])(\d*\.?\d+)px\b")
_LEFT: Final = re.compile(r"^(?:import|export)\b.*|\bawait import\(", re.MULTILINE)


def script(modules: Mapping[str, str], entry: str) -> str:
    """``modules``, by their paths, as one module; ``entry`` imports the others.

    Raises :class:`ValueError` where one is not written as above, names another that is not there, or needs itself.
    """
    return scripts(modules, entry, {}, "")[0]


def scripts(modules: Mapping[str, str], entry: str, late: Mapping[str, str], main: str) -> tuple[str, dict[str, str]]:
    """The same, and by their addresses modules that are fetched when they are first needed.

    ``late`` has their entries by these addresses. Each imports from ``main``, the address of the first one, what both
    need: so that there is one of everything.
    """
    parts: dict[str, str] = {}
    _add(entry, modules, parts, ())
    shared: set[str] = set()
    found: dict[str, str] = {}
    for address, first in late.items():
        whole = dict(parts)
        _add(first, modules, whole, ())
        text = "\n".join(body for path, body in whole.items() if path not in parts)
        needed = {name for name in map(_named, parts) if f" = {name};" in text}
        shared |= needed
        found[address] = f'import {{ {", ".join(sorted(needed))} }} from "{main}";\n{text}'
    given = f"\nexport {{ {', '.join(sorted(shared))} }};" if shared else ""
    return "\n".join(parts.values()) + given, found


def _named(path: str) -> str:
    """The name under which the exports of a module are found."""
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))


def _add(path: str, modules: Mapping[str, str], parts: dict[str, str], asking: tuple[str, ...]) -> str:
    """The name under which the exports of ``path`` are found, once it stands in ``parts`` after what it needs."""
    if path in asking:
        raise ValueError(f"modules need one another: {' -> '.join((*asking, path))}")
    if path not in modules:
        raise ValueError(f"{asking[-1] if asking else path}: there is no module {path}")
    name = _named(path)
    if path in parts:
        return name

    def named(found: re.Match[str]) -> str:
        other = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
        owner = _add(other, modules, parts, (*asking, path))
        # ``a as b`` is ``a: b`` where an object is taken apart.
        wanted = dict(_pairs(found[1] or ""))
        if unknown := set(wanted) - set(_EXPORT.findall(modules[other])):
            raise ValueError(f"{path}: {other} does not export {', '.join(sorted(unknown))} in a statement of its own")
        taken = ", ".join(name if name == here else f"{name}: {here}" for name, here in wanted.items())
        return f"const {{ {taken} }} = {owner};\n" if taken else ""

    body = _IMPORT.sub(named, modules[path])
    exported = _EXPORT.findall(body)
    body = _EXPORT.sub(r"const \1", body)
    if (left := _LEFT.search(body)) is not None:
        raise ValueError(f"{path}: {left[0].strip()} is written in a form that cannot be put together")
    if (open_ := _OPEN.search(body)) is not None:
        raise ValueError(f"{path}: {open_[0].strip()} leaves a template open at the end of its line")
    body = _UNREAD.sub("", body)
    parts[path] = f"// {path}\nconst {name} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();"
    return name


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    """What is imported, and under which name."""
    for part in names.split(","):
        if name := part.strip():
            there, _, here = name.partition(" as ")
            yield there.strip(), (here or there).strip()


def styles(sheets: Mapping[str, str]) -> str:
    """All style sheets one after another, in the order given.

    A pixel becomes a sixteenth of the font size that a reader has set for the browser, in the widths of windows too: a
    larger one makes everything larger and takes the layout of a narrower window, as zooming does.
    """
    whole = "\n".join(f"/* {path} */\n{text}" for path, text in sheets.items())
    return _in(_MEDIA.sub(lambda media: _in(media[0], "em"), whole), "rem")


def _in(text: str, unit: str) -> str:
    """``text`` with its pixels in a ``unit`` of 16 of them."""
    return _PIXELS.sub(lambda found: f"{float(found[1]) / 16:g}{unit}", text)

"""Tables: a row is a sentence; of a script's number, picture and length nobody hears anything, only of what is said.

rows_said([["", "一月", "二月"], ["房租", "", "300"]])    # ["一月，二月", "房租，空，300"]

table = ScriptTable()
table.said(["镜号", "画面", "旁白"])         # []: the head
table.said(["1", "江面", "雪下得早。"])       # ["旁白：雪下得早。"]; None where the head is that of another table
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from indextts.books.reading.tidy import is_speakable, is_wide
from indextts.platform.tables import pattern_of
from indextts.reading.text.blocks import EMPTY_CELL, NO_VALUE

_NARRATED: Final = re.compile(r"旁白|解说|口播|画外音|narrat\w+|voice-? ?over|\bv\.?o\.?\b", re.IGNORECASE)
_WHO: Final = re.compile(r"角色|人物|说话人|发言人|配音员|演员|speaker|character|\brole\b|\bwho\b|actor", re.IGNORECASE)
_PAUSED: Final = ",.;:!?，。；：！？、…"  # behind these no comma stands
_NOTHING: Final = frozenset(("无", "none", "n/a", "同上", "略"))


def rows_said(rows: Sequence[Sequence[str]]) -> list[str]:
    """Each row as a sentence; a cell without a value between others is said, since what follows it would be heard
    under another head. A column that is always empty only parts others.
    """
    used = {at for row in rows for at, cell in enumerate(row) if cell}
    chinese = any(map(is_wide, "".join(cell for row in rows for cell in row)))
    found = []
    for number, row in enumerate(rows):
        filled = [at for at, cell in enumerate(row) if not NO_VALUE.fullmatch(cell)]
        inner = range(filled[0], filled[-1]) if filled and number else ()
        cells = [
            EMPTY_CELL["zh" if chinese else "en"] if at in inner and at in used and at not in filled else cell
            for at, cell in enumerate(row)
        ]
        said = [cell for cell in cells if cell]
        comma = "，" if any(is_wide(cell[-1]) for cell in said) else ", "
        found.append("".join(
            cell if last else cell + (("" if is_wide(cell[-1]) else " ") if cell[-1] in _PAUSED else comma)
            for cell, last in zip(said, [*[False] * (len(said) - 1), True], strict=False)
        ))  # fmt: skip
    return found


class ScriptTable:
    """A table whose rows come one by one."""

    def __init__(self) -> None:
        self._head: Sequence[str] | None = None
        self._is_script = False

    def said(self, cells: Sequence[str]) -> list[str] | None:
        """What is said in a row, each with who says it; ``None`` where the table is no script."""
        if self._head is None:
            self._head = cells
            spoken = [cell for cell in cells if _NARRATED.search(cell) or pattern_of(__file__, "said").search(cell)]
            shown = pattern_of(__file__, "shown")
            beside = [cell for cell in cells if cell not in spoken and (_WHO.search(cell) or shown.search(cell))]
            self._is_script = bool(spoken and beside) and all(len(cell) <= 20 for cell in cells)
            return [] if self._is_script else None
        if not self._is_script:
            return None
        named = [cell for head, cell in zip(self._head, cells, strict=False) if _WHO.search(head) and cell]
        found: list[str] = []
        for head, cell in zip(self._head, cells, strict=False):
            if not is_speakable(cell) or cell.casefold() in _NOTHING or _WHO.search(head):
                continue
            chinese = any(is_wide(char) for char in cell)
            narrator = "旁白" if chinese else "Narrator"
            if _NARRATED.search(head):
                who = narrator
            elif pattern_of(__file__, "said").search(head):
                who = named[0] if named else ""
            else:
                continue
            is_labelled = re.match(r"[^\s:：]{1,12}[:：]", cell) is not None
            found.append(cell if is_labelled or not who else f"{who}{'：' if chinese else ': '}{cell}")
        return found

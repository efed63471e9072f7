"""What stands around a letter or a posting that was saved as text: its head, a signature, what it answers."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.draft import Draft
from indextts.books.reading.tidy import as_text
from indextts.platform.tables import pattern_of

_of: Final = partial(pattern_of, __file__, file="forms.yaml")


def opened(lines: list[str]) -> Draft:
    """A draft of what is no text, with what it says of the title and the writer; ``lines`` keep the text alone."""
    head = Draft()
    start = next((at for at, line in enumerate(lines[:4]) if line.strip()), 0)
    end, fields = start, {}
    while end < len(lines) and (match := _of("letter_field").fullmatch(lines[end].strip())):
        fields[match.lastgroup or ""] = match[match.lastgroup or 0]
        end += 1
    is_letter = end - start > 1 and len(fields) > 1
    written = [line.strip() for line in lines]
    last = max((at for at, line in enumerate(written) if line), default=-1)
    own = -1 if is_letter else max((at for at, line in enumerate(written) if line and line[0] != ">"), default=-1)
    ends = (at for at in range(end, len(lines)) if _ends(written[at], is_letter=is_letter, is_quoted=own <= at < last))
    below = next(ends, len(lines))
    if is_letter:
        head.title = fields.get("title", "").strip()
        head.author = re.sub(r"\s*[<(（\[].*", "", fields.get("author", "")).strip('" ')
        head.add(Chapter("", as_text(written[start:end]), "front", on=False))
    head.add(Chapter("", as_text(written[below:]), "back", on=False))
    lines[:] = lines[end if is_letter else 0 : below]
    return head


def _ends(line: str, *, is_letter: bool, is_quoted: bool) -> bool:
    """Whether the text ends above a line: a signature, or an older letter below which all is quoted."""
    if _of("letter_answers").fullmatch(line):
        return is_quoted
    return is_letter and _of("letter_signed").fullmatch(line) is not None

"""Chats as messengers export them, or as they are copied: each message with a date and the time of day.

read_chat(["[01/05/2024, 10:20:11] Maud: Is it lit?", "[01/05/2024, 10:21:02] Ted: not yet"])

When something was sent is not read; what the program itself says (somebody left, a picture was sent) is off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.draft import Draft
from indextts.books.reading.tidy import as_text, is_chinese, is_speakable
from indextts.books.reading.transcripts import talk
from indextts.platform.tables import pattern_of

_FORMS: Final = ("inline", "nick", "below", "before")
"""Where the name stands: between the time and what is said, in the line above it, before the time."""
_FEWEST: Final = 3
_ABOVE: Final = 20  # lines that may stand above the first message


def is_chat(lines: Sequence[str]) -> bool:
    """Whether ``lines`` are messages of people of whom one writes more than once."""
    written = [line for line in lines if line.strip()]
    form = _form(written) or "inline"
    found = [(at, who) for at, line in enumerate(written) if (who := _sent(line, form)[0])]
    names = Counter(who for _, who in found)
    if len(found) < _FEWEST or found[0][0] > _ABOVE or len(found) * 8 < len(written):
        return False
    return max(names.values()) > 1 and (len(names) > 1 or form in ("inline", "nick"))


def read_chat(lines: Sequence[str]) -> Draft:
    """The messages of ``lines``, for which :func:`is_chat` holds."""
    form, speaker = _form(lines), ""
    said: list[tuple[str, str]] = []
    beside: list[str] = []
    for line in lines:
        who, words = _sent(line, form)
        speaker = who or speaker
        own = pattern_of(__file__, "unsaid_within").sub("", words or "").strip()
        if own and speaker and "系统消息" not in speaker and not pattern_of(__file__, "unsaid").search(own):
            said.append((speaker, own))
        elif is_speakable(line if words is None else words):
            beside.append(line.strip() if words is None else words)
    draft = Draft()
    draft.add(talk(said))
    title = "系统消息" if any(is_chinese(line) for _, line in said[:9]) else "Notices"
    draft.add(Chapter(title, as_text(beside), "back", on=False))
    return draft


def _form(lines: Sequence[str]) -> str:
    """Where the names stand in most messages; empty where there are none."""
    matches = (pattern_of(__file__, "message").fullmatch(line.strip()) for line in lines if len(line) < 4000)
    counts = Counter(form for match in matches if match for form in _FORMS if match[form])
    return max(counts, key=lambda form: counts[form], default="")


def _sent(line: str, form: str) -> tuple[str, str | None]:
    """Who begins a message here, or nobody, and what is said; ``None`` for what the program says."""
    match = pattern_of(__file__, "message").fullmatch(line.strip()) if len(line) < 4000 else None
    if match and match[form]:
        return " ".join(match[form].lstrip("~@ ").split()), match["said"] or match["told"] or match["after"] or ""
    # Behind a time and without a name: a notice, or a line that says nothing but when.
    if match and not match["before"] and (form != "before" or not match["system"]):
        return "", None
    return "", line.strip()

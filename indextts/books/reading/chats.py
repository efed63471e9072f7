"""Chats as messengers export them, or as they are copied: each message with the time of day, and mostly a date.

read_chat(["[01/05/2024, 10:20:11] Maud: Is it lit?", "[01/05/2024, 10:21:02] Ted: not yet"])

When something was sent is not read; what the program itself says (somebody left, a picture was sent) is off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.draft import Draft
from indextts.books.reading.tidy import as_text, is_chinese, is_speakable
from indextts.books.reading.transcripts import talk
from indextts.platform.tables import pattern_of
from indextts.voices.labels import is_no_word, is_person, names_a_person

_FORMS: Final = ("inline", "nick", "below", "before")
"""Where the name stands: between the time and what is said, in the line above it, before the time."""
_DATED: Final = "message"
CLOCK: Final = "message_clock"
_FEWEST: Final = 3
_TIME: Final = re.compile(
    r"(?P<late>下午|晚上|傍晚)?\s?(?P<hour>\d{1,2})[:：.](?P<minute>\d\d)(?:[:.]\d\d)?\s?(?P<half>[ap]\.?\s?m)?",
    re.IGNORECASE,
)
_MORNING, _EVENING = 6 * 60, 18 * 60  # minutes of the day between which the next one begins
_MOST_BACK: Final = 20  # of this many times one may go back
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


def is_chat_of_a_day(lines: Sequence[str]) -> bool:
    """Whether ``lines`` are messages with times of day alone, as a schedule has them: people write in turn."""
    written = [line for line in lines if line.strip()]
    form = _form(written, CLOCK) or "inline"
    found = [(at, *_sent(line, form, CLOCK)) for at, line in enumerate(written)]
    found = [one for one in found if one[1]]
    names = Counter(who for _, who, _ in found)
    regular = [who for who, count in names.items() if count > 1]
    if len(found) < _FEWEST or found[0][0] > _ABOVE or len(names) < 2:
        return False
    if sum(map(_is_name, regular)) * 2 <= len(regular) or sum(names[who] for who in regular) * 2 < len(found):
        return False
    # Verses and scores go back.
    times = [_minutes(written[at]) for at, *_ in found]
    back = sum(later < one and not (later < _MORNING < _EVENING <= one) for one, later in pairwise(times))
    if back * _MOST_BACK > len(times):
        return False
    if any(words for *_, words in found):
        return len(found) * 2 >= len(written)
    # Below every name something is said.
    places = [at for at, *_ in found]
    return len(found) * 8 >= len(written) and all(below > at + 1 for at, below in pairwise([*places, len(written)]))


def _minutes(line: str) -> int:
    match = _TIME.search(line)
    if not match:
        return 0
    hour = int(match["hour"]) % 12 if match["late"] or match["half"] else int(match["hour"])
    return (hour + 12 * bool(match["late"] or (match["half"] or "").startswith(("p", "P")))) * 60 + int(match["minute"])


def _is_name(who: str) -> bool:
    return names_a_person(who) and (not who[0].isascii() or is_person(who) or is_no_word(who))


def read_chat(lines: Sequence[str], kind: str = _DATED) -> Draft:
    """The messages of ``lines``, for which :func:`is_chat` holds, or, by their clocks, :func:`is_chat_of_a_day`."""
    form, speaker = _form(lines, kind), ""
    said: list[tuple[str, str]] = []
    beside: list[str] = []
    for line in lines:
        who, words = _sent(line, form, kind)
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


def _form(lines: Sequence[str], kind: str = _DATED) -> str:
    """Where the names stand in most messages; empty where there are none."""
    matches = (pattern_of(__file__, kind).fullmatch(line.strip()) for line in lines if len(line) < 4000)
    counts = Counter(form for match in matches if match for form, who in match.groupdict().items() if who)
    return max((form for form in _FORMS if counts[form]), key=lambda form: counts[form], default="")


def _sent(line: str, form: str, kind: str = _DATED) -> tuple[str, str | None]:
    """Who begins a message here, or nobody, and what is said; ``None`` for what the program says."""
    match = pattern_of(__file__, kind).fullmatch(line.strip()) if len(line) < 4000 else None
    parts = match.groupdict() if match else {}
    if who := parts.get(form):
        return " ".join(who.lstrip("~@ ").split()), parts.get("said") or parts.get("told") or parts.get("after") or ""
    # Behind a time and without a name: a notice, or a line that says nothing but when.
    if kind == CLOCK:
        return "", None if match and not any(parts.values()) else line.strip()
    if match and not match["before"] and (form != "before" or not match["system"]):
        return "", None
    return "", line.strip()

r"""Lines of web novels that no story has: requests for votes, thanks to those who gave, the websites' own notices.

    text, left_out = without_adverts("他走了。\n（求月票！）\n")      # "他走了。", ["（求月票！）"]

A line is one where a phrase of such notices stands, and next to nothing but what goes with it, and nobody says it: it
has neither quotation marks nor a person who speaks. What websites put in is known wherever it stands; what a writer
asks for only in brackets, behind a label (``PS：``), or at an end of a chapter.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from typing import Final

from indextts.books.reading.headings import heading
from indextts.platform.tables import pattern_of
from indextts.reading.text.zh.traditional import simplified

_MOST_SAID: Final = 0.25
"""From where a writer speaks to the readers on, a chapter is not spoken if that is no larger share of it, or each
line asks or thanks."""
_LONGEST: Final = 160  # characters of such a line
_LONGEST_NOTICE: Final = 2_000  # characters of a line about the file, such as its licence
_LAST: Final = 5
"""Lines at the end of a chapter where its writer speaks to the readers; the first is another such place."""
_LEFT: Final = 5  # of so many letters of a line about a file one may be of another word
_QUOTED: Final = re.compile("^『([^『』]+)』$")  # the whole of a line
_of: Final = partial(pattern_of, __file__, file="adverts.yaml")


def without_adverts(text: str) -> tuple[str, list[str]]:
    """The text of a chapter without such lines, and without those in brackets at the end of a line; and what they are.

    Of a text of nothing else nothing is left.
    """
    small = text.casefold()
    if not (_of("hint").search(small) or _of("counts").match(small)):
        return text, []
    lines = text.split("\n")
    said = [at for at, line in enumerate(lines) if line]
    ends = {*said[:1], *said[1:][-_LAST:]}
    behind = _author_from(lines)
    by_readers = _by_readers(lines)
    kept: list[str] = []
    left_out: list[str] = []
    for at, line in enumerate(lines):
        if line and (at in by_readers or at >= behind or (at == said[0] and _begins_with(line))):
            left_out.append(line)
            continue
        if line and len(line) <= _LONGEST and _of("hint").search(line.casefold()):
            if is_advert(line, at_end=at in ends):
                left_out.append(line)
                continue
            line, asked = without_request(line)
            left_out += asked
        kept.append(line)
    return ("\n".join(kept).strip("\n"), left_out) if left_out else (text, [])


def _begins_with(line: str) -> bool:
    """Whether the first line of a chapter is how often it was read, or a word of its writer to the readers."""
    counts = _of("counts").fullmatch(_plain(line))
    return _of("author_says").fullmatch(line) is not None or bool(
        counts and (counts[1][-1] in "km" or len(counts[1]) > 2)
    )


def _by_readers(lines: list[str]) -> set[int]:
    """Lines of a forum that others have written than who wrote most of it, and more than once."""
    posts = [(at, post["who"]) for at, line in enumerate(lines) if line and (post := _of("poster").fullmatch(line))]
    ends = (*(at for at, _ in posts[1:]), len(lines))
    found = [(who, range(at, end)) for (at, who), end in zip(posts, ends, strict=False)]
    sizes: Counter[str] = Counter()
    for who, places in found:
        sizes[who] += sum(len(lines[at]) for at in places)
    writer = max(sizes, key=lambda who: sizes[who], default="")
    if sum(who == writer for who, _ in found) < 2 or 2 * sizes[writer] < sum(sizes.values()):
        return set()
    return {at for who, places in found if who != writer for at in places}


def _author_from(lines: list[str]) -> int:
    """From which line on a chapter is its writer's word to the readers."""
    found = next((at for at, line in enumerate(lines) if at and _of("author_says").fullmatch(line)), len(lines))
    asks = all(_of("to_readers").search(_plain(line)) for line in lines[found + 1 :] if line)
    size = sum(map(len, lines[found:]))
    return found if asks or size <= _MOST_SAID * sum(map(len, lines)) else len(lines)


def without_request(line: str) -> tuple[str, list[str]]:
    """A line, or a title, without what is asked for in brackets at its end: ``第三章 雾（求月票）``."""
    match = _of("brackets").search(line)
    before = line[: match.start()].rstrip() if match else ""
    # An address may belong to what it stands behind, unless that is over.
    leads = match and before[-1:] not in tuple("。！？…”") and _of("address").search(match[0].casefold())
    if match and before and not (leads and not heading(before)) and is_advert(match[0].strip(), at_end=True):
        return before, [match[0].strip()]
    return line, []


def is_advert(line: str, *, at_end: bool) -> bool:
    """Whether a line is such a notice; ``at_end``: it stands where a writer speaks to the readers."""
    if len(line) > _LONGEST:
        return False
    line = _QUOTED.sub(r"【\1】", line)
    plain = _plain(line).strip()
    if _of("english").match(plain) or any(
        one.fullmatch(plain) for one in (_of("around"), _of("stamp"), _of("posted"), _of("next_part"))
    ):
        return True
    if (at_end or _of("contact").search(plain)) and is_notice(plain):
        return True
    # Letters of another width hide an address from whoever takes such lines out.
    bracketed = _of("brackets").fullmatch(line)
    hidden = ("site", "address") if re.search("[ａ-ｚＡ-Ｚ]{2}", line) else ("site",)
    known = ("site", "named_address", "texts") if bracketed else hidden
    if any(_covered(plain, _of(one)) for one in known) and not _of("spoken").search(
        re.sub("百度(?:直接)?搜索“[^”]{1,12}”|记住『[^』]{1,16}』", "", _of("site").sub("", plain))
    ):
        return True
    inner = plain.strip("()[]【】〖〗 ")
    label = _of("label").match(inner)
    if label or bracketed or at_end:
        inner = _of("praised").sub(r"\1", inner[label.end() if label else 0 :])
    if label and _of("ask").search(inner) and not re.search("[“”「」『』]", inner):
        return True  # a writer who asks for votes, whatever else stands there
    return bool(at_end or bracketed or label) and not _of("spoken").search(inner) and _covered(inner, _of("ask"))


def is_put_in(line: str) -> bool:
    """Whether a website has put the ``line`` between others."""
    return len(line) <= _LONGEST and bool(_of("hint").search(line.casefold())) and is_advert(line, at_end=False)


def is_notice(line: str) -> bool:
    """Whether a line is about the file, or a website, and tells nothing: few of its words are no such words."""
    if len(line) > _LONGEST_NOTICE:
        return False
    plain = _plain(line).strip()
    if _of("tally").fullmatch(plain):
        return True
    if _of("spoken").search(_of("notice").sub("", plain)) or (plain[-1:] in "。!?" and not _of("calls").search(plain)):
        return False
    about = len(set(_of("notice").findall(plain)))
    rest = plain
    for words in ("calls", "notice", "between"):
        rest = _of(words).sub(" ", rest)
    size = len(_of("letters").findall(plain))
    return about > 1 and len(_of("letters").findall(rest)) * _LEFT <= size


def _plain(line: str) -> str:
    """In small letters of ordinary width and simplified characters."""
    return simplified(unicodedata.normalize("NFKC", line).casefold())


def _covered(plain: str, pattern: re.Pattern[str]) -> bool:
    """Whether there is next to nothing in a line beside what ``pattern`` finds and the words that go with it."""
    rest = pattern.sub("\0", plain)
    if rest == plain:
        return False
    left = _of("filler").sub("", _of("beside").sub("\0", _of("ask").sub("\0", rest)))
    return len(_of("letters").findall(left)) <= max(1, len(_of("letters").findall(plain)) // 5)

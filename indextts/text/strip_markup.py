"""Takes HTML and Markdown out of a text before normalisation."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.entities import html5
from typing import Final

from indextts.text.cleaned import Replacement

_TAGS: Final = (
    "a|abbr|article|aside|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em|figcaption|figure|font|"
    "footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|label|li|main|mark|nav|ol|p|pre|q|s|section|small|span|strike|strong|"
    "style|sub|summary|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|var|video|audio|iframe|input|form|option|select"
)
_BLOCKS: Final = frozenset(
    [
        "br",
        "p",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "blockquote",
        "pre",
        "section",
        "article",
        "td",
        "th",
        "title",
    ]
)
"""Elements before and after which words are apart."""

_INNER: Final = r"[^\n*]{1,300}?"

_PATTERNS: Final[tuple[tuple[str, str, int], ...]] = (
    ("comment", r"<!--[^<>]{0,500}-->", 0),
    ("raised", r"<sup>(?P<n>\d{1,3})</sup>", re.IGNORECASE),
    ("tag", rf"</?(?P<tag>{_TAGS})(?:\s[^<>]{{0,300}})?/?>", re.IGNORECASE),
    ("entity", r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});", 0),
    ("fence", r"^[ ]{0,3}(?:```|~~~)[ \w+-]{0,30}$", re.MULTILINE),
    ("rule", r"^[ ]{0,3}(?:(?:\*[ ]{0,3}){3,40}|(?:-[ ]{0,3}){3,40}|(?:_[ ]{0,3}){3,40}|={3,40})$", re.MULTILINE),
    ("image", r"!\[(?P<kept>[^\[\]\n]{0,300})\]\((?P<to>[^()\s]{1,500})(?: \"[^\"\n]{0,200}\")?\)", 0),
    ("link", r"(?<!!)\[(?P<kept>[^\[\]\n]{1,300})\]\((?P<to>[^()\s]{1,500})(?: \"[^\"\n]{0,200}\")?\)", 0),
    ("heading", r"^[ ]{0,3}#{1,6}[ \u3000]+", re.MULTILINE),
    ("quote", r"^[ ]{0,3}(?:>[ ]?){1,5}(?=\S)", re.MULTILINE),
    ("item", r"^[ ]{0,12}[-*+][ ]+(?:\[[ xX]\][ ]+)?(?=\S)", re.MULTILINE),
    ("row", r"(?:^[ ]{0,3}\|)|(?<=[^\s|])[ ]{0,20}\|[ ]{0,20}$", re.MULTILINE),
    ("code", r"(?<!`)(?P<mark>`{1,2})(?!`)(?P<in>[^`\n]{1,300})(?P=mark)(?!`)", 0),
    ("strong", rf"(?P<mark>\*\*\*|\*\*)(?=[^\s*])(?P<in>{_INNER})(?<=[^\s*])(?P=mark)(?!\*)", 0),
    ("strong", r"(?<![\w])(?P<mark>__)(?=[^\s_])(?P<in>[^\n_]{1,300}?)(?<=[^\s_])__(?![A-Za-z0-9_])", 0),
    ("struck", r"(?P<mark>~~)(?=[^\s~])(?P<in>[^\n~]{1,300})~~", 0),
    ("stress", rf"(?<![\w*)\]])(?P<mark>\*)(?=[^\s*\d])(?P<in>{_INNER})(?<=[^\s*])\*(?![*\d])", 0),
    ("stress", r"(?<![\w])(?P<mark>_)(?=[^\s_])(?P<in>[^\n_]{1,300}?)(?<=[^\s_])_(?![A-Za-z0-9_])", 0),
)
"""What is taken out: a name, a pattern, flags; ``mark`` stands on both sides of what stays."""

_SUSPECT: Final = re.compile(r"[&<*_~`\[|]|^[ ]{0,12}(?:[#>+]|-[ ])|^[ ]{0,3}[-=]{3}", re.MULTILINE)

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_Found = tuple[int, int, str]


def edits(text: str) -> list[Replacement]:
    """The edits that make plain text of HTML entities, HTML tags and Markdown, in order and apart."""
    if not _SUSPECT.search(text):
        return []
    taken = bytearray(len(text))
    found: list[_Found] = []
    for name, pattern in _compiled():
        for match in pattern.finditer(text):
            for start, end, became in _read(name, match):
                if start < end and not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    found.append((start, end, became))
    rule = "markdown"
    return [Replacement(a, b, c, "html" if text[a] in "&<" else rule) for a, b, c in sorted(found)]


def _compiled() -> list[tuple[str, re.Pattern[str]]]:
    # The regular-expression module keeps what it has compiled.
    return [(name, re.compile(pattern, flags)) for name, pattern, flags in _PATTERNS]


def _read(name: str, match: re.Match[str]) -> list[_Found]:
    reader = _READERS.get(name)
    if reader:
        return reader(match)
    if "mark" in match.re.groupindex:
        return [(match.start(), match.start("in"), ""), (match.end("in"), match.end(), "")]
    return [(*match.span(), "")]


def _entity(match: re.Match[str]) -> list[_Found]:
    name = match.group()[1:]
    if name[0] != "#" and name not in html5:
        return []
    plain = html.unescape(match.group())
    return [(*match.span(), " " if plain in ("\xa0", "\xad") else plain)]


def _tag(match: re.Match[str]) -> list[_Found]:
    return [(*match.span(), " " if match.group("tag").lower() in _BLOCKS else "")]


def _raised(match: re.Match[str]) -> list[_Found]:
    return [(*match.span(), match.group("n").translate(_RAISED))]


def _link(match: re.Match[str]) -> list[_Found]:
    return [(match.start(), match.start("kept"), ""), (match.end("kept"), match.end(), "")]


_READERS: Final[dict[str, Callable[[re.Match[str]], list[_Found]]]] = {
    "entity": _entity, "tag": _tag, "link": _link, "raised": _raised, "image": _link,
    "comment": lambda m: [(*m.span(), " ")], "row": lambda m: [(*m.span(), " ")],
}  # fmt: skip

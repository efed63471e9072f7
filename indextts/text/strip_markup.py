"""Takes HTML and Markdown out of a text before normalisation."""

from __future__ import annotations

import html
import re
from html.entities import html5
from typing import Final

from indextts.text.cleaned import Replacement

_TAGS: Final = (
    "a|abbr|article|aside|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em|figcaption|figure|font|"
    "footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|label|li|main|mark|nav|ol|p|pre|q|s|section|small|span|strike|strong|"
    "style|sub|summary|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|var|video|audio|iframe|input|form|option|select"
)
_BLOCKS: Final = re.compile("br|p|div|li|tr|h[1-6]|hr|[uod]l|dt|dd|table|blockquote|pre|section|article|td|th|title")
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
    for name, pattern, flags in _PATTERNS:
        for match in re.finditer(pattern, text, flags):
            for start, end, became in _read(name, match):
                if start < end and not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    found.append((start, end, became))
    return [Replacement(a, b, c, "html" if text[a] in "&<" else "markdown") for a, b, c in sorted(found)]


def _read(name: str, found: re.Match[str]) -> list[_Found]:
    """What becomes of a match: places in the text, and what stands there afterwards."""
    whole = found.span()
    match name:
        case "comment" | "row":
            return [(*whole, " ")]
        case "raised":
            return [(*whole, found["n"].translate(_RAISED))]
        case "tag":
            return [(*whole, " " if _BLOCKS.fullmatch(found["tag"].lower()) else "")]
        case "entity":
            plain = html.unescape(found.group())
            known = found.group()[1] == "#" or found.group()[1:] in html5
            return [(*whole, " " if plain in ("\xa0", "\xad") else plain)] if known else []
    inner = next((group for group in ("kept", "in") if group in found.re.groupindex), None)
    if inner is None:
        return [(*whole, "")]
    start, end = found.span(inner)
    return [(whole[0], start, ""), (end, whole[1], "")]

"""What there is to read on a page of the web: its text without menus, its title, chapters where it has headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import etree, html

from indextts.books.model import Chapter, Manuscript
from indextts.model.errors import because

if TYPE_CHECKING:
    from indextts.books.fetching import FetchedPage

HTML_TYPES: Final = ("text/html", "application/xhtml+xml")

_SILENT: Final = (
    "script style noscript template svg math iframe object embed canvas video audio picture figure form button select "
    "textarea input label nav aside footer header menu dialog head"
)
_STANDING: Final = (
    "p div section article main li ul ol dl dt dd table tr td th blockquote pre h1 h2 h3 h4 h5 h6 hr body br figure "
    "address center"
)
_NO_TEXT: Final = frozenset(_SILENT.split())
_BLOCKS: Final = frozenset(_STANDING.split())
_HEADINGS: Final = ("h1", "h2", "h3")
_HOLDERS: Final = ("article", "main", "section", "div", "td", "body", "blockquote")
_MOST_ELEMENTS: Final = 200_000
_MOSTLY: Final = 0.7
_SPACE: Final = re.compile(r"\s+")


def read_page(page: FetchedPage) -> Manuscript:
    """The readable text of a page. Raises :class:`StudioError` ``bad_address`` where there is none."""
    parser = html.HTMLParser(encoding=page.charset or None, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(page.data, parser=parser)
    except (etree.LxmlError, LookupError, ValueError) as error:
        raise _empty() from error
    body = root.find("body")
    if body is None:
        raise _empty()
    if sum(1 for _ in body.iter()) > _MOST_ELEMENTS:
        raise because("bad_address", "the page has too many parts", "网页结构过于庞大")
    title = _meta(root, "og:title") or _plain(root.findtext("head/title") or "")
    blocks = _blocks(_main_part(body))
    chapters = _chapters(title, blocks)
    if not any(chapter.text for chapter in chapters):
        raise _empty()
    language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    return Manuscript(
        title=title or (chapters[0].title if chapters else ""),
        chapters=chapters,
        author=_meta(root, "author"),
        language=language if language in ("zh", "en") else "",
        metadata={"identifier": page.address},
    )


def _main_part(body: Any) -> Any:
    """The innermost element that holds most of the paragraphs' text."""
    weights: dict[Any, int] = {}
    total = 0
    for one in body.iter("p", "br"):
        if any(above.tag in _NO_TEXT for above in one.iterancestors()):
            continue
        size = len(_plain(one.tail or "")) if one.tag == "br" else len(_plain("".join(one.itertext())))
        total += size
        holder = one.getparent()
        if holder is not None:
            weights[holder] = weights.get(holder, 0) + size
    best = max(weights, key=lambda one: weights[one], default=None)
    if best is None or weights[best] < _MOSTLY * total:
        parts = [one for one in body.iter("article", "main") if len("".join(one.itertext())) > total * _MOSTLY]
        return parts[0] if parts else body
    # Headings often stand beside the paragraphs' holder.
    above = best.getparent()
    while best.tag not in _HOLDERS and above is not None:
        best, above = above, above.getparent()
    return best


def _blocks(main: Any) -> list[tuple[str, str]]:
    """Tags and texts of the blocks in their order; those that are links almost alone are left out."""
    found: list[tuple[str, str]] = []
    text: list[str] = []
    linked = skipping = links = 0
    kinds = ["p"]

    def end() -> None:
        nonlocal linked
        words = _plain("".join(text))
        if words and (kinds[-1] in _HEADINGS or linked < _MOSTLY * len(words)):
            found.append((kinds[-1], words))
        text.clear()
        linked = 0

    for event, one in etree.iterwalk(main, events=("start", "end")):
        tag = one.tag if isinstance(one.tag, str) else "script"
        if event == "start":
            skipping += tag in _NO_TEXT
            links += tag == "a"
            if tag in _BLOCKS:
                end()
                kinds.append(tag)
            said = one.text or ""
        else:
            if tag in _BLOCKS:
                end()
                kinds.pop()
            links -= tag == "a"
            skipping -= tag in _NO_TEXT
            said = (one.tail or "") if one is not main else ""
        if not skipping:
            text.append(said)
            linked += len(_plain(said)) if links else 0
    end()
    return found


def _chapters(title: str, blocks: list[tuple[str, str]]) -> tuple[Chapter, ...]:
    level = next((one for one in _HEADINGS if sum(tag == one for tag, _ in blocks) > 1), "")
    chapters: list[tuple[str, list[str]]] = [(title, [])]
    for tag, words in blocks:
        if tag == level:
            chapters.append((words, []))
        elif not (tag == "h1" and words in title and not chapters[-1][1]):
            chapters[-1][1].append(words)
    return tuple(Chapter(name[:200], "\n".join(lines)) for name, lines in chapters if lines)


def _meta(root: Any, name: str) -> str:
    for one in root.iter("meta"):
        if name in (one.get("property"), one.get("name")):
            return _plain(one.get("content") or "")[:200]
    return ""


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _empty() -> Exception:
    return because("bad_address", "the page has no text to read", "网页里没有可读的文字")

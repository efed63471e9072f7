"""XML and HTML of books, read piece by piece; entities, DTDs and the network do not exist here.

    walk("book.epub", data, Blocks, Patience("book.epub"))    # a new target is told of every start, end and text
    root = tree("book.epub", data)                            # a small document as a whole

What declares entities is refused before a parser sees it, so nothing can grow; depth and number of elements are
counted. XHTML that is not well-formed is read as HTML, as browsers do.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from lxml import etree

from indextts.books.reading.encodings import detect
from indextts.books.reading.limits import MAX_DEPTH, MAX_LINE, Patience, too_large, unreadable, unsafe

MAX_NODES: Final = 40_000  # of a document that is kept as a whole
_KEPT_TEXT: Final = 4_000_000  # characters of such a document; an element's stand in those around it as well
_PIECE: Final = 1 << 16
_MANY: Final = 3000
_ATTRIBUTE: Final = re.compile(r"""\w\s?=\s?["']""")
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION: Final = re.compile(r"^\ufeff?\s*(?:<\?xml[^>]{0,400}\?>)?")
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^\[>]{0,2000}(?:\[(?P<inner>[^\]]{0,60000})\]\s*)?>", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};)([A-Za-z][A-Za-z0-9]{0,31};)?")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_KEPT: Final = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
Attributes = Mapping[str, str]
_SAFE: Final[dict[str, Any]] = {
    "encoding": "utf-8", "resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False,
}  # fmt: skip


class XmlListener(Protocol):
    """What is told of a document; names come without their namespace."""

    def start(self, tag: str, attributes: Attributes) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...


L = TypeVar("L", bound=XmlListener)


@dataclass
class XmlNode:
    """An element with what is in it."""

    tag: str
    attributes: Attributes
    children: list[XmlNode] = field(default_factory=list)
    own: list[str] = field(default_factory=list)  # its own pieces of text, and those of its children in their places

    @property
    def text(self) -> str:
        """All that is written in it, on one line."""
        return " ".join("".join(self.own).split())

    def all(self, tag: str) -> Iterator[XmlNode]:
        """The elements ``tag`` anywhere below, in order."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.tag == tag:
                yield node
            waiting.extend(reversed(node.children))

    def first(self, tag: str) -> XmlNode | None:
        """The first of them."""
        return next(self.all(tag), None)


class Grown:
    """Builds a tree of nodes: of a small document, or of an equation in a large one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.root = XmlNode("", {})
        self._open = [self.root]
        self._left = MAX_NODES
        self._left_text = _KEPT_TEXT

    @property
    def is_whole(self) -> bool:
        """Whether all that began is over."""
        return len(self._open) == 1

    def start(self, tag: str, attributes: Attributes) -> None:
        self._left -= 1
        if self._left < 0:
            too_large(self._name, "one of its tables is too long", "其中的目录表过长")
        node = XmlNode(tag, attributes)
        self._open[-1].children.append(node)
        self._open.append(node)

    def end(self, tag: str) -> None:
        node = self._open.pop()
        if self._open and node.own:
            self.data("".join(node.own))

    def data(self, text: str) -> None:
        self._left_text -= len(text)
        if self._left_text < 0:
            too_large(self._name, "one of its tables is too long", "其中的目录表过长")
        self._open[-1].own.append(text)


class _Counted:
    """Stands between the parser and a listener: counts, and takes namespaces off."""

    def __init__(self, name: str, listener: XmlListener, patience: Patience) -> None:
        self._name = name
        self._listener = listener
        self._depth = 0
        self._patience = patience
        self.data = listener.data

    def start(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            unsafe(self._name, "its elements are nested too deeply", "元素嵌套过深")
        self._patience.element()
        self._listener.start(_plain(tag), attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._listener.end(_plain(tag))

    def doctype(self, *_: object) -> None:
        unsafe(self._name, "it declares a document type where none may stand", "文档类型声明的位置不正确")

    def comment(self, _: str) -> None:
        pass

    def pi(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def walk(name: str, data: bytes, make: Callable[[], L], patience: Patience, *, html: bool = False) -> L:
    """What ``make`` gives, after it was told of the whole document ``data`` of the file ``name``."""
    encoding = encoding_of(data)
    counted = patience.counted
    if not html:
        listener = make()
        parser = etree.XMLParser(target=_Counted(name, listener, patience), **_SAFE)
        try:
            for piece in _pieces(name, data, encoding):
                parser.feed(piece)
            parser.close()
            return listener
        except etree.LxmlError:
            patience.counted = counted
    listener = make()
    parser = etree.HTMLParser(
        target=_Counted(name, listener, patience), encoding="utf-8", no_network=True, huge_tree=False
    )
    try:
        for piece in _pieces(name, data, encoding):
            parser.feed(piece)
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        unreadable(name, "its markup is damaged", "标记已损坏")
    return listener


def tree(name: str, data: bytes) -> XmlNode:
    """A document as nodes; the root's only child is its first element. It has to be well-formed."""
    grown = Grown(name)
    parser = etree.XMLParser(target=_Counted(name, grown, Patience(name)), **_SAFE)
    try:
        for piece in _pieces(name, data, encoding_of(data)):
            parser.feed(piece)
        parser.close()
    except etree.LxmlError:
        unreadable(name, "its table of contents is damaged", "内部的目录信息已损坏")
    return grown.root


def encoding_of(data: bytes) -> str:
    """The encoding of a document: its byte order mark, what it declares if that is true, else what it looks like."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return encoding
    declared = _DECLARED.match(data[:400])
    wanted = declared[1].decode("ascii").lower() if declared else "utf-8"
    wanted = {"gb2312": "gb18030", "gbk": "gb18030", "utf-16": "utf-8", "utf16": "utf-8"}.get(wanted, wanted)
    if _is_text_in(data, wanted):
        return wanted
    return detect(data)


def _is_text_in(data: bytes, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for at in range(0, len(data), _PIECE):
            if not isinstance(decoder.decode(data[at : at + _PIECE]), str):
                return False
    except (LookupError, ValueError, TypeError, AttributeError):
        return False
    return True


def _pieces(name: str, data: bytes, encoding: str) -> Iterator[bytes]:
    """The document in UTF-8, without its declarations, with characters in place of named entities."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    held, since = "", 0
    for at in range(0, len(data), _PIECE):
        text = held + decoder.decode(data[at : at + _PIECE])
        if at == 0:
            text = _without_prolog(name, text)
        # A parser takes all attributes of an element at once.
        if text.count("=") > _MANY and len(_ATTRIBUTE.findall(text)) > 40 * text.count("<") + _MANY:
            unsafe(name, "one of its elements has thousands of attributes", "其中有元素带有成千上万个属性")
        last = text.rfind("<")
        since = len(text) - last if last >= 0 else since + len(text)
        if since > MAX_LINE:
            too_large(name, "one of its paragraphs is longer than a book", "其中一段比整本书还长")
        # What may go on in the next piece waits for it.
        cut = text.rfind("&", len(text) - 40) if len(text) > 40 else -1
        held, text = (text[cut:], text[:cut]) if cut >= 0 and ";" not in text[cut:] else ("", text)
        yield _REFERENCE.sub(_character, _CONTROL.sub("", text)).encode("utf-8")
    if held:
        yield _REFERENCE.sub(_character, _CONTROL.sub("", held)).encode("utf-8")


def _without_prolog(name: str, text: str) -> str:
    text = text[_DECLARATION.match(text).end() :]  # type: ignore[union-attr]
    doctype = _DOCTYPE.search(text)
    if "<!ENTITY" in text or "<!entity" in text:
        unsafe(name, "it declares entities of its own", "它自行声明了实体")
    return text[: doctype.start()] + text[doctype.end() :] if doctype else text


def _character(match: re.Match[str]) -> str:
    named = match[1]
    if named is None:
        return "&amp;"
    if named in _KEPT:
        return match[0]
    found = html.entities.html5.get(named)
    return found if found and not set(found) & set("<>&") else f"&amp;{named}"

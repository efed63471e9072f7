"""What an EPUB says of itself: its container, its package document, its table of contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from indextts.books.model import MAX_CHAPTERS
from indextts.books.reading.archive import Archive, beside
from indextts.books.reading.limits import MAX_COVER, protected, unreadable
from indextts.books.reading.tidy import is_chinese, one_line
from indextts.books.reading.xml import XmlNode, tree
from indextts.model.errors import StudioError
from indextts.platform.tables import pattern_of

_XHTML: Final = frozenset(("application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document"))
_FONTS: Final = frozenset(("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#rc"))
"""Fonts may be mangled in a book that is free to read."""
_MOST_FALLBACKS: Final = 8
_MOST_STYLES: Final = 10
_METADATA: Final = ("publisher", "date", "description", "identifier", "subject", "rights")


@dataclass
class ContentsEntry:
    """A line of the table of contents."""

    title: str
    file: str
    fragment: str
    level: int  # ``file`` is empty where the line leads nowhere: it names a part above the lines below it


@dataclass
class Package:
    """An EPUB's own account."""

    title: str = ""
    author: str = ""
    language: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    spine: list[str] = field(default_factory=list)  # members in reading order
    aside: set[str] = field(default_factory=set)
    """Those that do not belong to the reading order (``linear="no"``)."""
    missing: list[str] = field(default_factory=list)  # documents of the reading order that the archive lacks
    entries: list[ContentsEntry] = field(default_factory=list)
    types: dict[str, set[str]] = field(default_factory=dict)  # what landmarks and the guide say of members
    styles: list[str] = field(default_factory=list)  # style sheets, at most ten
    navigation: str = ""
    cover: bytes | None = None

    def places(self, lines: list[ContentsEntry]) -> set[tuple[str, str]]:
        """Places of the book that ``lines`` of a table of contents lead to."""
        return {(line.file, line.fragment) for line in lines if line.file in self.spine}


def read_package(name: str, archive: Archive) -> Package:
    """Everything but the text. Raises :class:`StudioError` for what is no EPUB, or one that is protected."""
    _check_protection(name, archive)
    container = tree(name, archive.read("META-INF/container.xml"))
    rootfile = container.first("rootfile")
    path = archive.found(rootfile.attributes.get("full-path", "")) if rootfile else ""
    if not path:
        unreadable(name, "it does not say where the book is", "它没有说明书的内容在哪里")
    opf = tree(name, archive.read(path))
    package = Package()
    _metadata(package, opf)
    items = _items(opf, path, archive)
    _spine(package, opf, items)
    package.styles = [item.path for item in items.values() if item.kind == "text/css"][:_MOST_STYLES]
    if package.missing and not package.spine:
        unreadable(name, "it lacks the files with its text", "缺少存放文字的文件")
    if not package.spine and any(item.kind.startswith("image/") for item in items.values()):
        unreadable(name, "its pages are pictures and hold no text", "它的页面都是图片，没有文字")
    if not package.spine:
        unreadable(name, "it does not say in which order it is read", "它没有说明阅读顺序")
    _guide(package, opf, path)
    _contents(name, package, opf, items, archive)
    _cover(package, opf, items, archive)
    return package


def _check_protection(name: str, archive: Archive) -> None:
    if "META-INF/encryption.xml" not in archive:
        return
    for method in tree(name, archive.read("META-INF/encryption.xml")).all("encryptionmethod"):
        if method.attributes.get("Algorithm", "").casefold() not in _FONTS:
            protected(name, "its shop has encrypted it (DRM)", "书店已将它加密（DRM）")


@dataclass
class _Item:
    """A line of the manifest."""

    path: str
    kind: str
    properties: frozenset[str]
    fallback: str = ""  # the line that is read where this one cannot be

    @property
    def is_text(self) -> bool:
        return self.kind in _XHTML or self.path.endswith((".xhtml", ".html", ".htm"))


def _items(opf: XmlNode, base: str, archive: Archive) -> dict[str, _Item]:
    items: dict[str, _Item] = {}
    for item in opf.all("item"):
        given = item.attributes
        path = archive.found(beside(base, given.get("href", ""))[0])
        if path and given.get("id"):
            kind = given.get("media-type", "").casefold()
            items[given["id"]] = _Item(
                path, kind, frozenset(given.get("properties", "").split()), given.get("fallback", "")
            )
    return items


def _metadata(package: Package, opf: XmlNode) -> None:
    about = opf.first("metadata") or opf
    refined: dict[tuple[str, str], set[str]] = {}
    for meta in about.all("meta"):
        of = meta.attributes.get("refines", "").lstrip("#")
        refined.setdefault((of, meta.attributes.get("property", "")), set()).add(meta.text.strip())

    def rank(node: XmlNode) -> tuple[int, int]:
        """Of a title: the main one before one that says nothing of itself, and in the order of the shelf."""
        kinds, order = (
            refined.get((node.attributes.get("id", ""), one), {""}) for one in ("title-type", "display-seq")
        )
        first = min(order)
        return 2 * ("main" not in kinds) + ("" not in kinds), int(first) if first.isdecimal() else 0

    titles = sorted((node for node in about.all("title") if node.text), key=rank)
    package.title = titles[0].text if titles else ""
    people: dict[str, list[str]] = {"aut": [], "trl": []}
    for node in (*about.all("creator"), *about.all("contributor")):
        its = {value for key, value in node.attributes.items() if key.endswith("}role")}
        its = its or refined.get((node.attributes.get("id", ""), "role"), {"aut"} if node.tag == "creator" else set())
        for role in its if node.text and not pattern_of(__file__, "nobody").fullmatch(node.text) else ():
            people.setdefault(role, []).append(node.text)
    package.author = "、".join(people["aut"]) if any(map(is_chinese, people["aut"])) else ", ".join(people["aut"])
    if people["trl"]:
        package.metadata["translator"] = ", ".join(people["trl"])
    spoken = about.first("language")
    package.language = {"zh": "zh", "en": "en"}.get(spoken.text[:2].casefold(), "") if spoken else ""
    for key in _METADATA:
        said = about.first(key)
        if said and said.text:
            package.metadata[key] = one_line(said.text, 4000)
    for meta in about.all("meta"):
        series = meta.attributes.get("name") == "calibre:series" and meta.attributes.get("content", "")
        series = series or (meta.attributes.get("property") == "belongs-to-collection" and meta.text)
        if series:
            package.metadata["series"] = series


def _spine(package: Package, opf: XmlNode, items: dict[str, _Item]) -> None:
    spine = opf.first("spine")
    seen: set[str] = set()
    lost = {one.attributes.get("id", ""): one.attributes for one in opf.all("item")}
    for line in spine.all("itemref") if spine else ():
        key = line.attributes.get("idref", "")
        item = _readable(items, key)
        about = {} if key in items else lost.pop(key, {})
        if about.get("media-type", "").casefold() in _XHTML and "nav" not in about.get("properties", "").split():
            package.missing.append(about.get("href", ""))
        if item and item.path not in seen:
            seen.add(item.path)
            package.spine.append(item.path)
            if line.attributes.get("linear") == "no":
                package.aside.add(item.path)


def _readable(items: dict[str, _Item], key: str) -> _Item | None:
    """The line ``key`` of the manifest, or the first of those it falls back on that holds text."""
    for _ in range(_MOST_FALLBACKS):
        item = items.get(key)
        if item is None or item.is_text:
            return item
        key = item.fallback
    return None


def _guide(package: Package, opf: XmlNode, base: str) -> None:
    for line in opf.all("reference"):
        path, _ = beside(base, line.attributes.get("href", ""))
        package.types.setdefault(path, set()).add(line.attributes.get("type", "").casefold())


def _contents(name: str, package: Package, opf: XmlNode, items: dict[str, _Item], archive: Archive) -> None:
    navigation = next((item for item in items.values() if "nav" in item.properties), None)
    if navigation:
        package.navigation = navigation.path
        try:
            root = tree(name, archive.read(navigation.path))
        except StudioError as error:
            if error.code != "book_unreadable":
                raise
            root = XmlNode("", {})
        for part in root.all("nav"):
            types = _nav_types(part)
            lines = list(_nav_lines(part, navigation.path))
            if "landmarks" in types:
                for line, kind in zip(lines, _nav_kinds(part), strict=False):
                    package.types.setdefault(line.file, set()).update(kind)
            elif not package.entries and "page-list" not in types:
                package.entries = lines
    spine = opf.first("spine")
    ncx = items.get(spine.attributes.get("toc", "")) if spine else None
    ncx = ncx or next((item for item in items.values() if item.kind == "application/x-dtbncx+xml"), None)
    if ncx:
        try:
            older = list(_ncx_lines(tree(name, archive.read(ncx.path)), ncx.path))
            package.entries = max(package.entries, older, key=lambda lines: len(package.places(lines)))
        except StudioError as error:
            if error.code != "book_unreadable":
                raise


def _nav_types(node: XmlNode) -> set[str]:
    return {
        word
        for key, value in node.attributes.items()
        if key.endswith("}type") or key in ("epub:type", "role")
        for word in value.casefold().split()
    }


def _nav_kinds(nav: XmlNode) -> Iterator[set[str]]:
    for link in nav.all("a"):
        yield _nav_types(link)


def _nav_lines(nav: XmlNode, base: str) -> Iterator[ContentsEntry]:
    """The links of a list of lists, and the names of parts that are no links."""
    waiting = [(nav, 0)]
    count = 0
    while waiting and count < MAX_CHAPTERS:
        node, level = waiting.pop()
        if node.tag == "a":
            file, fragment = beside(base, node.attributes.get("href", ""))
            if file:
                count += 1
                yield ContentsEntry(node.text, file, fragment, max(1, level))
        elif (
            node.tag == "li"
            and [one.tag for one in node.children] == ["span", "ol"]
            and not node.children[0].first("a")
        ):
            yield ContentsEntry(node.children[0].text, "", "", max(1, level))
        inner = level + 1 if node.tag == "ol" else level
        waiting.extend((child, inner) for child in reversed(node.children))


def _ncx_lines(root: XmlNode, base: str) -> Iterator[ContentsEntry]:
    waiting = [(root, 0)]
    count = 0
    while waiting and count < MAX_CHAPTERS:
        node, level = waiting.pop()
        if node.tag == "navpoint":
            level += 1
            count += 1
            label = next((child.text for child in node.children if child.tag == "navlabel"), "")
            content = next((child.attributes.get("src", "") for child in node.children if child.tag == "content"), "")
            file, fragment = beside(base, content)
            if file or label:
                yield ContentsEntry(label, file, fragment, level)
        waiting.extend((child, level) for child in reversed(node.children) if child.tag != "pagelist")


def _cover(package: Package, opf: XmlNode, items: dict[str, _Item], archive: Archive) -> None:
    meta = next((node for node in opf.all("meta") if node.attributes.get("name") == "cover"), None)
    named = items.get(meta.attributes.get("content", "")) if meta else None
    found = next((item for item in items.values() if "cover-image" in item.properties), None) or named
    found = found or next(
        (item for key, item in items.items() if "cover" in key.casefold() and item.kind.startswith("image/")), None
    )
    if found:
        try:
            package.cover = picture(archive.read(found.path, MAX_COVER))
        except StudioError as error:
            # A book is read without its picture, unless that is a trap.
            if error.code == "book_unsafe":
                raise


def picture(data: bytes) -> bytes | None:
    """``data`` if it is a JPEG or PNG."""
    return data if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) else None

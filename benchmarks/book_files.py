"""Small books of every form, written from chapters: what reading is measured and tested with.

epub(Sample("雪夜", (("第一章 风起", ("那年冬天，……",)),)))
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

PNG: Final = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
CONTAINER: Final = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
    '<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
PAGE: Final = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" '
    '"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head>{body}</html>'
)
STORY: Final = (
    "那年冬天，下了很大的雪。她站在门口，看着远处的灯火，一句话也没有说。",
    "“你还记得吗？”他问，“那时候我们每天都在桥上等船。”",
    "雪停的时候，天已经亮了。村里的人陆续走出来，把门前的路扫开。",
)


@dataclass(frozen=True)
class Sample:
    """A book before it is a file."""

    title: str = "雪夜"
    chapters: Sequence[tuple[str, Sequence[str]]] = (("第一章 风起", STORY), ("第二章 归人", STORY))
    author: str = "林小满"


def text(book: Sample) -> str:
    """As plain text with a title page."""
    parts = [f"{title}\n\n" + "\n".join(lines) for title, lines in book.chapters]
    return "\n\n\n".join([f"《{book.title}》\n作者：{book.author}", *parts]) + "\n"


def markdown(book: Sample) -> str:
    """With a heading for each chapter."""
    parts = [f"# {title}\n\n" + "\n\n".join(lines) for title, lines in book.chapters]
    return "\n\n".join([f"---\ntitle: {book.title}\nauthor: {book.author}\n---", *parts]) + "\n"


def fb2(book: Sample) -> bytes:
    """FictionBook with a section for each chapter."""
    sections = "".join(
        f"<section><title><p>{escape(title)}</p></title>"
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + "</section>"
        for title, lines in book.chapters
    )
    about = f"<author><nickname>{escape(book.author)}</nickname></author><book-title>{escape(book.title)}</book-title>"
    return (
        '<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
        f"<description><title-info>{about}</title-info></description><body>{sections}</body></FictionBook>"
    ).encode()


def epub(book: Sample) -> bytes:
    """EPUB 3 with a document for each chapter."""
    bodies = [
        f"<body><h1>{escape(title)}</h1>" + "".join(f"<p>{escape(line)}</p>" for line in lines) + "</body>"
        for title, lines in book.chapters
    ]
    return epub_of(bodies, title=book.title, author=book.author, names=[title for title, _ in book.chapters])


def epub_of(
    bodies: Sequence[str],
    *,
    title: str = "雪夜",
    author: str = "林小满",
    names: Sequence[str] = (),
    more: Mapping[str, bytes] | None = None,
    navigation: str = "",
    ncx: str = "",
    metadata: str = "",
    guide: str = "",
) -> bytes:
    """EPUB of documents with these ``bodies``; ``names`` make a table of contents; ``more`` are other members."""
    files = [f"c{number}.xhtml" for number in range(len(bodies))]
    lines = "".join(f'<li><a href="{file}">{escape(name)}</a></li>' for file, name in zip(files, names, strict=False))
    navigation = navigation or (f'<nav epub:type="toc"><ol>{lines}</ol></nav>' if names else "")
    items = "".join(f'<item id="i{file}" href="{file}" media-type="application/xhtml+xml"/>' for file in files)
    items += '<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>'
    items += (
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>' if navigation else ""
    )
    items += '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>' if ncx else ""
    spine = "".join(f'<itemref idref="i{file}"/>' for file in files)
    opf = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator><dc:language>zh-CN</dc:language>"
        f'{metadata}</metadata><manifest>{items}</manifest><spine toc="ncx">{spine}</spine>{guide}</package>'
    )
    members = {"META-INF/container.xml": CONTAINER.encode(), "OEBPS/content.opf": opf.encode(), "OEBPS/cover.png": PNG}
    members |= {f"OEBPS/{file}": PAGE.format(body=body).encode() for file, body in zip(files, bodies, strict=True)}
    if navigation:
        members["OEBPS/nav.xhtml"] = PAGE.format(body=f"<body>{navigation}</body>").encode()
    if ncx:
        members["OEBPS/toc.ncx"] = ncx.encode()
    return archive({"mimetype": b"application/epub+zip", **members, **(more or {})})


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip of ``members``."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()


def docx(book: Sample) -> bytes:
    """A document of Word with its styles."""
    from docx import Document

    document = Document()
    document.core_properties.title = book.title
    document.core_properties.author = book.author
    for title, lines in book.chapters:
        document.add_heading(title, 1)
        for line in lines:
            document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(pages: Sequence[Sequence[str]], outline: Sequence[tuple[str, int]] = (), *, title: str = "") -> bytes:
    """Lines of text on pages; ``outline``: titles and pages."""
    placed = [[Printed(line, 72, 760 - 18 * row) for row, line in enumerate(page)] for page in pages]
    return pdf_printed(placed, outline, title=title)


class Printed(NamedTuple):
    """A line of a page, and where it begins."""

    text: str
    x: float
    y: float
    size: float = 12
    bold: bool = False


def pdf_printed(
    pages: Sequence[Sequence[Printed]],
    outline: Sequence[tuple[str, int]] = (),
    *,
    title: str = "",
    author: str = "",
    tex: bool = False,
) -> bytes:
    """Lines at their places, in a font that says by ToUnicode what its signs are; ``outline``: titles and pages.

    As by ``tex``, the pieces of a page are one text, with nothing between those that touch.
    """
    used = sorted({char for page in pages for line in page for char in line.text if ord(char) < 0x10000})
    rows = [f"<{ord(char):04X}> <{ord(char):04X}>" for char in used]
    groups = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    cmap = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
    cmap += "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    cmap += "".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar\n" for group in groups)
    cmap += "endcmap end end"
    first = 7
    count = len(pages)
    marks = first + 2 * count
    catalog = f"<</Type/Catalog/Pages 2 0 R{f'/Outlines {marks} 0 R' if outline else ''}>>"
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(count))
    objects = [
        catalog.encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000>>",
        stream(cmap.encode()),
        b"<</Type/Font/Subtype/Type0/BaseFont/Song-Bold/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
    ]
    origin = Printed("", 0, 0)
    for number, page in enumerate(pages):
        drawn = "".join(
            f"{'' if tex else 'BT '}/F{1 + line.bold} {line.size:g} Tf {line.x - before.x:g} {line.y - before.y:g} Td"
            f" <{line.text.encode('utf-16-be').hex()}> Tj{'' if tex else ' ET'}\n"
            for before, line in zip([origin, *page] if tex else [origin] * len(page), page, strict=False)
        )
        drawn = f"BT {drawn}ET" if tex else drawn
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 6 0 R>>>>"
            f"/Contents {first + 2 * number + 1} 0 R>>".encode(),
            stream(drawn.encode()),
        ]
    if outline:
        last = marks + len(outline)
        objects.append(f"<</Type/Outlines/First {marks + 1} 0 R/Last {last} 0 R/Count {len(outline)}>>".encode())
        for number, (name, page_number) in enumerate(outline, 1):
            after = f"/Next {marks + number + 1} 0 R" if number < len(outline) else ""
            written = (b"\xfe\xff" + name.encode("utf-16-be")).hex()
            objects.append(
                f"<</Title<{written}>/Parent {marks} 0 R{after}/Dest[{first + 2 * page_number} 0 R/Fit]>>".encode()
            )
    return pdf_of(objects, info=title, author=author)


def stream(data: bytes, extra: str = "") -> bytes:
    """A packed stream."""
    packed = zlib.compress(data)
    return f"<</Length {len(packed)}/Filter/FlateDecode{extra}>>stream\n".encode() + packed + b"\nendstream"


def pdf_of(objects: Sequence[bytes], *, info: str = "", author: str = "") -> bytes:
    """A PDF of numbered objects, of which the first is its catalogue."""
    objects = list(objects)
    info, author = (f"<feff{text.encode('utf-16-be').hex()}>" if text else "" for text in (info, author))
    if info or author:
        objects.append(f"<<{'/Title' * bool(info)}{info}{'/Author' * bool(author)}{author}>>".encode())
    file = bytearray(b"%PDF-1.7\n")
    places = []
    for number, written in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj".encode() + written + b"endobj\n"
    start = len(file)
    file += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    file += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    named = f"/Info {len(objects)} 0 R" if info or author else ""
    file += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{named}>>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(file)

"""Files that were made to break a reader: each is read, or refused with one clear sentence, in little time and memory.

    python -m benchmarks.hostile_books                    # 200 files; exit status 1 when one misses its bounds
    python -m benchmarks.hostile_books --count 60 --seed 7
    python -m benchmarks.hostile_books --only bomb        # those whose name has this in it

Each file is read in a process of its own that is forked from one in which the libraries stand already; memory is the
highest resident size less that at its beginning, time is the work of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import struct
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks import book_files as files

MAX_SECONDS: Final = 2.0
MAX_MEGABYTES: Final = 60.0
_GIVE_UP_S: Final = 40

Make = Callable[[random.Random], tuple[str, bytes]]


def _zip(members: dict[str, bytes], *, change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    import io

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change:
                change(info)
            packed.writestr(info, data)
    return file.getvalue()


def _epub_with(body: str) -> bytes:
    return files.epub_of([body], names=["一"])


def bomb_in_a_document(chance: random.Random) -> tuple[str, bytes]:
    """A chapter that unpacks to very much of one letter."""
    size = chance.choice((20, 60, 200)) << 20
    return "bomb.epub", _epub_with("<body><p>" + chance.choice("a 雪")[0] * (size // 3) + "</p></body>")


def bomb_in_docx(chance: random.Random) -> tuple[str, bytes]:
    return "bomb.docx", files.archive(
        {**_docx_parts(), "word/document.xml": b"<w:t>" + b" " * (chance.choice((30, 150)) << 20)}
    )


def bomb_of_many_members(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((4000, 12_000, 30_000))
    members = {f"OEBPS/x{number}.xhtml": b"" for number in range(count)}
    return "many.epub", files.epub_of(["<body><p>x</p></body>"], more=members)


def bomb_of_chapters(chance: random.Random) -> tuple[str, bytes]:
    """Every chapter stays below the limit, all together do not."""
    body = "<body>" + f"<p>{chance.random()}</p>" * 60_000 + "</body>"
    return "sum.epub", files.epub_of([body] * 60)


def bomb_in_a_bomb(chance: random.Random) -> tuple[str, bytes]:
    inner = files.archive({"a.txt": b"\0" * (10 << 20)})
    for _ in range(chance.randint(1, 6)):
        inner = files.archive({f"{number}.zip": inner for number in range(8)})
    return chance.choice(("nested.epub", "nested.docx")), inner


def bomb_in_a_cover(chance: random.Random) -> tuple[str, bytes]:
    size = chance.choice((20, 100)) << 20
    return "cover.epub", files.epub_of(
        ["<body><p>你好。</p></body>"], more={"OEBPS/cover.png": b"\x89PNG" + b"\0" * size}
    )


def traversal(chance: random.Random) -> tuple[str, bytes]:
    names = (
        "../../etc/cron.d/x",
        "/etc/passwd",
        "..\\..\\windows\\x.ini",
        "C:\\x.txt",
        "OEBPS/../../x",
        "a/../../../b",
    )
    return "slip.epub", files.epub_of(["<body><p>x</p></body>"], more={chance.choice(names): b"x"})


def traversal_by_reference(chance: random.Random) -> tuple[str, bytes]:
    target = chance.choice(
        ("../../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/x", "//x/y", "%2e%2e/%2e%2e/x")
    )
    navigation = (
        f'<nav epub:type="toc"><ol><li><a href="{target}">x</a></li><li><a href="c0.xhtml">y</a></li></ol></nav>'
    )
    return "refers.epub", files.epub_of([f'<body><p><a href="{target}">x</a>雪</p></body>'], navigation=navigation)


def symlink(chance: random.Random) -> tuple[str, bytes]:
    def link(info: zipfile.ZipInfo) -> None:
        if info.filename.endswith("link"):
            info.create_system = 3
            info.external_attr = (0o120777) << 16

    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": files.CONTAINER.encode(),
        "OEBPS/link": b"/etc/passwd",
    }
    return chance.choice(("link.epub", "link.docx")), _zip(members, change=link)


def entities(chance: random.Random) -> tuple[str, bytes]:
    """XXE, billion laughs and quadratic growth, in each of an EPUB's documents."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    declared = chance.choice(
        (
            '<!ENTITY x SYSTEM "file:///etc/passwd">',
            '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;',
            laughs,
            f'<!ENTITY big "{"A" * 50_000}">',
        )
    )
    used = "&x;" if "passwd" in declared else "&l11;" if "laughs" in declared or "l11" in declared else "&big;" * 5000
    document = f'<?xml version="1.0"?><!DOCTYPE html [{declared}]><html><body><p>{used}</p></body></html>'.encode()
    place = chance.choice(("META-INF/container.xml", "OEBPS/content.opf", "OEBPS/c0.xhtml", "OEBPS/nav.xhtml"))
    if chance.random() < 0.2:
        document = document.decode().encode("utf-16")
    return "entities.epub", files.epub_of(["<body><p>x</p></body>"], names=["x"], more={place: document})


def entities_in_docx(chance: random.Random) -> tuple[str, bytes]:
    place = chance.choice(("word/document.xml", "word/styles.xml", "docProps/core.xml", "_rels/.rels"))
    declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    document = declared + b'<w:document xmlns:w="w"><w:p><w:t>&e;</w:t></w:p></w:document>'
    return "entities.docx", files.archive({**_docx_parts(), place: document})


def entities_behind_a_comment(chance: random.Random) -> tuple[str, bytes]:
    """The declaration stands beyond what is looked at first."""
    comment = f"<!-- {'x' * chance.choice((70_000, 200_000))} -->"
    document = f'{comment}<!DOCTYPE html [<!ENTITY e "{"A" * 1000}">]><html><body><p>{"&e;" * 1000}</p></body></html>'
    return "late.epub", files.epub_of(["<body/>"], more={"OEBPS/c0.xhtml": document.encode()})


def lying_size(chance: random.Random) -> tuple[str, bytes]:
    """The table of contents says other sizes than there are."""
    data = bytearray(files.epub(files.Sample(chapters=[("一", ["雪" * 30_000])])))
    place = 0
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        if chance.random() < 0.7:
            struct.pack_into("<I", data, place + 24, chance.choice((0, 1, 1 << 31, 4_000_000_000, 70_000)))
        if chance.random() < 0.2:
            struct.pack_into("<I", data, place + 20, chance.choice((0, 1, 1 << 30)))
    return "lies.epub", bytes(data)


def lying_directory(chance: random.Random) -> tuple[str, bytes]:
    data = bytearray(files.epub(files.Sample()))
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<H", data, end + 10, chance.choice((0, 1, 65535)))
    struct.pack_into("<I", data, end + chance.choice((12, 16)), chance.choice((0, 1 << 20, 1 << 31, 0xFFFFFFFF)))
    return "directory.epub", bytes(data)


def overlapping(chance: random.Random) -> tuple[str, bytes]:
    """All members share one packed stretch."""
    data = bytearray(files.epub_of([f"<body><p>{'雪' * 200_000}</p></body>" for _ in range(40)]))
    first = data.find(b"PK\x01\x02")
    offset = struct.unpack_from("<I", data, first + 42)[0]
    place = first
    while (place := data.find(b"PK\x01\x02", place + 1)) >= 0:
        if chance.random() < 0.9:
            struct.pack_into("<I", data, place + 42, offset)
    return "overlap.epub", bytes(data)


def same_name_twice(chance: random.Random) -> tuple[str, bytes]:
    import io
    import warnings

    file = io.BytesIO(files.epub(files.Sample()))
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as packed:
        warnings.simplefilter("ignore")
        packed.writestr(chance.choice(("OEBPS/c0.xhtml", "META-INF/container.xml", "mimetype")), b"<html/>")
    return "twice.epub", file.getvalue()


def encrypted(chance: random.Random) -> tuple[str, bytes]:
    data = bytearray(chance.choice((files.epub, files.docx))(files.Sample()))
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at] |= 1
    return "locked.epub", bytes(data)


def strange_packing(chance: random.Random) -> tuple[str, bytes]:
    import io

    method = chance.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        packed.writestr("META-INF/container.xml", files.CONTAINER + " " * (40 << 20))
    return "packing.epub", file.getvalue()


def broken_markup(chance: random.Random) -> tuple[str, bytes]:
    bodies = (
        "<body><p>雪<b>夜<i>归</b>人</i></p><p>",
        "<body>" + "<p>" * 5000 + "雪</body>",
        "<body><p>&#0;&#x110000;&unknown;&amp;&lt;雪 & 夜</p></body>",
        "<body><p a='1' a='2'>雪</p></body>",
        "<body><p>雪</p></body></html><html>",
        "<body><![CDATA[ 雪 ]]><p>夜</p><!-- -- --></body>",
        "<body><p>\ufffe雪\ud7ff</p></body>",
    )
    return "broken.epub", _epub_with(chance.choice(bodies))


def deep(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((190, 500, 5000, 100_000, 1_000_000))
    tag = chance.choice(("div", "span", "b", "ul"))
    return "deep.epub", _epub_with("<body>" + f"<{tag}>" * count + "雪" + f"</{tag}>" * count + "</body>")


def deep_docx(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((300, 20_000, 400_000))
    document = b'<w:d xmlns:w="w">' + b"<w:p>" * count + b"<w:t>x</w:t>" + b"</w:p>" * count + b"</w:d>"
    return "deep.docx", files.archive({**_docx_parts(), "word/document.xml": document})


def many_elements(chance: random.Random) -> tuple[str, bytes]:
    unit = chance.choice(("<p/>", "<b></b>", "<p>x</p>", "<br/>", '<a id="x"/>', "<h1>x</h1>"))
    return "elements.epub", _epub_with("<body>" + unit * chance.choice((100_000, 600_000, 1_200_000)) + "</body>")


def many_attributes(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((10_000, 200_000, 400_000))
    return "attributes.epub", _epub_with(
        "<body><p " + " ".join(f'a{number}="x"' for number in range(count)) + ">雪</p></body>"
    )


def long_contents(chance: random.Random) -> tuple[str, bytes]:
    lines = '<li><a href="c0.xhtml#x">一</a></li>' * chance.choice((3000, 30_000, 120_000))
    return "contents.epub", files.epub_of(
        ["<body><p>雪</p></body>"], navigation=f'<nav epub:type="toc"><ol>{lines}</ol></nav>'
    )


def circular_contents(chance: random.Random) -> tuple[str, bytes]:
    point = '<navPoint><navLabel><text>x</text></navLabel><content src="c0.xhtml"/>'
    count = chance.choice((50, 150, 3000))
    ncx = f"<ncx><navMap>{point * count}{'</navPoint>' * count}</navMap></ncx>"
    return "points.epub", files.epub_of(["<body><p>雪</p></body>", "<body><p>夜</p></body>"], ncx=ncx)


def cut_off(chance: random.Random) -> tuple[str, bytes]:
    name, data = chance.choice(_good())
    return f"cut-{name}", data[: chance.randrange(1, len(data))]


def damaged(chance: random.Random) -> tuple[str, bytes]:
    name, data = chance.choice(_good())
    changed = bytearray(data)
    for _ in range(chance.choice((1, 5, 40, 400))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return f"damaged-{name}", bytes(changed)


def spliced(chance: random.Random) -> tuple[str, bytes]:
    """Stretches repeated, moved or taken away."""
    name, data = chance.choice(_good())
    for _ in range(chance.randint(1, 4)):
        start, end = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
        piece = data[start : min(end, start + 2000)]
        place = chance.randrange(len(data))
        data = (
            data[:place] + piece * chance.choice((0, 1, 1, 50)) + data[place + chance.choice((0, len(piece))) :] or b"x"
        )
    return f"spliced-{name}", data


def random_bytes(chance: random.Random) -> tuple[str, bytes]:
    name = chance.choice(
        ("a.txt", "a.md", "a.epub", "a.docx", "a.pdf", "a.srt", "a.ass", "a.json", "a.html", "a", "a.exe")
    )
    begin = chance.choice((b"", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-1.4\n", b"\xff\xfe", b"{", b"[Script Info]\n"))
    return name, begin + chance.randbytes(chance.choice((1, 30, 3000, 300_000, 3_000_000)))


def huge_text(chance: random.Random) -> tuple[str, bytes]:
    unit = chance.choice(
        ("雪", "a", "\n", "第一章\n", "“", " ", "1. a\n", "A: b\n", "😀", "　　\n", "*" * 50 + "\n", "- ")
    )
    size = chance.choice((2 << 20, 10 << 20, 17 << 20, 65 << 20))
    return chance.choice(("huge.txt", "huge.html")), (unit * (size // len(unit.encode()))).encode()


def hard_markdown(chance: random.Random) -> tuple[str, bytes]:
    unit = chance.choice(
        ("[", "![", "*a_", "`", "> ", "- ", "# x\n", "[a](", "<", "\\", "|a|b|\n|-|-|\n", "a\n\n", "&#", "**")
    )
    return "hard.md", (unit * (chance.choice((10_000, 300_000, 3_000_000)) // len(unit))).encode()


def hard_script(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((1000, 100_000, 1_000_000))
    texts = (
        "[" * count,
        '{"chapters":' * count,
        "[" + "[]," * count + "[]]",
        "[" + '{"text":"\\ud800","speaker":"A"},' * 3 + '{"text":"x"}]',
        "[" + "1.5," * count + "1]",
        '{"title":"x","chapters":[' + '{"title":"x","text":"雪"},' * min(count, 100_000) + "{}]}",
        '{"chapters":7}',
        '[{"speaker":["x"],"text":"x"}]',
        "[" + "9" * min(count, 100_000) + "]",
    )
    return "script.json", chance.choice(texts).encode()


def hard_subtitles(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((100, 15_000, 60_000))
    cue = "1\n00:00:01,000 --> 00:00:02,000\n雪<i>夜</i>{\\an8}\n\n"
    texts = (
        (".srt", cue * count),
        (".srt", "1\n99:99:99,999 --> 00:00:00,000\nx\n\n" * 5 + cue),
        (".srt", "1\n00:00:01,000 --> 00:00:02,000\n" + "<" * count + "{\\" * count),
        (".vtt", "WEBVTT\n\n" + "00:01.000 --> 00:02.000\n<v " + "x" * count + "\n"),
        (
            ".ass",
            "[Script Info]\n[Events]\nFormat: Start, End, Text\n"
            + "Dialogue: 0:00:01.00,0:00:02.00,x{\\p1}m 0 0\n" * count,
        ),
        (".ass", "[Script Info]\n[V4+ Styles]\nFormat: x\n" + "Style: " * count),
        (".ass", "[Script Info]\n[Fonts]\nfontname: x\n" + "!" * 80 * count),
    )
    ending, text = chance.choice(texts)
    return f"hard{ending}", text.encode()


def hard_cues(chance: random.Random) -> tuple[str, bytes]:
    """Lines that are all brackets, labels, dashes, notes or times; songs, frames and timed text that never end."""
    count = chance.choice((50, 1500))
    time_line = "1\n00:00:01,000 --> 00:00:02,000\n"
    many = range(chance.choice((100, 19_000)))
    timed = "".join(f"<p begin='{number}s' end='{number}.5s'>雪<br/>夜</p>" for number in many)
    texts = (
        (".srt", time_line + (chance.choice(("[", "(a)b", "- 雪. ", "♪a", "*a", "a: ")) * 700 + "\n") * count),
        (".srt", "".join(f"{number}\n{time_line[2:]}张{chr(0x4E00 + number)}：雪。\n\n" for number in many)),
        (".srt", (chance.choice(("1:", "00:00:01,000 ", "1 : ")) * 200 + "\n") * count),
        (".vtt", f"WEBVTT\n\n{time_line}" + (chance.choice(("<", "<v ", "<v a>", "<rt>", "&#")) * 500 + "\n") * count),
        (".ass", "[Events]\n" + f"Dialogue: 0,0:00:01.00,0:00:02.00,x,,0,0,0,,{chr(123) * 2900}雪\n" * count),
        (".lrc", "[00:01.00]" * 15 + "雪\n" + ("[00:01.00]" * 60 + "雪\n") * chance.choice((30, 3000))),
        (".sub", "{1}{1}25\n" + "{1}{2}|||||||||||||||雪\n" * chance.choice((100, 19_000))),
        (".ttml", f"<tt><body>{'<div>' * chance.choice((1, 150, 3000))}{timed}"),
        (".ttml", "<tt><body><p begin='1s' end='2s'>" + "雪<br/>" * 300 * count + "</p></body></tt>"),
    )
    ending, text = chance.choice(texts)
    return f"cues{ending}", text.encode()


def hard_fb2(chance: random.Random) -> tuple[str, bytes]:
    count = chance.choice((100, 60_000))
    bodies = (
        "<section><title><p>一</p></title><p>雪</p></section>" * count,
        "<section><p>雪</p></section>" * count,
        "<section>" * count,
        f"<section><p>{'<a href=' + chr(34) + '#x' + chr(34) + '>[1]</a>雪' * count}</p></section>",
        "<section><p>雪</p></section></body>" + "<binary id='a'>" * count,
        "<section><p>雪</p></section></body><binary id='a'>" + "QUJD" * 60 * count + "</binary>",
    )
    declared = chance.choice(("", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"))
    document = (
        f"<?xml version='1.0'?>{declared}<FictionBook><body>{chance.choice(bodies)}</body></FictionBook>".encode()
    )
    return ("book.fb2", document) if chance.random() < 0.7 else ("book.fb2.zip", files.archive({"book.fb2": document}))


def hard_pdf(chance: random.Random) -> tuple[str, bytes]:
    kinds: tuple[Callable[[random.Random], bytes], ...] = (
        _pdf_bomb, _pdf_circle, _pdf_pages, _pdf_operators, _pdf_forms, _pdf_map, _pdf_outline, _pdf_strings,
        _pdf_filters, _pdf_xref,
    )  # fmt: skip
    return "hard.pdf", chance.choice(kinds)(chance)


def _page(content: bytes, more: str = "", rest: tuple[bytes, ...] = ()) -> bytes:
    page = f"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>{more}>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page.encode(),
        content,
        font,
        *rest,
    ]
    return files.pdf_of(parts)


def _pdf_bomb(chance: random.Random) -> bytes:
    return _page(files.stream(chance.choice((b" ", b"0 ", b"(x) Tj ", b"q ")) * (chance.choice((1, 20)) << 20)))


def _pdf_circle(chance: random.Random) -> bytes:
    kids = chance.choice((b"[2 0 R]", b"[3 0 R 2 0 R]", b"[1 0 R]", b"2 0 R"))
    parts = [b"<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>", b"<</Type/Pages/Kids" + kids + b"/Count 9>>"]
    parts += [
        b"<</Type/Page/Parent 3 0 R/Contents 3 0 R/Resources 3 0 R>>",
        b"<</First 4 0 R/Next 4 0 R/Title(x)/Dest[3 0 R]>>",
    ]
    return files.pdf_of(parts)


def _pdf_pages(chance: random.Random) -> bytes:
    count = chance.choice((3000, 20_000, 100_000))
    kids = b"<</Type/Pages/Kids[" + b"3 0 R " * count + b"]/Count " + str(count).encode() + b">>"
    return files.pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", kids, b"<</Type/Page/Parent 2 0 R/Resources<<>>>>"])


def _pdf_operators(chance: random.Random) -> bytes:
    unit = chance.choice(
        (
            b"BT /F1 9 Tf (x) Tj ET\n",
            b"q 1 0 0 1 0 0 cm\n",
            b"[(x) 1 (y)] TJ\n",
            b"[[[[",
            b"<</A ",
            b"BI ID x EI\n",
            b"BI ",
        )
    )
    return _page(files.stream(unit * chance.choice((5000, 40_000, 150_000))))


def _pdf_forms(chance: random.Random) -> bytes:
    """Forms that draw each other again and again."""
    depth = chance.choice((3, 12, 40))
    forms = []
    for number in range(depth):
        inner = f"/X {6 + (number + 1) % depth} 0 R"
        extra = f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<<{inner}>>>>"
        forms.append(files.stream(b"/X Do " * chance.choice((2, 10)) + b"BT (x) Tj ET", extra))
    return _page(files.stream(b"/X Do " * 10), "/XObject<</X 6 0 R>>", tuple(forms))


def _pdf_map(chance: random.Random) -> bytes:
    """A font's map of signs without end."""
    rows = chance.choice(
        (b"<0000> <FFFF> <0000>\n", b"<00000000> <FFFFFFFF> <0000>\n", b"<0000> <FFFF> [" + b"<0041>" * 3000 + b"]\n")
    )
    cmap = (
        b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 9 beginbfrange\n"
        + rows * chance.choice((9, 900))
        + b"endbfrange"
    )
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 4 0 R>>"
    page = b"<</Type/Page/Parent 2 0 R/Contents 6 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, files.stream(cmap), font]
    return files.pdf_of([*parts, files.stream(b"BT /F1 9 Tf <00410042> Tj ET")])


def _pdf_outline(chance: random.Random) -> bytes:
    marks = [("x" * chance.choice((1, 5000)), 0)] * chance.choice((100, 4000))
    return files.pdf([["雪夜"] * 3] * 2, marks)


def _pdf_strings(chance: random.Random) -> bytes:
    return _page(
        files.stream(
            b"BT /F1 9 Tf " + chance.choice((b"(", b"((((", b"<41", b"(\\", b"[(x)")) * chance.choice((9999, 400_000))
        )
    )


def _pdf_filters(chance: random.Random) -> bytes:
    names = (
        "/FlateDecode",
        "/ASCIIHexDecode",
        "/ASCII85Decode",
        "/LZWDecode",
        "/RunLengthDecode",
        "/Crypt",
        "/JBIG2Decode",
        "/None",
    )
    chosen = "".join(chance.choice(names) for _ in range(chance.choice((1, 3, 100))))
    data = chance.randbytes(chance.choice((100, 300_000)))
    return _page(f"<</Length {len(data)}/Filter[{chosen}]>>stream\n".encode() + data + b"\nendstream")


def _pdf_xref(chance: random.Random) -> bytes:
    data = files.pdf([["雪夜"]])
    start = data.rfind(b"xref\n0")
    lies = (
        b"xref\n0 99999999\n" + b"0000000000 65535 f \n" * 9,
        b"xref\n" + b"0 1\n0000000000 65535 f \n" * 60_000,
        b"trailer<</Size 9/Root 1 0 R/Prev " + str(start).encode() + b">>",
        b"1 0 obj<</Type/XRef/W[8 8 8]/Index[0 9999999]/Size 9999999/Length 3>>stream\nabc\nendstream",
        b"obj " * 100_000,
        b"1 0 obj\n" * 60_000,
    )
    return data[:start] + chance.choice(lies) + data[chance.choice((start, data.rfind(b"trailer"))) :]


def _docx_parts() -> dict[str, bytes]:
    rels = b'<Relationships><Relationship Id="r" Type="x/officeDocument" Target="word/document.xml"/></Relationships>'
    return {"[Content_Types].xml": b"<Types/>", "_rels/.rels": rels, "word/document.xml": b"<x/>"}


_kept: list[tuple[str, bytes]] = []


def _good() -> list[tuple[str, bytes]]:
    if not _kept:
        book = files.Sample(chapters=[(f"第{number}章 风雪", files.STORY * 4) for number in "一二三四"])
        pages = [["雪夜", *files.STORY, str(number)] for number in range(6)]
        cue = "".join(f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{files.STORY[n % 3]}\n\n" for n in range(1, 50))
        lines = [{"speaker": "甲", "text": line} for line in files.STORY]
        _kept.extend(
            (
                ("good.txt", files.text(book).encode("gb18030")),
                ("good.md", files.markdown(book).encode()),
                ("good.epub", files.epub(book)),
                ("good.docx", files.docx(book)),
                ("good.pdf", files.pdf(pages, [("一", 0), ("二", 3)])),
                ("good.srt", cue.encode()),
                ("good.vtt", f"WEBVTT\n\n{cue.replace(',', '.')}".encode()),
                ("good.ttml", f"<tt><body><div><p begin='1s' end='2s'>{files.STORY[0]}</p></div></body></tt>".encode()),
                ("good.fb2", files.fb2(book)),
                ("good.json", json.dumps(lines, ensure_ascii=False).encode()),
            )
        )
    return _kept


MAKERS: Final[tuple[Make, ...]] = (
    bomb_in_a_document, bomb_in_docx, bomb_of_many_members, bomb_of_chapters, bomb_in_a_bomb, bomb_in_a_cover,
    traversal, traversal_by_reference, symlink, entities, entities_in_docx, entities_behind_a_comment, lying_size,
    lying_directory, overlapping, same_name_twice, encrypted, strange_packing, broken_markup, deep, deep_docx,
    many_elements, many_attributes, long_contents, circular_contents, cut_off, damaged, spliced, random_bytes,
    huge_text, hard_markdown, hard_script, hard_subtitles, hard_pdf, hard_pdf, hard_pdf, damaged, cut_off, spliced,
    random_bytes, hard_cues, hard_fb2, hard_cues,
)  # fmt: skip


def made(count: int, seed: int, only: str = "") -> Iterator[tuple[str, str, bytes]]:
    """``count`` hostile files in turn: what each is, its name, its bytes."""
    makers = [make for make in MAKERS if only in make.__name__]
    for number in range(count):
        make = makers[number % len(makers)]
        name, data = make(random.Random(f"{seed} {number}"))
        yield f"{make.__name__} {number}", name, data


def measured(name: str, data: bytes) -> dict[str, Any]:
    """What came of one file, read in a process of its own."""
    from indextts.platform.memory import release

    # What this process has freed and keeps would hide what the child takes.
    release()
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiver)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_GIVE_UP_S)
        with os.fdopen(sender, "w", encoding="utf-8") as pipe:
            json.dump(_read(name, data), pipe)
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return (
        json.loads(said)
        if said
        else {"outcome": f"ended by signal {status & 127}", "seconds": _GIVE_UP_S, "megabytes": 0}
    )


def _read(name: str, data: bytes) -> dict[str, Any]:
    from indextts.books.reading import read_manuscript
    from indextts.model.errors import StudioError

    before, begin = _resident(), time.process_time()
    try:
        outcome = f"read, {len(read_manuscript(name, data).chapters)} chapters"
        bad = False
    except StudioError as error:
        sentences = [error.localise(language)[0] for language in ("en", "zh")]
        bad = not error.code.startswith("book_") or any(
            not said or "\n" in said or len(said) > 300 for said in sentences
        )
        outcome = f"{error.code}: {sentences[0]}"
    except BaseException:
        bad, outcome = True, traceback.format_exc(limit=-3)
    seconds = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"outcome": outcome, "bad": bad, "seconds": round(seconds, 3), "megabytes": round(peak - before, 1)}


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _warm() -> None:
    """Libraries are loaded once, as in a server."""
    from indextts.books.reading import read_manuscript

    for name, data in _good():
        read_manuscript(name, data)
    read_manuscript("a.html", b"<p>x<p>y")
    read_manuscript("a.txt", "Привет, как дела? Это русский текст.".encode("cp1251"))


def run(books: Iterable[tuple[str, str, Callable[[], bytes]]], argv: list[str] | None, about: str | None = None) -> int:
    """Read all ``books`` (what each is, its name, how it is made); 1 where one misses its bounds."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="those that have this in what they are")
    parser.add_argument("--every", type=int, default=1, help="one in so many")
    parser.add_argument("--seconds", type=float, default=MAX_SECONDS, help="the longest time that a file may take")
    parser.add_argument("--all", action="store_true", help="print every file's line")
    options = parser.parse_args(argv)
    _warm()
    count, missed, worst, outcomes = 0, 0, {"seconds": 0.0, "megabytes": 0.0}, Counter[str]()
    chosen = (book for book in books if options.only in book[0])
    for what, name, make in islice(chosen, 0, None, options.every):
        data = make()
        row = measured(name, data)
        over = row.pop("bad", True) or row["seconds"] > options.seconds or row["megabytes"] > MAX_MEGABYTES
        count, missed = count + 1, missed + over
        outcomes[str(row["outcome"]).partition(":")[0].partition(",")[0]] += 1
        worst = {key: max(value, row[key]) for key, value in worst.items()}
        if over or options.all:
            print(json.dumps({"file": what, "name": name, "bytes": len(data), **row}, ensure_ascii=False), flush=True)
    print(json.dumps({"files": count, "missed": missed, "worst": worst, "outcomes": outcomes}))
    return int(missed > 0)


def main(argv: list[str] | None = None) -> int:
    """Print one line of JSON for each file that misses its bounds, and a summary; 1 where there is such a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--only", default="")
    parser.add_argument("--seconds", type=float, default=MAX_SECONDS, help="the longest time that a file may take")
    parser.add_argument("--all", action="store_true", help="print every file's line")
    options = parser.parse_args(argv)
    _warm()
    missed, worst, outcomes = 0, {"seconds": 0.0, "megabytes": 0.0}, Counter[str]()
    for what, name, data in made(options.count, options.seed, options.only):
        row = measured(name, data)
        over = row.pop("bad", True) or row["seconds"] > options.seconds or row["megabytes"] > MAX_MEGABYTES
        missed += over
        outcomes[str(row["outcome"]).partition(":")[0].partition(",")[0]] += 1
        worst = {key: max(value, row[key]) for key, value in worst.items()}
        if over or options.all:
            print(json.dumps({"file": what, "name": name, "bytes": len(data), **row}, ensure_ascii=False), flush=True)
    print(json.dumps({"files": options.count, "missed": missed, "worst": worst, "outcomes": outcomes}))
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

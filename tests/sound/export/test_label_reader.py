"""Labels are found in every kind of file, wherever in it a program has put them, byte by byte."""

from __future__ import annotations

import io
import struct

import pytest

from indextts.sound.export.label_reader import texts_of

TEXT = "标识 text"
RAW = TEXT.encode()


def found(data: bytes) -> list[str]:
    return list(texts_of(io.BytesIO(data)))


def part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def wav(*parts: bytes, kind: bytes = b"RIFF") -> bytes:
    return kind + b"\0\0\0\0WAVE" + b"".join(parts)


@pytest.mark.parametrize("kind", [b"RIFF", b"RF64", b"RIFX"])
@pytest.mark.parametrize("odd", [b"", b"x"])
def test_a_wavs_parts_are_walked_whatever_their_lengths(kind: bytes, odd: bytes) -> None:
    before = part(b"fmt ", b"16" + odd)
    assert found(wav(before, part(b"AIGC", RAW), kind=kind)) == [TEXT]
    info = b"INFO" + part(b"INAM", b"ab" + odd) + part(b"AIGC", RAW + odd) + part(b"IART", b"c")
    assert found(wav(before, part(b"LIST", info), part(b"AIGC", RAW), kind=kind)) == [TEXT + odd.decode(), TEXT]
    assert found(wav(part(b"LIST", b"adtl" + info[4:]), kind=kind)) == []
    for name in (b"id3 ", b"ID3 "):
        assert found(wav(before, part(name, id3(4, frame(4))), part(b"AIGC", RAW), kind=kind)) == [TEXT, TEXT]
    assert found(kind + b"\0\0\0\0WAVX" + part(b"AIGC", RAW)) == []


def test_a_list_ends_where_it_says() -> None:
    whole = b"INFO" + part(b"AIGC", RAW)
    short = b"LIST" + struct.pack("<I", 4 + 6) + whole
    assert found(wav(short)) == []
    assert found(wav(b"LIST" + struct.pack("<I", len(whole)) + whole)) == [TEXT]


def test_what_is_around_a_text_is_left_out_and_an_endless_one_is_cut() -> None:
    assert found(wav(part(b"AIGC", b"\xef\xbb\xbf \n" + RAW + b"\r\n\t \0"))) == [TEXT]
    assert [len(one) for one in found(wav(part(b"AIGC", b"a" * 65_536)))] == [65_536]
    assert [len(one) for one in found(wav(part(b"AIGC", b"a" * 65_537)))] == [65_536]


def seven(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(
    version: int, name: str = "AIGC", text: str = TEXT, encoding: int = 3, marks: int = 0, **more: bytes
) -> bytes:
    codec = ("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding]
    end = "\0".encode("utf-16-be" if encoding in (1, 2) else "utf-8")
    body = more.get("head", b"") + bytes([encoding]) + name.encode(codec) + end + text.encode(codec)
    size = seven(len(body)) if version == 4 else struct.pack(">I", len(body))
    return more.get("kind", b"TXXX") + size + bytes([0, marks]) + body


def id3(version: int, *frames: bytes, flags: int = 0, head: bytes = b"") -> bytes:
    body = head + b"".join(frames)
    return b"ID3" + bytes([version, 0, flags]) + seven(len(body)) + body


@pytest.mark.parametrize("version", [3, 4])
def test_frames_of_our_name_alone_are_read_in_any_encoding(version: int) -> None:
    long = frame(version, "other", "x" * 300)
    for encoding, text in ((0, "plain"), (1, TEXT), (2, TEXT), (3, TEXT)):
        tag = id3(version, long, frame(version, "aigc", text, encoding), frame(version, "AIGCX"))
        assert found(tag) == [text]
    assert found(id3(version, frame(version, kind=b"TIT2"), frame(version))) == [TEXT]
    assert found(id3(5, frame(4))) == found(id3(2, frame(3))) == []
    odd = frame(version).replace(b"\3AIGC", b"\4AIGC")
    assert found(id3(version, odd, frame(version))) == [TEXT]


def test_marks_of_a_frame_and_of_a_tag_are_heeded_by_version() -> None:
    for marks in (0x04, 0x08):
        assert found(id3(4, frame(4, marks=marks), frame(4))) == [TEXT]
        assert found(id3(3, frame(3, marks=marks))) == [TEXT]
    for marks in (0x40, 0x80):
        assert found(id3(3, frame(3, marks=marks), frame(3))) == [TEXT]
        assert found(id3(4, frame(4, marks=marks))) == [TEXT]
    assert found(id3(4, frame(4, marks=0x01, head=b"\0\0\0\1"))) == [TEXT]
    assert found(id3(3, frame(3, marks=0x01))) == [TEXT]


def test_an_extended_header_is_passed_over() -> None:
    assert found(id3(3, frame(3), flags=0x40, head=struct.pack(">I", 6) + bytes(6))) == [TEXT]
    assert found(id3(4, frame(4), flags=0x40, head=seven(6) + bytes(2))) == [TEXT]
    assert found(id3(4, frame(4), flags=0x40, head=seven(150) + bytes(146))) == [TEXT]


def comments(*lines: bytes, maker: bytes = b"maker") -> bytes:
    body = struct.pack("<I", len(maker)) + maker + struct.pack("<I", len(lines))
    return body + b"".join(struct.pack("<I", len(line)) + line for line in lines)


LINES = (b"TITLE=x", b"aigc=" + RAW, b"AIGC", b"AIGCX=no", b"AIGC=a=b")


def flac(*blocks: tuple[int, bytes]) -> bytes:
    made = [bytes([kind | (0x80 if at == len(blocks) - 1 else 0)]) + len(body).to_bytes(3, "big") + body
            for at, (kind, body) in enumerate(blocks)]  # fmt: skip
    return b"fLaC" + b"".join(made)


def test_a_flacs_comments_are_read_up_to_its_last_block_also_behind_a_tag() -> None:
    whole = flac((0, bytes(34)), (4, comments(*LINES)), (1, bytes(300)), (4, comments(b"AIGC=more")))
    assert found(whole) == [TEXT, "a=b", "more"]
    assert found(id3(4, frame(4, "other")) + whole) == [TEXT, "a=b", "more"]
    assert found(id3(4, frame(4), frame(4, "other", "x" * 200)) + whole)[1:] == [TEXT, "a=b", "more"]
    ended = flac((0, bytes(34))) + b"\4" + len(comments(*LINES)).to_bytes(3, "big") + comments(*LINES)
    assert found(ended) == []


def page(serial: bytes, *packets: bytes, open_end: bool = False) -> bytes:
    lacing = b""
    for at, packet in enumerate(packets):
        lacing += b"\xff" * (len(packet) // 255)
        if not (open_end and at == len(packets) - 1):
            lacing += bytes([len(packet) % 255])
    return b"OggS" + bytes(10) + serial + bytes(8) + bytes([len(lacing)]) + lacing + b"".join(packets)


@pytest.mark.parametrize("sign", [b"OpusTags", b"\3vorbis"])
def test_an_oggs_second_packet_of_its_first_stream_is_read(sign: bytes) -> None:
    data = sign + comments(*LINES)
    assert found(page(b"aaaa", b"head") + page(b"aaaa", data)) == [TEXT, "a=b"]
    assert found(page(b"aaaa", b"head", data)) == [TEXT, "a=b"]
    other = page(b"bbbb", b"head", sign + comments(b"AIGC=other"))
    assert found(page(b"aaaa", b"head") + other + page(b"aaaa", data)) == [TEXT, "a=b"]
    long = sign + comments(b"TITLE=" + b"x" * (510 - len(sign) - len(comments(b"TITLE="))), *LINES)
    cut = page(b"aaaa", long[:510], open_end=True) + page(b"aaaa", long[510:])
    assert found(page(b"aaaa", b"head") + cut) == [TEXT, "a=b"]
    assert found(page(b"aaaa", b"head", b"x", data)) == []  # the third
    assert found(page(b"aaaa", data)) == []
    assert found(page(b"aaaa", b"h" * 255, data)) == [TEXT, "a=b"]


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def item(name: bytes = b"aigc", text: bytes = RAW) -> bytes:
    return box(b"----", box(b"mean", b"\0\0\0\0com") + box(b"name", b"\0\0\0\0" + name) + box(b"data", bytes(8) + text))


@pytest.mark.parametrize("first", [b"ftyp", b"free", b"skip", b"wide", b"mdat"])
@pytest.mark.parametrize("version", [b"", bytes(4)])
def test_an_mp4s_items_are_found_behind_any_box(first: bytes, version: bytes) -> None:
    handler = box(b"hdlr", bytes(25))
    meta = box(b"meta", version + handler + box(b"ilst", box(b"\xa9nam", b"x") + item(b"other") + item()))
    data = box(first, bytes(9)) + box(b"moov", box(b"mvhd", bytes(3)) + box(b"udta", meta)) + box(b"free", b"x")
    assert found(data) == [TEXT]
    assert found(box(b"moov", box(b"udta", meta))) == [TEXT]
    wide = struct.pack(">I4sQ", 1, b"free", 16 + 5) + bytes(5)
    assert found(box(first, b"") + wide + box(b"moov", box(b"udta", meta))) == [TEXT]
    endless = b"\0\0\0\0moov" + box(b"udta", meta)
    assert found(box(first, b"") + endless) == [TEXT]


def test_an_mp4s_numbered_values_are_named_by_its_keys() -> None:
    names = b"".join(box(b"mdta", name) for name in (b"other", b"aigc"))
    keys = box(b"keys", bytes(4) + struct.pack(">I", 2) + names)
    values = [
        box(struct.pack(">I", n), box(b"data", bytes(8) + text))
        for n, text in ((0, b"0"), (1, b"1"), (2, RAW), (3, b"3"))
    ]
    meta = box(b"meta", box(b"hdlr", bytes(25)) + keys + box(b"ilst", b"".join(values)))
    assert found(box(b"ftyp", b"") + box(b"moov", meta)) == [TEXT]
    first = box(b"keys", bytes(4) + struct.pack(">I", 1) + box(b"mdta", b"AIGC"))
    meta = box(b"meta", box(b"hdlr", bytes(25)) + first + box(b"ilst", values[1]))
    assert found(box(b"ftyp", b"") + box(b"moov", meta)) == ["1"]


@pytest.mark.parametrize("data", [b"", b"abc", b"OggX" + bytes(60), b"junkjunkjunk" + RAW])
def test_what_is_no_sound_has_none(data: bytes) -> None:
    assert found(data) == []


def test_an_mp4s_item_ends_where_it_says() -> None:
    beside = box(b"name", b"\0\0\0\0aigc") + box(b"data", bytes(8) + RAW)
    for inside in (item(b"other") + beside, box(b"----", box(b"name", b"\0\0\0\0aigc")) + box(b"data", bytes(8) + RAW)):
        assert found(box(b"ftyp", b"") + box(b"moov", box(b"udta", box(b"ilst", inside)))) == []
    number = box(struct.pack(">I", 1), box(b"free", b"x")) + box(b"data", bytes(8) + RAW)
    keys = box(b"keys", bytes(4) + struct.pack(">I", 1) + box(b"mdta", b"AIGC"))
    meta = box(b"meta", box(b"hdlr", bytes(25)) + keys + box(b"ilst", number))
    assert found(box(b"ftyp", b"") + box(b"moov", meta)) == []
    # A name behind the keys is none of them.
    none = box(b"keys", bytes(4) + struct.pack(">I", 0)) + box(b"mdta", b"AIGC")
    values = box(struct.pack(">I", 1), box(b"data", bytes(8) + RAW))
    assert found(box(b"ftyp", b"") + box(b"moov", box(b"meta", box(b"hdlr", b"") + none + box(b"ilst", values)))) == []


class Watched(io.BytesIO):
    """A file that knows how much was read of it at once at most."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.most = max(self.most, len(data))
        return data


HUGE = 1_000_000


@pytest.mark.parametrize(
    "data",
    [
        wav(part(b"AIGC", b"a" * HUGE)), wav(part(b"LIST", b"INFO" + part(b"AIGC", b"a" * HUGE))),
        wav(part(b"data", b"a" * HUGE), part(b"AIGC", RAW)),
        box(b"ftyp", b"") + box(b"moov", item(text=b"a" * HUGE)),
        box(b"ftyp", b"") + box(b"mdat", b"a" * HUGE) + box(b"moov", item()),
        box(b"ftyp", b"") + box(b"moov", box(b"keys", bytes(HUGE))),
        box(b"ftyp", b"") + box(b"moov", box(b"meta", box(b"hdlr", bytes(25)) + box(
            b"keys", bytes(4) + struct.pack(">I", 1) + box(b"mdta", b"AIGC")
        ) + box(b"ilst", box(struct.pack(">I", 1), box(b"data", bytes(8) + b"a" * HUGE))))),
        flac((1, b"a" * HUGE), (4, comments(b"AIGC=" + RAW))),
        page(b"aaaa", b"head", b"OpusTags" + comments(b"AIGC=" + RAW)) + page(b"aaaa", b"a" * 60_000) * 20,
    ],
    ids=range(9),
)  # fmt: skip
def test_no_more_than_sixty_four_kilobytes_are_read_of_what_may_be_a_text(data: bytes) -> None:
    file = Watched(data)
    assert all(len(text) <= 65_536 for text in texts_of(file))
    assert 0 < file.most <= 65_536

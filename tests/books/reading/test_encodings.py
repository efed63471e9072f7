"""The encoding of a text file is found, whether the text is short or long."""

from __future__ import annotations

import codecs

import pytest

from benchmarks.book_files import STORY
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

SIMPLIFIED = (
    "雨停了",
    "你好，世界。",
    "她说：“走吧。”",
    "第一章 风起\n那年冬天，下了很大的雪。",
    "Hello 世界",
    "\n".join(STORY * 200),
)
TRADITIONAL = (
    "雨停了",
    "你好，世界。",
    "她說：「走吧。」",
    "第一章 風起\n那年冬天，下了很大的雪。",
    "那時候我們每天都在橋上等船。" * 300,
)
WIDE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")


def whole(data: bytes) -> tuple[str, str]:
    manuscript = read_manuscript("书.txt", data)
    said = "".join(chapter.title + chapter.text for chapter in manuscript.chapters)
    return said.removeprefix("书"), manuscript.encoding


@pytest.mark.parametrize("text", SIMPLIFIED, ids=lambda text: text[:6].strip())
@pytest.mark.parametrize("encoding", [*WIDE, "gbk"])
def test_simplified_chinese_is_read_in_every_encoding_that_people_use(text: str, encoding: str) -> None:
    said, found = whole(text.encode(encoding))
    assert said.replace("\n", "") == text.replace("\n", "")
    assert found == {"gbk": "gb18030", "utf-8-sig": "utf-8"}.get(encoding, encoding)


@pytest.mark.parametrize("text", TRADITIONAL, ids=lambda text: text[:6].strip())
@pytest.mark.parametrize("encoding", [*WIDE, "big5"])
def test_traditional_chinese_is_read_in_big5_and_the_others(text: str, encoding: str) -> None:
    said, found = whole(text.encode(encoding))
    assert said.replace("\n", "") == text.replace("\n", "")
    assert found == {"utf-8-sig": "utf-8"}.get(encoding, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café déjà vu, naïve façade and “quotes”.", "cp1252"),
        ("It cost €9, naïvely: a crème brûlée.", "cp1252"),
        ("Half a façade, £300 and 2½ days × 3 for Zoë™.", "cp1252"),
        ("Привет, как дела? Это русский текст для проверки.", "cp1251"),
        ("It was a dark night.", "utf-16-le"),
    ],
)
def test_other_languages_are_read_too(text: str, encoding: str) -> None:
    assert whole(text.encode(encoding)) == (text, encoding)


WORDS = ("hello", "water", "Marie", "Name", "Go on", "I am.", "Señor", "À bientôt", "naïve")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("text", WORDS)
def test_a_few_letters_are_letters(text: str, encoding: str) -> None:
    if text.isascii() or encoding != "utf-16-le":
        book = read_manuscript("a.txt", text.encode(encoding))
        assert (book.chapters[0].text, book.warnings) == (text, ())


@pytest.mark.parametrize("damage", [b"\xff", b"\xed\xa0\x80", b"\xe4\xbd", b"\xc0"])
@pytest.mark.parametrize(
    "text", ["He said 你好 to me.", "Hello 你好", "“世界”", "She wrote “No” — and left.", "雨停了。"]
)
@pytest.mark.parametrize("at_end", [True, False])
def test_a_damaged_character_in_a_few_words_is_told_and_leaves_the_rest(text: str, damage: bytes, at_end: bool) -> None:
    data = text.encode()
    data = data + b" " + damage + b"." if at_end else damage + b" " + data
    book = read_manuscript("a.txt", data)
    assert book.encoding == "utf-8" and text in book.chapters[0].text
    assert [one for one, _ in book.warnings if "damaged" in one]


def test_a_text_with_a_damaged_byte_and_one_that_is_cut_in_a_character_are_read() -> None:
    text = "".join(STORY * 40)
    data = text.encode("gb18030")
    assert whole(data[:1000] + b"\xff" + data[1001:])[1] == "gb18030"
    assert whole(text.encode()[:-1])[0].startswith(text[:200])


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\0\1junk", b"\1\2\3", b"BIN\x04\x05\x06\x0e"])
@pytest.mark.parametrize("name", ["a.txt", "x.xyz", "x"])
def test_what_is_no_text_is_refused_with_one_sentence(name: str, data: bytes) -> None:
    with pytest.raises(StudioError) as refused:
        read_manuscript(name, data)
    assert refused.value.code == "book_unreadable"
    assert "encoding" in refused.value.localise("en")[0]
    assert "编码" in refused.value.localise("zh")[0]


@pytest.mark.parametrize("spaces", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        "你好，世界。",
        "“走吧。”她说。\n雨停了，天也亮了。",
        "\n".join(STORY * 200),
        "Café déjà vu, naïve façade and “quotes”.",
        "À la carte — señor Núñez’s façade.",
    ],
)
def test_a_text_that_was_stored_in_a_wrong_encoding_is_restored_and_that_is_told(text: str, spaces: bool) -> None:
    windows = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
    wrong = text.encode().decode("latin-1").translate(windows)
    manuscript = read_manuscript("书.txt", (wrong.replace("\xa0", " ") if spaces else wrong).encode())
    assert "\n".join(chapter.text for chapter in manuscript.chapters) == text
    assert [english for english, _ in manuscript.warnings if "wrong encoding" in english]


@pytest.mark.parametrize("text", ["Ã is a letter, and Ã© stands for é.", "São Paulo, Älvsjö, français", "Â£5 and 你好"])
def test_a_text_that_has_such_letters_of_its_own_stays_as_it_is(text: str) -> None:
    manuscript = read_manuscript("书.txt", text.encode())
    assert manuscript.chapters[0].text == text
    assert not [english for english, _ in manuscript.warnings if "wrong encoding" in english]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5"])
@pytest.mark.parametrize(
    ("begin", "end", "size"), [(-1, None, 3000), (-2, None, 512), (4001, 4001, 700), (4001, 5000, 999), (0, 0, 4096)]
)
def test_what_a_download_left_out_of_a_text_is_told_and_the_rest_is_read(
    encoding: str, begin: int, end: int | None, size: int
) -> None:
    line = "那時候我們每天都在橋上等船，等了很久。\n"
    data = (line * 300).encode(encoding)
    broken = data[:begin] + b"\0" * size + (data[end:] if end is not None else b"")
    book = read_manuscript("书.txt", broken)
    said = "".join(one.text for one in book.chapters)
    assert said.count(line.strip()) >= 300 - 1 - ((end or 0) - max(begin, 0)) // 20
    assert "\0" not in said and any(f"{size} bytes" in warning[0] for warning in book.warnings)


def test_a_file_of_nothing_but_empty_bytes_is_refused_as_empty() -> None:
    with pytest.raises(StudioError) as caught:
        read_manuscript("书.txt", b"\0" * 5000 + b"\r\n")
    assert caught.value.code == "book_empty"


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "line", ["那时候我们每天都在桥上等船，等了很久。\n", "She waited at the bridge until the boat came.\n"]
)
@pytest.mark.parametrize(
    ("begin", "end", "size"), [(None, None, 37), (None, None, 512), (401, 501, 100), (400, 501, 101)]
)
def test_empty_bytes_within_wide_characters_and_half_of_the_last_one_are_left_out(
    line: str, encoding: str, begin: int | None, end: int | None, size: int, *, marked: bool
) -> None:
    data = (codecs.BOM_UTF16_LE if encoding == "utf-16-le" else codecs.BOM_UTF16_BE) * marked
    data += (line * 90).encode(encoding)
    broken = data[:begin] + b"\0" * size + (data[end:] if end else b"")
    book = read_manuscript("书.txt", broken)
    assert "".join(one.text for one in book.chapters).count(line.strip()) >= (90 if begin is None else 83)
    assert any("never written" in warning[0] for warning in book.warnings)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_half_a_character_at_the_end_is_left_out(encoding: str) -> None:
    text = "那时候我们每天都在桥上等船，等了很久。\n" * 30
    assert read_manuscript("书.txt", text.encode(encoding)[:-3]).chapters[0].text.count("等船") == 30

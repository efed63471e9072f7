"""The dictionary as a file that spreadsheets open: text stays text, and comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.reading.lexicon.entry import EntryDraft
from indextts.reading.lexicon.files import read_csv, read_json, write_csv

FORMULAS = "=+-@\t\r＝＋－＠"


def cells(data: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]


@pytest.mark.parametrize("sign", FORMULAS)
@pytest.mark.parametrize("column", ["word", "reading", "note"])
def test_no_cell_is_a_formula(sign: str, column: str) -> None:
    entry = EntryDraft(**{"word": "词", "reading": "ci2", "kind": "text", column: f"{sign}cmd|calc"})  # type: ignore[arg-type]
    data = write_csv([entry])
    assert not [cell for cell in cells(data) if cell[:1] in FORMULAS and cell]
    assert f"'{sign}cmd|calc" in cells(data)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_cells_are_parted_by_what_parts_the_columns_names(sign: str) -> None:
    rows = (("word", "reading", "note"), ("重庆", "chong2 qing4", f'"{sign}a, b; c"'), ("行", "hang2", ""))
    data = "\r\n".join(sign.join(row) for row in rows).encode()
    entries = read_csv(data)
    assert [(one.word, one.reading) for one in entries] == [("重庆", "chong2 qing4"), ("行", "hang2")]
    assert entries[0].note == f"{sign}a, b; c".strip()


NOTES = st.text(st.sampled_from("=+-@'＝a词 "), min_size=1, max_size=6).filter(str.strip)


@given(st.lists(NOTES, min_size=1, max_size=5))
def test_whatever_a_note_begins_with_it_comes_back(notes: list[str]) -> None:
    entries = [
        EntryDraft(word=f"词{number}", reading="字", kind="text", note=note.strip())
        for number, note in enumerate(notes)
    ]
    assert [entry.note for entry in read_csv(write_csv(entries))] == [note.strip() for note in notes]


def test_apostrophes_of_a_persons_own_stay() -> None:
    (entry,) = read_csv(b"word,reading\n'twas,it was\n")
    assert entry.word == "'twas"


@pytest.mark.parametrize(
    "table",
    [
        "词,读法,备注\n重庆,chóng qìng,城市\nGIF,jif,\n",
        "词\t类型\t读法\t启用\t备注\n重庆\t拼音\tchong2 qing4\t是\t城市\nGIF\t替换文字\tjif\t\t\n",
        "Word;Read as;Kind;Note\n重庆;chóng qìng;Detect;城市\nGIF;jif;Replacement text;\n",
        "词语,拼音,说明\n重庆,chóng qìng,城市\nGIF,jif,\n",
        "Pronunciation;TERM;Comments\nchong2 qing4;重庆;城市\njif;GIF;\n",
        "备注,发音,单词\n城市,chong2 qing4,重庆\n,jif,GIF\n",
        "重庆,chóng qìng,城市\nGIF,jif\n",
        "重庆,chong2 qing4,pinyin,zh,true,城市\nGIF,jif,text,en,true,\n",
    ],
)
def test_columns_are_known_by_the_pages_names_and_without_any(table: str) -> None:
    city = EntryDraft("重庆", "chong2 qing4", "pinyin", note="城市")
    assert read_csv(table.encode()) == [city, EntryDraft("GIF", "jif", "text")]


def test_a_header_of_unknown_names_is_no_word() -> None:
    for header in ("Begriff,Aussprache", "要改的,怎么念,为什么", "from,to"):
        with pytest.raises(StudioError, match="row 1 looks like a header: name its columns word, reading"):
            read_csv(f"{header}\n重庆,chong2 qing4\nGIF,like: jif\nSQL,sequel\n".encode())


def test_what_columns_are_called_can_be_a_word_as_well() -> None:
    (entry,) = read_csv(b"type,like: tipe")
    assert (entry.word, entry.kind) == ("type", "arpabet")
    assert [one.word for one in read_csv("注音,zhu4 yin1\n拼音,pin1 yin1\n".encode())] == ["注音", "拼音"]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "written", ["词语\t读音\n银行\tyín háng\n陶喆\ttao2 zhe2\n", '[{"word": "银行", "reading": "yin2 hang2"}]']
)
def test_what_spreadsheets_in_chinese_write_is_read(written: str, encoding: str) -> None:
    if encoding == "gbk":
        written = written.replace("yín háng", "yin2 hang2")
    entry = (read_json if written[0] == "[" else read_csv)(written.encode(encoding))[0]
    assert (entry.word, entry.reading) == ("银行", "yin2 hang2")


def test_what_is_in_a_western_encoding_is_refused_and_told_what_to_do() -> None:
    with pytest.raises(StudioError, match="line 2 is not UTF-8 text; save the file as “CSV UTF-8”"):
        read_csv("word,reading\nRénee,ruh nay\n".encode("cp1252"))

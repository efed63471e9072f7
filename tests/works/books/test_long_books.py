"""A long book takes its text in memory, not many times as much: what is read of its chapters waits packed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

_STORED: Final = """
import sys, tracemalloc
from pathlib import Path

from indextts.books.casting import attribute
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.works.books.library import BookLibrary
from indextts.works.db.database import WorksDatabase

names = ["王小明", "李秀英", "张建国", "陈雨桐", "周若曦"]
line = "“{1}，快走！”{0}说。\\n“好。”\\n"
database = WorksDatabase(Path(sys.argv[1]))
library = BookLibrary(database, lambda: ())

def most(chapters):
    talk = "".join(line.format(names[at % 5], names[(at + 2) % 5]) for at in range(10))
    data = "\\n".join(f"第{number}章 桥上\\n{talk}" for number in range(1, chapters + 1)).encode()
    read = read_manuscript("a.txt", data)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    cast = attribute(read.chapters)
    book = library.create("local", Manuscript(read.title, cast.chapters))
    assert len(book.chapters) == chapters and book.chapters[1].quotations == 20
    return tracemalloc.get_traced_memory()[1] - before, book.characters

most(10)
tracemalloc.start()
short, long = most(30), most(130)
print(round((long[0] - short[0]) / (long[1] - short[1])))
database.close()
"""


@pytest.mark.night
def test_each_further_character_of_a_book_takes_little_memory_while_it_is_cast_and_stored(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STORED, str(tmp_path / "works.sqlite3")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    # The text without what is quoted, two bytes a character, and its quotations.
    assert int(done.stdout) < 60

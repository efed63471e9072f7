"""Long texts: files read into chapters, speakers cast, spoken chapters bound into files, and dubbing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.books.binding import Binding as Binding
    from indextts.books.binding import bind as bind
    from indextts.books.casting import Casting as Casting
    from indextts.books.casting import attribute as attribute
    from indextts.books.dubbing import dub as dub
    from indextts.books.labelled import labelled_lines as labelled_lines
    from indextts.books.model import NARRATOR as NARRATOR
    from indextts.books.model import Chapter as Chapter
    from indextts.books.model import Manuscript as Manuscript
    from indextts.books.model import Quotation as Quotation
    from indextts.books.model import Role as Role
    from indextts.books.parts import ChapterPart as ChapterPart
    from indextts.books.parts import parts_of as parts_of
    from indextts.books.reading import read_manuscript as read_manuscript

_HOMES: Final = {
    "NARRATOR": "model",
    "Binding": "binding",
    "Casting": "casting",
    "Chapter": "model",
    "ChapterPart": "parts",
    "Manuscript": "model",
    "Quotation": "model",
    "Role": "model",
    "attribute": "casting",
    "bind": "binding",
    "dub": "dubbing",
    "labelled_lines": "labelled",
    "parts_of": "parts",
    "read_manuscript": "reading",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)

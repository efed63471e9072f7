"""What a person teaches the studio and keeps: the dictionary, in ``cache_hub/library.sqlite3``."""

from indextts.reading.lexicon.entry import Entry, EntryDraft
from indextts.reading.lexicon.lexicon import Imported, Lexicon, Page, inside, together

__all__ = ["Entry", "EntryDraft", "Imported", "Lexicon", "Page", "inside", "together"]

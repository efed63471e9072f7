"""What a person teaches the studio and keeps: the dictionary, in ``cache_hub/library.sqlite3``."""

from indextts.reading.lexicon.entry import Draft, Entry
from indextts.reading.lexicon.lexicon import Imported, Lexicon, Page, inside, together

__all__ = ["Draft", "Entry", "Imported", "Lexicon", "Page", "inside", "together"]

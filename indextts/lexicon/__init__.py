"""What a person teaches the studio and keeps: the dictionary, in ``cache_hub/library.sqlite3``."""

from indextts.lexicon.entry import Draft, Entry
from indextts.lexicon.lexicon import Imported, Lexicon, Page, inside, together

__all__ = ["Draft", "Entry", "Imported", "Lexicon", "Page", "inside", "together"]

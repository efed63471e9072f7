"""What a person teaches the studio and keeps: the dictionary, in ``cache_hub/library.sqlite3``."""

from indextts.library.entry import Draft, Entry
from indextts.library.lexicon import Imported, Lexicon, Page
from indextts.library.matcher import inside

__all__ = ["Draft", "Entry", "Imported", "Lexicon", "Page", "inside"]

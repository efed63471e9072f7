"""The words of a text whose reading somebody has said: in the request, in the dictionary, or in the text itself."""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import CAST
from indextts.reading.lexicon import EntryDraft, Lexicon, together
from indextts.reading.lexicon.lexicon import Matcher
from indextts.reading.markup import in_text
from indextts.reading.text.overrides import Override
from indextts.reading.text.tokens import is_guessed, tagged

log = logging.getLogger(__name__)

SHORT: Final = 2
"""Characters of a name that may as well be a part of two words."""


class KnownWords:
    """Finds them. What keeps the dictionary from being opened goes to ``warnings``, once."""

    def __init__(
        self,
        lexicon: Lexicon,
        own: Iterable[EntryDraft],
        warnings: list[StudioError],
        *,
        pinyin: bool,
        people: Iterable[EntryDraft] = (),
    ) -> None:
        """``own`` entries are the request's, and so are the names of ``people``, which go behind the dictionary's;
        ``pinyin`` says whether that is looked for in the text.
        """
        self._lexicon = lexicon
        self._own = Matcher(own)
        self._warnings = warnings
        self._pinyin = pinyin
        self._people = Matcher(people)

    def match(self, text: str) -> list[Override]:
        """The words in ``text`` that the request has entries for, around them the dictionary's, and pinyin."""
        found = self._own.match(text)
        try:
            found = together(found, self._lexicon.match(text))
        except StudioError as error:
            # A dictionary that cannot be opened must not keep everything from being said.
            log.warning("Speaking without the dictionary: %s", error)
            if not any(known.code == "without_dictionary" for known in self._warnings):
                reason = Bilingual(error.localise("en")[0], error.localise("zh")[0])
                self._warnings.append(StudioError("without_dictionary", reason=reason))
        found = together(found, self._named(text))
        return in_text.beside(found, text) if self._pinyin else found

    def _named(self, text: str) -> list[Override]:
        """The names of people in ``text``; of short ones only those at whose edges no word ends: not in 责任华丽."""
        kept: list[Override] = []
        for one in self._people.match(text):
            begins = text.rfind("\n", 0, one.start) + 1
            words = known_words(text[begins:].partition("\n")[0]) if one.end - one.start <= SHORT else ()
            if not any(start < edge - begins < end for start, end in words for edge in (one.start, one.end)):
                kept.append(replace(one, source=CAST))
        return kept


@functools.lru_cache(maxsize=64)
def known_words(line: str) -> tuple[tuple[int, int], ...]:
    """Where the words of a line stand that the dictionary has."""
    words = [word for word, _ in tagged(line)]
    ends = list(accumulate(map(len, words)))
    return tuple((end - len(word), end) for word, end in zip(words, ends, strict=True) if not is_guessed(word))

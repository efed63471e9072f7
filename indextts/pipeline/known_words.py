"""The words of a text whose reading somebody has said: in the request, in the dictionary, or in the text itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.reading.lexicon import EntryDraft, Lexicon, together
from indextts.reading.lexicon.lexicon import Matcher
from indextts.reading.markup import in_text
from indextts.reading.text.overrides import Override

log = logging.getLogger(__name__)


class KnownWords:
    """Finds them. What keeps the dictionary from being opened goes to ``warnings``, once."""

    def __init__(
        self, lexicon: Lexicon, own: Iterable[EntryDraft], warnings: list[StudioError], *, pinyin: bool
    ) -> None:
        """``own`` entries are the request's; ``pinyin`` says whether that is looked for in the text."""
        self._lexicon = lexicon
        self._own = Matcher(own)
        self._warnings = warnings
        self._pinyin = pinyin

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
        return in_text.beside(found, text) if self._pinyin else found

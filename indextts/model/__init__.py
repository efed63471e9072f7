"""Vocabulary of the whole package: the utterance and its settings, errors, and messages in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.model.errors import StudioError as StudioError
    from indextts.model.errors import because as because
    from indextts.model.errors import printable as printable
    from indextts.model.i18n.messages import Bilingual as Bilingual
    from indextts.model.i18n.messages import Language as Language
    from indextts.model.i18n.messages import caller_language as caller_language
    from indextts.model.i18n.messages import locale_language as locale_language
    from indextts.model.settings import EMOTIONS as EMOTIONS
    from indextts.model.sources import USER as USER
    from indextts.model.utterance import Lang as Lang
    from indextts.model.utterance import Segment as Segment
    from indextts.model.utterance import Settings as Settings
    from indextts.model.utterance import Token as Token
    from indextts.model.utterance import Utterance as Utterance

_HOMES: Final = {
    "EMOTIONS": "settings",
    "USER": "sources",
    "Bilingual": "i18n.messages",
    "Lang": "utterance",
    "Language": "i18n.messages",
    "Segment": "utterance",
    "Settings": "utterance",
    "StudioError": "errors",
    "Token": "utterance",
    "Utterance": "utterance",
    "because": "errors",
    "caller_language": "i18n.messages",
    "locale_language": "i18n.messages",
    "printable": "errors",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)

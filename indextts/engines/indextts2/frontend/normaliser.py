"""Text as the model was trained on it: normalised, cut into pieces, and the pieces into segments.

The normaliser writes numbers as words and few marks; it leaves pinyin and annotations untouched. Numbers and the like
are left to the WeText grammars, one for Chinese and one for English. What they must not touch is put out of their way
first: annotations ``<word|reading>``, pinyin with tones, names with dots, hyphenated terms.

Version 2's tokeniser takes Chinese characters one by one and the rest in capitals, then SentencePiece. A segment is
what the model can say in one go: tokens are first cut at every mark that may end a segment (sentence ends, commas,
dashes), then neighbours are joined again as long as they fit.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from indextts.engines.indextts2.checkpoint.config import INSTALL
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual

Grammar = Callable[[str], str]
"""Writes out numbers, dates, units; the rest of the text stays."""
Reading = str | Mapping[str, str]
"""How a term is read: one string, or one for ``zh`` and one for ``en``."""

LONGEST: Final = 400
"""Characters that a grammar is given at once, from sentence to sentence: its cost grows with the square."""

_ANNOTATION: Final = re.compile(r"<[^|>\n]+\|[^>\n]+>")
_GUARD: Final = "PRONPLACEHOLDER"
_GUARDED: Final = re.compile(f"{_GUARD}([a-z]+){_GUARD}")
_CONTRACTABLE: Final = "(what|where|who|which|how|here|there|it|she|he|that|this)"
_CONTRACTION: Final = re.compile(f"{_CONTRACTABLE}'s", re.IGNORECASE)
_CONTRACTED_WORD: Final = re.compile(rf"\b{_CONTRACTABLE}['’]s\b", re.IGNORECASE)
"""The published pattern also finds the end of *Apache's*."""
_TERM: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+")
_HYPHEN: Final = "<H>"
_HYPHENS: Final = re.compile(rf"\s*{_HYPHEN}\s*")
_PINYIN: Final = re.compile(
    r"(?<![a-z])(?:(?:[bpmfdtnlgkhjqxzcsryw]|[zcs]h)?"
    r"(?:[aeiouüv]|[ae]i|u[aio]|ao|ou|i[aue]|[uüv]e|[uvü]ang?|uai|[aeiuv]n|[aeio]ng|ia[no]|i[ao]ng)|ng|er)[1-5]",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[\u4e00-\u9fff]+(?:[-·—][\u4e00-\u9fff]+){1,2}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_LETTER: Final = re.compile(r"[a-zA-Z]")
_EMAIL: Final = re.compile(r"[a-zA-Z0-9]+@[a-zA-Z0-9]+\.[a-zA-Z]+")
_SENTENCE: Final = re.compile(r"[^。！？!?\n]*(?:[。！？!?\n]+|$)")

# In this order: the first that fits is taken, so a comma of full width never becomes part of three.
_MARKS: Final = {
    **dict.fromkeys("：；;，", ","),
    **{"。": ".", "！": "!", "？": "?", "\n": " ", "·": "-", "、": ","},
    **dict.fromkeys(("...", ",,,", "，，，", "……"), "…"),
    **dict.fromkeys('“”"‘’（）()《》【】[]「」', "'"),
    **dict.fromkeys("—～~", "-"),
    ":": ",",
}
_CHINESE_MARKS: Final = {"$": ".", **_MARKS}
# Hangul, CJK and Yi, compatibility forms, full-width punctuation, the supplementary planes.
_WIDE: Final = re.compile(
    "([\u1100-\u11ff\u2e80-\ua4cf\ua840-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff65-\uffdc\U00020000-\U0002ffff])"
)
SENTENCE_ENDS: Final = frozenset((".", "!", "?", "▁.", "▁?", "▁..."))
_COMMAS: Final = frozenset((",", "▁,"))
_DASHES: Final = frozenset(("-",))
_QUOTES: Final = ("'", "▁'")
_SHORTEST: Final = 2
"""A mark ends a segment only after more tokens than this, itself among them."""

Segments = list[list[str]]


class Normaliser:
    """Both languages, with a person's own readings of terms."""

    def __init__(
        self, glossary: Mapping[str, Reading] | None = None, *, zh: Grammar | None = None, en: Grammar | None = None
    ) -> None:
        """``glossary`` maps terms to readings; ``zh`` and ``en`` replace the grammars of WeText."""
        self._glossary = {term.lower(): reading for term, reading in (glossary or {}).items()}
        terms = sorted(self._glossary, key=len, reverse=True)
        self._terms = re.compile("|".join(map(re.escape, terms)), re.IGNORECASE) if terms else None
        self._grammars = {"zh": zh, "en": en}

    def __call__(self, text: str, language: Literal["zh", "en"] | None = None) -> str:
        """``text`` as the tokeniser wants it, by the rules of ``language`` or of the one that it looks like.

        Raises :class:`StudioError` ``dependency_missing``.
        """
        kept = _ANNOTATION.findall(text)
        numbers = iter(range(len(kept)))
        text = _ANNOTATION.sub(lambda _: f"{_GUARD}{_letters(next(numbers))}{_GUARD}", text)
        chinese = is_chinese(text) if language is None else language == "zh"
        text = self._chinese(text) if chinese else self._english(text)
        back = {_letters(number): annotation for number, annotation in enumerate(kept)}
        return _GUARDED.sub(lambda match: back.get(match[1], match[0]), text)

    def said(self, text: str, language: Literal["zh", "en"] | None = None) -> str:
        """As a call, of a text that is written out in words already: terms, contractions and marks alone."""
        chinese = is_chinese(text) if language is None else language == "zh"
        text = _CONTRACTED_WORD.sub(r"\1 is", text)
        return _replace_marks(self._read_terms(text, "zh" if chinese else "en"), _MARKS)

    def _english(self, text: str) -> str:
        return _replace_marks(_HYPHENS.sub("-", self._grammar("en")(self._shielded(text, "en"))), _MARKS)

    def _chinese(self, text: str) -> str:
        text, syllables = _shield(self._shielded(text.rstrip(), "zh"), _PINYIN, "pinyin")
        text, names = _shield(text, _NAME, "n")
        text = self._grammar("zh")(text)
        for placeholder, name in names.items():
            text = text.replace(placeholder, name)
        for placeholder, syllable in syllables.items():
            text = text.replace(placeholder, corrected(syllable))
        return _replace_marks(_HYPHENS.sub("-", text), _CHINESE_MARKS)

    def _grammar(self, language: str) -> Grammar:
        return self._grammars[language] or _wetext(language)

    def _shielded(self, text: str, language: str) -> str:
        """``text`` with its terms' own readings, and with hyphens that the grammar leaves alone."""
        text = self._read_terms(_CONTRACTION.sub(r"\1 is", text), language)
        return _TERM.sub(lambda match: match[0].replace("-", _HYPHEN), text)

    def _read_terms(self, text: str, language: str) -> str:
        def read(match: re.Match[str]) -> str:
            reading = self._glossary[match[0].lower()]
            return reading if isinstance(reading, str) else reading.get(language, match[0])

        return text if self._terms is None else self._terms.sub(read, text)


def is_chinese(text: str) -> bool:
    """Whether ``text``, its annotations taken out, is read by the Chinese rules."""
    if _CHINESE.search(text) or not _LETTER.search(text) or _EMAIL.fullmatch(text):
        return True
    return _PINYIN.search(text) is not None


def plain_marks(text: str) -> str:
    """``text`` with the few marks that the model knows."""
    return _replace_marks(text, _MARKS)


def corrected(syllable: str) -> str:
    """A pinyin syllable as the model knows it: after j, q, x a u is a ü, written v, and those are in capitals."""
    if syllable[0].lower() not in "jqx":
        return syllable
    if syllable[1].lower() in "uü":
        syllable = f"{syllable[0]}v{syllable[2:]}"
    return syllable.upper()


def read_glossary(path: Path) -> dict[str, Reading]:
    """A YAML file of terms, each with a reading or with one for ``zh`` and one for ``en``. Raises ``bad_file``."""
    try:
        entries: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StudioError("bad_file", path=path, reason=str(error)) from error
    terms = entries if isinstance(entries, dict) else {str(entries): None}
    wrong = next((term for term, reading in terms.items() if not _sound(term, reading)), None)
    if wrong is not None:
        reason = Bilingual(
            f"“{wrong}” needs a reading, or readings for zh and en.", f"“{wrong}”应有读法，或分别给出 zh 和 en 的读法。"
        )
        raise StudioError("bad_file", path=path, reason=reason)
    return dict(entries)


def _sound(term: Any, reading: Any) -> bool:
    if isinstance(reading, dict):
        return set(reading) <= {"zh", "en"} and all(isinstance(value, str) for value in reading.values())
    return isinstance(term, str) and bool(term) and isinstance(reading, str)


def _letters(number: int) -> str:
    letters = ""
    while number >= 0:
        letters = chr(ord("a") + number % 26) + letters
        number = number // 26 - 1
    return letters


def _shield(text: str, pattern: re.Pattern[str], name: str) -> tuple[str, dict[str, str]]:
    found: dict[str, str] = {}

    def shield(match: re.Match[str]) -> str:
        return found.setdefault(match[0], f"<{name}_{chr(ord('a') + len(found))}>")

    shielded = pattern.sub(shield, text)
    return shielded, {placeholder: original for original, placeholder in found.items()}


def _replace_marks(text: str, marks: Mapping[str, str]) -> str:
    return re.sub("|".join(map(re.escape, marks)), lambda match: marks[match[0]], text)


@functools.cache
def _wetext(language: str) -> Grammar:
    try:
        from wetext import Normalizer
    except ModuleNotFoundError as error:
        raise StudioError("dependency_missing", package="wetext", command=INSTALL) from error
    chinese = language == "zh"
    grammar = Normalizer(lang=language, operator="tn", full_to_half=chinese, traditional_to_simple=chinese)
    return lambda text: "".join(kept_apart(piece, grammar.normalize) for piece in _pieces(text))


def kept_apart(piece: str, grammar: Grammar) -> str:
    """The grammar drops the space around what it is given; between pieces it is wanted."""
    before = piece[: len(piece) - len(piece.lstrip())]
    after = piece[len(piece.rstrip()) :]
    return f"{before}{grammar(piece.strip())}{after}" if piece.strip() else piece


def _pieces(text: str) -> list[str]:
    if len(text) <= LONGEST:
        return [text]
    pieces = [""]
    for sentence in _SENTENCE.findall(text):
        if len(pieces[-1]) + len(sentence) > LONGEST and pieces[-1]:
            pieces.append("")
        pieces[-1] += sentence
    return [piece[at : at + LONGEST] for piece in pieces for at in range(0, len(piece), LONGEST)]


def spaced(text: str) -> str:
    """``text`` in capitals with a space around every Chinese, Japanese or Korean character."""
    return " ".join(part.strip().upper() for part in _WIDE.split(text) if part.strip())


class Tokeniser:
    """A SentencePiece model with the normaliser in front of it."""

    def __init__(self, pieces: Any, normaliser: Normaliser) -> None:
        """``pieces`` is a ``sentencepiece.SentencePieceProcessor``."""
        self._pieces = pieces
        self._normaliser = normaliser

    @classmethod
    def open(cls, path: Path, normaliser: Normaliser) -> Tokeniser:
        """With the model in the file ``path``. Raises :class:`StudioError` ``dependency_missing`` or ``bad_file``."""
        try:
            from sentencepiece import SentencePieceProcessor
        except ModuleNotFoundError as error:
            raise StudioError("dependency_missing", package="sentencepiece", command=INSTALL) from error
        pieces = SentencePieceProcessor()
        try:
            pieces.LoadFromSerializedProto(path.read_bytes())
        except (OSError, RuntimeError) as error:
            raise StudioError("bad_file", path=path, reason=str(error)) from error
        return cls(pieces, normaliser)

    def __len__(self) -> int:
        return int(self._pieces.GetPieceSize())

    def tokens(self, text: str) -> list[str]:
        """The pieces of ``text``; none for an empty one. A single character is not normalised."""
        written = text.strip() if len(text.strip()) == 1 else self._normaliser(text)
        return self.pieces(written)

    def pieces(self, written: str) -> list[str]:
        """The pieces of a text that :meth:`Normaliser.said` has written."""
        return [str(piece) for piece in self._pieces.EncodeAsPieces(spaced(written))]

    def knows(self, written: str) -> bool:
        """Whether the model was made with all that stands in such a text."""
        return self._pieces.unk_id() not in self.ids(self.pieces(written))

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of pieces; that of the unknown piece for those that the model does not have."""
        return [int(self._pieces.PieceToId(token)) for token in tokens]


def split(tokens: Sequence[str], longest: int, quick: int = 0) -> Segments:
    """Segments of at most ``longest`` tokens (a mark may still follow one that long).

    Among the first ``quick`` tokens segments are joined up to half that length only, for an early first sound.
    """
    return _split(tokens, SENTENCE_ENDS, longest, quick)


def _split(tokens: Sequence[str], marks: frozenset[str], longest: int, quick: int) -> Segments:
    segments: Segments = []
    current: list[str] = []
    for place, token in enumerate(tokens):
        current.append(token)
        if not marks & _COMMAS and not _COMMAS.isdisjoint(current):
            segments += _split(current, _COMMAS, longest, quick)
        elif not marks & _DASHES and not _DASHES.isdisjoint(current):
            segments += _split(current, _DASHES, longest, quick)
        elif len(current) > longest:
            segments += [current[at : at + longest] for at in range(0, len(current), longest)]
        elif token in marks and len(current) > _SHORTEST:
            # The published splitter takes a quote that follows along and yet begins the next segment with it.
            following = tokens[place + 1 : place + 2]
            segments.append([*current, *(quote for quote in following if quote in _QUOTES)])
        else:
            continue
        current = []
    if current:
        segments.append(current)
    return _joined(segments, longest, quick)


def _joined(segments: Segments, longest: int, quick: int) -> Segments:
    joined: Segments = []
    passed = 0
    for segment in segments:
        passed += len(segment)
        together = len(joined[-1]) + len(segment) if joined else longest + 1
        if (together <= longest and passed > quick) or together <= longest / 2:
            joined[-1] = joined[-1] + segment
        else:
            joined.append(segment)
    return joined

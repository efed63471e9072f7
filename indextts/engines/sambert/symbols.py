"""The voices' vocabularies, and sentences written in them.

A sentence is a row of items, ``{sy$tone$syllable_flag$word_segment$emotion$speaker}``, one blank between two. An id is
a symbol's place in its field's list, after which stand three marks: padding, end, mask. Some voices' weights lack the
last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from indextts.engines.sambert.shapes import unusable
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual

FIELDS: Final = ("sy", "tone", "syllable_flag", "word_segment", "emo_category", "speaker_category")
BYTE_FIELDS: Final = ("byte_index", "emo_category", "speaker_category")
SPECIALS: Final = ("_", "~", "@[MASK]")
"""Padding, end, mask."""

_MANDARIN: Final = """
a_c ai_c an_c ang_c ao_c b_c c_c ch_c d_c e_c ei_c en_c eng_c er_c f_c g_c h_c i_c ia_c ian_c iang_c iao_c ie_c ih_c
ii_c in_c ing_c io_c iong_c iou_c j_c k_c l_c m_c n_c o_c ong_c ou_c p_c q_c r_c s_c sh_c t_c u_c ua_c uai_c uan_c
uang_c uei_c uen_c ueng_c uo_c v_c van_c ve_c vn_c xx_c z_c zh_c w_c y_c ga ge go
"""
_ENGLISH: Final = """
aa ae ah ao aw ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw v w y z zh
"""
_RHOTIC: Final = """
air_c angr_c anr_c aor_c ar_c eir_c engr_c enr_c iangr_c ianr_c iaor_c iar_c ier_c ihr_c iir_c ingr_c inr_c iongr_c
iour_c ir_c ongr_c or_c our_c uair_c uangr_c uanr_c uar_c ueir_c uenr_c uor_c ur_c vanr_c ver_c vnr_c vr_c
"""
BREAKS: Final = ("#1", "#2", "#3", "#4")
PHONES: Final = (*_MANDARIN.split(), *_ENGLISH.split(), *_RHOTIC.split(), "pau", *BREAKS)
TONES: Final = ("tone1", "tone_none", "tone4", "tone2", "tone3", "tone5", "tone0")
FLAGS: Final = ("s_begin", "s_end", "s_none", "s_both", "s_middle")
PLACES: Final = ("word_begin", "word_end", "word_middle", "word_both", "word_none")
EMOTIONS: Final = tuple(
    f"emotion_{name}"
    for name in (
        *("none", "neutral", "angry", "disgust", "fear", "happy", "sad", "surprise", "calm", "gentle", "relax"),
        *("lyrical", "serious", "disgruntled", "satisfied", "disappointed", "excited", "anxiety", "jealousy", "hate"),
        *("pity", "pleasure", "arousal", "dominance", *(f"placeholder{number}" for number in range(1, 10))),
    )
)

_TABLES: Final = {
    "sy": "sy_emb",
    "tone": "tone_emb",
    "syllable_flag": "syllable_flag_emb",
    "word_segment": "ws_emb",
    "emo_category": "emo_tokenizer",
    "speaker_category": "spk_tokenizer",
    "byte_index": "byte_index_emb",
}
_DICTIONARIES: Final = {name: f"{name}_dict.txt" for name in FIELDS} | {"speaker_category": "speaker_dict.txt"}
OTHER_LANGUAGES: Final = {"ZhHK": (104, 11), "WuuShanghai": (154, 10), "Sichuan": (113, 7)}
"""How many phones and tones other languages' voices have; which they are, only a package's own ``dict`` folder says."""

_ITEM: Final = re.compile(r"\{([^{}]*)\}")


class Item(NamedTuple):
    """One symbol of a sentence."""

    phone: str
    tone: str
    flag: str
    place: str
    emotion: str
    speaker: str


@dataclass(frozen=True)
class Units:
    """A sentence as the model takes it."""

    text: npt.NDArray[np.int64]
    """``[T, 4]``, or ``[T, 1]`` for bytes."""
    emotion: npt.NDArray[np.int64]
    """``[T]``."""
    speaker: npt.NDArray[np.int64]


class SymbolVocabulary:
    """The symbols of each field, in the order of their ids."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        """``fields``: the symbols of each, in their fixed order, without the three marks."""
        self.fields = {name: tuple(symbols) for name, symbols in fields.items()}
        self._ids = {
            name: {symbol: number for number, symbol in enumerate((*symbols, *SPECIALS))}
            for name, symbols in self.fields.items()
        }

    @classmethod
    def mandarin(cls, speakers: Sequence[str]) -> SymbolVocabulary:
        """The vocabulary of the language ``PinYin``."""
        return cls(dict(zip(FIELDS, (PHONES, TONES, FLAGS, PLACES, EMOTIONS, tuple(speakers)), strict=True)))

    @classmethod
    def of_bytes(cls, speakers: Sequence[str]) -> SymbolVocabulary:
        """The vocabulary of voices that read UTF-8."""
        symbols = tuple(str(number) for number in range(256))
        return cls(dict(zip(BYTE_FIELDS, (symbols, EMOTIONS, tuple(speakers)), strict=True)))

    @classmethod
    def open(cls, language: str, speakers: Sequence[str], folder: Path | None, voice: object) -> SymbolVocabulary:
        """That of a package: its own ``dict`` folder first, else the one that its language is known to have.

        Raises :class:`StudioError` ``voice_unusable``.
        """
        if language != "PinYin" and (folder is None or not (folder / _DICTIONARIES["sy"]).is_file()):
            raise unusable(
                voice,
                f"it speaks “{language}” and has no dict folder with its phones.",
                f"语言为“{language}”，但缺少含音素表的 dict 目录。",
            )
        fields = dict(cls.mandarin(speakers).fields)
        for name, file in _DICTIONARIES.items():
            if folder is not None and (folder / file).is_file():
                fields[name] = _read(folder / file, voice)
        return cls(fields)

    def size(self, field: str) -> int:
        return len(self._ids[field])

    def symbols(self, field: str) -> list[str]:
        """All symbols in the order of their ids, phones and bytes as the published code spells them."""
        prefix = "@" if field in ("sy", "byte_index") else ""
        return [*(f"{prefix}{symbol}" for symbol in self.fields[field]), *SPECIALS]

    def id(self, field: str, symbol: str) -> int:
        """Raises :class:`StudioError` ``unknown_symbol`` for what the voice does not have: nothing is left out."""
        found = self._ids[field].get(symbol)
        if found is None or (symbol in SPECIALS and symbol not in self.fields[field]):
            raise StudioError("unknown_symbol", text=symbol, reading=symbol)
        return found

    def has_phone(self, phone: str) -> bool:
        return phone in self._ids["sy"] and phone not in SPECIALS

    def check(self, rows: Mapping[str, int], voice: object) -> None:
        """Refuse weights whose tables are for other symbols; ``rows`` by the tables' names.

        Raises :class:`StudioError` ``voice_unusable``.
        """
        for field, symbols in self.fields.items():
            table = _TABLES[field]
            if table in rows and rows[table] - len(symbols) not in (len(SPECIALS) - 1, len(SPECIALS)):
                found, known = rows[table], len(symbols)
                names = [
                    name for name, sizes in OTHER_LANGUAGES.items() if found - sizes[0] in (2, 3) and field == "sy"
                ]
                like = f" (like {names[0]})" if names else ""
                like_zh = f"（与 {names[0]} 相同）" if names else ""
                raise unusable(
                    voice,
                    f"its table “{table}” has {found} rows{like}, which do not fit {known} symbols.",
                    f"“{table}”有 {found} 行{like_zh}，与 {known} 个符号不符。",
                )

    def encode(self, sentence: str) -> dict[str, list[int]]:
        """Each field's ids, the end mark last. Raises :class:`StudioError` ``unknown_symbol`` or ``malformed``."""
        rows = [match.split("$") for match in _ITEM.findall(sentence)]
        names = tuple(self.fields)
        if not rows or _ITEM.sub("", sentence).strip() or any(len(row) != len(names) for row in rows):
            raise StudioError("malformed", reason=Bilingual(f"“{sentence[:40]}”.", f"“{sentence[:40]}”。"))
        return {
            name: [self.id(name, row[place]) for row in rows] + [self._ids[name][SPECIALS[1]]]
            for place, name in enumerate(names)
        }

    def units(self, items: Iterable[Item]) -> Units:
        """A sentence for the model, which is spoken without the end mark. Raises ``unknown_symbol``."""
        rows = [[self.id(name, value) for name, value in zip(FIELDS, item, strict=True)] for item in items]
        table = np.array(rows, np.int64).reshape(-1, len(FIELDS))
        return Units(table[:, :4], table[:, 4], table[:, 5])


def write(items: Iterable[Item]) -> str:
    return " ".join("{" + "$".join(item) + "}" for item in items)


def _read(file: Path, voice: object) -> tuple[str, ...]:
    """One symbol a line; the marks, where they are listed, stand at the end."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise unusable(voice, f"{file.name} cannot be read.", f"无法读取 {file.name}。") from error
    while lines and lines[-1] in SPECIALS:
        lines.pop()
    if lines and all(line.startswith("@") for line in lines):
        lines = [line[1:] for line in lines]
    if not lines or len(set(lines)) != len(lines) or set(lines) & set(SPECIALS):
        raise unusable(voice, f"{file.name} is not a list of symbols.", f"{file.name} 不是有效的符号表。")
    return tuple(lines)

"""Chinese names found by their place: what begins the tag of a quotation and stands before a predicate.

No list of names knows 单立行 or 老倔头. That one of them is the subject of a verb of saying, that several predicates
follow the same characters, and where the segmenter has a word begin, tell where a name ends.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Final

from indextts.books.casting.lexicon import either, roles_zh, signs, words
from indextts.reading.text.tokens import is_guessed, tagged
from indextts.reading.text.zh.people import likeness
from indextts.voices.sexes import double_surnames, table

LONGEST: Final = 12  # Characters of a name
MOST_STARTS: Final = 200_000  # Beginnings that are remembered at once; those met once are forgotten first
_MOST_NEXTS: Final = 4  # ways of going on that are told apart
NAMED: Final = 2.0  # From this score on a beginning is a name …
WELL_NAMED: Final = 2.8  # … and from this one on without a verb of saying
SURELY_NAMED: Final = 3.5  # … and from this one on in a clause that does not begin the sentence
_HANZI: Final = re.compile(r"[\u4e00-\u9fff·]+")
_LATIN: Final = re.compile(r"[A-Z][A-Za-z'’.-]*(?: [A-Z][A-Za-z'’.-]*){0,2}[\u4e00-\u9fff君桑酱]?(?<=[A-Za-z君桑酱])")
_PREDICATES: Final = frozenset(("v", "d", "p", "z", "i", "l", "a", "ad", "vd", "c", "uz"))
"""The tagger's names of what a predicate begins with."""
_NO_NAMES: Final = _PREDICATES | frozenset(("f", "t", "s", "r", "m", "o", "q", "uj", "ul", "u", "y", "x"))
"""… and of words that are no names."""
_GOES_ON: Final = frozenset(("p", "d", "c", "uj", "ul", "uz"))  # … and of what no name has inside
_NEVER_FIRST: Final = frozenset("对跟把被给他她我你您它这那其每各某谁哪几有没不无是的口手嘴脸脚眼")
_NUMERALS: Final = frozenset("一二两三四五六七八九十")
_FAMILY, _GIVEN = -20, -10
"""How much two characters must look like a name, in tenths of a logarithm, with a family name and without one."""
_NEVER_LAST: Final = frozenset("地得着了们过吗呢吧么里上下中前后时")


@functools.lru_cache(maxsize=20_000)
def tokens_of(clause: str) -> tuple[tuple[str, str], ...]:
    """The words of a clause with their parts of speech, a name before a verb of saying apart: 小明|说, not 小|明说."""
    tokens, at = tagged(clause), 0
    for place, (word, tag) in enumerate(tokens):
        odd = len(word) == 1 or (len(word) == 2 and tag[:1] != "n" and is_guessed(word))
        if odd and (said := _said().match(clause, at)) and _is_parted(said, tag):
            return (*tokens[:place], (said[1], "nr"), *tagged(clause[said.end(1) :]))
        at += len(word)
    return tuple(tokens)


@functools.cache
def _said() -> re.Pattern[str]:
    """Two characters before a verb of saying of one, and what may stand behind that at the end of a clause."""
    verbs = "".join(verb for verb in words("zh", "verbs") if len(verb) == 1)
    return re.compile(f"([\u4e00-\u9fff][^\\W的地得之了着再听想])[{verbs}](?P<ends>[道着了]*\\Z)?")


def _is_parted(said: re.Match[str], tag: str) -> bool:
    """Whether ``said`` begins with a name that the segmenter has parted, or taken for anything else."""
    name = said[1]
    if name[0] in "小阿":
        return True  # before a verb never a word of their own
    barred = tag[:1] in "drpcfm" or name[0] in signs("objects") or name[1] in _no_people()[0]
    if said.start() or said["ends"] is None or barred:
        return False  # 生|笑曰
    family = name[0] in table("zh", "surnames") | table("zh", "prefixes") and tag[:1] not in "va"
    return likeness(name) >= (_FAMILY if family else _GIVEN)


@functools.cache
def _manner() -> re.Pattern[str]:
    """How something is said, and the verb (冷冷地说, 用低低的声音问, 大喊), or an adverb alone (却)."""
    adverbs, verbs = either("zh", "adverbs"), either("zh", "verbs")
    how = rf"(?:(?:{adverbs})地?着?|[\u4e00-\u9fff]{{2,6}}?地|[用以拿][\u4e00-\u9fff]{{2,8}}?)"
    return re.compile(rf"{how}{{0,3}}?(?:{verbs})[道着了]?(?![\u4e00-\u9fff])|(?:{verbs})道|(?:{adverbs})")


@functools.cache
def _no_people() -> tuple[frozenset[str], tuple[str, ...]]:
    barred = words("zh", "not_people") | words("zh", "verbs") | words("zh", "adverbs")
    return barred, tuple(words("zh", "nobody"))


class Starts:
    """How the sentences of a book begin, and in how many ways each beginning goes on."""

    def __init__(self, called: Collection[str] = ()) -> None:
        """``called`` are the words that quotations begin with as names do."""
        self._called = called
        self._nexts: dict[str, str] = {}
        """What follows each beginning; behind a ``!`` where that was met more than once."""
        self._most = MOST_STARTS

    def count(self, clause: str) -> None:
        """Take one more clause that begins a sentence."""
        nexts = self._nexts
        for length in range(1, min(LONGEST, len(clause)) + 1):
            start, following = clause[:length], clause[length : length + 1] or "\n"
            after = nexts.get(start)
            if after is None:
                nexts[start] = following
            elif after[0] != "!":
                nexts[start] = f"!{after}" if after == following else f"!{after}{following}"
            elif len(after) <= _MOST_NEXTS and following not in after:
                nexts[start] = after + following
        if len(nexts) > self._most:
            self._nexts = {start: after for start, after in nexts.items() if after[0] == "!"}
            self._most = max(MOST_STARTS, 2 * len(self._nexts))

    def branches(self, start: str) -> int:
        """In how many ways ``start`` goes on (4 for more); 1 where it always goes on alike, 0 if it was met once."""
        after = self._nexts.get(start, "")
        return len(after) - 1 if after[:1] == "!" else 0

    def acts(self, start: str) -> bool:
        """Whether two characters, no word and the first a surname, are the subject of many sentences: 林汐."""
        return start[:1] in table("zh", "surnames") and self.branches(start) > 2 and is_guessed(start)

    def name(self, clause: str) -> tuple[str, float]:
        """The name that ``clause``, the first one of a tag, begins with, if any, and its score."""
        latin = _LATIN.match(clause)
        if latin:
            rest = clause[latin.end() :].strip()
            return (latin.group(), WELL_NAMED) if rest and not rest[0].isascii() else ("", 0.0)
        if not _HANZI.match(clause) or clause[0] in _NEVER_FIRST:
            return "", 0.0
        tags, at = {}, 0
        for word, tag in tokens_of(clause[:24]):
            tags[at] = tag
            at += len(word)
        first = next((place for place in tags if place), len(clause))
        stop = next((place for place, tag in tags.items() if place > 1 and tag in _GOES_ON), LONGEST)
        lengths = range(
            max(2, clause.rfind("·", 0, 12) + 2), min(stop + (clause[stop : stop + 1] == "的"), len(clause)) + 1
        )
        guessed = is_guessed(clause[:first])
        sounds = next((at for at, char in enumerate(clause[:7]) if char not in signs("sounds")), 7)
        scored = [(self._score(clause, length, tags, first, guessed, sounds), length) for length in lengths]
        best, length = max(scored, default=(0.0, 0))
        if best < NAMED and first == 2 and tags[0] == "nr" and tags.get(2) == "uj":
            return clause[:2], SURELY_NAMED  # 小艾的大嗓门
        if best < NAMED and "的" in clause[1:10]:  # 角落里的青衣人
            return self.name(clause[clause.rindex("的", 0, 10) + 1 :])
        return (clause[:length], best) if best >= NAMED else ("", best)

    def _score(self, clause: str, length: int, tags: dict[int, str], first: int, guessed: bool, sounds: int) -> float:
        """How surely the first ``length`` characters are a name; ``first`` is the length of the first word."""
        name, rest = clause[:length], clause[length:]
        named = tags[0].startswith("nr")
        foreign = 2 < length == sounds  # 德洛丽丝
        whole = tags[0] if first == length and (named or not guessed) else ""
        branches = self.branches(name)
        barred = name[-1] in _NEVER_LAST or "的" in name[:-1] or not rest or not _HANZI.fullmatch(name)
        if barred or (name[-1] == "的" and not (whole.startswith("n") or branches > 1)):
            return 0.0
        if name in _no_people()[0] or name.endswith(_no_people()[1]) or (name[-1] in signs("things") and branches < 2):
            return 0.0
        roles = roles_zh()
        role = next((len(name) - at for at in range(1, length) if name[at:] in roles), 0)
        if name[0] in _NUMERALS and not (role and role == length - 1) and not (whole and branches > 1):
            return 0.0
        goes_on = tags.get(length, "") in _GOES_ON
        score = (0.0, 0.0 if goes_on else -1.5, 1.0, 1.5, 1.5)[branches]
        twice = length == 2 and name[0] == name[1]
        if name in roles and length > 1:
            score += -1.5 if tags.get(length, "").startswith("nr") or rest[0] in table("zh", "prefixes") else 1.5
        elif any(name[:at] in roles for at in range(2, length)) and name[-1] != "的":
            score -= 1.0  # 书童垂手
        for place, tag in tags.items():
            if 0 < place < length and name[place:] != "的" and not foreign:
                named = tag.startswith("nr") or name[place:] in roles
                wide = min(length, next((later for later in tags if later > place), length)) - place
                if tag in _GOES_ON or (wide > 1 and length > 3 and not named and "·" not in name):
                    score -= 1.5
                elif place > 1 and name[place] in table("zh", "prefixes") and length - place > 1:
                    score -= 1.5  # 场务小郑
        manner = _manner().match(rest)
        if manner:
            score += 1.0 if manner.end() == 1 < len(rest) else 1.5
        if length in tags:
            score += 1.0 if tags[length] in _PREDICATES else 0.3
        elif not manner and not guessed and not foreign:
            score -= 1.0
        if whole:
            odd = -0.5 if twice or (branches > 1 and (whole in "ombs" or name[0] in table("zh", "prefixes"))) else -2.0
            score += 1.0 if whole.startswith("nr") else odd if whole in _NO_NAMES else 0.4 if whole[0] == "n" else 0.0
        elif first > 1 and first < length and name[-1] != "的":
            score += 0.4 if tags[0].startswith("n") else -2.0 if tags[0] in _NO_NAMES and not role else 0.0
        elif first > length and not guessed:
            score -= 1.0
        double = name[:2] in double_surnames()
        word = whole.startswith("n") and not whole.startswith(("nr", "nz")) and not guessed  # 洪水
        if (name[0] in table("zh", "surnames") or double) and not word and 2 <= length - double <= 3:
            score += 1.7 if manner and manner.end() == len(rest) else 0.7
            score += 0.4 if guessed and first == length else 0.0
        if whole in ("n", "nz") and length > 1 and name[-1] in signs("people"):
            score += 1.5  # 厨师长
        score += 2.5 if foreign else 0.0
        if role:
            score += 0.8 if role < length - 1 or role == 1 else 1.2
        if twice or "·" in name:
            score += 1.0
        if name in self._called and tags.get(length, "")[:1] in ("v", "p"):
            score += 1.5
        if name[0] in table("zh", "prefixes") and length <= 3:
            score += 0.6
        if name[-1] in signs("trailing") and branches < 2:
            score -= 0.8
        return score - (0.0 if "·" in name else 0.5 * max(0, length - 4))

"""What a name tells of a person's sex and age: 王太太 and Mrs. Pym surely, 小红, 立强 and Anna most likely.

    sex_of("李秀英"), sex_of("Tom"), sex_of("小李")     # female, male, ""
    age_of(["王爷爷", "老王"])                          # old

Voices of dialogues and of characters in books are chosen by it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Final

from indextts.model.people import Age, Gender
from indextts.platform.tables import tables_beside
from indextts.reading.text.tokens import is_guessed, tagged
from indextts.reading.text.zh.people import GIVEN, LIKELY, likeness

_LAST: Final = 1.5
"""Weight of the last character of a given name beside 1 for the one before it: 志玲 is a woman, 海生 a man."""

_DEEDS: Final = ("v", "d", "m", "q", "r")  # Kinds of doubled words that nobody is called by: 谢谢, 常常
_UNLIKELY: Final = -3 * LIKELY  # Below this two characters that are no word look like no given name either
_SEXES: Final[tuple[Gender, ...]] = ("female", "male")
_OWNER: Final = re.compile(r".*(?:['’]s|s['’]) (?=[a-z])")
_KIN: Final = re.compile("^(?:(?:great-?|grand|step|half-|god|foster-?|ex-)+(?=[a-z]{3}))?|-in-law$")
_SIGNS: Final = frozenset(("surnames", "prefixes"))  # Tables of characters; the given names of Chinese are, too


@functools.cache
def table(language: str, name: str) -> frozenset[str]:
    """A table of words, or the characters of one."""
    text = tables_beside(__file__, "sexes.yaml")[language][name]
    return frozenset(text.split() if " " in text and name not in _SIGNS else "".join(text.split()))


def sex_of(name: str) -> Gender:
    """The likeliest sex of a person with ``name``; empty where it tells none."""
    return told_sex(name) or guessed_sex(name)


@functools.lru_cache(maxsize=20_000)
def told_sex(name: str) -> Gender:
    """The sex that a title, kinship or role in ``name`` tells."""
    if _is_chinese(name):
        if name in ("他", "她"):
            return "male" if name == "他" else "female"
        male, female = table("zh", "roles_male"), table("zh", "roles_female")
        for at in range(len(name)):
            if name[at:] in male:
                return "male"
            if name[at:] in female:
                return "female"
        for sex in _SEXES:
            if len(name) > 1 and name[-1] in table("zh", f"ends_{sex}") and not name.endswith("大夫"):
                return sex  # 寡妇, 接生婆, 姨父
        return "" if name[:1] not in ("男", "女") else "male" if name[0] == "男" else "female"
    if is_owned(name):
        return role_sex(name.split()[-1])
    first, *others = _in_small(name).split() or [""]
    words = [word.rstrip(".") for word in (first, *others)]  # Old Mrs. Sefton
    title = next((word for word in words[:-1] if word not in table("en", "titles_any")), words[0])
    if title in table("en", "titles_male"):
        return "male"
    if title in table("en", "titles_female"):
        return "female"
    return role_sex([first, *others][-1].lower()) if name[:1].islower() else ""


def is_owned(name: str) -> bool:
    """Whether somebody is called by whose he or she is: the vicar's wife, James' aunt."""
    return _OWNER.match(name) is not None


def may_be_either(name: str) -> bool:
    """Whether men and women bear the given name: Charlie, Alex Reed."""
    return next(iter(name.split()), "") in table("en", "given_either")


def _in_small(name: str) -> str:
    """``name`` with capitals at the beginning of its words alone: subtitles and scripts write ANNA."""
    return name.title() if len(name) > 1 and name.isupper() else name


def is_title(word: str) -> bool:
    """Whether a word of an English name is what its bearer is: ``Captain``, ``Old``."""
    return any(word.rstrip(".") in table("en", f"titles_{kind}") for kind in ("male", "female", "any", "rank"))


def role_sex(role: str) -> Gender:
    """The sex of an English role: a ``waiter`` is male, a ``stepmother`` and a ``sister-in-law`` are female."""
    for word in (role, _KIN.sub("", role)):
        if word in table("en", "roles_male"):
            return "male"
        if word in table("en", "roles_female"):
            return "female"
    man = role.endswith("man") and role not in table("en", "no_man")
    return "female" if role.endswith("woman") else "male" if man else ""


def guessed_sex(name: str) -> Gender:
    """The sex that a given name suggests."""
    if _is_chinese(name):
        return _guessed_zh(name) or _guessed_by_role(name)
    words = [] if is_owned(name) else _in_small(name).split()
    parts = [part for part in words if not is_title(part)]
    if len(parts) == 1 < len(words) and words[0].rstrip(".") in table("en", "titles_rank"):
        return ""  # Captain Grant
    for part in parts[:1]:  # Ottoline Grant: a family name may be a man's first name as well
        if part in table("en", "given_female"):
            return "female"
        if part in table("en", "given_male"):
            return "male"
    return role_sex(name.lower().split()[-1]) if name.split() else ""


def _guessed_by_role(name: str) -> Gender:
    """What a name tells behind what somebody is, else that: 护士|王建国, 护士|小张, 司机|小周."""
    parted = [(name[:-size], name[-size:]) for size in (2, 3) if len(name) > size + 1]
    found: Iterator[Gender] = (
        (_guessed_zh(own) if is_full(own) else "") or told_sex(role) or ("male" if is_usually_male(role) else "")
        for role, own in parted
        if own[0] in table("zh", "prefixes") or is_full(own)
    )
    return next(filter(None, found), "")


def _guessed_zh(name: str) -> Gender:
    first = name.partition("·")[0]
    if first in table("zh", "foreign_female"):
        return "female"
    if first in table("zh", "foreign_male"):
        return "male"
    prefixed = len(name) == 2 and name[0] in table("zh", "prefixes")
    if (prefixed and name[0] == "老" and name[1] in table("zh", "surnames")) or is_usually_male(name):
        return "male"
    either = table("zh", "given_female") | table("zh", "given_male")
    if not (is_full(name) or prefixed or (len(name) == 2 and (either.issuperset(name) or looks_given(name)))):
        return ""
    given = name[2:] if name[:2] in double_surnames() else name[1:] if is_full(name) or prefixed else name
    if not given:
        return ""  # 尉迟: a family name alone
    weights = [*(1.0 for _ in given[:-1]), _LAST]
    scores = {
        sex: sum(weight for char, weight in zip(given, weights, strict=True) if char in table("zh", f"given_{sex}"))
        for sex in _SEXES
    }
    if scores["female"] == scores["male"]:
        return ""
    return "female" if scores["female"] > scores["male"] else "male"


def is_usually_male(name: str) -> bool:
    """Whether most people whom books call so are men: 掌柜, 刘掌柜, 王总."""
    usual = table("zh", "roles_usually_male")
    return name in usual or (name[0] in table("zh", "surnames") and name[1:] in usual) or name[1:] == "总"


def looks_given(name: str) -> bool:
    """Whether two characters look like a given name: much so if they are a word (文静), a little if not (梓涵)."""
    if len(name) != GIVEN:
        return False
    doubled = name[0] == name[1] and tagged(name)[0][1] not in _DEEDS
    return doubled or likeness(name) >= (_UNLIKELY if is_guessed(name) else LIKELY)


def is_full(name: str) -> bool:
    """Whether a Chinese name looks like a surname with a given name."""
    return 2 <= len(name) <= 4 and (name[0] in table("zh", "surnames") or name[:2] in double_surnames())


@functools.cache
def double_surnames() -> frozenset[str]:
    """Surnames of two characters."""
    return table("zh", "double_surnames")


def age_of(names: Iterable[str]) -> Age:
    """The age that a person's names tell: 小男孩, 王爷爷, ``the old captain``; empty where they tell both or none."""
    found = {_age_zh(name) if _is_chinese(name) else _age_en(name) for name in names} - {""}
    return found.pop() if len(found) == 1 else ""


def _age_zh(name: str) -> Age:
    if name.endswith(tuple(table("zh", "ages_old"))):
        return "old"
    return "child" if name.endswith(tuple(table("zh", "ages_child"))) else ""


def _age_en(name: str) -> Age:
    if not name.split():
        return ""
    *before, noun = _OWNER.sub("the ", name).lower().split()
    if {noun, *before[:1]} & table("en", "ages_old") or ((name[:1].islower() or is_owned(name)) and "old" in before):
        return "old"
    small = noun == "girl" and {"little", "small", "tiny"} & {*before}
    return "child" if small or noun in table("en", "ages_child") else ""


def _is_chinese(name: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in name)

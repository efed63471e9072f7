"""Whether what stands before a colon is somebody: a word for a person, a known name, or what may be a name."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from indextts.model.people import Age, Gender
from indextts.platform.tables import pattern_of, tables_beside
from indextts.reading.phonemes.en import terms
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.en.parts_of_speech import candidates
from indextts.reading.text.en.tables import FUNCTION_WORDS
from indextts.reading.text.tokens import is_guessed, tagged
from indextts.voices.sexes import (
    age_of,
    double_surnames,
    guessed_sex,
    is_title,
    is_usually_male,
    looks_given,
    sex_of,
    table,
    told_sex,
)

NAME: Final = re.compile(
    r"[\u4e00-\u9fff·]{1,8}|[A-Z][\w'’-]*\.?(?: [A-Z][\w'’-]*\.?){0,2}|[\u4e00-\u9fff]{1,4} ?[A-Z][a-z]{0,11}"
)
"""The form of a name."""
_MIXED: Final = re.compile("([\u4e00-\u9fff]{1,4}) ?[A-Z][a-z]{0,11}")  # 主持人A, 嘉宾Lucy, 老K
_NEW: Final = re.compile(r"(?=.[a-z]*[aeiouy])[A-Z][a-z]{2,11}|[\u4e00-\u9fff]{2,4}")
"""What nobody knows and may yet be a name …"""
_FULL: Final = re.compile(r"\b([A-Z][\w'’-]+) (?=([A-Z][\w'’-]+))")
_STOPS: Final = tuple(".!?…。！？")
_NUMBER: Final = re.compile(r"(?<=[^\W\d_])[ #_]{0,2}\d{1,2}$")
_NICKNAME: Final = re.compile("[阿小老][\u4e00-\u9fff]")
_MOST_TOLD: Final = 100  # Places of a name that tell something of whoever has it
_HERS: Final = re.compile("(?i:she|her|husband|boy)|[她丈男]|老公")
_PRONOUNS: Final[dict[str, Gender]] = {"she": "female", "her": "female", "he": "male", "his": "male", "him": "male"}
_BOUND: Final = re.compile(r"(?<!\b[DM][rs])(?<!\bMrs)(?<!\bProf)[.!?:。！？：；\n“”\"「」]\s?")
_ASIDE: Final = re.compile(r"[，,.!?。！？](?! (?:who|whose|an?|the|my|our)\b)")
_TO_SOMEBODY: Final = re.compile(r"[你您]|\b[Yy]ou")
_WORD: Final = re.compile(r"(?P<placed>\b(?:from|of|in|at|near|to|an?|the) )?(?<!['’\w])(?P<word>[A-Za-z][\w-]+)")
FOR_PEOPLE: Final = re.compile("[人者员师客匠兵仙妖鬼怪王]$|[胖瘦傻疯矮瞎聋哑瘸才高]子$")  # nouns for people end so
_A_QUANTITY: Final = re.compile("[值率数力度量性法点级期码]$")  # endings of words for what is counted or measured
_NO_NAMES: Final = frozenset(("v", "vx", "vd", "vg", "d", "p", "c", "cs", "to"))  # … of English words: Remember
_THINGS: Final = frozenset("麦米雪车时钱费葱康金")  # Surnames that make words of things behind 小
_TAGS: Final = frozenset(("n", "v", "vn", "a", "d", "m", "r"))  # … but for words of these kinds
_PERSON: Final = frozenset(("nr", "nrt", "nrfg"))  # The tagger's names for names of people


@functools.lru_cache(maxsize=1000)
def is_person(label: str) -> bool:
    """Whether ``label`` is a word for a person, or a name that is known as one."""
    if is_narrator(label):
        return True
    if (role := _NUMBER.sub("", label)) != label:
        return role in known_people("zh") or role.capitalize() in known_people("roles")
    if not NAME.fullmatch(label):
        return False
    if mixed := _MIXED.fullmatch(label):
        word = mixed[1]
        return word in table("zh", "prefixes") or is_role(word) or told_sex(word) != "" or is_person(word)
    if label[0].isascii():
        first, _, rest = label.partition(" ")
        known = known_people("en")
        titled = bool(rest) and first.rstrip(".") in known_people("titles")
        return titled or not known.isdisjoint((first, first.capitalize()))
    tags = () if label in known_people("no_people") else tagged(label)
    return label in known_people("zh") or (len(tags) == 1 and len(label) > 1 and tags[0][1] in _PERSON)


def is_narrator(label: str) -> bool:
    """Whether scripts call by ``label`` whoever reads what nobody says."""
    return label.casefold() in known_people("narrators")


@functools.cache
def known_people(language: str) -> frozenset[str]:
    """Words for people and names of people, of ``zh`` or ``en``; or one of the other lists beside them."""
    listed = frozenset(tables_beside(__file__, "people.yaml")[language].split())
    if language == "en":
        given = table("en", "given_female") | table("en", "given_male")
        listed |= known_people("roles") | (given - known_people("also_words"))
    return listed


@functools.lru_cache(maxsize=1000)
def may_be_new(label: str) -> bool:
    """Whether a label that nobody knows is no word: one in letters is in no dictionary, a Chinese one has a surname."""
    label = label.title() if label.title() in known_people("also_words") else label
    if not _NEW.fullmatch(label) or label in known_people("no_people"):
        return False
    if label[0].isascii():
        return label in known_people("also_words") or not is_word(label.lower())
    tags = tagged(label)
    plain = len(tags) == 1 and tags[0][1] in _TAGS and not is_guessed(label)
    if _sounds_given(label):
        return True
    surnames = table("zh", "surnames")
    if label[0] in "小老" and label[1:] in surnames - _THINGS:
        return True
    full = label[0] in surnames and len(label) < 4
    return not plain and (full or label[:2] in table("zh", "double_surnames") or _NICKNAME.fullmatch(label) is not None)


@functools.lru_cache(maxsize=1000)
def may_return(label: str) -> bool:
    """Whether somebody may be called ``label``: 顾南枝, 大熊; not 优点."""
    if label[0].isascii() or is_party(label):
        return True
    (_, tag), *more = tagged(label)
    if label in known_people("no_people"):
        return False
    named = tag.startswith(("nr", "ns", "nz")) or (len(label) == 2 and label[0] in table("zh", "prefixes"))
    return bool(more) or named or looks_given(label)


@functools.lru_cache(maxsize=1000)
def is_no_word(label: str) -> bool:
    """Whether a label in letters begins with no common word: one that has other forms, serves others, or is a term."""
    word = label.partition(" ")[0].lower()
    forms = (f"{word}s", f"{word}es", f"{word}ed", f"{word}ing", f"{word[:-1]}ies", *([word[:-1]] * word.endswith("s")))
    return word.isascii() and not (word in FUNCTION_WORDS or terms.find(word) or any(map(is_word, forms)))


def is_hardly_a_word(label: str) -> bool:
    """Whether a label in letters is a name though nobody knows it, if whole sentences of two are said in turn."""
    return is_no_word(label) or label in known_people("also_words") or (is_party(label) and label.isupper())


def sex_within(texts: Iterable[str], people: Iterable[str] = ()) -> Callable[[str], Gender]:
    """:func:`sex_of`, but by what ``texts`` say of somebody, and of a family name by the given name before it there.

    Where no letters but those of listening tests are among the ``people``, M is a man, and W or F a woman.
    """
    letters = {one for one in people if len(one) == 1 and one.isascii()}
    in_test = "M" in letters <= set("MWFQN") and not letters.isdisjoint("WF")
    by_letter: dict[str, Gender] = {"M": "male", "W": "female", "F": "female"} if in_test else {}
    texts, found = tuple(texts), dict[str, set[Gender]]()
    for given, family in chain.from_iterable(map(_FULL.findall, texts)):
        found.setdefault(family, set()).add(guessed_sex(given))

    def sex(name: str) -> Gender:
        title, _, family = (name := _NUMBER.sub("", name)).rpartition(" ")
        beside = found.get(family, set()) - {""} if not title or title.rstrip(".") in known_people("titles") else set()
        by_given: Gender = next(iter(beside)) if len(beside) == 1 else ""
        return by_letter.get(name) or told_sex(name) or said_sex(name, texts) or sex_of(name) or by_given

    return sex


def said_sex(name: str, texts: Sequence[str]) -> Gender:
    """What ``texts`` say of the sex of somebody: kinship (*a mother of three*), a spouse, a pronoun."""
    for parts in ([name], name.split()):
        said = Counter(_said_by(match, name) for match in _told_of(parts, texts, "introduced"))
        if said["female"] > 2 * said["male"] or said["male"] > 2 * said["female"]:
            return "female" if said["female"] > said["male"] else "male"
    return ""


def said_age(names: Sequence[str], texts: Sequence[str]) -> Age:
    """:func:`age_of`, but by what ``texts`` say of somebody with ``names``: *He was eleven*, *Silas is eighty-one*."""
    if age := age_of(names):
        return age
    girls = [name for name in names if name.endswith(("女孩", "女孩子", "女孩儿"))]  # of any age
    if any(_told_of(names, texts, "child")) or any(_told_of(girls, texts, "pupil")):
        return "child"
    return "old" if any(_told_of(names, texts, "old")) else ""


def _told_of(parts: Iterable[str], texts: Sequence[str], kind: str) -> Iterator[re.Match[str]]:
    """What ``texts`` tell of somebody, with ``§`` for one of the ``parts`` of the name."""
    for part in (one for one in parts if len(one) > 1 and not is_title(one)):
        told = pattern_of(
            __file__, kind if part[0].isascii() or kind in ("child", "old") else f"{kind}_zh", "people.yaml"
        )
        forms = [re.escape(form) for form in {part: 1, part.title() if part.isupper() else part: 1}]
        alone = [re.compile(rf"{form}(?<![A-Za-z0-9]{form})(?![A-Za-z0-9])") for form in forms]
        places = ((text, place.span()) for form in alone for text in texts for place in form.finditer(text))
        around = (f"{text[max(0, at - 99) : at]}§{text[end : end + 199]}" for text, (at, end) in places)
        yield from filter(None, map(told.search, islice(around, _MOST_TOLD)))


def _said_by(match: re.Match[str], name: str) -> Gender:
    """The sex that one telling tells; nothing where its pronoun may be another person's."""
    told = match.groupdict("")
    if known := f"{told['title']} X" if told.get("title") else told["kin"] or told["being"]:
        return told_sex(known if told.get("title") else known.lower())
    sex: Gender = "female" if _HERS.match(told["spouse"] or told["pronoun"] or told.get("object", "")) else "male"
    sure = "title" not in told or guessed_sex(match[0].partition("§")[0] + name) in ("", sex)
    return sex if sure and not (match["between"] is not None and _may_be_anothers(match, sex)) else ""


def _may_be_anothers(match: re.Match[str], sex: Gender) -> bool:
    """Whether a pronoun may mean somebody else beside whoever is named, or what is said is said to the latter."""
    before, between = _BOUND.split(match.string[: match.start()])[-1], match["between"]
    addressed = pattern_of(__file__, "addressed", "people.yaml").search(before) and _ASIDE.match(between)
    # Whoever acts is not whom the same clause has as its object: She thanked her.
    if (
        addressed
        or _TO_SOMEBODY.search(between)
        or (match.groupdict().get("object") and not re.search("[a-z]", before))
    ):
        return True
    if "title" not in match.groupdict():
        return any(told_sex(word) == sex or tag in _PERSON for one in (before, between) for word, tag in tagged(one))
    words = [(one["word"], one["placed"]) for one in _WORD.finditer(f"{before}, {between}")]
    others = {word for word, placed in words if word[0].isupper() and not placed and not is_word(word.lower())}
    return sex in (_PRONOUNS.get(word.lower()) or guessed_sex(word) for word, _ in words) or not all(
        map(guessed_sex, others)
    )


@functools.cache
def spoken() -> re.Pattern[str]:
    """What is said to somebody: *you*, a question."""
    return re.compile("|".join(tables_beside(__file__, "people.yaml")["spoken"]))


def is_whole(said: str) -> bool:
    """Whether a line ends as a sentence does."""
    return said.rstrip(' \t*_)]）】”’"').endswith(_STOPS)


def is_role(label: str) -> bool:
    """Whether ``label`` is what somebody is in a talk: ``Host``, ``Guest 2``, 主持人."""
    return not {label.casefold(), label[:-1].casefold().rstrip(" #")}.isdisjoint(known_people("talking"))


def is_party(label: str) -> bool:
    """Whether ``label`` is somebody's part in a talk, but not in a list: 甲方, ``CEO``."""
    return label in known_people("parties")


def is_field(label: str) -> bool:
    """Whether ``label`` stands for what is nobody: ``Note``, 时间."""
    words = label.casefold().rstrip(" 0123456789")
    return not {words, "" if is_person(label) else words.rpartition(" ")[2]}.isdisjoint(known_people("fields"))


@functools.lru_cache(maxsize=1000)
def names_a_person(label: str, *, once: bool = False) -> bool:
    """Whether a label is a name, or a word for a person, by its form: ``once``, neither a verb nor an adverb."""
    if is_field(label) or label[0] == "第":
        return False
    if label[0].isascii():
        word = label.rpartition(" ")[2].lower()
        named = not once or is_person(label) or word.title() in known_people("also_words") or not is_word(word)
        return named or min((cost, kind) for kind, cost in candidates(word))[1] not in _NO_NAMES
    if is_person(label.removesuffix("的")) or told_sex(label) or is_role(label) or is_usually_male(label):
        return True
    words = tagged(label)
    if len(words) == 1:  # a word that is no name: 题目
        twice = len(label) == 2 and label[0] == label[1]
        new = is_guessed(label) and label[0] in table("zh", "surnames")  # in no dictionary: 林汐
        return len(label) == 1 or twice or new or words[0][1].startswith("nr") or label[0] in table("zh", "prefixes")
    if (len(words[0][0]) == 1 and is_person(label[1:])) or label[:2] in double_surnames():  # 方老师, 欧阳菲菲
        return True
    return not (_A_QUANTITY.search(label) or FOR_PEOPLE.search(label) or all(len(word) > 1 for word, _ in words))


def looks_named(label: str) -> bool:
    """Whether it has the form of a name: 小北, 阿珍, ``Ysolde``; not 小心 and 小时."""
    if label[0].isascii():
        return bool(guessed_sex(label)) and label not in known_people("also_words")
    tag = tagged(label)[0][1]
    prefixed = len(label) == 2 and label[0] in table("zh", "prefixes") and tag not in ("n", "v", "d", "a", "m")
    return prefixed or (_sounds_given(label) and bool(guessed_sex(label)))


def _sounds_given(label: str) -> bool:
    """Whether it is hardly anything but a given name: 欣怡 and 梓涵; 山东 and 健康 look like one, and are words."""
    word = not is_guessed(label) and label[0] != label[1:] and tagged(label)[0][1] != "i"
    return not word and looks_given(label)

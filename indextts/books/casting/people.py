"""People in the narration: names, roles and pronouns, found by tables and by how often they act."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from indextts.books.casting.lexicon import HIDDEN, either, roles_zh, signs, words
from indextts.books.casting.placed import NAMED, SURELY_NAMED, WELL_NAMED, Starts, tokens_of
from indextts.books.casting.things import things
from indextts.model.people import Gender
from indextts.platform.counting import occurrences
from indextts.reading.text.tokens import is_guessed
from indextts.reading.text.zh import people
from indextts.voices.sexes import double_surnames, guessed_sex, is_full, table, told_sex

Kind = Literal["name", "role", "vague", "pronoun", "me", "nobody", "stranger"]
"""``nobody`` is somebody in a crowd, a ``stranger`` somebody whom a tag names, but nobody knows as a person."""

MOST: Final = 3000  # Names that one book may have; the most frequent ones are kept
MOST_READ: Final = 500_000  # Characters that tell whether a name is longer than it seems
_READ_WHOLE: Final = 2_000_000
"""Characters of a book of which every clause is looked at; of a longer one, of those that no quotation is beside only
as many: who speaks in it stands beside one."""


class Mention(NamedTuple):
    """``text[start:end]`` refers to a person."""

    start: int
    end: int
    name: str
    kind: Kind
    gender: Gender = ""


_HANZI: Final = re.compile(r"[\u4e00-\u9fff·]+")
_CLAUSE: Final = re.compile(rf"[^，。！？；：、…—\s,.!?;:{HIDDEN}]+")
_SAYING: Final = re.compile(
    rf"(?:^|[。！？!?\n{HIDDEN}])\s*(?P<clause>[^，。！？：；、…—\s,.!?;:{HIDDEN}]{{1,40}})"
    rf"[^。！？!?\n{HIDDEN}]{{0,80}}[：:][{HIDDEN}]"
)
"""The clause that begins a sentence which leads to a quotation."""
_BEHIND: Final = re.compile(rf"{HIDDEN}[^\S\n]*(?P<clause>[^，。！？：；、…—\s,.!?;:{HIDDEN}])")
_LEADS: Final = re.compile(f"[：:]{HIDDEN}")
_WORDS_BEFORE: Final = re.compile(rf"[^，。！？；：、…—\s,.!?;:{HIDDEN}]++\Z")
_BEGIN: Final = re.compile(
    rf"(?:^|[，。！？：；…{HIDDEN}])\s*([^，。！？；：、…—\n,!?;:{HIDDEN}]{{2,40}})", re.MULTILINE
)
"""The beginning of a clause."""
_CALL: Final = re.compile(r"[“「『\"]([\u4e00-\u9fff]{2,4})[，！,!…]")
_INTRODUCED: Final = re.compile(
    "(?:[我他她]|姓[\u4e00-\u9fff]{1,2}，|一个)名?叫((?![他她我你您])[\u4e00-\u9fff]{2,4})(?=[，。！,!…的])"
)
"""Whose name is said: 我叫|邬长水, 姓佘，名叫|佘德全."""
_NO_PERSON: Final = re.compile("气(?=[的，。、])|似的|般的|味[儿的]|模样|室|办公室")
"""Behind a word for people these make one for a manner: 孩子气的."""
_OPENS: Final = re.compile(
    "张[大开]?[了着起]?(?:嘴|口|眼|臂|怀|翅膀|手[臂掌指]|[双两][只条片]?[手臂眼])|[解关包管][开上好紧住][了着]?[门窗嘴口衣扣腰]"
)
"""What somebody opens or shuts: 冬子|张大了嘴."""
_NEW: Final = re.compile("[个位名](?:[\u4e00-\u9fff]{1,14}的)?\\Z")
"""Before a word for people this makes it one for somebody new: 有个老人, 一位穿风衣的女士."""
_NOT_ALONE_BEFORE: Final = frozenset("其吉")

_GROUP: Final = re.compile("众..?(?=齐声|\\Z)|.{1,3}[们俩](?=齐声|\\Z)")
"""What is several people, and no one of them: 众将, 姐妹俩."""


class ChinesePeople:
    """The people of Chinese chapters."""

    def __init__(self, told: Sequence[str], whole: Sequence[str] = (), known: Iterable[str] = ()) -> None:
        """``told`` are the chapters with what is quoted hidden, ``whole`` the same with it, ``known`` names."""
        whole = whole or told
        self.names: dict[str, Kind] = {name: "role" for name in roles_zh() if name not in words("zh", "only_after")}
        self.names |= dict.fromkeys(words("zh", "vague"), "vague")
        self.names |= dict.fromkeys(words("zh", "nobody"), "nobody")
        self.names |= {"他": "pronoun", "她": "pronoun", "我": "me"}
        counts: Counter[str] = Counter()
        leading: set[str] = set()
        calls = {call[1] for chapter in whole for call in _CALL.finditer(chapter)}
        starts = Starts(calls)
        for chapter in told:
            for match in _BEGIN.finditer(chapter):
                starts.count(match[1])
        step = sum(map(len, told)) // _READ_WHOLE + 1
        for number, chapter in enumerate(told):
            tags = dict(_tags(chapter))
            for clause in _CLAUSE.finditer(chapter):
                leads = tags.get(clause.start())
                placed = ""
                initial = clause.start() == 0 or chapter[clause.start() - 1] not in "，,、；;"
                if initial and (noun := _called_acts(clause.group()[:24], calls)):
                    counts[noun] += 1
                    leading.add(noun)
                if leads is None and initial and starts.acts(clause.group()[:2]):
                    leads = SURELY_NAMED
                if leads is not None:
                    whole_clause = chapter[clause.start() : clause.end() + 12].split("\n")[0]
                    owned = clause.group()[_before_name(clause.group()) :]
                    placed, score = starts.name(whole_clause if clause.group().isascii() else owned)
                    if score < leads and not (leads == WELL_NAMED and clause.group().endswith(_endings()[0])):
                        placed = ""
                elif number % step:
                    continue
                first, *others = _names_in(clause.group()[:24], leads == NAMED, initial)
                first = _with_role(placed or first, clause.group())
                leading.add(first)
                counts.update({first, *others} - {""})
        counts.update(occurrences(told, [call for call in calls if call in _names_in(call, False)]).keys())
        # The segmenter takes rare words for names: one that acts nowhere must be there again.
        rare = [name for name, times in counts.items() if times == 1 and name not in leading]
        there = occurrences(whole, rare[:MOST])
        for number, name in enumerate(rare):
            if number >= MOST or (there[name] < 2 and not guessed_sex(name)):
                del counts[name]
        most = [name for name, _ in counts.most_common(MOST)]
        there = occurrences(whole, {part for name in most for part in (name, name[1:], name[:-1])})
        beginning = _beginning(whole)
        kept = [whole for name in most for whole in _lengthened(_shortened(name, there, counts), beginning)]
        kept += _with_surnames(kept, beginning)
        there |= occurrences(whole, {part for name in kept if name not in there for part in (name, name[1:])})
        self.weak = {name for name in kept if not is_full(name) and not told_sex(name) and there[name] == 1}
        """Met once only, and not known as names."""
        crowds = tuple(words("zh", "nobody"))
        barred = things([name for name in kept if name not in roles_zh()], beginning)
        for name in kept:
            if name in barred:
                continue  # 柄剑, 太阳升
            if name.startswith(crowds) and name not in crowds:
                continue  # 众人|齐声
            if group := _GROUP.match(name):
                self.names.setdefault(group[0], "nobody")
                continue
            if name[0] in signs("objects") and name[1:] in kept:
                continue  # 对|卜昶
            self.names.setdefault(name, "name")
            given = name[1:]
            if len(name) == 3 and name[0] in table("zh", "surnames") and there[given] > there[name]:
                self.names.setdefault(given, "name")
        introduced = {name[1]: None for chapter in whole for name in _INTRODUCED.finditer(chapter)}
        there = occurrences(whole, list(introduced)[:MOST])
        called = [name for name in there if is_full(name) or (there[name] > 1 and is_guessed(name))]
        for name in (*known, *called, *_named_kin(told)):
            self.names.setdefault(name, "name")
            self.weak.discard(name)
        for name in ("他们", "她们", "我们"):
            self.names[name] = "nobody"
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in self.names:
            lengths[name[0]].add(len(name))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        self._first = re.compile(f"[{re.escape(''.join(lengths))}]")
        self._sexes = functools.cache(told_sex)

    def mentions(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """From left to right and apart, the longest name at each place."""
        at = start
        while match := self._first.search(text, at, end):
            at = match.start()
            for length in self._lengths[match.group()]:
                if at + length > end:
                    continue
                name = text[at : at + length]
                kind = self.names.get(name)
                if kind and not (kind == "pronoun" and at and text[at - 1] in _NOT_ALONE_BEFORE):
                    if name[-1].isascii() and re.match("[A-Za-z]", text[at + length : at + length + 1]):
                        continue  # Al in Alice
                    if text[at + length : at + length + 1] in "气似般味模室办" and _NO_PERSON.match(text, at + length):
                        continue
                    if kind == "name" and _OPENS.match(text, at):
                        continue
                    if kind == "vague" and _NEW.search(text, max(start, at - 16), at):
                        kind = "role"  # 有个老人: somebody new
                    yield Mention(at, at + length, name, kind, self._sexes(name))
                    at += length - 1
                    break
            at += 1


def _named_kin(told: Iterable[str]) -> Iterator[str]:
    """Names behind what somebody is to another: 周婶家的孙子|豆豆, 她女儿|小满."""
    kin = re.compile(f"(?<=[的家他她我小大])(?:{either('zh', 'kindred')})(?=[\u4e00-\u9fff]{{3}})")
    for match in (match for chapter in told for match in kin.finditer(chapter)):
        (word, tag), (after, _), *_ = *tokens_of(match.string[match.end() : match.end() + 12]), ("", "")
        named = tag.startswith("nr") or (len(word) == 2 and (word[0] == word[1] or word[0] in table("zh", "prefixes")))
        split = not named and (len(word) == 1 or is_guessed(word))
        if (
            word[:1] in table("zh", "surnames")
            and split
            and len(word + after) == 3
            and after not in words("zh", "verbs")
        ):
            word, tag, named = word + after, "nr", True  # 许知|远
        barred = word in words("zh", "not_people") or word in roles_zh() or after in ("", "地", "的")
        if named and 1 < len(word) < 4 and not barred:
            yield word


@functools.cache
def _owned() -> re.Pattern[str]:
    """What somebody is, and to whom, before the name: 她丈夫|老秦, 邻居|马大嫂."""
    roles = "|".join(sorted((role for role in roles_zh() if len(role) > 1), key=len, reverse=True))
    return re.compile(f"(?:[他她我你您](?:[的家]|们的?)?)?(?:{roles})|[他她我你您][的家]?[{''.join(signs('kin'))}]")


def _before_name(clause: str) -> int:
    """Where the name begins behind what somebody is; 0 where that does not end with a word, or no name follows."""
    at, match = 0, _owned().match(clause)
    for word, tag in tokens_of(clause[:24]) if match else ():
        if match and at == match.end() and word[0] in table("zh", "surnames") | table("zh", "prefixes"):
            is_name = tag.startswith("nr") or len(word) == 1 or word[0] in table("zh", "prefixes") or is_guessed(word)
            return at if is_name and (len(word) == 1 or word not in roles_zh()) else 0  # 公主|任性地说, 青蛙|老师
        at += len(word)
    return 0


def _with_role(name: str, clause: str) -> str:
    """With the word for people that follows it in ``clause``: 拉鲁斯太太, 守门弟子."""
    at = clause.find(name) + len(name)
    roles = roles_zh()
    if not name or name in roles or name.isascii() or is_full(name) or name not in clause:
        return name
    kin = next((clause[at : at + size] for size in (3, 2) if clause[at : at + size] in roles), clause[at : at + 1])
    return name + kin if len(kin) > 1 or kin in signs("strangers") else name


def _shortened(name: str, there: Mapping[str, int], counts: Counter[str]) -> str:
    """Without the character behind it that the segmenter took in, if the rest is met more often; ``there``: how often
    each stands in the text.
    """
    if len(name) < 3 or name in roles_zh() or counts[name] > 2:
        return name
    rare = 1 in (counts[name], there[name]) or counts[name[:-1]] > counts[name]
    return name[:-1] if rare and there[name[:-1]] > there[name] else name


def _beginning(chapters: Sequence[str]) -> str:
    """The first :data:`MOST_READ` characters."""
    sizes = accumulate(len(chapter) + 1 for chapter in chapters)
    return "\n".join(
        chapter for chapter, size in zip(chapters, sizes, strict=True) if size - len(chapter) <= MOST_READ
    )[:MOST_READ]


def _lengthened(name: str, text: str) -> list[str]:
    """With what always follows a surname and one character, and is no word: 傅司|宴, 沈青|梧 and 沈青|萝."""
    if len(name) != 2 or not is_full(name) or name in roles_zh():
        return [name]
    after: defaultdict[str, set[str]] = defaultdict(set)
    at = text.find(name)
    while at >= 0:
        last = text[at + 2 : at + 3]
        if not _HANZI.fullmatch(last) or last in signs("trailing") or last in words("zh", "verbs"):
            return [name]
        after[last].add(text[at + 3 : at + 4])
        at = text.find(name, at + 2)
    whole = after and len(after) <= 2 and any(len(behind) > 1 for behind in after.values())
    return [name + last for last in after] if whole else [name]


def _with_surnames(names: Iterable[str], text: str) -> list[str]:
    """Given names of two characters, each with the one surname that begins a clause before it: 何|志强."""
    wanted = {name for name in names if len(name) == 2 and not is_full(name) and name not in roles_zh()}
    surnames = "".join(table("zh", "surnames") - signs("objects") - signs("leading"))
    before: defaultdict[str, set[str]] = defaultdict(set)
    for match in re.finditer(f"(?<![\u4e00-\u9fff])([{surnames}])([\u4e00-\u9fff]{{2}})", text):
        if match[2] in wanted:
            before[match[2]].add(match[1])
    return [found.pop() + name for name, found in before.items() if len(found) == 1]


def _called_acts(clause: str, calls: Container[str]) -> str:
    """The noun that somebody is called by and that acts here: “水生，叫人。” … 水生|趴在船舷上."""
    if clause[:2] not in calls:
        return ""
    (first, tag), (_, behind), *_ = *tokens_of(clause), ("", "")
    barred = (
        first in (words("zh", "not_people") | words("zh", "adverbs")) - words("zh", "beings") or first in roles_zh()
    )
    return first if first in calls and tag in ("n", "nz") and behind[:1] in ("v", "p", "d") and not barred else ""


@functools.lru_cache(maxsize=20_000)
def _names_in(clause: str, saying: bool, initial: bool = True) -> tuple[str, ...]:
    """People in a clause, as far as segmenter and tables know.

    ``saying``: it leads to a quotation; ``initial``: no other clause of its sentence is before it.
    """
    if not _HANZI.match(clause):
        return ("",)
    tokens = list(tokens_of(clause))
    small = table("zh", "prefixes")
    alone = [token for place, token in enumerate(tokens) if not place or tokens[place - 1][0] not in small]
    found = [_trimmed(word) for word, tag in alone if tag.startswith("nr") and is_full(word)]
    while (
        tokens
        and not _familiar(tokens[0][0])
        and (tokens[0][0] in signs("leading") or tokens[0][1] in ("d", "t", "c", "f", "p", "r", "m"))
    ):
        if tokens[0][0] in ("他", "她", "我", "用", "以"):
            tokens = []
        tokens = tokens[1:]
    leading = _leading(tokens, saying or clause.endswith(_endings()[0]), initial) if tokens else ""
    return leading, *(name for name in dict.fromkeys(found) if name and not leading.startswith(name))


def _leading(tokens: list[tuple[str, str]], saying: bool, initial: bool) -> str:
    """The person named by the first words; empty where they name none."""
    (first, tag), rest = tokens[0], tokens[1:]
    if rest and rest[0][0].startswith("地"):
        return ""  # 慢条斯理地说: how, not who
    if rest and rest[0][0] == "的":
        return ""  # 沙哑的声音
    if tag.startswith("n") and len(first) > 1 and rest:
        joint = first[-1] + rest[0][0][0]
        if joint in roles_zh():
            return first[:-1] + joint  # 灭尘师太
        if len(first) == 2 and rest[0][0] == "人":
            return first + "人"
    named = rest and (rest[0][1].startswith("nr") or rest[0][0] in table("zh", "prefixes"))
    if tag == "n" and named and rest[0][0] not in roles_zh():
        return _leading(rest, saying, initial)  # 场务小郑: the name, not what somebody is
    if _familiar(first):
        return first
    if len(first) == 1 and tag == "nr" and rest and rest[0][1] == "nrt":
        return first + rest[0][0]  # 玛|尔塔|太太
    if tag.startswith("nr") and len(first) == 2 and is_full(first) and _continues(rest):
        return first + rest[0][0]  # 赵国|栋|拍了拍桌子
    if tag == "nrt" and len(first) > 3:
        return first  # 伊莎贝尔
    if tag.startswith("nr") and len(first) >= 2 and (len(first) < 4 or is_full(first) or tag == "nrt"):
        return _trimmed(first)
    roles = roles_zh()
    begins = (
        len(first) == 1
        and (
            first in table("zh", "surnames")
            or first in table("zh", "prefixes")
            or (tag == "nr" and people.is_family(first))
        )
    ) or first in roles
    if (begins and not (len(first) > 1 and rest and not rest[0][1].startswith("nr"))) or first in double_surnames():
        second = rest[0][0] if rest else ""
        if rest and second not in words("zh", "verbs") and second not in words("zh", "not_people"):
            role = next((second[:length] for length in range(len(second), 0, -1) if second[:length] in roles), "")
            if role:
                return first + role
            if (rest[0][1].startswith("n") or first in double_surnames()) and len(second) <= 2:
                return _trimmed(first + second)
    barred = first in words("zh", "not_people") or first in words("zh", "nobody") or tag in ("s", "f")
    being = (
        first in words("zh", "beings") or first in roles_zh() or first[-1] in signs("people")
    )  # who has a role in stories, as people have
    if rest and rest[0][0] in roles and rest[0][0] not in words("zh", "vague") and not barred and being:
        return first + rest[0][0]  # 青蛙老师, 鸭妈妈: one person
    if first in roles or barred:
        return ""
    if tag.startswith("n") and first.endswith(_endings()[1]) and 2 <= len(first) <= 5:
        return first
    # A noun that says something is somebody: 货郎喊道. So is, to the segmenter, how it is said: 苏禾看了看，皱眉道.
    behind = rest[0][1] if rest else ""
    somebody = initial or first[-1] in signs("people")
    manner = first in words("zh", "adverbs") or first[-1] in signs("manners")
    there = rest and rest[0][1] in ("f", "uj") and not (len(rest) > 1 and rest[1][1] == "ul")
    thing = there or first[-1] in signs("things")
    if saying and tag in ("n", "nz", "ns", "nt") and 2 <= len(first) <= 4 and somebody and not manner and not thing:
        return "" if tag in ("ns", "nt") and behind[:1] in ("n", "b") else _trimmed(first)  # 城南街道办事处
    return ""


def _familiar(word: str) -> bool:
    """Whether it is a surname with 老 or 小, which the segmenter takes for all kinds of words: 老何."""
    if len(word) != 2 or word[0] not in "老小" or word[1] not in table("zh", "surnames"):
        return False
    return not (word in words("zh", "not_people") or word in words("zh", "vague") or word in roles_zh())


def _continues(rest: list[tuple[str, str]]) -> bool:
    """Whether what follows a name is its last character, and no word: a verb stands behind it."""
    if len(rest) < 2:
        return False
    (word, tag), (_, behind) = rest[:2]
    return len(word) == 1 and tag in ("zg", "g", "nr") and behind[:1] in ("v", "z", "d")


@functools.cache
def _endings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Verbs of saying, and roles."""
    return tuple(words("zh", "verbs")), tuple(roles_zh())


def _trimmed(name: str) -> str:
    """Without neighbours that the segmenter took for parts of the name."""
    if len(name) > 2 and name[0] in "那这":
        name = name[1:]
    if len(name) == 4 and name[0] in table("zh", "surnames") and name[:2] not in double_surnames():
        name = name[:3]
    while len(name) > 2 and name[-1] in signs("trailing"):
        name = name[:-1]
    if len(name) < 4 and (name[0] == "里" or name[-1] in "里外"):
        return ""  # 角落里
    verb = name in words("zh", "verbs") or (name[-1:] in "道说问" and name[:-1] in words("zh", "verbs"))
    thing = len(name) == 2 and name[1] in signs("things") and not is_guessed(name)
    barred = verb or thing or name in words("zh", "not_people") or name in words("zh", "adverbs") or len(name) > 12
    return "" if barred or not _HANZI.fullmatch(name) else name


def _tags(told: str) -> Iterator[tuple[int, float]]:
    """Where the clauses beside quotations begin, and from which score on what they begin with is a name."""
    for match in _BEHIND.finditer(told):
        yield match.start("clause"), WELL_NAMED
    for match in _LEADS.finditer(told):
        if before := _WORDS_BEFORE.search(told, max(0, match.start() - 24), match.start()):
            yield before.start(), SURELY_NAMED
    for match in _SAYING.finditer(told):
        yield match.start("clause"), NAMED

"""The tables of words that casting goes by: ``zh.yaml`` and ``en.yaml``."""

from __future__ import annotations

import functools
import re
from typing import Final

from indextts.model.people import Gender
from indextts.platform.tables import tables_beside
from indextts.voices.sexes import table

HIDDEN: Final = "\ufffc"  # Stands for what is quoted in the narrator's text, so that offsets stay


@functools.cache
def words(language: str, name: str) -> frozenset[str]:
    """A table of words."""
    return frozenset(tables_beside(__file__, f"{language}.yaml")[name].split())


@functools.cache
def signs(name: str) -> frozenset[str]:
    """A table of Chinese characters."""
    return frozenset("".join(tables_beside(__file__, "zh.yaml")[name].split()))


@functools.cache
def roles_zh() -> dict[str, Gender]:
    """Words for people, with the sex that they tell."""
    found: dict[str, Gender] = dict.fromkeys(words("zh", "roles_any"), "")
    found |= dict.fromkeys(table("zh", "roles_male"), "male")
    found |= dict.fromkeys(table("zh", "roles_female"), "female")
    return found


@functools.cache
def either(language: str, name: str) -> str:
    """The words of a table as alternatives, the longest first."""
    return "|".join(sorted(map(re.escape, words(language, name)), key=len, reverse=True))


@functools.cache
def owned_zh() -> re.Pattern[str]:
    """Behind a person, what makes the sentence one about somebody else: 周婶|家的孙子, 王老师|班上的学生."""
    where, how = (tables_beside(__file__, "zh.yaml")[name] for name in ("kin_where", "kin_how"))
    return re.compile(f"(?:{where})?的(?:{how}|的){{0,3}}(?P<kin>{either('zh', 'kindred')})")


@functools.cache
def led_zh() -> re.Pattern[str]:
    """The same with that person, whoever it is: 李婶家的孙子."""
    return re.compile(f"[\u4e00-\u9fff]{{1,5}}?{owned_zh().pattern}")


@functools.cache
def titles_en() -> frozenset[str]:
    """What stands before English names."""
    return words("en", "titles") | table("en", "titles_male") | table("en", "titles_female")

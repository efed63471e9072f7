"""Lists of contents with parts, volumes and pages in plain texts: they are no chapters, and tell what chapters are."""

from __future__ import annotations

import textwrap
from typing import Final, NamedTuple

import pytest

from indextts.books import read_manuscript

EN: Final = (
    "The ferry went over and came back again all night, and nobody asked him why he did it. He did not know himself.",
    "In the morning the lamp was still alight, though the oil in it had been low for days, and nobody had been up.",
    "“Who lit it?” asked the clerk, and put down the key upon the table.",
)
ZH: Final = ("渡口的灯亮了一夜，他把船划到对岸去。", "没有人看见他，也没有人问起那封信。", "“谁点的灯？”掌柜的问。")
NAMES: Final = {
    False: (
        "A Arrives, B Departs, and the Door is Left Open",
        "Of a Letter and its Consequences",
        "How the Captain Kept his Word",
        "The End of the Matter",
        "Night",
        "What the Clerk Said",
    ),
    True: ("旧渡口", "磨刀人", "三月的雪", "母亲的账本", "夜", "老人与船"),
}
COUNTS: Final = {False: ("I", "II", "III", "IV", "V", "VI"), True: ("一", "二", "三", "四", "五", "六")}


class Look(NamedTuple):
    """How a volume and a chapter are written in the list, and above their text; ``anew``: each counts from one."""

    volume: str
    entry: str
    printed: str
    head: str
    anew: bool = True
    zh: bool = False
    word: bool = True


LOOKS: Final = {
    "title below": Look("BOOK THE {f}: {v}", "  {r}. {t}    {p}", "BOOK THE {f}\n\n{v}", "CHAPTER {r}\n\n{t}"),
    "leaders": Look("BOOK {o}", "{r}. {t} .... {p}", "BOOK {o}", "CHAPTER {r}. {t}"),
    "arabic": Look("PART {o}", "   {n}  {t}  {p}", "PART {o}", "{n}\n\n{t}", anew=False),
    "capitals": Look("PART {o}. {v}", "CHAPTER {r}. {t}", "PART {o}\n\n{v}", "CHAPTER {r}\n\n{t}", anew=False),
    "names alone": Look("Part {o}: {v}", "    {t}  {p}", "Part {o}: {v}", "{t}"),
    "a full stop": Look("VOLUME {o}.", " {r}. {t}   {p}", "VOLUME {o}.", "CHAPTER {r}.\n\n{t}."),
    "numbers alone": Look("BOOK {o}", "{r}. {t}  {p}", "BOOK {o}\n\n{v}", "{r}\n\n{t}"),
    "close below": Look("BOOK {o}", "{r}. {t}  {p}", "BOOK {o}", "CHAPTER {r}\n{t}"),
    "no word": Look("BOOK {o}: {v}", "{r}. {t}  {p}", "BOOK {o}: {v}", "CHAPTER {r}\n\n{t}", word=False),
    "dots apart": Look("PART {o}", "     {t} . . . . . {p}", "PART {o}\n\n{v}", "{r}\n\n{t}", anew=False),
    "volumes": Look("第{r2}卷　{v}", "　　第{r}章　{t}……{p}", "第{r2}卷　{v}", "第{r}章\n\n{t}", zh=True),
    "points": Look("卷{r2}　{v}", "　　{r}、{t}　{p}", "卷{r2}　{v}", "{r}、{t}", zh=True),
    "names of pieces": Look("第{r2}辑　{v}", "{t}（{p}）", "第{r2}辑　{v}", "{t}", zh=True),
    "number above": Look("第{r2}部　{v}", "{r}　{t}  {p}", "第{r2}部\n\n{v}", "{r}\n\n{t}", zh=True),
}


@pytest.mark.parametrize("wrapped", [False, True], ids=["lines", "wrapped"])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_list_with_parts_is_not_read_and_its_names_are_those_of_the_chapters(look: Look, wrapped: bool) -> None:
    prose = ZH if look.zh else (" ".join(EN),) * 2 if wrapped else EN
    told = "\n\n".join("\n".join(textwrap.wrap(one, 70)) if wrapped and not look.zh else one for one in prose * 3)
    listed, body, titles = [""], [""], []
    for at, name in enumerate(NAMES[look.zh]):
        volume, count = at // 3, at % 3 if look.anew else at
        words = {
            "f": ("FIRST", "SECOND")[volume],
            "o": ("ONE", "TWO")[volume],
            "v": ("春", "秋")[volume] if look.zh else ("THE SOWING", "THE REAPING")[volume],
            "r": COUNTS[look.zh][count],
            "r2": COUNTS[look.zh][volume],
            "n": count + 1,
            "t": name,
            "p": 18 * at + 1,
        }
        if at % 3 == 0:
            listed += ["", look.volume.format(**words), ""]
            body.append(look.printed.format(**words))
        listed.append(look.entry.format(**words))
        head = look.head.format(**words)
        body.append(f"{head}\n\n{told}")
        titles.append(" ".join(head.split()) if not look.zh else head.replace("\n\n", " "))
    word = ("目录" if look.zh else "CONTENTS") if look.word else ""
    top = "灯下集\n\n沈一舟 著" if look.zh else "LOW WATER\n\nby\n\nADA ROWE"
    text = "\n\n\n\n".join((top, word, "\n".join(listed), *body))
    book = read_manuscript("a.txt", text.encode())
    on = [one for one in book.chapters if one.on and one.text]
    assert [one.title for one in on] == titles
    assert [one.text.split("\n") for one in on] == [[*prose] * 3] * 6
    assert (book.title, book.author) == (("灯下集", "沈一舟") if look.zh else ("LOW WATER", "ADA ROWE"))


def test_lines_that_end_with_numbers_in_a_paragraph_stay_together() -> None:
    told = "The ferry was built in the spring, and by then the list of those who had gone over it came to 412\nmen, 37"
    told += " horses and a bear, of which the clerk wrote down only the horses, the weather being what it was then."
    text = f"Chapter 1\n\n{told}\n\n" + "\n\n".join("\n".join(textwrap.wrap(" ".join(EN), 96)) for _ in range(4))
    (chapter,) = [one for one in read_manuscript("a.txt", text.encode()).chapters if one.on]
    assert chapter.text.split("\n")[0] == told.replace("\n", " ")

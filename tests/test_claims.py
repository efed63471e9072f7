"""Numbers, lists and examples of the documents are true, and both READMEs say the same."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from benchmarks.accuracy import DATA
from benchmarks.first_sight import SETS
from indextts.model.errors import StudioError
from indextts.platform.storage.assets import ASSETS
from indextts.reading.markup import in_text, parse
from indextts.reading.phonemes.en import heteronyms, terms
from indextts.reading.phonemes.zh import mandarin, polyphones
from indextts.studio.strings import say
from indextts.works.books.book_contents import BookOptions

ROOT: Final = Path(__file__).parent.parent
ENGLISH: Final = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE: Final = (ROOT / "README.zh.md").read_text(encoding="utf-8")
MEASUREMENTS: Final = (ROOT / "docs/measurements.md").read_text(encoding="utf-8")
MARKUP: Final = (ROOT / "docs/markup.md").read_text(encoding="utf-8").replace("\\|", "|")
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?")
_CODE: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_CHINESE_FORMS: Final = {
    "文件": "FILE",
    "路径": "PATH",
    "名称": "NAME",
    "A：": "A: ",
    "B：": "B: ",
    "[高兴]": "[happy]",
    "[/高兴]": "[/happy]",
}


def sections(text: str) -> list[str]:
    return re.split(r"^## .*\n", text, flags=re.M)


def tables(text: str) -> list[list[list[str]]]:
    """Each table's rows, each row's cells; the row of dashes left out."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [[_cells(line) for line in block.splitlines() if not line.startswith("|---")] for block in blocks]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.replace("| |", "|  |").strip("|").split(" | ")]


def numbers(text: str) -> list[str]:
    return sorted(_NUMBER.findall(_LINK.sub("]", _CODE.sub("", text))))


def codes(text: str) -> Counter[str]:
    found = _CODE.findall(re.sub(r"```.*?```", "", text, flags=re.S))
    for chinese, english in _CHINESE_FORMS.items():
        found = [code.replace(chinese, english) for code in found]
    return Counter(code.replace("…", "").strip() for code in found)


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    return [re.sub(r"\s+# .*", "", line) for block in blocks for line in block.splitlines()]


def _in_english(link: str) -> str:
    """The English document, or its part, that a link of either README stands for."""
    return link.replace(".zh.md", ".md").replace("#全部文档", "#all-documents")


def test_both_readmes_have_the_same_sections_commands_and_links() -> None:
    assert len(sections(ENGLISH)) == len(sections(CHINESE))
    assert commands(ENGLISH) == commands(CHINESE)
    for number, (english, chinese) in enumerate(zip(sections(ENGLISH), sections(CHINESE), strict=True)):
        links = [Counter(map(_in_english, _LINK.findall(text))) for text in (english, chinese)]
        assert links[0] == links[1], number


@pytest.mark.parametrize("number", range(len(sections(ENGLISH))))
def test_both_readmes_name_the_same_things_in_each_section(number: int) -> None:
    english, chinese = sections(ENGLISH)[number], sections(CHINESE)[number]
    assert codes(english) == codes(chinese)


@pytest.mark.parametrize("number", range(len(sections(ENGLISH))))
def test_both_readmes_have_the_same_figures_in_each_section(number: int) -> None:
    def prose(text: str) -> str:
        return re.sub(r"(?:^\|.*\n)+|```.*?```", "", text, flags=re.M | re.S)

    assert numbers(prose(sections(ENGLISH)[number])) == numbers(prose(sections(CHINESE)[number]))


@pytest.mark.parametrize("number", range(len(tables(ENGLISH))))
def test_the_tables_of_both_readmes_agree_row_by_row(number: int) -> None:
    english, chinese = tables(ENGLISH)[number], tables(CHINESE)[number]
    assert len(english) == len(chinese)
    for ours, theirs in zip(english[1:], chinese[1:], strict=True):
        assert len(ours) == len(theirs), ours
        assert codes(ours[0]) == codes(theirs[0]) and ("†" in ours[0]) == ("†" in theirs[0]), (ours[0], theirs[0])
        for one, other in zip(ours[1:], theirs[1:], strict=True):
            assert numbers(one) == numbers(other) or "1/" in other, (ours, theirs)
            assert re.findall("[↑↓]", one) == re.findall("[↑↓]", other), ours
            assert codes(one) == codes(other), ours
    assert len(tables(ENGLISH)) == len(tables(CHINESE))


def test_each_row_of_what_was_measured_says_which_way_is_better_and_its_ratio_is_right() -> None:
    shown, whole = (next(rows for rows in tables(text) if "ratio" in rows[0])[1:] for text in (ENGLISH, MEASUREMENTS))
    figures = [row[1:4] for row in whole]
    assert all(row[1:4] in figures for row in shown), "a row that is not measured, or was before"
    for name, way, ours, theirs, ratio in whole:
        assert way in ("↓", "↑"), name
        if not theirs:
            assert not ratio, name
            continue
        one, other = (float(re.sub(r"[^\d.]", "", cell)) for cell in (ours, theirs))
        said = re.fullmatch(r"\*\*(?:([\d.]+)|about (\d+) × less)\*\*.*", ratio)
        assert said, ratio
        wanted = float(said[1]) if said[1] else 1 / float(said[2])
        slack = sum(
            0.5 * 10.0 ** -len(cell.partition(".")[2].split(" ")[0]) / value
            for cell, value in ((ours, one), (theirs, other))
        )
        bound = one / other * (slack + 0.005) + 0.0051 if said[1] else one / other * (slack + 0.05)
        assert abs(one / other - wanted) <= bound, name
        assert wanted >= 0.05 or not said[1], f"{name}: a ratio that rounds to nothing"


def test_the_english_that_was_measured_is_what_the_page_says() -> None:
    (alone,) = re.findall(
        r"heard by a recogniser, one at a time \(`english_words.txt`\) \| 100 \| (\d+) %", MEASUREMENTS
    )
    english, chinese = say("voice_accent", "en"), say("voice_accent", "zh")
    assert f"{alone} of 100" in english and f"100 个中的 {alone} 个" in chinese
    assert "seven of ten words" in english and "十个词约七个" in chinese


def test_every_extra_that_set_up_knows_stands_in_its_help_and_in_the_documents() -> None:
    files = ROOT.glob("requirements/*.txt")
    extras = {
        name
        for file in files
        for line in re.findall(r"^# with: (.*)", file.read_text("utf-8"), re.M)
        for name in line.split()
    }
    said = subprocess.run(["./start_app.sh", "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    helped = said.partition("--with A,B")[2].partition("--help")[0]
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `--with NAMES` \|.*", operations, re.M)
    assert extras == {name for name in extras if re.search(rf"\b{name}\b", helped)}
    assert extras == set(_CODE.findall(row)) - {"--with NAMES"}
    everything = "".join(
        path.read_text(encoding="utf-8") for path in [*ROOT.glob("docs/*.md"), *ROOT.glob("README*.md")]
    )
    named = {name for names in re.findall(r"--with ([a-z0-9,]+)", everything) for name in names.split(",")}
    assert named <= extras and all(f"`{name}`" in everything or name in named for name in extras)


def cases(name: str) -> int:
    """How many cases a set of ``tests/data`` has, as its benchmark counts."""
    lines = [
        line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("# ")
    ]
    if name == "surface_fresh.tsv":
        return sum(syllable not in ("-", "~") for line in lines for syllable in line.split("\t")[1].split(" "))
    if name == "polyphones_classes.tsv":
        return sum(len(line.split("\t")[2].split(" ")) for line in lines)
    return len(lines)


def counted() -> list[tuple[str, int]]:
    rows = re.findall(r"^\|[^|]*`(\w+\.(?:tsv|txt))`[^|]*\| ([\d,]+) \|", MEASUREMENTS, re.M)
    return [(name, int(count.replace(",", ""))) for name, count in rows if name != "zh_dev.tsv"]


@pytest.mark.parametrize(("name", "count"), counted())
def test_a_set_has_as_many_cases_as_the_document_says(name: str, count: int) -> None:
    assert cases(name) == count


def test_the_sets_of_the_tables_were_found() -> None:
    assert len(counted()) > 30


def test_what_is_said_of_first_sight_can_be_repeated_for_every_set() -> None:
    rows = [line.split("\t") for line in lines_of(DATA / "at_first_sight.tsv")]
    assert sorted(name for name, _, _, _ in rows) == sorted(SETS)
    for name, brought_by, version, right in rows:
        assert re.fullmatch("[0-9a-f]{8}", brought_by) and re.fullmatch("[0-9a-f]{8}", version), name
        assert brought_by != version and 0 < float(right) <= 100, name
    told = dict(re.findall(r"`first_sight_(\w+)\.tsv`\) \| \d+ \| \d+ \| \*\*([\d.]+) %", MEASUREMENTS))
    figures = {name: float(right) for name, _, _, right in rows}
    assert told and {name: float(right) for name, right in told.items()} == {name: figures[name] for name in told}


def lines_of(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def stated(pattern: str, document: str = "docs/architecture.md") -> list[int]:
    text = " ".join((ROOT / document).read_text(encoding="utf-8").split())
    (found,) = re.findall(pattern, text)
    return [int(number.replace(",", "")) for number in ([found] if isinstance(found, str) else found)]


def test_what_is_shipped_and_learned_from_is_as_much_as_the_documents_say() -> None:
    assert stated(r"has ([\d,]+) words of programmers") == [len(dict(terms.entries()))]
    assert stated(r"has ([\d,]+) words like \*record\*") == [len(heteronyms.load())]
    assert stated(r"`indextts/assets/phrases.txt`, ([\d,]+)\)") == [len(mandarin.own_phrases())]
    rules = polyphones.contexts()
    assert stated(r"`contexts.txt`, ([\d,]+) pairs of regular expressions for ([\d,]+) characters") == [
        sum(map(len, rules.values())),
        len(rules),
    ]
    classical = polyphones.contexts(classical=True)
    assert stated(r"There ([\d,]+) rules for ([\d,]+) characters \(`classical.txt`\)") == [
        sum(map(len, classical.values())),
        len(classical),
    ]
    assert stated(r"logistic regression for ([\d,]+) characters") == [len(polyphones.load().labels)]
    own = lines_of(ROOT / "training/polyphone_sentences.txt")
    sentences, marked = stated(r"learns from ([\d,]+) sentences of ours \([^)]*\) with ([\d,]+) marked characters")
    assert sentences == len(own)
    assert marked == sum(len(re.findall(r"\[[a-z]+[1-5]\]", line)) for line in own)


def test_the_prosody_models_learned_from_as_many_sentences_as_their_documents_say() -> None:
    folder = ROOT / "training/prosody"
    both = sum(len(lines_of(folder / f"sentences_{lang}.txt")) for lang in ("zh", "en"))
    assert stated(r"([\d,]+) sentences of ours, which language models wrote \(`training/prosody/sentences_zh") == [both]
    assert stated(r"([\d,]+) sentences that were written", "indextts/assets/prosody/MODEL_CARD.md") == [both]
    fronted = len(lines_of(folder / "sentences_fronted.txt"))
    assert stated(r"([\d,]+) sentences of ours \(`training/prosody/sentences_fronted") == [fronted]
    compounds = len((ASSETS / "compounds.txt").read_text(encoding="utf-8").split())
    assert stated(r"`assets/compounds.txt`, ([\d,]+):") == [round(compounds, -3)]


def test_the_pause_between_chapters_is_what_the_document_says() -> None:
    said = re.search(r"([\d.]+) s of silence \(`chapter_pause_s`\)", (ROOT / "docs/books.md").read_text("utf-8"))
    assert said and float(said[1]) == BookOptions().chapter_pause_s


def part(title: str) -> str:
    return MARKUP.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def examples(title: str) -> list[str]:
    return [code.replace("…", "好") for code in _CODE.findall(part(title)) if re.match(r"[<\[]", code)]


@pytest.mark.parametrize(
    "text", examples("Readings and pauses") + [code for code in examples("Emotions") if "/" in code]
)
def test_the_marks_of_the_document_are_marks(text: str) -> None:
    marked = parse(f"我们{text}。")
    assert marked.text != f"我们{text}。", "it is taken out of what is spoken"


@pytest.mark.parametrize(
    "text", re.findall("`([^`]+)`", re.findall(r"^\| (.+) \| pinyin in the place", MARKUP, re.M)[0])
)
def test_pinyin_in_the_place_of_a_character_is_found(text: str) -> None:
    assert in_text.find(f"我们{text}吧。")


PROSE: Final = [
    "[pause for effect]",
    "[高兴][高兴]",
    "see [sad]",
    *(re.findall(r"^- Everything else is spoken as it stands: (.*)\.$", MARKUP, re.M)[0]).replace("`", "").split(", "),
]
ERRORS: Final = ["[/hapy]", '<brek time="1s"/>', "[pause]"]


@pytest.mark.parametrize("text", PROSE)
def test_what_the_document_calls_prose_is_spoken_as_it_stands(text: str) -> None:
    assert text in MARKUP.replace("`", "")
    assert parse(f"我们 {text} 去").text == f"我们 {text} 去"


@pytest.mark.parametrize("text", ERRORS)
def test_what_the_document_calls_an_error_is_one(text: str) -> None:
    assert f"`{text}`" in MARKUP
    with pytest.raises(StudioError) as caught:
        parse(f"[happy]我们{text}好" if text == "[/hapy]" else f"我们{text}好")
    assert caught.value.code == "bad_markup"


def settings_of(element: str) -> list[tuple[str, str]]:
    """Attributes and values that the table gives for an element."""
    (row,) = re.findall(rf"^\| `{element}` \| (.*) \|$", MARKUP, re.M)
    found = []
    for group in re.split(r"; |, or ", row):
        name, *values = _CODE.findall(group)
        found += [(name, one) for value in values for one in value.split(" ")]
    return found


@pytest.mark.parametrize(
    ("element", "name", "value"),
    [(element, *one) for element in ("break", "prosody", "emphasis") for one in settings_of(element)],
)
def test_the_values_of_the_table_of_elements_are_understood(element: str, name: str, value: str) -> None:
    inside = f'<{element} {name}="{value}"/>' if element == "break" else f'<{element} {name}="{value}">来</{element}>'
    assert parse(f"<speak>你好{inside}。</speak>").text.startswith("你好")
    with pytest.raises(StudioError):
        parse(f"<speak>你好{inside.replace(value, 'nonsense')}。</speak>")


@pytest.mark.parametrize("document", sorted(ROOT.glob("docs/*.md")), ids=lambda path: path.name)
def test_tests_are_named_by_their_whole_path(document: Path) -> None:
    named = re.findall(r"`([\w/]*test_\w+\.py)`", document.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).is_file()] == []

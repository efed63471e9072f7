"""Languages that no voice here speaks, and texts that are none, are told when a file is read in."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.book_files import STORY
from indextts.books.reading import read_manuscript
from indextts.books.reading.languages import warning_of

FOREIGN = yaml.safe_load((Path(__file__).parents[2] / "data/languages.yaml").read_text(encoding="utf-8"))
SPOKEN = {
    "prose": STORY[0] * 4,
    "classical": "孔子曰：学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠，不亦君子乎？" * 4,
    "mixed": "我们用 Python 写了一个 FastAPI 服务，部署在 Kubernetes 上，一天处理 300 万次请求。" * 4,
    "english": "Early in the morning I walked along the river, and the fog was so thick that nobody saw the lamps. "
    * 3,
    "code": "def main(): return run(config, service, database) # start everything and wait for the signal " * 3,
    "names": "Emma Thompson, James Wilson, Olivia Brown, Liam Miller, Sophia Davis, Noah Garcia, Mia Anderson. " * 3,
    "traditional": "清晨，我沿著河邊走。霧很大，對岸的燈火還看不見，渡船一天只開兩趟，老人把繩子收好坐著等。" * 4,
}
NONSENSE = {
    "cid": "(cid:12)(cid:88)(cid:3)(cid:41)" * 60,
    "glyphs": "/g12/g7/g133 " * 80,
    "han": "龘靐齉爩鱻麤龗灪籲鸞爨癵驫麣纞虋讟钃鸜麷鞻韽韾頀" * 12,
    "letters": "xqzt wvrk bdfg mnpl krtw zxcv qwrt plkj hgfd sdfg bnmv crtx wqzp " * 8,
    "replaced": "\ufffd\ufffd\ufffd a\ufffd\ufffd " * 60,
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_language_that_no_voice_speaks_is_told(name: str) -> None:
    found = warning_of(FOREIGN[name] * 3)
    assert found is not None and name in found[0] and "中文和英文" in found[1]


@pytest.mark.parametrize("name", SPOKEN)
def test_what_is_spoken_here_is_told_nothing(name: str) -> None:
    assert warning_of(SPOKEN[name]) is None


@pytest.mark.parametrize("name", NONSENSE)
def test_text_without_meaning_is_told(name: str) -> None:
    found = warning_of(NONSENSE[name])
    assert found is not None and "no sense" in found[0]


def test_the_books_warning_comes_with_the_book() -> None:
    text = f"第一章 雾\n{FOREIGN['Japanese'] * 9}\n第二章 船\n{FOREIGN['Japanese'] * 9}"
    assert "Japanese" in read_manuscript("a.txt", text.encode()).warnings[0][0]
    assert read_manuscript("a.txt", f"第一章 雾\n{STORY[0] * 4}\n第二章 船\n{STORY[0] * 4}".encode()).warnings == ()


@settings(max_examples=200)
@given(st.text(max_size=400))
def test_any_text_is_judged(text: str) -> None:
    found = warning_of(text)
    assert found is None or all(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Burmese", "မနက်ခင်းမှာ မြူတွေ ဆိုင်းနေတယ်။ လှေ ဘယ်တော့ ပြန်လာမလဲ။ မနက်ဖြန် ပြန်လာမယ်။"),
        ("Thai", "เช้านี้หมอกหนามาก เรือจะกลับมาเมื่อไร พรุ่งนี้คงกลับมา คุณยายยังรออยู่"),
        ("Hindi", "सुबह घना कोहरा था। नाव कब लौटेगी? कल लौट आएगी। दादी अब भी इंतज़ार कर रही हैं।"),
        ("Khmer", "ព្រឹកនេះមានអ័ព្ទ ទូកនឹងត្រឡប់មកវិញនៅពេលណា ស្អែកនឹងត្រឡប់មកវិញហើយ"),
        ("Greek", "Το πρωί είχε πυκνή ομίχλη. Πότε θα γυρίσει η βάρκα; Αύριο θα γυρίσει πάλι."),
    ],
)
def test_few_lines_in_letters_of_another_script_are_enough(name: str, text: str) -> None:
    found = warning_of(text)
    assert found is not None and name in found[0]

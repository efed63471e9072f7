"""Names are counted in one pass as ``str.count`` counts each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indextts.platform.counting import occurrences

_TEXT = st.text("王小明哈 a\U00020000\n", max_size=200)


@given(st.lists(_TEXT, max_size=6), st.sets(st.text("王小明哈a\U00020000", min_size=1, max_size=5), max_size=12))
def test_each_name_is_counted_as_the_text_itself_counts_it(chapters: list[str], names: set[str]) -> None:
    whole = "\n".join(chapters)
    assert occurrences(chapters, names) == {name: whole.count(name) for name in names if name in whole}


def test_a_name_in_the_pieces_of_a_long_text_is_counted_in_all_of_them() -> None:
    chapters = [f"{'雪' * 9000}单立行来了。" for _ in range(20)]
    assert occurrences(chapters, ["单立行", "单立", "雪夜"]) == {"单立行": 20, "单立": 20}

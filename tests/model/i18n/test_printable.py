"""Foreign text in messages."""

from __future__ import annotations

import pytest

from indextts.model.errors import printable


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("happy", "happy"),
        (3.5, "3.5"),
        (" two\n\tlines ", "two lines"),
        ("bell\a", "bell\N{REPLACEMENT CHARACTER}"),
        ("\ud800", "?"),
        ("长" * 40, "长" * 40),
        ("长" * 41, "长" * 39 + "…"),
    ],
)
def test_foreign_text_stands_in_a_message_on_one_line_short_and_without_what_is_not_text(
    value: object, shown: str
) -> None:
    assert printable(value) == shown


def test_a_message_with_room_shows_more_of_it() -> None:
    assert printable("a" * 80, 80) == "a" * 80
    assert len(printable("a" * 81, 80)) == 80

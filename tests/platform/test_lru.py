"""The store of what was used last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import inf

from indextts.platform.lru import Lru, cached


def test_what_was_used_longest_ago_makes_room() -> None:
    store: Lru[str, str] = Lru(3)
    for key in "abc":
        store.put(key, key)
    assert store.get("a") == "a"
    assert store.peek("b") == "b"
    store.put("d", "d")
    assert store.keys() == ("c", "a", "d")
    assert "b" not in store and store.get("b") is None


def test_sizes_count_and_the_newest_stays_whatever_its_size() -> None:
    store: Lru[str, str] = Lru(100)
    for key in "abc":
        store.put(key, key, 40)
    assert (store.keys(), store.size) == (("b", "c"), 80)
    store.put("b", "again", 50)
    assert (store.keys(), store.size) == (("c", "b"), 90)
    store.resize("c", 60)
    assert (store.keys(), store.size) == (("c",), 60)
    store.resize("unknown", 60)
    store.put("large", "large", 500)
    assert (store.keys(), store.size, len(store)) == (("large",), 500, 1)


def test_some_go_after_all_others() -> None:
    store: Lru[int, int] = Lru(3)
    for number in range(5):
        store.put(number, number, last={0, 2})
    assert store.keys() == (0, 2, 4)
    store.put(5, 5, last={0, 2, 4})
    assert store.keys() == (2, 4, 5)


def test_room_can_be_made_before_something_is_there() -> None:
    store: Lru[str, str] = Lru(100)
    store.put("a", "a", 60)
    store.put("b", "b", 30)
    assert store.make_room(50) == ["a"]
    assert store.make_room(50) == []
    assert store.keys() == ("b",)
    endless: Lru[str, str] = Lru(inf)
    endless.put("a", "a", 10**15)
    endless.make_room(10**15)
    assert endless.keys() == ("a",)


def test_what_goes_is_told_once() -> None:
    gone: list[tuple[str, int]] = []
    store: Lru[str, int] = Lru(2, lambda key, value: gone.append((key, value)))
    for number, key in enumerate("abca"):
        store.put(key, number)
    assert gone == [("a", 0), ("b", 1)]
    assert store.pop("c") == 2 and store.pop("c") is None
    store.clear()
    assert gone == [("a", 0), ("b", 1), ("c", 2), ("a", 3)]
    assert (len(store), store.size) == (0, 0)


def test_a_value_is_made_once_while_it_is_kept() -> None:
    made: list[str] = []
    store: Lru[str, str] = Lru(1)

    def value(key: str) -> str:
        return store.get_or_make(key, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    assert [value(key) for key in "aabba"] == list("aabba")
    assert made == ["a", "b", "a"]


def test_threads_share_a_store() -> None:
    store: Lru[int, int] = Lru(50)

    def work(number: int) -> None:
        store.put(number % 70, number, 1 + number % 3)
        store.get(number % 30)
        store.resize(number % 20, 2)
        store.pop(number % 90)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(5000)))
    assert store.size <= 50
    store.clear()
    assert store.size == 0


def test_results_of_long_words_are_not_kept() -> None:
    calls: list[object] = []

    @cached(2, longest=5)
    def double(word: str, *, loud: bool = False) -> str:
        calls.append(word)
        return word * 2 + "!" * loud

    assert [double("short"), double("short"), double("longer"), double("longer")] == [
        *("shortshort", "shortshort", "longerlonger", "longerlonger")
    ]
    assert calls == ["short", "longer", "longer"]
    assert double("short", loud=True) == "shortshort!"
    assert double.__name__ == "double"

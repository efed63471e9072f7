from __future__ import annotations

from indextts.studio.session import Session
from indextts.studio.tabs.speak.takes import SHOWN, TakeStore
from tests.studio.test_panels import make_take


def test_the_oldest_takes_are_forgotten() -> None:
    takes = [make_take() for _ in range(3)]
    store = TakeStore(2 * takes[0].nbytes)
    for take in takes:
        store.add(take)
    assert store.get(takes[0].id) is None and store.get(takes[2].id) is takes[2]


def test_only_known_ids_come_back_in_the_order_asked() -> None:
    store = TakeStore()
    takes = [make_take() for _ in range(SHOWN + 2)]
    for take in takes:
        store.add(take)
    assert store.known([takes[1].id, "nobody", 7, None, takes[0].id]) == [takes[1], takes[0]]
    assert len(store.known([take.id for take in takes])) == SHOWN


def test_ids_cannot_be_guessed() -> None:
    ids = {make_take().id for _ in range(100)}
    assert len(ids) == 100 and all(len(item) >= 20 for item in ids)


def test_a_session_lists_its_last_takes_once_each() -> None:
    session = Session()
    takes = [make_take() for _ in range(SHOWN + 1)]
    for take in [*takes, takes[-2]]:
        session.remember(take)
    assert session.takes[:2] == [takes[-2].id, takes[-1].id] and len(session.takes) == SHOWN
    assert session.shown == takes[-2].id


def test_a_new_run_stops_the_one_before() -> None:
    session = Session()
    first = session.begin()
    second = session.begin()
    assert first.cancelled and not second.cancelled
    session.end(first)
    session.stop()
    assert second.cancelled

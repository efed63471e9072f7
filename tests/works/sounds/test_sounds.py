"""The sounds on the disk: whole or not there, and swept where nobody keeps them."""

from __future__ import annotations

import errno
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indextts.model.errors import StudioError
from indextts.plan.segment_cache import SegmentSound, digest
from indextts.works.sounds.sounds import SoundStore, pack

RATE = 24_000


def sound(seconds: float = 0.5, seed: int = 0) -> SegmentSound:
    pcm = np.random.default_rng(seed).integers(-9000, 9000, round(seconds * RATE)).astype(np.int16)
    times = np.array([[0.0, 0.1 + 1e-9], [np.nan, np.nan]])
    return SegmentSound(pcm, times, np.array([[7.0, 0.1, np.nan]]), digest(str(seed)))


def key(name: str) -> str:
    return digest(name)


def same(one: SegmentSound, other: SegmentSound | None) -> bool:
    return (
        other is not None
        and np.array_equal(one.pcm, other.pcm)
        and np.array_equal(one.times, other.times, equal_nan=True)
        and np.array_equal(one.predicted, other.predicted, equal_nan=True)
        and one.contents == other.contents
    )


def test_a_kept_sound_is_the_same_under_all_its_names_and_takes_its_room_once(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    store.keep(sound(), RATE, key("a"), key("b"))
    assert same(sound(), store.get(key("a"))) and same(sound(), store.get(key("b")))
    assert store.path(key("a")).stat().st_ino == store.path(key("b")).stat().st_ino
    store.keep(sound(), RATE, key("a"), key("c"))
    assert same(sound(), store.get(key("c")))
    assert store.get(key("d")) is None


def test_a_name_for_what_was_heard_last_moves_on_and_takes_no_room(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    store.keep(sound(seed=1), RATE, key("a"))
    store.keep(replace(sound(seed=2), spoken_in=key("pass")), RATE, key("b"))
    for name in ("a", "b"):
        store.note(key(name), [key("last"), key("alone")])
        assert store.path(key("last")).stat().st_ino == store.path(key(name)).stat().st_ino
    last = store.get(key("last"))
    assert last is not None and same(sound(seed=2), last) and last.spoken_in == key("pass")
    assert same(sound(seed=1), store.get(key("a")))
    store.note(key("gone"), [key("last")])
    assert same(sound(seed=2), store.get(key("last"))), "what is not there changes nothing"


def test_a_disk_without_hard_links_keeps_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    store = SoundStore(tmp_path)
    store.keep(sound(), RATE, key("a"), key("b"))
    assert same(sound(), store.get(key("b")))


def test_a_damaged_sound_is_not_given_another_name(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    store.keep(sound(), RATE, key("a"), key("b"))
    data = store.path(key("a")).read_bytes()
    with store.path(key("a")).open("r+b") as file:  # both names are that file
        file.write(data[:100])
        file.truncate(100)
    assert store.get(key("a")) is None
    store.keep(sound(), RATE, key("a"), key("b"))
    assert same(sound(), store.get(key("a"))) and same(sound(), store.get(key("b")))


@pytest.mark.parametrize("at", [0, 9, 45, 60, 300, -3000, -1])
def test_a_damaged_sound_is_not_heard_and_makes_room_for_a_new_one(tmp_path: Path, at: int) -> None:
    store = SoundStore(tmp_path)
    store.keep(sound(), RATE, key("a"))
    data = bytearray(store.path(key("a")).read_bytes())
    data[at] ^= 0x10
    store.path(key("a")).write_bytes(data)
    found = store.get(key("a"))
    assert found is None or same(sound(), found)  # a bit that says nothing of the sound may be any
    if found is None:
        assert not store.has(key("a"))
        store.keep(sound(), RATE, key("a"))
        assert same(sound(), store.get(key("a")))


def test_a_sound_cut_off_anywhere_is_none(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    whole = pack(sound(), RATE)
    for size in (0, 3, 44, 60, 200, len(whole) // 2, len(whole) - 1):
        path = store.path(key("a"))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(whole[:size])
        assert store.get(key("a")) is None, size


def test_a_name_that_is_none_reaches_no_file(tmp_path: Path) -> None:
    for name in ("", "../x", "a" * 63, "A" * 64):
        with pytest.raises(ValueError, match="not the name"):
            SoundStore(tmp_path).get(name)


def test_what_nobody_keeps_goes_by_age_and_then_by_size_the_longest_unheard_first(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    ages = {"old": 40.0, "kept": 50.0, "b": 3.0, "c": 2.0, "d": 1.0}
    for seed, (name, days) in enumerate(ages.items()):
        store.keep(sound(seed=seed), RATE, key(name), key(name + "2"))
        then = time.time() - days * 86_400
        os.utime(store.path(key(name)), (then, then))
    size = store.path(key("b")).stat().st_size
    keep = {key("kept2")}
    store.sweep(max_bytes=int(3.5 * size), max_age_s=30 * 86_400.0, keep=lambda: keep)
    assert [name for name in ages if store.has(key(name))] == ["kept", "c", "d"]
    assert not store.has(key("old2")) and store.has(key("kept2"))


def test_a_sound_that_was_just_made_is_not_swept_before_its_job_can_name_it(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    store.keep(sound(), RATE, key("a"))
    assert store.sweep(max_bytes=0, max_age_s=0.0, keep=set) == 0
    assert store.has(key("a"))


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    store = SoundStore(tmp_path)
    with pytest.raises(StudioError) as told:
        store.keep(sound(), RATE, key("a"))
    assert told.value.code == "disk_full"
    assert not store.has(key("a")) and [path for path in tmp_path.rglob("*") if path.is_file()] == []

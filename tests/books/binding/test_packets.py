"""Coded sound that waits on the disk until its file is put together."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from indextts.books.binding import Binding, BoundAhead
from indextts.books.binding.packets import Packets
from indextts.books.binding.reel import rates_of
from tests.support.bound import chapter, spoken


def test_packets_come_back_as_they_went_with_their_times(tmp_path: Path) -> None:
    store = Packets(tmp_path / "packets")
    told = [(b"one", 0, 1024), (b"", 1024, 0), (b"three", 2048, 512)]
    packets = []
    for data, at, length in told:
        packet = av.Packet(data)
        packet.pts, packet.duration = at, length
        packets.append(packet)
    nameless = av.Packet(b"four")
    store.add([*packets, nameless])
    read = [(bytes(one), one.pts, one.dts, one.duration) for one in store.read(Fraction(1, 24_000))]
    assert read == [*((data, at, at, length) for data, at, length in told), (b"four", 0, 0, 0)]
    store.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "rate", "bits", "made"),
    [
        ("mp3", 24_000, 192, (44_100, 192)),
        ("mp3", 48_000, 192, (48_000, 192)),
        ("mp3", 24_000, 128, (24_000, 128)),
        ("mp3", 24_000, 160, (24_000, 160)),
    ],
)
def test_bits_that_a_low_rate_cannot_have_raise_it(form: str, rate: int, bits: int, made: tuple[int, int]) -> None:
    assert rates_of(form, rate, Binding(bit_rate=bits)) == made


@pytest.mark.parametrize(("rate", "kept"), [(24_000, True), (12_000, True), (48_000, False)])
def test_what_is_coded_ahead_is_of_use_where_no_later_chapter_has_a_higher_rate(
    tmp_path: Path, rate: int, kept: bool
) -> None:
    first, later = chapter(spoken(0.5), key="a"), chapter(spoken(0.5, rate=rate), key="b", rate=rate)
    ahead = BoundAhead(tmp_path, "flac", Binding())
    ahead.add(first, lambda: False)
    reel = ahead.taken([first, later], "flac", Binding())
    assert (reel is not None) == kept
    if reel is not None:
        reel.abandon()
    ahead.close()
    assert list(tmp_path.iterdir()) == []

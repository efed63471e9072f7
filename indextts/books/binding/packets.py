"""Coded sound in a file of its own until it is known what stands before it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import av

if TYPE_CHECKING:
    from av import Packet

_HEAD: Final = struct.Struct("<Iqq")  # Of a packet: its bytes, when it is heard, how long it lasts


class Packets:
    """Those of one sound without video, all of them keys, in their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")

    def add(self, packets: Iterable[Packet[Any]]) -> None:
        for packet in packets:
            data = bytes(packet)
            self._file.write(_HEAD.pack(len(data), packet.pts or 0, packet.duration or 0))
            self._file.write(data)

    def read(self, time_base: Fraction) -> Iterator[Packet[Any]]:
        """All of them, from the first; nothing is added any more."""
        self._file.close()
        with self._path.open("rb") as file:
            while head := file.read(_HEAD.size):
                size, at, length = _HEAD.unpack(head)
                packet = av.Packet(file.read(size))
                packet.time_base = time_base
                packet.pts = packet.dts = at
                packet.duration = length
                packet.is_keyframe = True
                yield packet

    def remove(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

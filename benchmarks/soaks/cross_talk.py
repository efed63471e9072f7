"""Many different texts in several voices at once: whether each answer is the one that it is alone, byte for byte."""

from __future__ import annotations

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any, Final

from benchmarks.soaks.served import Client, Served, served
from benchmarks.soaks.texts import pages

_VOICES: Final = 8


@dataclass(frozen=True)
class Wish:
    """What one client asks for, and by which call."""

    text: str
    voice: str
    streamed: bool

    def ask(self, client: Client) -> bytes:
        """The sound. Raises :class:`RuntimeError` where none came."""
        if self.streamed:
            body = {"input": self.text, "voice": self.voice, "response_format": "pcm"}
            return _whole(client.post("/v1/audio/speech", body))
        told = client.post("/tts", {"text": self.text, "voice": self.voice})
        _whole(told)
        return _whole(client.get(told.json()["audio_url"]))


def _whole(answer: Any) -> bytes:
    if not answer.whole:
        raise RuntimeError(f"{answer.status} {answer.fault} {answer.body[:200]!r}")
    return bytes(answer.body)


def measure(folder: Path, models: Path, *, clients: int = 32, rounds: int = 5, sentences: int = 3) -> dict[str, Any]:
    """Each alone, then all at once, ``rounds`` times in other orders; half of them are streamed."""
    limits = {"queue_waiting": clients, "streams": 2 * clients, "deadline_s": 600}
    with served(folder, models, limits, cache={"segments_mb": 0}) as server:
        return asked(server, clients=clients, rounds=rounds, sentences=sentences)


def asked(server: Served, *, clients: int, rounds: int, sentences: int) -> dict[str, Any]:
    """The same of a server that runs."""
    with server.client() as client:
        voices = [one["id"] for one in client.get("/v1/audio/voices").json()["voices"]][:_VOICES]
        wishes = [
            Wish(text, voices[number % len(voices)], number % 2 == 0)
            for number, text in enumerate(pages(clients, sentences))
        ]
        alone = [wish.ask(client) for wish in wishes]
    differ: list[str] = []
    chance = random.Random(1)
    for number in range(rounds):
        order = chance.sample(range(clients), clients)
        for index, sound in _at_once(server, [wishes[index] for index in order]):
            which = order[index]
            if sound != alone[which]:
                differ.append(f"round {number}, {wishes[which]}: {_told(sound)} in place of {_told(alone[which])}")
    return {
        "texts": clients,
        "voices": voices,
        "rounds": rounds,
        "answers": clients * rounds,
        "different_alone": len({hashlib.sha256(sound).digest() for sound in alone}),
        "differ": differ,
    }


def _at_once(server: Served, wishes: list[Wish]) -> list[tuple[int, bytes | str]]:
    start = Barrier(len(wishes))

    def one(index: int) -> tuple[int, bytes | str]:
        with server.client() as client:
            start.wait()
            try:
                return index, wishes[index].ask(client)
            except RuntimeError as error:
                return index, str(error)

    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(one, range(len(wishes))))


def _told(sound: bytes | str) -> str:
    return sound if isinstance(sound, str) else f"{len(sound)} bytes {hashlib.sha256(sound).hexdigest()[:12]}"


def missed(result: dict[str, Any]) -> list[str]:
    """What did not hold."""
    if result["different_alone"] != result["texts"]:
        return ["the texts alone did not all sound different"]
    return list(result["differ"])

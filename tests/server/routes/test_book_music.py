"""``/v1/books/{id}/music``: a person's own sounds are heard in the book's file, shaped, and taken away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from indextts.platform.config import Config
from tests.server.routes.test_books import ended, made, refused
from tests.support.services import client_over_http


@pytest.fixture
def client(config: Config) -> Iterator[httpx.Client]:
    with client_over_http(config) as client:
        yield client


def tune(seconds: float, form: str = "MP3") -> bytes:
    file = io.BytesIO()
    chord = 0.2 * np.sin(2 * np.pi * 2000.0 * np.arange(round(seconds * 44_100)) / 44_100)
    soundfile.write(file, np.stack([chord, chord], axis=1), 44_100, format=form)
    return file.getvalue()


def put(client: httpx.Client, book: str, place: str, data: bytes, name: str = "海.mp3") -> httpx.Response:
    return client.put(f"/v1/books/{book}/music/{place}", content=data, params={"name": name}, headers=SOUND)


SOUND = {"Content-Type": "audio/mpeg"}


def spoken(client: httpx.Client, book: str) -> dict[str, Any]:
    assert client.post(f"/v1/books/{book}/speak").status_code == 202
    assert ended(client, book)["status"] == "done"
    report: dict[str, Any] = client.get(f"/v1/books/{book}/report").json()
    return report


def test_a_sound_is_kept_heard_in_the_file_told_in_its_report_and_taken_away(client: httpx.Client) -> None:
    music = {"intro": {"alone_s": 2.0, "level_db": -6.0}}
    book = made(client, options={"format": "wav", "chapter_pause_s": 0.5, "music": music})["id"]
    plain = spoken(client, book)
    answer = put(client, book, "intro", tune(5.0))
    (kept,) = answer.json()["music"]
    assert (kept["place"], kept["name"], round(kept["duration_s"], 1)) == ("intro", "海.mp3", 5.0)
    put(client, book, "chime", tune(1.0))
    heard = client.get(f"/v1/books/{book}/music/intro")
    assert heard.headers["content-type"] == "audio/flac"
    assert soundfile.info(io.BytesIO(heard.content)).duration == pytest.approx(5.0, abs=0.1)
    report = spoken(client, book)
    assert report["duration_s"] - plain["duration_s"] == pytest.approx(2.0 + 1.0 + 0.5, abs=0.1)
    about = {one["place"]: (one["name"], one["level_db"]) for one in report["music"]}
    assert about == {"intro": ("海.mp3", -6.0), "chime": ("海.mp3", -3.0)} and plain["music"] == []
    client.patch(f"/v1/books/{book}", json={"options": {"music": {"intro": {"alone_s": 1.0}}}})
    assert spoken(client, book)["duration_s"] - plain["duration_s"] == pytest.approx(1.0 + 1.0 + 0.5, abs=0.1)
    for place in ("intro", "chime", "outro"):
        assert client.delete(f"/v1/books/{book}/music/{place}").status_code == 200
    assert client.get(f"/v1/books/{book}/music").json()["music"] == []
    assert spoken(client, book)["duration_s"] == plain["duration_s"]
    refused(client.get(f"/v1/books/{book}/music/intro"), 404, "not_found")


@pytest.mark.night
def test_of_a_long_sound_the_beginning_is_kept(client: httpx.Client) -> None:
    book = made(client)["id"]
    put(client, book, "outro", tune(130.0, "WAV"))
    put(client, book, "chime", tune(20.0, "WAV"))
    lengths = {one["place"]: one["duration_s"] for one in client.get(f"/v1/books/{book}/music").json()["music"]}
    assert lengths == {"outro": 120.0, "chime": 15.0}


def test_what_is_no_sound_or_no_place_is_refused_in_a_sentence(client: httpx.Client) -> None:
    book = made(client)["id"]
    assert "“海.mp3”" in refused(put(client, book, "intro", b"hello" * 100), 422, "recording_not_audio")
    refused(put(client, "nothing", "intro", tune(1.0)), 404, "no_book")
    assert put(client, book, "middle", tune(1.0)).status_code in (400, 422)
    wrong = client.put(f"/v1/books/{book}/music/intro", content=b"{}", headers={"Content-Type": "text/plain"})
    refused(wrong, 415, "wrong_type")
    shapes: tuple[Any, ...] = ({"intro": {"level_db": 40}}, {"middle": {}}, {"intro": {"file": "/etc/passwd"}}, [])
    for shaped in shapes:
        answer = client.patch(f"/v1/books/{book}", json={"options": {"music": shaped}})
        refused(answer, 422, "invalid_value")
    assert client.get(f"/v1/books/{book}/music").json()["music"] == []

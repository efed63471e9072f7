"""``/v1/jobs``: what is spoken stays, and can be heard while it is made."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import av
import httpx
import numpy as np
import numpy.typing as npt
import pytest

from indextts.config import Config
from indextts.server import create_app
from indextts.service.service import SpeechService
from tests.support.services import HeldEngine, make_service, serving

TEXT = "你好，世界。今天天气很好！Hello, world. 我们去公园吧？"


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    service = make_service(config)
    with serving(create_app(service.config, service=service, page=False)) as address:
        yield address


def begin(url: str, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    answer = httpx.post(f"{url}/v1/jobs", json={"text": text, **fields})
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    return job


def ended(url: str, name: str, *states: str) -> dict[str, Any]:
    """The job once it is in one of these states."""
    for _ in range(600):
        job: dict[str, Any] = httpx.get(f"{url}/v1/jobs/{name}", params={"segments": True}).json()
        if job["status"] in (states or ("done", "failed", "cancelled", "paused")):
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def events(url: str, name: str, **headers: str) -> list[tuple[str, int, dict[str, Any]]]:
    """All events until the stream ends: kind, id, data."""
    found = []
    with httpx.stream("GET", f"{url}/v1/jobs/{name}/events", headers=headers, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for block in answer.read().decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if lines:
                found.append((lines["event"], int(lines["id"]), json.loads(lines["data"])))
    return found


def heard(data: bytes) -> npt.NDArray[np.int16]:
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])


def test_a_job_is_begun_at_once_and_its_segments_are_heard_one_after_the_other(url: str) -> None:
    job = begin(url, live=True)
    assert (job["kind"], job["title"], job["live"]) == ("speech", TEXT, True)
    assert job["status"] in ("queued", "running", "done")
    first = httpx.get(f"{url}/v1/jobs/{job['id']}/segments/0", timeout=30)
    assert first.status_code == 200 and first.headers["content-type"] == 'audio/mp4; codecs="flac"'
    done = ended(url, job["id"])
    assert (done["status"], done["progress"], done["error"]) == ("done", 1.0, None)
    assert done["segments_done"] == done["segments_total"] == len(done["segments"]) >= 4
    sounds = [heard(httpx.get(f"{url}/v1/jobs/{job['id']}/segments/{n}").content) for n in range(len(done["segments"]))]
    at = 0
    for number, (segment, sound) in enumerate(zip(done["segments"], sounds, strict=True)):
        assert segment["index"] == number
        assert segment["start_s"] * done["sample_rate"] == pytest.approx(at, abs=1e-6)
        assert segment["duration_s"] * done["sample_rate"] == pytest.approx(sound.size, abs=1e-6)
        assert len(segment["peaks"]) == -(-sound.size // (done["sample_rate"] // 20))
        at += sound.size
    assert done["duration_s"] * done["sample_rate"] == pytest.approx(at, abs=1e-6)
    assert "".join(segment["text"] for segment in done["segments"]).replace(" ", "") == TEXT.replace(" ", "")
    assert [token["text"] for token in done["segments"][0]["tokens"]][:2] == ["你", "好"]


def test_events_tell_each_segment_once_and_end_with_the_job(url: str) -> None:
    job = begin(url)
    told = events(url, job["id"])
    segments = [data for kind, _, data in told if kind == "segment"]
    assert [segment["index"] for segment in segments] == list(range(len(segments)))
    assert told[-1][0] == "state" and told[-1][2]["status"] == "done"
    assert told[-1][2]["segments_done"] == len(segments) == told[-1][1]
    again = events(url, job["id"], **{"Last-Event-ID": "2"})
    assert [data for kind, _, data in again if kind == "segment"] == segments[2:]


def test_a_cancelled_job_keeps_what_is_spoken(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held)
    with serving(create_app(service.config, service=service, page=False)) as url:
        held.hold()
        held.let_through(2)
        job = begin(url, "春天来了。夏天来了。秋天来了。冬天来了。")
        for number in range(2):
            assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/{number}", timeout=30).status_code == 200
        answer = httpx.post(f"{url}/v1/jobs/{job['id']}/cancel")
        assert answer.json()["status"] == "cancelled"
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/1").status_code == 200
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/2").status_code == 404
        assert [kind for kind, _, _ in events(url, job["id"])] == ["segment", "segment", "state"]


def test_a_wrong_request_is_refused_as_by_tts(url: str) -> None:
    for body in ({"text": ""}, {"text": "好", "speed": 9}, {"text": "好", "voice": "nobody"}, {"text": "好", "x": 1}):
        refused = httpx.post(f"{url}/v1/jobs", json=body)
        as_tts = httpx.post(f"{url}/tts", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (
            as_tts.status_code,
            as_tts.json()["error"]["code"],
        )


def test_nobody_sees_the_jobs_of_somebody_else(service: SpeechService, client: Any) -> None:
    job = client.post("/v1/jobs", json={"text": "你好。"}).json()
    assert client.get(f"/v1/jobs/{job['id']}").status_code == 200
    mine = dict(client.cookies)
    client.cookies.clear()
    for path in ("", "/segments/0", "/events"):
        assert client.get(f"/v1/jobs/{job['id']}{path}").status_code == 404
    assert client.post(f"/v1/jobs/{job['id']}/cancel").status_code == 404
    client.cookies.clear()
    client.cookies.update(mine)
    assert client.get(f"/v1/jobs/{job['id']}").status_code == 200

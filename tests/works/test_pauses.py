"""A job, and what is bound or read again from it, has the pauses and the very sounds of the plain answer."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.engines.kokoro import install
from indextts.platform.config import Config, EnginesConfig
from tests.support.services import client_here, make_service
from tests.support.tiny_kokoro import make_published
from tests.support.waiting import until

LATE_S = 30


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("pauses")
    config = Config(cache_dir=home, engines=EnginesConfig(order=("kokoro",)))
    install.ensure(config, local=make_published(home / "published"), fetch=lambda *_, **__: None, say=lambda _: None)
    service = make_service(config, rate_limit="1000/minute")
    with client_here(service) as client:
        yield client
    service.close()


def samples(answer: bytes) -> np.ndarray:
    read: np.ndarray = soundfile.read(io.BytesIO(answer), dtype="int16")[0]
    return read


@pytest.mark.parametrize("pause", ["0ms", "10ms", "300ms"])
def test_a_job_has_the_samples_of_the_plain_answer(client: TestClient, pause: str) -> None:
    body = {"text": f"火车到了小镇。[pause {pause}]老人在门口等她。", "prosody": "rules"}
    plain = samples(client.get(client.post("/tts", json=body).json()["audio_url"]).content)
    job = client.post("/v1/jobs", json=body).json()["id"]
    until(lambda: client.get(f"/v1/jobs/{job}").json()["status"] == "done", LATE_S)
    heard = samples(client.get(f"/v1/jobs/{job}/result").content)
    assert np.array_equal(plain, heard)
    assert np.abs(plain[-200:]).max() < 100 < np.abs(plain).max(), "it dies away"

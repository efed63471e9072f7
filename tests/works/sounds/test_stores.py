"""Sounds in an S3-compatible store: a real server on loopback, kept through its HTTP interface."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indextts.model.errors import StudioError
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, LabelConfig, load_config
from indextts.platform.serving_config import S3Config, WorksConfig
from indextts.works.sounds.s3 import S3Objects
from indextts.works.sounds.stores import RemoteSounds, sound_store
from tests.support.ports import free_port
from tests.support.restarted import OWNER, make, text_of
from tests.support.waiting import until
from tests.works.sounds.test_sounds import RATE, key, same, sound

_OWN = load_config().cache_path / "tests-s3" / "bin" / "moto_server"
PROGRAM = shutil.which("moto_server") or (str(_OWN) if _OWN.exists() else None)
ACCESS, SECRET = "studio", "a secret"

on_s3 = pytest.mark.skipif(PROGRAM is None, reason="no S3 server is installed (./run_tests.sh installs one)")


def given(endpoint: str) -> S3Config:
    return S3Config(endpoint=endpoint, access_key=ACCESS, secret_key=SECRET)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("minio")
    port, log = free_port(), tmp_path_factory.mktemp("s3") / "log"
    assert PROGRAM is not None
    with log.open("wb") as out:
        process = subprocess.Popen([PROGRAM, "-H", "127.0.0.1", "-p", str(port)], stdout=out, stderr=out)
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/moto-api/", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.05)
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path) -> str:
    from minio import Minio

    name = f"b{abs(hash(tmp_path)):x}"
    client = Minio(endpoint.partition("://")[2], ACCESS, SECRET, secure=False, region="us-east-1")
    client.make_bucket(name)
    return name


def store(folder: Path, endpoint: str, bucket: str, *, max_mb: int = 16) -> RemoteSounds:
    objects = S3Objects(bucket, "studio/sounds", given(endpoint))
    return RemoteSounds(folder, LabelConfig(), objects, max_bytes=max_mb * 2**20)


@on_s3
def test_what_one_machine_keeps_another_one_hears(tmp_path: Path, endpoint: str, bucket: str) -> None:
    first, second = store(tmp_path / "1", endpoint, bucket), store(tmp_path / "2", endpoint, bucket)
    assert second.get(key("a")) is None and not second.has(key("a"))
    first.keep(sound(), RATE, key("a"), key("b"))
    assert same(sound(), second.get(key("a"))) and same(sound(), second.get(key("b")))
    assert second.has(key("b")) and second.data(key("a")) == first.data(key("a"))
    assert (tmp_path / "2" / key("a")[:2] / f"{key('a')}.flac").is_file()
    assert sorted(name for name, _, _ in first._objects.listed()) == sorted(
        f"{name[:2]}/{name}.flac" for name in (key("a"), key("b"))
    )


@on_s3
def test_a_damaged_object_counts_for_nothing_and_is_kept_again(tmp_path: Path, endpoint: str, bucket: str) -> None:
    first, second = store(tmp_path / "1", endpoint, bucket), store(tmp_path / "2", endpoint, bucket)
    first.keep(sound(), RATE, key("a"))
    name = f"{key('a')[:2]}/{key('a')}.flac"
    first._objects.put(name, first.data(key("a"))[:-100])
    assert second.get(key("a")) is None
    second.keep(sound(), RATE, key("a"))
    third = store(tmp_path / "3", endpoint, bucket)
    assert same(sound(), third.get(key("a")))


@on_s3
def test_this_disk_has_no_more_of_it_than_it_may(tmp_path: Path, endpoint: str, bucket: str) -> None:
    one = store(tmp_path, endpoint, bucket)
    one._max_bytes = 200_000
    for number in range(12):
        one.keep(sound(1.0, number), RATE, key(str(number)))
    near = sum(path.stat().st_size for path in tmp_path.rglob("*.flac"))
    assert 0 < near <= 200_000 * 1.3
    assert all(one.get(key(str(number))) is not None for number in range(12))


@on_s3
def test_what_is_too_old_goes_but_for_what_is_kept(
    tmp_path: Path, endpoint: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = store(tmp_path, endpoint, bucket)
    for name in "ab":
        one.keep(sound(), RATE, key(name))
    assert one.sweep(max_bytes=2**30, max_age_s=1.0, keep=lambda: {key("a")}) == 0  # too young
    later = time.time() + 10_000
    monkeypatch.setattr(time, "time", lambda: later)
    assert one.sweep(max_bytes=2**30, max_age_s=1.0, keep=lambda: {key("a")}) == 1
    fresh = store(tmp_path / "elsewhere", endpoint, bucket)
    assert fresh.has(key("a")) and not fresh.has(key("b"))


@on_s3
def test_a_job_is_spoken_into_the_store_and_heard_from_it_and_waits_where_it_is_away(
    tmp_path: Path, endpoint: str, bucket: str
) -> None:
    works = WorksConfig(sounds=f"s3://{bucket}/jobs", s3=given(endpoint))
    service = make(tmp_path / "first", works=works)
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(1)))
    *_, last = service.works.jobs.follow(OWNER, job.id)
    assert last.state == "done"
    heard = service.works.jobs.sound(OWNER, job.id)
    shutil.rmtree(tmp_path / "first" / "works" / "sounds")
    assert np.array_equal(service.works.jobs.sound(OWNER, job.id), heard)
    assert len(list((tmp_path / "first" / "works" / "sounds").rglob("*.flac"))) == 6
    service.close()

    away = WorksConfig(sounds=f"s3://{bucket}/jobs", s3=given(f"http://127.0.0.1:{free_port()}"))
    service = make(tmp_path / "second", works=away)
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(2)))
    until(lambda: service.works.jobs.get(OWNER, job.id).waits is not None)
    waits = service.works.jobs.get(OWNER, job.id)
    assert waits.state == "running" and waits.waits is not None and waits.waits.code == "waits_store"
    assert bucket in str(waits.waits) and "secret" not in str(waits.waits)
    assert [error.code for error in service.works.absent] == ["store_away"]
    assert service.works.jobs.cancel(OWNER, job.id).state == "cancelled"
    until(lambda: service.works.records.get(job.id).state == "cancelled")
    service.close()


def test_an_address_that_is_none_is_told_and_a_folder_is_one(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as told:
        sound_store(Config(cache_dir=tmp_path, works=WorksConfig(sounds="ftp://somewhere/else")))
    assert told.value.code == "store_address"
    folder = sound_store(Config(cache_dir=tmp_path, works=WorksConfig(sounds=str(tmp_path / "shared"))))
    folder.keep(sound(), RATE, key("a"))
    assert (tmp_path / "shared" / key("a")[:2] / f"{key('a')}.flac").is_file()

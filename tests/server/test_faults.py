"""What goes wrong beneath a real server: disk, database, orders to stop. It says so, and goes on when it can."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks import kill_server
from tests.support.noise_server import Server, served
from tests.support.recordings import prepared
from tests.support.restarted import text_of

SIZE = "96m"
BOOK = {"text": "第一章 夜\n\n天黑了。\n\n第二章 昼\n\n天亮了，大家都走了。\n", "options": {"format": "wav"}}


def mount(folder: Path, *options: str) -> bool:
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join((f"size={SIZE}", *options)), "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 96 megabytes: a book wants some room before it begins."""
    folder = tmp_path / "small"
    if not mount(folder):
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(folder: Path) -> Path:
    """Leave no byte free."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return filler


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"] if answer.is_error else ""


def test_a_full_disk_in_a_job_a_bind_and_uploads_is_said_and_all_goes_on_when_there_is_room(small: Path) -> None:
    with served(small / "hub", 0.15) as server:
        server.ready()
        client = server.client
        book = client.post("/v1/books", json=BOOK).json()["id"]
        assert client.post(f"/v1/books/{book}/speak").status_code == 202
        server.job(book)
        job = client.post("/v1/jobs", json={"text": text_of(1)}).json()["id"]
        server.until(lambda: server.get(f"/v1/jobs/{job}")[1]["segments_done"] >= 1)
        filler = fill(small)

        def full(ask: Callable[[], httpx.Response]) -> bool:
            fill(small)  # also what the server had begun to write, and gave up
            return code(ask()) == (503, "disk_full")

        server.until(lambda: fill(small) and server.get(f"/v1/jobs/{job}")[1]["waits"])
        waits = server.get(f"/v1/jobs/{job}")[1]
        assert waits["status"] == "running" and waits["error"] is None and waits["segments_done"] < 6
        assert waits["waits"]["code"] == "waits_disk" and "disk is full" in waits["waits"]["message"]
        server.until(lambda: full(lambda: client.post("/tts", json={"text": "你好。"})))
        file = f"/v1/jobs/{book}/result?format=flac"
        server.until(lambda: full(lambda: client.get(file)))
        recording = {"reference": ("me.flac", prepared(3.0).data)}
        cloned: dict[str, Any] = {"data": {"name": "我", "consent": "本人的声音"}, "files": recording}
        server.until(lambda: full(lambda: client.post("/v1/clones", **cloned)))
        assert server.get("/readyz")[0] == 503 and server.get("/healthz")[0] == 200

        filler.unlink()
        server.ready()
        assert client.post("/tts", json={"text": "你好。"}).status_code == 200
        done = server.job(job)  # nobody has to ask for it
        assert done["segments_done"] == done["segments_total"] == 6 and done["waits"] is None
        again = client.post("/v1/clones", **cloned)
        assert again.status_code == 201, again.text
        server.until(lambda: client.get(file).status_code == 200)
        assert kill_server.broken(small / "hub") == []


def test_a_read_only_folder_is_said_and_is_ready_by_itself_once_it_can_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "sealed"
    if not mount(folder):
        pytest.skip("a read-only disk can be mounted by root alone")
    try:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with served(folder) as server:
            server.until(lambda: server.get("/healthz")[1]["status"] == "error")
            assert server.get("/healthz")[1]["error"]["code"] == "not_writable"
            assert server.get("/readyz")[0] == 503
            assert server.get("/v1/voices")[0] == 200
            assert code(server.client.post("/tts", json={"text": "你好。"})) == (503, "not_writable")
            assert code(server.client.post("/v1/jobs", json={"text": "你好。"})) == (503, "not_writable")
            subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
            server.ready()
            job = server.client.post("/v1/jobs", json={"text": "你好。"}).json()["id"]
            assert server.job(job)["status"] == "done"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_on_a_disk_that_can_only_be_read_all_that_is_there_can_be_fetched(tmp_path: Path) -> None:
    folder = tmp_path / "dying"
    if not mount(folder):
        pytest.skip("a read-only disk can be mounted by root alone")
    try:
        with served(folder) as server:
            server.ready()
            project = server.client.post("/v1/projects", json={"name": "红楼梦", "text": "天黑了。"}).json()["id"]
            job = server.client.post("/v1/jobs", json={"text": "天黑了。", "project": project}).json()["id"]
            server.job(job)
            mine, take = f"/v1/projects/{project}", f"/v1/jobs/{job}"
            asked = ["/v1/projects?search=红楼", "/v1/jobs", "/v1/books", mine, f"{mine}/export", take]
            asked += [f"{take}/result?format={form}" for form in ("mp3", "srt")]
            before = [server.client.get(path) for path in asked]
            assert {one.status_code for one in before} == {200}
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with served(folder) as server:
            server.until(lambda: server.get("/healthz")[1]["status"] == "error")
            assert [one.content for one in map(server.client.get, asked)] == [one.content for one in before]
            assert code(server.client.post("/v1/projects", json={"name": "二"})) == (503, "not_writable")
            assert code(server.client.delete(f"/v1/projects/{project}")) == (503, "not_writable")
            subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
            server.until(lambda: server.client.post("/v1/projects", json={"name": "三"}).status_code == 201)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def holds(copy: Path, project: str) -> bool:
    return copy.exists() and project.encode() in copy.read_bytes()


def spoil(database: Path) -> None:
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    beside = database.with_name("beside")
    beside.write_bytes(b"no database at all" * 3000)
    beside.replace(database)


def test_damaged_works_are_mended_at_a_start_and_while_it_runs_and_told_until_they_are_looked_at(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "hub"
    database = folder / "works" / "works.sqlite3"
    with served(folder) as server:
        server.ready()
        kept = server.client.post("/v1/projects", json={"name": "红楼梦"}).json()["id"]
    with served(folder) as server:  # a start copies what was written since the last copy
        server.ready()
        server.until(lambda: holds(database.with_name("works.sqlite3.copy-1"), kept))
        spoil(database)
        server.until(lambda: server.get(f"/v1/projects/{kept}")[0] == 200 and aside(folder))
        server.until(lambda: server.get("/healthz")[1]["status"] == "degraded")
        assert [one["code"] for one in server.get("/healthz")[1]["warnings"]] == ["works_restored"]
        spoken = server.client.post("/tts", json={"text": "你好。"}).json()
        assert [one["code"] for one in spoken["warnings"]] == ["works_restored"]
        for one in aside(folder):
            one.unlink()
        server.until(lambda: server.get("/healthz")[1]["status"] == "ok")
    spoil(database)
    with served(folder) as server:
        server.ready()
        server.until(lambda: server.get(f"/v1/projects/{kept}")[0] == 200)
        server.until(lambda: len(aside(folder)) == 1)
        (damaged,) = aside(folder)
        assert damaged.read_bytes().startswith(b"no database at all")


def aside(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("works.sqlite3.damaged-*") if one.suffix != ".json"]


def test_an_order_to_stop_in_the_middle_of_everything_ends_all_of_it_clearly(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    long: dict[str, Any] = {"text": "".join(text_of(number) for number in range(20))}
    with served(folder, 0.3) as server, ThreadPoolExecutor() as pool:
        server.ready()
        job = server.client.post("/v1/jobs", json=long).json()["id"]
        address = str(server.client.base_url)

        def whole() -> tuple[int, str]:
            return code(httpx.post(f"{address}/tts", json=long, timeout=90))

        def streamed(path: str, method: str, body: dict[str, Any] | None) -> str:
            """How it ended: an end that is none is an error that a client sees."""
            try:
                with httpx.stream(method, f"{address}{path}", json=body, timeout=90) as answer:
                    return answer.read().decode("utf-8", "replace")[-300:]
            except httpx.RemoteProtocolError:
                return "cut"

        one = pool.submit(whole)
        three = pool.submit(streamed, f"/v1/jobs/{job}/events", "GET", None)
        server.until(lambda: server.get(f"/v1/jobs/{job}")[1]["segments_done"] >= 2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=60) == 0, server.log.read_text()
        assert one.result() in ((503, "stopping"), (200, "")), "finished or clearly failed"
        assert '"done"' not in three.result()
        assert "Traceback" not in server.log.read_text()
    with served(folder) as server:
        server.ready()
        done = server.job(job)
        assert done["segments_done"] == done["segments_total"] == 120
    assert kill_server.broken(folder) == []
    with sqlite3.connect(folder / "works" / "works.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_three_kills_under_load_lose_nothing_that_was_promised(tmp_path: Path) -> None:
    def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
        return Server(folder, 0.0, port).process

    result = kill_server.measure(3, tmp_path / "hub", start, longest_s=0.4)
    assert result["kills"] == 3 and result["promised"] >= 3
    assert (result["lost"], result["broken"], result["odd_answers"]) == ([], [], [])

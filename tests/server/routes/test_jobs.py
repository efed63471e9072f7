"""``/v1/jobs``: what is spoken stays, and can be heard while it is made."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import av
import httpx
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from starlette.testclient import TestClient

from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.server.schemas import AUDIO_TYPES
from indextts.works.running import listeners
from tests.support.decks import opened
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.waiting import until
from tests.tiers import by_night

TEXT = "你好，世界。今天天气很好！Hello, world. 我们去公园吧？"


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    service = make_service(config)
    with serving(application(service, page=False)) as address:
        yield address


def begin(url: str, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    answer = httpx.post(f"{url}/v1/jobs", json={"text": text, **fields}, timeout=60)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    return job


def ended(url: str, name: str, *states: str) -> dict[str, Any]:
    """The job once it is in one of these states."""
    for _ in range(600):
        job: dict[str, Any] = httpx.get(f"{url}/v1/jobs/{name}", params={"segments": True}, timeout=60).json()
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
    with av.open(io.BytesIO(data), "r") as container:
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
    with serving(application(service, page=False)) as url:
        held.hold()
        held.let_through(2)
        job = begin(url, "春天来了。夏天来了。秋天来了。冬天来了。")
        for number in range(2):
            assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/{number}", timeout=30).status_code == 200
        answer = httpx.post(f"{url}/v1/jobs/{job['id']}/cancel")
        assert answer.json()["status"] == "cancelled"
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/1").status_code == 200
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/2").status_code == 204, "it can be gone on with"
        assert [kind for kind, _, _ in events(url, job["id"])] == ["segment", "segment", "state"]


def test_a_wrong_request_is_refused_as_by_tts(url: str) -> None:
    for body in ({"text": ""}, {"text": "好", "speed": 9}, {"text": "好", "voice": "nobody"}, {"text": "好", "x": 1}):
        refused = httpx.post(f"{url}/v1/jobs", json=body)
        as_tts = httpx.post(f"{url}/tts", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (
            as_tts.status_code,
            as_tts.json()["error"]["code"],
        )


def test_nobody_sees_the_jobs_of_somebody_else(config: Config) -> None:
    service = make_service(config)
    with TestClient(application(service, page=False)) as client:
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


def test_what_was_fixed_in_a_job_stays_in_another_text(url: str) -> None:
    def plan_of(name: str) -> dict[str, Any]:
        got: dict[str, Any] = httpx.get(f"{url}/v1/jobs/{name}/result", params={"format": "json"}).json()
        return got

    first = ended(url, begin(url, "他长得很高。小狗在跑步。")["id"])
    plan = plan_of(first["id"])
    plan["segments"][0]["tokens"][1] |= {"reading": "chang2", "reading_source": "user"}
    voice = httpx.get(f"{url}/v1/voices").json()["voices"][-1]["id"]
    own = {"voice": voice, "voice_source": "user", "pause_after_s": 1.5, "pause_source": "user", "seed": 7}
    plan["segments"][0] |= own
    fixed = ended(url, httpx.post(f"{url}/v1/jobs", json={"plan": plan, "before": first["id"]}).json()["id"])
    body = {"text": "小狗在跑步。他长得很高。再见。", "live": True, "keep_fixes": fixed["id"]}
    again = ended(url, httpx.post(f"{url}/v1/jobs", json=body).json()["id"])
    assert (again["status"], again["kind"], again["before"]) == ("done", "speech", None)
    sentence = plan_of(again["id"])["segments"][1]
    assert {name: sentence[name] for name in own} == own
    token = sentence["tokens"][1]
    assert (token["reading"], token["reading_source"]) == ("chang2", "user")
    assert httpx.post(f"{url}/v1/jobs", json={**body, "keep_fixes": "A" * 22}).status_code == 404
    assert httpx.post(f"{url}/v1/jobs", json={"plan": plan, "keep_fixes": fixed["id"]}).status_code == 422


def test_a_job_or_a_project_that_is_not_there_is_named(url: str) -> None:
    first, nobody = ended(url, begin(url, "你好。")["id"]), "A" * 22
    plan = httpx.get(f"{url}/v1/jobs/{first['id']}/result", params={"format": "json"}).json()
    edit = {"action": "pause_after", "segment": 0, "seconds": 1}
    for body, field in (
        ({"text": "好。", "before": nobody}, "before"),
        ({"text": "好。", "keep_fixes": nobody}, "keep_fixes"),
        ({"plan": plan, "before": nobody}, "before"),
        ({"before": nobody, "edit": edit}, "before"),
        ({"text": "好。", "project": nobody}, "project"),
        ({"plan": plan, "project": nobody}, "project"),
    ):
        answer = httpx.post(f"{url}/v1/jobs", json=body, headers={"Accept-Language": "en"})
        error = answer.json()["error"]
        assert answer.status_code == 404 and field in error["message"], (body, error)
        assert error["code"] == ("no_project" if field == "project" else "no_job")


@pytest.mark.parametrize("name", ["\ud800", "\udfffabc", "好\ud83d", "\udc00" * 22, "\0", "A" * 21 + "\0", "？", ""])
def test_what_cannot_be_a_name_is_nobody_s(url: str, name: str) -> None:
    edit = {"action": "pause_after", "segment": 0, "seconds": 1}
    for path, body, code in (
        ("jobs", {"text": "好。", "before": name}, "no_job"),
        ("jobs", {"text": "好。", "keep_fixes": name}, "no_job"),
        ("jobs", {"before": name, "edit": edit}, "no_job"),
        ("jobs", {"text": "好。", "project": name}, "no_project"),
        ("jobs/ahead", {"text": "好。", "before": name}, "no_job"),
        ("jobs/ahead", {"text": "好。", "project": name}, "no_project"),
    ):
        sent = httpx.post(f"{url}/v1/{path}", content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert (sent.status_code, sent.json()["error"]["code"]) == (404, code), (path, body)


def test_a_field_that_a_job_does_not_have_is_told_with_those_that_it_has(url: str) -> None:
    for body, wrong, known in (
        ({"text": "hi", "titel": "x"}, "titel", ("title", "live", "keep_fixes", "voice")),
        ({"plan": {}, "titel": "x"}, "titel", ("title", "live", "format", "plan")),
        ({"plan": {}, "keep_fixes": "A" * 22}, "keep_fixes", ("title", "project")),
    ):
        answer = httpx.post(f"{url}/v1/jobs", json=body, headers={"Accept-Language": "en"})
        message = answer.json()["error"]["message"]
        assert answer.status_code == 422 and message.startswith(f"{wrong}: "), message
        assert set(known) <= set(message.replace(",", " ").replace(".", " ").split())


def test_a_plan_is_spoken_as_it_is_and_what_is_the_same_costs_nothing(url: str) -> None:
    text = "小猫在睡觉。小狗在跑步。小鸟在唱歌。"
    first = ended(url, begin(url, text)["id"])
    plan = httpx.get(f"{url}/v1/jobs/{first['id']}/result", params={"format": "json"}).json()
    assert plan["stage"] == "audio" and plan["receipt"]["audio"]
    plan["segments"][1]["pause_after_s"] = 1.5
    plan["segments"][2]["tokens"][0]["duration_scale"] = 1.4
    body = {"plan": plan, "before": first["id"], "title": "改过", "live": True}
    answer = httpx.post(f"{url}/v1/jobs", json=body)
    assert answer.status_code == 202, answer.text
    second = ended(url, answer.json()["id"])
    assert (second["kind"], second["before"], second["title"]) == ("plan", first["id"], "改过")
    assert (second["status"], second["cached"]) == ("done", 2)
    old, new = (
        [heard(httpx.get(f"{url}/v1/jobs/{job['id']}/segments/{n}").content) for n in range(3)]
        for job in (first, second)
    )
    assert np.array_equal(old[0], new[0])
    assert new[1].size == pytest.approx(old[1].size + 1.5 * 24_000, abs=12_000)
    assert new[2].size > old[2].size


def test_a_paused_job_goes_on_and_speaks_nothing_twice(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held)
    text = "山上有树。树上有鸟。鸟会唱歌。歌很好听。"
    with serving(application(service, page=False)) as url:
        held.hold()
        held.let_through(2)
        job = begin(url, text)
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/1", timeout=30).status_code == 200
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/result").status_code == 409
        assert httpx.post(f"{url}/v1/jobs/{job['id']}/pause").json()["status"] == "paused"
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/2").status_code == 204
        partial = httpx.get(f"{url}/v1/jobs/{job['id']}/result", params={"format": "wav"})
        assert heard(partial.content).size > 0
        held.release()
        assert httpx.post(f"{url}/v1/jobs/{job['id']}/resume").json()["status"] in ("queued", "running")
        done = ended(url, job["id"], "done")
        assert done["segments_done"] == 4
        assert [text for text in held.spoken if text in ("山上有树。", "树上有鸟。")] == ["山上有树。", "树上有鸟。"]


@pytest.mark.parametrize("ending", ["pause", "cancel", "delete", "fail"])
def test_a_stream_of_what_is_not_spoken_whole_breaks_off_and_followers_hear_how_it_ended(
    config: Config, held: HeldEngine, caplog: pytest.LogCaptureFixture, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service(config, held)
    with serving(application(service, page=False)) as url:
        held.hold()
        held.let_through(1)
        address = f"{url}/v1/jobs/{begin(url, '潮来了。潮走了。沙滩很长。贝壳很多。')['id']}"
        with httpx.stream("GET", f"{address}/stream", params={"format": "pcm"}, timeout=30) as answer:
            assert answer.status_code == 200
            pieces = answer.iter_raw()
            assert next(pieces)
            with httpx.stream("GET", f"{address}/events", timeout=30) as followed:
                news = followed.iter_lines()
                next(line for line in news if line.startswith("data: "))
                if ending == "fail":
                    monkeypatch.setattr(held, "speak", lambda *_: 1 // 0)
                    held.release()
                elif ending == "delete":
                    assert httpx.delete(address).status_code == 204
                    told = [json.loads(line[6:]) for line in news if line.startswith("data: ")]
                    assert told[-1]["deleted"] and told[-1]["status"] == "paused"
                else:
                    assert httpx.post(f"{address}/{ending}").is_success
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)
        if ending != "delete":
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(f"{address}/stream", timeout=30)
    traced = [record.message for record in caplog.records if record.exc_info]
    assert ending == "fail" or not traced


def test_who_cannot_be_let_in_to_listen_is_told_by_a_status(config: Config, held: HeldEngine) -> None:
    with serving(application(make_service(config, held), page=False)) as url:
        held.hold()
        address = f"{url}/v1/jobs/{begin(url, '一。二。')['id']}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(listeners, "MOST_EACH", 0)
            for what in ("stream", "events"):
                assert httpx.get(f"{address}/{what}", timeout=30).status_code == 429
        held.release()


@pytest.mark.parametrize(
    ("text", "name"),
    by_night(
        [
            (
                "上周六，我在重庆的一家银行门口排了四十分钟的队，一共花了1.2亿元。",
                "上周六 我在重庆的一家银行门口排了四十分钟的队",
            ),
            ("Why we keep old ferries\n\nOn Monday the last one left.", "Why we keep old ferries"),
            ("Day 1\nOn Monday the last one left.", "Day 1 On Monday the last one left"),
            ("2026年3月15日，我去了西湖。", "2026年3月15日 我去了西湖"),
            ("Dr. Helen Marsh lives at 14 St. Giles. Go.", "Dr. Helen Marsh lives at 14 St. Giles"),
            ("On March 3, 2025, the council met.", "On March 3, 2025"),
            ("你好，世界。", "你好 世界"),
            ("一共1.2亿元。好。", "一共1.2亿元"),
            ("The city council met this morning to discuss the new library.", "The city council met this morning to"),
        ],
        first=4,
    ),
)
def test_a_file_is_called_by_the_first_clause_of_its_text(url: str, text: str, name: str) -> None:
    job = ended(url, begin(url, text)["id"])
    sent = httpx.get(f"{url}/v1/jobs/{job['id']}/result", params={"format": "wav"})
    assert (
        unquote(sent.headers["content-disposition"].partition("''")[2] or sent.headers["content-disposition"])
        .rstrip('"')
        .endswith(f"{name}.wav")
    )


def test_the_result_is_what_its_segments_are_in_every_format(url: str) -> None:
    job = ended(url, begin(url)["id"])
    whole = np.concatenate(
        [heard(httpx.get(f"{url}/v1/jobs/{job['id']}/segments/{n}").content) for n in range(job["segments_done"])]
    )
    for form in ("wav", "flac", "mp3", "opus"):
        answer = httpx.get(f"{url}/v1/jobs/{job['id']}/result", params={"format": form})
        assert answer.status_code == 200 and f".{form}" in answer.headers["content-disposition"]
        sound = heard(answer.content)
        if form in ("wav", "flac"):
            assert np.array_equal(sound, whole)
    stream = httpx.get(f"{url}/v1/jobs/{job['id']}/stream", params={"format": "wav"}).content
    first = stream.index(b"data") + 8
    part = httpx.get(f"{url}/v1/jobs/{job['id']}/result", headers={"Range": f"bytes={first}-{first + 99}"})
    assert part.status_code == 206 and np.array_equal(np.frombuffer(part.content, "<i2"), whole[:50])
    more = {"Range": "bytes=0-9", "If-Range": part.headers["etag"]}
    assert httpx.get(f"{url}/v1/jobs/{job['id']}/result", headers=more).status_code == 206  # a download goes on
    assert np.array_equal(np.frombuffer(stream[first:], "<i2"), whole)
    assert httpx.get(f"{url}/v1/jobs/{job['id']}/stream").headers["content-type"] == "audio/mpeg"
    assert "-->" in httpx.get(f"{url}/v1/jobs/{job['id']}/result", params={"format": "srt"}).text
    wav = httpx.get(f"{url}/v1/jobs/{job['id']}/segments/0", params={"format": "wav"})
    assert wav.headers["content-type"] == "audio/wav" and np.array_equal(
        heard(wav.content), whole[: heard(wav.content).size]
    )


@pytest.mark.parametrize("form", ("wav", "flac", "mp3", "opus", "pcm"))
def test_the_result_is_in_the_format_that_the_job_was_begun_with(url: str, form: str) -> None:
    first = ended(url, begin(url, "你好。", format=form)["id"])
    plan = httpx.get(f"{url}/v1/jobs/{first['id']}/result", params={"format": "json"}).json()
    second = httpx.post(f"{url}/v1/jobs", json={"plan": plan, "format": form}).json()
    for job in (first, ended(url, second["id"])):
        got = httpx.get(f"{url}/v1/jobs/{job['id']}/result")
        assert (job["format"], got.headers["content-type"]) == (form, AUDIO_TYPES[form])
        assert f".{form}" in got.headers["content-disposition"]
        if form == "pcm":
            assert len(got.content) == 2 * round(job["duration_s"] * job["sample_rate"])
        else:
            assert heard(got.content).size


def test_jobs_are_listed_searched_changed_deleted_and_put_back(url: str) -> None:
    names = [ended(url, begin(url, f"一篇关于{what}的文章。")["id"])["id"] for what in ("梨子", "桃子", "梨花")]
    found = httpx.get(f"{url}/v1/jobs", params={"search": "梨"}).json()
    assert [job["id"] for job in found["jobs"]] == [names[2], names[0]] and found["total"] == 2
    page = httpx.get(f"{url}/v1/jobs", params={"search": "一篇关于", "limit": 1, "before": names[2]}).json()
    assert [job["id"] for job in page["jobs"]] == [names[1]] and page["total"] == 3
    answer = httpx.patch(f"{url}/v1/jobs/{names[1]}", json={"title": "桃", "favourite": True, "kept": True})
    assert (answer.json()["title"], answer.json()["favourite"], answer.json()["kept"]) == ("桃", True, True)
    liked = httpx.get(f"{url}/v1/jobs", params={"favourite": True, "status": "done"}).json()["jobs"]
    assert [job["title"] for job in liked] == ["桃"]
    for body in ({"title": ""}, {"title": "x" * 300}, {"kept": 1}, {"state": "done"}):
        assert httpx.patch(f"{url}/v1/jobs/{names[1]}", json=body).status_code == 422
    assert httpx.delete(f"{url}/v1/jobs/{names[0]}").status_code == 204
    assert httpx.get(f"{url}/v1/jobs/{names[0]}").status_code == 404
    assert httpx.get(f"{url}/v1/jobs", params={"search": "梨"}).json()["total"] == 1
    assert httpx.post(f"{url}/v1/jobs/{names[0]}/restore").json()["status"] == "done"
    assert httpx.get(f"{url}/v1/jobs/{names[0]}/segments/0").status_code == 200


def ahead(url: str, **fields: Any) -> int:
    status: int = httpx.post(f"{url}/v1/jobs/ahead", json={"text": TEXT, **fields}, timeout=60).status_code
    return status


@pytest.mark.night
def test_an_idle_server_speaks_the_first_sentence_ahead(url: str) -> None:
    before = httpx.get(f"{url}/v1/jobs").json()["total"]
    assert ahead(url, voice="young_man") == 204
    assert httpx.get(f"{url}/v1/jobs").json()["total"] == before, "nobody has asked for a take"
    job = ended(url, begin(url, voice="young_man")["id"])
    assert (job["cached"], job["segments_done"] > 1) == (1, True)
    assert ahead(url, text=" ") == 422 and ahead(url, plan={}) == 422


@pytest.mark.night
def test_a_server_with_work_or_without_wish_speaks_nothing_ahead(config: Config, held: HeldEngine) -> None:
    service = make_service(config)
    with serving(application(service, page=False)) as url:
        with service.admission.turn(Cancel(client="somebody"), None):
            assert ahead(url, text="别的话。") == 204, "it waits for nobody"
        assert ended(url, begin(url, "别的话。")["id"])["cached"] == 0
    server = config.server.model_copy(update={"speaks_ahead": False})
    service = make_service(config.model_copy(update={"server": server}))
    with serving(application(service, page=False)) as url:
        assert ahead(url, text="又一句话。") == 204
        assert ended(url, begin(url, "又一句话。")["id"])["cached"] == 0, "it is not wanted"


def test_only_so_many_can_listen_to_a_job(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held)
    with serving(application(service, page=False)) as url:
        held.hold()
        job = begin(url, "请大家安静地听。")
        with service.works.jobs.listeners.listening(job["id"], lambda: None):
            pass
        rings = [service.works.jobs.listeners.listening(job["id"], lambda: None) for _ in range(32)]
        for ring in rings:
            ring.__enter__()
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/0").status_code == 429
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/events").status_code == 429
        for ring in rings:
            ring.__exit__(None, None, None)
        held.release()
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/0", timeout=30).status_code == 200


def test_an_interactive_request_goes_before_jobs_that_nobody_waits_for(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held, workers=1)
    with serving(application(service, page=False)) as url:
        held.hold()
        held.spoken.clear()  # its warm-up
        for name in ("甲", "乙"):
            begin(url, f"{name}一。{name}二。{name}三。")
        held.begun()
        with httpx.Client() as client:
            spoken: list[str] = []
            thread = threading.Thread(
                target=lambda: spoken.append(client.post(f"{url}/tts", json={"text": "快说。"}, timeout=60).text)
            )
            thread.start()
            end = time.monotonic() + 30
            while service.admission.busy < 2:  # it does not wait for the worker that a job has
                assert time.monotonic() < end
                time.sleep(0.01)
            held.release()
            thread.join(60)
        assert spoken and held.spoken.index("快说。") <= 1
        jobs = httpx.get(f"{url}/v1/jobs", params={"limit": 2}).json()["jobs"]
        assert [ended(url, job["id"])["status"] for job in jobs] == ["done", "done"]
        names = [text[0] for text in held.spoken if text != "快说。"]
        assert names == ["甲", "乙", "甲", "乙", "甲", "乙"]


@pytest.mark.night
def test_a_long_job_that_somebody_waits_for_lets_their_quick_requests_through(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held, workers=1)
    with serving(application(service, page=False)) as url:
        held.hold()
        held.spoken.clear()
        job = begin(url, "丙一。丙二。丙三。丙四。", live=True)
        held.begun()
        thread = threading.Thread(target=lambda: httpx.post(f"{url}/tts", json={"text": "马上说。"}, timeout=60))
        thread.start()
        while not service.admission.waiting:
            time.sleep(0.01)
        held.release()
        thread.join(60)
        assert held.spoken.index("马上说。") == 1
        assert ended(url, job["id"])["status"] == "done"


@pytest.mark.night
def test_a_stop_of_the_server_ends_event_streams_and_leaves_the_job_to_be_gone_on_with(
    held: HeldEngine, tmp_path: Path
) -> None:
    config = Config(cache_dir=tmp_path)  # nobody else looks after its jobs
    service = make_service(config, held)
    held.hold()
    with serving(application(service, page=False), grace_s=1) as url:
        job = begin(url, "丁一。丁二。丁三。")
        held.let_through(1)
        assert httpx.get(f"{url}/v1/jobs/{job['id']}/segments/0", timeout=30).status_code == 200

        def listen() -> None:
            with suppress(httpx.HTTPError):
                events(url, job["id"])

        listener = threading.Thread(target=listen)
        listener.start()
        until(lambda: service.works.jobs.listeners._count)
    listener.join(20)
    assert not listener.is_alive()
    held.release()
    again = make_service(config, held)
    with serving(application(again, page=False)) as url:
        assert ended(url, job["id"], "done")["segments_done"] == 3
    assert held.spoken.count("丁一。") == 1


def test_a_deck_for_anki_has_the_sentences_of_a_job_and_is_the_same_after_a_fix(url: str) -> None:
    project = httpx.post(f"{url}/v1/projects", json={"name": "学", "text": TEXT}).json()["id"]
    first = ended(url, begin(url, project=project)["id"])
    answer = httpx.get(f"{url}/v1/jobs/{first['id']}/result", params={"format": "apkg"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/apkg"
    notes = opened(answer.content).notes
    assert notes[0].fields[:2] == ["你好，世界。", "níhǎo, shìjiè."] and notes[2].fields[1] == "həˈloʊ, wɝld."
    for note, one in zip(notes, first["segments"], strict=True):
        words = one["tokens"]
        heard = soundfile.info(io.BytesIO(note.sound)).duration
        assert heard == pytest.approx(words[-1]["end_s"] - words[0]["start_s"], abs=1e-3)
    second = ended(url, begin(url, "今天天气很好！再见。", project=project)["id"])
    again = opened(httpx.get(f"{url}/v1/jobs/{second['id']}/result", params={"format": "apkg"}).content).notes
    assert again[0].guid == notes[1].guid, "of one project"
    book = httpx.get(f"{url}/v1/jobs/{first['id']}/result", params={"format": "apkx"})
    assert book.status_code == 422


def test_how_a_segment_is_read_can_be_asked_while_the_rest_is_made(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held)
    with serving(application(service, page=False)) as url:
        held.hold()
        job = begin(url, "It took a minute — 2026年，西安。\n你好。", live=True)["id"]
        assert httpx.get(f"{url}/v1/jobs/{job}/segments/0/reading").status_code == 404
        held.let_through(1)
        until(lambda: httpx.get(f"{url}/v1/jobs/{job}").json()["segments_done"] >= 1)
        early = httpx.get(f"{url}/v1/jobs/{job}/segments/0/reading").json()
        held.release()
        segments = ended(url, job)["segments"]
        readings = [httpx.get(f"{url}/v1/jobs/{job}/segments/{one['index']}/reading").json() for one in segments]
        assert readings[0] == early
        for one in readings:
            assert "".join(word["text"] for word in one["words"]) == one["text"]
        words = {word["text"].strip(" —，。"): word["reading"] for one in readings for word in one["words"]}
        assert words["minute"] == "ˈmɪnət" and words["2026"] == "èr líng èr liù" and words["西安"] == "xī'ān"
        for path in (f"{job}/segments/99", f"{job}/segments/-1", "nothing/segments/0"):
            assert httpx.get(f"{url}/v1/jobs/{path}/reading").status_code == 404

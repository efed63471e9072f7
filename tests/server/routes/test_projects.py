"""``/v1/projects``: what is written is kept, found again, and goes out and in as a file."""

from __future__ import annotations

import errno
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from indextts.platform.config import Config
from indextts.server.routes import projects as routes
from indextts.works.projects.transfer import Transfer
from tests.support.services import application, make_service, serving

TEXT = "今天天气很好。我们去重庆吧！"


@pytest.fixture
def url(config: Config) -> Iterator[str]:
    service = make_service(config, max_project_bytes=200_000)
    with serving(application(service, page=False)) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


def made(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post("/v1/projects", json=fields)
    assert answer.status_code == 201, answer.text
    project: dict[str, Any] = answer.json()
    return project


def spoken(client: httpx.Client, project: str | None, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    answer = client.post("/v1/jobs", json={"text": text, "project": project, **fields})
    assert answer.status_code == 202, answer.text
    for _ in range(600):
        job: dict[str, Any] = client.get(f"/v1/jobs/{answer.json()['id']}").json()
        if job["status"] not in ("queued", "running"):
            break
        time.sleep(0.05)
    assert job["status"] == "done"
    return job


def refused(answer: httpx.Response, status: int, code: str) -> str:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    return str(answer.json()["error"]["message"])


def test_a_project_is_made_changed_found_and_listed(client: httpx.Client) -> None:
    project = made(client, text=TEXT, settings={"speed": 1.5, "emotion": "happy"}, speakers={"小明": "default"})
    assert (project["title"], project["name"], project["revision"], project["takes"]) == ("今天天气很好", "", 1, 0)
    path = f"/v1/projects/{project['id']}"
    assert client.get(path).json() == project
    changed = client.patch(path, json={"text": "别的。", "revision": 1}).json()
    assert (changed["text"], changed["title"], changed["revision"]) == ("别的。", "别的", 2)
    assert client.patch(path, json={"name": "春游", "favourite": True}).json()["title"] == "春游"
    found = client.get("/v1/projects", params={"search": "别的", "favourite": True}).json()
    assert found["total"] == 1 and found["projects"][0]["title"] == "春游" and "text" not in found["projects"][0]
    assert client.get("/v1/projects", params={"search": "没有"}).json() == {"projects": [], "total": 0}


def test_a_page_that_opens_gets_the_latest_project_with_one_question(client: httpx.Client) -> None:
    made(client, text="先写的。")
    last = made(client, text=TEXT)
    answer = client.get("/v1/projects", params={"search": "先写", "newest": True}).json()
    assert [one["title"] for one in answer["projects"]] == ["先写的"] and answer["newest"] == last


def test_another_window_that_was_faster_is_told_in_the_readers_language(client: httpx.Client) -> None:
    project = made(client, text="一")
    path = f"/v1/projects/{project['id']}"
    client.patch(path, json={"text": "二", "revision": 1})
    answer = client.patch(path, json={"text": "三", "revision": 1}, headers={"Accept-Language": "zh"})
    assert "另一个窗口" in refused(answer, 409, "project_changed")
    assert client.get(path).json()["text"] == "二"


def test_a_long_text_is_kept_although_it_cannot_be_spoken_at_once(client: httpx.Client) -> None:
    project = made(client, text="字" * 200_000)
    assert len(client.get(f"/v1/projects/{project['id']}").json()["text"]) == 200_000
    refused(client.post("/v1/projects", json={"text": "字" * 200_001}), 413, "text_too_long")
    refused(client.post("/v1/projects", content=b'"' + b" " * 9_000_000), 413, "body_too_large")


def test_what_is_deleted_comes_back_with_its_takes(client: httpx.Client) -> None:
    project = made(client, text=TEXT)["id"]
    job = spoken(client, project)["id"]
    assert client.get(f"/v1/projects/{project}").json()["takes"] == 1
    assert client.delete(f"/v1/projects/{project}").status_code == 204
    refused(client.get(f"/v1/projects/{project}"), 404, "no_project")
    assert client.get(f"/v1/jobs/{job}").status_code == 404
    assert client.post(f"/v1/projects/{project}/restore").json()["takes"] == 1
    assert client.get(f"/v1/jobs/{job}").status_code == 200
    refused(client.post("/v1/projects/nothing/restore"), 410, "undo_gone")


def test_what_can_be_put_back_is_listed(client: httpx.Client) -> None:
    def deleted(kind: str) -> list[str]:
        answer = client.get(f"/v1/{kind}", params={"deleted": True}).json()
        assert answer["total"] == len(answer[kind])
        return [str(one["id"]) for one in answer[kind]]

    project = made(client, text=TEXT)["id"]
    alone, with_it = (spoken(client, project)["id"] for _ in range(2))
    assert (deleted("projects"), deleted("jobs")) == ([], [])
    client.delete(f"/v1/jobs/{alone}")
    assert deleted("jobs") == [alone]
    client.delete(f"/v1/projects/{project}")
    assert (deleted("projects"), deleted("jobs")) == ([project], []), "its takes come back with it"
    assert client.get("/v1/projects", params={"deleted": True}).json()["projects"][0]["takes"] == 1
    assert project not in [one["id"] for one in client.get("/v1/projects").json()["projects"]]
    client.post(f"/v1/projects/{project}/restore")
    assert (deleted("projects"), deleted("jobs")) == ([], [alone])
    client.post(f"/v1/jobs/{alone}/restore")
    there = client.get("/v1/jobs", params={"project": project}).json()["jobs"]
    assert deleted("jobs") == [] and {one["id"] for one in there} == {alone, with_it}


def test_what_was_deleted_last_is_listed_first(client: httpx.Client) -> None:
    project = made(client, text=TEXT)["id"]
    projects = [made(client, text=name)["id"] for name in "甲乙丙"]
    takes = [spoken(client, project)["id"] for _ in range(3)]
    for place in (1, 2, 0):
        client.delete(f"/v1/projects/{projects[place]}")
        client.delete(f"/v1/jobs/{takes[place]}")
    for kind, ids in (("projects", projects), ("jobs", takes)):
        gone = client.get(f"/v1/{kind}", params={"deleted": True}).json()[kind][:3]
        assert [one["id"] for one in gone] == [ids[0], ids[2], ids[1]]
        assert [one["deleted"] for one in gone] == sorted((one["deleted"] for one in gone), reverse=True)
    later = client.get("/v1/jobs", params={"deleted": True, "before": takes[2]}).json()["jobs"]
    assert later[0]["id"] == takes[1]
    assert client.get(f"/v1/projects/{project}").json()["deleted"] is None


def test_the_list_of_what_was_deleted_goes_on_after_some_of_it_was_put_back(client: httpx.Client) -> None:
    project = made(client, text=TEXT)["id"]
    takes = [spoken(client, project)["id"] for _ in range(4)]
    for take in takes:
        client.delete(f"/v1/jobs/{take}")

    def later(before: str) -> httpx.Response:
        return client.get("/v1/jobs", params={"deleted": True, "before": before}, headers={"Accept-Language": "en"})

    client.post(f"/v1/jobs/{takes[2]}/restore")
    for before in (takes[2], spoken(client, project)["id"]):
        error = later(before).json()["error"]
        assert later(before).status_code == 422 and error["code"] == "invalid_value"
        assert "before" in error["message"] and "from the beginning" in error["message"]
    assert [one["id"] for one in later(takes[3]).json()["jobs"]][:2] == [takes[1], takes[0]]
    assert client.get("/v1/jobs", params={"before": takes[3]}).json()["jobs"][0]["id"] == takes[2]
    client.post(f"/v1/projects/{project}/restore")
    assert later("A" * 22).status_code == 404


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("[happy]Well done, all of you![/happy]", "Well done, all of you!"),
        ("Hello, this is Anna. Please leave your name, date of birth and number.",
         "Hello, this is Anna. Please leave your name, date of birth…"),
        ("字" * 61, "字" * 59 + "…"),
    ],
)  # fmt: skip
def test_a_take_is_called_by_whole_words_without_marks(client: httpx.Client, text: str, title: str) -> None:
    assert client.post("/v1/jobs", json={"text": text}).json()["title"] == title


def test_a_duplicate_has_the_takes_as_well(client: httpx.Client) -> None:
    project = made(client, text=TEXT)["id"]
    job = spoken(client, project)
    answer = client.post(f"/v1/projects/{project}/duplicate", params={"name": "副本"})
    assert answer.status_code == 201 and answer.json()["takes"] == 1 and answer.json()["name"] == "副本"
    assert answer.json()["id"] != project and client.get(f"/v1/jobs/{job['id']}").json()["project"] == project


def test_its_own_words_come_before_the_dictionarys(client: httpx.Client) -> None:
    client.post("/v1/lexicon", json={"word": "重庆", "reading": "chong2 qing1"})
    client.post("/v1/lexicon", json={"word": "天气", "reading": "tian1 qi1"})
    project = made(client, text=TEXT, dictionary=[{"word": "重庆", "reading": "zhong4 qing4"}])
    assert project["dictionary"][0] == {
        "word": "重庆", "reading": "zhong4 qing4", "kind": "pinyin", "lang": "zh", "enabled": True, "note": "",
    }  # fmt: skip

    def readings(project: dict[str, Any]) -> str:
        """Of the last take, as its plan has them."""
        job = spoken(client, project["id"])
        file = client.get(f"/v1/projects/{project['id']}/export").content
        plan = json.loads(zipfile.ZipFile(io.BytesIO(file)).read(f"jobs/{job['id']}.json"))["plan"]
        tokens = [token for segment in plan["segments"] for token in segment["tokens"]]
        return " ".join(token["reading"] for token in tokens if token["text"] in "重庆气")

    assert readings(project) == "qi1 zhong4 qing4" and readings(made(client)) == "qi1 chong2 qing1"
    path = f"/v1/projects/{project['id']}"
    client.patch(path, json={"dictionary": [{**project["dictionary"][0], "enabled": False}]})
    assert readings(project) == "qi1 chong2 qing1"
    refused(client.patch(path, json={"dictionary": [{"word": "重庆", "reading": "zzz9"}]}), 422, "bad_reading")


@pytest.mark.parametrize("way", ["body", "form"])
def test_a_project_goes_out_as_a_file_and_comes_in(client: httpx.Client, way: str) -> None:
    project = made(client, text=TEXT)["id"]
    job = spoken(client, project)
    sent = client.get(f"/v1/projects/{project}/export")
    assert sent.headers["content-type"] == "application/zip"
    assert unquote(sent.headers["content-disposition"].partition("UTF-8''")[2]) == "今天天气很好.idts"
    assert {"project.json", f"jobs/{job['id']}.json"} <= set(zipfile.ZipFile(io.BytesIO(sent.content)).namelist())
    if way == "body":
        answer = client.post("/v1/projects/import", content=sent.content, headers={"Content-Type": "application/zip"})
    else:
        answer = client.post("/v1/projects/import", files={"file": ("x.idts", sent.content, "application/zip")})
    assert answer.status_code == 201, answer.text
    copy = answer.json()
    assert copy["id"] != project and (copy["text"], copy["takes"]) == (TEXT, 1)


def test_a_file_that_is_none_is_refused(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/zip", "Accept-Language": "zh"}
    before = client.get("/v1/projects").json()["total"]
    told = refused(client.post("/v1/projects/import", content=b"x", headers=headers), 422, "bad_project_file")
    assert "不是项目文件" in told
    refused(client.post("/v1/projects/import", content=b"x" * 200_001, headers=headers), 413, "body_too_large")
    refused(client.post("/v1/projects/import", content=b"x", headers={"Content-Type": "text/plain"}), 415, "wrong_type")
    refused(client.post("/v1/projects/import", data={"file": "x"}), 415, "wrong_type")
    refused(client.post("/v1/projects/import", files={"a": b"PK", "b": b"PK"}), 422, "invalid_value")
    assert client.get("/v1/projects").json()["total"] == before


def test_visitors_of_a_shared_server_see_nothing_of_each_other(client: httpx.Client, url: str) -> None:
    project = made(client, text="我的")["id"]
    visitor = {"Host": "testserver"}
    with httpx.Client(base_url=url, headers=visitor) as one, httpx.Client(base_url=url, headers=visitor) as other:
        theirs = made(one, text="他们的")["id"]
        assert [row["id"] for row in one.get("/v1/projects").json()["projects"]] == [theirs]
        for call, name in ((one, project), (other, theirs), (client, theirs)):
            assert call.get(f"/v1/projects/{name}").status_code == 404
            assert call.patch(f"/v1/projects/{name}", json={"name": "x"}).status_code == 404
            assert call.delete(f"/v1/projects/{name}").status_code == 404
            assert call.get(f"/v1/projects/{name}/export").status_code == 404
            assert call.post("/v1/jobs", json={"text": "你好。", "project": name}).status_code == 404


def test_wrong_fields_are_refused(client: httpx.Client) -> None:
    project = made(client, text="一")["id"]
    wrong: list[dict[str, Any]] = [
        {"colour": 1}, {"name": 5}, {"settings": []}, {"favourite": "yes"}, {"revision": 0}, {"revision": True},
        {"dictionary": [{"word": "重庆", "reading": "chong2 qing4", "colour": 1}]},
    ]  # fmt: skip
    for body in wrong:
        refused(client.patch(f"/v1/projects/{project}", json=body), 422, "invalid_value")
        assert client.get(f"/v1/projects/{project}").json()["revision"] == 1, body


def test_what_is_being_spoken_for_a_project_that_goes_waits(config: Config) -> None:
    from indextts.engines.embedded import engine as embedded
    from tests.support.services import HeldEngine

    engine = HeldEngine(embedded.load(config))
    service = make_service(config, engine)
    app = application(service, page=False)
    with serving(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        project = made(client, text=TEXT)["id"]
        engine.hold()
        while engine.started.acquire(blocking=False):
            pass  # the warm-up sentence
        job = client.post("/v1/jobs", json={"text": "别处没有说过的一句话。", "project": project}).json()["id"]
        engine.begun()
        client.delete(f"/v1/projects/{project}")
        client.post(f"/v1/projects/{project}/restore")
        assert client.get(f"/v1/jobs/{job}").json()["status"] == "paused"
        engine.release()


def exported(client: httpx.Client, project: str) -> bytes:
    return client.get(f"/v1/projects/{project}/export").content


def imported(client: httpx.Client, packed: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/zip"}
    answer = client.post("/v1/projects/import", content=packed, headers=headers)
    assert answer.status_code == 201, answer.text
    project: dict[str, Any] = answer.json()
    return project


def with_manifest(packed: bytes, **fields: Any) -> bytes:
    """The same with other fields in its table; without those that are None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "project.json":
                changed = {**json.loads(data), **fields}
                data = json.dumps({key: one for key, one in changed.items() if one is not None}).encode()
            new.writestr(name, data)
    return out.getvalue()


def own(client: httpx.Client, **fields: Any) -> str:
    answer = client.post("/v1/voices", json=fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_project_carries_its_own_voices_and_finds_or_makes_them_where_it_comes_in(client: httpx.Client) -> None:
    one, two = own(client, name="老船长", pitch=-9), own(client, name="大副", pitch=-5, rate=1.1)
    dialogue = "甲：你好吗？\n乙：我很好。"
    settings, speakers = {"voice": one}, {"甲": one, "乙": two}
    project = made(client, text=dialogue, settings=settings, speakers=speakers)["id"]
    spoken(client, project, dialogue, voice=one, speakers=speakers)
    packed = exported(client, project)
    # Where they are made so, they are found, whatever they are called.
    client.put(f"/v1/voices/{one}", json={"name": "船长"})
    again = imported(client, packed)
    assert (again["settings"], again["speakers"], again["warnings"]) == (settings, speakers, [])
    # Where the number is another voice's, and its name is taken, too, a new one is made.
    client.put(f"/v1/voices/{one}", json={"name": "老船长", "pitch": 3})
    client.delete(f"/v1/voices/{two}")
    there = imported(client, packed)
    captain, mate = there["settings"]["voice"], there["speakers"]["乙"]
    assert there["speakers"]["甲"] == captain and there["warnings"] == [] and {captain, mate}.isdisjoint((one, two))
    voices = {voice: client.get(f"/v1/voices/{voice}").json() for voice in (captain, mate)}
    assert (voices[captain]["name"], voices[captain]["pitch"]) == ("老船长 2", -9)
    assert (voices[mate]["name"], voices[mate]["pitch"], voices[mate]["rate"]) == ("大副", -5, 1.1)
    take = client.get("/v1/jobs", params={"project": there["id"]}).json()["jobs"][0]
    plan = client.get(f"/v1/jobs/{take['id']}/result", params={"format": "json"}).json()
    assert [segment["voice"] or plan["settings"]["voice"] for segment in plan["segments"]] == [captain, mate]
    segments = client.get(f"/v1/jobs/{take['id']}", params={"segments": True}).json()["segments"]
    assert [segment["voice"] for segment in segments] == [captain, mate]
    assert imported(client, packed)["settings"]["voice"] == captain, "it is there by now"
    # A removed one goes along.
    client.delete(f"/v1/voices/{mate}")
    last = imported(client, exported(client, there["id"]))
    assert client.get(f"/v1/voices/{last['speakers']['乙']}").json()["name"] == "大副"


def test_a_mixture_goes_along_where_natural_voices_are_not_installed(client: httpx.Client) -> None:
    project = made(client, text=TEXT, settings={"voice": "own-77"})["id"]
    recipe = {"name": "电台", "mix": "af_heart(80)+bm_george(20)", "pitch": -1}
    there = imported(client, with_manifest(exported(client, project), voices={"own-77": recipe}))
    made_of = client.get(f"/v1/voices/{there['settings']['voice']}").json()
    assert (made_of["name"], made_of["mix"], made_of["pitch"]) == ("电台", "af_heart(0.8)+bm_george(0.2)", -1)


def test_a_file_of_before_says_which_voice_is_not_in_it(client: httpx.Client) -> None:
    one = own(client, name="二副", pitch=-9)
    project = made(client, text=TEXT, settings={"voice": one})["id"]
    packed = with_manifest(exported(client, project), voices=None)
    (told,) = imported(client, packed)["warnings"]
    assert told["code"] == "voice_by_number" and "二副" in told["message"]
    client.delete(f"/v1/voices/{one}")
    (told,) = imported(client, packed)["warnings"]
    assert told["code"] == "voice_gone" and "二副" in told["message"]
    packed = with_manifest(packed, project={"text": TEXT, "settings": {"voice": "own-999"}})
    (told,) = imported(client, packed)["warnings"]
    assert told["code"] == "voice_gone" and "own-9" in told["message"]
    told = refused(client.post("/tts", json={"text": TEXT, "voice": one}), 422, "voice_gone")
    assert "二副" in told and one not in told


@pytest.mark.parametrize("voices", ["x", {"own-1": 3}, {"own-1": {"mix": "x"}}, {"own-1": {"name": "x", "a": 1}}])
def test_voices_that_are_none_are_refused(client: httpx.Client, voices: Any) -> None:
    packed = exported(client, made(client, text=TEXT)["id"])
    headers = {"Content-Type": "application/zip"}
    answer = client.post("/v1/projects/import", content=with_manifest(packed, voices=voices), headers=headers)
    refused(answer, 422, answer.json()["error"]["code"])


def test_an_import_that_runs_short_of_memory_says_so(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Transfer, "import_", short)
    headers = {"Content-Type": "application/zip", "Accept-Language": "zh"}
    told = refused(client.post("/v1/projects/import", content=b"PK\3\4", headers=headers), 503, "import_memory")
    assert "导入" in told


@pytest.mark.parametrize("room", [0, 300, 3000])
def test_an_export_to_a_full_disk_is_said(client: httpx.Client, monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """At the first write, in the midst of the sounds, and at the end, when what was held back is written."""

    class Small(io.FileIO):
        def write(self, data: Any) -> int:
            if self.tell() + len(data) > room:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    def small(folder: Path, **_: object) -> io.BufferedRandom:
        return io.BufferedRandom(Small(folder / "small", "w+"), 1_000_000 if room == 300 else 1)

    project = made(client, text=TEXT)["id"]
    spoken(client, project)
    path = f"/v1/projects/{project}/export"
    with monkeypatch.context() as patch:
        patch.setattr(routes, "temporary", small)
        refused(client.get(path), 503, "disk_full")
    assert client.get(path).status_code == 200

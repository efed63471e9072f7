"""``/v1/books``: a long text is taken in, changed, cast and spoken; what is wrong is told in one clear sentence."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from indextts.books.fetching import FetchedPage
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.platform.serving_config import BooksConfig
from indextts.server.uploads import LONG_BYTES, RecordingTurns
from tests.support.services import application, make_service, serving
from tests.tiers import by_night

FIRST = "天黑了。\n“你好，”老人说。\n“再见。”王小明说。"
TEXT = f"第一章 夜\n\n{FIRST}\n\n第二章 昼\n\n天亮了，大家都走了。\n"


@pytest.fixture
def url(config: Config, tmp_path: Path) -> Iterator[str]:
    service = make_service(config, max_book_bytes=300_000)
    with serving(application(service, page=False)) as address:
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


def made(client: httpx.Client, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    answer = client.post("/v1/books", json={"text": text, "title": "昼夜", **fields})
    assert answer.status_code == 201, answer.text
    book: dict[str, Any] = answer.json()
    return book


def ended(client: httpx.Client, job: str, *states: str) -> dict[str, Any]:
    for _ in range(1200):
        found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if found["status"] in (states or ("done", "failed", "cancelled", "paused")):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def refused(answer: httpx.Response, status: int, code: str) -> str:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    return str(answer.json()["error"]["message"])


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 80)) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", size, "navy").save(into, kind)
    return into.getvalue()


def test_a_file_becomes_a_book_of_chapters_that_nothing_is_spoken_of_yet(client: httpx.Client) -> None:
    form = {"author": "无名", "format": "mp3", "speed": "1.25", "cast": json.dumps({"": {"emotion": "calm"}})}
    answer = client.post("/v1/books", data=form, files={"file": ("昼夜.txt", TEXT.encode("gb18030"))})
    assert answer.status_code == 201, answer.text
    book = answer.json()
    assert [(one["title"], one["on"], one["parts"]) for one in book["chapters"]] == [
        *(("第一章 夜", True, []), ("第二章 昼", True, []))
    ]
    assert (book["title"], book["author"], book["source"], book["job"]) == ("昼夜", "无名", "昼夜.txt", None)
    assert (book["options"]["format"], book["settings"], book["cast"][""]["emotion"]) == (
        "mp3",
        {"speed": 1.25},
        "calm",
    )
    assert client.get(f"/v1/books/{book['id']}").json() == book
    listed = client.get("/v1/books", params={"search": "昼夜"}).json()["books"]
    assert book["id"] in [one["id"] for one in listed] and "chapters" not in listed[0]


def test_who_speaks_is_found_at_once(client: httpx.Client) -> None:
    book = made(client, language="zh", author="无名")
    assert (book["language"], book["author"]) == ("zh", "无名")
    cast = client.get(f"/v1/books/{book['id']}/cast").json()
    assert {one["name"]: one["quotations"] for one in cast["characters"]} == {"": 0, "老人": 1, "王小明": 1}
    assert set(book["cast"]) == {"", "老人", "王小明"} and cast["nobody"] == 0
    first = client.get(f"/v1/books/{book['id']}/chapters/1").json()
    assert [first["text"][one["start"] : one["end"]] for one in first["quotations"]] == ["“你好，”", "“再见。”"]
    assert first["quotations"][0]["evidence"]


def test_who_is_added_has_a_fitting_voice_and_gets_the_lines_that_are_tagged_with_the_name(
    client: httpx.Client,
) -> None:
    text = "“破损三成。”零说。\n王芳问：“怎么办？”\n李强说：“快修。”\n“破损四成。”零又说。\n秀英姨喊：“走！”"
    book = client.post("/v1/books", json={"text": text}).json()
    path = f"/v1/books/{book['id']}"
    voices = {one["id"]: one for one in client.get("/v1/voices").json()["voices"]}

    def people(answer: httpx.Response) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in answer.json()["characters"]}

    assert "零" not in people(client.get(f"{path}/cast"))
    added = people(client.patch(f"{path}/cast", json={"roles": {"零": {}, "赵国栋": {}}}))
    assert voices[added["赵国栋"]["voice"]]["group"] == "men" and added["赵国栋"]["gender"] == "male"
    taken = [one["voice"] for name, one in added.items() if name]
    assert next(iter(voices)) not in taken, "the narrator's"
    again = people(client.post(f"{path}/cast", json={}))
    assert again["零"]["quotations"] == 2 and again["零"]["unsure"] == 0
    said = people(client.patch(f"{path}/chapters/1/quotations/1", json={"speaker": "翠英"}))
    assert voices[said["翠英"]["voice"]]["group"] == "women"


@pytest.mark.parametrize(
    ("text", "gone", "other"),
    [
        ("王芳问：“怎么办？”\n李强说：“快修。”\n王芳又问：“谁去？”", "王芳", "李强"),
        ("老船长喊：“起锚！”\n“是。”赵六说。\n老船长笑了：“走吧。”", "老船长", "赵六"),
        ("“Come in,” said Harriet.\n\n“Thank you,” said Edmund.\n\n“Sit down,” said Harriet.", "Harriet", "Edmund"),
        ("陈医生说：“别动。”\n周小满说：“疼。”", "陈医生", "周小满"),
    ],
)
def test_who_was_removed_is_not_found_again_until_a_person_adds_it(
    client: httpx.Client, text: str, gone: str, other: str
) -> None:
    path = f"/v1/books/{client.post('/v1/books', json={'text': text}).json()['id']}"

    def people(answer: httpx.Response) -> set[str]:
        assert answer.status_code == 200, answer.text
        return {one["name"] for one in answer.json()["characters"]}

    assert people(client.get(f"{path}/cast")) == {"", gone, other}
    assert people(client.patch(f"{path}/cast", json={"roles": {gone: None}})) == {"", other}
    again = client.post(f"{path}/cast", json={})
    assert people(again) == {"", other} and again.json()["nobody"] == text.count(gone)
    assert people(client.post(f"{path}/cast", json={})) == {"", other}
    client.patch(f"{path}/cast", json={"roles": {gone: {}}})
    again = client.post(f"{path}/cast", json={})
    assert people(again) == {"", gone, other} and again.json()["nobody"] == 0
    client.patch(f"{path}/cast", json={"roles": {gone: None}})
    client.patch(f"{path}/chapters/1/quotations/0", json={"speaker": gone})
    assert people(client.post(f"{path}/cast", json={})) == {"", gone, other}


def test_a_voice_that_nobody_chose_follows_the_sex_that_a_person_gives(client: httpx.Client) -> None:
    text = "“破损三成。”零说。\n王芳问：“怎么办？”\n“快修。”船员说。\n“走！”零又说。\n船员喊：“走！”"
    path = f"/v1/books/{client.post('/v1/books', json={'text': text}).json()['id']}/cast"
    groups = {one["id"]: one["group"] for one in client.get("/v1/voices").json()["voices"]}

    def changed(**fields: object) -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in client.patch(path, json={"roles": fields}).json()["characters"]}

    before = changed()["船员"]
    assert before["picked"] and before["voice"]
    for sex, group in (("male", "men"), ("female", "women")):
        now = changed(船员={"gender": sex})
        assert groups[now["船员"]["voice"]] == group and now["船员"]["gender"] == sex
        assert now["船员"]["voice"] != now["王芳"]["voice"] and now["船员"]["lines"] == before["lines"]
    kept = changed(船员={"speed": 1.1, "gender": ""})["船员"]
    assert kept["voice"] == now["船员"]["voice"] and kept["picked"]
    assert changed(船员={"gender": "female"})["船员"]["voice"] == kept["voice"]  # it suits already
    chosen = changed(船员={"voice": kept["voice"]})["船员"]
    assert not chosen["picked"] and changed(船员={"gender": "male"})["船员"]["voice"] == chosen["voice"]


def test_a_book_is_changed_and_another_window_that_was_faster_is_told(client: httpx.Client) -> None:
    book = made(client)
    path = f"/v1/books/{book['id']}"
    changed = client.patch(
        path, json={"title": "日夜", "options": {"norm": "acx"}, "settings": {"voice": "default"}, "revision": 1}
    ).json()
    assert (changed["title"], changed["options"]["norm"], changed["revision"]) == ("日夜", "acx", 2)
    stale = client.patch(path, json={"title": "夜", "revision": 1}, headers={"Accept-Language": "zh"})
    assert "另一个窗口" in refused(stale, 409, "project_changed")
    refused(client.patch(path, json={"settings": {"voice": "nobody"}}), 422, "unknown_choice")
    refused(client.patch(path, json={"colour": 1}), 422, "invalid_value")
    refused(client.patch(path, json={"revision": 0}), 422, "invalid_value")
    refused(client.get("/v1/books/nothing"), 404, "no_book")


def test_chapters_are_ticked_edited_split_and_merged(client: httpx.Client) -> None:
    path = f"/v1/books/{made(client)['id']}"
    assert client.patch(f"{path}/chapters/2", json={"on": False, "title": "昼"}).json()["title"] == "昼"
    edited = client.patch(f"{path}/chapters/1", json={"text": f"那天，{FIRST}"}).json()
    assert [edited["text"][one["start"] : one["end"]] for one in edited["quotations"]] == ["“你好，”", "“再见。”"]
    split = client.post(f"{path}/chapters/1/split", json={"at": 8, "title": "夜二"}).json()
    assert [one["title"] for one in split["chapters"]] == ["第一章 夜", "夜二", "昼"]
    merged = client.post(f"{path}/chapters/1/merge", json={}).json()
    assert [one["title"] for one in merged["chapters"]] == ["第一章 夜", "昼"]
    refused(client.post(f"{path}/chapters/2/merge", json={}), 404, "no_chapter")
    refused(client.post(f"{path}/chapters/1/split", json={"at": 100_000}), 422, "invalid_value")
    refused(client.get(f"{path}/chapters/9"), 404, "no_chapter")
    refused(client.patch(f"{path}/chapters/1", json={"on": "yes"}), 422, "invalid_value")
    client.patch(f"{path}/chapters/1", json={"on": False})
    refused(client.post(f"{path}/speak"), 422, "no_chapter_on")


def test_the_cast_is_changed_and_a_quotation_given_to_somebody_else(client: httpx.Client) -> None:
    path = f"/v1/books/{made(client)['id']}"
    cast = client.patch(f"{path}/cast", json={"roles": {"老人": {"voice": "default", "speed": 0.9}}}).json()
    assert next(one for one in cast["characters"] if one["name"] == "老人")["speed"] == 0.9
    client.patch(f"{path}/cast", json={"rename": {"from": "老人", "to": "张三"}})
    given = client.patch(f"{path}/chapters/1/quotations/1", json={"speaker": "张三", "all": True}).json()
    assert {one["name"]: one["quotations"] for one in given["characters"]} == {"": 0, "张三": 2, "王小明": 0}
    joined = client.patch(f"{path}/cast", json={"join": {"from": "王小明", "into": "张三"}}).json()
    assert [one["name"] for one in joined["characters"]] == ["", "张三"]
    again = client.post(f"{path}/cast", json={}).json()
    assert next(one for one in again["characters"] if one["name"] == "张三")["quotations"] == 2, "a person decided it"
    refused(client.patch(f"{path}/cast", json={"rename": {"from": "谁", "to": "某"}}), 404, "no_character")
    refused(client.patch(f"{path}/cast", json={"join": {"from": "谁"}}), 422, "invalid_value")
    refused(client.patch(f"{path}/chapters/1/quotations/7", json={"speaker": ""}), 404, "no_quotation")


def test_both_halves_of_a_sentence_get_another_speaker_and_each_alone_from_then_on(client: httpx.Client) -> None:
    text = "“Sit,” said Mara.\n“Ask him,” Hester said. “Not the salt.”\n“Why?” said Mara."
    path = f"/v1/books/{client.post('/v1/books', json={'text': text}).json()['id']}"

    def said(place: int, who: str) -> list[str]:
        assert client.patch(f"{path}/chapters/1/quotations/{place}", json={"speaker": who}).status_code == 200
        return [one["speaker"] for one in client.get(f"{path}/chapters/1").json()["quotations"]]

    assert said(2, "Ann") == ["Mara", "Ann", "Ann", "Mara"]
    assert said(1, "Ben") == ["Mara", "Ben", "Ann", "Mara"]


SIGNS = "\n".join(
    (
        "老和尚坐在门口。",
        "“你来了。”老和尚说。",
        "所谓“自由”，不过是“风”罢了。",
        "石碑上刻着“永不忘记”四个大字。",
        "“走吧。”老和尚说。",
    )
)


def test_what_is_only_quoted_can_be_given_to_somebody_and_what_is_said_to_the_narrator(client: httpx.Client) -> None:
    path = f"/v1/books/{made(client, SIGNS)['id']}"

    def said() -> dict[str, str]:
        chapter = client.get(f"{path}/chapters/1").json()
        return {chapter["text"][one["start"] : one["end"]]: one["speaker"] for one in chapter["quotations"]}

    def give(text: str, who: str) -> None:
        place = list(said()).index(text)
        assert client.patch(f"{path}/chapters/1/quotations/{place}", json={"speaker": who}).status_code == 200

    quoted = dict.fromkeys(("“自由”", "“风”", "“永不忘记”"), "")
    assert said() == {"“你来了。”": "老和尚", **quoted, "“走吧。”": "老和尚"}
    narrator, priest = client.get(f"{path}/cast").json()["characters"]
    assert (narrator["quotations"], narrator["lines"], priest["quotations"]) == (0, [], 2)
    assert client.get(path).json()["chapters"][0]["quotations"] == 2, "lines that somebody says"
    give("“自由”", "老和尚")
    give("“走吧。”", "")
    now = {"“你来了。”": "老和尚", **quoted, "“自由”": "老和尚", "“走吧。”": ""}
    assert said() == now, "nothing but these: not the other one of its line"
    client.post(f"{path}/cast", json={})
    assert said() == now
    text = client.get(f"{path}/chapters/1").json()["text"]
    client.patch(f"{path}/chapters/1", json={"text": f"天晴了。\n{text}\n墙上写着“禁止入内”。"})
    assert said() == {**now, "“禁止入内”": ""}


def test_a_line_that_is_written_anew_may_be_said_by_somebody(client: httpx.Client) -> None:
    path = f"/v1/books/{made(client, SIGNS)['id']}"
    text = client.get(f"{path}/chapters/1").json()["text"]
    change = {"text": text.replace("石碑上刻着“永不忘记”四个大字。", "老和尚喊道：“永不忘记！”")}
    chapter = client.patch(f"{path}/chapters/1", json=change).json()
    said = {chapter["text"][one["start"] : one["end"]]: one["speaker"] for one in chapter["quotations"]}
    assert (said["“永不忘记！”"], said["“风”"]) == ("老和尚", "")


def test_what_is_only_quoted_is_no_line_of_subtitles(client: httpx.Client) -> None:
    cues = "1\n00:00:01,000 --> 00:00:03,000\n他说“好”就走了。\n\n2\n00:00:04,000 --> 00:00:05,000\n再见。\n"
    book = client.post("/v1/books", files={"file": ("a.srt", cues.encode())}).json()["id"]
    chapter = client.get(f"/v1/books/{book}/chapters/1").json()
    said = [chapter["text"][one["start"] : one["end"]] for one in chapter["quotations"]]
    assert said == ["他说“好”就走了。", "再见。"]


def test_words_and_notes_are_kept(client: httpx.Client) -> None:
    path = f"/v1/books/{made(client)['id']}"
    entry = {"word": "重庆", "reading": "chong2 qing4"}
    assert client.put(f"{path}/words", json={"words": [entry]}).json()["words"][0]["kind"] == "pinyin"
    assert client.get(f"{path}/words").json()["revision"] == 2
    mark = {"job": None, "at_s": 1.5, "chapter": 2, "text": "天亮", "note": "?"}
    notes = {"marks": [mark], "place": {"job": "gone", "at_s": 3.5, "chapter": 1, "text": "天黑了。"}}
    assert client.put(f"{path}/notes", json=notes).json() == notes == client.get(f"{path}/notes").json()
    refused(client.put(f"{path}/notes", json={"marks": [{"at_s": "soon"}]}), 422, "invalid_value")


def test_a_cover_is_a_picture_and_a_large_one_is_made_smaller(client: httpx.Client) -> None:
    path = f"/v1/books/{made(client)['id']}/cover"
    refused(client.get(path), 404, "not_found")
    data = picture()
    assert client.put(path, content=data, headers={"Content-Type": "image/png"}).json()["cover"] is True
    answer = client.get(path)
    assert answer.content == data and answer.headers["content-type"] == "image/png"
    client.put(path, content=picture("WEBP", (2800, 1050)), headers={"Content-Type": "image/webp"})
    with Image.open(io.BytesIO(client.get(path).content)) as small:
        assert (small.format, small.size) == ("JPEG", (2400, 900))
    for bad in (b"no picture", data[:60], b""):
        refused(client.put(path, content=bad, headers={"Content-Type": "image/png"}), 422, "bad_cover")
    refused(client.put(path, content=data, headers={"Content-Type": "text/html"}), 415, "wrong_type")
    assert client.delete(path).json()["cover"] is False


def test_a_list_of_jobs_finds_the_words_of_a_book(client: httpx.Client) -> None:
    book = made(client, "第一章 夜\n\n厨房里 100% 是猫。")["id"]
    client.post(f"/v1/books/{book}/speak")
    ended(client, book)
    for words, there in {"厨房": [book], "100% 是": [book], "100_": [], "客厅": []}.items():
        assert [one["id"] for one in client.get("/v1/jobs", params={"search": words}).json()["jobs"]] == there, words


def test_what_is_deleted_comes_back(client: httpx.Client) -> None:
    others = client.get("/v1/books").json()["total"]
    path = f"/v1/books/{made(client)['id']}"
    assert client.delete(path).status_code == 204
    refused(client.get(path), 404, "no_book")
    gone = client.get("/v1/books", params={"deleted": True}).json()
    assert [one["title"] for one in gone["books"]] == ["昼夜"] and gone["total"] == 1
    assert client.get("/v1/books").json()["total"] == others
    assert client.post(f"{path}/restore").json()["title"] == "昼夜"
    assert client.get("/v1/books", params={"deleted": True}).json()["books"] == []
    refused(client.post("/v1/books/nothing/restore"), 410, "undo_gone")


def test_a_book_is_spoken_as_a_job_of_its_id_and_its_parts_are_in_no_list(client: httpx.Client) -> None:
    book = made(client)
    path = f"/v1/books/{book['id']}"
    about = client.get(f"{path}/estimate").json()
    assert about["chapters"] == 2 and 5 < about["duration_s"] < 30 and about["spoken_s"] == 0
    assert about["sound_bytes"] > 100_000 and about["file_bytes"] > 10_000 and about["free_bytes"] > 0
    (only,) = about["making"]
    assert only["engine"] == "embedded" and only["name"] and 0 < only["seconds"] < about["duration_s"] * 10
    answer = client.post(f"{path}/speak")
    assert answer.status_code == 202 and answer.headers["location"] == f"/v1/jobs/{book['id']}", answer.text
    job = ended(client, book["id"])
    assert (job["status"], job["kind"], job["title"]) == ("done", "book", "昼夜"), job
    assert job["book"] == {
        "id": book["id"], "title": "昼夜", "author": "", "chapters": 2, "characters": book["characters"],
    }  # fmt: skip
    spoken = client.get(path).json()
    assert spoken["job"]["status"] == "done"
    parts = [part for one in spoken["chapters"] for part in one["parts"]]
    assert len(parts) == 2 and all(part["status"] == "done" and part["duration_s"] > 0 for part in parts)
    listed = client.get("/v1/jobs", params={"limit": 200}).json()["jobs"]
    assert book["id"] in [one["id"] for one in listed]
    assert not {part["job"] for part in parts} & {one["id"] for one in listed}
    assert client.get(f"/v1/jobs/{parts[0]['job']}/result?format=json").status_code == 200, "a job like any other"
    refused(client.post("/v1/books/nothing/speak"), 404, "no_book")
    made_into = client.get(f"{path}/files").json()["files"]
    assert [(one["format"], one["status"]) for one in made_into] == [("m4b", "ready")]
    assert client.get(f"{path}/report").json()["chapters"] and client.get(f"/v1/jobs/{book['id']}/result").content
    begun = client.post(f"{path}/files", json={"format": "mp3", "chapter": 2})
    assert begun.status_code == 202 and len(begun.json()["files"]) == 2
    refused(client.post(f"{path}/files", json={"format": "exe"}), 422, "invalid_value")
    assert client.post(f"{path}/files", json={"format": "apkg"}).status_code == 202
    refused(client.get(f"{path}/report", params={"format": "opus"}), 404, "not_found")
    assert client.get(f"{path}/report", params={"format": ""}).status_code == 422


@pytest.mark.night
def test_only_what_was_changed_is_spoken_again(client: httpx.Client) -> None:
    book = made(client)
    path = f"/v1/books/{book['id']}"
    client.post(f"{path}/speak")
    ended(client, book["id"])
    before = {one["number"]: one["parts"][0]["job"] for one in client.get(path).json()["chapters"]}
    client.patch(f"{path}/chapters/2", json={"text": "天亮了，他们都走了。"})
    client.post(f"{path}/speak")
    assert ended(client, book["id"])["status"] == "done"
    after = {one["number"]: one["parts"][0]["job"] for one in client.get(path).json()["chapters"]}
    assert after[1] == before[1]
    assert client.get(f"/v1/jobs/{after[2]}/result?format=json").json()["text"].endswith("天亮了，他们都走了。")


def test_a_file_that_is_sent_as_a_job_is_a_book_that_is_spoken(client: httpx.Client) -> None:
    answer = client.post("/v1/jobs", data={"title": "一本"}, files={"file": ("a.txt", TEXT.encode())})
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert (job["kind"], job["format"], job["book"]["title"]) == ("book", "m4b", "一本")
    assert client.get(f"/v1/books/{job['id']}").json()["title"] == "一本"
    assert ended(client, job["id"])["status"] == "done"
    refused(client.post("/v1/jobs", data={"title": "x"}, files={"f": ("a.txt", b"x")}), 422, "invalid_value")
    refused(client.post("/v1/jobs", files={"file": ("a.txt", b"")}), 422, "book_empty")


@pytest.mark.parametrize(
    ("beginning", "title"),
    by_night(
        [
            ("“你好。”小明说。", "你好"),
            ("「走吧！」", "走吧！"),
            ("“Sit down,” she said.", "Sit down, she said."),
            ("那天。", "那天"),
        ],
        first=2,
    ),
)
def test_a_text_is_called_by_its_beginning_without_the_signs_around_what_is_said(
    client: httpx.Client, beginning: str, title: str
) -> None:
    text = f"第一章 雾\n\n{beginning}\n\n第二章 风\n\n天亮了。"
    assert client.post("/v1/books", json={"text": text}).json()["title"] == title


@pytest.mark.parametrize("beginning", ["好。", "“嗯？”", "走！", "雨。雨很大。"])
def test_a_text_with_too_short_a_beginning_is_called_by_its_heading(client: httpx.Client, beginning: str) -> None:
    made = client.post("/v1/books", json={"text": f"第一章 夜\n\n{beginning}"}).json()
    assert made["title"] == "第一章 夜"


@pytest.mark.parametrize(
    ("text", "title", "chapters"),
    [
        (
            "# The Tide\n\nIt came in.\n\n# The Dog\n\nIt *ran* home.\n\n# The End\n\nNobody came.\n",
            "It came in.",
            ["The Tide", "The Dog", "The End"],
        ),
        (
            "# My book\n## Chapter one\nThe sea came in.\n\n## Chapter two\nNobody came.\n",
            "My book",
            ["Chapter one", "Chapter two"],
        ),
        ("# 渡口\n\n## 一 船\n\n船来了。\n\n## 二 岸\n\n岸上没有人。\n", "渡口", ["一 船", "二 岸"]),
    ],
)
def test_a_pasted_text_has_the_chapters_that_it_has_as_a_file_of_markdown(
    client: httpx.Client, text: str, title: str, chapters: list[str]
) -> None:
    pasted = client.post("/v1/books", json={"text": text}).json()
    brought = client.post("/v1/books", files={"file": ("a.md", text.encode())}).json()
    for book in (pasted, brought):
        assert [one["title"] for one in book["chapters"]] == chapters
    assert [one["characters"] for one in pasted["chapters"]] == [one["characters"] for one in brought["chapters"]]
    assert pasted["title"] == title


@pytest.mark.parametrize("text", ["#春\n\n花开了。\n\n#夏\n\n下雨了。", "# 甲\n\n    船来。\n\n# 乙\n\n    人去。"])
def test_what_only_looks_like_a_heading_of_markdown_leaves_a_text_plain(client: httpx.Client, text: str) -> None:
    book = client.post("/v1/books", json={"text": text}).json()
    (chapter,) = book["chapters"]
    said = client.get(f"/v1/books/{book['id']}/chapters/{chapter['number']}").json()["text"]
    assert text.rpartition("\n")[2].strip() in said and not book["title"].startswith("# ")


def test_a_book_that_cannot_be_made_is_told(client: httpx.Client) -> None:
    refused(client.post("/v1/books", json={}), 422, "text_empty")
    refused(client.post("/v1/books", json={"text": " \n"}), 422, "text_empty")
    refused(client.post("/v1/books", json={"text": "字", "pages": 1}), 422, "invalid_value")
    refused(client.post("/v1/books", json={"text": 5}), 422, "invalid_value")
    refused(client.post("/v1/books", json={"text": "字", "cast": {"?": {}}}), 422, "invalid_value")
    refused(client.post("/v1/books", content=b"x", headers={"Content-Type": "text/plain"}), 415, "wrong_type")
    refused(client.post("/v1/books", json={"text": "字" * 200_000}), 413, "body_too_large")
    refused(client.post("/v1/books", files={"file": ("a.txt", b"x" * 400_000)}), 413, "body_too_large")
    refused(client.post("/v1/books", files={"file": ("a.txt", b"x"), "other": ("b.txt", b"x")}), 422, "invalid_value")
    form = {"cast": "{", "title": "x"}
    refused(client.post("/v1/books", data=form, files={"file": ("a.txt", b"x")}), 422, "invalid_value")


def test_pages_are_fetched_only_where_the_configuration_allows_it(client: httpx.Client, config: Config) -> None:
    refused(client.post("/v1/books", json={"address": "https://example.com/"}), 403, "addresses_off")
    service = make_service(config.model_copy(update={"books": BooksConfig(fetches_addresses=True)}))
    with serving(application(service, page=False)) as url:
        told = refused(httpx.post(f"{url}/v1/books", json={"address": f"{url}/health"}, timeout=60), 422, "bad_address")
        assert "internet" in told
        refused(httpx.post(f"{url}/v1/books", json={"address": "file:///etc/passwd"}, timeout=60), 422, "bad_address")


def test_a_page_is_read_in_the_encoding_that_its_host_tells(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "<div><a href='/'>Front</a><a href='/2'>Login</a></div><h1>Café</h1><p>He came late.</p>".encode("cp852")
    page = FetchedPage("https://a.example/1", "text/html", "cp852", body)
    monkeypatch.setattr("indextts.works.books.intake.fetch", lambda *_, **__: page)
    service = make_service(config.model_copy(update={"books": BooksConfig(fetches_addresses=True)}))
    with serving(application(service, page=False)) as url:
        book = httpx.post(f"{url}/v1/books", json={"address": page.address}, timeout=60).json()
    assert book["title"] == "Café"


def test_a_very_long_book_that_is_read_keeps_no_other_waiting_and_one_that_is_late_is_told(config: Config) -> None:
    app = application(make_service(config, deadline_s=0.001), page=False)
    turns: RecordingTurns = app.state.recordings
    with serving(app) as base, turns.long.turn(Cancel()), httpx.Client(base_url=base, timeout=60) as client:
        assert client.post("/v1/books", files={"file": ("a.txt", TEXT.encode())}).status_code == 201
        book = made(client)
        assert client.get(f"/v1/books/{book['id']}/terms").status_code == 200
        long = ("b.txt", TEXT.encode().ljust(LONG_BYTES + 1))
        message = refused(client.post("/v1/books", files={"file": long}), 503, "files_late")
        assert "speech" not in message


@pytest.mark.parametrize(
    ("takes", "packed"), by_night([("gzip, br", True), ("identity", False), ("gzip;q=0", False)], first=2)
)
def test_a_book_of_many_chapters_is_told_packed_to_whoever_takes_that(
    client: httpx.Client, takes: str, packed: bool
) -> None:
    book = made(client, "\n".join(f"第{number}章 雾起\n天黑了。" for number in range(1, 701)))
    answer = client.get(f"/v1/books/{book['id']}", headers={"Accept-Encoding": takes})
    assert answer.json() == book and len(book["chapters"]) == 700
    assert (answer.headers.get("content-encoding") == "gzip") is packed and answer.headers["vary"] == "Accept-Encoding"
    assert (int(answer.headers["content-length"]) < 20_000) is packed
    assert "content-encoding" not in client.get("/v1/books").headers

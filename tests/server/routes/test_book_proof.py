"""Proof-listening, names and terms, and cues of a book over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from indextts.platform.config import Config
from tests.support.services import application, make_service, serving
from tests.tiers import by_night

TEXT = "第一章 晨\n\n系带鞋很不错。这里的Zorblix很好。\n\n第二章 暮\n\nZorblix在哪里？Zorblix。\n"
SUBTITLES = "1\n00:00:01,000 --> 00:00:02,500\n你好。\n\n2\n00:00:03,000 --> 00:00:03,400\n我们明天早上八点出发。\n"


@pytest.fixture(scope="module")
def client(real_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("books")
    (folder / "models").symlink_to(real_config.models_path)
    config = real_config.model_copy(update={"cache_dir": folder})
    service = make_service(config)
    with (
        serving(application(service, page=False)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def path(client: httpx.Client) -> str:
    made = client.post("/v1/books", json={"text": TEXT, "title": "晨昏", "options": {"format": "wav"}})
    assert made.status_code == 201, made.text
    where = f"/v1/books/{made.json()['id']}"
    speak(client, where)
    return where


def speak(client: httpx.Client, path: str) -> None:
    job = client.post(f"{path}/speak").json()["id"]
    for _ in range(1200):
        found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if found["status"] in ("done", "failed", "paused"):
            assert found["status"] == "done", found
            return
        time.sleep(0.05)
    raise AssertionError(found)


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


def test_doubts_are_told_settled_once_and_do_not_come_back(client: httpx.Client, path: str) -> None:
    told = client.get(f"{path}/doubts").json()
    assert told["total"] == len(told["doubts"]) == sum(told["kinds"].values()) and told["next"] is None
    words = client.get(f"{path}/doubts", params={"kind": "word", "limit": 1}).json()
    assert words["total"] == 3 and words["next"] == words["doubts"][0]["id"]
    rest = client.get(f"{path}/doubts", params={"kind": "word", "after": words["next"]}).json()
    assert [one["chapter"] for one in rest["doubts"]] == [2, 2]
    one = words["doubts"][0]
    assert (one["text"], one["before"], one["after"]) == ("Zorblix", "这里的", "很好。")

    polyphone = next(one for one in told["doubts"] if one["kind"] == "polyphone")
    right = client.post(f"{path}/fix", json={"doubt": polyphone["id"], "right": True}).json()
    assert (right["places"], right["parts"]) == (1, 0)
    body = {"doubt": one["id"], "reading": "Z AO1 R B", "scope": "book", "revision": right["revision"]}
    fixed = client.post(f"{path}/fix", json=body).json()
    assert (fixed["scope"], fixed["word"], fixed["places"], fixed["parts"]) == ("book", "Zorblix", 3, 2)
    assert client.get(f"{path}/doubts").json()["total"] == told["total"] - 4
    assert client.get(f"{path}/words").json()["words"][0]["reading"] == "Z AO1 R B"
    assert (told["again"], client.get(f"{path}/doubts").json()["again"]) == (0, 3)
    shown = client.get(f"{path}/doubts", params={"kind": "word", "settled": True}).json()
    assert [one["settled"] for one in shown["doubts"]] == [True] * 3
    speak(client, path)
    assert client.get(f"{path}/doubts", params={"kind": "word", "settled": True}).json()["doubts"] == []


@pytest.mark.night
def test_doubts_about_one_word_are_one_row_and_settled_together(client: httpx.Client) -> None:
    text = "第一章 晨\n\n这里的Quaxtil很好。\n\n第二章 暮\n\nQuaxtil在哪里？谁见过Quaxtil？\n"
    made = client.post("/v1/books", json={"text": text, "title": "夜", "options": {"format": "wav"}}).json()
    path = f"/v1/books/{made['id']}"
    speak(client, path)
    asked: dict[str, str | bool] = {"kind": "word", "grouped": True}
    alone = client.get(f"{path}/doubts", params=asked).json()
    (row,) = alone["doubts"]
    assert (row["text"], row["count"], row["chapter"], alone["total"], alone["kinds"]["word"]) == (
        "Quaxtil",
        3,
        1,
        1,
        1,
    )
    every = client.get(f"{path}/doubts", params={"kind": "word"}).json()["doubts"]
    assert [(one["group"], one["count"]) for one in every] == [(row["group"], 3)] * 3

    here = client.post(f"{path}/fix", json={"doubt": every[1]["id"], "right": True}).json()
    assert (here["scope"], here["places"]) == ("here", 1)
    assert client.get(f"{path}/doubts", params=asked).json()["doubts"][0]["count"] == 2
    book = client.post(f"{path}/fix", json={"doubt": row["id"], "right": True, "scope": "book"}).json()
    assert (book["scope"], book["parts"]) == ("book", 0)
    assert client.get(f"{path}/doubts", params=asked).json()["doubts"] == []
    client.post(f"{path}/fix", json={"doubt": row["id"], "right": False, "scope": "book"})
    assert client.get(f"{path}/doubts", params=asked).json()["total"] == 1


def test_what_makes_no_sense_is_refused(client: httpx.Client, path: str) -> None:
    refused(client.post(f"{path}/fix", json={"doubt": "x", "right": True}), 422, "invalid_value")
    gone = f"{'0' * 16}.1.0"
    refused(client.post(f"{path}/fix", json={"doubt": gone, "right": True}), 404, "no_doubt")
    refused(client.post(f"{path}/fix", json={"doubt": gone}), 422, "invalid_value")
    refused(client.get(f"{path}/doubts", params={"after": "here"}), 422, "invalid_value")
    refused(client.get("/v1/books/none/doubts"), 404, "no_book")
    refused(client.get("/v1/books/none/terms"), 404, "no_book")
    refused(client.get("/v1/books/none/cues"), 404, "no_book")


def test_a_terms_reading_that_is_kept_is_sure(client: httpx.Client) -> None:
    text = "任盈盈用Kuberflux。令狐冲也用。任盈盈走了，Kuberflux还在。任盈盈又来，Kuberflux还好。"
    path = f"/v1/books/{client.post('/v1/books', json={'text': text}).json()['id']}"
    terms = {one["word"]: one for one in client.get(f"{path}/terms").json()["terms"]}
    assert (terms["任盈盈"]["count"], terms["任盈盈"]["reading"]) == (3, "ren2 ying2 ying2")
    assert not terms["Kuberflux"]["sure"] and terms["Kuberflux"]["kind"] == "arpabet"
    words = {"words": [{"word": "Kuberflux", "reading": "K UW2 B ER0"}]}
    assert client.put(f"{path}/words", json=words).status_code == 200
    kept = {one["word"]: one for one in client.get(f"{path}/terms").json()["terms"]}
    assert kept["Kuberflux"]["sure"] and kept["Kuberflux"]["reading"] == "K UW2 B ER0"


def test_marks_and_the_place_are_kept_and_no_others(client: httpx.Client, path: str) -> None:
    mark = {"job": None, "at_s": 2.5, "chapter": 1, "text": "系带鞋", "note": "再听"}
    place = {"job": None, "at_s": 1.0, "chapter": 2, "text": "天黑了。"}
    kept = client.put(f"{path}/notes", json={"marks": [mark], "place": place})
    assert kept.status_code == 200 and client.get(f"{path}/notes").json() == {"marks": [mark], "place": place}
    refused(client.put(f"{path}/notes", json={"marks": [{**mark, "at_s": -1}]}), 422, "invalid_value")
    refused(client.put(f"{path}/notes", json={"marks": {}}), 422, "invalid_value")


def test_subtitles_are_a_book_that_fits_its_times_and_says_which_cue_does_not(client: httpx.Client) -> None:
    files = {"file": ("film.srt", SUBTITLES.encode())}
    book = client.post("/v1/books", files=files, data={"format": "wav"}).json()
    path = f"/v1/books/{book['id']}"
    assert book["options"]["fit"] is True
    assert client.get(f"{path}/cues").json() == {"cues": [], "unfitting": 0}
    speak(client, path)
    told = client.get(f"{path}/cues", headers={"Accept-Language": "zh"}).json()
    said = [(one["text"], one["state"]) for one in told["cues"]]
    assert said == [("你好。", "fits"), ("我们明天早上八点出发。", "over")]
    assert told["unfitting"] == 1 and "改短" in told["cues"][1]["sentence"]
    (cue,) = client.get(f"{path}/doubts", params={"kind": "cue"}).json()["doubts"]
    assert cue["text"] == "我们明天早上八点出发。" and "shorten" in cue["sentence"]
    fixed = client.post(f"{path}/fix", json={"doubt": cue["id"], "text": "走。"}).json()
    assert fixed["parts"] == 1
    speak(client, path)
    after = client.get(f"{path}/cues").json()["cues"]
    assert [one["text"] for one in after] == ["你好。", "走。"] and after[1]["rate"] < told["cues"][1]["rate"]
    assert client.get(f"{path}/doubts", params={"kind": "cue"}).json()["total"] <= 1


TWO = (
    "1\n00:00:01,000 --> 00:00:02,000\n[music]\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\n老杜：船来了。\nDu: The ferry is here.\n\n"
    "3\n00:00:05,000 --> 00:00:06,000\n- 走吧。\n- 好。\n\n"
    "4\n00:00:07,000 --> 00:00:08,000\n老杜：收绳。\nDu: Get the rope.\n\n"
    "5\n00:00:08,000 --> 00:00:09,000\n老杜：靠岸。\nDu: Here we land.\n"
)


def brought(client: httpx.Client, **fields: str) -> tuple[dict[str, Any], str]:
    """A book of two languages, and its text."""
    answer = client.post("/v1/books", files={"file": ("film.srt", TWO.encode())}, data=fields)
    assert answer.status_code == 201, answer.text
    book: dict[str, Any] = answer.json()
    return book, str(client.get(f"/v1/books/{book['id']}/chapters/1").json()["text"])


def test_what_of_subtitles_is_said_is_a_choice_and_the_rest_is_told(client: httpx.Client) -> None:
    book, text = brought(client)
    assert text == "船来了。\n走吧。好。\n收绳。\n靠岸。"
    assert [name for name in book["cast"] if name] == ["老杜"]
    told = client.get(f"/v1/books/{book['id']}/cast").json()
    assert told["nobody"] == 2  # of the two who speak in one subtitle nobody says who they are
    assert len(book["warnings"]) == 2 and "[music]" in book["warnings"][0]
    book, text = brought(client, subtitles='{"sounds": true, "said": "second"}')
    assert text == "[music]\nThe ferry is here.\n走吧。好。\nGet the rope.\nHere we land."
    assert [name for name in book["cast"] if name] == ["Du"]
    for wrong in ("{", '{"said": "third"}', '{"sounds": 1}', '{"hats": true}'):
        answer = client.post("/v1/books", files={"file": ("film.srt", TWO.encode())}, data={"subtitles": wrong})
        assert answer.status_code in (400, 422), answer.text
        assert any(word in answer.json()["error"]["message"] for word in ("subtitles", "said", "sounds", "hats"))


def test_of_two_languages_that_of_the_voice_is_said(client: httpx.Client) -> None:
    upper = TWO.replace("老杜：船来了。\nDu: The ferry is here.", "Du: The ferry is here.\n老杜：船来了。")
    upper = upper.replace("老杜：靠岸。\nDu: Here we land.", "Du: Here we land.\n老杜：靠岸。")
    upper = upper.replace("- 走吧。\n- 好。", "- Let's go.\n- Good.")

    def text(**fields: str) -> str:
        book = client.post("/v1/books", files={"file": ("film.srt", upper.encode())}, data=fields).json()
        return str(client.get(f"/v1/books/{book['id']}/chapters/1").json()["text"])

    assert "The ferry is here." in text()
    assert "船来了。" in text(voice="baker") and "ferry" not in text(voice="baker")
    assert "The ferry is here." in text(voice="baker", subtitles='{"said": "first"}')


NAMED = (
    "第一章 船\n\n单立行来了。“我去银行，”老陈说。\n船开了。单立行没有说话。\n\n"
    "第二章 信\n\n“走吧，”单立行说。\n天黑了。\n老陈笑了。2024年。\n"
)


@pytest.fixture
def named(client: httpx.Client) -> str:
    """A book that is spoken, in which a name is read by its commonest readings."""
    words = [{"word": "单立行", "reading": "dan1 li4 xing2"}]
    made = client.post("/v1/books", json={"text": NAMED, "title": "船", "options": {"format": "wav"}})
    path = f"/v1/books/{made.json()['id']}"
    assert client.put(f"{path}/words", json={"words": words}).status_code == 200
    speak(client, path)
    return path


def chapter_of(client: httpx.Client, path: str, number: int) -> dict[str, Any]:
    chapters: list[dict[str, Any]] = client.get(path).json()["chapters"]
    return chapters[number - 1]


def heard(client: httpx.Client, path: str, number: int) -> tuple[str, list[dict[str, Any]]]:
    """The job of a chapter, and what is heard of it: each word with its sentence."""
    (part,) = chapter_of(client, path, number)["parts"]
    found = client.get(f"{path}/parts/{part['job']}").json()
    assert (found["job"], found["chapter"]) == (part["job"], number)
    return part["job"], [{**one, **word} for one in found["sentences"] for word in one["words"]]


@pytest.mark.night
def test_every_word_that_is_heard_has_its_place_in_the_chapter_as_it_is_now(client: httpx.Client, named: str) -> None:
    whole = client.get(f"{named}/chapters/2").json()

    def text_of(words: list[dict[str, Any]], text: str, title: str) -> list[str]:
        return [(title if one["in_title"] else text)[one["start"] : one["end"]] for one in words]

    _, words = heard(client, named, 2)
    said = text_of(words, whole["text"], whole["title"])
    assert "".join(said) == "第二章信走吧单立行说天黑了老陈笑了2024年"
    assert [one["start_s"] for one in words] == sorted(one["start_s"] for one in words)
    # What is written anew is not heard; all around it is, where it stands by now.
    text = "下雨了。\n" + whole["text"].replace("老陈", "老人")
    assert client.patch(f"{named}/chapters/2", json={"text": text}).status_code == 200
    _, words = heard(client, named, 2)
    assert "".join(text_of(words, text, whole["title"])) == "第二章信走吧单立行说天黑了老笑了2024年"


def test_a_word_that_is_heard_is_fixed_here_and_that_stays_when_the_text_is_edited_elsewhere(
    client: httpx.Client, named: str
) -> None:
    text = client.get(f"{named}/chapters/1").json()["text"]
    at = text.index("行，")
    job, words = heard(client, named, 1)
    chosen = next(one for one in words if not one["in_title"] and one["start"] == at)
    told = client.get(f"{named}/parts/{job}/words/{chosen['segment']}/{chosen['token']}").json()
    assert (told["text"], told["reading"], told["shown"]["hang2"]) == ("行", "hang2", "háng")
    assert (told["word"], told["quotation"], told["chapter"]) == ("银行", 0, 1)
    assert told["id"] == f"{job}.{chosen['segment']}.{chosen['token']}"
    before = {number: heard(client, named, number)[0] for number in (1, 2)}
    fixed = client.post(f"{named}/fix", json={"word": told["id"], "reading": "xíng"}).json()
    assert (fixed["scope"], fixed["places"], fixed["parts"]) == ("here", 1, 1)
    assert [chapter_of(client, named, number)["changed"] for number in (1, 2)] == [True, False]
    # Text before it is written anew: it stays with its word.
    other = "下雨了，" + text
    assert client.patch(f"{named}/chapters/1", json={"text": other}).status_code == 200
    (kept,) = client.get(f"{named}/chapters/1").json()["fixes"]
    assert (other[kept["start"] : kept["end"]], kept["reading"], kept["start"]) == ("行", "xing2", at + 4)
    speak(client, named)
    assert not any(one["changed"] for one in client.get(named).json()["chapters"])
    assert heard(client, named, 2)[0] == before[2] and heard(client, named, 1)[0] != before[1]
    plan = client.get(f"/v1/jobs/{heard(client, named, 1)[0]}/result", params={"format": "json"}).json()
    tokens = [one for segment in plan["segments"] for one in segment["tokens"] if one["text"] == "行"]
    assert [one["reading"] for one in tokens] == ["xing2", "xing2", "xing2"]
    # The word is another one by now.
    refused(client.post(f"{named}/fix", json={"word": told["id"], "reading": "hang2"}), 404, "not_found")


def test_only_the_sentence_that_is_fixed_is_spoken_again(client: httpx.Client, named: str) -> None:
    job, words = heard(client, named, 1)
    chosen = next(one for one in words if one["start"] == 0 and not one["in_title"])
    word = f"{job}.{chosen['segment']}.{chosen['token']}"
    fixed = client.post(f"{named}/fix", json={"word": word, "reading": "shàn", "scope": "here"}).json()
    assert fixed["places"] == 1
    speak(client, named)
    whole = client.get(f"/v1/jobs/{heard(client, named, 1)[0]}").json()
    assert whole["segments_total"] - whole["cached"] == 1


def test_who_says_a_heard_word_is_decided_for_the_line_and_for_all_that_the_same_one_says(
    client: httpx.Client, named: str
) -> None:
    job, words = heard(client, named, 2)
    chosen = next(one for one in words if one["start"] == 1 and not one["in_title"])
    word = f"{job}.{chosen['segment']}.{chosen['token']}"
    old = client.get(f"{named}/chapters/2").json()["quotations"][0]["speaker"]
    fixed = client.post(f"{named}/fix", json={"word": word, "speaker": "船长"}).json()
    assert (fixed["scope"], fixed["places"]) == ("here", 1)
    assert client.get(f"{named}/chapters/2").json()["quotations"][0]["speaker"] == "船长" != old
    fixed = client.post(f"{named}/fix", json={"word": word, "speaker": "老陈", "scope": "book"}).json()
    assert (fixed["scope"], fixed["places"]) == ("book", 1)
    title = next(one for one in words if one["in_title"])
    body = {"word": f"{job}.{title['segment']}.{title['token']}", "speaker": "老陈"}
    refused(client.post(f"{named}/fix", json=body), 422, "invalid_value")


def test_a_word_that_is_not_heard_is_not_found_and_one_that_is_no_word_is_refused(
    client: httpx.Client, named: str, path: str
) -> None:
    job, words = heard(client, named, 1)
    refused(client.get(f"{named}/parts/{job}/words/0/999"), 404, "no_doubt")
    refused(client.get(f"{named}/parts/nobody"), 404, "not_found")
    refused(client.get(f"{path}/parts/{job}"), 404, "not_found")
    refused(client.get(f"/v1/books/none/parts/{job}"), 404, "no_book")
    word = f"{job}.{words[0]['segment']}.{words[0]['token']}"
    refused(client.post(f"{named}/fix", json={"word": word, "right": True}), 422, "invalid_value")
    refused(client.post(f"{named}/fix", json={"word": "x", "reading": "xing2"}), 422, "invalid_value")
    refused(client.post(f"{named}/fix", json={"reading": "xing2"}), 422, "invalid_value")


@pytest.mark.night
def test_a_chapter_is_out_of_date_once_the_books_words_or_the_dictionary_say_otherwise(
    client: httpx.Client, named: str
) -> None:
    def changed() -> list[bool]:
        return [one["changed"] for one in client.get(named).json()["chapters"]]

    assert changed() == [False, False]
    words = [{"word": "单立行", "reading": "dan1 li4 xing2"}, {"word": "银行", "reading": "yin2 xing2"}]
    client.put(f"{named}/words", json={"words": words})
    assert changed() == [True, False]
    client.put(f"{named}/words", json={"words": words[:1]})
    assert changed() == [False, False]
    entry = client.post("/v1/lexicon", json={"word": "笑了", "reading": "xiao4 liao3"}).json()
    assert changed() == [False, True]
    before = [heard(client, named, number)[0] for number in (1, 2)]
    speak(client, named)
    assert changed() == [False, False]
    assert heard(client, named, 1)[0] == before[0] and heard(client, named, 2)[0] != before[1]
    plan = client.get(f"/v1/jobs/{heard(client, named, 2)[0]}/result", params={"format": "json"}).json()
    readings = {one["text"]: one["reading"] for segment in plan["segments"] for one in segment["tokens"]}
    assert readings["了"] == "liao3"
    # An entry for what stands nowhere changes nothing, nor does one for what the book itself decides.
    client.delete(f"/v1/lexicon/{entry['id']}")
    assert changed() == [False, True]
    own = client.post("/v1/lexicon", json={"word": "单立行", "reading": "shan4 li4 xing2"}).json()
    rare = client.post("/v1/lexicon", json={"word": "重庆", "reading": "chong2 qing4"}).json()
    assert changed() == [False, True]
    for one in (own, rare):
        client.delete(f"/v1/lexicon/{one['id']}")


def test_any_word_of_a_book_is_found_with_its_count_and_how_it_is_said(client: httpx.Client) -> None:
    path = f"/v1/books/{client.post('/v1/books', json={'text': NAMED}).json()['id']}"

    def find(word: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get(f"{path}/terms", params={"word": word}).json()["terms"]
        return found

    (name,) = find("单立行")
    assert (name["word"], name["count"], name["kind"]) == ("单立行", 3, "pinyin")
    assert name["reading"].endswith(" li4 xing2") and "单立行" in name["example"]
    assert {name["reading"], *name["alternatives"]} >= {"dan1 li4 xing2", "shan4 li4 xing2"}
    (bank,) = find(" 银行 ")
    assert (bank["reading"], bank["count"]) == ("yin2 hang2", 1)
    assert find("重庆") == []
    assert [one["count"] for one in find("2024")] == [1]
    words = [{"word": "单立行", "reading": "shan4 li4 xing2"}]
    client.put(f"{path}/words", json={"words": words})
    (name,) = find("单立行")
    assert (name["reading"], name["sure"], name["count"]) == ("shan4 li4 xing2", True, 3)
    assert client.get(f"{path}/terms", params={"word": "一" * 65}).status_code == 422


@pytest.mark.parametrize(
    ("name", "line"),
    by_night([("单立行", "单立行冷冷地说"), ("曾春蕾", "曾春蕾砸了一下桌子，说"), ("仇小燕", "仇小燕头也不回地说")]),
)
def test_a_character_of_a_name_is_fixed_with_the_whole_name_of_the_cast(
    client: httpx.Client, name: str, line: str
) -> None:
    text = f"第一章 夜\n\n{line}：“走吧。”\n{name}笑了。\n"
    path = f"/v1/books/{client.post('/v1/books', json={'text': text, 'title': name}).json()['id']}"
    assert name in [one["name"] for one in client.get(f"{path}/cast").json()["characters"]]
    speak(client, path)
    job, words = heard(client, path, 1)
    begins = client.get(f"{path}/chapters/1").json()["text"].index(name)
    for at in range(len(name)):
        one = next(one for one in words if not one["in_title"] and one["start"] == begins + at)
        told = client.get(f"{path}/parts/{job}/words/{one['segment']}/{one['token']}").json()
        assert (told["text"], told["word"]) == (name[at], name)
    fixed = client.post(f"{path}/fix", json={"word": told["id"], "reading": told["reading"], "scope": "book"}).json()
    assert (fixed["word"], fixed["places"]) == (name, 2)

"""Lines of a plan over HTTP: their text is changed, they come, go, move and are kept as files; a tiny voice."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest
import soundfile

from indextts.studio.tabs.speak.actions import Actions
from tests.support.editing import TEXT, Desk
from tests.support.services import HeldEngine
from tests.support.takes import generate


def texts(desk: Desk) -> list[str]:
    return [view["text"] for view in desk.look()["all"]]


def whole_text(desk: Desk) -> str:
    text: str = desk.client.get(f"{desk.address}/text").json()["text"]
    return text


def test_a_changed_text_keeps_what_is_the_same_in_it_and_the_sound_of_all_other_lines(
    desk: Desk, engine: HeldEngine
) -> None:
    desk.ask(action="pitch", segment=1, token=3, value=3.5)  # 重
    desk.ask(action="fix", segment=1, token=3, reading="zhong4")
    desk.ask(action="again", segment=1)
    answer = desk.ask(action="text", segment=1, text="他们在重庆住了五天。")
    assert [*answer["changed"]] == ["1"] and "order" not in answer
    view = answer["changed"]["1"]
    assert view["text"] == "他们在重庆住了五天。" and [one["name"] for one in view["versions"]] == ["A", "B"]
    chong = view["tokens"][3]
    assert (chong["text"], chong["pitch"], chong["printed"]) == ("重", 3.5, "zhòng")
    assert "五" in [token["text"] for token in view["tokens"]]
    engine.spoken.clear()
    desk.whole()
    assert engine.spoken == ["他们在重庆住了五天。"]
    assert whole_text(desk) == "今天天气很好。他们在<重|zhong4>庆住了五天。明天回家。"
    desk.ask(action="undo")
    assert texts(desk) == ["今天天气很好。", "我们在重庆住了三天。", "明天回家。"]


def test_marks_that_are_typed_into_a_line_hold(desk: Desk) -> None:
    answer = desk.ask(action="text", segment=0, text="[高兴]今天<天|tian4>气很好。[/高兴][pause 900ms]真的。")
    assert answer["order"] == [-1, -1, 1, 2] or answer["order"] == [0, -1, 1, 2]
    first, second, *_ = desk.look()["all"]
    assert (first["emotion"], first["pause"]) == ("happy", 0.9) and first["tokens"][2]["printed"] == "tiàn"
    assert (second["text"], second["emotion"]) == ("真的。", "")
    told = desk.ask(action="text", segment=0, text="坏<标|zzz9>记。")
    assert told["status"] == 422 and told["code"] == "bad_markup"
    assert desk.ask(action="text", segment=0, text="  ")["code"] == "text_empty"
    assert texts(desk)[0] == "今天天气很好。", "what is refused changes nothing"


def test_lines_come_go_move_part_and_join_and_all_of_it_can_be_undone(desk: Desk) -> None:
    start = texts(desk)
    views = {view["text"]: view for view in desk.plan["all"]}
    added = desk.ask(action="add", segment=1, text="这是新的一句。")
    assert added["order"] == [0, -1, 1, 2] and added["changed"]["1"]["text"] == "这是新的一句。"
    moved = desk.ask(action="move_line", segment=3, to=0)
    assert moved["order"] == [3, 0, 1, 2]
    assert texts(desk) == ["明天回家。", "今天天气很好。", "这是新的一句。", "我们在重庆住了三天。"]
    desk.ask(action="merge", segment=0)
    assert texts(desk)[0] == "明天回家。今天天气很好。"
    desk.ask(action="text", segment=2, text=["我们在重庆", "住了三天。"])
    assert texts(desk)[2:] == ["我们在重庆", "住了三天。"]
    desk.ask(action="remove", segment=1)
    assert whole_text(desk) == "明天回家。今天天气很好。我们在重庆住了三天。"
    for _ in range(5):
        answer = desk.ask(action="undo")
    assert not answer["undo"] and texts(desk) == start
    assert {view["text"]: view["audio"] for view in desk.look()["all"]} == {
        text: view["audio"] for text, view in views.items()
    }


def test_the_only_line_stays_and_a_locked_one_is_left_alone(desk: Desk) -> None:
    desk.ask(action="lock", segment=1, value=True)
    refused: list[dict[str, Any]] = [
        {"action": "text", "text": "别的。"},
        {"action": "text", "text": ["一半", "另一半"]},
        {"action": "remove"},
        {"action": "merge"},
    ]
    for sent in refused:
        assert desk.ask(segment=1, **sent)["code"] == "sentence_locked"
    assert desk.ask(action="merge", segment=0)["code"] == "sentence_locked"
    assert desk.ask(action="merge", segment=2)["code"] == "nothing_read"
    desk.ask(action="remove", segment=2)
    desk.ask(action="remove", segment=0)
    desk.ask(action="lock", segment=0, value=False)
    assert desk.ask(action="remove", segment=0)["code"] == "last_line"


def test_what_is_found_is_replaced_one_by_one_or_everywhere_in_one_step(desk: Desk) -> None:
    desk.ask(action="text", segment=2, text="明天回家，后天出门。")
    one = desk.ask(action="replace", find="天", replace="日", segment=2, nth=1)
    assert one["changed"]["2"]["text"] == "明天回家，后日出门。"
    desk.ask(action="lock", segment=1, value=True)
    desk.ask(action="replace", find="天", replace="日")
    assert texts(desk) == ["今日日气很好。", "我们在重庆住了三天。", "明日回家，后日出门。"]
    desk.ask(action="undo")
    assert texts(desk)[0] == "今天天气很好。"
    assert desk.ask(action="replace", find="", replace="x")["status"] == 422


def test_a_new_take_keeps_the_edits_of_what_it_says_as_well(desk: Desk, engine: HeldEngine) -> None:
    desk.ask(action="pitch", segment=1, token=3, value=5)
    desk.ask(action="lock", segment=2, value=True)
    desk.speak(1)
    desk.take = generate(desk.actions, "开头不同。" + TEXT)
    waiting = desk.load()
    assert waiting["other"] == desk.take.id
    answer = desk.load(anew=True)
    assert answer["kept"] == 2 and answer["take"] == desk.take.id
    assert texts(desk)[0] == "开头不同。" and len(answer["all"]) == 4
    second = answer["all"][2]
    assert second["tokens"][3]["pitch"] == 5 and answer["all"][3]["locked"]
    engine.spoken.clear()
    desk.speak(2)
    assert engine.spoken == [], "its sound is kept too"
    desk.ask(action="undo")
    assert texts(desk) == ["今天天气很好。", "我们在重庆住了三天。", "明天回家。"]


def test_lines_are_files_with_their_numbers_and_words(desk: Desk) -> None:
    desk.ask(action="pitch", segment=1, token=3, value=2)
    asked = {"revision": desk.plan["revision"]}
    one = desk.client.get(f"{desk.address}/lines/0", params={**asked, "format": "flac"})
    assert one.headers["content-type"] == "audio/flac" and "001-" in one.headers["content-disposition"]
    packed = desk.client.get(f"{desk.address}/lines", params=asked)
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["001-今天天气很好.wav", "002-我们在重庆住了三天.wav", "003-明天回家.wav"]
        second = soundfile.read(io.BytesIO(archive.read("002-我们在重庆住了三天.wav")), dtype="int16")[0]
    assert np.array_equal(second, desk.samples(desk.speak(1)["audio"]))
    assert desk.client.get(f"{desk.address}/lines", params={"revision": 0}).status_code == 409
    assert desk.client.get(f"{desk.address}/lines/9", params=asked).status_code == 422


def test_what_it_was_before_can_be_heard_beside_it(desk: Desk) -> None:
    before = desk.speak(1)["audio"]
    desk.ask(action="pitch", segment=1, token=3, value=6)
    desk.ask(action="remove", segment=0)
    told = desk.client.post(f"{desk.address}/compare", json={}).json()
    assert told["sentences"][0]["text"] == "今天天气很好。"
    assert told["pairs"] == [[2, 1, True]] or told["pairs"] == [[1, 0, False], [2, 1, True]]
    heard = desk.asked("POST", f"{desk.address}/sounds", json={"segment": 1, "beside": True})
    assert np.array_equal(desk.samples(heard["audio"]), desk.samples(before))


@pytest.mark.night
def test_a_long_plan_is_told_in_full_only_where_it_is_seen(actions: Actions) -> None:
    desk = Desk(actions, "".join(f"第{number}句话。" for number in range(1, 101)))
    views = desk.plan["all"]
    assert len(views) == 100 and "tokens" in views[0] and "tokens" not in views[90] and views[90]["text"]
    answer = desk.asked("GET", desk.address, params={"places": "90,91"})
    assert [*answer["changed"]] == ["90", "91"] and answer["changed"]["90"]["tokens"]

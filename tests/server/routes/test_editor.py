"""The editor over HTTP, and what it puts together, over a tiny voice."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from indextts.model.utterance import Utterance
from indextts.plan.editing import EditSession
from indextts.platform.config import Config
from indextts.server.routes.editor import router
from indextts.service.owner import COOKIE, LOCAL
from indextts.studio.tabs.edit.tab import EditStore
from indextts.studio.tabs.speak.actions import Actions
from tests.support.editing import TEXT, Desk
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.takes import begin_edit, generate, made
from tests.tiers import by_night


def test_the_shown_take_is_opened_with_everything_that_is_drawn(desk: Desk) -> None:
    first, second, _ = desk.plan["all"]
    assert [token["text"] for token in first["tokens"] if token["said"]] == list("今天天气很好")
    assert second["reading"]["tokens"][3]["printed"] == "chóng" and second["text"] == "我们在重庆住了三天。"
    chong = second["tokens"][3]
    assert (chong["printed"], chong["pitch"], chong["length"], chong["volume"]) == ("chóng", 0.0, 1.0, 0.0)
    assert 0 < chong["start"] < chong["end"] < second["duration"] and chong["contour"]
    assert [version["name"] for version in first["versions"]] == ["A"] and first["silence"] > 0.2
    assert desk.plan["assembled"] and not desk.plan["undo"]
    assert desk.plan["voices"][0][0] == "baker" and ["sad", "Sad"] in desk.plan["emotions"]


def test_voices_of_the_pages_language_go_first_among_those_of_their_engine(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    baker = desk.actions.service.voices()[0]
    natural = [
        replace(baker, id=name, engine="kokoro", languages=languages, group=group)
        for name, languages, group in (
            ("zf_a", ("zh", "en"), "women"), ("zf_b", ("zh", "en"), "women"), ("af_c", ("en",), "women"),
            ("own-1", ("en",), "own"),
        )
    ]  # fmt: skip
    monkeypatch.setattr(desk.actions.service, "voices", lambda: [natural[0], baker, *natural[1:]])
    assert [one[0] for one in desk.load()["voices"]] == ["af_c", "baker", "zf_a", "zf_b", "own-1"]
    desk.client.headers["Accept-Language"] = "zh"
    assert [one[0] for one in desk.load()["voices"]] == ["zf_a", "baker", "zf_b", "af_c", "own-1"]


def test_an_edit_answers_with_its_sentence_alone_and_can_be_undone_and_redone(desk: Desk) -> None:
    answer = desk.ask(action="pitch", segment=1, token=3, value=3.5)
    assert list(answer["changed"]) == ["1"] and answer["changed"]["1"]["tokens"][3]["pitch"] == 3.5
    assert answer["undo"] and not answer["assembled"]
    answer = desk.ask(action="undo")
    assert answer["changed"]["1"]["tokens"][3]["pitch"] == 0.0 and answer["assembled"] and answer["redo"]
    assert desk.ask(action="redo")["changed"]["1"]["tokens"][3]["pitch"] == 3.5


def test_a_reading_changes_what_follows_from_it(desk: Desk) -> None:
    answer = desk.ask(action="fix", segment=1, token=3, reading="zhòng")
    assert answer["changed"]["1"]["tokens"][3]["printed"] == "zhòng"
    told = desk.ask(action="fix", segment=1, token=3, reading="zzz9")
    assert "is not a valid reading" in told["error"] and "revision" not in told


def test_one_sentence_is_spoken_and_its_times_are_known(desk: Desk, engine: HeldEngine) -> None:
    before = desk.plan["all"][1]["duration"]
    desk.ask(action="length", segment=1, token=3, value=3.0)
    engine.spoken.clear()
    answer = desk.speak(1)
    assert engine.spoken == ["我们在重庆住了三天。"] and answer["segment"] == 1
    view = answer["changed"]["1"]
    assert view["duration"] > before + 0.05 and view["audio"] == answer["audio"]
    assert desk.samples(answer["audio"]).size == pytest.approx(view["duration"] * 24000, abs=13)
    desk.speak(1)
    assert len(engine.spoken) == 1, "what was spoken is kept"
    desk.ask(action="undo")
    desk.ask(action="redo")
    assert desk.speak(1)["audio"] == answer["audio"] and len(engine.spoken) == 1


def test_a_sound_that_was_cleaned_up_is_made_again(desk: Desk) -> None:
    first = desk.speak(0)["audio"]
    (desk.actions.folder / first).unlink()
    again = desk.speak(0)["audio"]
    assert again != first and desk.samples(again).size


def test_assembling_changes_the_edited_sentence_and_no_sample_of_the_others(desk: Desk) -> None:
    before = desk.sentences()
    desk.ask(action="pitch", segment=1, token=3, value=6)
    desk.ask(action="pause", segment=0, value=1.5)
    spoken = desk.samples(desk.speak(1)["audio"])
    first_take = desk.take
    assert desk.whole()["assembled"]
    after = desk.sentences()
    assert np.array_equal(before[0], after[0]) and np.array_equal(before[2], after[2])
    assert not np.array_equal(before[1], after[1]) and np.array_equal(spoken, after[1])
    assert desk.take is not None and first_take is not None and desk.take.id == desk.plan["take"]
    first, second = desk.take.utterance.segments[:2]
    assert (second.start_s or 0) - (first.end_s or 0) == pytest.approx(1.5, abs=1e-3)
    assert desk.take.before == first_take.id


def test_a_sentence_that_is_spoken_while_all_are_put_together_does_not_make_the_take_old(desk: Desk) -> None:
    desk.ask(action="break", segment=1, token=4, level=3)
    edit = desk.editor.store.asked(desk.plan["id"], LOCAL)
    plan = edit.plan
    desk.speak(1)
    assert edit.plan is not plan, "what the voice predicted was written down"
    take = desk.take
    assert take is not None and not desk.load()["assembled"]
    speech = desk.actions.service.render(plan.utterance())
    edit.put_together(take.id, speech.utterance, plan)
    desk.plan = {**desk.plan, "id": edit.id}
    assert desk.ask(action="lock", segment=0, value=True)["assembled"]
    assert not desk.ask(action="pitch", segment=1, token=4, value=1)["assembled"]


def test_reading_again_gives_versions_to_choose_from(desk: Desk) -> None:
    answer = desk.ask(action="again", segment=0)["changed"]["0"]
    assert [(version["name"], version["seed"]) for version in answer["versions"]] == [("A", 0), ("B", 1)]
    assert answer["chosen"] == 1
    one, other = desk.speak(0, 0)["audio"], desk.speak(0, 1)["audio"]
    assert one and other and one != other
    assert desk.ask(action="choose", segment=0, version=0)["changed"]["0"]["chosen"] == 0
    assert len(desk.ask(action="drop", segment=0, version=1)["changed"]["0"]["versions"]) == 1
    assert "only version" in desk.ask(action="drop", segment=0, version=0)["error"]
    assert len(desk.ask(action="keep", segment=0)["changed"]["0"]["versions"]) == 2


def test_speed_pitch_and_volume_go_for_the_whole_text_unless_something_is_locked(desk: Desk) -> None:
    longer = desk.speak(0)["changed"]["0"]["duration"]
    answer = desk.ask(action="settings", speed=2.0, pitch=-3.0)
    assert answer["settings"]["speed"] == 2.0 and answer["settings"]["pitch"] == -3.0
    assert not any(view["audio"] for view in answer["all"])
    assert desk.speak(0)["changed"]["0"]["duration"] < 0.7 * longer
    desk.ask(action="lock", segment=1, value=True)
    assert desk.ask(action="settings", energy=3.0)["code"] == "locked_sentences"
    assert "error" not in desk.ask(action="settings", emotion="sad")


def test_a_chosen_emotion_takes_the_place_of_a_described_one(desk: Desk) -> None:
    desk.open(TEXT, emotion_text="又惊又喜")
    desk.ask(action="emotion", segment=0, value="happy")
    assert desk.editor.store.asked(desk.plan["id"], LOCAL).plan.settings.emotion_text == "又惊又喜"
    desk.ask(action="settings", emotion="sad")
    assert desk.editor.store.asked(desk.plan["id"], LOCAL).plan.settings.emotion_text == ""


def test_a_locked_sentence_refuses_and_keeps_its_own_settings(desk: Desk) -> None:
    desk.ask(action="lock", segment=1, value=True)
    assert "locked" in desk.ask(action="pitch", segment=1, token=3, value=1)["error"]
    answer = desk.ask(action="settings", emotion="sad", intensity=0.5)
    views = answer["all"]
    assert [view["emotion"] for view in views] == ["", "neutral", ""] and answer["settings"]["emotion"] == "sad"
    assert set(desk.ask(action="all_again")["changed"]) == {"0", "2"}
    assert desk.ask(action="lock", segment=1, value=False)["changed"]["1"]["locked"] is False


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"action": "emotion", "segment": 0, "value": "furious"}, "furious"),
        ({"action": "voice", "segment": 0, "value": "nobody"}, "nobody"),
        ({"action": "settings", "emotion": "furious"}, "furious"),
        ({"action": "settings", "intensity": 7}, "7"),
        ({"action": "pause", "segment": 0, "value": -1}, "pause"),
        ({"action": "again", "segment": 99}, "no reading"),
        ({"action": "choose", "segment": 0, "version": "x"}, "no reading"),
    ],
)
def test_what_there_is_not_is_refused_and_changes_nothing(desk: Desk, event: dict[str, Any], said: str) -> None:
    answer = desk.ask(**event)
    assert said in answer["error"]
    assert not desk.load()["undo"]


def test_a_sentence_has_its_own_emotion_and_voice(desk: Desk) -> None:
    view = desk.ask(action="emotion", segment=0, value="sad", intensity=0.4)["changed"]["0"]
    assert (view["emotion"], view["intensity"]) == ("sad", 0.4)
    assert desk.ask(action="voice", segment=0, value="baker")["changed"]["0"]["voice"] == "baker"
    view = desk.ask(action="emotion", segment=0, value="")["changed"]["0"]
    assert (view["emotion"], view["intensity"]) == ("", None)


def test_a_reload_loses_nothing(desk: Desk) -> None:
    desk.ask(action="pitch", segment=1, token=3, value=2)
    desk.ask(action="again", segment=0)
    reloaded = Desk(desk.actions, "", desk.editor)
    reloaded.take = desk.take
    answer = reloaded.load(plan=desk.plan["id"])
    assert answer["id"] == desk.plan["id"] and answer["undo"]
    assert answer["all"][1]["tokens"][3]["pitch"] == 2 and len(answer["all"][0]["versions"]) == 2
    assert reloaded.load(plan="somebody's", take="nobody's") == {"empty": True}


def test_another_window_does_not_change_what_it_does_not_see(desk: Desk) -> None:
    old = desk.plan["revision"]
    desk.ask(action="pitch", segment=0, token=0, value=2)
    answer = desk.ask(action="pitch", segment=0, token=0, value=5, revision=old)
    assert "another window" in answer["error"] and answer["code"] == "edited_elsewhere"
    assert desk.look()["all"][0]["tokens"][0]["pitch"] == 2
    assert desk.client.get(f"{desk.address}/file", params={"revision": old}).status_code == 409


def test_a_new_take_waits_while_something_is_being_edited(desk: Desk) -> None:
    first = desk.plan["id"]
    desk.ask(action="pitch", segment=0, token=0, value=2)
    desk.take = generate(desk.actions, "别的文字。")
    answer = desk.load()
    assert answer["id"] == first and answer["other"] == desk.take.id
    answer = desk.load(anew=True)
    assert answer["id"] == first and answer["kept"] == 0 and len(answer["all"]) == 1


def test_a_new_take_is_opened_where_nothing_was_edited(desk: Desk) -> None:
    first = desk.plan["id"]
    desk.take = generate(desk.actions, "别的文字。")
    assert desk.load()["id"] != first


def test_a_fix_on_the_other_tab_is_taken_over_as_one_step(desk: Desk) -> None:
    assert desk.take is not None
    job = begin_edit(desk.client, desk.take.id, action="fix", segment=1, token=3, reading="zhong4")
    desk.take = made(desk.actions, job["id"])
    first = desk.plan["id"]
    answer = desk.load()
    assert answer["id"] == first and answer["undo"] and answer["assembled"]
    assert answer["all"][1]["tokens"][3]["printed"] == "zhòng"


def test_a_plan_is_saved_and_opened_with_all_that_was_set(desk: Desk) -> None:
    desk.ask(action="pitch", segment=1, token=3, value=2)
    desk.ask(action="emotion", segment=0, value="sad", intensity=0.4)
    saved, name = desk.save()
    assert name == "今天天气很好-我们在重庆住了三天-明天回家.plan.json"
    utterance = Utterance.from_json(saved)
    assert utterance.segments[1].tokens[3].pitch_shift == 2 and utterance.segments[0].emotion == "sad"
    first = desk.plan["id"]
    desk.open(utterance)
    assert desk.plan["id"] != first and desk.plan["all"][1]["tokens"][3]["pitch"] == 2
    assert desk.plan["all"][0]["emotion"] == "sad" and desk.take and desk.take.id == desk.plan["take"]


def test_a_later_wish_for_a_sound_ends_the_one_before(desk: Desk, engine: HeldEngine) -> None:
    desk.ask(action="pitch", segment=0, token=0, value=2)
    desk.ask(action="pitch", segment=1, token=0, value=2)

    async def both() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app=desk.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as client:
            engine.hold()
            while engine.started.acquire(blocking=False):
                pass
            first = asyncio.create_task(client.post(f"{desk.address}/sounds", json={"segment": 0}))
            while not engine.started.acquire(blocking=False):
                await asyncio.sleep(0.01)
            second = asyncio.create_task(client.post(f"{desk.address}/sounds", json={"segment": 1}))
            answered = await first
            engine.release()
            return answered, await second

    first, second = asyncio.run(both())
    assert first.json()["error"]["code"] == "cancelled" and second.json()["audio"]


def test_a_sound_ends_with_the_client_that_wanted_it(config: Config, engine: HeldEngine) -> None:
    service = make_service(config, engine, hosts=("testserver",))
    desk = Desk(Actions(service, service.works))
    desk.ask(action="pitch", segment=0, token=0, value=2)
    engine.hold()
    while engine.started.acquire(blocking=False):
        pass
    with serving(desk.app) as url:
        with httpx.Client(base_url=url, timeout=1.0) as client, pytest.raises(httpx.ReadTimeout):
            client.post(f"{desk.address}/sounds", json={"segment": 0})
        engine.begun()  # it had begun
        ends = time.monotonic() + 30
        while service.admission.busy:
            assert time.monotonic() < ends, "it has not ended"
            time.sleep(0.02)
    engine.release()


def test_a_plan_that_is_forgotten_is_told(desk: Desk) -> None:
    for method, address in (("GET", ""), ("POST", "/edits"), ("POST", "/sounds"), ("GET", "/file?revision=0")):
        body = {} if method == "GET" else {"json": {"revision": 0, "action": "undo", "segment": 0}}
        if address == "/sounds":
            body = {"json": {"segment": 0}}
        answer = desk.asked(method, f"/v1/editor/nobody's{address}", **body)
        assert "no longer stored" in answer["error"] and answer["status"] == 410
    store = EditStore(max_bytes=1)
    take = desk.take
    assert take is not None
    one, other = EditSession(take.utterance, take.id), EditSession(take.utterance, take.id)
    store.add(one)
    store.add(other)
    assert store.find(one.id, "") is None and store.get(other.id) is other and len(one.id) >= 20


def _visitor(desk: Desk) -> TestClient:
    """Somebody else, who has the cookie of a visitor."""
    headers = {"Cookie": f"{COOKIE}={'v' * 43}"}
    return TestClient(desk.app, "http://localhost", False, client=("192.0.2.7", 50000), headers=headers)


def test_a_plan_and_a_take_are_nobodys_but_their_owners(desk: Desk) -> None:
    """Whoever has seen their ids finds nothing, at any address of the editor."""
    assert desk.take is not None
    other = _visitor(desk)
    project = desk.client.post("/v1/projects", json={"name": "mine"}).json()["id"]
    desk.ask(action="pitch", segment=0, token=0, value=2.0, project=project)
    before, revision = desk.client.get(f"{desk.address}/text").json(), desk.plan["revision"]
    for sent in ({"take": desk.take.id}, {"plan": desk.plan["id"]}, {"project": project}):
        answer = other.post("/v1/editor", json={**sent, "anew": True})
        assert answer.json() == {"empty": True}, sent
    routes = [route for route in router.routes if isinstance(route, APIRoute) and "{plan}" in route.path]
    assert len(routes) >= 8
    body = {"revision": revision, "action": "remove", "segment": 0}
    bodies = {"edits": body, "sounds": {"segment": 0}, "compare": {"take": desk.take.id}}
    for method, path in [(method, route.path) for route in routes for method in route.methods or ()]:
        address = path.format(plan=desk.plan["id"], place=0)
        asked: dict[str, Any] = {"params": {"revision": revision}}
        if method == "POST":
            asked = {"json": bodies[path.rpartition("/")[2]]}
        answer = other.request(method, address, **asked)
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "editor_gone"), path
        if not path.endswith("edits"):
            assert desk.client.request(method, address, **asked).status_code == 200, path
    assert desk.client.get(f"{desk.address}/text").json() == before, "what they sent changed nothing"


def test_a_plan_is_not_heard_beside_the_take_of_another(desk: Desk) -> None:
    other = _visitor(desk)
    job = other.post("/v1/jobs", json={"text": "这是秘密。", "live": True}).json()["id"]
    until = time.monotonic() + 30
    while other.get(f"/v1/jobs/{job}").json()["status"] != "done":
        assert time.monotonic() < until
        time.sleep(0.05)
    assert other.post("/v1/editor", json={"take": job}).json()["all"][0]["text"] == "这是秘密。"
    beside = desk.client.post(f"{desk.address}/compare", json={"take": job}).json()
    assert "".join(one["text"] for one in beside["sentences"]) == TEXT
    assert desk.load(take=job, anew=True)["take"] == desk.take.id  # type: ignore[union-attr]


def test_an_unknown_field_and_a_body_that_is_no_object_are_refused(desk: Desk) -> None:
    answer = desk.load(colour="red")
    assert answer["status"] == 422 and "colour" in answer["error"]
    assert desk.client.post(f"{desk.address}/sounds", json={"segment": 0, "loud": True}).status_code == 422
    assert desk.client.post("/v1/editor", json={"project": {}}).status_code == 422
    assert desk.client.post("/v1/editor", json={"anew": -58800}).status_code == 422
    for address in ("/v1/editor", f"{desk.address}/edits", f"{desk.address}/sounds"):
        assert desk.client.post(address, json=[]).status_code == 400
        assert desk.client.post(address, content="{}").status_code == 415
    assert desk.client.get(f"{desk.address}/file").status_code == 422


ACTIONS = (
    "fix break move emphasis ending pitch length volume level pause emotion voice seed "
    "again all_again keep choose drop lock settings undo redo nonsense"
)
VALUES = "value reading level to intonation voice emotion intensity version speed"


@pytest.mark.parametrize("every", by_night([5, 1]))
def test_whatever_is_sent_is_answered_or_refused_and_never_a_fault(desk: Desk, every: int) -> None:
    odd: list[Any] = [None, True, -1, 10**400, 1e308, "x", "\ud800", [], ["a"], {}, {"happy": 2}]
    actions: list[Any] = [*ACTIONS.split(), None, [], {}]
    faults: list[Any] = []

    def send(address: str, sent: dict[str, Any]) -> None:
        json_type = {"Content-Type": "application/json"}
        answer = desk.client.post(address, content=json.dumps(sent), headers=json_type)
        if answer.status_code == 200:
            desk.heard(answer.json())
        elif answer.status_code >= 500:
            faults.append((answer.status_code, address, sent))

    for at, value in enumerate(odd):
        for action in actions[at % every :: every]:
            for place in (1, value):
                where = {"revision": desk.plan["revision"], "action": action, "segment": place, "token": place}
                send(f"{desk.address}/edits", where | dict.fromkeys(VALUES.split(), value))
        send(f"{desk.address}/edits", {"revision": value, "action": "undo"})
        send(f"{desk.address}/sounds", {"segment": value, "version": value})
        send("/v1/editor", dict.fromkeys(("plan", "take", "anew", "page"), value))
    assert not faults


def test_a_refusal_is_told_in_the_language_of_the_caller(desk: Desk) -> None:
    sent = {"revision": desk.plan["revision"], "action": "again", "segment": 99}
    answer = desk.client.post(f"{desk.address}/edits", json=sent, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code >= 400 and "那里没有读音" in answer.json()["error"]["message"]
    names = desk.client.get(desk.address, headers={"Accept-Language": "zh-CN"}).json()["emotions"]
    assert ["sad", "悲伤"] in names


def test_many_calls_of_one_client_are_too_many(config: Config, engine: HeldEngine) -> None:
    service = make_service(config, engine, rate_limit="3/minute")
    desk = Desk(Actions(service, service.works))
    codes = [desk.look().get("code") for _ in range(20)]
    assert codes[:14] == [None] * 14 and set(codes[14:]) == {"rate_limited"}
    service.close()


def test_another_website_edits_nothing(desk: Desk) -> None:
    sent = {"revision": desk.plan["revision"], "action": "all_again"}
    answer = desk.client.post(f"{desk.address}/edits", json=sent, headers={"Origin": "http://evil.test"})
    assert answer.status_code == 403 and not desk.look()["undo"]
    assert desk.client.get(desk.address, headers={"Host": "evil.test"}).status_code == 403


def test_without_the_page_there_is_no_editor(config: Config, engine: HeldEngine) -> None:
    service = make_service(config, engine)
    client = TestClient(application(service, page=False))
    for method, address, body in (("POST", "", {}), ("GET", "/x", None), ("POST", "/x/edits", {"action": "undo"})):
        answer = client.request(method, f"/v1/editor{address}", json=body)
        assert answer.status_code == 404 and answer.json()["error"]["code"] == "not_found"
    service.close()

"""An edit and what follows from it are the same whichever way it comes: popover, editor, API, command line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from starlette.testclient import TestClient

from indextts.cli.main import main
from indextts.model.utterance import Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.reading.phonemes.annotate import refresh
from indextts.service.owner import LOCAL
from indextts.sound.encode import encode
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.takes import ShownTake
from tests.support.services import application, make_service
from tests.support.takes import begin_edit, local_client, made
from tests.support.tiny_voice import make_tiny_voice
from tests.support.whole import WholeService

CHONG, FROM, TO = 3, 4, 6
"""我 们 在 重 庆 住 了 三 天: the character, and the break's place before and after."""


@dataclass
class House:
    """A service, and the configuration that finds the same voice from the command line."""

    service: WholeService
    settings: Path

    def plan(self, reading: str, source: str) -> Utterance:
        """A spoken plan that has 重 with that reading, and a break behind 庆."""
        utterance = self.service.analyse(SpeechRequest("我们在重庆住了三天。"))
        segment = utterance.segments[0]
        token = segment.tokens[CHONG]
        token.reading, token.reading_source, token.alternatives = reading, source, ["chong2"]
        segment.tokens[FROM].break_after, segment.tokens[TO].break_after = 3, 1
        refresh(segment)
        spoken = self.service.render(utterance).utterance
        assert (spoken.segments[0].tokens[CHONG].text, token.reading) == ("重", reading)
        return spoken


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    make_tiny_voice(Config(cache_dir=folder).models_path)
    settings = folder / "config.yaml"
    settings.write_text(yaml.safe_dump({"cache_dir": str(folder)}), encoding="utf-8")
    service = make_service(Config(cache_dir=folder))
    yield House(service, settings)
    service.close()


MOVE = {"action": "move", "segment": 0, "token": FROM, "to": TO}


def opened(house: House, plan: Utterance) -> tuple[Actions, ShownTake]:
    """A page on which the plan was opened from its file."""
    actions = Actions(house.service, house.service.works)
    job = house.service.works.jobs.start(LOCAL, Utterance.from_json(plan.to_json()), live=True)
    return actions, made(actions, job.id)


def sound_of(actions: Actions, job: str) -> bytes:
    take = made(actions, job)
    assert take.utterance.segments[0].tokens[CHONG].reading == "zhong4"
    return encode(take.sound(), take.job.sample_rate, "wav")


def popover(house: House, plan: Utterance, _: Path) -> bytes:
    actions, take = opened(house, plan)
    return sound_of(actions, begin_edit(local_client(actions), take.id, **MOVE)["id"])


def editor(house: House, plan: Utterance, _: Path) -> bytes:
    actions, take = opened(house, plan)
    editor = Editor(actions)
    view = editor.load({"take": take.id}, "en")
    answer = editor.change(view["id"], {**MOVE, "revision": view["revision"]}, "en")
    assert answer["changed"]["0"]["tokens"][CHONG]["printed"] == "zhòng"
    return sound_of(actions, editor.whole({"id": view["id"]}, LOCAL, "en")["job"])


def edited_json(plan: Utterance) -> str:
    """The break moved by somebody who knows nothing but the plan's fields."""
    data = json.loads(plan.to_json())
    tokens = data["segments"][0]["tokens"]
    tokens[FROM]["break_after"], tokens[TO]["break_after"] = tokens[TO]["break_after"], tokens[FROM]["break_after"]
    return json.dumps(data)


def api(house: House, plan: Utterance, _: Path) -> bytes:
    with TestClient(application(house.service, page=False)) as client:
        answer = client.post("/v1/render", content=edited_json(plan), headers={"Content-Type": "application/json"})
        return bytes(client.get(answer.json()["audio_url"]).content)


def command_line(house: House, plan: Utterance, folder: Path) -> bytes:
    file, target = folder / "plan.json", folder / "a.wav"
    file.write_text(edited_json(plan), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDEXTTS_CONFIG", str(house.settings))
        assert main(["render", str(file), "-o", str(target)]) == 0
    return target.read_bytes()


Way = Callable[[House, Utterance, Path], bytes]


@pytest.mark.parametrize("source", ["dictionary", "context", "lexicon", "user"])
@pytest.mark.parametrize("way", [popover, editor, api, command_line])
def test_a_reading_that_the_plan_has_stays_when_a_break_is_moved_elsewhere(
    house: House, way: Way, source: str, tmp_path: Path
) -> None:
    plan = house.plan("zhong4", source)
    wanted = Utterance.from_json(plan.to_json())
    tokens = wanted.segments[0].tokens
    tokens[FROM].break_after, tokens[TO].break_after = 1, 3
    refresh(wanted.segments[0])
    expected = house.service.render(wanted)
    assert expected.utterance.segments[0].tokens[CHONG].reading == "zhong4"
    sound, rate = soundfile.read(io.BytesIO(way(house, plan, tmp_path)), dtype="int16")
    assert rate == expected.sample_rate
    assert np.array_equal(sound, np.round(expected.samples * 32767).astype(np.int16))


def test_the_two_readings_of_the_character_do_not_sound_the_same(house: House) -> None:
    one, other = (house.service.render(house.plan(reading, "user")).samples for reading in ("zhong4", "chong2"))
    assert one.size != other.size or not np.array_equal(one, other)

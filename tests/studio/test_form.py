from __future__ import annotations

import json

import pytest

from indextts.model.settings import SAMPLED, SETTINGS, settings_of
from indextts.model.utterance import Sampling, Settings
from indextts.studio.form import FIELDS, PUBLIC
from indextts.studio.shell import PageFiles, head_html


def test_what_is_left_empty_stays_as_it_is() -> None:
    assert settings_of({}) == Settings()
    assert settings_of(dict.fromkeys(FIELDS)) == Settings()
    assert settings_of({"loudness": None, "peak": -2, "seed": 7.0}) == Settings(peak=-2, seed=7)


def test_the_settings_of_drawing_are_one_setting_and_none_as_published() -> None:
    assert settings_of({"sampling_do_sample": True, "sampling_beams": 3.0}).sampling is None
    chosen = settings_of({"sampling_beams": 1.0, "sampling_temperature": 1}).sampling
    assert chosen == Sampling(beams=1, temperature=1) and isinstance(chosen.beams, int)


def test_nothing_is_corrected() -> None:
    assert settings_of({"emotion": "mix"}).emotion == "mix"
    with pytest.raises(TypeError):
        settings_of({"colour": "blue"})
    assert settings_of({"seed": 7.5}).seed == 7.5


def test_the_page_s_script_knows_the_same_order_and_the_same_bounds() -> None:
    blob = head_html("en", PageFiles()).partition('studio-facts">')[2].partition("</script>")[0]
    assert tuple(json.loads(blob)["settings"]) == FIELDS
    assert json.loads(blob)["bounds"]["speed"] == [0.5, 2.0, SETTINGS["speed"].step]
    assert FIELDS[: len(PUBLIC)] == PUBLIC and set(SAMPLED) < set(FIELDS)

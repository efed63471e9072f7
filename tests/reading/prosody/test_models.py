"""Prosody models are opened once, when they are asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.reading import prosody
from indextts.reading.prosody import ProsodyModel, ProsodyModels
from indextts.reading.prosody.rules import RuleProsody


def test_each_model_is_opened_once_also_when_many_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    go = Event()

    def load(name: str, config: Config | None = None) -> ProsodyModel:
        opened.append(name)
        assert name != "slow" or go.wait(30)
        return RuleProsody()

    monkeypatch.setattr(prosody, "load", load)
    models = ProsodyModels(Config())
    assert opened == []
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(models.get, "slow") for _ in range(6)]
        assert pool.submit(models.get, "quick").result(30) is models.get("quick"), "nobody waits for another model"
        go.set()
        assert len({id(each.result(30)) for each in waiting}) == 1
    assert sorted(opened) == ["quick", "slow"]


def test_a_failure_is_told_and_the_next_call_tries_again() -> None:
    models = ProsodyModels(Config())
    for _ in range(2):
        with pytest.raises(StudioError) as caught:
            models.get("llm")
        assert caught.value.code == "prosody_not_set"
    assert models.get("rules").name == "rules"


def test_an_unknown_name_lists_those_that_exist() -> None:
    with pytest.raises(StudioError) as caught:
        prosody.load("espeak")
    assert caught.value.code == "unknown_choice" and "rules" in str(caught.value)

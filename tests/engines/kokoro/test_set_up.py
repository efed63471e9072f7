"""The natural voices at set-up: fetched from a hub, measured, the default ones where they are quick enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.engines import pace as paces
from indextts.engines.kokoro import install, packaged
from indextts.engines.kokoro.info import INFO, folder
from indextts.models import store
from indextts.ops import doctor, warm
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.service import offered
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from indextts.works.db.requests import kept_request, request_of
from tests.support.tiny_kokoro import make_published
from tests.support.tiny_voice import make_tiny_voice

CHINESE, ENGLISH = "今天天气真不错。", "The weather is lovely today."
MIXED = "我们用 iPhone 打开 Google Maps and Mail。"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = Config(cache_dir=tmp_path / "hub", prosody="rules")
    make_tiny_voice(made.models_path)
    return made


@pytest.fixture
def natural(config: Config, tmp_path: Path) -> Config:
    """The same with a tiny model of the natural voices."""
    install.ensure(config, local=make_published(tmp_path / "published"), fetch=unasked, say=lambda _: None)
    return config


def unasked(folder: str, **_: object) -> None:
    raise AssertionError("nothing is to be fetched")


def measured_at(config: Config, monkeypatch: pytest.MonkeyPatch, pace: float) -> None:
    monkeypatch.setattr(paces, "_pace", lambda *_: pace)
    paces.measure(config, "kokoro", folder(config).identity() or "", lambda: 1.0)


def spoken_by(config: Config, text: str, **more: object) -> tuple[str, str]:
    """Engine and voice of ``text`` where neither is named."""
    pipeline: Pipeline = Preloader(config).wait()
    plan = pipeline.analyse(SpeechRequest(text, **more))  # type: ignore[arg-type]
    return plan.settings.engine, plan.settings.voice


@pytest.mark.parametrize(
    ("text", "voice"),
    [(CHINESE, "zf_xiaoxiao"), (MIXED, "zf_xiaoxiao"), (ENGLISH, "af_heart"), ("12345", "zf_xiaoxiao")],
)
def test_a_text_is_spoken_by_a_natural_voice_of_its_language(natural: Config, text: str, voice: str) -> None:
    assert spoken_by(natural, text) == ("kokoro", voice)


def test_a_part_of_a_whole_is_spoken_by_the_voice_of_the_whole(natural: Config) -> None:
    assert spoken_by(natural, ENGLISH, language="zh") == ("kokoro", "zf_xiaoxiao")
    assert spoken_by(natural, CHINESE, language="en") == ("kokoro", "af_heart")


def test_the_language_of_the_whole_is_kept_with_a_job() -> None:
    for language in (None, "zh", "en"):
        request = SpeechRequest(CHINESE, literal=True, language=language)
        assert request_of(kept_request(request)) == request


@pytest.mark.night
def test_where_they_are_too_slow_the_fast_voice_speaks_and_the_doctor_says_why(
    natural: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured_at(natural, monkeypatch, 0.8)
    assert spoken_by(natural, ENGLISH)[0] == "embedded"
    (check,) = [check for check in doctor.examine_here(natural) if check.name == "pace"]
    assert check.state == "note" and "1.2 times" in check.detail.en and "1.4" in check.detail.zh
    measured_at(natural, monkeypatch, 0.5)
    assert spoken_by(natural, ENGLISH)[0] == "kokoro"
    (check,) = [check for check in doctor.examine_here(natural) if check.name == "pace"]
    assert check.state == "ok" and "2.0 times" in check.detail.en
    measured_at(natural, monkeypatch, 1 / 1.39)
    (check,) = [check for check in doctor.examine_here(natural) if check.name == "pace"]
    assert "1.3 times" in check.detail.en and "below 1.4" in check.detail.en
    assert paces.times(1 / 1.4) == 1.4 and paces.quick(1 / 1.4)


@pytest.mark.night
def test_a_model_that_came_without_set_up_is_measured_when_it_is_first_opened(natural: Config) -> None:
    assert INFO.pace(natural) == 0.0
    assert INFO.load(natural).pace == INFO.pace(natural) > 0  # type: ignore[attr-defined]


def test_set_up_measures_once_and_says_what_follows(
    natural: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paces, "_pace", lambda *_: 0.8)
    warm._prepare_natural(natural, store.ensure)
    assert "1.2 times faster than real time: below 1.4, so the fast voice speaks" in capsys.readouterr().out
    warm._prepare_natural(natural, store.ensure)
    assert capsys.readouterr().out == ""
    (natural.cache_path / "paces.json").unlink()
    monkeypatch.setattr(paces, "_pace", lambda *_: 1 / 1.39)
    warm._prepare_natural(natural, store.ensure)
    assert "1.3 times faster than real time: below 1.4" in capsys.readouterr().out
    (natural.cache_path / "paces.json").unlink()
    monkeypatch.setattr(paces, "_pace", lambda *_: 0.4)
    warm._prepare_natural(natural, store.ensure)
    assert "2.5 times faster than real time: they speak by default" in capsys.readouterr().out


@pytest.mark.parametrize(("version", "model"), [("auto", "kokoro"), ("1.1-zh", "kokoro-v1.1-zh")])
def test_set_up_goes_on_without_them_and_says_how_they_are_had_later(
    version: str, model: str, config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = config.engines.kokoro.model_copy(update={"version": version})
    config = config.model_copy(update={"engines": config.engines.model_copy(update={"kokoro": wanted})})
    monkeypatch.setattr(packaged, "collect", lambda *_: False)
    monkeypatch.setenv("LC_ALL", "C")
    away = config.models.model_copy(
        update=dict.fromkeys(("huggingface", "modelscope", "release"), "http://127.0.0.1:9")
    )
    warm._prepare_natural(config.model_copy(update={"models": away}), store.ensure)
    told = capsys.readouterr().out
    assert f"“{model}” could not be downloaded" in told and f"python -m indextts models pull {model}\n" in told
    assert "voices/*.bin" in told and len(told) < 1000
    assert "Errno" not in told
    assert spoken_by(config, ENGLISH)[0] == "embedded"


def test_packages_are_asked_for_a_few_times_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network npm would try for more than a minute, and pip for half of one."""
    asked = tmp_path / "asked"
    asked.mkdir()
    for program in ("npm", "python"):
        script = tmp_path / program
        script.write_text(f'#!/bin/sh\necho "$@" > {asked}/$$\nexit 1\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(packaged.sys, "executable", str(tmp_path / "python"))  # type: ignore[attr-defined]
    assert not packaged.collect(tmp_path / "published", tmp_path / "downloads", lambda _: None)
    commands = [line.read_text() for line in asked.iterdir()]
    patience = [[wish in one for wish in ("--retries 2", "--fetch-retries=1")] for one in commands]
    assert [True, False] in patience and [False, True] in patience and [False, False] not in patience


def test_the_default_voice_stands_first_and_is_of_an_engine_that_speaks_other_languages_first(natural: Config) -> None:
    """From this the page's list says that the default voice follows the text (tabs/speak/offered.js)."""
    service = SpeechService(natural, preloader=Preloader(natural))
    service.preloader.wait()
    first, *others = service.voices()
    assert (first.id, first.name_en, first.languages[0]) == ("zf_xiaoxiao", "Xiaoxiao", "zh")
    other = next(one for one in others if one.engine == first.engine and one.languages[0] != "zh")
    assert (other.id, other.name_en) == ("af_heart", "Heart")
    assert next(one.id for one in others if one.engine == "embedded") == "baker"
    told = {row["id"]: row for row in offered.engines(service, "en")}
    assert told["kokoro"]["state"] != "absent" and told["kokoro"]["lacks"] == [] and told["kokoro"]["accented"] == []
    service.close()

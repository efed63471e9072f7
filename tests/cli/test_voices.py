"""``python -m indextts voices``, and ``--voice`` and ``--speakers`` of the commands that speak."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from indextts.cli.given import recording_of, speakers
from indextts.cli.main import main
from indextts.engines.kokoro import install
from indextts.model.errors import StudioError
from indextts.platform.config import load_config
from indextts.service.preload import Preloader
from tests.support.recordings import speech, wav
from tests.support.tiny_kokoro import VOICES, make_published
from tests.support.tiny_voice import make_tiny_voice


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_tiny_voice(tmp_path / "models")
    path = tmp_path / "config.yaml"
    path.write_text(f"cache_dir: {tmp_path}\nprosody: rules\n")
    monkeypatch.setattr(Preloader, "_shared", None)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def test_a_voice_is_made_spoken_with_and_removed(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--config", str(config))
    status, out, _ = run(capsys, "voices", *options, "add", "老船长", "--tract", "0.86", "--pitch", "-9", "--json")
    made = json.loads(out)
    assert status == 0 and made["name"] == "老船长" and made["pitch"] == -9
    listed = json.loads(run(capsys, "voices", *options, "list", "--json")[1])["voices"]
    assert next(voice["id"] for voice in listed) == "baker" and listed[-1] == made
    assert "tract=0.86,pitch=-9" in run(capsys, "voices", *options, "list")[1]
    target = str(tmp_path / "out.wav")
    assert run(capsys, "say", "你好", "-o", target, "--voice", made["id"], *options)[0] == 0
    status, out, _ = run(capsys, "analyze", "A：你好\nB：再见", "--speakers", f"A={made['id']},B=child", *options)
    assert [segment["voice"] for segment in json.loads(out)["segments"]] == [made["id"], "child"]
    assert run(capsys, "voices", *options, "remove", "老船长")[0] == 0
    status, _, err = run(capsys, "say", "你好", "-o", target, "--voice", made["id"], *options)
    assert status == 1 and made["id"] in err
    assert run(capsys, "voices", *options, "remove", "baker")[0] == 1


def test_speakers_as_they_are_written() -> None:
    assert speakers(None) is None
    assert speakers("A=baker, B = young_man") == {"A": "baker", "B": "young_man"}
    assert speakers("A=design:tract=0.9,pitch=-3;B=baker") == {"A": "design:tract=0.9,pitch=-3", "B": "baker"}
    assert speakers("") == {}
    for wrong in ("A", "A=x,A=y"):
        with pytest.raises(StudioError) as caught:
            speakers(wrong)
        assert caught.value.code == "bad_speakers"


def test_a_voice_is_cloned_listed_exported_imported_and_removed(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("voices", "--config", str(config))
    good, quiet, text = tmp_path / "a.wav", tmp_path / "b.dat", tmp_path / "c.wav"
    good.write_bytes(wav(speech(4.0, 120.0)))
    quiet.write_bytes(wav(speech(4.0, 125.0, seed=1) * 0.02, subtype="FLOAT"))
    text.write_text("hello")
    consent = ("--consent", "本人的声音", "--date", "2026-01-31")
    more = ("--tags", "讲师,", "--weights", "2,1", "--json")
    status, out, err = run(capsys, *options, "clone", "老王", str(good), str(quiet), *consent, *more)
    made = json.loads(out)
    assert status == 0 and made["cloned"] and made["consent_date"] == "2026-01-31" and made["tags"] == ["讲师"]
    assert [one["weight"] for one in made["references"]] == [2, 1] and made["group"] == "men"
    assert "b.dat" in err and "quiet" in err and len(made["findings"]) == 1
    assert "clone-1\t老王\tmen" in run(capsys, *options, "list")[1]
    assert json.loads(run(capsys, *options, "list", "--json")[1])["voices"][-1]["id"] == "clone-1"
    packed = tmp_path / "x.voice"
    assert run(capsys, *options, "export", "老王", "-o", str(packed))[0] == 0
    status, _, err = run(capsys, *options, "import", str(packed))
    assert status == 1 and "老王" in err
    assert json.loads(run(capsys, *options, "import", str(packed), "--name", "小王", "--json")[1])["id"] == "clone-2"
    for voice in ("老王", "clone-2"):
        assert run(capsys, *options, "remove", voice)[0] == 0
    assert list((tmp_path / "voices").iterdir()) == []
    assert "not a readable audio file" in run(capsys, *options, "clone", "x", str(text), *consent)[2]
    assert run(capsys, *options, "clone", "x", str(tmp_path / "none.wav"), *consent)[0] == 1
    assert "consent" in run(capsys, *options, "clone", "x", str(good), "--consent", " ")[2]
    assert run(capsys, *options, "clone", "x", str(good), *consent, "--weights", "much")[0] == 1
    with pytest.raises(SystemExit):
        main([*options, "clone", "x", str(good)])


def test_a_hash_and_nothing_are_taken_as_they_are() -> None:
    assert recording_of("") == "" and recording_of("0a" * 32) == "0a" * 32


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(StudioError) as caught:
        recording_of("missing.wav")
    assert caught.value.code == "bad_file" and "missing.wav" in str(caught.value)


def test_a_recording_is_kept_under_its_content(tmp_path: Path) -> None:
    library = pytest.importorskip("indextts.voices.cloning.library")
    from indextts.platform.config import load_config

    (tmp_path / "c.yaml").write_text(f"cache_dir: {tmp_path}\n", encoding="utf-8")
    time = np.arange(4 * 22050) / 22050
    wave = sum(np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 9)) * (0.5 - 0.5 * np.cos(2 * np.pi * 4 * time))
    soundfile.write(tmp_path / "a.wav", (0.2 * wave).astype(np.float32), 22050)
    sha = recording_of(str(tmp_path / "a.wav"), str(tmp_path / "c.yaml"))
    assert library.CloneLibrary(load_config(tmp_path / "c.yaml")).path(sha).is_file()
    (tmp_path / "b.wav").write_bytes(b"no sound")
    with pytest.raises(StudioError):
        recording_of(str(tmp_path / "b.wav"), str(tmp_path / "c.yaml"))


def test_natural_voices_are_listed_mixed_and_compared_with_a_recording(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--config", str(config))
    mix, one = "zf_xiaoxiao(2)+zm_yunxi(1)", "zf_xiaoxiao(0.667)+zm_yunxi(0.333)"
    target = str(tmp_path / "out.wav")
    status, _, err = run(capsys, "say", "你好", "-o", target, "--voice", mix, *options)
    assert status != 0 and "not installed" in err

    def never(folder: str, **_: object) -> None:
        raise AssertionError("nothing is to be fetched")

    published = make_published(tmp_path / "published")
    install.ensure(load_config(str(config)), local=published, fetch=never, say=lambda _: None)
    monkeypatch.setattr(Preloader, "_shared", None)  # as the next command has it
    listed = json.loads(run(capsys, "voices", *options, "list", "--json")[1])["voices"]
    assert [voice["id"] for voice in listed[:4]] == list(VOICES) and listed[3]["grade"] == "B-"
    assert "British English" in run(capsys, "voices", *options, "list")[1]
    made = json.loads(run(capsys, "voices", *options, "add", "暖声", "--mix", mix, "--pitch", "-2", "--json")[1])
    assert (made["mix"], made["pitch"]) == (one, -2.0)
    assert f"{one}:pitch=-2" in run(capsys, "voices", *options, "list")[1]
    status, _, err = run(capsys, "voices", *options, "add", "错", "--mix", "zf_xiaoxiao+af_bella")
    assert status != 0 and "af_bella" in err
    plan = json.loads(run(capsys, "analyze", "你好", "--voice", mix, *options)[1])
    assert plan["settings"]["voice"] == one
    for voice in (mix, made["id"]):
        assert run(capsys, "say", "你好", "-o", target, "--voice", voice, *options)[0] == 0
    recording = tmp_path / "a.wav"
    recording.write_bytes(wav(speech(hertz=150.0)))
    found = json.loads(run(capsys, "voices", *options, "nearest", str(recording), "--json")[1])["voices"]
    assert len(found) == 3 and {one["voice"] for one in found} <= set(VOICES)
    assert run(capsys, "voices", *options, "nearest", str(tmp_path / "none.wav"))[0] != 0

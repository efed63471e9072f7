"""The command line from outside: what goes to stdout, what to stderr, and the exit status."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts import __version__
from indextts.cli.parser import build_parser
from indextts.model.utterance import Utterance
from indextts.models.catalogue import load_catalogue
from indextts.platform.config import PROJECT_ROOT, Config
from tests.support.commands import Command, commands, tiny_settings
from tests.support.decks import opened


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_settings(tmp_path_factory.mktemp("cli")) as path:
        yield path


@pytest.fixture
def cli(settings_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    return commands(settings_file, monkeypatch, capfdbinary)


def test_normalize_and_pinyin_know_the_dictionary(cli: Command) -> None:
    cli("lexicon", "add", "长安", "chang2 an5")
    cli("lexicon", "add", "NASA", "美国航天局")
    try:
        assert cli("normalize", stdin="NASA 的 3 号机\n".encode()).out == "美国航天局的三号机\n"
        assert cli("pinyin", stdin="长安\n".encode()).out == "chang2 an5\n"
    finally:
        cli("lexicon", "remove", "长安")
        cli("lexicon", "remove", "NASA")
    assert cli("pinyin", stdin="长安\n".encode()).out == "chang2 an1\n"


@pytest.mark.parametrize("audio_format", ["wav", "flac", "mp3", "opus"])
def test_say_takes_the_format_from_the_name(cli: Command, tmp_path: Path, audio_format: str) -> None:
    target = tmp_path / f"out.{audio_format}"
    answer = cli("say", "你好，世界。", "-o", str(target), "--json")
    assert answer.status == 0
    report = json.loads(answer.out)
    assert {"output", "sample_rate", "duration_s", "engine", "stages", "rtf", "cached", "receipt"} <= set(report)
    assert (report["fallback"], report["reason"]) == (False, "")
    assert report["output"] == str(target)
    assert report["engine"] == "embedded"
    assert {"acoustic", "vocoder"} <= {stage["name"] for stage in report["stages"]}
    assert all(set(stage) == {"name", "seconds"} for stage in report["stages"])
    assert soundfile.info(target).duration == pytest.approx(report["duration_s"], abs=0.1)
    assert os.listdir(tmp_path) == [target.name]


@pytest.mark.parametrize(
    ("name", "begins"), [("a.srt", "1\n00:00:"), ("a.vtt", "WEBVTT\n"), ("a.lrc", "[00:0"), ("a.json", '{"sentences"')]
)
def test_subtitles_are_written_beside_the_sound(cli: Command, tmp_path: Path, name: str, begins: str) -> None:
    plan, target = tmp_path / "plan.json", tmp_path / name
    plan.write_text(cli("analyze", "2026年，你好。").out, encoding="utf-8")
    for command in (["say", "2026年，你好。"], ["render", str(plan)]):
        target.unlink(missing_ok=True)
        answer = cli(*command, "-o", str(tmp_path / "a.wav"), "--subtitles", str(target), "--json")
        assert json.loads(answer.out)["subtitles"] == str(target)
        text = target.read_text(encoding="utf-8")
        assert text.startswith(begins) and ("2026年，你好。" in text or name == "a.json")


def test_a_deck_for_anki_is_written_beside_the_sound(cli: Command, tmp_path: Path) -> None:
    target = tmp_path / "中文.apkg"
    answer = cli("say", "2026年，你好。再见！", "-o", str(tmp_path / "a.wav"), "--subtitles", str(target))
    assert answer.status == 0
    assert [(note.text, note.deck) for note in opened(target.read_bytes()).notes] == [
        ("2026年，你好。", "中文"),
        ("再见！", "中文"),
    ]


@pytest.mark.parametrize(("subtitles", "word"), [("a.ass", "srt, vtt, lrc, json, apkg"), ("nowhere/a.srt", "nowhere")])
def test_subtitles_that_cannot_be_written_are_told_before_the_work(cli: Command, subtitles: str, word: str) -> None:
    answer = cli("say", "你好", "-o", "x.wav", "--subtitles", subtitles)
    assert answer.status == 1 and word in answer.err and not Path("x.wav").exists()


def test_a_plan_from_another_installation_is_spoken_with_a_word_about_it(cli: Command, tmp_path: Path) -> None:
    plan, target = tmp_path / "plan.json", str(tmp_path / "a.wav")
    plan.write_text(cli("analyze", "你好。").out, encoding="utf-8")
    answer = cli("render", str(plan), "-o", target)
    assert answer.status == 0 and answer.err == ""
    data = json.loads(plan.read_text(encoding="utf-8"))
    data["receipt"]["made_with"]["embedded/vocoder.onnx"] = "0" * 64
    plan.write_text(json.dumps(data), encoding="utf-8")
    answer = cli("render", str(plan), "-o", target)
    assert answer.status == 0 and "embedded/vocoder.onnx" in answer.err
    report = json.loads(cli("render", str(plan), "-o", target, "--json").out)
    assert (report["reproducible"], report["differs"]) == (False, ["embedded/vocoder.onnx"])


def test_a_plan_that_cannot_be_spoken_is_refused_by_the_field(cli: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    data = json.loads(cli("analyze", "你好。").out)
    data["segments"][0]["tokens"][1]["duration_scale"] = -1
    plan.write_text(json.dumps(data), encoding="utf-8")
    answer = cli("render", str(plan), "-o", str(tmp_path / "a.wav"))
    assert answer.status == 1 and "segments[0].tokens[1].duration_scale" in answer.err


def test_format_wins_over_the_name(cli: Command, tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    assert cli("say", "你好", "-o", str(target), "--format", "flac").status == 0
    assert target.read_bytes().startswith(b"fLaC")


def test_audio_to_stdout_is_nothing_but_audio(cli: Command) -> None:
    answer = cli("say", "你好", "-o", "-", "--json")
    assert answer.raw.startswith(b"RIFF")
    data, rate = soundfile.read(io.BytesIO(answer.raw))
    assert len(data) / rate == pytest.approx(json.loads(answer.err)["duration_s"], abs=1e-3)


def test_text_from_stdin_and_file_is_the_same(cli: Command, tmp_path: Path) -> None:
    text = "第一句。\n第二句。"
    source = tmp_path / "text.txt"
    source.write_text(text, encoding="utf-8-sig")
    plans = [cli("analyze", text), cli("analyze", "-", stdin=text.encode()), cli("analyze", "--file", str(source))]
    assert len({plan.out for plan in plans}) == 1
    assert Utterance.from_json(plans[0].out).text == text


def test_settings_reach_the_plan(cli: Command) -> None:
    plan = Utterance.from_json(cli("analyze", "你好", "--emotion", "sad", "--speed", "1.5", "--pitch", "-2").out)
    assert (plan.settings.emotion, plan.settings.speed, plan.settings.pitch) == ("sad", 1.5, -2.0)
    assert plan.stage == "phonemes"
    more = ("--emotion", "surprised:0.3+happy:0.6", "--loudness", "-23", "--peak", "-2")
    settings = Utterance.from_json(cli("analyze", "你好", *more).out).settings
    assert (settings.emotion, settings.loudness, settings.peak) == ("happy:0.6+surprised:0.3", -23.0, -2.0)


def test_an_edited_plan_is_spoken_as_edited(cli: Command, tmp_path: Path) -> None:
    plan = json.loads(cli("analyze", "你好，世界。再见。").out)
    lengths = []
    for pause in (0.0, 2.0):
        plan["segments"][0]["pause_after_s"] = pause
        file = tmp_path / "plan.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        lengths.append(json.loads(cli("render", str(file), "-o", str(tmp_path / "a.wav"), "--json").out)["duration_s"])
    assert lengths[1] - lengths[0] == pytest.approx(2.0, abs=0.01)


def test_an_existing_file_is_replaced_and_a_link_followed(cli: Command, tmp_path: Path) -> None:
    target, link = tmp_path / "real.wav", tmp_path / "link.wav"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert cli("say", "你好", "-o", str(link)).status == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"RIFF")


@pytest.mark.parametrize(
    "arguments",
    [
        ("say", "--file", "a.txt", "-o", "a.txt", "--format", "wav"),
        ("say", "--file", "a.txt", "-o", "way/a.txt", "--format", "mp3"),
        ("say", "--file", "./link.srt", "-o", "x.wav", "--subtitles", "link.srt"),
        ("say", "--file", "link.srt", "-o", "x.wav", "--plot", "a.txt"),
        ("say", "好", "-o", "a.txt", "--format", "wav", "--emotion-reference", "a.txt"),
        ("render", "a.txt", "-o", "a.txt", "--format", "wav"),
    ],
)
def test_a_file_that_is_read_is_never_replaced(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = Path("a.txt")
    text.write_text("你好", encoding="utf-8")
    Path("way").symlink_to(tmp_path)
    Path("link.srt").symlink_to(text)
    answer = cli(*arguments)
    assert answer.status == 1 and "another output name" in answer.err and not Path("x.wav").exists()
    assert text.read_text(encoding="utf-8") == "你好"


def test_a_device_is_written_to_not_replaced(cli: Command) -> None:
    assert cli("say", "你好", "-o", os.devnull).status == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["say", "", "-o", "x.wav"], "no text"),
        (["say", "。！🙂", "-o", "x.wav"], "read aloud|speak|letter"),
        (["say", "好\udcff", "-o", "x.wav"], "invalid character"),
        (["say", "好" * 10_001, "-o", "x.wav"], "10001"),
        (["say", "好", "-o", "x.ogg"], "ogg"),
        (["say", "好", "-o", "nowhere/x.wav"], "nowhere"),
        (["say", "好", "-o", "."], "folder"),
        (["say", "好", "-o", "x.wav", "--emotion", "silly"], "silly"),
        (["say", "好", "-o", "x.wav", "--emotion", "happy:2"], "happy:0.6+surprised:0.3"),
        (["say", "好", "-o", "x.wav", "--loudness", "3"], "loudness"),
        (["say", "好", "-o", "x.wav", "--voice", "nobody"], "nobody"),
        (["say", "好", "-o", "x.wav", "--engine", "festival"], "festival"),
        (["say", "好", "-o", "x.wav", "--vocoder", "world"], "world"),
        (["say", "好", "-o", "x.wav", "--speed", "nan"], "speed"),
        (["say", "好", "-o", "x.wav", "--speed", "9"], "speed"),
        (["say", "好", "-o", "x.wav", "--seed", "-1"], "seed"),
        (["say", "好", "-o", "x.wav", "--sampling", "beams=99"], "beams"),
        (["say", "好", "-o", "x.wav", "--sampling", "beam=1"], "repetition_penalty"),
        (["say", "好", "-o", "x.wav", "--emotion-text", "sad", "--emotion", "happy"], "emotion_text"),
        (["say", "好", "-o", "x.wav", "--emotion-reference", "missing.wav"], "missing.wav"),
        (["say", "好", "-o", "x.wav", "--emotion-reference", "0" * 64], "recording"),
        (["say", "--file", "missing.txt", "-o", "x.wav"], "missing.txt"),
        (["render", "missing.json", "-o", "x.wav"], "missing.json"),
        (["models", "pull", "nothing"], "nothing"),
        (["parity", "missing"], "missing"),
        (["say", "好", "-o", "x.wav", "--config", "missing.yaml"], "missing.yaml"),
    ],
)
def test_mistakes_end_in_one_clear_sentence(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = cli(*arguments)
    assert answer.status == 1
    assert answer.out == ""
    assert any(part in answer.err for part in word.split("|")), answer.err
    assert 1 <= len(answer.err.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["lexicon", "remove", "没有"], "lexicon list"),
        (["voices", "remove", "nobody"], "voices list"),
        (["say", "好", "-o", "x.wav", "--sampling", "foo=1"], "--help"),
        (["say", "好", "-o", "x.wav", "--speakers", "A"], "--speakers A=baker,"),
        (["analyze", "A：好。", "--speakers", "A=baker,A=child"], "--speakers A=baker,"),
        (["analyze", "[silly 3]好[/silly]<voice name='x'>好</voice>"], "docs/markup.md"),
        (["book", "a.srt", "-o", "x.wav", "--length", "nan"], "--length: "),
        (["book", "a.srt", "-o", "x.wav", "--cast", "cast.json"], "young_man"),
    ],
)
def test_hints_say_what_to_do_on_the_command_line(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\n好。\n", encoding="utf-8")
    Path("cast.json").write_text('{"": {"voice": "nobody"}}', encoding="utf-8")
    answer = cli(*arguments)
    assert answer.status == 1 and word in answer.err, answer.err
    assert "Refresh" not in answer.err and "/docs " not in answer.err and '{"A"' not in answer.err


def test_messages_follow_the_locale(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "There is no text" in cli("say", "", "-o", "x.wav").err
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    assert "文字" in cli("say", "", "-o", "x.wav").err
    monkeypatch.setenv("LC_ALL", "C")
    assert "There is no text" in cli("say", "", "-o", "x.wav").err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["say", "好"],
        ["say", "-o", "x.wav"],
        ["say", "好", "-o", "x", "--speed", "fast"],
        *(["serve", "--port", port] for port in ("99999", "0", "-1", "x", "7860.5", "９")),
    ],
)
def test_wrong_usage_is_2(cli: Command, arguments: list[str]) -> None:
    answer = cli(*arguments)
    assert answer.status == 2
    assert "usage" in answer.err and "_port" not in answer.err


def test_line_commands_answer_line_for_line(cli: Command) -> None:
    stdin = "气温-5℃。\n\n  \n重庆很重要\r\n没有换行".encode()
    for command in ("normalize", "prosody", "pinyin", "emotion"):
        answer = cli(command, stdin=stdin)
        assert answer.status == 0
        lines = answer.out.split("\n")
        assert lines.pop() == ""
        assert len(lines) == 5
        assert lines[1] == lines[2].strip() == "" or command == "emotion"
        assert "\r" not in answer.out


def test_what_the_line_commands_say(cli: Command) -> None:
    assert cli("normalize", stdin="我有3个苹果".encode()).out == "我有三个苹果\n"
    assert cli("normalize", "--lang", "en", stdin=b"I have 3 apples").out == "I have three apples\n"
    assert cli("pinyin", stdin="重庆，女儿".encode()).out == "chong2 qing4 nv3 er2\n"
    marked = cli("prosody", stdin="今天天气很好，我们去公园。".encode()).out.strip()
    assert "#" in marked
    assert re.sub(r"#[1-4]", "", marked) == "今天天气很好，我们去公园。"
    assert cli("prosody", "--prosody", "rules", stdin="好，走。".encode()).out == "好#3，走#4。\n"


def test_the_emotion_of_each_line_with_its_confidence(cli: Command) -> None:
    lines = ["今天真开心！", "", "I miss you so much, I can't stop crying.", "😭", "Привет", "好" * 10_000]
    answer = cli("emotion", stdin="".join(f"{line}\n" for line in lines).encode())
    told = [line.split("\t") for line in answer.out.splitlines()]
    assert [len(parts) for parts in told] == [2] * len(lines)
    assert all(0.0 <= float(sure) <= 1.0 for _, sure in told)
    assert [name for name, _ in told[:3]] == ["happy", "neutral", "sad"]


def test_auto_and_marked_emotions_are_in_the_analysis(cli: Command) -> None:
    plan = json.loads(cli("analyze", "今天真开心！[sad 0.4]再见。[/sad]", "--emotion", "auto").out)
    assert [(s["emotion"], s["emotion_source"]) for s in plan["segments"]] == [("happy", "auto"), ("sad", "markup")]
    assert plan["segments"][0]["emotion_probability"] > 0.5 and plan["segments"][1]["intensity"] == 0.4
    answer = cli("analyze", "[sad]再见[/happy]")
    assert answer.status == 1 and "no [happy] was opened" in answer.err


def test_a_prosody_model_that_cannot_be_used_is_told(cli: Command, tmp_path: Path) -> None:
    for command in (["prosody"], ["pinyin"], ["analyze", "好"], ["say", "好", "-o", str(tmp_path / "x.wav")]):
        answer = cli(*command, "--prosody", "llm", stdin=b"x")
        assert answer.status == 1 and "prosody: {model:" in answer.err
        answer = cli(*command, "--prosody", "espeak", stdin=b"x")
        assert answer.status == 1 and "lm, causal, rules, llm" in answer.err


def test_the_analysis_carries_every_decision(cli: Command) -> None:
    plan = json.loads(cli("analyze", "你来吗？Look at the river!", "--prosody", "rules").out)
    first, second = plan["segments"]
    assert (first["intonation"], first["intonation_source"]) == ("question", "punctuation")
    assert second["intonation"] == "exclamation"
    assert [token["prominence"] for token in second["tokens"]][:4] == [1, 0, 0, 1]
    assert second["tokens"][0]["prominence_source"] == "rules"


def test_emoji_are_named_where_the_configuration_says_so(cli: Command, tmp_path: Path) -> None:
    reads = tmp_path / "reads.yaml"
    reads.write_text("text: {emoji: read}\n", encoding="utf-8")
    assert cli("normalize", stdin="真好👍".encode()).out == "真好\n"
    assert cli("normalize", "--config", str(reads), stdin="真好👍".encode()).out == "真好赞\n"


def test_a_bom_is_no_character(cli: Command) -> None:
    assert cli("normalize", stdin="你好".encode("utf-8-sig")).out == "你好\n"


def test_bytes_that_are_not_utf8_are_named_by_their_line(cli: Command) -> None:
    answer = cli("pinyin", stdin="好\n".encode() + "好".encode("gbk") + b"\n")
    assert answer.status == 1
    assert answer.out == "hao3\n"
    assert "Line 2" in answer.err


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12), max_size=4))
def test_any_text_gives_as_many_lines_as_it_has(cli: Command, lines: list[str]) -> None:
    for command in ("normalize", "prosody", "pinyin", "emotion"):
        answer = cli(command, stdin="".join(f"{line}\n" for line in lines).encode())
        assert answer.status == 0, answer.err
        assert answer.out.count("\n") == len(lines)


def test_models(cli: Command, settings_file: Path) -> None:
    listed = json.loads(cli("models", "list", "--json").out)["models"]
    assert [(model["name"], model["installed"]) for model in listed] == [
        ("embedded", True), *((name, False) for name in load_catalogue(Config().catalogue_path)),
    ]  # fmt: skip
    assert {"kokoro", "indextts2", "sambert"} <= {model["name"] for model in listed}
    assert "embedded" in cli("models", "list").out
    checked = json.loads(cli("models", "verify", "embedded", "--json").out)
    assert checked["ok"]
    assert {file["state"] for file in checked["files"]} == {"ok"}

    damaged = Config(cache_dir=settings_file.parent).models_path / "embedded" / "vocoder.onnx"
    whole = damaged.read_bytes()
    try:
        damaged.write_bytes(whole[:-1])
        answer = cli("models", "verify")
        assert answer.status == 1
        assert "damaged  embedded/vocoder.onnx" in answer.out
    finally:
        damaged.write_bytes(whole)


def test_a_model_is_taken_from_a_folder_or_refused_with_its_files_named(cli: Command, tmp_path: Path) -> None:
    answer = cli("models", "pull", "indextts2", "--from", str(tmp_path))
    assert answer.status == 1
    assert "gpt.pth" in answer.err and "w2v-bert-2.0/model.safetensors" in answer.err
    answer = cli("models", "pull", "embedded", "--from", str(tmp_path))
    assert answer.status == 1 and "embedded" in answer.err


def test_a_model_is_removed(cli: Command, settings_file: Path) -> None:
    folder = Config(cache_dir=settings_file.parent).models_path / "sambert"
    folder.mkdir()
    (folder / "voices.zip").write_bytes(b"12345")
    assert json.loads(cli("models", "remove", "sambert", "--json").out) == {"name": "sambert", "freed": 5}
    assert not folder.exists()
    assert cli("models", "remove", "sambert").status == 1
    assert cli("models", "remove", "embedded").status == 1


def test_parity_fails_for_another_voice(cli: Command) -> None:
    answer = cli("parity", str(PROJECT_ROOT / "tests" / "fixtures" / "embedded_voice"))
    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.status == 1
    assert all(set(row) == {"fixture", "max_abs_err", "tolerance", "ok"} for row in rows)


def test_serve_takes_its_options() -> None:
    options = build_parser().parse_args(["serve", "--host", "::1", "--port", "8000", "--share", "--config", "c.yaml"])
    assert (options.host, options.port, options.share, options.config) == ("::1", 8000, True, "c.yaml")


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "indextts", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        input="好\n".encode() * 5000,
        capture_output=True,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, indextts.cli.main as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'numpy', 'pydantic', 'yaml', 'gradio', 'fastapi', 'onnxruntime'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    for name in (b"say", b"analyze", b"render", b"normalize", b"prosody", b"pinyin", b"models", b"doctor", b"serve"):
        assert name in done.stdout


@pytest.mark.night
@pytest.mark.parametrize("locale", ["C", "POSIX", "zh_CN.GBK"])
def test_utf8_whatever_the_locale(locale: str) -> None:
    done = command("prosody", LC_ALL=locale, PYTHONIOENCODING="latin-1", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8").startswith("好")


@pytest.mark.night
def test_a_reader_that_leaves_is_no_error() -> None:
    pipe = f"{shlex.quote(sys.executable)} -m indextts pinyin | head -n 1"
    done = subprocess.run(
        ["bash", "-c", pipe], cwd=PROJECT_ROOT, input="好\n".encode() * 20_000, capture_output=True, check=False
    )
    assert done.stdout == b"hao3\n"
    assert done.stderr == b""


def test_lines_come_as_they_are_read() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "indextts", "pinyin"], cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for _ in range(2):
            process.stdin.write("好\n".encode())
            process.stdin.flush()
            assert process.stdout.readline() == b"hao3\n"
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.mark.night
def test_an_interrupt_ends_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "indextts", "pinyin"],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has interrupts ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write("好\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize("command", ["say", "render"])
def test_a_plot_is_drawn_beside_the_sound(cli: Command, tmp_path: Path, command: str) -> None:
    target, plan = tmp_path / "plot.png", tmp_path / "plan.json"
    plan.write_bytes(cli("analyze", "你好。").raw)
    what = "你好。" if command == "say" else str(plan)
    answer = cli(command, what, "-o", str(tmp_path / "a.wav"), "--plot", str(target))
    assert answer.status == 0 and target.read_bytes().startswith(b"\x89PNG")
    answer = cli(command, what, "-o", str(tmp_path / "b.wav"), "--plot", str(tmp_path / "no" / "plot.png"))
    assert answer.status == 1 and not (tmp_path / "b.wav").exists()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out == f"IndexTTS Studio {__version__}\n"

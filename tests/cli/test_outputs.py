"""Where a command writes: files by short and long names, what the shell has opened, and a disk without room."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import Command, commands, tiny_settings

IN_NATIVE_CODE = """
import signal, sys, threading, time
from indextts.cli.main import main
from indextts.platform import importing
from indextts.service.preload import Preloader

def load(self):
    with importing.alone():
        import onnxruntime
    path = str(next(self.config.models_path.rglob("*.onnx")))
    print("loading", flush=True)
    if "{meets}" == "here":
        time.sleep(0.5)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
    while True:
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

Preloader._load = load
sys.exit(main())
"""
"""A program that loads for ever: whenever the interrupt comes, a thread is in ONNX Runtime. The system may give the
interrupt to that thread, while the main one waits."""


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_settings(tmp_path_factory.mktemp("outputs")) as path:
        yield path


@pytest.fixture
def cli(
    settings_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Command:
    monkeypatch.chdir(tmp_path)
    return commands(settings_file, monkeypatch, capfdbinary)


@pytest.fixture
def shell(settings_file: Path, tmp_path: Path) -> list[str]:
    """What runs a line of a shell, in which ``$IX`` is the program."""
    tree = str(Path(__file__).parents[2])
    environment = {"IX": f"{sys.executable} -m indextts", "INDEXTTS_CONFIG": str(settings_file), "PYTHONPATH": tree}
    return [f"export {name}='{value}'" for name, value in environment.items()] + [f"cd '{tmp_path}'"]


def done(shell: list[str], line: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["bash", "-c", "\n".join([*shell, line])], capture_output=True, check=False)


@pytest.mark.parametrize("meets", ["any", "here"])
@pytest.mark.parametrize(
    "command", [["say", "好", "-o", "x.wav"], ["book", "a.txt", "-o", "x.mp3"]], ids=lambda c: c[0]
)
def test_an_interrupt_ends_with_its_status_while_a_thread_is_in_native_code(
    settings_file: Path, tmp_path: Path, command: list[str], meets: str
) -> None:
    (tmp_path / "a.txt").write_text("好。", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", IN_NATIVE_CODE.replace("{meets}", meets), *command],
        cwd=tmp_path,
        env={**os.environ, "INDEXTTS_CONFIG": str(settings_file), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has interrupts ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"loading\n"
        if meets == "any":
            process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130 and said == b""


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("say 好 --format pcm", "/dev/stdout"),
        ("say 好 --format pcm", "link"),
        ("lexicon export", "/dev/fd/1"),
        ("book a.txt --format wav", "/proc/self/fd/1"),
    ],
)
def test_stdout_by_another_name_is_added_to(shell: list[str], tmp_path: Path, command: str, name: str) -> None:
    (tmp_path / "link").symlink_to("/dev/stdout")
    (tmp_path / "a.txt").write_text("好。", encoding="utf-8")
    (tmp_path / "all").write_bytes(b"KEEP")
    answer = done(shell, f"{{ $IX {command} -o {name}; echo; echo END; }} >> all")
    written = (tmp_path / "all").read_bytes()
    assert written.startswith(b"KEEP") and written.endswith(b"\nEND\n") and len(written) > 12, answer.stderr
    assert b"s of speech" not in written, "the report is no part of it"


def test_what_the_shell_has_opened_is_written_to(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "three").write_bytes(b"KEEP")
    answer = done(shell, "$IX say 好 -o /dev/fd/3 --format pcm 3>> three && $IX say 好 -o /dev/stdout | cat > p.wav")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "three").read_bytes().startswith(b"KEEP") and (tmp_path / "three").stat().st_size > 1000
    answer = done(shell, "$IX say 好 --format mp3 -o >(cat > p.mp3) && sleep 0.5")
    assert answer.returncode == 0 and b"/dev/fd/" in answer.stdout, answer.stderr
    assert (tmp_path / "p.wav").read_bytes().startswith(b"RIFF") and (tmp_path / "p.mp3").stat().st_size > 1000


@pytest.mark.parametrize("name", ["/dev/fd/0", "/dev/fd/77"])
def test_what_is_not_open_for_writing_is_told_before_the_work(shell: list[str], name: str) -> None:
    answer = done(shell, f"$IX say 。 -o {name} --format wav < /dev/null")
    assert answer.returncode == 1 and name.encode() in answer.stderr and len(answer.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("outputs", "status"),
    [
        (("-o", "a.json", "--subtitles", "./a.json"), 1),
        (("-o", "a.png", "--plot", "way/a.png"), 1),
        (("-o", "a.png", "--plot", "hard.png"), 1),
        (("-o", "a.wav", "--subtitles", "b.json", "--plot", "b.json"), 1),
        (("-o", "-", "--plot", "/dev/stdout"), 1),
        (("-o", "/dev/null", "--plot", "/dev/null"), 0),
        (("-o", "a.json", "--subtitles", "b.json"), 0),
    ],
)
def test_two_outputs_have_two_names(cli: Command, tmp_path: Path, outputs: tuple[str, ...], status: int) -> None:
    (tmp_path / "way").symlink_to(tmp_path)
    if "hard.png" in outputs:
        (tmp_path / "a.png").write_bytes(b"old")
        (tmp_path / "hard.png").hardlink_to(tmp_path / "a.png")
    answer = cli("say", "好", *outputs, "--format", "wav")
    assert answer.status == status and ("two outputs" in answer.err) == bool(status), answer.err
    assert status == 0 or not {"a.json", "a.wav"} & set(os.listdir(tmp_path))


@pytest.mark.parametrize("name", ["好" * 80 + "aa", "n" * 251, "é" * 125 + "x"])
def test_a_name_as_long_as_the_disk_takes_is_written(cli: Command, tmp_path: Path, name: str) -> None:
    for _ in range(2):
        answer = cli("say", "好", "-o", f"{name}.wav")
        assert answer.status == 0, answer.err
    assert os.listdir(tmp_path) == [f"{name}.wav"]


def test_what_no_disk_takes_is_refused_before_the_work(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "好" * 90 + ".wav"
    for arguments in (("-o", said), ("-o", "x.wav", "--plot", said)):
        answer = cli("say", "。", *arguments)  # nothing to be spoken, which would be told else
        assert answer.status == 1 and "File name too long." in answer.err
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "文件名太长。" in cli("say", "。", "-o", said).err


def test_the_format_is_by_the_name_that_was_given(cli: Command, tmp_path: Path) -> None:
    for link, real in (("a.mp3", "blob"), ("b.flac", "c.wav"), ("bare", "d.flac")):
        (tmp_path / link).symlink_to(tmp_path / real)
        assert cli("say", "好", "-o", link).status == 0 and (tmp_path / link).is_symlink()
    assert not (tmp_path / "blob").read_bytes().startswith(b"RIFF")
    assert [(tmp_path / name).read_bytes()[:4] for name in ("c.wav", "d.flac")] == [b"fLaC", b"fLaC"]


@pytest.mark.parametrize("command", ["lexicon list --json", "pinyin", "say 好 -o -"])
def test_a_full_stdout_is_told_as_a_full_disk(shell: list[str], command: str) -> None:
    answer = done(shell, f"echo 好 | $IX {command} > /dev/full")
    assert answer.returncode == 1 and b"disk is full" in answer.stderr and b"?" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 2
    answer = done(shell, f"export LC_ALL=zh_CN.UTF-8; echo 好 | $IX {command} >&-")
    assert answer.returncode == 1 and "它已关闭".encode() in answer.stderr, answer.stderr


def test_why_a_file_cannot_be_used_is_in_the_reader_s_language(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for arguments in (("say", "--file", "none.txt", "-o", "x.wav"), ("voices", "nearest", "none.wav")):
        answer = cli(*arguments)
        assert answer.status == 1 and "没有这个文件" in answer.err and "No such" not in answer.err


def test_a_plan_with_a_byte_order_mark_is_read(cli: Command, tmp_path: Path) -> None:
    plan = cli("analyze", "好。").out
    for encoding, status in (("utf-8-sig", 0), ("utf-16", 1), ("gbk", 1)):
        (tmp_path / "plan.json").write_text(plan, encoding=encoding)
        answer = cli("render", "plan.json", "-o", "x.wav")
        assert answer.status == status and (status == 0 or "as UTF-8" in answer.err), (encoding, answer.err)
    assert cli("render", "-", "-o", "x.wav", stdin=plan.encode("utf-8-sig")).status == 0
    (tmp_path / "cast.json").write_text("{}", encoding="utf-16")
    (tmp_path / "a.txt").write_text("好。", encoding="utf-8")
    assert "as UTF-8" in cli("book", "a.txt", "-o", "x.wav", "--cast", "cast.json").err

"""``python -m indextts speech-dispatcher``: what is written where, and that it goes again."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from indextts.cli.main import main

COMMAND = "speech-dispatcher"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home; the configured studio has a port and a path of its own."""
    settings = {"cache_dir": str(tmp_path / "cache"), "server": {"port": 7999, "root_path": "/tts"}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    monkeypatch.setenv("INDEXTTS_CONFIG", str(tmp_path / "config.yaml"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "home"


def files(home: Path) -> dict[str, str]:
    return {str(path.relative_to(home)): path.read_text() for path in sorted(home.rglob("*")) if path.is_file()}


def configured(home: Path, text: str) -> Path:
    path = home / ".config" / "speech-dispatcher" / "speechd.conf"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_it_is_written_again_the_same_and_goes_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([COMMAND, "install"]) == 0
    written = files(home)
    program, settings = (
        ".local/libexec/speech-dispatcher-modules/sd_indextts",
        ".config/speech-dispatcher/modules/indextts.conf",
    )
    assert written.keys() == {program, settings} and 'Address "http://127.0.0.1:7999/tts"' in written[settings]
    assert os.access(home / program, os.X_OK) and (home / settings).stat().st_mode & 0o777 == 0o600
    assert main([COMMAND, "install", "--json"]) == 0 and files(home) == written
    assert {*json.loads(capsys.readouterr().out.splitlines()[-1])["files"]} == {str(home / one) for one in written}
    main([COMMAND, "install", "--url", "https://tts.example/", "--key", "secret", "--voice", "baker"])
    changed = files(home)[settings]
    assert 'Address "https://tts.example"\nKey "secret"\nVoice "baker"\n' in changed
    assert main([COMMAND, "remove"]) == 0 and files(home) == {}
    assert main([COMMAND, "remove"]) == 0


def test_the_program_runs_from_anywhere(home: Path) -> None:
    main([COMMAND, "install"])
    program = home / ".local/libexec/speech-dispatcher-modules/sd_indextts"
    done = subprocess.run([program], cwd="/", input=b"INIT\nQUIT\n", capture_output=True, timeout=60, check=True)
    assert done.stdout.splitlines()[1:] == [b"299 OK LOADED SUCCESSFULLY", b"210 OK QUIT"]


def test_a_configuration_without_modules_stays_as_it_is(home: Path) -> None:
    text = '# AddModule "espeak" "sd_espeak" "espeak.conf"\nLogLevel 3\n'
    path = configured(home, text)
    main([COMMAND, "install"])
    assert path.read_text() == text  # the server finds all modules by itself


def test_a_configuration_that_names_its_modules_gets_one_line(home: Path) -> None:
    text = 'LogLevel 3\nAddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"'
    path = configured(home, text)
    path.chmod(0o640)
    main([COMMAND, "install"])
    main([COMMAND, "install"])
    lines = path.read_text().splitlines()
    assert lines[:2] == text.splitlines() and len(lines) == 4 and path.stat().st_mode & 0o777 == 0o640
    assert lines[3].startswith('AddModule "indextts" "/') and lines[3].endswith('/sd_indextts" "indextts.conf"')
    main([COMMAND, "remove"])
    assert path.read_text() == text + "\n"


def test_our_line_alone_would_keep_all_others_out(home: Path) -> None:
    path = configured(home, 'AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"\n')
    main([COMMAND, "install"])
    path.write_text(path.read_text().partition("\n")[2])
    main([COMMAND, "install"])
    assert path.read_text() == ""


def test_what_would_be_written_is_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([COMMAND, "show", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert files(home) == {} and told["line"].startswith('AddModule "indextts" ')
    main([COMMAND, "install"])
    assert told["files"] == {str(home / name): text for name, text in files(home).items()}


@pytest.mark.parametrize("url", ["127.0.0.1:7860", "http://", 'http://a"b', "file:///etc/passwd", "http://a b"])
def test_what_is_no_address_is_told(home: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([COMMAND, "install", "--url", url]) == 1
    assert "http://" in capsys.readouterr().err and files(home) == {}


@pytest.mark.parametrize("field", ["--key", "--voice"])
def test_what_would_break_out_of_the_file_is_told(home: Path, field: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([COMMAND, "install", field, 'a"\nKey "b']) == 1
    assert capsys.readouterr().err and files(home) == {}

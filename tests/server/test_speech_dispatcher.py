"""The module in Speech Dispatcher itself: found, listed and spoken with, as Orca, Firefox and ``spd-say`` do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from indextts.platform.config import Config
from tests.support.services import application, held_voice, make_service, serving
from tests.support.waiting import until

SERVER = shutil.which("speech-dispatcher")

pytestmark = pytest.mark.skipif(SERVER is None, reason="speech-dispatcher is not installed")

ALSA = """pcm.!default {{
  type file
  slave.pcm null
  file "{sound}"
  format raw
}}
"""
"""A sound card that is a file, and plays whatever it gets at once."""
TEXTS = ("今天天气很好，我们去公园吧。", "The weather is nice, so we walk.")


class Desktop:
    """A person's session: a home, a server of Speech Dispatcher, and what was heard."""

    def __init__(self, home: Path, studio: str, modules: str = "") -> None:
        self.home = home
        self.sound = home / "heard.raw"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "LC_ALL": "C.UTF-8",
            "SPEECHD_ADDRESS": f"unix_socket:{home / 'speechd.sock'}",
        }
        (home / ".asoundrc").write_text(ALSA.format(sound=self.sound))
        self.configuration = home / ".config" / "speech-dispatcher" / "speechd.conf"
        self.configuration.parent.mkdir(parents=True)
        self.configuration.write_text(f'LogLevel 5\nAudioOutputMethod "alsa"\n{modules}')
        self.run(sys.executable, "-m", "indextts", "speech-dispatcher", "install", "--url", studio)
        # Where a home has a long name, a socket in it cannot be opened: it is named from within.
        command = [str(SERVER), "-s", "-S", "speechd.sock", "-L", str(home), "-P", str(home / "pid"), "-t", "0"]
        with (home / "server.log").open("wb") as log:
            self._server = subprocess.Popen(command, cwd=home, env=self.environment, stdout=log, stderr=log)
        until((home / "speechd.sock").exists)

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout

    def say(self, text: str, *options: str) -> np.ndarray:
        """What is heard of ``text``: 16 bits at 24 kHz."""
        before = self.sound.stat().st_size if self.sound.exists() else 0
        self.run("spd-say", "-w", "-o", "indextts", *options, text)
        return np.fromfile(self.sound, "<i2", offset=before) if self.sound.exists() else np.zeros(0, "<i2")

    def close(self) -> None:
        self._server.terminate()
        assert self._server.wait(20) in (0, -15)


@pytest.fixture(scope="module")
def studio(config: Config) -> Iterator[str]:
    service = make_service(config, rate_limit="100000/minute")
    with serving(application(service, page=False)) as address:
        yield address
    service.close()


@pytest.fixture(scope="module")
def desktop(studio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path_factory.mktemp("home"), studio)
    yield desktop
    desktop.close()


def test_the_module_is_found_and_lists_its_voices(desktop: Desktop, studio: str) -> None:
    assert "indextts" in desktop.run("spd-say", "-O").split()
    rows = [row.split() for row in desktop.run("spd-say", "-o", "indextts", "-L").splitlines()[1:]]
    known = httpx.get(f"{studio}/v1/audio/voices", trust_env=False).json()["voices"]
    assert {row[0] for row in rows} == {voice["id"] for voice in known}
    assert {row[1] for row in rows} >= {"zh-CN", "en-US"}


@pytest.mark.parametrize(("text", "language"), [(TEXTS[0], "zh"), (TEXTS[1], "en")])
def test_a_sentence_is_heard_whole(desktop: Desktop, studio: str, text: str, language: str) -> None:
    body = {"input": text, "response_format": "pcm"}
    own = httpx.post(f"{studio}/v1/audio/speech", json=body, timeout=60, trust_env=False).content
    heard = desktop.say(text, "-l", language)
    assert np.abs(heard.astype(int)).max() > 1000
    assert len(heard) == pytest.approx(len(own) / 2, rel=0.05)


def test_rate_volume_and_voice_are_heard(desktop: Desktop) -> None:
    plain = desktop.say(TEXTS[0], "-l", "zh")
    assert len(desktop.say(TEXTS[0], "-l", "zh", "-r", "100")) < 0.7 * len(plain)
    quiet = desktop.say(TEXTS[0], "-l", "zh", "-i", "-60")
    assert np.abs(quiet.astype(int)).max() < 0.7 * np.abs(plain.astype(int)).max()
    voices = [row.split()[0] for row in desktop.run("spd-say", "-o", "indextts", "-L").splitlines()[1:]]
    assert desktop.say(TEXTS[0], "-l", "zh", "-y", voices[-1]).tobytes() != plain.tobytes()


def test_ssml_is_obeyed(desktop: Desktop) -> None:
    plain = desktop.say("<speak>一二三</speak>", "-x", "-l", "zh")
    slow = desktop.say('<speak>一<break time="2s"/>二三</speak>', "-x", "-l", "zh")
    assert len(slow) > len(plain) + 1.5 * 24_000


def test_stopping_reaches_the_studio(tmp_path: Path) -> None:
    engine = held_voice(tmp_path / "cache_hub")
    service = make_service(engine.config, engine)  # type: ignore[attr-defined]
    (tmp_path / "home").mkdir()
    with serving(application(service, page=False)) as address:
        desktop = Desktop(tmp_path / "home", address)
        engine.hold()
        engine.let_through(1)
        desktop.run("spd-say", "-o", "indextts", "-l", "zh", 5 * TEXTS[0])
        until(lambda: b"Got audio" in (desktop.home / "speech-dispatcher.log").read_bytes())  # of the first sentence
        assert service.admission.busy
        desktop.run("spd-say", "-S")
        until(lambda: not service.admission.busy)
        engine.release()
        assert len(desktop.say(TEXTS[1], "-l", "en")) > 12_000
        desktop.close()
    service.close()


def test_a_configuration_that_names_its_modules_names_this_one_too(studio: str, tmp_path: Path) -> None:
    desktop = Desktop(tmp_path, studio, modules='AddModule "dummy" "sd_dummy" ""\n')
    assert "indextts" in desktop.run("spd-say", "-O").split()
    assert len(desktop.say(TEXTS[1], "-l", "en")) > 12_000
    desktop.run(sys.executable, "-m", "indextts", "speech-dispatcher", "remove")
    assert desktop.configuration.read_text().endswith('AddModule "dummy" "sd_dummy" ""\n')
    desktop.close()


def test_a_studio_that_starts_later_is_spoken_with(config: Config, tmp_path: Path) -> None:
    """The session begins without it: that hangs nothing, the log says why nothing is heard, and later it is."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    desktop = Desktop(tmp_path, f"http://127.0.0.1:{port}")
    assert "indextts" in desktop.run("spd-say", "-O").split()
    assert len(desktop.say(TEXTS[0])) == 0
    assert "Is it running?" in (desktop.home / "indextts.log").read_text().splitlines()[-1]
    service = make_service(config)
    with serving(application(service, page=False), port=port):
        assert len(desktop.say(TEXTS[1], "-l", "en")) > 12_000
    service.close()
    desktop.close()

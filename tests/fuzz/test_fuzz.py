"""A short, seeded run of the coverage-guided fuzzer over everything that reads what people write."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from indextts.voices.cloning.exchange import FORMAT, MANIFEST, VERSION
from indextts.voices.cloning.prepare import to_flac
from tests.support.recordings import encoded, wav

ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = 6


def _archive() -> bytes:
    """As a voice's file is, with a recording that is none."""
    data = b"fLaC"
    sha = hashlib.sha256(data).hexdigest()
    manifest = {"format": FORMAT, "version": VERSION, "name": "a", "consent": "b", "references": [{"sha256": sha}]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(MANIFEST, json.dumps(manifest))
        archive.writestr(f"{sha}.flac", data)
    return out.getvalue()


BEGINNINGS: Final[Mapping[str, tuple[str | bytes, ...]]] = {
    "normaliser": (
        "2026年3月5日下午3:07，¥3,999.00/㎡，1:30小时，3~5天，x²≥½",
        "On Sept. 11, WWII veterans paid $20/hr for 1 1/2 tsp of <b>H₂O</b> &amp; no. 5 at a.b@c.de",
        "## **iPhone 16** Pro: `v2.0.1-beta` 😀 第Ⅲ期 120/80mmHg",
    ),
    "markup": (
        '<speak>好<break time="500ms"/><prosody rate="fast">快</prosody></speak>',
        '<speak><say-as interpret-as="digits">12</say-as><emphasis>重</emphasis></speak>',
        "<行|xing2>和<minute|M IH1 N AH0 T>[pause 1s]<p><s>a&amp;b</s></p><!-- c -->",
    ),
    "lexicon": (
        "word,reading,kind,enabled,note\n行,xing2,,1,\nminute,M IH1 N AH0 T,,0,x\n",
        '{"entries": [{"word": "重庆", "reading": "chong2 qing4"}, {"word": "GPT", "kind": "text", "note": ""}]}',
    ),
    "recording": (
        wav(np.zeros(40), 8_000),
        to_flac(np.zeros(40, np.float32), 8_000),
        *(encoded(np.zeros(10, np.float32), name)[:400] for name in ("mp3", "ogg", "m4a", "webm", "aac")),
    ),
    "voice_file": (_archive(),),
    "captions": (
        "1\n00:00:01,000 --> 00:00:02,500\n[music] 老杜：<i>船来了。</i>\nJOHN: Hi.\n\n"
        "2\n0:0:3.5 -> 00:04\n- 走吧。\n- 好。\n",
        "WEBVTT x\n\nNOTE a\n\nid\n00:01.000 --> 00:02.000 line:0\n<v 甲>今<00:01.500><c>天</c>&amp;</v>\n",
        "[Script Info]\n[Events]\nFormat: Start, End, Name, Text\n"
        "Dialogue: 0:00:01.00,0:00:02.00,甲,{\\k1}a\\N{\\p1}m 0 0\n",
        "[ti:a]\n[offset:5]\n[00:01.00][00:03.00]<00:01.00>船\n[00:04.00]走\n",
        "{1}{1}25\n{25}{75}{y:i}a|b\n{100}{}/c\n",
        "<tt><head/><body><div begin='1s'><p begin='0s' dur='2f'>a<br/>b</p></div></body></tt>",
        "<FictionBook><description><title-info><book-title>a</book-title></title-info></description>"
        "<body><section><title><p>b</p></title><p>c<a href='#n'>[1]</a></p></section></body></FictionBook>",
    ),
}


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="atheris has no build for this machine"
)
@pytest.mark.parametrize("name", list(BEGINNINGS))
def test_nothing_that_can_be_written_brings_it_down(name: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, text in enumerate(BEGINNINGS[name]):
        (corpus / f"{number}").write_bytes(text.encode() if isinstance(text, str) else text)
    found = tmp_path / "found"
    found.mkdir()
    options = ["-seed=7", f"-max_total_time={SECONDS}", "-max_len=700", "-timeout=60", "-rss_limit_mb=0"]
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.targets", name, *options, f"-artifact_prefix={found}/", str(corpus)],
        cwd=ROOT,
        capture_output=True,
        timeout=300,
    )
    log, raised = run.stderr.decode(errors="replace"), run.stdout.decode(errors="replace").partition("Uncaught")[2]
    inputs = "\n".join(repr(path.read_bytes()) for path in sorted(found.iterdir()))
    assert run.returncode == 0, f"{inputs}\n{raised}\n{log[-1000:]}"
    assert "Done" in log

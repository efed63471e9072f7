"""Instances and ports, without the script: identities, addresses, logs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from indextts.ops import instance, logfile, port_owners


def test_a_process_is_known_by_its_beginning() -> None:
    mine = instance.began(os.getpid())
    assert mine is not None and mine == instance.began(os.getpid())
    with subprocess.Popen(["sleep", "30"]) as other:
        assert instance.began(other.pid) not in (None, mine)
        other.kill()
        while instance.began(other.pid) is not None:
            pass  # a killed process counts as gone before its parent has looked
    assert instance.began(other.pid) is None


def test_only_our_server_is_alive_to_us() -> None:
    me = instance.Instance(os.getpid(), instance.began(os.getpid()) or "", "127.0.0.1", 1)
    assert me.exists
    assert not me.alive


def test_ending_what_is_gone_is_nothing(tmp_path: Path) -> None:
    gone = instance.Instance(os.getpid(), "another boot 1", "127.0.0.1", 1)
    instance.end(gone)
    instance.write(tmp_path, gone)
    newer = instance.Instance(7, "b", "127.0.0.1", 1)
    instance.write(tmp_path, newer)
    instance.forget(tmp_path, gone)
    assert instance.read(tmp_path, 1) == newer
    instance.forget(tmp_path, newer)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("studio.local", "http://studio.local:80"),
    ],
)
def test_the_address_to_open(host: str, address: str) -> None:
    assert instance.Instance(1, "", host, 80).address == address


def test_the_owner_of_a_port_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert [owner.pid for owner in port_owners.owners(port)] == [os.getpid()]
        for host in ("127.0.0.1", "0.0.0.0", "localhost"):
            reason = port_owners.problem(host, port)
            assert reason is not None and f"pid {os.getpid()}" in reason
    assert port_owners.owners(port) == []
    assert port_owners.problem("127.0.0.1", port) is None


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_an_address_that_is_not_here_is_refused(host: str) -> None:
    reason = port_owners.problem(host, 7860)
    assert reason is not None and "--host" in reason


def test_configured_address(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    for text, expected in {
        "server: {host: 0.0.0.0, port: 8000}": ("0.0.0.0", 8000),
        "server: {port: 8000}": ("127.0.0.1", 8000),
        "server:": ("127.0.0.1", 7860),
        "": ("127.0.0.1", 7860),
        "[1, 2": ("127.0.0.1", 7860),
        "server: {port: many}": ("127.0.0.1", 7860),
        "server: {port: '7912'}": ("127.0.0.1", 7912),
        "server: {port: true}": ("127.0.0.1", 7860),
    }.items():
        config.write_text(text, encoding="utf-8")
        assert instance.configured(config) == expected
    assert instance.configured(tmp_path / "missing.yaml") == ("127.0.0.1", 7860)


def test_logs_are_rotated_by_size(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    logfile.rotate(log)
    for number in range(6):
        log.write_text(f"{number}" * 11, encoding="utf-8")
        logfile.rotate(log, limit=10, keep=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.log.1", "1.log.2", "1.log.3"]
    assert (tmp_path / "1.log.1").read_text() == "5" * 11
    log.write_text("short", encoding="utf-8")
    logfile.rotate(log, limit=10)
    assert log.read_text() == "short"


def test_tail_reads_the_end_of_anything(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    assert logfile.tail(log, 3) == []
    log.write_bytes(b"x" * 1_000_000 + b"\n\xff\nlast\n")
    assert logfile.tail(log, 2) == ["\N{REPLACEMENT CHARACTER}", "last"]


def test_a_log_is_rotated_while_it_is_written(tmp_path: Path) -> None:
    """A process whose output goes there, as ``start_app.sh`` lets it, loses no line and fills no disk."""
    log = tmp_path / "7860.log"
    program = f"""
import sys
from pathlib import Path
from indextts.ops.logfile import rotate_own
for number in range(300):
    print(number, file=(sys.stdout, sys.stderr)[number % 2], flush=True)
    rotate_own(Path({str(tmp_path)!r}), limit=300, keep=9)
assert not rotate_own(Path({str(tmp_path / "other")!r}), limit=0)
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(logfile.__file__).parents[2])}
    with log.open("ab") as output:
        subprocess.run([sys.executable, "-c", program], stdout=output, stderr=output, env=environment, check=True)
    logs = [log, *(Path(f"{log}.{number}") for number in range(1, 5))]
    assert [path.exists() for path in logs] == [True, True, True, True, False]
    assert all(path.stat().st_size < 400 for path in logs[:4])
    lines = "".join(path.read_text() for path in reversed(logs[:4])).split()
    assert lines == [str(number) for number in range(300)]


def test_what_a_start_shows_of_the_log_says_who_may_ask(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    log.write_text("2026 WARNING indextts: No key existed, so a first key was created in /x\n2026 INFO other\n")
    assert logfile.access_lines(log, 0) == ["No key existed, so a first key was created in /x"]
    assert logfile.access_lines(log, 30) == []


def test_of_a_log_of_objects_a_start_shows_the_sentences_alone(tmp_path: Path) -> None:
    log = tmp_path / "1.log"
    said = 'Open to the network: 192.0.2.1, “甲” "b"'
    lines = [json.dumps({"level": "WARNING", "message": said, "code": "x"}), '{"half of an obj', "[1]", '{"a": 1}']
    lines += [json.dumps({"message": "No public link (no internet)", "seconds": 1}, ensure_ascii=False)]
    log.write_text("\n".join(lines))
    assert logfile.access_lines(log, 0) == [said]
    assert logfile.share_lines(log, 0) == ["No public link (no internet)"]

"""An order to stop ends the driver of a cluster wherever it is, with status 0; a fault without an order is raised."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

Start = Callable[..., subprocess.Popen[str]]

PROGRAM = """
import ctypes, logging, signal, sys, threading
from indextts.server.cluster import driver

logging.basicConfig(level="INFO", stream=sys.stdout, format="%(message)s")
released, withdrawn = threading.Event(), []

def say(word):
    print(word, flush=True)

def heard():
    threading.Thread(target=lambda: (sys.stdin.readline(), released.set()), daemon=True).start()

def join():
    say("joining")

def serve():
    say("serving")

def withdraw():
    withdrawn.append(True)
    say("withdraw")
    released.set()

def close():
    say("close")

{changes}

driver.Driver(join, serve, withdraw, close).run({drain_s})
say("over")
"""
BLOCKS = """
def serve():
    say("serving")
    released.wait()
    raise RuntimeError("the application is gone")
"""
JOINS_WHEN_TOLD = """
def join():
    heard()
    say("joining")
    released.wait()
"""
NOTHING_BEGUN = """
def withdraw():
    withdrawn.append(True)
    say("withdraw")
    if len(withdrawn) == 1:
        raise ConnectionError("there is nothing yet")
    if len(withdrawn) == 3:
        released.set()
"""
NEVER_JOINS = """
driver.END_S = 0.1
def join():
    say("joining")
    threading.Event().wait()
"""
NEVER_ENDS = """
driver.END_S = 0.05
def withdraw():
    say("withdraw")
    threading.Event().wait()
"""
TAKES_SIGNALS = """
def join():
    for number in (signal.SIGTERM, signal.SIGINT):
        ctypes.CDLL(None).signal(int(number), 1)  # SIG_IGN, past Python
    signal.alarm(600)  # as a native handler sets it, to abort a process that hangs
    say("joining")

def close():
    say(f"close, alarm {signal.alarm(0)}")
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Run the driver with these changes to what it calls."""
    begun: list[subprocess.Popen[str]] = []

    def run(changes: str = "", *, drain_s: float = 600.0) -> subprocess.Popen[str]:
        program = PROGRAM.format(changes=changes, drain_s=drain_s)
        command = [sys.executable, "-c", program]
        begun.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return begun[-1]

    yield run
    for one in begun:
        one.kill()
        one.communicate()


def until(process: subprocess.Popen[str], word: str) -> list[str]:
    """What the process says up to ``word``."""
    assert process.stdout is not None
    told = [process.stdout.readline().strip()]
    while told[-1] != word:
        assert told[-1], f"{told}: it has ended"
        told.append(process.stdout.readline().strip())
    return told


def rest(process: subprocess.Popen[str], more: str = "") -> list[str]:
    """What it says to its end, once it has read ``more``."""
    return process.communicate(more, timeout=120)[0].split("\n")[:-1]


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("serving", ["", BLOCKS], ids=["serves", "no process is ready"])
def test_an_order_ends_what_was_begun(start: Start, order: signal.Signals, serving: str) -> None:
    process = start(TAKES_SIGNALS + serving)
    assert until(process, "serving") == ["joining", "serving"]
    process.send_signal(order)
    told = rest(process)
    assert told[-2:] == ["close, alarm 0", "over"]
    assert set(told[:-2]) == {f"Stopped by {order.name}", "withdraw"}
    assert process.returncode == 0


def test_an_order_while_a_cluster_is_joined_begins_nothing_on_it(start: Start) -> None:
    process = start(JOINS_WHEN_TOLD)
    until(process, "joining")
    process.send_signal(signal.SIGTERM)
    until(process, "Stopped by SIGTERM")
    process.send_signal(signal.SIGTERM)  # a second one changes nothing
    assert rest(process, "\n") == ["close", "over"]
    assert process.returncode == 0


def test_what_is_just_being_begun_is_withdrawn_once_it_is_there(start: Start) -> None:
    process = start(BLOCKS + NOTHING_BEGUN)
    until(process, "serving")
    process.send_signal(signal.SIGTERM)
    told = rest(process)
    refused = "The cluster does not end what was begun: there is nothing yet"
    assert told == ["Stopped by SIGTERM", "withdraw", refused, *["withdraw"] * 3, "close", "over"]
    assert process.returncode == 0


@pytest.mark.parametrize(("changes", "reached"), [(NEVER_JOINS, "joining"), (BLOCKS + NEVER_ENDS, "serving")])
def test_a_cluster_that_never_answers_does_not_keep_the_command(start: Start, changes: str, reached: str) -> None:
    process = start(changes, drain_s=0.05)
    until(process, reached)
    process.send_signal(signal.SIGTERM)
    assert rest(process)[-1] == "The cluster has not answered in time; processes of it may go on"
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("changes", "wanted"), [("join = lambda: 1 / 0", []), ("serve = lambda: 1 / 0", ["joining", "withdraw", "close"])]
)
def test_a_fault_without_an_order_is_raised(start: Start, changes: str, wanted: list[str]) -> None:
    process = start(changes)
    assert rest(process) == wanted
    assert process.returncode == 1

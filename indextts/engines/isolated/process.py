"""An engine's process as the server sees it: started, asked, stopped, and ended by force where it does not stop."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import indextts.engines
from indextts.engines.isolated.wire import Wire, WireError, error_of
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config
from indextts.platform.run import Cancel

log = logging.getLogger(__name__)

OPENING_S: Final = 600.0
"""For so long an engine may be opened: models of some gigabytes are read to their end."""
LOOK_S: Final = 0.05
_GRACE_S: Final = 0.25
"""After an order to stop; then the process is killed."""
_SEND_S: Final = 5.0
_SECRET: Final = re.compile(r"KEY|SECRET|TOKEN|PASSW|CREDENTIAL", re.IGNORECASE)
_NOT_ITS_BUSINESS: Final = {"server", "access", "works"}
"""Sections of the configuration that no engine needs, and that may hold what is secret."""


class EngineProcess:
    """One process with one engine. For one thread at a time; :meth:`kill` may come from any."""

    def __init__(self, info: str, title: Bilingual, config: Config) -> None:
        """``info`` is the name of the engine's module ``info``. Raises :class:`StudioError` ``engine_process``."""
        self._title = title
        self._number = 0
        self._memory_mb = config.engines.isolated_memory_mb
        ours, theirs = socket.socketpair()
        life, self._life = os.pipe()
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        inherited = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
        ends = (theirs.fileno(), life)
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-P", "-m", "indextts.engines.isolated.child", *map(str, ends)],
                env={**inherited, "PYTHONPATH": paths},
                pass_fds=ends,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            os.close(self._life)
            raise self._ended(f"could not be started: {error}", f"无法启动：{error}") from error
        finally:
            theirs.close()
            os.close(life)
        self._wire = Wire(ours)
        own = config.engines.model_copy(update={"isolate": ()})
        plain = config.model_copy(update={"cache_dir": config.cache_path, "engines": own})
        self._first = {
            "info": info,
            "config": plain.model_dump_json(exclude=_NOT_ITS_BUSINESS),
            "folders": list(indextts.engines.__path__),
            "memory_mb": self._memory_mb,
        }

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def pid(self) -> int:
        return self._popen.pid

    def open(self, cancel: Cancel | None = None) -> dict[str, Any]:
        """Open the engine there: its name, rate, level and pace. Raises what its loader raises."""
        return self._exchange(self._first, OPENING_S, cancel)[0]

    def ask(self, within_s: float, **order: Any) -> Any:
        """The ``value`` of the answer to a question."""
        return self._exchange(order, within_s)[0].get("value")

    def speak(self, plan: str, cancel: Cancel, heard: Callable[[dict[str, Any]], None]) -> tuple[dict[str, Any], bytes]:
        """The answer and its sound; ``heard`` is told of stages and beats, and may raise.

        Raises what ``cancel`` raises, what the engine has refused, and ``engine_process``.
        """
        self._number += 1
        return self._exchange({"do": "speak", "plan": plan, "number": self._number}, None, cancel, heard)

    def _exchange(
        self,
        order: dict[str, Any],
        within_s: float | None,
        cancel: Cancel | None = None,
        heard: Callable[[dict[str, Any]], None] = lambda message: None,
    ) -> tuple[dict[str, Any], bytes]:
        ends = None if within_s is None else time.monotonic() + within_s
        with self._broken_ends():
            self._wire.send(order, within_s=_SEND_S)
            while True:
                try:
                    if cancel is not None:
                        cancel.check()
                    came = self._wire.receive(LOOK_S)
                    if came is not None and came[0].get("is") in ("stage", "beat"):
                        heard(came[0])
                        continue
                except StudioError:
                    self._stop()
                    raise
                if came is not None:
                    return self._understood(*came)
                if ends is not None and time.monotonic() > ends:
                    self.kill()
                    raise self._ended(f"did not respond for {within_s:g} s", f"{within_s:g} 秒没有回答")

    def _stop(self) -> None:
        """Have it leave what it does, or end it."""
        until = time.monotonic() + _GRACE_S
        try:
            self._wire.send({"do": "cancel", "number": self._number}, within_s=_GRACE_S)
            while (left_s := until - time.monotonic()) > 0:
                came = self._wire.receive(left_s)
                if came is not None and came[0].get("is") in ("done", "refused", "raised"):
                    return
        except WireError:
            pass
        self.kill()

    def _understood(self, answer: dict[str, Any], sound: bytes) -> tuple[dict[str, Any], bytes]:
        kind = answer.get("is")
        if kind == "done":
            return answer, sound
        if kind == "refused":
            error = error_of(answer.get("error"))
            if error is not None and error.code not in ("cancelled", "deadline"):  # nobody has asked it to
                raise error
            raise WireError("it refused without a reason")
        if kind == "raised":
            if isinstance(lacking := answer.get("lacking"), str):
                raise ModuleNotFoundError(lacking, name=lacking)
            name = "".join(char for char in str(answer.get("kind"))[:60] if char.isalnum() or char == "_")
            # Its words are for the log: they may tell of files and other people's texts.
            log.warning("%s: %s: %.500s", self._title.en, name, answer.get("words"))
            raise self._ended(f"raised {name}", f"抛出了 {name}")
        if kind == "short":
            self.kill()
            raise self._out_of_memory()
        raise WireError("that is no answer")

    @contextmanager
    def _broken_ends(self) -> Iterator[None]:
        """A wire that breaks within is the end of the process, and is told as such."""
        try:
            yield
        except WireError as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(_GRACE_S)
            status = self._popen.poll()
            self.kill()
            raise self._why(status) from error

    def _why(self, status: int | None) -> StudioError:
        if status is None:
            return self._ended("sent an invalid answer", "返回的内容无法识别")
        if status < 0:
            name = next((one.name for one in signal.Signals if one == -status), str(-status))
            return self._ended(f"was ended by {name}", f"被信号 {name} 终止")
        return self._ended(f"ended on its own with status {status}", f"自行退出，状态码 {status}")

    def _out_of_memory(self) -> StudioError:
        most = self._memory_mb
        return self._ended(f"needed more than {most} MB of memory", f"所需内存超过 {most} MB")

    def _ended(self, english: str, chinese: str) -> StudioError:
        return StudioError("engine_process", engine=self._title, reason=Bilingual(english, chinese))

    def kill(self) -> None:
        """End it now. Can be called any number of times."""
        with contextlib.suppress(OSError):
            self._popen.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(1.0)
        life, self._life = self._life, -1
        if life >= 0:
            os.close(life)
        self._wire.close()

    @property
    def memory_bytes(self) -> int:
        """Memory that it has in use; 0 where the system does not say."""
        try:
            with open(f"/proc/{self.pid}/statm", encoding="ascii") as statm:
                return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError, ValueError):
            return 0

"""start_app.sh from outside: what it prints, how it exits, what it leaves behind."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from indextts.ops import instance
from tests.shell.conftest import Project
from tests.support.ports import free_port


def test_start_status_stop(project: Project) -> None:
    started = project.script("start")
    assert started.returncode == 0, started.stderr
    assert f"http://127.0.0.1:{project.port}" in started.stdout
    assert project.listens()

    status = project.script("status")
    assert status.returncode == 0
    assert str(project.instance().pid) in status.stdout

    stopped = project.script("stop")
    assert stopped.returncode == 0
    assert not project.listens()
    assert project.script("status").returncode == 3
    assert project.script("stop").returncode == 0
    assert list(project.run_folder.glob("*.json")) == []


@pytest.mark.night
def test_starting_is_the_default_and_options_stand_anywhere(project: Project) -> None:
    assert project.script("--port", str(project.port), port=False).returncode == 0
    assert project.running()
    assert project.script(f"--port={project.port}", "status", port=False).returncode == 0


@pytest.mark.night
def test_a_start_leaves_alone_what_runs_well_and_would_be_no_other(project: Project) -> None:
    project.script()
    first = project.instance()
    again = project.script("start")
    assert again.returncode == 0
    assert f"Already running at {first.address} (pid {first.pid})" in again.stdout
    assert first.alive and project.instance() == first
    assert project.log().count("serving with") == 1


@pytest.mark.night
@pytest.mark.parametrize("changed", ["indextts/new.py", "configs/config.yaml"])
def test_a_start_replaces_what_was_started_from_other_code_or_settings(project: Project, changed: str) -> None:
    project.script()
    first = project.instance()
    with (project.root / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert project.script().returncode == 0
    assert not first.alive
    assert project.running()


@pytest.mark.night
def test_a_start_replaces_what_runs_with_other_options(project: Project, tmp_path: Path) -> None:
    project.script()
    first = project.instance()
    own = tmp_path / "own.yaml"
    own.write_text("{}", encoding="utf-8")
    assert project.script("--config", str(own)).returncode == 0
    assert not first.alive
    assert project.running()


@pytest.mark.parametrize("name", ["INDEXTTS_KEYS", "AWS_SECRET_ACCESS_KEY"])
def test_a_start_replaces_what_was_started_with_other_variables(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project.script()
    first = project.instance()
    monkeypatch.setenv(name, "anna:a secret")
    assert project.script().returncode == 0
    second = project.instance()
    assert not first.alive and second.alive
    same = project.script()
    assert "restart restarts it." in same.stdout and project.instance() == second
    monkeypatch.delenv(name)
    lacking = project.script()
    assert f"restarts it without {name}," in lacking.stdout and project.instance() == second
    assert "a secret" not in lacking.stdout + lacking.stderr
    monkeypatch.setenv(name, "ben:another")
    project.script()
    assert project.running() and project.instance() != second


@pytest.mark.night
def test_a_start_replaces_what_is_not_well(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ill = tmp_path / "ill"
    monkeypatch.setenv("DOUBLE", f"ill once {ill} is there")
    project.script()
    first = project.instance()
    ill.touch()
    monkeypatch.delenv("DOUBLE")
    assert project.script().returncode == 0
    assert not first.alive
    assert project.running()


def test_a_wrong_address_ends_nothing_that_runs(project: Project) -> None:
    project.script()
    first = project.instance()
    refused = project.script("restart", "--host", "no.such.host.invalid")
    assert refused.returncode != 0 and "no.such.host.invalid" in refused.stdout + refused.stderr
    assert first.alive and project.listens()


def test_restart_takes_the_place_of_what_runs(project: Project) -> None:
    project.script()
    first = project.instance()
    again = project.script("restart")
    assert again.returncode == 0
    assert not first.alive
    assert project.running()
    assert project.instance().pid != first.pid


@pytest.mark.parametrize("before", ["start", "set-up"])
def test_a_restart_that_waited_for_another_command_restarts_all_the_same(project: Project, before: str) -> None:
    project.script()
    first = project.instance()
    (project.run_folder / "start.lock").touch()
    with (project.run_folder / "start.lock").open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        begun = [project.begin(before)]
        begun.append(project.begin("restart"))
        time.sleep(1.0)
    outputs = [one.communicate(timeout=120)[0] for one in begun]
    assert [one.returncode for one in begun] == [0, 0], outputs
    assert "waiting" in outputs[1] and "Already running" not in outputs[1]
    assert not first.alive and project.running()


def test_a_restart_of_what_runs_on_another_port_starts_no_second_one(project: Project) -> None:
    other = str(free_port())
    project.script()
    first = project.instance()
    again = project.script("restart", "--port", other, port=False)
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1 and f"add --port {first.port}." in again.stderr
    assert project.script("status", "--port", other, port=False).returncode == 3
    assert first.alive and project.running()
    project.script("stop")
    assert project.script("restart", "--port", other, port=False).returncode == 0, "nothing runs: it is a start"


@pytest.mark.night
def test_two_ports_are_two_instances(project: Project) -> None:
    other = str(free_port())
    project.script()
    second = project.script("--port", other, port=False)
    assert second.returncode == 0
    assert f"add --port {project.instance().port}." in second.stderr, "whoever meant the first is told"
    assert project.script("stop").returncode == 0
    assert project.script("status", "--port", other, port=False).returncode == 0
    for order in ("stop", "status"):
        asked = project.script(order)
        assert f"add --port {other}." in asked.stdout + asked.stderr


@pytest.mark.night
def test_a_server_that_ignores_term_is_killed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLE", "stubborn")
    project.script()
    first = project.instance()
    instance.end(first, within_s=0.3)
    assert not first.exists
    assert project.script("status").returncode == 3


def test_a_stranger_on_the_port_is_named_and_left_alone(project: Project) -> None:
    stranger = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(project.port), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not project.listens():
            time.sleep(0.02)
        refused = project.script()
        assert refused.returncode == 1
        assert f"pid {stranger.pid}" in refused.stderr
        assert "http.server" in refused.stderr
        for command, code in (("status", 3), ("stop", 0)):
            asked = project.script(command)
            assert asked.returncode == code
            assert f"pid {stranger.pid}" in asked.stdout and "was not started by ./start_app.sh" in asked.stdout
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.night
def test_a_pid_that_now_belongs_to_another_program_is_left_alone(project: Project) -> None:
    other = subprocess.Popen(["sleep", "60"])
    try:
        noted = instance.Instance(other.pid, "an earlier boot 1", "127.0.0.1", project.port)
        project.run_folder.mkdir(parents=True)
        for stale in (noted, replace(noted, began=instance.began(other.pid) or "")):
            instance.write(project.run_folder, stale)
            assert project.script("status").returncode == 3
            assert project.script("stop").returncode == 0
            instance.write(project.run_folder, stale)
            assert project.script("start").returncode == 0
            assert project.script("stop").returncode == 0
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.night
def test_an_unreadable_pid_file_is_no_instance(project: Project) -> None:
    project.run_folder.mkdir(parents=True)
    for content in ("", "{", "[1]", '{"pid": 1}'):
        (project.run_folder / f"{project.port}.json").write_text(content, encoding="utf-8")
        assert project.script("status").returncode == 3
    assert project.script("start").returncode == 0


@pytest.mark.night
def test_two_starts_at_once_leave_one_server(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLE", "slow")
    starts = [project.begin(), project.begin()]
    outputs = [start.communicate(timeout=300)[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0], outputs
    assert all(f"pid {project.instance().pid}" in output for output in outputs)
    assert any("waiting" in output for output in outputs)
    assert project.log().count("serving with") == 1


@pytest.mark.night
def test_the_lock_is_free_again_after_a_start(project: Project) -> None:
    project.script()
    locks = [entry.path for entry in os.scandir(f"/proc/{project.instance().pid}/fd")]
    assert not any(os.readlink(entry).endswith(".lock") for entry in locks)


def test_a_start_that_fails_shows_the_log_and_leaves_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLE", "fail")
    failed = project.script()
    assert failed.returncode == 1
    shown = failed.stderr.splitlines()
    assert "  line 79" in shown
    assert "  line 30" in shown
    assert "  line 29" not in shown
    assert not project.listens()
    assert list(project.run_folder.glob("*.json")) == []


@pytest.mark.night
def test_a_broken_configuration_fails_with_its_reason(project: Project, tmp_path: Path) -> None:
    (tmp_path / "bad one.yaml").write_text("serverr: {}\n", encoding="utf-8")
    failed = project.script("--config", "bad one.yaml")
    assert failed.returncode == 1
    assert "serverr" in failed.stderr
    assert not project.listens()


def test_a_configuration_that_is_not_there_is_told_and_no_other_is_answered_for(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for command in (["status"], ["stop"], ["install-service", "--print"]):
        failed = project.script(*command, "--config", "no ne.yaml")
        assert failed.returncode == 1 and "no ne.yaml" in failed.stderr and not failed.stdout
    monkeypatch.setenv("INDEXTTS_CONFIG", str(tmp_path / "gone.yaml"))
    assert "gone.yaml" in project.script("status").stderr


@pytest.mark.parametrize("how", ["broken", "broken table"])
def test_a_server_that_gives_up_is_not_waited_for(project: Project, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setenv("DOUBLE", how)
    failed = project.script()
    assert failed.returncode == 1
    assert "no voice here" in failed.stderr
    assert not project.listens()


def test_a_server_that_speaks_and_can_keep_nothing_is_left_running(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOUBLE", "full")
    for command in ("start", "restart"):
        done = project.script(command)
        assert done.returncode == 0
        assert "It speaks" in done.stderr and "no voice here" in done.stderr
        assert project.running()
    status = project.script("status")
    assert "speaks" in status.stdout and "no voice here" in status.stdout and "loading" not in status.stdout


def test_a_failed_start_shows_nothing_of_earlier_ones(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    logs = project.root / "cache_hub" / "logs"
    logs.mkdir(parents=True)
    (logs / f"{project.port}.log").write_text("an earlier run\n" * 9, encoding="utf-8")
    monkeypatch.setenv("DOUBLE", "broken")
    failed = project.script()
    assert "serving with" in failed.stderr and "an earlier run" not in failed.stderr


@pytest.mark.night
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_start_leaves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("DOUBLE", "never")
    # A run in the background ignores the keyboard's interrupt, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    start = project.begin(start_new_session=True)
    signal.signal(signal.SIGINT, before)
    while not project.listens():
        time.sleep(0.02)
    os.killpg(start.pid, number)
    start.communicate(timeout=120)
    assert start.returncode == 130
    assert not project.listens()
    assert not project.running()


def test_a_configuration_in_the_environment_is_looked_for_where_one_stands(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "own.yaml").write_text(f"server: {{port: '{project.port}'}}\n", encoding="utf-8")
    monkeypatch.setenv("INDEXTTS_CONFIG", "own.yaml")
    said = project.script("status", port=False, cwd=tmp_path / "beside")
    assert f"Not running on port {project.port}." in said.stdout


@pytest.mark.night
def test_configured_port_is_used_by_every_command(project: Project, tmp_path: Path) -> None:
    config = tmp_path / "own.yaml"
    config.write_text(f"server: {{port: {project.port}}}\n", encoding="utf-8")
    given = ("--config", str(config))
    assert project.script(*given, port=False).returncode == 0
    assert project.listens()
    assert project.script("status", *given, port=False).returncode == 0
    assert project.script("stop", *given, port=False).returncode == 0
    assert not project.listens()


@pytest.mark.night
def test_foreground_is_the_server_itself(project: Project) -> None:
    server = project.begin("--foreground")
    try:
        while not project.listens():
            time.sleep(0.02)
        assert project.instance().pid == server.pid
        assert project.script("status").returncode == 0
        assert project.script("stop").returncode == 0
        server.communicate(timeout=120)
        assert not project.listens()
    finally:
        server.kill()


@pytest.mark.night
def test_under_cron(project: Project) -> None:
    sh = ["sh", str(project.root / "start_app.sh"), "--port", str(project.port)]
    done = subprocess.run(
        sh,
        env={"PATH": "/usr/bin:/bin"},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert project.running()


@pytest.mark.night
def test_through_a_link_from_a_foreign_python_environment(project: Project, tmp_path: Path) -> None:
    link = tmp_path / "studio"
    link.symlink_to(project.root / "start_app.sh")
    environment = {**os.environ, "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [link, "--port", str(project.port)], env=environment, cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.night
def test_share_says_what_became_of_it(project: Project) -> None:
    started = project.script("--share")
    assert started.returncode == 0
    assert "No public link (no internet)" in started.stdout
    assert "No public link" not in project.script().stdout


@pytest.mark.night
def test_logs_are_shown_and_rotated(project: Project) -> None:
    assert project.script("logs").returncode == 1
    logs = project.root / "cache_hub" / "logs"
    logs.mkdir(parents=True)
    with (logs / f"{project.port}.log").open("w") as file:
        file.truncate(11 * 1024 * 1024)
    assert project.script().returncode == 0
    assert (logs / f"{project.port}.log.1").stat().st_size == 11 * 1024 * 1024
    shown = project.script("logs")
    assert shown.returncode == 0
    assert "serving with" in shown.stdout


def test_a_cache_that_cannot_be_written_is_named(project: Project) -> None:
    (project.root / "cache_hub").write_text("in the way", encoding="utf-8")
    failed = project.script()
    assert failed.returncode == 1
    assert "cache_hub" in failed.stderr
    assert "cannot be written" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"],
        ["dance"],
        ["start", "stop"],
        ["--port"],
        ["--port", "0"],
        ["--port", "65536"],
        ["--port", "http"],
        ["--port="],
        ["--host", ""],
        ["--with", "festival"],
        ["--with", ""],
    ],
)
def test_bad_options(project: Project, arguments: list[str]) -> None:
    refused = project.script(*arguments, port=False)
    assert refused.returncode == 2
    assert "--help" in refused.stderr


def test_help(project: Project) -> None:
    shown = project.script("--help", port=False)
    assert shown.returncode == 0
    for word in ("start", "stop", "status", "restart", "logs", "--port", "--host", "--share", "--foreground", "--with"):
        assert word in shown.stdout


@pytest.mark.night
def test_pid_file_is_json(project: Project) -> None:
    project.script()
    noted = json.loads((project.run_folder / f"{project.port}.json").read_text(encoding="utf-8"))
    assert noted == asdict(project.instance())


def test_set_up_alone_starts_nothing(project: Project) -> None:
    done = project.script("set-up")
    assert (done.returncode, done.stdout) == (0, "Everything is set up.\n")
    assert not project.listens()


def test_a_service_is_shown_before_it_is_installed(project: Project) -> None:
    shown = project.script("install-service", "--print", "--as", "nobody", "--host=0.0.0.0")
    assert shown.returncode == 0, shown.stderr
    start = f'ExecStart="{project.root}/start_app.sh" --foreground --host 0.0.0.0 --port {project.port}'
    assert start in shown.stdout.splitlines() and "User=nobody" in shown.stdout.splitlines()
    own = project.script("install-service", "--user", "--print")
    assert start.replace("0.0.0.0", "127.0.0.1") in own.stdout.splitlines() and "User=" not in own.stdout


@pytest.mark.night
@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd runs this machine")
@pytest.mark.parametrize("command", ["install-service", "uninstall-service"])
def test_where_systemd_does_not_run_a_service_is_no_silent_success(project: Project, command: str) -> None:
    for options in ([], ["--user"]):
        refused = project.script(command, *options)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "systemd does not run this machine" in refused.stderr


@pytest.mark.parametrize(
    "wrong", [["start", "--print"], ["--user"], ["uninstall-service", "--as", "x"], ["install-service", "--as", "a b"]]
)
def test_a_services_options_are_for_services(project: Project, wrong: list[str]) -> None:
    assert project.script(*wrong).returncode == 2


def test_a_service_is_never_shared(project: Project) -> None:
    assert project.script("install-service", "--share").returncode == 2

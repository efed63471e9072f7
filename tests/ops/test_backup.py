"""``backup`` and ``restore``: nothing that would be missed is lost, whatever happens meanwhile and whoever wrote it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest

from indextts.cli.main import main
from indextts.ops.backup import backup
from indextts.ops.restore import restore
from indextts.plan.request import SpeechRequest
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.platform.storage import archive, in_use
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from tests.support.restarted import OWNER, make, text_of

Tree = dict[str, str]


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "cache_hub", symlinks=True))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with something of everything, and all that the program makes again."""
    folder = tmp_path_factory.mktemp("kept") / "cache_hub"
    service = make(folder)
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(1)))
    *_, ended = service.works.jobs.follow(OWNER, job.id)
    assert ended.state == "done"
    service.works.projects.create(OWNER, name="红楼梦")
    service.close()
    (folder / "spoken.txt").unlink()  # the test's engine's own
    words(folder, "重庆")
    files = {
        "voices/" + "a" * 64 + ".flac": b"a recording",
        "keys.yaml": b"keys: []",
        "calibration.json": b"{}",
        "works/books/abc/m4b-1.m4b": b"a book",
        "models/embedded/acoustic.onnx": b"fetched",
        "models/indextts2/gpt.safetensors": b"fetched",
        "models/my-own/voice.onnx": b"mine",
        "downloads/wheel.whl": b"fetched",
        "numba/x.nbi": b"compiled",
        "outputs/x.wav": b"for an hour",
        "gradio/x/y.wav": b"uploaded",
        "logs/studio.log": b"line",
        "run/7860.json": b"{}",
        "works/files/x.mp3": b"made again",
        "library.sqlite3.copy-1": b"a copy",
        "library.sqlite3.damaged-1": b"damaged",
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "keys.yaml").chmod(0o600)
    (folder / "voices" / "link").symlink_to("nowhere")
    return folder


def test_both_commands_count_alike(home: Path, tmp_path: Path) -> None:
    sounds = sorted((home / "works" / "sounds").rglob("*.flac"))
    for number in range(3):  # a store names a sound that two takes have twice
        os.link(sounds[0], sounds[0].with_name(f"{'b' * 30}{number}.flac"))
    made = backup(Config(cache_dir=home), tmp_path / "a.tar")
    brought = restore(Config(cache_dir=tmp_path / "empty"), tmp_path / "a.tar")
    assert (made.files, made.bytes) == (brought.files, brought.bytes)
    assert made.files == len(tree(tmp_path / "empty"))


def words(folder: Path, word: str) -> None:
    lexicon = Lexicon(folder / "library.sqlite3")
    lexicon.add(draft(word, "something else"))
    lexicon.close()


def listed(folder: Path) -> list[str]:
    lexicon = Lexicon(folder / "library.sqlite3")
    try:
        return [entry.word for entry in lexicon.entries()]
    finally:
        lexicon.close()


def tree(folder: Path) -> Tree:
    """Every file and its hash; of databases the rows."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        beside = name.endswith(("-wal", "-shm", ".lock", "/lock", ".in-use"))
        if not path.is_file() or path.is_symlink() or beside:
            continue
        data = path.read_bytes()
        if data[:6] == b"SQLite":
            with sqlite3.connect(path) as connection:
                data = "\n".join(connection.iterdump()).encode()
            connection.close()
        found[name] = hashlib.sha256(data).hexdigest()
    return found


def config_of(folder: Path) -> Config:
    return Config(cache_dir=folder)


def call(folder: Path, *arguments: str) -> int:
    settings = folder.parent / f"{folder.name}.yaml"
    settings.write_text(json.dumps({"cache_dir": str(folder)}))
    return main([arguments[0], "--config", str(settings), *arguments[1:]])


MINE = ("works/works.sqlite3", "works/sounds", "works/books", "library.sqlite3", "voices/a", "keys", "calibration")


def mine(found: Tree, sounds: bool = True) -> Tree:
    """What a person would miss of it."""
    spare = (".copy-", ".damaged-")
    chosen = (*MINE, "models/my-own") if sounds else (MINE[0], *MINE[3:], "models/my-own")
    return {name: sha for name, sha in found.items() if name.startswith(chosen) and not any(s in name for s in spare)}


def test_a_backup_brings_back_all_that_would_be_missed_elsewhere_and_nothing_else(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, other = tmp_path / "studio.tar.gz", tmp_path / "elsewhere"
    before = tree(home)
    assert call(home, "backup", str(file)) == 0
    after = tree(home)
    assert after.pop("run/backup-made") is not None and after == before
    assert file.stat().st_mode & 0o777 == 0o600
    capsys.readouterr()
    assert call(other, "restore", str(file), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["aside"]) == (len(mine(before)), "")
    assert tree(other) == mine(before)
    assert (other / "keys.yaml").stat().st_mode & 0o077 == 0
    service = make(other)
    (job,), total = service.works.jobs.listed(OWNER)
    assert total == 1 and len(service.works.jobs.sound(OWNER, job.id))
    assert [one.name for one in service.works.projects.list(OWNER)[0]] == ["红楼梦"]
    service.close()
    assert listed(other) == ["重庆"]


def test_what_lies_behind_a_link_comes_along_and_every_link_without_an_end_is_named(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = mine(tree(home))
    disk = tmp_path / "another disk"
    for name in ("works/sounds", "voices", "keys.yaml", "calibration.json", "works/works.sqlite3"):
        (disk / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(home / name, disk / name)
        (home / name).symlink_to(disk / name)
    (disk / "voices" / "back").symlink_to(disk)
    (disk / "there").mkdir()
    (disk / "there" / "again").symlink_to(disk / "voices")
    (disk / "voices" / "there").symlink_to(disk / "there")
    os.mkfifo(disk / "voices" / "pipe")
    (home / "logs" / "old").symlink_to("nowhere")
    file, other = tmp_path / "studio.tar", tmp_path / "elsewhere"
    assert call(home, "backup", str(file), "--json") == 0
    named = json.loads(capsys.readouterr().out)["left_out"]
    assert named == [f"'voices/{name}'" for name in ("back", "link", "pipe", "there/again")]
    assert call(other, "restore", str(file)) == 0
    assert mine(tree(other)) == before
    assert not any(path.is_symlink() for path in other.rglob("*"))


def test_no_link_of_the_servers_account_shows_it_what_only_root_may_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_bytes(b"of another account")
    (home / "voices" / "link").unlink()
    (home / "voices" / "link").symlink_to(tmp_path / "secret")
    lstat = Path.lstat

    def anothers(path: Path) -> os.stat_result:
        about = lstat(path)
        return os.stat_result((*about[:4], about.st_uid + 4711, *about[5:])) if stat.S_ISLNK(about.st_mode) else about

    monkeypatch.setattr(Path, "lstat", anothers)
    assert backup(Config(cache_dir=home), tmp_path / "a.tar").left_out == ("voices/link",)


def test_sounds_stay_out_and_models_come_along_when_asked(home: Path, tmp_path: Path) -> None:
    small, large = tmp_path / "small.tar.gz", tmp_path / "large.tar"
    assert call(home, "backup", str(small), "--without-sounds") == 0
    assert call(home, "backup", str(large), "--with-models") == 0
    for file, name in ((small, "a"), (large, "b")):
        assert call(tmp_path / name, "restore", str(file)) == 0
    assert tree(tmp_path / "a") == mine(tree(home), sounds=False)
    models = {name: sha for name, sha in tree(home).items() if name.startswith("models/")}
    assert tree(tmp_path / "b") == mine(tree(home)) | models
    assert not gzip_head(large) and gzip_head(small)


def gzip_head(path: Path) -> bool:
    return path.read_bytes()[:2] == b"\x1f\x8b"


def test_any_tar_and_sha256sum_can_read_it(home: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "studio.tar.gz", tmp_path / "by-hand"
    folder.mkdir()
    assert call(home, "backup", str(file)) == 0
    subprocess.run(["tar", "-xzf", str(file), "-C", str(folder)], check=True)
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)


def test_what_is_there_is_set_aside_whole_and_said(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "studio.tar.gz"
    assert call(home, "backup", str(file)) == 0
    backed = mine(tree(home))
    words(home, "later")
    (home / "voices" / "new.flac").write_bytes(b"a later recording")
    (home / "presets.json").write_bytes(b"of a later version")
    before = tree(home)
    capsys.readouterr()
    assert call(home, "restore", str(file)) == 0
    (aside,) = home.glob("before-restore-*")
    assert str(aside) in capsys.readouterr().out
    after = tree(home)
    kept = {name.partition("/")[2]: sha for name, sha in after.items() if name.startswith("before-restore-")}
    now = {name: sha for name, sha in after.items() if not name.startswith("before-restore-")}
    assert all(kept.get(name, now.get(name)) == sha for name, sha in before.items()), "all is there, here or aside"
    assert mine(now) == backed and "presets.json" not in now
    assert listed(home) == ["重庆"] and listed(aside) == ["later", "重庆"]
    assert now["models/embedded/acoustic.onnx"] == before["models/embedded/acoustic.onnx"]
    assert call(home, "backup", str(file)) == 0
    assert call(tmp_path / "new", "restore", str(file)) == 0
    assert tree(tmp_path / "new") == backed, "what lies aside is in no backup"


def test_it_is_one_moments_state_while_the_server_writes(home: Path, tmp_path: Path) -> None:
    service = make(home)
    service.start()
    going, stop = threading.Event(), threading.Event()

    def write() -> None:
        for number in range(100_000):
            service.works.projects.create(OWNER, name=f"project {number}")
            service.lexicon.add(draft(f"word{number}", "something else"))
            going.set()
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    assert going.wait(60)
    try:
        made = [backup(config_of(home), tmp_path / f"{number}.tar") for number in range(5)]
    finally:
        stop.set()
        writer.join()
        service.close()
    counts = []
    for number, one in enumerate(made):
        folder = tmp_path / f"of-{number}"
        restore(config_of(folder), one.path)
        with sqlite3.connect(folder / "works" / "works.sqlite3") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts.append(connection.execute("SELECT count(*) FROM project").fetchone()[0])
        connection.close()
    assert counts == sorted(counts)


def test_a_server_that_holds_the_folder_keeps_a_restore_out_and_the_reverse(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "studio.tar"
    backup(config_of(home), file)
    service = make(home)
    service.start()
    words(home, "later")
    assert call(home, "restore", str(file)) == 1
    assert listed(home) == ["later", "重庆"] and not list(home.glob("before-restore-*"))
    service.close()
    with in_use.alone(home):
        other = make(home)
        with pytest.raises(Exception, match="being restored"):
            other.start()
        other.close()
    assert call(home, "restore", str(file)) == 0


def refused(home: Path, file: Path, code: str) -> None:
    before = tree(home)
    with pytest.raises(Exception) as raised:
        restore(config_of(home), file)
    assert getattr(raised.value, "code", raised.value) == code
    assert tree(home) == before and not list(home.glob("before-restore-*")) and not list(home.glob(".restore-*"))


def test_an_archive_that_was_changed_or_cut_anywhere_changes_nothing(home: Path, tmp_path: Path) -> None:
    whole, file = tmp_path / "whole.tar", tmp_path / "changed.tar"
    backup(config_of(home), whole)
    data = whole.read_bytes()
    packed = gzip.compress(data, 1)
    for place in range(600, len(data) - 1024, len(data) // 25):
        if data[place : place + 1] != b"\0":
            file.write_bytes(data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :])
            refused(home, file, "bad_backup")
    for end in range(0, len(data), len(data) // 10):
        file.write_bytes(data[:end])
        refused(home, file, "bad_backup")
    for end in (10, len(packed) // 2, len(packed) - 20):
        file.write_bytes(packed[:end])
        refused(home, file, "bad_backup")
    file.write_bytes(b"PK\3\4 this is a zip" * 100)
    refused(home, file, "bad_backup")


def crafted(path: Path, members: list[tuple[str, bytes]], about: dict[str, Any] | None = None) -> None:
    """An archive with right hashes, whatever it holds."""
    told = {"form": 1, "version": "9", "made": "", "sounds": True, "models": True} | (about or {})
    with archive.new_archive(path) as new:
        for name, data in [("BACKUP.json", json.dumps(told).encode()), *members]:
            new.add(name, io.BytesIO(data), len(data))


HOSTILE = (
    "../outside.txt",
    "works/../../outside.txt",
    "/tmp/outside.txt",
    "works//x",
    "works/./x",
    "voices/..\\..\\x",
    "voices/a\nb",
    "run/7860.json",
    "numba/x.nbi",
    ".in-use",
    ".exchange.json",
    "voices/.hidden",
    "before-restore-1/x",
    "works",
    "library.sqlite3-wal",
    "library.sqlite3.copy-1",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_archive_writes_outside_or_what_the_program_would_run(home: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "hostile.tar"
    around = sorted(tmp_path.iterdir())
    crafted(file, [("calibration.json", b"{}"), (name, b"hostile"), ("LINKS", b"")])
    refused(home, file, "bad_backup")
    file.unlink()
    crafted(file, [("calibration.json", b"{}"), ("LINKS", f"{name}\tcalibration.json\n".encode())])
    refused(home, file, "bad_backup")
    assert sorted(tmp_path.iterdir()) == sorted([*around, file])


@pytest.mark.parametrize(
    "lines",
    [b"voices/x\t../../etc/passwd\n", b"voices/x\tvoices/none\n", b"voices/x\n", b"x" * 5_000_000, b"voices/x\t\xff\n"],
)
def test_no_archive_links_to_what_it_does_not_hold(home: Path, tmp_path: Path, lines: bytes) -> None:
    crafted(tmp_path / "hostile.tar", [("calibration.json", b"{}"), ("LINKS", lines)])
    refused(home, tmp_path / "hostile.tar", "bad_backup")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_no_archive_makes_anything_but_files(home: Path, tmp_path: Path, kind: bytes) -> None:
    crafted(tmp_path / "sound.tar", [("calibration.json", b"{}"), ("LINKS", b"")])
    data = (tmp_path / "sound.tar").read_bytes()
    odd = tarfile.TarInfo("voices/x")
    odd.type, odd.linkname = kind, "/etc/passwd"
    (tmp_path / "odd.tar").write_bytes(data[:1024] + odd.tobuf(tarfile.USTAR_FORMAT) + data[1024:])
    refused(home, tmp_path / "odd.tar", "bad_backup")


def test_names_that_are_there_twice_and_extensions_of_any_length_are_refused(home: Path, tmp_path: Path) -> None:
    crafted(tmp_path / "twice.tar", [("voices/x", b"1"), ("voices/x", b"2"), ("LINKS", b"")])
    refused(home, tmp_path / "twice.tar", "bad_backup")
    crafted(tmp_path / "both.tar", [("voices/x", b"1"), ("voices/x/y", b"2"), ("LINKS", b"")])
    refused(home, tmp_path / "both.tar", "bad_backup")
    long = tarfile.TarInfo("x")
    long.type, long.size = tarfile.XHDTYPE, 2**40
    (tmp_path / "long.tar").write_bytes(long.tobuf(tarfile.USTAR_FORMAT if long.size < 8**11 else tarfile.GNU_FORMAT))
    refused(home, tmp_path / "long.tar", "bad_backup")


def test_what_would_not_fit_on_the_disk_is_said_before_anything_is_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crafted(tmp_path / "bomb.tar.gz", [("voices/x", bytes(50_000_000)), ("LINKS", b"")])
    assert (tmp_path / "bomb.tar.gz").stat().st_size < 1_000_000
    usage = type("Usage", (), {"free": 40_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    refused(home, tmp_path / "bomb.tar.gz", "disk_full")


def test_an_archive_or_a_database_of_a_newer_version_is_refused_in_a_sentence(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crafted(tmp_path / "newer.tar", [("calibration.json", b"{}"), ("LINKS", b"")], {"form": 2, "version": "4.2"})
    refused(home, tmp_path / "newer.tar", "backup_newer")
    for name in ("library.sqlite3", "works/works.sqlite3"):
        path = tmp_path / "newer.sqlite3"
        path.write_bytes((home / name).read_bytes())
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        crafted(tmp_path / "newer.tar", [(name, path.read_bytes()), ("LINKS", b"")])
        refused(home, tmp_path / "newer.tar", "backup_newer")
    assert call(home, "restore", str(tmp_path / "newer.tar")) == 1
    assert "newer version" in capsys.readouterr().err


def test_a_damaged_database_is_neither_backed_up_nor_brought_back(home: Path, tmp_path: Path) -> None:
    sound = tmp_path / "studio.tar"
    backup(config_of(home), sound)
    kept = sound.read_bytes()
    data = bytearray((home / "library.sqlite3").read_bytes())
    crafted(tmp_path / "odd.tar", [("library.sqlite3", bytes(data[:4096]) + os.urandom(8192)), ("LINKS", b"")])
    refused(home, tmp_path / "odd.tar", "bad_backup")
    (home / "library.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(Exception, match="cannot be used"):
        backup(config_of(home), sound)
    assert sound.read_bytes() == kept, "the last good one stays"
    assert sorted(one.name for one in tmp_path.glob(".*")) == []


def test_what_a_killed_backup_has_left_goes_with_the_next_one(home: Path, tmp_path: Path) -> None:
    left = tmp_path / ".studio.tar.0123abcd.part"
    folder = tmp_path / ".studio.tar.xyz.part"
    left.write_bytes(b"half")
    folder.mkdir()
    for one in (left, folder):
        os.utime(one, (1, 1))
    backup(config_of(home), tmp_path / "studio.tar")
    assert list(tmp_path.glob(".*")) == []


def test_a_place_inside_of_the_folder_or_none_is_refused_in_a_sentence(home: Path, tmp_path: Path) -> None:
    for path, code in (
        (home / "backup.tar", "backup_inside"),
        (tmp_path / "none" / "x.tar", "no_folder"),
        *((tmp_path / name, "backup_name") for name in ("-", "x.zip", "x", "x.tar.xz", ".tar", "x.TAR")),
    ):
        with pytest.raises(Exception) as raised:
            backup(config_of(home), path)
        assert getattr(raised.value, "code", raised.value) == code
    with pytest.raises(Exception, match="nothing"):
        backup(config_of(tmp_path / "empty"), tmp_path / "x.tar")
    assert not (tmp_path / "x.tar").exists()


KILLED = """
import os, sys
from pathlib import Path
from indextts.platform.config import Config
from indextts.ops.restore import restore
left = int(sys.argv[3])
rename, unlink = Path.rename, Path.unlink
def dying(work):
    def call(self, *rest, **named):
        global left
        if "cache_hub" in str(self):
            left -= 1
            if left < 0:
                os._exit(9)
        return work(self, *rest, **named)
    return call
Path.rename, Path.unlink = dying(rename), dying(unlink)
restore(Config(cache_dir=Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.mark.night
def test_a_restore_that_is_killed_at_any_step_leaves_the_old_state_or_becomes_the_new_one(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "studio.tar"
    backup(config_of(home), file)
    backed = mine(tree(home))
    words(home, "later")
    old = mine(tree(home))
    died, steps = 0, 0
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    while True:
        command = [sys.executable, "-c", KILLED, str(home), str(file), str(steps)]
        status = subprocess.run(command, env=environment, check=False, capture_output=True).returncode
        in_use.Occupied(home).close()  # what a server does first
        found = {name: sha for name, sha in mine(tree(home)).items() if not name.startswith(("before", "."))}
        assert found in (old, backed)
        assert not (home / in_use.EXCHANGE).exists()
        if status == 0:
            break
        died += 1
        steps += 4
        words(home, f"later {steps}")
        old = mine(tree(home))
    assert died > 2 and found == backed


@pytest.mark.night
def test_memory_stays_flat_however_much_is_backed_up(tmp_path: Path) -> None:
    home, file = tmp_path / "cache_hub", tmp_path / "studio.tar"
    (home / "voices").mkdir(parents=True)
    with (home / "voices" / "large.flac").open("wb") as large:
        large.truncate(200_000_000)

    def most() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    before = most()
    backup(config_of(home), file)
    restore(config_of(tmp_path / "other"), file)
    assert most() - before < 30_000_000


@pytest.mark.night
def test_a_disk_that_is_full_in_the_middle_leaves_the_last_backup_and_nothing_half(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "studio.tar"
    backup(config_of(home), file)
    kept = file.read_bytes()
    (home / "voices" / "large.flac").write_bytes(os.urandom(3_000_000))
    program = (
        "import resource, signal, sys; from indextts.cli.main import main;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000));"
        "sys.exit(main(sys.argv[1:]))"
    )
    settings = tmp_path / "c.yaml"
    settings.write_text(json.dumps({"cache_dir": str(home)}))

    def limited(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, arguments[0], "--config", str(settings), *arguments[1:]]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    done = limited("backup", str(file))
    assert (done.returncode, "disk is full" in done.stderr) == (1, True), done.stderr
    assert file.read_bytes() == kept
    larger = tmp_path / "larger.tar"
    backup(config_of(home), larger)
    before = tree(home)
    done = limited("restore", str(larger))
    assert (done.returncode, "disk is full" in done.stderr) == (1, True), done.stderr
    assert tree(home) == before
    assert list(tmp_path.glob(".*")) == [] and list(home.glob(".restore-*")) == []

"""Nothing half-written is ever taken for whole."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.platform.storage import files
from indextts.platform.storage.files import new_folder, sha256_file, write_file, writing


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.bin"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["file.bin"]
    assert sha256_file(path) == "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"


def test_a_folder_appears_only_when_it_is_done(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with new_folder(target) as aside:
        (aside / "a").write_bytes(b"1")
        assert not target.exists()
    with new_folder(target) as aside:
        (aside / "b").write_bytes(b"2")
        assert (target / "a").exists(), "the old one serves until the new one is whole"
    assert [entry.name for entry in target.iterdir()] == ["b"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_a_failed_build_leaves_the_old_folder_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "model"
    with new_folder(target) as aside:
        (aside / "a").write_bytes(b"1")
    with pytest.raises(RuntimeError), new_folder(target) as aside:
        (aside / "b").write_bytes(b"2")
        raise RuntimeError
    assert [entry.name for entry in tmp_path.rglob("*")] == ["model", "a"]


def test_what_a_killed_build_left_behind_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".model.0123.part").mkdir()
    (tmp_path / ".model.0123.part" / "half").write_bytes(b"x")
    with new_folder(tmp_path / "model"):
        pass
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        *((number, "not_writable") for number in (errno.EACCES, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENOTCONN)),
    ],
)
def test_the_systems_refusals_become_sentences(number: int, code: str) -> None:
    with pytest.raises(StudioError) as caught, writing(Path("place")):
        raise OSError(number, os.strerror(number))
    assert caught.value.code == code


def test_other_errors_pass_through() -> None:
    with pytest.raises(OSError, match="odd"), writing(Path("place")):
        raise OSError(errno.EINVAL, "odd")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught, writing(tmp_path), Path("/dev/full").open("wb") as stream:
        stream.write(b"x" * 100_000)
    assert caught.value.code == "disk_full"


REFUSED = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "disk_full"),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST), "not_writable"
    ),
}


@pytest.mark.parametrize("number", REFUSED)
def test_every_refusal_of_the_system_has_its_sentence(number: int) -> None:
    with pytest.raises(StudioError) as caught, writing(Path("place")):
        raise OSError(number, os.strerror(number))
    assert caught.value.code == REFUSED[number]


def test_a_file_is_for_those_that_its_mode_names(tmp_path: Path) -> None:
    write_file(tmp_path / "secret", b"x", mode=0o600)
    write_file(tmp_path / "open", b"x")
    masked = os.umask(0o022)
    os.umask(masked)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "open").stat().st_mode & 0o777 == 0o666 & ~masked


def test_a_digest_beats_every_four_megabytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(9 * 1024**2))
    beats: list[int] = []
    sha256_file(tmp_path / "a", lambda: beats.append(1))
    assert len(beats) == 3


@pytest.mark.parametrize(
    ("age", "gone"), [(1.9, False), (2.1, True), (-1.9, False), (-2.1, True), (599.0, True), (601.0, True)]
)
@pytest.mark.parametrize("locks", [True, False, None])
def test_a_half_written_file_goes_when_it_is_free_or_old(
    age: float, gone: bool, locks: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".a.0123abcd.part"
    path.write_bytes(b"x")
    os.utime(path, (1_000_000.0,) * 2)
    monkeypatch.setattr("time.time", lambda: 1_000_000.0 + age)
    monkeypatch.setattr(files, "hold", lambda stream: locks)
    wanted = gone if locks else (age > 600 if locks is None else False)
    assert files.dropped(path) is wanted and path.exists() is not wanted
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nothing")
    assert not files.dropped(link) and link.is_symlink()


def test_a_folder_is_as_young_as_the_newest_thing_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ".model.part"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").write_bytes(b"x")
    now = (folder / "deep" / "file").stat().st_ctime
    os.utime(folder / "deep" / "file", (1.0, 1.0))  # unpacked with an old time
    monkeypatch.setattr("time.time", lambda: now + 590.0)
    assert files.sweep(tmp_path) == []
    monkeypatch.setattr("time.time", lambda: now + 610.0)
    assert files.sweep(tmp_path) == [folder] and not folder.exists()


@pytest.mark.parametrize(
    ("mode", "left"), [(0o644, 0o600), (0o777, 0o700), (0o600, 0o600), (0o400, 0o400), (0o060, 0o000), (0o666, 0o600)]
)
def test_others_lose_what_they_may_do_with_a_file_and_its_owner_nothing(mode: int, left: int, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(mode)
    files.close_to_others(file)
    assert stat.S_IMODE(file.stat().st_mode) == left
    files.close_to_others(tmp_path / "missing")


def test_a_folder_that_is_everybodys_and_what_a_link_leads_to_stay_open(tmp_path: Path) -> None:
    shared, own, link = tmp_path / "shared", tmp_path / "own", tmp_path / "link"
    for folder, mode in ((shared, 0o1777), (own, 0o755)):
        folder.mkdir()
        folder.chmod(mode)
    link.symlink_to(own)
    for path in (shared, link):
        files.close_to_others(path)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (shared, own)] == [0o1777, 0o755]
    files.close_to_others(own)
    assert stat.S_IMODE(own.stat().st_mode) == 0o700


def test_a_link_is_never_dropped_however_old(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"x")
    link.symlink_to(target)
    for path in (target, link):
        os.utime(path, (1.0, 1.0), follow_symlinks=False)
    assert not files.dropped(link) and link.is_symlink() and target.exists()
    assert files.dropped(target) and not target.exists()


def test_what_is_swept_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO")
    assert files.sweep(tmp_path) == [] and caplog.text == ""
    folder = tmp_path / f".voice-x{files.PART}"
    folder.mkdir()
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert files.sweep(tmp_path) == [folder]
    assert "half-written" in caplog.text and folder.name in caplog.text

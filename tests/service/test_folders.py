"""How large the folders of ``cache_hub`` are."""

from __future__ import annotations

from pathlib import Path

from indextts.service.folders import NAMED, OTHER, Folders


def test_folders_are_counted_by_their_names_and_all_else_as_one(tmp_path: Path) -> None:
    for name, size in {"works/sounds/a/b.flac": 700, "works/works.sqlite3": 300, "keys.yaml": 5, "anna/x": 6}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    (tmp_path / "voices").symlink_to("/usr")
    (tmp_path / "works" / "up").symlink_to("..")
    folders = Folders(tmp_path)
    assert folders.sizes == {}
    folders.look()
    assert set(folders.sizes) == {*NAMED, OTHER}
    links = (tmp_path / "voices").lstat().st_size, (tmp_path / "works" / "up").lstat().st_size
    assert folders.sizes["works"] == 1000 + links[1] and folders.sizes["voices"] == links[0]
    assert folders.sizes[OTHER] == 11 and folders.sizes["models"] == 0


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "none")
    folders.look()
    assert set(folders.sizes.values()) == {0}

"""What a folder holds is exchanged whole, wherever the process that does it dies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.platform.storage.in_use import EXCHANGE, Occupied, alone, complete, exchange

NAMES = ("a.txt", "deep/b.txt", "c.txt")


def filled(root: Path) -> tuple[Path, Path, Path]:
    """A folder, with what is to come into it, and a place for what has to go."""
    folder, staged, aside = root, root / "staged", root / "aside"
    for name in NAMES[:2]:
        for place, word in ((folder, "old"), (staged, "new")):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(f"{word} {name}")
    (folder / "c.txt").write_text("old c.txt")
    return folder, staged, aside


def held(place: Path) -> dict[str, str]:
    return {name: (place / name).read_text() for name in NAMES if (place / name).exists()}


NEW = {"a.txt": "new a.txt", "deep/b.txt": "new deep/b.txt"}
OLD = {name: f"old {name}" for name in NAMES}


def test_what_comes_takes_the_place_of_what_was_there_and_that_is_kept_aside(tmp_path: Path) -> None:
    folder, staged, aside = filled(tmp_path)
    exchange(folder, staged, aside, come=NAMES[:2], go=NAMES[2:])
    assert held(folder) == NEW and held(aside) == OLD
    assert not staged.exists() and not (folder / EXCHANGE).exists()


@pytest.mark.parametrize("moves", range(6))
def test_an_exchange_that_was_broken_off_is_completed_by_the_next(
    tmp_path: Path, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, staged, aside = filled(tmp_path)
    left, rename = moves, Path.rename

    def dying(path: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    try:
        exchange(folder, staged, aside, come=NAMES[:2], go=NAMES[2:])
    except KeyboardInterrupt:
        assert (folder / EXCHANGE).exists() == (moves < 5)
    monkeypatch.undo()
    Occupied(folder).close()
    assert held(folder) == NEW and held(aside) == OLD and not (folder / EXCHANGE).exists()


def test_what_has_been_put_aside_is_not_overwritten_by_what_came(tmp_path: Path) -> None:
    folder, _, aside = filled(tmp_path)
    aside.mkdir()
    (aside / "c.txt").write_text("old c.txt")
    (folder / "c.txt").write_text("of somebody else")
    note = {"staged": "staged", "aside": "aside", "come": [], "go": ["c.txt"]}
    (folder / EXCHANGE).write_text(json.dumps(note))
    complete(folder)
    assert (aside / "c.txt").read_text() == "old c.txt" and (folder / "c.txt").read_text() == "of somebody else"


def test_a_folder_that_is_served_is_not_exchanged_and_one_under_exchange_is_not_served(tmp_path: Path) -> None:
    serving = Occupied(tmp_path)
    other = Occupied(tmp_path)
    with pytest.raises(StudioError) as refused, alone(tmp_path):
        pass
    assert refused.value.code == "folder_in_use"
    for one in (serving, other):
        one.close()
    with alone(tmp_path), pytest.raises(StudioError) as turned:
        Occupied(tmp_path)
    assert turned.value.code == "folder_restored"

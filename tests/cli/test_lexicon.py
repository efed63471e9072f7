"""``python -m indextts lexicon``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.commands import commands

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Runs commands on a dictionary of its own."""
    settings = tmp_path / "config.yaml"
    settings.write_text(yaml.safe_dump({"cache_dir": str(tmp_path / "cache")}), encoding="utf-8")
    run = commands(settings, monkeypatch, capfdbinary)

    def lexicon(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        answer = run("lexicon", *arguments, stdin=stdin)
        return answer.status, answer.out, answer.err

    return lexicon


def test_add_list_remove(cli: Cli) -> None:
    assert cli("list") == (0, "", "") or cli("list")[1] == "\n"
    assert cli("add", "重庆", "chong2qing4", "--note", "地名") == (0, "重庆\tchong2 qing4\tpinyin\t\t地名\n", "")
    assert cli("add", "SQL", "sequel", "--disabled")[0] == 0
    assert cli("list")[1] == "SQL\tsequel\ttext\toff\n重庆\tchong2 qing4\tpinyin\t\t地名\n"
    found = json.loads(cli("list", "--search", "sq", "--json")[1])
    assert found["total"] == 1 and found["entries"][0]["enabled"] is False
    assert json.loads(cli("add", "重庆", "zhong4 qing4", "--replace", "--json")[1])["reading"] == "zhong4 qing4"
    assert cli("remove", "sql")[0] == 0
    assert cli("list")[1].count("\n") == 1


def test_english_is_written_and_printed_in_phonetic_letters(cli: Cli) -> None:
    assert cli("add", "minute", "ˈmɪnɪt") == (0, "minute\t/ˈmɪnɪt/\tarpabet\n", "")
    assert cli("add", "GIF", "like: jiff")[1] == "GIF\t/dʒɪf/\tarpabet\n"
    assert json.loads(cli("list", "--search", "GIF", "--json")[1])["entries"][0]["reading"] == "JH IH1 F"


def test_mistakes_are_told_in_two_lines(cli: Cli) -> None:
    cli("add", "重庆", "chong2 qing4")
    for arguments, says in (
        (("add", "重庆", "zhong4 qing4"), "already"),
        (("add", "重", "zhong9"), "is not pinyin"),
        (("remove", "长安"), "长安"),
        (("import", "nowhere.csv"), "nowhere.csv"),
        (("export", "-o", "/nowhere/x.csv"), "/nowhere"),
    ):
        status, out, err = cli(*arguments)
        assert (status, out) == (1, "") and says in err and err.count("\n") == 2
    assert cli("add", "重庆")[0] == 2 and cli()[0] == 2


@pytest.mark.parametrize("name", ["x.csv", "x.json"])
def test_export_and_import(cli: Cli, tmp_path: Path, name: str) -> None:
    cli("add", "重庆", "chong2 qing4")
    target = str(tmp_path / name)
    assert cli("export", "-o", target)[1] == f"{target}: 1 entries\n"
    cli("add", "长安", "chang2 an1")
    assert cli("import", target, "--replace")[1] == "0 added, 0 changed, 1 removed\n"
    standard = cli("export", "--format", Path(name).suffix[1:])[1]
    assert standard.encode() == Path(target).read_bytes()
    answer = cli("import", "-", "--format", Path(name).suffix[1:], "--json", stdin=standard.encode())
    assert json.loads(answer[1]) == {"added": 0, "changed": 0, "removed": 0}


def test_a_bad_file_changes_nothing(cli: Cli) -> None:
    status, _, err = cli("import", "-", stdin="word,reading\n长安,chang2 an1\n重,zhong9\n".encode())
    assert status == 1 and "row 3" in err
    assert json.loads(cli("list", "--json")[1])["total"] == 0

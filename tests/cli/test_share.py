"""``python -m indextts share``: the podcast feeds of books, for a server that reads the same folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from indextts.platform.config import load_config
from indextts.service.owner import LOCAL
from indextts.works.books.feeds import Feeds
from tests.support.audiobookshelf import TOKEN, StandIn, stand_in
from tests.support.commands import commands, tiny_settings

Told = tuple[int, dict[str, Any], str]
Cli = Callable[..., Told]


@pytest.fixture(scope="module")
def there() -> Iterator[StandIn]:
    with stand_in() as shelf:
        yield shelf


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory, there: StandIn) -> Iterator[Path]:
    with tiny_settings(tmp_path_factory.mktemp("share_cli")) as path:
        plain = path.read_text(encoding="utf-8")
        path.write_text(f"{plain}\naudiobookshelf: {{url: '{there.url}'}}\n", encoding="utf-8")
        yield path


@pytest.fixture
def cli(settings_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    run = commands(settings_file, monkeypatch, capfdbinary)

    def share(*arguments: str) -> Told:
        answer = run(*arguments)
        return answer.status, json.loads(answer.raw) if answer.raw.startswith(b"{") else {"out": answer.raw}, answer.err

    return share


def test_a_feed_is_opened_listed_and_ended(cli: Cli, settings_file: Path, tmp_path: Path) -> None:
    text = tmp_path / "夜.txt"
    text.write_text("第一章\n\n天黑了。\n", encoding="utf-8")
    status, made, err = cli(
        "book", str(text), "-o", str(tmp_path / "夜.epub"), "--ruby", "all", "--title", "夜", "--json"
    )
    assert status == 0 and (tmp_path / "夜.epub").read_bytes().startswith(b"PK"), err
    feeds = Feeds(load_config(settings_file))
    for name in (made["id"], "夜"):
        status, told, err = cli("share", "podcast", name, "--address", "http://192.0.2.1:7860/", "--json")
        assert status == 0 and told["address"].startswith(f"http://192.0.2.1:7860/v1/feeds/{made['id']}?key="), err
    (secret,) = parse_qs(urlsplit(told["address"]).query)["key"]
    assert Feeds(load_config(settings_file)).owner_of(made["id"], secret) == LOCAL
    _, told, _ = cli("share", "list", "--json")
    assert told["books"] == [{"book": made["id"], "title": "夜", "podcast": True}]
    assert cli("share", "end", "夜")[0] == 0
    assert Feeds(load_config(settings_file)).owner_of(made["id"], secret) is None
    assert feeds.of(LOCAL, "other") is None


def test_a_book_is_sent_once_and_again_where_wanted(
    cli: Cli, there: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "昼.txt"
    text.write_text("第一章\n\n天亮了。\n", encoding="utf-8")
    assert cli("book", str(text), "-o", str(tmp_path / "昼.mp3"), "--title", "昼")[0] == 0
    monkeypatch.setenv("AUDIOBOOKSHELF_TOKEN", TOKEN)
    status, told, err = cli("share", "push", "昼", "--json")
    assert (status, told["title"], told["library"]) == (0, "昼", "有声书"), err
    status, _, err = cli("share", "push", "昼")
    assert status == 1 and "昼" in err and len(err.splitlines()) == 2
    assert cli("share", "push", "昼", "--again")[0] == 0
    assert [one["title"] for one in there.items] == ["昼", "昼 (2)"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("podcast", "none", "--address", "http://a.example"), "share list"),
        (("podcast", "none", "--address", "a"), "address at which"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_a_hint(cli: Cli, arguments: tuple[str, ...], word: str) -> None:
    status, _, err = cli("share", *arguments)
    assert status == 1 and word in err and len(err.splitlines()) == 2


def test_one_of_several_books_of_a_title_is_named_by_its_id(cli: Cli, tmp_path: Path) -> None:
    for text in ("天黑了。", "天亮了。"):
        (tmp_path / "日.txt").write_text(text, encoding="utf-8")
        assert cli("book", str(tmp_path / "日.txt"), "-o", str(tmp_path / "日.wav"))[0] == 0
    books = [one["book"] for one in cli("share", "list", "--json")[1]["books"] if one["title"] == "日"]
    for action in (("podcast", "日", "--address", "http://a.example"), ("push", "日"), ("end", "日")):
        status, _, err = cli("share", *action)
        assert status == 1 and len(books) == 2 and all(one in err for one in books), err
    assert not any(one["podcast"] for one in cli("share", "list", "--json")[1]["books"] if one["title"] == "日")
    assert cli("share", "podcast", books[1], "--address", "http://a.example")[0] == 0

"""The configuration file shows every setting, and slips are caught."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from indextts.model.errors import StudioError
from indextts.platform.config import DEFAULT_CONFIG, Config, load_config, unknown_variables


def test_the_shipped_file_states_every_default() -> None:
    written = yaml.safe_load(DEFAULT_CONFIG.read_text(encoding="utf-8"))
    assert load_config() == Config()

    def names(value: object, prefix: str = "") -> set[str]:
        if not isinstance(value, dict):
            return {prefix}
        return {name for key, inner in value.items() for name in names(inner, f"{prefix}.{key}")}

    assert names(written) == names(Config().model_dump())


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("")
    assert load_config(tmp_path / "empty.yaml") == Config()


@pytest.mark.parametrize(
    ("text", "name"),
    [("lm", "lm"), ("causal", "causal"), ("rules", "rules"), ("{model: some/model}", "llm"), ("{model: ~/m}", "llm")],
)
def test_the_prosody_is_a_name_or_a_model(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "mine.yaml").write_text(f"prosody: {text}\n")
    config = load_config(tmp_path / "mine.yaml")
    assert config.prosody_name == name


def test_a_persons_home_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "c.yaml"
    path.write_text("cache_dir: ~/studio\naccess: {keys_file: ~/keys.yaml}", encoding="utf-8")
    config = load_config(path)
    assert (config.cache_path, config.keys_path) == (tmp_path / "studio", tmp_path / "keys.yaml")


def test_the_environment_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("vocoder: {type: griffin_lim, n_iter: 30, n_fft: 1024}\n")
    monkeypatch.setenv("INDEXTTS_CONFIG", str(tmp_path / "mine.yaml"))
    assert load_config().vocoder.type == "griffin_lim"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("colour: red", "colour"),
        ("server: {port: 99999}", "server.port"),
        ("audio: {loudness_lufs: .nan}", "audio.loudness_lufs"),
        ("server: {rate_limit: often}", "server.rate_limit"),
        ("server: {rate_limit: 0/minute}", "server.rate_limit"),
        ("server: {hosts: ['*']}", "server.hosts.0"),
        ("server: {hosts: ['studio.lan:80']}", "without a port"),
        ("server: {origins: [studio.lan]}", "server.origins.0"),
        ("server: {origins: ['https://studio.lan/page']}", "server.origins.0"),
        ("server: {trusted_proxies: ['*']}", "server.trusted_proxies.0"),
        ("- a list", "table"),
        ("1: 2", "1: there is no such setting"),
        ("prosody: bert", "prosody: it should be one of lm, causal, rules"),
        ("prosody: llm", "prosody: it should be one of"),
        ("prosody: {model: ''}", "prosody.model: it should not be empty"),
        ("prosody: {modell: x}", "prosody.modell: there is no such setting; did you mean model?"),
        ("server: [", "line 2 cannot be read"),
        ("server: {}\ntext: {}\nserver: {port: 7904}", "“server” stands in line 1 and again in line 3; keep one"),
        ("server:\n  port: 1\n  host: a\n  port: 2", "“port” stands in line 2 and again in line 4; keep one"),
        ("server: {port: 7904, port: 7905}", "“port” stands in line 1 and again in line 1; keep one"),
        ("text: {}\naudio: {peak_dbfs: -2, peak_dbfs: -3}", "“peak_dbfs” stands in line 2 and again in line 2"),
        ('cache_dir: "a\\0b"', "cache_dir: it holds a NUL character"),
        ('access: {keys_file: "keys\\0"}', "access.keys_file: it holds a NUL character"),
        ('works: {sounds: "\\0"}', "works.sounds: it holds a NUL character"),
        ("server: {prot: 7860}", "server.prot: there is no such setting; did you mean port?"),
        ("sevrer: {}", "sevrer: there is no such setting; did you mean server?"),
        (
            "engines: {kokoro: {colour: 1}}",
            "engines.kokoro.colour: there is no such setting; available: version, weights",
        ),
        ("server: {hosts: studio.example.com}", r"server.hosts: it should be a list: write \[studio.example.com\]"),
        ("engines: {order: kokoro}", r"engines.order: it should be a list: write \[kokoro\]"),
        ("engines: {order: []}", "engines.order: it should not be empty"),
        ("engines: {order: [kokorro]}", "engines.order.0: it should be one of kokoro"),
        (
            "engines: {indextts2: {half: some}}",
            "engines.indextts2.half: it should be one of auto, or it should be true",
        ),
        ("server: 3", "server: it should be a table"),
        ("server: {port: many}", "server.port: it should be a whole number"),
        ("server: {deadline_s: 0}", "server.deadline_s: it should be more than 0"),
        ("access: {tries: 5}", "access.tries: it should be a string"),
        ("access: {tries: some}", "access.tries: it should be a rate such as"),
        ("audiobookshelf: {url: shelf.lan}", "audiobookshelf.url: it should be an address such as https://"),
        ("wyoming: {clients: [home]}", "wyoming.clients.0: it should be an address or a network"),
        ("cluster: {replicas_min: 9}", "cluster: replicas_min is more"),
        ("emotions: none.yaml", "emotions: there is no file .*none.yaml"),
        ("voices: configs", "voices: .*configs is a folder; name a file"),
        ("access: {keys_file: configs}", "access.keys_file: .*configs is a folder"),
        ("cache_dir: configs/config.yaml", "cache_dir: .*config.yaml is a file; name a folder"),
        ("works: {sounds: configs/config.yaml/below}", "works.sounds: .*config.yaml is a file"),
        ("cache_dir: ''", "cache_dir: .* is no folder for data"),
        ("cache_dir: $HOME/studio", "cache_dir: .* without variables"),
        ("works: {sounds: '${DATA}/sounds'}", "works.sounds: .* without variables"),
        ("server: {port: true}", "server.port: it should be a whole number"),
        ("audio: {loudness_lufs: yes}", "audio.loudness_lufs: it should be a number"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(StudioError, match=word) as caught:
        load_config(path)
    assert caught.value.code == "bad_config"
    assert str(path) in str(caught.value)
    assert not any(word in str(caught.value) for word in ("Input", "valid ", "tuple", "Errno", "^"))
    assert any(char >= "\u4e00" for char in caught.value.localise("zh")[0].split("：", 1)[1]), "in Chinese too"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("works: {database: 'mysql://anna:secret@x/y'}", "database_address"),
        ("works: {database: works.sqlite3}", "database_address"),
        ("works: {sounds: 'ftp://a/b'}", "store_address"),
        ("works: {sounds: 's3://'}", "store_address"),
    ],
)
def test_a_store_that_can_never_be_is_refused_at_once(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(StudioError) as caught:
        load_config(path)
    assert caught.value.code == code and "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{database: 'postgresql+psycopg://a:b@host/name'}",
        "{database: 'postgresql://host/name', sounds: 's3://bucket/prefix'}",
        "{sounds: somewhere/else}",
    ],
)
def test_stores_elsewhere_are_taken(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yaml").write_text(f"works: {text}")
    assert load_config(tmp_path / "config.yaml").works


def test_what_is_empty_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "bare.yaml"
    path.write_text("server:\n  port:\nengines:\n  order:\n  kokoro:\nprosody:\naccess: {}\ncache_dir:\n")
    assert load_config(path) == Config()


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("server: {port: 7860} # 端口".encode("gbk"))
    with pytest.raises(StudioError, match="save the file as UTF-8"):
        load_config(path)


def test_a_table_may_take_over_another_ones_rows(tmp_path: Path) -> None:
    path = tmp_path / "merged.yaml"
    path.write_text("server: &one {port: 1, host: a}\nwyoming: {<<: *one, host: b}\n")
    config = load_config(path)
    assert (config.server.port, config.wyoming.port, config.wyoming.host) == (1, 1, "b")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        load_config(tmp_path / "none.yaml")
    assert caught.value.code == "bad_config"


def test_variables_that_only_look_like_settings_are_known() -> None:
    ours = ["INDEXTTS_CONFIG", "INDEXTTS_KEYS", "INDEXTTS_SESSION_SECRET", "INDEXTTS_TORCH_INDEX", "PATH"]
    assert unknown_variables(ours) == []
    assert unknown_variables([*ours, "INDEXTTS_PORT", "INDEXTTS_CACHE_DIR", "INDEXTTS_KEYS_FILE"]) == [
        "INDEXTTS_CACHE_DIR", "INDEXTTS_KEYS_FILE", "INDEXTTS_PORT",
    ]  # fmt: skip

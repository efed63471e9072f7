"""One row makes a setting: what its check, its schema, its option and its field on the page allow is the same."""

from __future__ import annotations

from argparse import Action
from pathlib import Path
from typing import Any

import pytest

from indextts.cli.parser import build_parser
from indextts.model.errors import StudioError
from indextts.model.settings import SAMPLING, SETTINGS, Sampling, Setting, Settings
from indextts.plan.request import check_setting
from indextts.platform.config import Config
from indextts.server.schemas import GENERATE_FORM, SPEECH_BODY, TTS_BODY
from indextts.studio import build_page
from indextts.studio.form import FIELDS
from tests.support.whole import WholeService

ROWS = [*SETTINGS.values(), *SAMPLING.values()]


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The page's fields, by their names."""
    folder: Path = tmp_path_factory.mktemp("cache_hub")
    service = WholeService(Config(cache_dir=folder))
    page = build_page(service, service.works)
    generate = next(function for function in page.fns.values() if "indexttsStudio.generate(" in str(function.js))
    return dict(zip(FIELDS, generate.inputs[-len(FIELDS) :], strict=True))


@pytest.fixture(scope="module")
def options() -> dict[str, Action]:
    """The options of ``say``, by their names."""
    commands: Any = next(action for action in build_parser()._actions if action.dest == "==SUPPRESS==")
    return {action.dest: action for action in commands.choices["say"]._actions}


def shape_of(row: Setting, body: dict[str, Any]) -> dict[str, Any]:
    """What ``body`` allows for ``row``, beside nothing."""
    if row.name in SETTINGS:
        found: dict[str, Any] = body["properties"][row.name]["anyOf"][0]
        return found
    found = body["properties"]["sampling"]["anyOf"][0]["anyOf"][0]["properties"][row.name]
    return found["anyOf"][0] if "anyOf" in found else found


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_setting_is_the_same_everywhere(row: Setting, fields: dict[str, Any], options: dict[str, Action]) -> None:
    assert row.en and row.zh
    field: Any = fields.get(row.name if row.name in SETTINGS else f"sampling_{row.name}")
    assert field is not None or row.name == "sampling", "its fields stand there instead"
    shapes = [shape_of(row, body) for body in (TTS_BODY, SPEECH_BODY)]
    if row.name in SETTINGS:
        assert row.name in GENERATE_FORM["properties"]
        assert options[row.name].default == row.default
        assert row.range in str(options[row.name].help) or row.help
    if row.bounds is not None:
        low, high = row.bounds
        assert all((shape["minimum"], shape["maximum"]) == row.bounds for shape in shapes)
        assert (field.minimum, field.maximum, field.step) == (low, high, row.step)
        for value in row.bounds:
            row.check(row.kind(value))
        for wrong in (low - 1, high + 1, "1", True):
            with pytest.raises(StudioError, match=row.name):
                row.check(wrong)
    if row.choices:
        assert all(shape["enum"] == list(row.allowed) for shape in shapes if "enum" in shape)
        for name in row.allowed:
            check_setting(row.name, name, voices=[])
        with pytest.raises(StudioError, match=row.name):
            check_setting(row.name, "none of them", voices=[])


@pytest.mark.parametrize("owner", [Settings, Sampling])
def test_the_defaults_pass_their_own_checks(owner: type) -> None:
    rows = SETTINGS if owner is Settings else SAMPLING
    for row in rows.values():
        assert getattr(owner(), row.name) == row.default
        row.check(row.default)


def test_each_setting_is_an_option_and_a_field_and_nothing_else_is(
    fields: dict[str, Any], options: dict[str, Action]
) -> None:
    assert set(SETTINGS) <= set(options)
    assert set(fields) == {*SETTINGS, *(f"sampling_{name}" for name in SAMPLING)} - {"sampling"}

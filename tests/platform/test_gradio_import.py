"""Gradio comes without what no page uses, and nothing of it is missing for who asks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from indextts.platform.config import PROJECT_ROOT

PROGRAM = """
import sys
from indextts.platform.gradio_import import only_what_pages_use
with only_what_pages_use():
    import gradio as gr
absent = {"pandas", "gradio.mcp", "gradio.cli.cli", "gradio.external_utils", "httpx._main"}
print(sorted(absent & set(sys.modules)))
from gradio.caching import pd
print(pd.DataFrame.__name__, "pandas" in sys.modules)
try:
    gr.load("what is no model")
except ValueError as error:
    print(type(error).__name__, "gradio.external_utils" in sys.modules)
import gradio.cli
import gradio.mcp
print(gradio.cli.deploy.__module__, gradio.mcp.__file__.endswith("mcp.py"))
"""


@pytest.mark.night
def test_what_pages_do_not_use_comes_when_it_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "[]", "DataFrame True", "ValueError True", "gradio.cli.commands.deploy_space True",
    ], done.stderr  # fmt: skip


@pytest.mark.night
@pytest.mark.parametrize("value", ["none", "", " "])
def test_a_port_of_gradios_own_that_is_no_number_stops_nothing(value: str) -> None:
    """The studio's port is a setting of its own."""
    program = PROGRAM.partition("absent =")[0] + "print(gr.Blocks.__name__)"
    unset = {"GRADIO_SERVER_PORT": value, "GRADIO_NUM_PORTS": value}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, env={**os.environ, **unset}, capture_output=True, text=True
    )
    assert done.stdout.split() == ["Blocks"], done.stderr

"""The package is light until it is asked to work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def modules_after(code: str) -> set[str]:
    program = f"import sys; {code}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_imports_nothing_else() -> None:
    brought = modules_after("import indextts") - modules_after("pass")
    assert brought - sys.stdlib_module_names == {"indextts"}


def test_speaking_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "from indextts.platform.config import load_config; from indextts.engines.embedded.engine import load;"
        "from indextts.pipeline.pipeline import Pipeline; from indextts.plan.request import SpeechRequest;"
        "c = load_config(); Pipeline(c, load(c)).speak(SpeechRequest('你好，Python 3.11。'))"
    )
    heavy = {"torch", "transformers", "librosa", "scipy", "sklearn", "numba", "resampy", "gradio", "pandas", "tflite"}
    assert modules_after(code) & (heavy | {"onnx"}) == set()


@pytest.mark.night
def test_the_page_and_the_store_bring_nothing_of_engines_that_are_not_there() -> None:
    heavy = {"torch", "transformers", "librosa", "scipy", "sklearn", "numba"}
    hubs = "assert not {'huggingface_hub', 'httpx2'} & set(sys.modules), 'the store asks a hub when it is told to'"
    assert modules_after(f"import indextts.models.jobs; {hubs}; import indextts.studio.page") & heavy == set()


def test_no_module_of_the_package_is_too_long_to_read() -> None:
    root = Path(__file__).parent.parent / "indextts"
    long = {str(path): n for path in root.rglob("*.py") if (n := len(path.read_text().splitlines())) > 450}
    assert long == {}

"""What no module reads is removed after an installation, and the packages count as whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.ops import packages
from indextts.ops.trimming import NEVER_READ, trim


def installed(site: Path, name: str, *files: str) -> None:
    about = site / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "INSTALLER").write_text("pip\n", encoding="utf-8")
    for file in files:
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text("x", encoding="utf-8")
    rows = [f"{file},sha256=abc,1" for file in files]
    (about / "RECORD").write_text("\n".join([*rows, f"{about.name}/RECORD,,", ""]), encoding="utf-8")


def test_tests_of_packages_go_and_the_packages_stay_whole(tmp_path: Path) -> None:
    installed(tmp_path, "pandas", "pandas/core.py", "pandas/tests/test_a.py", "pandas/tests/io/b,c.json")
    installed(tmp_path, "stranger", "stranger/tests/test_a.py", "stranger/one.py")
    pins = tmp_path / "requirements.txt"
    pins.write_text("pandas==1.0\nstranger==1.0\n", encoding="utf-8")
    before = packages.fingerprint(pins, tmp_path)
    assert trim(tmp_path) == 1 + 1
    assert not (tmp_path / "pandas/tests").exists() and (tmp_path / "pandas/core.py").is_file()
    assert (tmp_path / "stranger/tests/test_a.py").is_file(), "only what is known to be read by nobody goes"
    assert packages.differences(pins, tmp_path) == []
    assert packages.mend(tmp_path) == []
    assert packages.fingerprint(pins, tmp_path) != before
    assert trim(tmp_path) == 0


def test_what_was_interrupted_is_repeated(tmp_path: Path) -> None:
    installed(tmp_path, "gradio", "gradio/app.py", "gradio/templates/node/a.js")
    record = tmp_path / "gradio-1.0.dist-info" / "RECORD"
    record.write_text("gradio/app.py,sha256=abc,1\n", encoding="utf-8")
    trim(tmp_path)
    assert not (tmp_path / "gradio/templates/node").exists()


def test_nothing_that_is_removed_could_be_a_whole_package() -> None:
    assert all("/" in pattern for patterns in NEVER_READ.values() for pattern in patterns)


@pytest.mark.night
@pytest.mark.parametrize("module", ["numpy", "lxml", "onnx", "onnxruntime", "pandas", "sqlalchemy", "scipy", "sklearn"])
def test_what_a_package_says_that_it_offers_is_still_there(module: str) -> None:
    """In the installation at hand, which set-up has trimmed: a folder that ``__all__`` names must not go."""
    exec(f"from {module} import *", {})

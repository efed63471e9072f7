"""What packages bring and nothing here reads: their own tests, tools for other work, and examples.

    python -m indextts.ops.trimming      remove it, and forget it in each package's list of files

Standard library only: set-up calls it after pip. A package that is installed again is trimmed again.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
from pathlib import Path
from typing import Final

from indextts.ops.packages import installed, site_packages
from indextts.platform.storage.files import write_file

NEVER_READ: Final[dict[str, tuple[str, ...]]] = {
    # Pages that are drawn on the server by Node.js, and the pictures and sounds of its own demonstrations
    "gradio": ("gradio/templates/node", "gradio/media_assets"),
    "lxml": ("lxml/includes",),  # for programs in C
    "numpy": ("numpy/*/tests", "numpy/tests"),
    "onnx": ("onnx/backend/test", "onnx/test"),
    # Converters of other people's models
    "onnxruntime": ("onnxruntime/quantization", "onnxruntime/tools", "onnxruntime/transformers"),
    "pandas": ("pandas/tests",),
    "sqlalchemy": ("sqlalchemy/testing",),
    "scikit-learn": ("sklearn/*/tests", "sklearn/tests"),
    "scipy": ("scipy/*/tests", "scipy/*/*/tests"),
    "numba": ("numba/tests", "numba/cuda/tests"),
}
"""Folders by package. ``ssr_mode=False`` is the page's own choice; no module outside of them imports the tests."""


def trim(site: Path | None = None) -> int:
    """Remove what :data:`NEVER_READ` names; how many files."""
    site = site or site_packages()
    count = 0
    for key, about in installed(site).items():
        folders = [folder for pattern in NEVER_READ.get(key.partition("==")[0], ()) for folder in site.glob(pattern)]
        if folders:
            count += _forget(about / "RECORD", site, folders)
            for folder in folders:
                shutil.rmtree(folder)
    return count


def _forget(record: Path, site: Path, folders: list[Path]) -> int:
    """First, so that a run that was interrupted is only repeated: what is not listed is not missed."""
    rows = list(csv.reader(record.read_text(encoding="utf-8").splitlines()))
    gone = tuple(f"{folder.relative_to(site).as_posix()}/" for folder in folders)
    kept = [row for row in rows if row and not row[0].startswith(gone)]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(kept)
    write_file(record, written.getvalue().encode())
    return len(rows) - len(kept)


if __name__ == "__main__":
    sys.stdout.write(f"{trim()} files removed that nothing reads\n")

"""Adds to what ``pyproject.toml`` says of the package: ``configs/``, as ``indextts/_configs``, and what it needs.

What it needs are the pins of ``requirements.txt`` without their hashes, which a package's description cannot hold.
"""

from pathlib import Path

from setuptools import find_packages, setup

lines = Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8").splitlines()

setup(
    packages=[*find_packages(include=["indextts*"]), "indextts._configs"],
    package_dir={"indextts._configs": "configs"},
    install_requires=[line.rstrip("\\ ") for line in lines if line and not line.startswith(("#", " "))],
)

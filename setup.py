"""Adds ``configs/`` to what ``pyproject.toml`` says of the package, as ``indextts/_configs``."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["indextts*"]), "indextts._configs"],
    package_dir={"indextts._configs": "configs"},
)

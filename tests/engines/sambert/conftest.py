"""The hub on loopback, from which packages are fetched."""

from tests.models.conftest import hub as hub

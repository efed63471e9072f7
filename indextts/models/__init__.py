"""Models on the disk: the catalogue, downloads, verification, and the rights to use each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.models.catalogue import CatalogueEntry as CatalogueEntry
    from indextts.models.catalogue import load_catalogue as load_catalogue
    from indextts.models.jobs import Fetches as Fetches
    from indextts.models.jobs import Fetching as Fetching
    from indextts.models.rights import Right as Right
    from indextts.models.store import ModelState as ModelState
    from indextts.models.store import ensure as ensure
    from indextts.models.store import list_models as list_models
    from indextts.models.store import remove as remove
    from indextts.models.store import verify as verify

_HOMES: Final = {
    "CatalogueEntry": "catalogue",
    "Fetches": "jobs",
    "Fetching": "jobs",
    "ModelState": "store",
    "Right": "rights",
    "ensure": "store",
    "list_models": "store",
    "load_catalogue": "catalogue",
    "remove": "store",
    "verify": "store",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)

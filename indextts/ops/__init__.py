"""Set-up and process control for ``start_app.sh``; modules need the standard library alone, unless they say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.ops.backup import Backup as Backup
    from indextts.ops.installing import PackageInstaller as PackageInstaller
    from indextts.ops.instance import Instance as Instance
    from indextts.ops.notify import Manager as Manager

_HOMES: Final = {
    "Backup": "backup",
    "Instance": "instance",
    "Manager": "notify",
    "PackageInstaller": "installing",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)

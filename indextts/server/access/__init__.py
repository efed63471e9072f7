"""Keys, the login, and the middleware that everything stands behind."""

from indextts.server.access.gate import Access, KeyGate

__all__ = ["Access", "KeyGate"]

"""Doors for other programs: their own calls and protocols, over the same service."""

"""Sounds of works: the store of segments, on the disk or elsewhere, and their facts for players."""

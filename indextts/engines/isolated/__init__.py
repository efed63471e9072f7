"""Engines that are not ours to trust, each in a process of its own: what kills it, or hangs in it, stays in it."""

"""Compares each network of IndexTTS-2 and 2.5 with recordings of it: one module for each kind of fixture."""

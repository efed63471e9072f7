"""Kokoro-82M: natural Mandarin and English voices, every decision of which can be changed."""

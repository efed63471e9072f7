"""The tab with the voices: presets, a user's own, cloned ones."""

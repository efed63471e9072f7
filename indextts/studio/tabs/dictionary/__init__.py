"""The tab with the user's dictionary."""

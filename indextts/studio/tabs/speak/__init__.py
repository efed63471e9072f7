"""The tab that turns a text into speech."""

"""The tab that fetches, verifies and removes models."""

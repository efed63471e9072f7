"""Recorded fixtures against this project's own networks."""

"""Other ways in than HTTP, each with a port of its own and off until the configuration opens it."""

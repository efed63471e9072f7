"""What page, API and command line share: loading, queueing, limits, generated files."""

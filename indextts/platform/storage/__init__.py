"""Files that are either whole or not there, and folders whose every file is known by its hash."""

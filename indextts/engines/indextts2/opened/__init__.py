"""The networks of a checkpoint in memory: opened when they are needed, one user at a time."""

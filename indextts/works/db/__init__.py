"""Rows of jobs, projects and books: the database, its migrations, leases, and the room that works may take."""

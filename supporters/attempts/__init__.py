"""Counts attempts in the database, the same for all processes, also after a restart."""

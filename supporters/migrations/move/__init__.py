"""Moves all rows of an SQLite database to PostgreSQL (ADR 122)."""

"""Verifies everything that is sealed."""

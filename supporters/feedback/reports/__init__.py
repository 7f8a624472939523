"""Reads the emails that come back. Pure: bytes in, a report out."""

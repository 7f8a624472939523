"""Repeats after a restore what the backup had lost."""

"""Repeats the withdrawals that a restored backup doesn't contain."""

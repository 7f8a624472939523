"""Backups of the whole installation: one encrypted file each, which is tried and restored."""

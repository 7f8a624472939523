"""The evidence pack: all that shows that a person asked to be written to, and what became of it."""

"""Pages of lists and their consent texts."""

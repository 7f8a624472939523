"""Pages of forms made in the console."""

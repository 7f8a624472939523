"""Pages of the own account and of signing in."""

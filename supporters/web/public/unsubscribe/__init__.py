"""Pages of leaving and of its undoing."""

"""Pages of delivery health."""

"""The commands of `flask campaigns`, by their subjects."""

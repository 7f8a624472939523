"""The keys that sign our emails, and which of them sign now."""

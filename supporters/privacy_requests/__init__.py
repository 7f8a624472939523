"""Requests under GDPR articles 12 to 22: cases with their clock, and My data."""

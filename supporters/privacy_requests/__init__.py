"""Requests under GDPR articles 12 to 22: cases with due dates, and My data."""

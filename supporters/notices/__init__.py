"""Notices to the team and to the data protection officer."""

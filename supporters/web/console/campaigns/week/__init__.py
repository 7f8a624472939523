"""The week of the campaigns: its grid, and what stands in it."""

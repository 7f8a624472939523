"""The history of a campaign's text: what was saved, by whom, and what may be restored."""

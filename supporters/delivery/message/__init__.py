"""The message of a campaign: compiled once, filled in for each recipient."""

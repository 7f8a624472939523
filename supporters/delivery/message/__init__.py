"""The message of a campaign: compiled once, joined for each recipient."""

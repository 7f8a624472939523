"""The first wave of a campaign in the console: its choice, its figures, its end."""

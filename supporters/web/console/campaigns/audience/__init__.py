"""The lists of a campaign in the console: their boxes, and how many people they reach."""

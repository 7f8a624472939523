"""The first wave of a campaign: some random people get it first, and the others wait."""

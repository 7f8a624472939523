"""The results of a campaign: numbers that name nobody, and the people whose servers refused it."""

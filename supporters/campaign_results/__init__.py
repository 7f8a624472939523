"""What came of a campaign, in numbers that name nobody, and the people whose servers refused it."""

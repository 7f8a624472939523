"""Campaigns that leave at an hour: their plan, their launch, and why one is held."""

"""How many people campaigns reach, counted by a worker while the lists are long (ADR 106)."""

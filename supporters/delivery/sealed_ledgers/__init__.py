"""Seals what a campaign was launched with, and its ledger at its end."""

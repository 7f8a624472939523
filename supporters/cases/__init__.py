"""Requests of people about their data, as cases with a deadline."""

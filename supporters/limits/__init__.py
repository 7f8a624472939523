"""Limits of guesses and of requests."""

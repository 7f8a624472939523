"""Mailing lists and their subscriptions."""

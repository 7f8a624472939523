"""Asks people again whether they still agree."""

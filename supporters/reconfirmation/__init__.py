"""Reconfirmation: asks people again whether they still agree."""

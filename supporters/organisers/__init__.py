"""Accounts of the console, and their roles."""

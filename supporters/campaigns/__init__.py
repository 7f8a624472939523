"""Campaigns: their content, and their states."""

"""Subscribers, their addresses, and the keyed hashes of addresses."""

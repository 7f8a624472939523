"""Promises of the acts of people, and the receipts that keep them."""

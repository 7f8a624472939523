"""Providers of email relays: what they say of our emails, and how to set them up."""

"""Signup: a visitor sends a request on a page and confirms it from the mailbox."""

"""Applies reports: to mailboxes, campaigns, sign-ups, and to people who leave."""

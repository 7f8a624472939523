"""What people join: mailing lists and their subscriptions."""
